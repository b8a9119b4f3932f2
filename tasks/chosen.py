"""Which model of the user's own finds names beside ours, if any: WARRAQ_NAMES_MODEL.

Stages run in processes of their own, so that they are told by the environment.
"""

import hashlib
import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "WARRAQ_NAMES_MODEL"


def choose_model(name: str) -> None:
    """Choose a model, a folder or a name on the hub, for this process and those that it starts; "" is none."""
    os.environ[VARIABLE] = name


def chosen_model() -> str:
    """Return the model that was chosen, or ""."""
    return os.environ.get(VARIABLE, "")


def identify_model() -> bytes:
    """Return what tells the chosen model from others: its name, and of a folder what is in it; nothing for none."""
    folder = Path(chosen_model())
    if not chosen_model() or not folder.is_dir():
        return chosen_model().encode()
    digest = hashlib.sha256(folder.name.encode())
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.digest()
