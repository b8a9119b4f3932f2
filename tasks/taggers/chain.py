"""Tag documents with a linear model: sum the weights of a word's features, then find the best chain of labels.

All that depends on a word alone is summed once and kept; a document is then a few gathers of whole arrays.
Weights are integers, so that the sums are exact and a text has the same names in any batch on any machine.
"""

from bisect import bisect
from collections.abc import Callable, Hashable, Sequence
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tasks.arabic.document import Document
from tasks.arabic.tagging import (
    CLUSTERS_AFTER,
    CLUSTERS_BEFORE,
    FIRST_WORD,
    HINTED,
    LABELS,
    LAST_WORD,
    OPENING_ROLES,
    PAIR_AFTER,
    PAIR_BEFORE,
    PLACES,
    REACH,
    Answer,
    Hint,
    Question,
    Tagged,
    Traits,
    Vocabulary,
    describe_elsewhere,
    describe_word,
    hinted,
    may_follow,
    mix,
    opening_of,
    to_labels,
    to_names,
)

KEPT_WORDS: Final = 1 << 16  # described words that are kept, some 30 MB; then all are forgotten
GAP: Final = max(PLACES)  # empty places between sentences, so that no word sees another sentence's
REST: Final = 12  # bits of a feature that are not its first ones
KEY, CLUSTER, SUBCLUSTER, ROLE, TOPIC = range(5)  # what is kept of a word beside its sums, a column each
NONE: Final = 0xFFFFFFFF  # the class of a word that has none
NEVER: Final = -(1 << 20)  # the weight of what cannot be
LONG: Final = 4000  # words of a sentence up to which 32 bits hold the score of its best path
BITS: Final = 5  # at the end of a score, for the label that it was reached from
MASK: Final = (1 << BITS) - 1
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Scores = NDArray[np.signedinteger[Any]]
Thing = TypeVar("Thing", bound=Hashable)
_ROLE_NUMBERS: Final = {role: no for no, role in enumerate((None, *OPENING_ROLES))}


class Weights(NamedTuple):
    """A trained model: the weight of each feature (by checksum, sorted) for each label, and of label after label.

    `unit` is the weight that makes something e times as likely.
    """

    features: NDArray[np.uint32]
    weights: NDArray[np.int8]
    transitions: NDArray[np.int32]
    unit: NDArray[np.int32]


