"""Models as files: compressed arrays of numbers; the same model gives the same bytes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

FOLDER: Final = Path(__file__).parents[1] / "model"


class ModelError(RuntimeError):
    """There is no model, or none that this version can read."""


def read_arrays(path: Path, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Read the arrays of a model; raises `ModelError`."""
    if not path.exists():
        raise ModelError(
            f"there is no model at {path}; get the file from the repository, or train it: "
            "python -m flows.train --data ../shared/data"
        )
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names}
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(f"{path} is no model that this version reads ({error}); train it anew") from error


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the arrays of a model."""
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def to_bytes(text: str) -> NDArray[np.uint8]:
    """Return a text as an array."""
    return np.frombuffer(text.encode(), np.uint8)


def from_bytes(array: NDArray[np.uint8]) -> str:
    """Return the text that an array holds."""
    return array.tobytes().decode()
