"""What the lexicons say, key by key, and which articles a change of it can touch.

The rules never walk through a lexicon: they look words of an article up in maps that are built from
the CSV files once a process. So an article comes out as before if every look-up of its last reading
has the answer that it had. `list_knowledge` gives the maps as part, key and value. The keys whose
values differ between two pipelines are what changed, whatever lines of a CSV it came from: inflected
forms, and names that pass from one entity to another, are keys like all others. `Change` holds them as
what can be searched for, on the safe side: an article that is found may well come out as it was.

What is no map of words changes everything: months, the counts of `words.csv`, and what lemmas are made of,
as one verb or plural decides how others are read.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import pyarrow as pa

from tasks import lexicons
from tasks.analysis import known_words
from tasks.arabic.clitics import list_askers, split
from tasks.arabic.gazetteer import compact
from tasks.arabic.letters import LETTERS, is_arabic
from tasks.arabic.normalize import norm
from tasks.extract import load_knowledge
from tasks.fingerprints import READING, RULES, digest_stages
from tasks.ingest import header_words


class Making(NamedTuple):
    """What makes the rows: the digests of the code that reads and of the rules, and what the lexicons say, by key."""

    reading: str
    rules: str
    keys: Mapping[tuple[str, str], str]

    def to_table(self) -> pa.Table:
        """Return it as a table, to be kept."""
        parts, keys = zip(*self.keys, strict=True)
        columns = {"part": parts, "key": keys, "digest": list(self.keys.values())}
        return pa.table(columns).replace_schema_metadata({"reading": self.reading, "rules": self.rules})

    @classmethod
    def from_table(cls, table: pa.Table) -> "Making":
        """Read back what `to_table` gave."""
        code = {name.decode(): digest.decode() for name, digest in (table.schema.metadata or {}).items()}
        rows = table.select(["part", "key", "digest"]).to_pylist()
        return cls(code["reading"], code["rules"], {(row["part"], row["key"]): row["digest"] for row in rows})


class Words(NamedTuple):
    """Keys that changed, to be looked for in texts: names, words as a token ends with them, words before a pronoun.

    `names` may be cut into words at any place; the others are letters of one word.
    """

    names: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()


class Change(NamedTuple):
    """What differs between two pipelines, as far as it may matter to an article.

    `reading` and `rules` say that every article has to be read, or extracted, again. The rest finds
    those to which what the lexicons say may make a difference: by `headers` in raw texts; by `words`
    in clean ones; by `cuts`, which say what words may come apart otherwise (`cuts_otherwise` tells);
    and in what was found, by `near` and `bodies` (see `is_near` and `is_body`) and by the ids and
    codes of `entities` and `countries`.
    """

    reading: bool = False
    rules: bool = False
    headers: Words = Words()
    words: Words = Words()
    cuts: Words = Words()
    near: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


EVERYTHING: Final = Change(reading=True, rules=True)


@cache
def describe() -> Making:
    """Describe the pipeline of this process."""
    keys = {(part, key): _digest(value) for part, key, value in list_knowledge()}
    return Making(digest_stages(READING), digest_stages(RULES), keys)


def list_knowledge() -> Iterator[tuple[str, str, object]]:
    """Yield all that the stages look up, as part, key and value."""
    header, counts, knowledge = header_words(), lexicons.words(), load_knowledge()
    yield "counts", "", counts
    yield "lemmas", "", [lexicons.verbs(), lexicons.lemma_forms()]
    yield "months", "", header.months
    yield "calendar", "", [knowledge.calendar.lexicon, sorted(knowledge.calendar.pairs.items())]
    yield from (("agency", name, True) for name in header.agencies)
    yield from (("place", name, True) for name in header.places)
    yield from (("cut", word, count) for word, count in known_words().items() if counts.get(word) != count)
    yield from _list_names()
    maps = {"entity": knowledge.known, "unit": knowledge.units, "trigger": knowledge.triggers}
    yield from _list_items(**maps, cue=knowledge.cues.forms)
    yield from _list_groups("cue", {name: group for name, group in knowledge.cues._asdict().items() if name != "forms"})


def _list_names() -> Iterator[tuple[str, str, object]]:
    known = load_knowledge().gazetteer
    yield from _list_items(name=known.names, demonym=known.demonyms, given=known.given, family=known.family)
    yield from _list_groups("role", known.roles)
    yield from _list_groups("stop", known.stops)
    people = {name: _digest(known.names[name]) for name in set(known.near.values())}
    yield from (("near", key, name + people[name]) for key, name in known.near.items())
    yield from (("body", f"{what}@{home or ''}", entity) for (what, home), entity in known.bodies.items())
    yield from (("country", str(code), entity) for code, entity in known.countries.items())


def _list_items(**maps: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    return ((part, key, value) for part, items in maps.items() for key, value in items.items())


def _list_groups(part: str, groups: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str, object]]:
    return ((f"{part} {group}", key, True) for group, keys in groups.items() for key in keys)


def _sort(value: object) -> list[str]:
    assert isinstance(value, frozenset), f"{type(value)} has no digest"
    return sorted(value)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=_sort)


def _digest(value: object) -> str:
    text = value if isinstance(value, str) else "1" if value is True else _ENCODER.encode(value)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


# --- what a change can be found by ---------------------------------------------------------------------


def compare(before: Making | None, now: Making) -> Change:
    """Return what differs; from a pipeline that nothing is known of, everything does."""
    if before is None or before.reading != now.reading:
        return EVERYTHING
    changed = {key for key, _ in before.keys.items() ^ now.keys.items()}
    return read_change(changed, rules=before.rules != now.rules)


def read_change(changed: Iterable[tuple[str, str]], *, rules: bool = False) -> Change:
    """Turn the keys that changed, with their parts, into what to search for."""
    parts: dict[str, set[str]] = {}
    for part, key in changed:
        parts.setdefault(part.partition(" ")[0], set()).add(key)
    if not parts.keys().isdisjoint(("counts", "lemmas", "months")) or not all(
        compact(key) for part in parts.keys() & _SEARCHED for key in parts[part]
    ):
        return EVERYTHING  # what no word is the key of: a list as a whole, the sign of a currency
    found = {part: frozenset(keys) for part, keys in parts.items()}
    none: frozenset[str] = frozenset()
    ends = none.union(*(found.get(part, none) for part in ("given", "family", "stop")))
    ends |= {key.split(" ")[0] for key in found.get("unit", none)}
    cuts = found.get("cut", none)
    roles = found.get("role", none)  # the model of names knows them before a pronoun, too: رئيستها
    return Change(
        rules=rules or "calendar" in parts,
        headers=_sort_words(names=found.get("agency", none) | found.get("place", none)),
        words=_sort_words(
            names=found.get("name", none) | found.get("demonym", none),
            ends=ends,
            stems=found.get("cue", none) | found.get("trigger", none) | _before_pronouns(roles),
        ),
        cuts=_sort_words(stems=frozenset(stem for key in cuts for stem in list_askers(key))),
        near=found.get("near", none),
        bodies=frozenset(key.rpartition("@")[0] for key in found.get("body", none)),
        entities=found.get("entity", none),
        countries=found.get("country", none),
    )


def _before_pronouns(keys: frozenset[str]) -> frozenset[str]:
    """Add how keys are spelled before a pronoun: مدينه as مدينت."""
    return keys | {key[:-1] + "ت" for key in keys if key.endswith("ه")}


_SEARCHED: Final = frozenset(
    ("agency", "place", "name", "demonym", "given", "family", "role", "stop", "unit", "cue", "trigger", "cut")
)


def _sort_words(
    names: Iterable[str] = (), ends: frozenset[str] = frozenset(), stems: frozenset[str] = frozenset()
) -> Words:
    """Make sets of keys; a word that is not of Arabic letters only is looked for as a name is."""
    mixed = {key for key in ends | stems if not _ARABIC.fullmatch(key)}
    return Words(frozenset(map(compact, {*names, *mixed})), ends - mixed, stems - mixed)


# --- what it finds -------------------------------------------------------------------------------------

# No token ends between two Arabic letters. Before the key of a word stand at most two clitics and the article
# (وبال), after it at most a pronoun (هما).
_BEFORE, _OF_CLITICS = 4, frozenset("وفبلكسا")
_AFTER, _OF_PRONOUNS = 3, frozenset("همانيك")
_ARABIC: Final = re.compile(f"[{LETTERS}]+")
_RUN: Final = re.compile(rf"[{LETTERS}]+|\w|\+")  # of what is not Arabic, every sign may be a token
_ARTICLE: Final = "ال"
_STEM, _NISBA = 4, 4  # least letters of a country's name, and most of the ending that makes a nationality of it
_LOST_BEFORE_NISBA: Final = ("", "ا", "ه", "يا")  # روسي of روسيا


class Search:
    """Looks for keys that changed in texts, in one pass however many they are.

    >>> search = Search(read_change([("name", "الاممالمتحده"), ("trigger", "قصف")]).words)
    >>> [search.finds(text) for text in ("تابعٌ للأمم المتحدة", "وقصفها", "الأمم الأفريقية")]
    [True, True, False]
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._prefixes = frozenset(name[:n] for name in words.names for n in range(1, len(name) + 1))
        self._seen: dict[str, bool | tuple[str, ...]] = {}

    def finds(self, text: str) -> bool:
        """Tell whether a text may hold one of the keys."""
        runs = _RUN.findall(norm(text))
        for at, run in enumerate(runs):
            found = self._seen.get(run)
            if found is None:
                found = self._seen[run] = self._look_up(run)
            if found is True or (found and self._goes_on(found, runs, at + 1)):
                return True
        return False

    def _look_up(self, run: str) -> bool | tuple[str, ...]:
        """Tell whether a run of letters holds a key; else return those of its ends with which a name may begin."""
        names, ends, stems = self._words
        before = next((n for n, letter in enumerate(run[:_BEFORE]) if letter not in _OF_CLITICS), _BEFORE)
        cut = [run[n:] for n in range(min(len(run), before + 1))]
        cut += ["ا" + rest for rest in cut if rest[0] == "ل"]  # لل hides the alef of the article
        if not (names.isdisjoint(cut) and ends.isdisjoint(cut)):
            return True
        if stems and any(rest[:end] in stems for rest in cut for end in _ends(rest)):
            return True
        if names and "ي" in run[_STEM:] and any(map(self._is_nationality, cut)):
            return True
        return tuple(self._prefixes.intersection(cut))

    def _is_nationality(self, rest: str) -> bool:
        """Tell whether a word is made from a name: one that no list of nationalities holds."""
        first = max(_STEM, len(rest) - _NISBA)
        stems = [rest[:n] for n in range(first, len(rest)) if rest[n] == "ي"]
        return any(
            article + stem + ending in self._words.names
            for stem in stems
            for article in ("", _ARTICLE)
            for ending in _LOST_BEFORE_NISBA
        )

    def _goes_on(self, begun: Iterable[str], runs: Sequence[str], at: int) -> bool:
        """Tell whether names that begin before run `at` go on there, with the article of a word or without it."""
        waiting = [(name, at) for name in begun]
        while waiting:
            name, at = waiting.pop()
            if name in self._words.names:
                return True
            if at < len(runs):
                longer = {name + runs[at], name + runs[at].removeprefix(_ARTICLE)}
                waiting += [(one, at + 1) for one in longer & self._prefixes]
        return False