class LinearTagger:
    """Finds names by a linear model."""

    def __init__(self, weights: Weights, vocabulary: Vocabulary) -> None:
        none = np.zeros((1, len(LABELS)), np.int8)
        self._weights = np.concatenate([weights.weights, none])  # the last row is for features without a weight
        self._index = Index(weights.features)
        self._vocabulary = vocabulary
        may = np.array([[may_follow(label, before) for label in LABELS] for before in LABELS])
        self._steps = np.where(may, weights.transitions << BITS, NEVER << BITS).astype(np.int32)
        self._steps_told = (self._steps + (MASK - np.arange(len(LABELS), dtype=np.int32))[:, None])[:, None]
        self._steps_back = np.ascontiguousarray(self._steps.T)[:, None]
        self._starts = np.array([NEVER << BITS if label[0] in "IL" else 0 for label in LABELS], np.int32)
        self._ends = np.array([NEVER << BITS if label[0] in "BI" else 0 for label in LABELS], np.int32)
        self._unit = float(weights.unit) * (1 << BITS)
        self._first, self._last = self._sum([[FIRST_WORD], [LAST_WORD]])
        distances = range(1, REACH + 1)
        self._openings = np.array([self._sum([[opening_of(role, n)] for n in distances]) for role in OPENING_ROLES])
        self._hints: Sums[Hint] = Sums(len(HINTED), lambda hint: self._sum([hinted(hint, place) for place in HINTED]))
        self._told: Sums[tuple[int, ...]] = Sums(1, lambda features: self._sum([features]))
        self.forget()

    def forget(self) -> None:
        """Begin a new store of described words; word 0 is the gap between sentences."""
        self._ids: dict[tuple[str, tuple[str, ...], tuple[str, ...]], int] = {}
        self._seen = np.zeros((1024, len(PLACES), len(LABELS)), np.int16)
        self._keys = np.zeros((1024, TOPIC + 1), np.uint32)

    def tag(self, document: Document, hints: Sequence[Hint], asked: Sequence[Tagged] = ()) -> Answer:
        """Return the names of a document in order, and what those cost that it is asked about."""
        return self.tag_all([Question(document, hints, asked)])[0]

    def tag_all(self, questions: Sequence[Question]) -> list[Answer]:
        """Answer for several documents at a time, each as if it were alone."""
        if len(self._ids) > KEPT_WORDS:
            self.forget()
        text = self._lay_out(questions)
        if not len(text.starts):
            return [Answer([], [], []) for _ in questions]
        lattice = Lattice(text.starts, text.lengths)
        total = self._weigh(text)
        self._weigh_elsewhere(total, text, self._go(total, lattice).labels)
        found = self._go(total, lattice)
        after = self._return(total, lattice)
        names = find_names(found.labels)
        margins = self._margins([(name.first, name.last) for name in names], found, after)
        firsts = np.searchsorted([name.first for name in names], text.documents).tolist()
        return [
            Answer(
                [text.to_tokens(name) for name in names[first:last]],
                margins[first:last],
                [self._cost(text.to_places(name, no), total, found, after) for name in question.asked],
            )
            for no, (question, (first, last)) in enumerate(zip(questions, pairwise(firsts), strict=True))
        ]

    def _lay_out(self, questions: Sequence[Question]) -> "Layout":
        """Return the words of all sentences with gaps around them."""
        known, new = self._ids, []
        ids, hints, starts, lengths, firsts = [0] * GAP, [0] * GAP, [], [], []
        documents, sentences = [0], [0]
        for document, told, _ in questions:
            hinted = list(map(self._hints.__getitem__, told))
            for sentence in document.sentences:
                if sentence.last == sentence.first:
                    continue
                starts.append(len(ids))
                lengths.append(sentence.last - sentence.first)
                firsts.append(sentence.first)
                for token in document.tokens[sentence.first : sentence.last]:
                    word = (token.text, token.proclitics, token.enclitics)
                    found = known.get(word)
                    if found is None:
                        found = known[word] = len(known) + 1
                        new.append(describe_word(token, self._vocabulary))
                    ids.append(found)
                ids += [0] * GAP
                hints += hinted[sentence.first : sentence.last]
                hints += [0] * GAP
            documents.append(len(ids))
            sentences.append(len(starts))
        if new:
            self._keep(new)
        return Layout(
            np.array(ids), np.array(hints), np.array(starts), np.array(lengths), firsts, documents, sentences
        )  # fmt: skip

    def _keep(self, new: Sequence[Traits]) -> None:
        last = len(self._ids) + 1
        first = last - len(new)
        if last > len(self._seen):
            self._seen, self._keys = _grow(self._seen, 2 * last), _grow(self._keys, 2 * last)
        sums = self._sum([place for traits in new for place in traits.features])
        self._seen[first:last] = sums.reshape(len(new), len(PLACES), len(LABELS))
        self._keys[first:last] = [
            (t.key, t.clusters[0] & NONE, t.clusters[1] & NONE, _ROLE_NUMBERS[t.role], t.topic) for t in new
        ]

    def _sum(self, groups: Sequence[Sequence[int]]) -> Ints:
        """Return the summed weights of each group of features; no group is empty."""
        starts = np.cumsum([0, *map(len, groups)])
        flat = np.fromiter(chain.from_iterable(groups), np.uint32, starts[-1])
        sums: Ints = np.add.reduceat(self._weights[self._index.find(flat)], starts[:-1], axis=0, dtype=np.int32)
        return sums

    def _weigh(self, text: "Layout") -> Ints:
        """Return the weight of each label at each place, but for what words are taken for elsewhere."""
        total = np.zeros((len(text.ids), len(LABELS)), np.int32)
        _spread(total, self._seen[text.ids], PLACES)
        _spread(total, self._hints.rows[text.hints], HINTED)
        total[text.starts] += self._first
        total[text.starts + text.lengths - 1] += self._last
        keys = self._keys[text.ids]
        self._weigh_pairs(total, text.ids, keys)
        self._weigh_openings(total, keys[:, ROLE], text)
        return total

    def _weigh_pairs(self, total: Ints, ids: Longs, keys: NDArray[np.uint32]) -> None:
        left = np.flatnonzero((ids[:-1] > 0) & (ids[1:] > 0))
        a, b = keys[left, 0], keys[left + 1, 0]
        self._add(total, left + 1, mix(a, b, PAIR_BEFORE))
        self._add(total, left, mix(a, b, PAIR_AFTER))
        left = left[(keys[left, 1] != NONE) & (keys[left + 1, 1] != NONE)]
        for size in (0, 1):
            a, b = keys[left, size + 1], keys[left + 1, size + 1]
            self._add(total, left + 1, mix(a, b, CLUSTERS_BEFORE[size]))
            self._add(total, left, mix(a, b, CLUSTERS_AFTER[size]))

    def _add(self, total: Ints, places: Longs, features: NDArray[np.uint32]) -> None:
        """Add the weights of a feature a place, most of which have none."""
        rows = self._index.find(features)
        has = rows < self._index.missing
        total[places[has]] += self._weights[rows[has]]

    def _weigh_openings(self, total: Ints, roles: NDArray[np.uint32], text: "Layout") -> None:
        """Add the weights of the title or verb before each word."""
        every = np.arange(len(roles))
        last = np.maximum.accumulate(np.where(roles > 0, every, 0))  # a gap is at 0, and between sentences
        at, last = every[1:], last[:-1]
        first = np.zeros_like(every)
        first[text.starts] = text.starts
        use = (text.ids[1:] > 0) & (at - last <= REACH) & (last >= np.maximum.accumulate(first)[1:])
        at, last = at[use], last[use]
        total[at] += self._openings[roles[last].astype(np.intp) - 1, at - last - 1]

    def _weigh_elsewhere(self, total: Ints, text: "Layout", labels: Longs) -> None:
        """Add the weights of what each word is taken for elsewhere in its document."""
        places = np.flatnonzero(text.ids)
        topics = self._keys[text.ids[places], TOPIC].tolist()
        own = [LABELS[label] for label in labels[places].tolist()]
        bounds = np.searchsorted(places, text.documents).tolist()
        told = [
            self._told[features] if features else 0
            for first, last in pairwise(bounds)
            for features in describe_elsewhere(topics[first:last], own[first:last])
        ]
        total[places] += self._told.rows[told, 0]

    def _go(self, total: Ints, lattice: "Lattice") -> "Reached":
        """Find the best labels of each sentence (Viterbi), all sentences at a time, the longest first."""
        scores = total[lattice.words].astype(lattice.kind) << BITS
        best, told = np.empty_like(scores), np.full_like(scores, MASK)
        count = len(lattice.ends)
        reached = best[:count] = scores[:count] + self._starts
        for first, last in lattice.bounds[1:]:
            ways = reached[: last - first].T[:, :, None] + self._steps_told  # by label before, sentence, label
            own = np.maximum.reduce(ways, axis=0, out=told[first:last])
            reached = np.bitwise_and(own, ~MASK, out=best[first:last])
            reached += scores[first:last]
        come_from = MASK - (told & MASK)
        label = (best[lattice.ends] + self._ends).argmax(axis=1)
        labels = np.zeros(len(scores), np.intp)
        sentences = np.arange(count)
        for first, last in reversed(lattice.bounds):
            labels[first:last] = label[: last - first]
            label[: last - first] = come_from[first:last][sentences[: last - first], label[: last - first]]
        return Reached(lattice.unpack(labels), lattice.unpack(best))

    def _return(self, total: Ints, lattice: "Lattice") -> Scores:
        """Return the best score of what follows each word, by the word's label."""
        scores = total[lattice.words].astype(lattice.kind) << BITS
        after = np.zeros_like(scores)
        after[lattice.ends] = self._ends
        for (before, _), (first, last) in reversed([*pairwise(lattice.bounds)]):
            following = scores[first:last] + after[first:last]
            ways = following.T[:, :, None] + self._steps_back  # by label after, sentence, label
            np.maximum.reduce(ways, axis=0, out=after[before : before + last - first])
        return lattice.unpack(after)

    def _margins(self, names: Sequence[tuple[int, int]], found: "Reached", after: Scores) -> list[float]:
        """Return how much each name found is better than the best reading without it."""
        if not names:
            return []
        words = np.concatenate([np.arange(first, last) for first, last in names])
        through = found.best[words] + after[words]
        through.partition(len(LABELS) - 2, axis=1)
        starts = np.cumsum([0, *(last - first for first, last in names[:-1])])
        margins: list[float] = (np.minimum.reduceat(through[:, -1] - through[:, -2], starts) / self._unit).tolist()
        return margins

    def _cost(self, name: Tagged, total: Ints, found: "Reached", after: Scores) -> float:
        """Return how much worse the best reading with a name is than the best of all."""
        first, last, _ = name
        labels = [LABELS.index(label) for label in to_labels([Tagged(0, last - first, name.label)], last - first)]
        score = int(found.best[first, labels[0]] + after[last - 1, labels[-1]])
        for at, (before, label) in enumerate(pairwise(labels), first + 1):
            score += int(self._steps[before, label]) + (int(total[at, label]) << BITS)
        return float(int((found.best[first] + after[first]).max()) - score) / self._unit


