"""Classes of words that are used alike, learned from running text without annotations.

Words are counted with their neighbours and clitics, the counts weighed (positive pointwise mutual
information), brought down to a hundred numbers a word (truncated SVD), and words with similar numbers
put into one class (k-means on the sphere): تونس with الجزائر and ليبيا, قال with أكد. A class tells the model
what a word is that no annotated text holds.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tasks.arabic.clitics import split
from tasks.arabic.letters import is_arabic
from tasks.arabic.normalize import norm
from tasks.arabic.tagging import ARTICLE

SIZES: Final = (64, 256, 1024)  # numbers of classes, coarse to fine
LEAST: Final = 6  # occurrences of a word that gets a class
WORDS: Final = 80_000
NEIGHBOURS: Final = 12_000  # the commonest words, which are what the others are counted with
DIMENSIONS: Final = 128
OVERSAMPLED: Final = 16
ROUNDS: Final = 4  # of the power iteration
STEPS: Final = 15  # of k-means
SMOOTHING: Final = 0.75
WEIGHTS: Final[Mapping[int, float]] = {-2: 0.5, -1: 1.0, 1: 1.0, 2: 0.5}  # of a neighbour, by its place
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:[\u064b-\u0652\u0640]+[^\W\d_]*)*|\d+|[^\w\s]")
Floats = NDArray[np.float32]


class Running(NamedTuple):
    """Text as numbers: of words (-1 between lines) and of their clitics, with the words' spelling."""

    words: NDArray[np.int32]
    clitics: NDArray[np.int32]
    spelled: list[str]
    weights: Floats


def read_running(lines: Iterable[tuple[str, float]], words: Mapping[str, int]) -> Running:
    """Number the words of lines, each with its weight; `words` is the word list of `clitics.split`."""
    keys: dict[str, int] = {}
    affixes: dict[str, int] = {}
    seen: dict[str, tuple[int, int]] = {}
    numbers, clitics, weights = array("i"), array("i"), array("f")
    for line, weight in lines:
        for word in _TOKEN.findall(line):
            found = seen.get(word)
            if found is None:
                key, affix = _describe(word, words)
                found = seen[word] = keys.setdefault(key, len(keys)), affixes.setdefault(affix, len(affixes))
            numbers.append(found[0])
            clitics.append(found[1])
            weights.append(weight)
        numbers.append(-1)
        clitics.append(0)
        weights.append(0.0)
    return Running(
        np.frombuffer(numbers, np.int32),
        np.frombuffer(clitics, np.int32),
        list(keys),
        np.frombuffer(weights, np.float32),
    )


def _describe(word: str, words: Mapping[str, int]) -> tuple[str, str]:
    """Return the key of a word, as `tagging.key_of` makes it, and its other clitics."""
    if not is_arabic(word):
        return ("<number>" if word[0].isdigit() else "<latin>" if word[0].isalpha() else word), ""
    cut = split(word, words)
    article = ARTICLE if cut.proclitics[-1:] == (ARTICLE,) else ""
    return article + norm(cut.stem) or word, "".join(c for c in cut.proclitics if c != ARTICLE) + "+" * bool(
        cut.enclitics
    )


def learn_clusters(running: Running, seed: int) -> dict[str, tuple[int, ...]]:
    """Return the classes of each frequent word, one for each of `SIZES`."""
    random = np.random.default_rng(seed)
    counts = np.bincount(running.words[running.words >= 0], minlength=len(running.spelled))
    kept = np.flatnonzero(counts >= LEAST)
    kept = kept[np.argsort(-counts[kept], kind="stable")][:WORDS]
    vectors = _reduce(_weigh(_count(running, kept)), random)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    classes = [_group(vectors, min(size, len(kept)), random) for size in SIZES]
    return {running.spelled[word]: tuple(int(c[row]) for c in classes) for row, word in enumerate(kept)}


def _count(running: Running, kept: NDArray[np.int64]) -> Any:
    """Count each word with the words around it, by place, and with its own clitics."""
    size = min(NEIGHBOURS, len(kept))
    rows = np.full(len(running.spelled) + 1, -1)
    rows[kept] = np.arange(len(kept))
    columns = np.full(len(running.spelled) + 1, size + 1)
    columns[kept[:size]] = np.arange(size)
    columns[-1] = size  # between lines
    at, beside = rows[running.words], columns[running.words]
    tables = []
    for place, weight in WEIGHTS.items():
        seen = np.full(len(at), size)
        seen[max(-place, 0) : len(at) - max(place, 0)] = beside[max(place, 0) : len(at) - max(-place, 0)]
        use = (at >= 0) & (seen <= size)
        values = running.weights[use] * np.float32(weight)
        tables.append(sparse.csr_matrix((values, (at[use], seen[use])), shape=(len(kept), size + 1)))
    use = at >= 0
    shape = (len(kept), int(running.clitics.max()) + 1)
    tables.append(sparse.csr_matrix((running.weights[use], (at[use], running.clitics[use])), shape=shape))
    table = sparse.hstack(tables).tocsr()
    table.sum_duplicates()
    return table


def _weigh(table: Any) -> Any:
    """Return how much oftener two things meet than by chance, as a logarithm, where it is oftener."""
    rows = np.asarray(table.sum(1)).ravel()
    columns = np.asarray(table.sum(0)).ravel() ** SMOOTHING
    columns *= rows.sum() / columns.sum()
    cells = table.tocoo()
    chance = rows[cells.row] * np.maximum(columns[cells.col], 1e-9)
    values = np.log(np.maximum(cells.data * rows.sum() / chance, 1.0)).astype(np.float32)
    weighed = sparse.csr_matrix((values, (cells.row, cells.col)), shape=table.shape)
    weighed.eliminate_zeros()
    return weighed


def _reduce(table: Any, random: np.random.Generator) -> Floats:
    """Return the rows in few dimensions (randomized SVD)."""
    dimensions = max(min(DIMENSIONS, *(n - OVERSAMPLED for n in table.shape)), 1)
    base = random.standard_normal((table.shape[1], dimensions + OVERSAMPLED)).astype(np.float32)
    turned = table.T.tocsr()
    for _ in range(ROUNDS):
        base = np.linalg.qr(turned @ np.linalg.qr(table @ base)[0])[0]
    left, sizes, _ = np.linalg.svd(table @ base, full_matrices=False)
    return np.ascontiguousarray(left[:, :dimensions] * np.sqrt(sizes[:dimensions]), np.float32)


def _group(vectors: Floats, size: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the class of each row (k-means by cosine)."""
    centres = vectors[random.choice(min(20_000, len(vectors)), size, replace=False)].copy()
    classes = np.zeros(len(vectors), np.int64)
    for _ in range(STEPS):
        for start in _chunks(len(vectors)):
            classes[start : start + 8192] = np.argmax(vectors[start : start + 8192] @ centres.T, axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, classes, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return classes


def _chunks(length: int) -> Iterator[int]:
    yield from range(0, length, 8192)
