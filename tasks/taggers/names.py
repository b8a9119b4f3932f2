"""The tagger of names, and its file."""

from functools import cache
from pathlib import Path
from typing import Final

from tasks.arabic.gazetteer import Gazetteer
from tasks.arabic.tagging import LABELS, build_vocabulary
from tasks.taggers.chain import LinearTagger, Weights
from tasks.taggers.clusters import load_clusters
from tasks.taggers.store import FOLDER, ModelError, from_bytes, read_arrays, to_bytes, write_arrays

FILE: Final = "names.bin"


@cache
def load_tagger(gazetteer: Gazetteer, folder: Path = FOLDER) -> LinearTagger:
    """Return the tagger of a process; raises `ModelError`."""
    return LinearTagger(read_weights(folder), build_vocabulary(gazetteer, load_clusters(folder)))


def read_weights(folder: Path) -> Weights:
    """Read the weights; raises `ModelError`."""
    arrays = read_arrays(folder / FILE, ("labels", *Weights._fields))
    if from_bytes(arrays.pop("labels")).split() != list(LABELS):
        raise ModelError(f"{folder / FILE} was trained for other labels than this version's; train it anew")
    return Weights(**arrays)


def write_weights(folder: Path, weights: Weights) -> None:
    """Write the weights; the same weights give the same bytes."""
    write_arrays(folder / FILE, {"labels": to_bytes(" ".join(LABELS)), **weights._asdict()})
