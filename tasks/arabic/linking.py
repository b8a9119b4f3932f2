"""The article as a whole: a name found anywhere is a name everywhere, and a last name means the full one."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tasks.arabic.candidates import ARTICLE, CLOSING, HEAD, NEEDS_MORE, OPENING, Candidate, Reading, speaks
from tasks.arabic.document import Span
from tasks.arabic.facts import Entity, Mention
from tasks.arabic.gazetteer import GENERIC, SHORT, compact, without_article

# Precision of each method (exact span and label) on the 170 articles of the news_ner development set.
CONFIDENCE: Final = {
    "lexicon": 0.96,
    "demonym": 0.88,
    "title_rule": 0.9,
    "name_rule": 0.84,
    "coreference": 0.86,
}
UNMEASURED: Final = 0.5  # of a model of the user's own

# The same for what only the model finds, by its margin: a line through the logarithms of the odds.
_MODEL_ODDS: Final = (0.4, 0.25)
DOMINANT: Final = 3  # named so many times as often as any other, a country is the main one; right 94 times in 100


class Found(NamedTuple):
    """The mentions of an article, in order, and the entities that no lexicon holds."""

    mentions: list[Mention]
    entities: list[Entity]


def find_same(reading: Reading) -> Iterator[Candidate]:
    """Yield further places of the names found: in full, or by last or first name of a person."""
    full, short = _names_found(reading)
    heads = {key[:HEAD] for key in full}
    for at, word in enumerate(reading.words):
        if reading.owners[at] or reading.tokens[at].upos == "PUNCT":
            continue
        if not heads.isdisjoint(word.heads):
            yield from _again(reading, at, full)
        if short:
            yield from _by_short_name(reading, at, short)


def _names_found(reading: Reading) -> tuple[dict[str, Candidate], dict[str, Candidate | None]]:
    """Return the unknown names by key, and persons by the parts of their names; None where two share one."""
    full: dict[str, Candidate] = {}
    short: dict[str, Candidate | None] = {}
    people: dict[str, str] = {}
    for candidate in dict.fromkeys(reading.owners):
        if candidate is None or candidate.label == "NORP":
            continue
        key = _key(reading, candidate)
        if candidate.entity is None and len(key) > 2 and candidate.label != "MISC":
            full.setdefault(key, candidate)
        if candidate.label == "PER":
            for part in _short_names(reading, candidate):
                known = people.setdefault(part, key)
                short[part] = candidate if known == key else None
    return full, short


def _again(reading: Reading, at: int, full: dict[str, Candidate]) -> Iterator[Candidate]:
    for way in reading.words[at].ways:
        joined, last = without_article(compact(way.key)), at + 1
        while len(joined) < 60:
            found = full.get(joined)
            if found and _is_same(reading, at, last, way.key) and not _lacks_article(reading, at, found):
                yield found._replace(first=at, last=last, skip=way.skip, method="coreference")
            if last >= len(reading.tokens) or reading.owners[last] or not reading.follows_directly(last):
                break
            joined += compact(reading.tokens[last].norm)
            last += 1


def _lacks_article(reading: Reading, at: int, found: Candidate) -> bool:
    """Tell whether a person's name is written with the article, and this word without: no other الرفاعي is a رفاعي."""
    has_article = ARTICLE in reading.tokens[found.first].proclitics
    return found.label == "PER" and has_article and ARTICLE not in reading.tokens[at].proclitics


def _is_same(reading: Reading, first: int, last: int, key: str) -> bool:
    """Tell whether words that read like a known name are it: one common word alone needs quotes."""
    if reading.tokens[last - 1].upos == "PUNCT" or not compact(reading.tokens[last - 1].norm):
        return False
    is_quoted = first > 0 and last < len(reading.tokens) and reading.tokens[first - 1].text in OPENING
    if is_quoted and reading.tokens[last].text in CLOSING:
        return True
    return (last > first + 1 or not _is_common(reading, first, key)) and len(key) > SHORT


def _by_short_name(reading: Reading, at: int, short: dict[str, Candidate | None]) -> Iterator[Candidate]:
    for way in reading.words[at].ways:
        joined, last = way.key, at + 1
        if way.key in NEEDS_MORE and last < len(reading.tokens):
            joined, last = joined + reading.tokens[last].norm, last + 1
        found = short.get(joined)
        if found and not (last == at + 1 and _is_common(reading, at, way.key)):
            yield Candidate(at, last, way.skip, "PER", "coreference", found.entity)
            return


