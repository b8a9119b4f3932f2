"""Names as words to look up: the lexicons of a process, arranged so that a text is searched in one pass.

A name is found by its compact key (matching key without spaces or hyphens), so that بيونغ يانغ and
بيونغيانغ, عبد العزيز and عبدالعزيز are one name. Clitics are tried on the first word, and not only as
the tokenizer cut them: a lexicon knows better than counts whether وكندا is و + كندا.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple

from tasks.arabic.document import Token
from tasks.arabic.facts import Entity
from tasks.arabic.letters import HEH, YEH
from tasks.arabic.normalize import norm

_NOT_IN_KEYS: Final = re.compile(r"[^\w+]")
_CONJUNCTIONS: Final = "وف"
_PREPOSITIONS: Final = "بلك"
_ARTICLE: Final = "ال"
_MINISTRY: Final = "وزاره"
_AFFAIRS: Final = "شوون"  # وزارة |الشؤون| الخارجية is وزارة الخارجية
GENERIC: Final = "generic"  # the kind of a body that any state may have: البنك المركزي
MARKS_WITHIN: Final = frozenset("-–/")
MAX_WORDS: Final = 9
SHORT: Final = 4  # a name of so few letters is taken after a clitic only where the tokenizer cut there too
NEAR_LETTERS: Final = 9  # a person's name of so many letters may be misspelled by one
NOISE: Final = 150  # a word this frequent in the word list (3 x news + encyclopedia, 12 M words) is no rare one
_INFLECTED: Final = ("وا", "ها", "هما", "هم", "تين", "يين", "يون", "ات", "ناه", "تهم")
_NISBA: Final = ("يون", "يين", "يات", "يان", "يتان", "يتين", "يه", "يا", "ي")


class Beginning(NamedTuple):
    """One way to begin a name in a word: code points to skip, and the key of the rest."""

    skip: int
    key: str


class Hit(NamedTuple):
    """A lexicon name at tokens `first` to `last` (exclusive), `skip` code points into the first."""

    first: int
    last: int
    skip: int
    entity: Entity


@lru_cache(maxsize=1 << 16)
def compact(name: str) -> str:
    """Return the matching key of a name without spaces, hyphens and quotes.

    >>> compact("بيونغ يانغ") == compact("بيونغيانغ"), compact("أوبك+")
    (True, 'اوبك+')
    """
    return _NOT_IN_KEYS.sub("", norm(name))


@lru_cache(maxsize=1 << 17)
def beginnings(word: str) -> tuple[Beginning, ...]:
    """Return the ways to begin a name in a word, the whole word first.

    Of لل only the first ل is skipped, and the key gets back the alef that the spelling hides.

    >>> [(b.skip, b.key) for b in beginnings("وللأمم")]
    [(0, 'وللامم'), (1, 'للامم'), (2, 'الامم')]
    >>> [b.key for b in beginnings("بالقاهرة")]
    ['بالقاهره', 'القاهره']
    """
    key = norm(word)
    ways = [Beginning(0, key)]
    if len(key) != len(word) or len(key) < 4:
        return tuple(ways) if len(key) != len(word) else (*ways, *_after_one(key, 0))
    ways += _after_one(key, 0)
    if key[0] in _CONJUNCTIONS:
        ways += _after_one(key[1:], 1)
    return tuple(ways)


def _after_one(key: str, skipped: int) -> Iterator[Beginning]:
    """Yield the readings after one more clitic."""
    if len(key) < 3:
        return
    if key[0] == "ل" and key[1] == "ل":
        yield Beginning(skipped + 1, "ا" + key[1:])
    elif key[0] in _PREPOSITIONS or (not skipped and key[0] in _CONJUNCTIONS):
        yield Beginning(skipped + 1, key[1:])


def without_article(key: str) -> str:
    """Drop the article from a key: the identity of an unknown name does not hang on it."""
    return key[2:] if key.startswith(_ARTICLE) and len(key) > 4 else key


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity, so that it can be a key of caches
class Gazetteer:
    """All names and name-like words that the rules know; build it once a process.

    `names` and `demonyms` go by compact key. `given` and `family` hold, by key, how often in a hundred
    a word was part of a person's name. `roles` groups the words around names by what they do there
    (`titles.csv`); `stops` groups words that look like names and are none (`name_stops.csv`). `bodies`
    holds the bodies of states by `part_body`, one that any state may have under the country None.
    """

    names: Mapping[str, Entity]
    demonyms: Mapping[str, Entity]
    given: Mapping[str, float]
    family: Mapping[str, float]
    roles: Mapping[str, frozenset[str]]
    stops: Mapping[str, frozenset[str]]
    words: Mapping[str, int]
    prefixes: frozenset[str] = frozenset()
    demonym_prefixes: frozenset[str] = frozenset()
    near: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[tuple[str, str | None], Entity] = field(default_factory=dict)
    countries: Mapping[str | None, Entity] = field(default_factory=dict)

    def find(self, tokens: Sequence[Token], first: int, end: int, ways: Iterable[Beginning]) -> Iterator[Hit]:
        """Yield the longest name that begins at a token, for each of some ways to read the token's clitics.

        The name ends before token `end`: no name crosses a line.
        """
        token = tokens[first]
        for skip, key in ways:
            match = self._longest(tokens, first, end, key)
            if match is not None and (not skip or match[0] > first + 1 or self.may_skip(token, skip, key)):
                yield Hit(first, match[0], skip, match[1])

    def may_skip(self, token: Token, skip: int, key: str) -> bool:
        """Tell whether a clitic may be cut here: a short rest needs the tokenizer to agree."""
        return len(key) > SHORT or token.start + skip == token.name_start or key.startswith(_ARTICLE)

    def _longest(self, tokens: Sequence[Token], first: int, end: int, key: str) -> tuple[int, Entity] | None:
        best: tuple[int, Entity] | None = None
        joined, at = key, first + 1
        while joined in self.prefixes:
            entity = self.names.get(joined)
            if entity is not None and (at == first + 1 or len(joined) > SHORT):
                best = (at, entity)
            if at < end and tokens[at].text in MARKS_WITHIN and _is_glued(tokens, at):
                at += 1
            if at >= end or at - first > MAX_WORDS:
                break
            joined += _NOT_IN_KEYS.sub("", tokens[at].norm) or " "
            at += 1
        return best

    def find_near(self, key: str) -> Entity | None:
        """Return the person whose name is spelled with one letter more, less or other than `key`.

        >>> putin = Entity("person:putin", "PER", "فلاديمير بوتين")
        >>> gazetteer = build_gazetteer([(putin, ("فلاديمير بوتين",))], {})
        >>> gazetteer.find_near(compact("فلاديمر بوتين")).entity_id, gazetteer.find_near(compact("فلادمر بوتن"))
        ('person:putin', None)
        """
        if len(key) < NEAR_LETTERS or not self.near:
            return None
        names = {self.near[k] for k in (key, *_shortened(key)) if k in self.near}
        return self.names[names.pop()] if len(names) == 1 else None

    def demonym(self, key: str) -> Entity | None:
        """Return whose adjective or people a word names: by list, else by the ending on a country's name."""
        bare = without_article(key)
        if key in self.stops.get("not_demonym", ()):
            return None
        entity = self.demonyms.get(bare)
        if entity is not None or len(key) < 5 or not bare.endswith(_NISBA):
            return entity
        for ending in _NISBA:
            if bare.endswith(ending) and len(bare) - len(ending) >= 4:
                return self._place_of(bare[: -len(ending)])
        return None

    def _place_of(self, stem: str) -> Entity | None:
        for name in (stem, stem + "ا", stem + HEH, stem + YEH + "ا"):
            entity = self.names.get(name) or self.names.get(_ARTICLE + name)
            if entity is not None and entity.label == "LOC" and entity.kind in (None, "country", "region", "continent"):
                return entity
        return None

    def part_body(self, keys: Sequence[str]) -> tuple[str, str | None]:
        """Part the words of a body's name into what it is, as a key, and the country that it names.

        >>> russia = Entity("iso:RU", "LOC", "روسيا", "country", country_code="RU")
        >>> gazetteer = build_gazetteer([(russia, ("روسيا",))], {"روسي": russia, "روسية": russia})
        >>> names = ("وزارة الخارجية الروسية", "الخارجية الروسية", "وزارة خارجية روسيا", "الجيش الروسي", "الجيش")
        >>> [gazetteer.part_body(norm(name).split()) for name in names]
        [('خارجيه', 'RU'), ('خارجيه', 'RU'), ('خارجيه', 'RU'), ('جيش', 'RU'), ('جيش', None)]
        """
        field_at = 1 + (keys[0] == _MINISTRY)  # وزارة |المالية|: what comes first is its field, not a country
        rest, home, at = [without_article(key) for key in keys[:field_at]], None, field_at
        while at < len(keys):
            words, place = self._country_at(keys, at)
            if place is None:
                rest.append(without_article(keys[at]))
            else:
                home = place.country_code
            at += words
        if keys[0] == _MINISTRY and len(rest) > 1:
            rest = [word for word in rest[1:] if word != _AFFAIRS] or rest
        return "".join(rest), home

    def _country_at(self, keys: Sequence[str], at: int) -> tuple[int, Entity | None]:
        """Return the country that a name or adjective of one or two words stands for, and how many they are."""
        two = keys[at : at + 2]
        place = self.names.get("".join(two)) or self.demonyms.get("".join(map(without_article, two)))
        if len(two) > 1 and place is not None and place.kind == "country":
            return 2, place
        place = self.names.get(keys[at]) or self.demonym(keys[at])
        return 1, place if place is not None and place.kind == "country" else None

    def is_rare(self, key: str, stem: str) -> bool:
        """Tell whether a word (`stem` as the tokenizer cut it) is so unusual that a name is the likelier reading."""
        if len(key) < 3 or key in self.stops.get("ordinary", ()) or key.endswith(_INFLECTED):
            return False
        bare = without_article(key)
        return all(self.words.get(k, 0) < NOISE for k in (key, bare, stem, _ARTICLE + bare))


