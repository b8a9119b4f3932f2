"""`python -m flows` is the `warraq` command."""

from flows.cli import app

if __name__ == "__main__":
    app()
