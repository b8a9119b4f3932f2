"""The article as a whole: a name found anywhere is a name everywhere, and a last name means the full one."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tasks.arabic.candidates import CLOSING, NEEDS_MORE, OPENING, Candidate, Reading, speaks
from tasks.arabic.document import Span
from tasks.arabic.facts import Entity, Mention
from tasks.arabic.gazetteer import SHORT, beginnings, compact, without_article

# Precision of each method (exact span and label) on the 170 articles of the news_ner development set.
CONFIDENCE: Final = {"lexicon": 0.94, "demonym": 0.84, "name_rule": 0.7, "title_rule": 0.85, "coreference": 0.82}


class Found(NamedTuple):
    """The mentions of an article, in order, and the entities that no lexicon holds."""

    mentions: list[Mention]
    entities: list[Entity]


def find_same(reading: Reading) -> Iterator[Candidate]:
    """Yield further places of the names found: in full, or by last or first name of a person."""
    full, short = _names_found(reading)
    heads = {key[:3] for key in full if len(key) > 2}
    for at, token in enumerate(reading.tokens):
        if reading.owners[at] or token.upos == "PUNCT":
            continue
        yield from _again(reading, at, full, heads)
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


def _again(reading: Reading, at: int, full: dict[str, Candidate], heads: set[str]) -> Iterator[Candidate]:
    for way in beginnings(reading.tokens[at].text):
        joined, last = without_article(compact(way.key)), at + 1
        if joined[:3] not in heads:
            continue
        while len(joined) < 60:
            found = full.get(joined)
            if found and _is_same(reading, at, last, way.key):
                yield found._replace(first=at, last=last, skip=way.skip, method="coreference")
            if last >= len(reading.tokens) or reading.owners[last] or not reading.follows_directly(last):
                break
            joined += compact(reading.tokens[last].norm)
            last += 1


def _is_same(reading: Reading, first: int, last: int, key: str) -> bool:
    """Tell whether words that read like a known name are it: one common word alone needs quotes."""
    if reading.tokens[last - 1].upos == "PUNCT" or not compact(reading.tokens[last - 1].norm):
        return False
    is_quoted = first > 0 and last < len(reading.tokens) and reading.tokens[first - 1].text in OPENING
    if is_quoted and reading.tokens[last].text in CLOSING:
        return True
    return (last > first + 1 or not _is_common(reading, first, key)) and len(key) > SHORT


def _by_short_name(reading: Reading, at: int, short: dict[str, Candidate | None]) -> Iterator[Candidate]:
    for way in beginnings(reading.tokens[at].text):
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
    if max(gazetteer.family.get(key, 0), gazetteer.given.get(key, 0)) >= 50 or gazetteer.is_rare(token, key):
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
        first = beginnings(reading.tokens[candidate.first].text)
        yield next((way.key for way in first if way.skip == candidate.skip), words[0])
    elif len(words) > 2:
        yield "".join(words[:2])


def _key(reading: Reading, candidate: Candidate) -> str:
    """Return the identity of a name: its compact key without clitics and article."""
    first = beginnings(reading.tokens[candidate.first].text)
    head = next(way.key for way in first if way.skip == candidate.skip)
    rest = "".join(reading.tokens[at].norm for at in range(candidate.first + 1, candidate.last))
    return without_article(compact(head)) + compact(rest)


def link(reading: Reading) -> Found:
    """Turn what owns the tokens into mentions, and give each an entity."""
    found = [c for c in dict.fromkeys(reading.owners) if c]
    full_names = _full_names(reading, found)
    unknown: dict[str, Entity] = {}
    mentions = []
    for candidate in found:
        span = Span(reading.tokens[candidate.first].start + candidate.skip, reading.tokens[candidate.last - 1].end)
        entity = candidate.entity or _unknown(reading, candidate, span, full_names)
        if not entity.is_known:
            unknown.setdefault(entity.entity_id, entity)
        mentions.append(
            Mention(span, candidate.label, entity.entity_id, candidate.method, CONFIDENCE[candidate.method])
        )
    return Found(mentions, list(unknown.values()))


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
        head = next(w.key for w in beginnings(reading.tokens[candidate.first].text) if w.skip == candidate.skip)
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
    key = _key(reading, candidate)
    digest = hashlib.sha256((candidate.label + key).encode()).hexdigest()[:12]
    kind = "person" if candidate.label == "PER" else None
    name = reading.document.text_of(span)
    return Entity(f"name:{digest}", candidate.label, _restored(name, span, reading), kind, is_known=False)


def _restored(name: str, span: Span, reading: Reading) -> str:
    """Give a name back the alef of its article, which لل hides."""
    is_cut = name.startswith("ل") and reading.document.text[span.start - 1 : span.start] == "ل"
    return "ا" + name if is_cut else name
