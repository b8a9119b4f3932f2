"""Candidates for names, and what the rules ask of a word: whose it is, what it does, how much of a name it is."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Token
from tasks.arabic.facts import Entity
from tasks.arabic.gazetteer import Gazetteer, beginnings
from tasks.arabic.letters import CLOSING_QUOTES, OPENING_QUOTES

ARTICLE: Final = "ال"
GIVEN: Final = 3
FAMILY: Final = 2
RARE: Final = 1
SURE: Final = 60.0  # a word that is part of a person's name in so many of a hundred places
ORDINARY: Final = 600  # occurrences in the word list beyond which a word is not read as an unknown name
CLOSING: Final = frozenset(CLOSING_QUOTES + '")')
OPENING: Final = frozenset(OPENING_QUOTES + '"(')
_ARABIC_PARTICLES: Final = ("بن", "ابن", "بنت", "ابو", "ابي", "بو", "ام", "ال", "عبد", "ولد", "نجل", "اوغلو")
_OTHER_PARTICLES: Final = ("فان", "فون", "دي", "دو", "دا", "دوس", "ديل", "ديلا", "لو", "لا")
PARTICLES: Final = frozenset((*_ARABIC_PARTICLES, *_OTHER_PARTICLES))
NEEDS_MORE: Final = PARTICLES - {"اوغلو", "ام", "لا", "لو", "دو"}


class Candidate(NamedTuple):
    """A possible mention at tokens `first` to `last` (exclusive), `skip` code points into the first."""

    first: int
    last: int
    skip: int
    label: str
    method: str
    entity: Entity | None = None


class Reading(NamedTuple):
    """A document on its way to mentions: what each token is known to belong to."""

    document: Document
    gazetteer: Gazetteer
    owners: list[Candidate | None]

    @property
    def tokens(self) -> Sequence[Token]:
        """The document's tokens."""
        return self.document.tokens

    def label_at(self, at: int) -> str | None:
        """Return the label of the name that a token belongs to so far."""
        owner = self.owners[at]
        return owner.label if owner else None

    def has_role(self, at: int, role: str) -> bool:
        """Tell whether a token, with or without its clitics, plays a role of `titles.csv`."""
        words = self.gazetteer.roles.get(role, frozenset())
        return any(way.key in words for way in beginnings(self.tokens[at].text))

    def is_stop(self, at: int, group: str) -> bool:
        """Tell whether a token is in a group of `name_stops.csv`."""
        return self.tokens[at].norm in self.gazetteer.stops.get(group, frozenset())

    def follows_directly(self, at: int) -> bool:
        """Tell whether a token stands on the same line as the one before it."""
        return "\n" not in self.document.text[self.tokens[at - 1].end : self.tokens[at].start]


def own(reading: Reading, candidates: Iterable[Candidate]) -> None:
    """Give each token that has no owner yet to the longest candidate that covers it."""
    owners = reading.owners
    for candidate in sorted(candidates, key=lambda c: (c.first - c.last, c.first, c.skip)):
        if all(owners[at] is None for at in range(candidate.first, candidate.last)):
            owners[candidate.first : candidate.last] = [candidate] * (candidate.last - candidate.first)


def is_definite(key: str) -> bool:
    """Tell whether a word begins with the article; a shorter one may begin with alef and lam of its own."""
    return key.startswith(ARTICLE) and len(key) > 4


def grade(reading: Reading, at: int, key: str | None = None) -> int:
    """Return what a word may be in a person's name: given, family, merely rare, or 0 for none."""
    token, gazetteer = reading.tokens[at], reading.gazetteer
    key = key or token.norm
    if token.upos == "PUNCT" or (token.text.endswith("ى") and token.upos):
        return 0
    if key in gazetteer.stops.get("ordinary", ()):
        return 0
    if token.upos and key != "علي":
        return 0
    if key in gazetteer.given:
        return GIVEN
    if key in gazetteer.family or reading.label_at(at) == "PER":
        return FAMILY
    return RARE if gazetteer.is_rare(token, key) else 0


def speaks(reading: Reading, first: int, last: int) -> bool:
    """Tell whether a reporting verb stands right before or after."""
    before = first > 0 and reading.follows_directly(first) and reading.has_role(first - 1, "verb")
    after = last < len(reading.tokens) and reading.tokens[last].norm in reading.gazetteer.roles.get("verb", ())
    return before or after
