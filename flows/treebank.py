"""UD_Arabic-PUD as it lies beside the project: syntactic words, and the written words that they are parts of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

CONTENT: Final = frozenset(("NOUN", "VERB", "ADJ", "PROPN", "ADV"))
SEEN: Final = 800  # sentences to learn from; the rest is for scoring
_DAGGER: Final = "`"  # the corpus writes a superscript alef so: ه`ذا


class Word(NamedTuple):
    """A syntactic word of the corpus."""

    form: str
    lemma: str
    upos: str
    features: str
    is_joined: bool  # to the next one


def read_sentences(path: Path) -> Iterator[list[Word]]:
    """Yield the words of each sentence."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = (line.split("\t") for line in block.splitlines() if not line.startswith("#"))
        yield [Word(r[1], r[2].replace(_DAGGER, ""), r[3], r[5], "SpaceAfter=No" in r[9]) for r in rows]


def is_scored(word: Word) -> bool:
    """Tell whether a word counts: no mark, no symbol."""
    return word.upos not in ("PUNCT", "SYM") and any(map(str.isalnum, word.form))


def list_surfaces(sentence: list[Word]) -> Iterator[list[Word]]:
    """Yield the written words, each as its segments; a mark stands by itself."""
    surface: list[Word] = []
    for word in sentence:
        if surface and not is_scored(word):
            yield surface
            surface = []
        surface.append(word)
        if not (is_scored(word) and word.is_joined):
            yield surface
            surface = []
    if surface:
        yield surface


def head_of(surface: list[Word]) -> int:
    """Return the segment that is the word itself, the others being its clitics."""
    order = [(word.upos in CONTENT, word.upos != "PRON", len(word.form)) for word in surface]
    return order.index(max(order))
