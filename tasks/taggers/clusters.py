"""Classes of words that are used alike, coarse to fine: what the taggers know of words that no annotated text holds."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from tasks.taggers.store import FOLDER, from_bytes, read_arrays, to_bytes, write_arrays

FILE: Final = "clusters.bin"
Clusters = Mapping[str, Sequence[int]]


@cache
def load_clusters(folder: Path = FOLDER) -> Clusters:
    """Return the classes of each word; raises `ModelError`."""
    arrays = read_arrays(folder / FILE, ("words", "classes"))
    return dict(zip(from_bytes(arrays["words"]).split("\n"), map(tuple, arrays["classes"].tolist()), strict=True))


def write_clusters(folder: Path, clusters: Clusters) -> None:
    """Write the classes of words; the same classes give the same bytes."""
    words = sorted(clusters)
    classes = np.array([clusters[word] for word in words], np.int16)
    write_arrays(folder / FILE, {"words": to_bytes("\n".join(words)), "classes": classes})
