"""Taggers by the models of `tasks/model`, which `flows.train` makes: parts of speech, names, classes of words."""
