"""Extract: sentences and tokens become mentions, entities, quotes, dates, quantities and events."""

import traceback
from collections import ChainMap, Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from tasks import lexicons
from tasks.arabic.alignment import Alignment
from tasks.arabic.calendar import Calendar, build_calendar
from tasks.arabic.clitics import place
from tasks.arabic.document import Document, Sentence, Span, Token
from tasks.arabic.events import find_events
from tasks.arabic.facts import Entity, Event, Mention, Quote
from tasks.arabic.gazetteer import Gazetteer
from tasks.arabic.names import Found, find_all_mentions, find_mentions, in_batches
from tasks.arabic.normalize import norm
from tasks.arabic.quantities import find_quantities
from tasks.arabic.reading import closed_class
from tasks.arabic.speech import Cues, find_quotes
from tasks.arabic.tagging import Tagger
from tasks.arabic.timex import find_dates
from tasks.arabic.triggers import Triggers
from tasks.chosen import chosen_model
from tasks.lexicons.events import load_triggers
from tasks.lexicons.names import gazetteer
from tasks.lexicons.speech import load_cues
from tasks.lexicons.units import units
from tasks.stage import stage
from tasks.taggers.names import load_tagger
from tasks.transformer import add_names, load_transformer
from warehouse.contracts import (
    APPEARANCES,
    ARTICLES,
    DATES,
    EVENTS,
    MENTIONS,
    QUANTITIES,
    QUOTES,
    REJECTS,
    SENTENCES,
    TOKENS,
    Table,
)

WRITES = (MENTIONS, APPEARANCES, QUOTES, DATES, QUANTITIES, EVENTS, REJECTS)
Rows = list[dict[str, Any]]


class Knowledge(NamedTuple):
    """The lexicons as the rules take them; built once a process."""

    gazetteer: Gazetteer
    tagger: Tagger
    known: MutableMapping[str, Entity]
    calendar: Calendar
    units: Mapping[str, str]
    cues: Cues
    triggers: Triggers


class Article(NamedTuple):
    """One article as the rules read it, and the way back to its raw text."""

    article_id: str
    source: str
    file: str
    published_on: date | None
    document: Document
    alignment: Alignment

    def evidence(self, span: Span) -> dict[str, Any]:
        """Return the columns that every fact begins with."""
        start, end = self.alignment.to_raw(*span)
        return {
            "article_id": self.article_id,
            "start_char": start,
            "end_char": end,
            "sentence_no": self.document.sentence_at(span.start).no,
            "text": self.document.text_of(span),
        }

    def pointer(self, name: str, span: Span | None) -> dict[str, Any]:
        """Return the columns that point at a part of a fact: a speaker, a cue."""
        start, end = self.alignment.to_raw(*span) if span else (None, None)
        text = self.document.text_of(span) if span else None
        return {f"{name}_start_char": start, f"{name}_end_char": end, f"{name}_text": text}


def extract_tokens(articles: pa.Table, sentences: pa.Table, tokens: pa.Table) -> tuple[pa.Table, ...]:
    """Find the facts of each article that has words; the tables are `WRITES`, in that order.

    An article on which a rule breaks is rejected with the place of the defect, and the others go on.
    """
    knowledge = load_knowledge()
    if chosen_model():
        load_transformer(chosen_model())  # if it can not be had, that is no defect of an article
    rows: dict[str, Rows] = {table.name: [] for table in WRITES}
    for batch in in_batches(_articles(articles, sentences, tokens), lambda article: article.document):
        for article, names in zip(batch, _find_names(batch, knowledge), strict=True):
            try:
                found = extract_article(article, knowledge, names)
            except Exception as error:
                found = {"rejects": [_reject(article, error)]}
            for name, facts in found.items():
                rows[name] += facts
    return tuple(pa.Table.from_pylist(rows[table.name], schema=table.schema) for table in WRITES)


def _find_names(articles: Sequence[Article], knowledge: Knowledge) -> Sequence[Found | None]:
    """Find the names of several articles at a time, or none, if a rule breaks on one: which, each alone will show."""
    try:
        return find_all_mentions([a.document for a in articles], knowledge.gazetteer, knowledge.tagger)
    except Exception:
        return [None] * len(articles)


def extract_article(article: Article, knowledge: Knowledge, names: Found | None = None) -> dict[str, Rows]:
    """Find the facts of one article, by table; `names` are its names, if they are known."""
    document = article.document
    found = names or find_mentions(document, knowledge.gazetteer, knowledge.tagger)
    if chosen_model():
        found = add_names(load_transformer(chosen_model()), knowledge.gazetteer, document, found)
    entities = ChainMap({entity.entity_id: entity for entity in found.entities}, knowledge.known)
    dates = find_dates(document, article.published_on, knowledge.calendar)
    quantities = find_quantities(document, [d.span for d in dates], knowledge.units)
    quotes = find_quotes(document, found.mentions, knowledge.cues)
    events = find_events(document, found.mentions, entities, dates, knowledge.triggers)
    return {
        "mentions": [
            article.evidence(m.span) | _fields(m, "label", "entity_id", "method", "confidence") for m in found.mentions
        ],
        "appearances": list(_appearances(article, found.mentions, entities, _taking_part(quotes, events))),
        "quotes": [
            article.evidence(q.span)
            | {"kind": q.kind, "speaker_entity_id": q.speaker_entity_id}
            | article.pointer("speaker", q.speaker)
            | article.pointer("cue", q.cue)
            for q in quotes
        ],
        "dates": [
            article.evidence(d.span) | _fields(d, "kind", "value", "mod", "date_from", "date_to", "precision")
            for d in dates
        ],
        "quantities": [article.evidence(q.span) | _fields(q, "value", "unit", "object") for q in quantities],
        "events": [
            article.evidence(e.span)
            | {"actor_entity_ids": e.actors, "recipient_entity_ids": e.recipients}
            | _fields(
                e, "event_type", "mode", "status", "is_negated", "date_from", "date_to", "score", "method", "confidence"
            )
            for e in events
        ],
    }


