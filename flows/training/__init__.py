"""What `flows.train` trains by: corpora as they are read, what is learnt from them, and how it is scored."""
