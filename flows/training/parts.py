"""Learn the tagger of parts of speech from sentences 1-800 of UD_Arabic-PUD: an averaged perceptron.

Besides the letters it is told the classes of words that are used alike, and which words names are made of.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from flows.training.treebank import Word, head_of
from tasks import lexicons
from tasks.analysis import Analyser, known_words, lemmatizer
from tasks.arabic.document import Document
from tasks.arabic.letters import is_arabic
from tasks.arabic.normalize import norm
from tasks.arabic.parts import PARTS, START, Knowledge, Traits, describe
from tasks.arabic.reading import read
from tasks.lexicons.names import gazetteer
from tasks.taggers.clusters import Clusters
from tasks.taggers.parts import PartModel

ROUNDS: Final = 12
LEAST: Final = 0.02  # of the heaviest weight; what weighs less is left out
SCALE: Final = 100
_CLITICS: Final = {"و": "CCONJ", "ف": "PART", "ب": "ADP", "ل": "ADP", "ك": "ADP", "س": "PART"}


class Lesson(NamedTuple):
    """A sentence as we read it: its tokens, and of each the segments of the corpus that it holds."""

    document: Document
    segments: Sequence[list[Word]]

    def parts(self) -> list[str]:
        """Return the part of speech of each token."""
        return [held[head_of(held)].upos if held else "X" for held in self.segments]


def read_lesson(sentence: Sequence[Word]) -> Lesson:
    """Read a sentence as the pipeline does, and find the segments of the corpus in its tokens."""
    text, starts = "", []
    for word in sentence:
        starts.append(len(text))
        text += word.form + " " * (not word.is_joined)
    document = read(text.rstrip(), known_words())
    segments = [
        [word for word, start in zip(sentence, starts, strict=True) if token.start <= start < token.end]
        for token in document.tokens
    ]
    return Lesson(document, segments)


def list_names() -> dict[str, str]:
    """Return which words names are made of, and of which kind each is: given, family, or the label of an entity."""
    known = gazetteer()
    found: dict[str, str] = {}
    for entity in lexicons.entities():
        for name in entity.names:
            words = norm(name).split()
            if len(words) == 1 or entity.entity.label == "PER":
                found.update({word: entity.entity.label for word in words if word not in found})
    return found | dict.fromkeys(known.family, "family") | dict.fromkeys(known.given, "given")


def learn_parts(sentences: Iterable[Sequence[Word]], clusters: Clusters, seed: int) -> PartModel:
    """Learn weights: what would have been tagged wrong moves them, and their averages are kept."""
    known = Knowledge(lexicons.words(), list_names(), clusters)
    find = lemmatizer().find
    described = [
        ([describe(t, find(t.stem, t.proclitics, t.enclitics), known) for t in lesson.document.tokens], lesson.parts())
        for lesson in map(read_lesson, sentences)
    ]
    learner = _Learner()
    dice = random.Random(seed)  # noqa: S311 - an order to learn in, no secret
    for _ in range(ROUNDS):
        dice.shuffle(described)
        for traits, parts in described:
            learner.learn(traits, [PARTS.index(part) for part in parts])
    return learner.finish(known.names)


class _Learner:
    """Weights by feature and part, with the sums that their averages are made of."""

    def __init__(self) -> None:
        self.weights: dict[str, list[int]] = defaultdict(lambda: [0] * len(PARTS))
        self.sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(PARTS))
        self.looks = 0

    def learn(self, traits: Sequence[Traits], gold: Sequence[int]) -> None:
        before = START
        for features, right in zip(_in_place(traits), gold, strict=True):
            self.looks += 1
            features = [*features, f"b{before}"]
            scores = [0] * len(PARTS)
            for feature in features:
                if feature in self.weights:
                    scores = [a + b for a, b in zip(scores, self.weights[feature], strict=True)]
            found = scores.index(max(scores))
            if found != right:
                for feature in features:
                    for part, step in ((right, 1), (found, -1)):
                        self.weights[feature][part] += step
                        self.sums[feature][part] += step * self.looks
            before = found

    def finish(self, names: Mapping[str, str]) -> PartModel:
        averages = {
            feature: [w - s / self.looks for w, s in zip(weights, self.sums[feature], strict=True)]
            for feature, weights in self.weights.items()
        }
        heaviest = max(abs(weight) for weights in averages.values() for weight in weights)
        steps = [[round(SCALE * w) for w in averages.pop(f"b{part}", [0.0] * len(PARTS))] for part in range(START + 1)]
        kept = {
            feature: {part: round(SCALE * w) for part, w in enumerate(weights) if abs(w) >= LEAST * heaviest}
            for feature, weights in sorted(averages.items())
        }
        return PartModel({feature: weights for feature, weights in kept.items() if weights}, steps, names)


def _in_place(traits: Sequence[Traits]) -> Iterator[list[str]]:
    for at, own in enumerate(traits):
        left = traits[at - 1].for_next if at else ()
        right = traits[at + 1].for_last if at + 1 < len(traits) else ()
        yield [*own.own, *left, *right]


def score_parts(sentences: Iterable[Sequence[Word]], analyser: Analyser) -> float:
    """Return how many of a hundred words of the corpus get their part of speech, clitics and marks among them."""
    right = total = 0
    for lesson in map(read_lesson, sentences):
        for held, (_, tag) in zip(lesson.segments, analyser.analyse_document(lesson.document), strict=True):
            head = head_of(held) if held else -1
            for at, word in enumerate(held):
                found = tag if at == head else _tag_clitic(word.form)
                right += found == word.upos
                total += 1
    return round(100 * right / max(total, 1), 1)


def _tag_clitic(form: str) -> str:
    return _CLITICS.get(norm(form), "PRON") if is_arabic(form) else "PUNCT"
