"""The text as rules read it: clean text, words with their clitics, sentences.

All positions here are code points into the *clean* text. Stages translate them to the raw text.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Code points `start` to `end` (exclusive) of the clean text."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two share a code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        """Tell whether all of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end


class Token(NamedTuple):
    """One word or mark.

    `stem` is the token between its clitics, at `stem_start` to `stem_end`. `name_start` is where a
    name in it would begin: after conjunctions and prepositions, the article included (بالقاهرة: القاهرة;
    للأمم: لأمم, as the alef of the article is not written there).
    """

    start: int
    end: int
    text: str
    norm: str
    proclitics: tuple[str, ...]
    stem: str
    enclitics: tuple[str, ...]
    stem_start: int
    stem_end: int
    name_start: int
    stem_norm: str
    upos: str | None
    is_stop: bool


class Sentence(NamedTuple):
    """A sentence: its span, and its tokens as `document.tokens[first:last]`."""

    no: int
    start: int
    end: int
    first: int
    last: int
    is_repeat: bool
    is_boilerplate: bool


class Document(NamedTuple):
    """A clean text with its words and sentences."""

    text: str
    tokens: Sequence[Token]
    sentences: Sequence[Sentence]

    def words(self, sentence: Sentence) -> Sequence[Token]:
        """Return the tokens of a sentence."""
        return self.tokens[sentence.first : sentence.last]

    def text_of(self, span: Span | Sentence | Token) -> str:
        """Return the clean text of a span."""
        return self.text[span.start : span.end]

    def sentence_at(self, position: int) -> Sentence:
        """Return the sentence that holds a position, or the last one that begins before it."""
        return next((s for s in reversed(self.sentences) if s.start <= position), self.sentences[0])
