"""Fit the weights of a chain of labels (a linear-chain conditional random field) by stochastic gradient.

Sentences are taken in batches. The weights give each word a chance for each label, given the whole
sentence (forward-backward, all sentences of a batch at a time); what these chances differ from the
annotations by is what the weights are moved by, rare features in longer steps than common ones (AdaGrad).
A part of the features is hidden at every look, so that no weight counts on another's being there.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tasks.arabic.tagging import LABELS, may_follow
from tasks.taggers.chain import Weights

ROUNDS: Final = 6
AVERAGED: Final = 4  # rounds at the end whose weights are averaged
BATCH: Final = 1500  # words
STEP: Final = 0.1  # falls evenly to nothing
HIDDEN: Final = 0.3  # share of the features that are left out at a look
LEAST_SEEN: Final = 2  # places where a feature stood, in all texts
LEAST_WEIGHT: Final = 0.05  # of the heaviest: features that weigh less for every label are left out
LARGEST: Final = np.iinfo(np.int8).max
TINY: Final = 1e-6
Floats = NDArray[np.float32]
Whole = NDArray[np.int64]
_MAY_FOLLOW: Final = np.array([[may_follow(label, before) for label in LABELS] for before in LABELS], np.float32)
_MAY_START: Final = np.array([label[0] in "OBU" for label in LABELS], np.float32)
_MAY_END: Final = np.array([label[0] in "OLU" for label in LABELS], np.float32)
_NUMBERS: Final = {label: number for number, label in enumerate(LABELS)}


class Sentences:
    """The features of many words as arrays, with their labels by sentence."""

    def __init__(self) -> None:
        self._features = array("I")
        self._ends = array("q", [0])
        self._labels = array("i")
        self._lengths = array("q")
        self._others: list[bool] = []

    def add(self, features: Iterable[Iterable[int]], labels: Sequence[str], *, is_other: bool = False) -> None:
        """Add a sentence; `is_other` says that it was annotated by other guidelines."""
        for word in features:
            self._features.extend(word)
            self._ends.append(len(self._features))
        self._labels.extend(_NUMBERS[label] for label in labels)
        self._lengths.append(len(labels))
        self._others.append(is_other)

    def numbered(self) -> tuple[NDArray[np.uint32], Any, Whole, Whole, Whole]:
        """Return the features seen often enough, which each word has, those of others, the labels, the sentences' ends.

        Behind the columns of the features stand those of other guidelines: the same once more, for their words alone.
        """
        flat = np.frombuffer(self._features, np.uint32)
        features, numbers, counts = np.unique(flat, return_inverse=True, return_counts=True)
        kept = counts >= LEAST_SEEN
        places = (np.cumsum(kept) - 1)[numbers].astype(np.int32)
        use = kept[numbers]
        ends = np.concatenate([[0], np.cumsum(use)])[np.frombuffer(self._ends, np.int64)]
        ones = np.ones(int(use.sum()), np.float32)
        table = sparse.csr_matrix((ones, places[use], ends), shape=(len(ends) - 1, int(kept.sum())))
        lengths = np.array(self._lengths)
        is_other = np.repeat(np.array(self._others, np.float32), lengths)
        others = sparse.diags(is_other, format="csr", dtype=np.float32) @ table
        own = np.flatnonzero(np.bincount(others.indices, minlength=others.shape[1]) >= LEAST_SEEN)
        table = sparse.hstack([table, others[:, own]], format="csr", dtype=np.float32)
        labels, ends = np.array(self._labels, np.int64), np.concatenate([[0], np.cumsum(lengths)])
        return features[kept], table, own, labels, ends


class Batch(NamedTuple):
    """Some sentences, the longest first: which features each word has, numbered by their place in `features`."""

    table: Any
    features: Whole
    labels: Whole
    starts: Whole
    lengths: Whole


class Fitted(NamedTuple):
    """Weights as they were fitted; `other` are rows of features once more, and what to add by other guidelines."""

    features: NDArray[np.uint32]
    weights: Floats
    steps: Floats
    other: tuple[Whole, Floats]

    def to_integers(self, *, is_other: bool = False) -> Weights:
        """Scale weights to 8 bits, and leave out the features that hardly weigh; `is_other` reads as others do."""
        weights = self.weights.copy()
        if is_other:
            weights[self.other[0]] += self.other[1]
        heaviest = np.abs(weights).max()
        kept = np.abs(weights).max(axis=1) >= LEAST_WEIGHT * heaviest
        unit = LARGEST / heaviest
        return Weights(
            self.features[kept],
            np.round(weights[kept] * unit).astype(np.int8),
            np.round(self.steps * unit).astype(np.int32),
            np.array(round(unit), np.int32),
        )


def fit(sentences: Sentences, seed: int) -> Fitted:
    """Return the weights of all features."""
    features, table, others, labels, ends = sentences.numbered()
    random = np.random.default_rng(seed)
    batches = list(_cut(table, labels, ends, random))
    weights, steps = (np.zeros(shape, np.float32) for shape in ((table.shape[1], len(LABELS)), _MAY_FOLLOW.shape))
    slopes, step_slopes = np.full_like(weights, TINY), np.full_like(steps, TINY)
    weights_sum, steps_sum = np.zeros_like(weights), np.zeros_like(steps)
    for round_no in range(ROUNDS):
        rate = np.float32(STEP * (1 - round_no / ROUNDS))
        for number in random.permutation(len(batches)):
            batch = batches[number]
            own = weights[batch.features]
            seen = _hide(batch.table, random)
            chances, pairs = expect(seen @ own, steps, batch)
            slope, step_slope = seen.T @ _miss(chances, batch), pairs - _count_pairs(batch)
            slopes[batch.features] += slope * slope
            weights[batch.features] = own - rate * slope / np.sqrt(slopes[batch.features])
            step_slopes += step_slope * step_slope
            steps -= rate * step_slope / np.sqrt(step_slopes)
        if round_no >= ROUNDS - AVERAGED:
            weights_sum += weights / AVERAGED
            steps_sum += steps / AVERAGED
    size = len(features)
    return Fitted(features, weights_sum[:size], steps_sum, (others, weights_sum[size:]))


def _cut(table: Any, labels: Whole, ends: Whole, random: np.random.Generator) -> Iterator[Batch]:
    """Yield batches of sentences drawn by chance."""
    drawn: list[int] = []
    words = 0
    order = random.permutation(len(ends) - 1).tolist()
    for place, sentence in enumerate(order):
        drawn.append(sentence)
        words += ends[sentence + 1] - ends[sentence]
        if words >= BATCH or place == len(order) - 1:
            yield _take(table, labels, ends, np.array(drawn))
            drawn, words = [], 0


def _take(table: Any, labels: Whole, ends: Whole, drawn: Whole) -> Batch:
    lengths = ends[drawn + 1] - ends[drawn]
    order = np.argsort(-lengths, kind="stable")
    drawn, lengths = drawn[order], lengths[order]
    rows = np.concatenate([np.arange(ends[sentence], ends[sentence + 1]) for sentence in drawn])
    own = table[rows]
    features, places = np.unique(own.indices, return_inverse=True)
    own = sparse.csr_matrix((own.data, places.astype(np.int32), own.indptr), shape=(len(rows), len(features)))
    return Batch(own, features, labels[rows], np.cumsum(lengths) - lengths, lengths)


def _hide(table: Any, random: np.random.Generator) -> Any:
    """Leave out some of the features, and let the others count for them."""
    kept = random.random(len(table.data), np.float32) >= HIDDEN
    return sparse.csr_matrix((kept / np.float32(1 - HIDDEN), table.indices, table.indptr), shape=table.shape)


def expect(total: Floats, steps: Floats, batch: Batch) -> tuple[Floats, Floats]:
    """Return the chance of each label at each word, and how often each label is expected after each."""
    # Weights as factors; those of a word are told apart only by their ratios, so its largest may be 1.
    factors, step = np.exp(total - total.max(axis=1, keepdims=True)), np.exp(steps) * _MAY_FOLLOW
    longest = int(batch.lengths[0])
    places = [batch.starts[: int((batch.lengths > at).sum())] + at for at in range(longest)]
    before, after, scale = np.zeros_like(total), np.zeros_like(total), np.ones((len(total), 1), np.float32)
    reached = factors[places[0]] * _MAY_START
    for at, words in enumerate(places):
        if at:
            reached = (reached[: len(words)] @ step) * factors[words]
        scale[words] = reached.sum(axis=1, keepdims=True)
        reached = reached / scale[words]
        before[words] = reached
    after[batch.starts + batch.lengths - 1] = _MAY_END
    pairs = np.zeros_like(steps)
    ended = (before * after).sum(axis=1)[batch.starts + batch.lengths - 1]
    for words in reversed(places[1:]):
        left = after[words] * factors[words] / scale[words]
        after[words - 1] = left @ step.T
        pairs += (before[words - 1] / ended[: len(words), None]).T @ left
    chances = before * after
    return chances / chances.sum(axis=1, keepdims=True), pairs * step


def _miss(chances: Floats, batch: Batch) -> Floats:
    """Return what the chances of labels have too much."""
    missed = chances.copy()
    missed[np.arange(len(missed)), batch.labels] -= 1
    return missed


def _count_pairs(batch: Batch) -> Floats:
    """Count each label after each."""
    inside = np.ones(len(batch.labels), bool)
    inside[batch.starts] = False
    after = np.flatnonzero(inside)
    counts = np.zeros((len(LABELS), len(LABELS)), np.float32)
    np.add.at(counts, (batch.labels[after - 1], batch.labels[after]), 1)
    return counts


def average(fits: Sequence[Fitted]) -> Fitted:
    """Return the mean of models that were fitted to the same sentences from other seeds."""
    groups = zip(*((fit.weights, fit.steps, fit.other[1]) for fit in fits), strict=True)
    weights, steps, other = (np.stack(group).mean(axis=0, dtype=np.float64).astype(np.float32) for group in groups)
    return fits[0]._replace(weights=weights, steps=steps, other=(fits[0].other[0], other))
