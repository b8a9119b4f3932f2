"""Trained models; the flows that train them are `flows.train` and `flows.train_parts`."""
