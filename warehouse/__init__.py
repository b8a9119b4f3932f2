"""What the data is (`contracts`) and how it rests (`store`, `catalog`)."""
