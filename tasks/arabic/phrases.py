"""What the patterns of dates share: the phrase that one matched, the date that it means, and parts of patterns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from tasks.arabic.items import Item, plays

A_UNIT: Final = "[UNIT DAY A_MONTH A_YEAR]"
THE_UNIT: Final = "[THE_UNIT THE_MONTH THE_YEAR THE_HOUR CENTURY]"
COUNT: Final = "[NUMBER YEAR]"
WHEN: Final = "[PAST NEXT CURRENT]"
MOD: Final = "[START MID END]"
PART_OF_DAY: Final = "(?: AFTER? DAYPART FROM? )"  # مساء, بعد ظهر
WEEKDAY: Final = f"(?: OPEN WEEKDAY CLOSE | COMMA? WEEKDAY {WHEN}? )"
DAY_NUMBER: Final = "(?: ORDINAL (?: AND? NUMBER )? | ARTICLE? NUMBER )"  # الثاني والعشرين, الثاني عشر, 22, ال22


class Found(NamedTuple):
    """A date before it has days: `kind`, `value` and `mod` as in `tasks.arabic.facts.Date`.

    `direction` is -1 for الماضي, 1 for المقبل, else 0. One that is not certain gets no days.
    """

    first: Item
    last: Item
    kind: str
    value: str
    mod: str | None = None
    direction: int = 0
    is_certain: bool = True


class Phrase(NamedTuple):
    """The items of a sentence that a pattern matched: `items[first:last]`."""

    items: Sequence[Item]
    first: int
    last: int

    @property
    def parts(self) -> Sequence[Item]:
        """The items of the phrase."""
        return self.items[self.first : self.last]

    @property
    def before(self) -> Item | None:
        """The item before the phrase."""
        return self.items[self.first - 1] if self.first else None

    @property
    def after(self) -> Item | None:
        """The item after the phrase."""
        return self.items[self.last] if self.last < len(self.items) else None

    def find(self, *roles: str) -> Item | None:
        """Return the first item in one of the roles."""
        return next((part for part in self.parts if part.role in roles), None)

    def find_all(self, *roles: str) -> list[Item]:
        """Return the items in one of the roles."""
        return [part for part in self.parts if part.role in roles]

    @property
    def mod(self) -> str | None:
        """START, MID or END of a period, or APPROX."""
        return next((role for role in ("START", "MID", "END", "APPROX") if self.find(role)), None)

    @property
    def direction(self) -> int:
        """-1 with الماضي, 1 with المقبل, else 0."""
        word = self.find("PAST", "NEXT")
        return int(word.value) if word else 0

    def mean(self, kind: str, value: str, *, is_certain: bool = True) -> Found:
        """Return what the whole phrase means."""
        return Found(self.parts[0], self.parts[-1], kind, value, self.mod, self.direction, is_certain)


class Pattern(NamedTuple):
    """A grammar, and the function that reads the phrases that it matches; one may hold two dates, or none."""

    grammar: str
    read: Callable[[Phrase], Iterable[Found]]


def write_step(grain: str, steps: float) -> str:
    """Write a step from now.

    >>> write_step("year", -1), write_step("week", 0), write_step("day", 2)
    ('year:-1', 'week:0', 'day:+2')
    """
    return f"{grain}:{int(steps):+d}" if steps else f"{grain}:0"


def sum_numbers(parts: Iterable[Item]) -> float:
    """Add up what DAY_NUMBER matched: الثاني والعشرون is 22, الخامس عشر 15."""
    return sum(part.value for part in parts if plays(part, "NUMBER", "ORDINAL"))
