"""Sentences of a clean news text, and which of them repeat another.

A sentence ends at a full stop, or at the end of its line. It does not end inside quotation marks or brackets,
after an initial or an abbreviated title, or at a question mark that the clause goes on from.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from tasks.arabic.document import Span
from tasks.arabic.letters import CLOSING_QUOTES, FULL_STOPS, LETTERS, OPENING_QUOTES

_STOP: Final = re.compile(rf"[{re.escape(FULL_STOPS)}]+[{CLOSING_QUOTES}\"')\]]*(?=\s|$)")
_QUOTED: Final = re.compile(r"«[^«»\n]{1,600}»|“[^“”\n]{1,600}”|\"[^\"\n]{1,400}\"|\([^()\n]{1,300}\)")
# Titles shortened to letters, and initials: د. محمد, أ. د. سعاد, ق. ل. م, U.S.; not the era of a year: 1990م.
_ABBREVIATED: Final = re.compile(
    rf"(?:(?<![{LETTERS}0-9٠-٩])[{LETTERS}]|\b[A-Z]|(?<!\w)(?:St|Mr|Mrs|Dr|Prof|Jr|Sr|No|vs))\.$"
)
# The number of an item, at its beginning; elsewhere a number may be the last word of a sentence.
_NUMBERED: Final = re.compile(r"(?:^|[:؛،,\-–—])\s*[0-9٠-٩]{1,2}\.$")
_CUT_NUMBER: Final = re.compile(r"[0-9٠-٩]\.\s+[0-9٠-٩]")
# A clause that hangs on the question or the broken-off phrase before it.
_GOES_ON: Final = re.compile(r"\s+(?:بل|أم|ام|ثم)(?!\w)")
# Who asks or calls what stood in quotation marks: «متى نعود؟» سأل الطفل.
_GOES_ON_AFTER_QUOTE: Final = re.compile(rf"\s+(?!و)[{LETTERS}]")
_GOES_ON_AFTER_DOTS: Final = re.compile(rf"\s+[{LETTERS}]")

MIN_EQUAL: Final = 4  # words from which an equal sentence is a repeat and no formula
MIN_EDGE: Final = 6  # words from which the start or the end of another sentence is one


def find_sentences(text: str) -> list[Span]:
    """Return the sentences of a clean text in order; marks stay with the sentence they close.

    >>> text = "عاد الوفد. قال الوزير: «انتهينا. شكراً لكم». من يضمن الهدنة؟ بل من يريدها؟"
    >>> [text[s.start:s.end] for s in find_sentences(text)]
    ['عاد الوفد.', 'قال الوزير: «انتهينا. شكراً لكم».', 'من يضمن الهدنة؟ بل من يريدها؟']
    """
    return [span for line in _lines(text) for span in _sentences_of(text, line)]


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _sentences_of(text: str, line: Span) -> Iterator[Span]:
    quoted = [Span(m.start(), m.end()) for m in _QUOTED.finditer(text, line.start, line.end)]
    start = line.start
    for stop in _STOP.finditer(text, line.start, line.end):
        if not any(q.start < stop.start() and stop.end() < q.end for q in quoted) and _ends(text, start, stop, line):
            yield from _trimmed(text, start, stop.end())
            start = stop.end()
    yield from _trimmed(text, start, line.end)


def _ends(text: str, start: int, stop: re.Match[str], line: Span) -> bool:
    mark, after = stop.group(), text[stop.end() : line.end]
    if mark[0] in "؟?!" and _GOES_ON.match(after):
        return False
    if (len(mark) > 1 and set(mark) <= {"."}) or mark == "…":
        return not _GOES_ON_AFTER_DOTS.match(after)
    if not after.strip():
        return True
    opening = text[start : stop.start()].lstrip()[:1]
    if mark[-1] == ")":
        return opening == "("
    if mark[-1] in CLOSING_QUOTES and opening in OPENING_QUOTES and mark[0] in "؟?!":
        return not _GOES_ON_AFTER_QUOTE.match(after)
    return mark != "." or not _is_point(text[start : stop.end()], after)


def _is_point(sentence: str, after: str) -> bool:
    """Tell whether a full stop is the point of an abbreviation, or of the number of an item or a decimal."""
    words = sentence.strip()
    return bool(_ABBREVIATED.search(words[-12:]) or _NUMBERED.search(words) or _CUT_NUMBER.match(words[-2:] + after))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    stripped = piece.strip()
    if any(char.isalnum() for char in stripped):
        start += piece.index(stripped)
        yield Span(start, start + len(stripped))


def find_repeats(sentences: Sequence[Sequence[str]]) -> set[int]:
    """Return which sentences, given as matching keys of their words, say again what another one says.

    Of two equal sentences the later one is the repeat. A sentence that is the beginning or the end
    of a longer one is the repeat, wherever it stands: a lede above the text, a pull quote in it.

    >>> find_repeats([["من", "ربح", "ومن", "خسر"], ["سوال", "مهم"], ["من", "ربح", "ومن", "خسر"]])
    {2}
    """
    keys = [tuple(words) for words in sentences]
    seen: Counter[tuple[str, ...]] = Counter()
    edges = _edges(keys)
    repeats = set()
    for no, key in enumerate(keys):
        if (len(key) >= MIN_EQUAL and seen[key]) or (
            len(key) >= MIN_EDGE and any(_is_edge(key, keys[other]) for other in edges.get(key[:3], []) if other != no)
        ):
            repeats.add(no)
        seen[key] += 1
    return repeats


def _edges(keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[int]]:
    """Index sentences by their first three words, and by every three words that could begin their end."""
    index: dict[tuple[str, ...], list[int]] = {}
    for no, key in enumerate(keys):
        for at in range(len(key) - MIN_EDGE + 1):
            index.setdefault(key[at : at + 3], []).append(no)
    return index


def _is_edge(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return len(short) < len(long) and (long[: len(short)] == short or long[-len(short) :] == short)
