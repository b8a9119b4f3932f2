"""Learn the model of names: from annotated texts, with what lexicons and rules take each word for."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from flows.training.chains import Fitted, Sentences, average, fit
from flows.training.corpora import Example, names_of, read_columns, read_marked, read_news
from tasks.analysis import known_words
from tasks.arabic.document import Document, Token
from tasks.arabic.names import hint
from tasks.arabic.tagging import (
    NAMES,
    OUTSIDE,
    Hint,
    Traits,
    Vocabulary,
    describe_elsewhere,
    describe_sentence,
    describe_word,
    to_labels,
    to_names,
)
from tasks.lexicons.names import gazetteer
from tasks.taggers.chain import LinearTagger

OWN: Final = Path(__file__).parents[2] / "training" / "names.txt"
OWN_TIMES: Final = 4
TOLD: Final = 0.6  # share of the texts that are learned as they are read the second time


class Lesson(NamedTuple):
    """A text to learn from: what lexicons and rules take its words for, and what they are.

    `is_news` says that it is of the main corpus, `is_other` that it was annotated by other guidelines; `guess` is what
    a model takes the words for that has not seen the text.
    """

    document: Document
    hints: Sequence[Hint]
    labels: Sequence[str]
    is_news: bool = False
    is_other: bool = False
    guess: Sequence[str] = ()


def read_lessons(data: Path) -> Iterator[Lesson]:
    """Yield the annotated texts, and the sentences of our own, which are few, some times over."""
    words = known_words()
    own = [_read_lesson(example) for example in read_marked(OWN, words)]
    yield from own * OWN_TIMES
    for example in read_news(data / "news_ner" / "train.jsonl.gz", words):
        yield _read_lesson(example)._replace(is_news=True)
    for example in read_columns(data / "anercorp" / "train.tsv", words, NAMES):
        hints = hint(example.document, gazetteer())
        yield _read_lesson(add_missing(example, hints))._replace(is_other=True)


def _read_lesson(example: Example) -> Lesson:
    labels = to_labels(names_of(example), len(example.labels))
    return Lesson(example.document, hint(example.document, gazetteer()), labels)


def take_share(lessons: Iterable[Lesson], one_in: int) -> list[Lesson]:
    """Return the lessons with one text in so many of the main corpus, to see what its size is worth."""
    news = itertools.count()
    return [lesson for lesson in lessons if not lesson.is_news or next(news) % one_in == 0]


def learn_names(lessons: Sequence[Lesson], vocabulary: Vocabulary, seed: int, fits: int = 1) -> Fitted:
    """Fit a model, which is told of a text's other places what models of half of the texts made of the other half.

    More `fits` than one differ in the order of the texts and in what is hidden; the model is their mean.
    """
    guesses: list[Sequence[str]] = [()] * len(lessons)
    for half in (0, 1):
        fitted = fit(collect(lessons[1 - half :: 2], vocabulary), seed)
        tagger = LinearTagger(fitted.to_integers(), vocabulary)
        guesses[half::2] = [
            to_labels(tagger.tag(lesson.document, lesson.hints).names, len(lesson.labels))
            for lesson in lessons[half::2]
        ]
    random = np.random.default_rng(seed)
    told = [guess if random.random() < TOLD else () for guess in guesses]
    lessons = [lesson._replace(guess=guess) for lesson, guess in zip(lessons, told, strict=True)]
    sentences = collect(lessons, vocabulary)
    return average([fit(sentences, seed + no) for no in range(fits)])


def collect(lessons: Iterable[Lesson], vocabulary: Vocabulary) -> Sentences:
    """Describe all words, with what lexicons and rules take them for."""
    sentences = Sentences()
    kept: dict[tuple[object, ...], Traits] = {}
    for lesson in lessons:
        traits = [_describe(token, vocabulary, kept) for token in lesson.document.tokens]
        told = describe_elsewhere([word.topic for word in traits], lesson.guess) if lesson.guess else []
        for sentence in lesson.document.sentences:
            own = slice(sentence.first, sentence.last)
            if traits[own]:
                features = describe_sentence(traits[own], lesson.hints[own], told[own])
                sentences.add(features, lesson.labels[own], is_other=lesson.is_other)
    return sentences


def _describe(token: Token, vocabulary: Vocabulary, kept: dict[tuple[object, ...], Traits]) -> Traits:
    word = (token.text, token.proclitics, token.enclitics)
    if word not in kept:
        kept[word] = describe_word(token, vocabulary)
    return kept[word]


def add_missing(example: Example, hints: Sequence[Hint]) -> Example:
    """Add the nationalities that a corpus without them leaves unmarked, as the lexicon of demonyms has them."""
    labels = list(example.labels)
    for name in to_names([found.label for found in hints]):
        if name.label == "NORP" and all(label == OUTSIDE for label in labels[name.first : name.last]):
            labels[name.first : name.last] = ["B-NORP"] + ["I-NORP"] * (name.last - name.first - 1)
    return example._replace(labels=tuple(labels))
