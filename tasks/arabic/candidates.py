"""Candidates for names, and what the rules ask of a word: whose it is, what it does, how much of a name it is."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Token
from tasks.arabic.facts import Entity
from tasks.arabic.gazetteer import Beginning, Gazetteer, beginnings, compact, without_article
from tasks.arabic.letters import ARABIC_WORD, CLOSING_QUOTES, OPENING_QUOTES

ARTICLE: Final = "ال"
GIVEN: Final = 3
FAMILY: Final = 2
RARE: Final = 1
SURE: Final = 60.0  # a word that is part of a person's name in so many of a hundred places
HEAD: Final = 3  # letters by which a name that was found before is looked for
ORDINARY: Final = 600  # occurrences in the word list beyond which a word is not read as an unknown name
CLOSING: Final = frozenset(CLOSING_QUOTES + '")')
OPENING: Final = frozenset(OPENING_QUOTES + '"(')
_ARABIC_PARTICLES: Final = ("بن", "ابن", "بنت", "ابو", "ابي", "بو", "ام", "ال", "عبد", "ولد", "نجل", "اوغلو")
_OTHER_PARTICLES: Final = ("فان", "فون", "دي", "دو", "دا", "دوس", "ديل", "ديلا", "لو", "لا")
PARTICLES: Final = frozenset((*_ARABIC_PARTICLES, *_OTHER_PARTICLES))
NEEDS_MORE: Final = PARTICLES - {"اوغلو", "ام", "لا", "لو", "دو"}


class Candidate(NamedTuple):
    """A possible mention at tokens `first` to `last` (exclusive), `skip` code points into the first.

    `margin` says of a name by the model how much surer it is of it than of anything else there.
    """

    first: int
    last: int
    skip: int
    label: str
    method: str
    entity: Entity | None = None
    margin: float = 0.0


class Word(NamedTuple):
    """What the lexicons say of a word, wherever it stands.

    `ways` are the ways to begin a name in it; `openings` those that a lexicon name begins with,
    `nations` those that a demonym does; `heads` are their first letters without the article. `roles`
    (`titles.csv`) hold with and without clitics, `stops` (`name_stops.csv`) for the whole word. `grades`
    say how much of a person's name it is, by key, where a key that cannot be one is missing.
    """

    ways: tuple[Beginning, ...]
    openings: tuple[Beginning, ...]
    nations: tuple[tuple[Beginning, Entity | None], ...]
    heads: tuple[str, ...]
    roles: tuple[str, ...]
    stops: tuple[str, ...]
    grades: Mapping[str, int]
    rare: tuple[str, ...]
    is_latin: bool
    may_be_person: bool


@lru_cache(maxsize=1 << 16)
def describe(gazetteer: Gazetteer, text: str, stem: str, upos: str | None, is_whole: bool) -> Word:
    """Look a word up in all lexicons; `is_whole` says that it is neither a stop word nor one with a pronoun."""
    ways = beginnings(text)
    keys = [way.key for way in ways]
    may_be_rare = is_whole and not upos and ARABIC_WORD.fullmatch(text)
    rare = tuple(key for key in keys if may_be_rare and gazetteer.is_rare(key, stem))
    ordinary = gazetteer.stops.get("ordinary", frozenset())
    is_barred = upos == "PUNCT" or bool(upos and text.endswith("ى"))
    grades = {
        key: GIVEN if key in gazetteer.given else FAMILY if key in gazetteer.family else int(key in rare)
        for key in keys
        if not is_barred and key not in ordinary and (not upos or key == "علي")
    }
    return Word(
        ways,
        tuple(way for way in ways if way.key in gazetteer.prefixes),
        _nations(gazetteer, ways, upos),
        tuple(without_article(compact(key))[:HEAD] for key in keys),
        ()
        if _listed(gazetteer).isdisjoint(keys)
        else tuple(role for role, words in gazetteer.roles.items() if not words.isdisjoint(keys)),
        tuple(group for group, words in gazetteer.stops.items() if keys[0] in words),
        grades,
        rare,
        text[0].isascii() and text[0].isalpha(),
        (not upos or keys[0] == "علي") and (any(grades.values()) or not NEEDS_MORE.isdisjoint(keys)),
    )


@cache
def _listed(gazetteer: Gazetteer) -> frozenset[str]:
    """Return the words that have a role: few have one."""
    return frozenset().union(*gazetteer.roles.values())


def _nations(
    gazetteer: Gazetteer, ways: Sequence[Beginning], upos: str | None
) -> tuple[tuple[Beginning, Entity | None], ...]:
    if upos or len(ways[0].key) < 3:
        return ()
    found = ((way, gazetteer.demonym(way.key)) for way in ways)
    return tuple((w, entity) for w, entity in found if entity or without_article(w.key) in gazetteer.demonym_prefixes)


class Reading(NamedTuple):
    """A document on its way to mentions: what each token is, and what it is known to belong to."""

    document: Document
    gazetteer: Gazetteer
    tokens: Sequence[Token]
    words: Sequence[Word]
    owners: list[Candidate | None]
    begins: frozenset[int]  # the first tokens of sentences

    def label_at(self, at: int) -> str | None:
        """Return the label of the name that a token belongs to so far."""
        owner = self.owners[at]
        return owner.label if owner else None

    def has_role(self, at: int, role: str) -> bool:
        """Tell whether a token, with or without its clitics, plays a role of `titles.csv`."""
        return role in self.words[at].roles

    def is_stop(self, at: int, group: str) -> bool:
        """Tell whether a token is in a group of `name_stops.csv`."""
        return group in self.words[at].stops

    def key_of(self, at: int, skip: int) -> str:
        """Return the key of what is left of a token after `skip` code points of clitics."""
        return next(way.key for way in self.words[at].ways if way.skip == skip)

    def follows_directly(self, at: int) -> bool:
        """Tell whether a token stands in the same sentence as the one before it."""
        return at not in self.begins


def start_reading(document: Document, gazetteer: Gazetteer) -> Reading:
    """Look up the words of a document."""
    words = [
        describe(gazetteer, t.text, t.stem_norm, t.upos, not t.is_stop and not t.enclitics) for t in document.tokens
    ]
    begins = frozenset(sentence.first for sentence in document.sentences)
    return Reading(document, gazetteer, document.tokens, words, [None] * len(words), begins)


def own(reading: Reading, candidates: Iterable[Candidate]) -> None:
    """Give each token that has no owner yet to the longest candidate that covers it."""
    owners = reading.owners
    for candidate in sorted(candidates, key=lambda c: (c.first - c.last, c.first, c.skip)):
        if all(owners[at] is None for at in range(candidate.first, candidate.last)):
            owners[candidate.first : candidate.last] = [candidate] * (candidate.last - candidate.first)


def is_definite(key: str) -> bool:
    """Tell whether a word begins with the article; a shorter one may begin with alef and lam of its own."""
    return key.startswith(ARTICLE) and len(key) > 4


def is_adjective_of(reading: Reading, at: int) -> bool:
    """Tell whether a word that a ministry is called by belongs to the noun before it: السياسة |الخارجية|."""
    if not at or not reading.follows_directly(at):
        return False
    return is_definite(reading.tokens[at - 1].norm) or reading.has_role(at - 1, "minister")


def grade(reading: Reading, at: int, key: str | None = None) -> int:
    """Return what a word may be in a person's name: given, family, merely rare, or 0 for none."""
    rank = reading.words[at].grades.get(key or reading.tokens[at].norm)
    if rank is None or rank >= FAMILY:
        return rank or 0
    return FAMILY if reading.label_at(at) == "PER" else rank


def speaks(reading: Reading, first: int, last: int) -> bool:
    """Tell whether a reporting verb stands right before or after."""
    before = first > 0 and reading.follows_directly(first) and reading.has_role(first - 1, "verb")
    after = last < len(reading.tokens) and reading.tokens[last].norm in reading.gazetteer.roles.get("verb", ())
    return before or after