def _is_common(reading: Reading, at: int, key: str) -> bool:
    """Tell whether a name is so common a word that it needs a sign of its own here."""
    gazetteer, token = reading.gazetteer, reading.tokens[at]
    if token.upos or key in gazetteer.stops.get("ordinary", ()):
        return True
    if max(gazetteer.family.get(key, 0), gazetteer.given.get(key, 0)) >= 50 or key in reading.words[at].rare:
        return False
    return not (speaks(reading, at, at + 1) or (at > 0 and reading.has_role(at - 1, "title")))


def _short_names(reading: Reading, candidate: Candidate) -> Iterator[str]:
    """Yield the parts of a person's name that may stand for the whole, as compact keys."""
    words = [
        reading.tokens[at].norm for at in range(candidate.first, candidate.last) if reading.tokens[at].upos != "PUNCT"
    ]
    if len(words) < 2:
        return
    cut = next((n for n in range(1, len(words)) if words[n] in NEEDS_MORE), len(words) - 1)
    yield "".join(words[cut:])
    yield words[-1]
    if words[0] not in NEEDS_MORE:
        yield reading.key_of(candidate.first, candidate.skip)
    elif len(words) > 2:
        yield "".join(words[:2])


def _key(reading: Reading, candidate: Candidate) -> str:
    """Return the identity of a name: its compact key without clitics and article."""
    head = reading.key_of(candidate.first, candidate.skip)
    rest = "".join(reading.tokens[at].norm for at in range(candidate.first + 1, candidate.last))
    return without_article(compact(head)) + compact(rest)


def link(reading: Reading) -> Found:
    """Turn what owns the tokens into mentions, and give each an entity."""
    found = [c for c in dict.fromkeys(reading.owners) if c]
    full_names = _full_names(reading, found)
    states = _find_states(reading, found)
    unknown: dict[str, Entity] = {}
    mentions = []
    for candidate in found:
        span = Span(reading.tokens[candidate.first].start + candidate.skip, reading.tokens[candidate.last - 1].end)
        if candidate in states.bodies:
            entity = _national(reading, candidate, span, states)
        else:
            entity = candidate.entity or _unknown(reading, candidate, span, full_names)
        if not entity.is_known:
            unknown.setdefault(entity.entity_id, entity)
        mentions.append(Mention(span, candidate.label, entity.entity_id, candidate.method, rate(candidate)))
    return Found(mentions, list(unknown.values()))


def rate(candidate: Candidate) -> float:
    """Return how often a candidate of this kind is right.

    >>> found = Candidate(0, 1, 0, "LOC", "model", margin=3.0)
    >>> rate(found) < rate(found._replace(margin=6.0)), rate(found._replace(method="lexicon"))
    (True, 0.96)
    """
    if candidate.method != "model":
        return CONFIDENCE.get(candidate.method, UNMEASURED)
    start, slope = _MODEL_ODDS
    return round(1 / (1 + math.exp(-start - slope * candidate.margin)), 2)


class _States(NamedTuple):
    """The bodies of states in an article, by mention: what each is and the country it names; and whose they may be."""

    bodies: dict[Candidate, tuple[str, str | None]]
    named: dict[str, set[str]]
    main: str | None


def _find_states(reading: Reading, found: Sequence[Candidate]) -> _States:
    """Find the bodies that any state may have, the countries they are named with, and the article's main country."""
    bodies: dict[Candidate, tuple[str, str | None]] = {}
    named: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for candidate in found:
        home = candidate.entity.country_code if candidate.entity else None
        if candidate.label == "ORG":
            what, own_home = _part_body(reading, candidate)
            home = home or own_home
            if own_home:
                named.setdefault(what, set()).add(own_home)
            if _is_of_state(reading, candidate, what):
                bodies[candidate] = what, own_home
        if home and candidate.label != "PER":
            counts[home] += 1
    (main, most), (_, next_most) = [*counts.most_common(2), (None, 0), (None, 0)][:2]
    return _States(bodies, named, main if most >= DOMINANT * max(next_most, 1) else None)