class Index:
    """Finds features among those that have weights: it knows where those begin that have the same first bits."""

    def __init__(self, features: NDArray[np.uint32]) -> None:
        counts = np.bincount(features >> REST, minlength=1 << (32 - REST))
        self._first = (np.cumsum(counts) - counts).astype(np.int32)
        self._most = int(counts.max())
        self._features = np.append(features, np.uint32(NONE))
        self.missing = len(features)

    def find(self, wanted: NDArray[np.uint32]) -> Ints:
        """Return where each feature lies, or `missing`."""
        rows: Ints = self._first[wanted >> REST]
        for _ in range(self._most):
            rows += self._features[rows] < wanted
        rows[self._features[rows] != wanted] = self.missing
        return rows


class Sums(dict[Thing, int]):
    """The summed weights of things, each worked out once: `rows` holds them, by the number that a thing has here.

    Number 0 is that of nothing; `groups` is how many sums a thing has.
    """

    def __init__(self, groups: int, weigh: Callable[[Thing], Ints]) -> None:
        super().__init__()
        self._weigh = weigh
        self.rows: Ints = np.zeros((64, groups, len(LABELS)), np.int32)

    def __missing__(self, thing: Thing) -> int:
        no = len(self) + 1
        if no == len(self.rows):
            self.rows = _grow(self.rows, 2 * no)
        self.rows[no] = self._weigh(thing)
        self[thing] = no
        return no