def _ends(rest: str) -> Iterator[int]:
    """Yield where a stem may end before a pronoun."""
    yield len(rest)
    for end in range(len(rest) - 1, max(len(rest) - 1 - _AFTER, 0), -1):
        if rest[end] not in _OF_PRONOUNS:
            return
        yield end


def top_of(raw: str) -> str:
    """Return of a raw text what its header is read from, or more: as written, and without presentation forms."""
    top = raw[:20_000]
    plain = unicodedata.normalize("NFKC", top)
    return top if top == plain else f"{top}\n{plain}"


def is_near(name: str, near: frozenset[str]) -> bool:
    """Tell whether a person's name, as written, is a letter away from one that changed."""
    keys = (compact(name), "ا" + compact(name))  # after لل a name gets back its alef
    return any(not near.isdisjoint((key, *(key[:i] + key[i + 1 :] for i in range(len(key))))) for key in keys)


def is_body(name: str, bodies: frozenset[str]) -> bool:
    """Tell whether a body's name, as written, may be one whose key changed: that holds its words without country."""
    return any(_holds_letters("ا" + norm(name), what) for what in bodies)


def _holds_letters(text: str, letters: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def cuts_otherwise(text: str, proclitics: Sequence[str], stem: str, enclitics: Sequence[str]) -> bool:
    """Tell whether a word would not be cut as it was."""
    was = (tuple(proclitics), stem, tuple(enclitics))
    return is_arabic(text) and split(text, known_words())[:3] != was