def _part_body(reading: Reading, candidate: Candidate) -> tuple[str, str | None]:
    """Part a name from its country, which may also stand right after: البرلمان |الروسي|, وزارة الصحة في |أثينا|."""
    keys = [reading.key_of(candidate.first, candidate.skip)]
    keys += [reading.tokens[at].norm for at in range(candidate.first + 1, candidate.last)]
    what, home = reading.gazetteer.part_body(keys)
    return what, home or _country_after(reading, candidate.last)


def _country_after(reading: Reading, at: int) -> str | None:
    """Return the country of the nationality or country at a token, or of any place after في."""
    is_in = at < len(reading.tokens) - 1 and reading.tokens[at].norm == "في"
    after = at + is_in
    owner = reading.owners[after] if after < len(reading.tokens) else None
    if owner is None or owner.first != after or owner.skip or not owner.entity or not reading.follows_directly(after):
        return None
    is_of_country = owner.label == "NORP" or owner.entity.kind == "country"
    return owner.entity.country_code if (owner.label == "LOC" if is_in else is_of_country) else None


def _is_of_state(reading: Reading, candidate: Candidate, what: str) -> bool:
    """Tell whether a body is one that any state may have, and no lexicon knows whose it is."""
    if candidate.entity is not None:
        return candidate.entity.kind == GENERIC
    return (what, None) in reading.gazetteer.bodies or reading.has_role(candidate.first, "state")


def _national(reading: Reading, candidate: Candidate, span: Span, states: _States) -> Entity:
    """Return the body of one country; of none where the article leaves open whose it is.

    That is the country named with the body, or with the same body elsewhere in the article if that is
    only one, or else the article's main country.
    """
    what, named = states.bodies[candidate]
    others = states.named.get(what, set())
    home = named or (states.main if not others else next(iter(others)) if len(others) == 1 else None)
    known = reading.gazetteer.bodies.get((what, home))
    if known is not None:
        return known
    base = reading.gazetteer.bodies.get((what, None))
    base_id = base.entity_id if base else _name_id("ORG", what)
    name = _restored(reading.document.text_of(span), span, reading)
    if home is None:
        return Entity(base_id, "ORG", name, GENERIC, is_known=False)
    country = reading.gazetteer.countries.get(home)
    if named is None and country is not None:
        name = f"{name} ({country.name_ar})"
    return Entity(f"{base_id}@{home}", "ORG", name, "government body", country_code=home, is_known=False)


def _full_names(reading: Reading, found: Sequence[Candidate]) -> dict[str, Candidate]:
    """Return, for each part of a person's name, the one full name of the article that it stands for."""
    full: dict[str, Candidate] = {}
    keys: dict[str, str] = {}
    shared = set()
    for candidate in found:
        if candidate.label != "PER":
            continue
        key = _key(reading, candidate)
        for part in _short_names(reading, candidate):
            if keys.setdefault(part, key) != key:
                shared.add(part)
            full.setdefault(part, candidate)
    return {part: candidate for part, candidate in full.items() if part not in shared}


def _unknown(reading: Reading, candidate: Candidate, span: Span, full_names: dict[str, Candidate]) -> Entity:
    """Return the entity of a name outside the lexicons: of the full name it shortens, or of its own."""
    if candidate.label == "PER":
        head = reading.key_of(candidate.first, candidate.skip)
        rest = "".join(reading.tokens[at].norm for at in range(candidate.first + 1, candidate.last))
        full = full_names.get(head + compact(rest))
        if full is not None and full.last - full.first > candidate.last - candidate.first:
            start = reading.tokens[full.first].start + full.skip
            return full.entity or _new_entity(reading, full, Span(start, reading.tokens[full.last - 1].end))
        near = reading.gazetteer.find_near(head + compact(rest))
        if near is not None:
            return near
    return _new_entity(reading, candidate, span)


def _new_entity(reading: Reading, candidate: Candidate, span: Span) -> Entity:
    entity_id = _name_id(candidate.label, _key(reading, candidate))
    kind = "person" if candidate.label == "PER" else None
    name = reading.document.text_of(span)
    return Entity(entity_id, candidate.label, _restored(name, span, reading), kind, is_known=False)


def _name_id(label: str, key: str) -> str:
    return f"name:{hashlib.sha256((label + key).encode()).hexdigest()[:12]}"


def _restored(name: str, span: Span, reading: Reading) -> str:
    """Give a name back the alef of its article, which لل hides."""
    is_cut = name.startswith("ل") and reading.document.text[span.start - 1 : span.start] == "ل"
    return "ا" + name if is_cut else name
