"""Language knowledge as rules: plain Python over plain values, no tables, files or flows."""