class Layout(NamedTuple):
    """The words of documents, sentence after sentence, with gaps around them: one number a place.

    `starts` and `lengths` are those of sentences, in places; `firsts` their first tokens, each in its document.
    `documents` says where the first, the second ... document begins, and where the last one ends; `sentences` the same
    by the number of a sentence.
    """

    ids: Longs
    hints: Longs
    starts: Longs
    lengths: Longs
    firsts: list[int]
    documents: list[int]
    sentences: list[int]

    def to_tokens(self, name: Tagged) -> Tagged:
        """Return a name with its tokens, for its places."""
        no = int(np.searchsorted(self.starts, name.first, side="right")) - 1
        shift = self.firsts[no] - int(self.starts[no])
        return Tagged(name.first + shift, name.last + shift, name.label)

    def to_places(self, name: Tagged, document: int) -> Tagged:
        """Return a name with its places, for its tokens in a document."""
        no = bisect(self.firsts, name.first, self.sentences[document], self.sentences[document + 1]) - 1
        shift = int(self.starts[no]) - self.firsts[no]
        return Tagged(name.first + shift, name.last + shift, name.label)


class Lattice:
    """Where sentences stand, and their words in another order: the first words of all, their second words, and so on.

    `words` are places in that order; `bounds` say where the first, the second ... words lie in it, and `ends` the last
    words of the sentences.
    """

    def __init__(self, starts: Longs, lengths: Longs) -> None:
        order = np.argsort(-lengths, kind="stable")
        longest = np.arange(int(lengths[order[0]]))
        counts = np.searchsorted(-lengths[order], -longest, side="left")
        firsts = np.cumsum(counts) - counts
        self.bounds = list(zip(firsts.tolist(), (firsts + counts).tolist(), strict=True))
        self.words = np.concatenate([starts[order[:count]] + at for at, count in enumerate(counts.tolist())])
        self.ends = firsts[lengths[order] - 1] + np.arange(len(order))
        self.kind = np.int32 if len(counts) <= LONG else np.int64
        self._length = int((starts + lengths).max())

    def unpack(self, rows: Scores) -> Scores:
        """Return rows in the order of the text."""
        found = np.zeros((self._length, *rows.shape[1:]), rows.dtype)
        found[self.words] = rows
        return found


class Reached(NamedTuple):
    """The best labels at each place, and the best score up to it, by its label."""

    labels: Longs
    best: Scores


def find_names(labels: Longs) -> list[Tagged]:
    """Return the names that numbers of labels spell: no sentence ends within one."""
    places = np.flatnonzero(labels)
    at = places.tolist()
    names = to_names([LABELS[label] for label in labels[places].tolist()])
    return [Tagged(at[first], at[last - 1] + 1, label) for first, last, label in names]


def _spread(total: Ints, sums: Scores, places: Sequence[int]) -> None:
    """Add what each word says of itself and its neighbours, a column of `sums` for each of some places."""
    for index, place in enumerate(places):
        left, right = max(place, 0), len(total) + min(place, 0)
        total[left - place : right - place] += sums[left:right, index]


def _grow(rows: NDArray[Any], length: int) -> NDArray[Any]:
    grown = np.zeros((length, *rows.shape[1:]), rows.dtype)
    grown[: len(rows)] = rows
    return grown