def _reject(article: Article, error: Exception) -> dict[str, Any]:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    detail = f"{error!r} at {where}; the article has no facts: a defect of Warraq, please report it"
    return {"source": article.source, "file": article.file, "reason": "failed", "detail": detail}


@cache
def load_knowledge() -> Knowledge:
    """Load the lexicons, in the shape the rules want."""
    known = {named.entity.entity_id: named.entity for named in lexicons.entities()}
    return Knowledge(
        gazetteer(),
        load_tagger(gazetteer()),
        known,
        build_calendar(lexicons.month_names(), lexicons.hijri_month_names()),
        units(),
        load_cues(),
        load_triggers(),
    )


def _fields(fact: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _taking_part(quotes: Iterable[Quote], events: Iterable[Event]) -> Iterator[str]:
    """Yield the entities that speak or act; a country may do so through its capital, without being named."""
    yield from (quote.speaker_entity_id for quote in quotes if quote.speaker_entity_id)
    for event in events:
        yield from (*event.actors, *event.recipients)


def _appearances(
    article: Article, mentions: Iterable[Mention], entities: Mapping[str, Entity], others: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Yield one row an entity of the article."""
    counts = Counter(mention.entity_id for mention in mentions)
    for entity_id in sorted(counts.keys() | set(others)):
        row = entities[entity_id]._asdict()
        yield row | {"article_id": article.article_id, "mention_count": counts[entity_id]}


# --- from rows back to what the rules read ---------------------------------------------------------


def _articles(articles: pa.Table, sentences: pa.Table, tokens: pa.Table) -> Iterator[Article]:
    sentences_of = _by_article(sentences, SENTENCES)
    tokens_of = _by_article(tokens, TOKENS)
    columns = ["article_id", "source", "file", "published_on", "text", "edits"]
    for row in articles.select(columns).to_pylist():
        article_id, text, edits = row["article_id"], row.pop("text"), row.pop("edits")
        if article_id not in tokens_of:
            continue
        alignment = Alignment.from_rows(edits)
        own = tokens_of[article_id]
        words = _read_tokens(own, alignment)
        counts = Counter(_values(own, "sentence_no"))
        lines = list(_sentences(sentences_of[article_id].to_pylist(), counts, alignment))
        yield Article(**row, document=Document(text, words, lines), alignment=alignment)


def _by_article(rows: pa.Table, table: Table) -> dict[str, pa.Table]:
    """Cut a table into those of its articles; rows become Python objects one article at a time."""
    ordered = rows.sort_by([(name, "ascending") for name in table.key])
    counts: Counter[Any] = Counter(ordered["article_id"].to_pylist())  # which keeps the order
    starts = accumulate(counts.values(), initial=0)
    return {key: ordered.slice(start, count) for start, (key, count) in zip(starts, counts.items(), strict=False)}


def _read_tokens(rows: pa.Table, alignment: Alignment) -> list[Token]:
    """Read tokens a column at a time, which takes half the time of rows; all that is as written is not worked out.

    The rules go by closed classes only, not by the tagger's parts of speech, which err.
    """
    starts = _values(rows, "start_char")
    if alignment.changes:
        starts = list(map(alignment.to_clean, starts))
    columns = (_values(rows, name) for name in ("text", "norm", "is_stop"))
    return list(map(_token, starts, *columns, _list_parts(rows, "proclitics"), _list_parts(rows, "enclitics")))


def _values(rows: pa.Table, column: str) -> list[Any]:
    return rows[column].to_pylist()


def _list_parts(rows: pa.Table, column: str) -> Iterator[tuple[str, ...]]:
    for chunk in rows[column].chunks:
        lists: Any = chunk  # of a list type, which the stubs do not see
        offsets = lists.offsets.to_pylist()
        begin = offsets[0]  # `values` are those of the whole table
        parts = lists.values.slice(begin, offsets[-1] - begin).to_pylist()
        yield from (tuple(parts[start - begin : end - begin]) for start, end in pairwise(offsets))


def _token(
    start: int,
    text: str,
    key: str,
    is_stop: bool,
    proclitics: tuple[str, ...],
    enclitics: tuple[str, ...],
) -> Token:
    if not (proclitics or enclitics):
        end, stem_norm = start + len(text), norm(text)
        upos = closed_class(text, stem_norm, ())
        return Token(start, end, text, key, (), text, (), start, end, start, stem_norm, upos, is_stop)
    cut = place(text, proclitics, enclitics)
    stem_norm = norm(cut.stem)
    return Token(
        start, start + len(text), text, key, proclitics, cut.stem, enclitics,
        start + cut.stem_start, start + cut.stem_end, start + cut.name_start,
        stem_norm, closed_class(text, stem_norm, proclitics), is_stop,
    )  # fmt: skip


def _sentences(rows: Rows, counts: Counter[int], alignment: Alignment) -> Iterator[Sentence]:
    first = 0
    for row in rows:
        no, start = row["sentence_no"], alignment.to_clean(row["start_char"])
        last = first + counts[no]
        yield Sentence(no, start, start + len(row["text"]), first, last, row["is_repeat"], row["is_boilerplate"])
        first = last


extract = stage(extract_tokens, reads=(ARTICLES, SENTENCES, TOKENS), writes=WRITES)
