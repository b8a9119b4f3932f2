"""Events: what happened between political actors, to whom, whether it did, and when.

`triggers` finds the words that say so, `roles` who takes part, `modality` whether it happened. One row
stands for one incident of a sentence.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from tasks.arabic.anaphora import add_roles, recall
from tasks.arabic.document import Document, Sentence, Span
from tasks.arabic.facts import Date, Entity, Event, Mention
from tasks.arabic.modality import find_status
from tasks.arabic.participants import NOBODY, Names, find_names, recut_names
from tasks.arabic.roles import find_participants
from tasks.arabic.triggers import Hit, Triggers, find_hits

# Which share of the events was right on the annotated news, of those with somebody who takes part, and of the others.
CONFIDENCE: Final = {True: 0.81, False: 0.67}


def find_events(
    document: Document,
    mentions: Sequence[Mention],
    entities: Mapping[str, Entity],
    dates: Sequence[Date],
    triggers: Triggers,
) -> list[Event]:
    """Return the events of a document in order of their triggers, no two at one span.

    `entities` holds what the mentions' ids stand for. A repeated sentence has its events again; those who
    count leave it out. Of `dates` an event takes the one of its clause, else the only one of its sentence.

    >>> from tasks.arabic.reading import read
    >>> from tasks.arabic.triggers import TriggerRow, make_triggers
    >>> row = TriggerRow("قصف يقصف", "", "قصف", "", "ASSAULT", "", "object على", "", "", "", "")
    >>> triggers = make_triggers([row], {("ASSAULT", None): -9.0})
    >>> document = read("قد يقصف الجيش الميناء. لم يقصف الميناء.")
    >>> [(e.event_type, e.status, e.is_negated) for e in find_events(document, [], {}, [], triggers)]
    [('ASSAULT', 'hypothetical', False), ('ASSAULT', 'past', True)]
    """
    document = recut_names(document, mentions)
    named = find_names(document, mentions, entities)
    inside = _tokens_inside_names(named)
    names = add_roles(document.tokens, named)
    events: dict[Span, Event] = {}
    for sentence in document.sentences:
        for hit in find_hits(document, sentence, names, inside, triggers):
            event = _read_event(document, sentence, hit, names, dates, list(events.values()))
            events.setdefault(event.span, event)
    return list(events.values())


def _tokens_inside_names(names: Names) -> frozenset[int]:
    return frozenset(i for n in names.starting.values() if n.label != "NORP" for i in range(n.first, n.last + 1))


def _read_event(
    document: Document, sentence: Sentence, hit: Hit, names: Names, dates: Sequence[Date], told: Sequence[Event]
) -> Event:
    trigger = hit.form.trigger
    actors, recipients = find_participants(document.tokens, sentence, hit, names)
    if not actors and not recipients:
        actors, recipients = recall(document.tokens, sentence, hit, told)
    if trigger.is_reciprocal:
        actors, recipients = tuple(dict.fromkeys(actors + recipients)), NOBODY
    status, is_negated = find_status(document, sentence, hit)
    day = _find_date(document, sentence, hit, dates)
    return Event(
        hit.span, trigger.event_type, trigger.mode, actors,
        tuple(r for r in recipients if r not in actors), status, is_negated, trigger.score,
        trigger.rule, CONFIDENCE[bool(actors or recipients)], *day,
    )  # fmt: skip


def _find_date(
    document: Document, sentence: Sentence, hit: Hit, dates: Sequence[Date]
) -> tuple[date | None, date | None]:
    """Return the days of the one date in the trigger's clause, else of the one in its sentence."""
    at = document.tokens[hit.at].start
    known = [d for d in dates if d.date_from is not None and sentence.start <= d.span.start < sentence.end]
    near = [d for d in known if not _parts_clauses(document.text, at, d.span.start)]
    for found in (near, known):
        days = {(d.date_from, d.date_to) for d in found}
        if len(days) == 1:
            return days.pop()
    return None, None


def _parts_clauses(text: str, one: int, other: int) -> bool:
    return any(mark in text[min(one, other) : max(one, other)] for mark in "،؛,;:")
