"""What the rules find, in clean coordinates: the rows of `extract` before they are mapped to the raw text."""

from datetime import date
from typing import NamedTuple

from tasks.arabic.document import Span


class Entity(NamedTuple):
    """A thing with a name. `label` is PER, LOC, ORG, NORP or MISC; the other fields as in the tables."""

    entity_id: str
    label: str
    name_ar: str
    kind: str | None = None
    name_en: str | None = None
    wikidata_id: str | None = None
    country_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_known: bool = True


class Mention(NamedTuple):
    """A name in the text."""

    span: Span
    label: str
    entity_id: str
    method: str
    confidence: float


class Date(NamedTuple):
    """A date, duration or set. `value` is TIMEX3; the days are None without an anchor."""

    span: Span
    kind: str
    value: str
    mod: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    precision: str | None = None


class Quantity(NamedTuple):
    """A number that counts or measures; `value` is None for a vague one."""

    span: Span
    value: float | None
    unit: str | None = None
    object: str | None = None


class Quote(NamedTuple):
    """What somebody is reported to have said; `kind` is direct, indirect or mixed."""

    span: Span
    kind: str
    speaker: Span | None = None
    speaker_entity_id: str | None = None
    cue: Span | None = None


class Event(NamedTuple):
    """A PLOVER event at its trigger; `method` is the name of the rule that found it."""

    span: Span
    event_type: str
    mode: str | None
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    status: str
    is_negated: bool
    score: float
    method: str
    confidence: float
    date_from: date | None = None
    date_to: date | None = None
