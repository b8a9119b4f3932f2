"""UD treebanks as they lie beside the project: syntactic words, and the written words that they are parts of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tasks.arabic.letters import is_arabic, strip_marks

CONTENT: Final = frozenset(("NOUN", "VERB", "ADJ", "PROPN", "ADV"))
SEEN: Final = 800  # sentences to learn from; the rest is for scoring
_PROCLITICS: Final = frozenset("وفبلكسأ")
_ENCLITICS: Final = frozenset(("ه", "ها", "هم", "هما", "هن", "ك", "كم", "كما", "كن", "ي", "ني", "نا"))
_PARTICLES: Final = frozenset(("ADP", "CONJ", "CCONJ", "PART", "ADV", "AUX"))
_BEFORE_PRONOUN: Final = {"ة": "ت", "ى": "ا"}
_DAGGER: Final = "`"  # the corpus writes a superscript alef so: ه`ذا


class Word(NamedTuple):
    """A syntactic word of the corpus."""

    form: str
    lemma: str
    upos: str
    xpos: str
    features: str
    is_joined: bool  # to the next one


def read_sentences(path: Path) -> Iterator[list[Word]]:
    """Yield the words of each sentence."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = (line.split("\t") for line in block.splitlines() if not line.startswith("#"))
        yield [Word(r[1], r[2].replace(_DAGGER, ""), r[3], r[4], r[5], "SpaceAfter=No" in r[9]) for r in rows]


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


def read_padt(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the written words of PADT, each as its segments; it writes clitics as words, and every word as it is alone.

    A word of which a segment is tagged X is left out: the corpus leaves the clitics of such words on.
    """
    for sentence in read_sentences(path):
        surface: list[Word] = []
        for word in [*sentence, None]:
            if word is not None and (not surface or _is_joined(surface[-1], word)):
                surface.append(word)
                continue
            if surface and all(is_arabic(strip_marks(part.form)) and part.upos != "X" for part in surface):
                yield _spell_together([strip_marks(part.form) for part in surface])
            surface = [word] if word is not None else []


def _is_joined(before: Word, word: Word) -> bool:
    """Tell whether a word of PADT is written together with the one before it."""
    if "PUNCT" in (before.upos, word.upos):
        return False
    is_pronoun = word.upos == "PRON" and word.xpos.startswith("S") and strip_marks(word.form) in _ENCLITICS
    return is_pronoun or (before.upos in _PARTICLES and strip_marks(before.form) in _PROCLITICS)


def _spell_together(parts: list[str]) -> tuple[str, ...]:
    """Spell the segments of a word as they are written together: لل for ل and ال, ت for ة, and علي for على."""
    for at in range(len(parts) - 1):
        one, other = parts[at : at + 2]
        if one == "ل" and other.startswith("ال"):
            parts[at + 1] = "ل" + other[2:].removeprefix("ل") if other.startswith("الل") else other[1:]
        elif other in _ENCLITICS and len(one) > 1:
            end = "ي" if one in ("على", "إلى", "لدى") else _BEFORE_PRONOUN.get(one[-1], one[-1])
            parts[at] = one[:-1] + end
    return tuple(parts)
