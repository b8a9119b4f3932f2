"""The tagger does in arrays what can be said in ten lines of plain Python."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest

from tasks.arabic.document import Document
from tasks.arabic.reading import read
from tasks.arabic.tagging import (
    LABELS,
    NAMES,
    Hint,
    Question,
    Tagged,
    Vocabulary,
    describe_elsewhere,
    describe_sentence,
    describe_word,
    may_follow,
    to_labels,
    to_names,
    told_of,
)
from tasks.lexicons.words import words
from tasks.taggers import chain
from tasks.taggers.chain import LinearTagger, Weights

TEXTS = (
    "زار السيد سمير البلتاجي مدينة زغرديل أمس. وقال البلتاجي إن شركة TSMC باعت 120 رقاقة.",
    "نعم.",
    "في زغرديل\nوفي صرمان، ومن تورفيك إلى هالندر؟ لا أحد يعرف. قال رئيس اللجنة إنه لا يعرف أيضا.",
    "",
    "«»",
)
VOCABULARY = Vocabulary({"قال": (1, 2, 3), "مدينه": (4, 5, 6), "من": (1, 7, 9)}, words(), {"قال": ("verb",)}, {})


def documents() -> list[Document]:
    return [read(text, words()) for text in TEXTS]


@pytest.fixture(scope="module")
def weights() -> Weights:
    random = np.random.default_rng(1)
    told = ("place", "name", "any", "before", "after")
    seen = {feature for what in told for name in ("", *NAMES, *LABELS) for feature in told_of(what, name)}
    seen |= {
        feature
        for document in documents()
        for sentence in document.sentences
        for word in describe_sentence(
            [describe_word(t, VOCABULARY) for t in document.words(sentence)],
            hints_for(document)[sentence.first : sentence.last],
        )
        for feature in word
    }
    features = np.array(sorted(seen)[::2], np.uint32)  # half of them, so that some have no weight
    return Weights(
        features,
        random.integers(-120, 120, (len(features), len(LABELS))).astype(np.int8),
        random.integers(-120, 120, (len(LABELS), len(LABELS))).astype(np.int32),
        np.array(50, np.int32),
    )


def hints_for(document: Document) -> list[Hint]:
    labels = ["B-ORG", "L-ORG", "O", "U-LOC", "O", "O", "U-PER"] * len(document.tokens)
    return [Hint(label, "lexicon", "") if label[-1] == "C" else Hint(label, "name_rule", "وزاره") for label in labels]


def no_hints_for(document: Document) -> list[Hint]:
    return [Hint("O", "", "")] * len(document.tokens)


def tag_slowly(document: Document, weights: Weights, hints: Sequence[Hint]) -> list[Tagged]:
    return list(to_names(read_slowly(document, weights, hints, tell_slowly(document, weights, hints))[1]))


def tell_slowly(document: Document, weights: Weights, hints: Sequence[Hint]) -> list[tuple[int, ...]]:
    topics = [describe_word(token, VOCABULARY).topic for token in document.tokens]
    return describe_elsewhere(topics, read_slowly(document, weights, hints, [()] * len(document.tokens))[1])


def read_slowly(
    document: Document,
    weights: Weights,
    hints: Sequence[Hint],
    told: Sequence[Sequence[int]],
    allows: Callable[[int, str], bool] = lambda at, label: True,
) -> tuple[float, list[str]]:
    """Return the best labels of a document, of those that are allowed, and their score."""
    rows = {int(feature): row for row, feature in enumerate(weights.features)}
    labels, total = ["O"] * len(document.tokens), 0.0
    for sentence in document.sentences:
        best: dict[str, tuple[int, list[str]]] = {}
        traits = [describe_word(t, VOCABULARY) for t in document.words(sentence)]
        place = slice(sentence.first, sentence.last)
        for at, word in enumerate(describe_sentence(traits, hints[place], told[place]), sentence.first):
            own = [sum(int(weights.weights[rows[f], n]) for f in word if f in rows) for n in range(len(LABELS))]
            following = {}
            for n, label in enumerate(LABELS):
                ways = [
                    (score + int(weights.transitions[LABELS.index(before), n]) + own[n], [*path, label])
                    for before, (score, path) in best.items()
                    if may_follow(label, before)
                ]
                if at == sentence.first and label[0] in "OBU":
                    ways = [(own[n], [label])]
                if ways and allows(at, label):
                    following[label] = max(ways, key=lambda way: way[0])
            best = following
        ended = [way for label, way in best.items() if label[0] in "OLU"]
        score, labels[place] = max(ended, key=lambda way: way[0], default=(float("-inf"), labels[place]))
        total += score
    return total, labels


def test_margins_and_costs_are_differences_between_best_chains(weights: Weights) -> None:
    document = documents()[0]
    hints = hints_for(document)
    asked = [Tagged(1, 4, "PER"), Tagged(4, 5, "LOC"), Tagged(11, 13, "ORG")]
    found = LinearTagger(weights, VOCABULARY).tag(document, hints, asked)
    told = tell_slowly(document, weights, hints)
    best, labels = read_slowly(document, weights, hints, told)
    own = list(to_names(labels))
    assert (found.names, len(own) > 1) == (own, True)
    for name, margin in zip(own, found.margins, strict=True):
        # Another reading of the words of a name has another label at one of them at least.
        others = [
            read_slowly(document, weights, hints, told, lambda at, label, x=x: at != x or label != labels[x])[0]
            for x in range(name.first, name.last)
        ]
        assert margin == pytest.approx((best - max(others)) / 50)
    for name, cost in zip(asked, found.costs, strict=True):
        wanted = dict(enumerate(to_labels([name], name.last)[name.first :], name.first))
        score, _ = read_slowly(document, weights, hints, told, lambda at, label, w=wanted: w.get(at, label) == label)
        assert cost == pytest.approx((best - score) / 50)
    assert LinearTagger(weights, VOCABULARY).tag(document, hints, own).costs == [0.0] * len(own)


def test_the_best_chain_is_found(weights: Weights) -> None:
    tagger = LinearTagger(weights, VOCABULARY)
    for document in documents():
        for hints in (no_hints_for(document), hints_for(document)):
            assert tagger.tag(document, hints).names == tag_slowly(document, weights, hints)


def test_a_text_has_the_same_names_in_any_company(weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [LinearTagger(weights, VOCABULARY).tag(document, hints_for(document)).names for document in documents()]
    monkeypatch.setattr(chain, "KEPT_WORDS", 5)
    tagger = LinearTagger(weights, VOCABULARY)
    assert [tagger.tag(document, hints_for(document)).names for document in documents()] == alone
    assert [tagger.tag(document, hints_for(document)).names for document in reversed(documents())] == alone[::-1]


def test_a_text_has_the_same_answer_in_any_batch(weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [Tagged(1, 2, "PER"), Tagged(3, 5, "LOC")]
    questions = [
        Question(document, hints_for(document), asked if len(document.tokens) > 5 else []) for document in documents()
    ]
    alone = [LinearTagger(weights, VOCABULARY).tag(*question) for question in questions]
    assert sum(len(answer.names) for answer in alone) > 5
    tagger = LinearTagger(weights, VOCABULARY)
    assert tagger.tag_all(questions) == alone
    assert tagger.tag_all(questions[::-1] + questions) == alone[::-1] + alone
    assert tagger.tag_all([]) == []
    monkeypatch.setattr(chain, "LONG", 5)  # one long sentence is read by other arithmetic, and all beside it
    assert tagger.tag_all(questions[1:]) == alone[1:]


def test_a_very_long_sentence_is_read_like_any_other(weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    document = read("زار السيد سمير مدينة زغرديل " * 40, words())
    hints = no_hints_for(document)
    short = LinearTagger(weights, VOCABULARY).tag(document, hints)
    monkeypatch.setattr(chain, "LONG", 5)
    assert LinearTagger(weights, VOCABULARY).tag(document, hints) == short


def test_names_stand_in_order_and_end_with_their_sentence(weights: Weights) -> None:
    tagger = LinearTagger(weights, VOCABULARY)
    for document in documents():
        names = tagger.tag(document, hints_for(document)).names
        assert all(one.last <= other.first for one, other in pairwise(names))
        bounds = [(s.first, s.last) for s in document.sentences]
        assert all(any(first <= n.first and n.last <= last for first, last in bounds) for n in names)