def _is_glued(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at - 1].end == tokens[at].start and tokens[at].end == tokens[at + 1].start


def _shortened(key: str) -> Iterator[str]:
    return (key[:i] + key[i + 1 :] for i in range(len(key)))


def build_gazetteer(
    entities: Iterable[tuple[Entity, Iterable[str]]],
    demonyms: Mapping[str, Entity],
    given: Mapping[str, float] | None = None,
    family: Mapping[str, float] | None = None,
    roles: Mapping[str, frozenset[str]] | None = None,
    stops: Mapping[str, frozenset[str]] | None = None,
    words: Mapping[str, int] | None = None,
) -> Gazetteer:
    """Arrange lexicons for looking up; of two entities with one name the first keeps it."""
    names: dict[str, Entity] = {}
    listed = [(entity, tuple(spellings)) for entity, spellings in entities]
    generic = (roles or {}).get("place", frozenset())
    for entity, spellings in listed:
        for spelling in spellings:
            key, head = compact(spelling), norm(spelling).partition(" ")[0]
            if len(key) > 1 and not (entity.label == "LOC" and head in generic and head != key):
                names.setdefault(key, entity)
    near: dict[str, str] = {}
    for name, entity in names.items():
        if entity.label == "PER" and len(name) >= NEAR_LETTERS:
            near |= dict.fromkeys(_shortened(name), name)
            near[name] = name
    forms = {compact(form): entity for form, entity in demonyms.items()}
    gazetteer = Gazetteer(
        names, forms, given or {}, family or {}, roles or {}, stops or {}, words or {},
        _prefixes(names), _prefixes(forms), near,
    )  # fmt: skip
    countries = {e.country_code: e for e in names.values() if e.kind == "country"}
    return replace(gazetteer, bodies=_bodies(gazetteer, listed), countries=countries)


def _bodies(
    gazetteer: Gazetteer, entities: Iterable[tuple[Entity, Iterable[str]]]
) -> dict[tuple[str, str | None], Entity]:
    bodies: dict[tuple[str, str | None], Entity] = {}
    for entity, spellings in entities:
        for spelling in spellings if entity.label == "ORG" else ():
            key, home = gazetteer.part_body(norm(spelling).split())
            if home == entity.country_code and (home or entity.kind == GENERIC):
                bodies.setdefault((key, home), entity)
    return bodies


def _prefixes(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name[:n] for name in names for n in range(1, len(name) + 1))
