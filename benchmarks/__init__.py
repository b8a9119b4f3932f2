"""Where the figures of the README and the floors of quality come from."""
