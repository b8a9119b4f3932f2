"""Where the characters of an edited text stand in the text it was made from.

A fix never edits blindly: it lists what it would replace (`Edit`). `replace` carries that out, and
`Alignment.then` adds it to what earlier fixes did, so that any span of the clean text can be traced
to the raw characters it came from, however many fixes lie between.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Edit(NamedTuple):
    """Put `replacement` in the place of `text[start:end]`; an insertion has `start == end`."""

    start: int
    end: int
    replacement: str


class Change(NamedTuple):
    """`clean[clean_start:clean_end]` stands for `raw[raw_start:raw_end]`; either may be empty."""

    clean_start: int
    clean_end: int
    raw_start: int
    raw_end: int


def replace(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits that are in order and do not overlap.

    >>> replace("قال ، نعم", [Edit(3, 4, "")])
    'قال، نعم'
    """
    pieces: list[str] = []
    done = 0
    for start, end, replacement in edits:
        pieces += (text[done:start], replacement)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


@dataclass(frozen=True)
class Alignment:
    """How a clean text lies on its raw text: the places where they differ, in order; equal elsewhere.

    >>> made_here = Alignment().then([Edit(3, 4, "")])
    >>> made_here.to_raw(0, 4), made_here.to_clean(5)
    ((0, 5), 4)
    """

    changes: Sequence[Change] = ()

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]]) -> "Alignment":
        """Read the changes back from rows of four numbers, as `documents.edits` holds them."""
        return cls([Change(*row) for row in rows])

    def then(self, edits: Iterable[Edit]) -> "Alignment":
        """Add edits of the clean text: an edit merges with an older change only where they overlap."""
        older = [
            (start, end, 0, raw_end - raw_start - (end - start)) for start, end, raw_start, raw_end in self.changes
        ]
        newer = [(start, end, len(replacement) - (end - start), 0) for start, end, replacement in edits]
        changes: list[Change] = []
        to_clean = to_raw = 0  # how far clean and raw lie ahead of the text between them
        begin = reach = -1
        clean_start = raw_start = 0
        for start, end, longer_clean, longer_raw in sorted(older + newer, key=lambda piece: piece[:2]):
            if start >= reach:
                if begin >= 0:
                    changes.append(Change(clean_start, reach + to_clean, raw_start, reach + to_raw))
                begin, reach = start, end
                clean_start, raw_start = start + to_clean, start + to_raw
            reach = max(reach, end)
            to_clean += longer_clean
            to_raw += longer_raw
        if begin >= 0:
            changes.append(Change(clean_start, reach + to_clean, raw_start, reach + to_raw))
        return Alignment(changes)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of a clean one: from its first character's beginning to its last one's end.

        What was dropped at its edges stays outside; an empty span gives an empty span.
        """
        raw_start = self._raw_of(start)[0]
        return raw_start, (self._raw_of(end - 1)[1] if end > start else raw_start)

    def to_clean(self, raw_position: int) -> int:
        """Return the clean position of a raw one; what was dropped gives the position after it."""
        index = bisect_right(self._raw_starts, raw_position) - 1
        if index < 0:
            return raw_position
        change = self.changes[index]
        if raw_position < change.raw_end:
            return change.clean_start
        return change.clean_end + raw_position - change.raw_end

    def _raw_of(self, position: int) -> tuple[int, int]:
        index = bisect_right(self._clean_starts, position) - 1
        if index < 0:
            return position, position + 1
        change = self.changes[index]
        if position < change.clean_end:
            return change.raw_start, change.raw_end
        raw = change.raw_end + position - change.clean_end
        return raw, raw + 1

    @cached_property
    def _clean_starts(self) -> list[int]:
        return [change.clean_start for change in self.changes]

    @cached_property
    def _raw_starts(self) -> list[int]:
        return [change.raw_start for change in self.changes]
