"""Words as data: who and what has a name, how often words are written, what months are called.

Each CSV has its origin, licence and date in SOURCES.md. Everything is read once a process.
"""

from functools import cache
from typing import Final

from tasks.arabic.normalize import norm
from tasks.lexicons.lemmas import lemma_forms, verbs
from tasks.lexicons.months import hijri_month_names, month_names
from tasks.lexicons.places import demonym_forms, groups, named_places
from tasks.lexicons.table import FOLDER, NamedEntity, has_entities, read_entity, read_rows
from tasks.lexicons.words import words

__all__ = (
    "NamedEntity", "ambiguous", "demonym_forms", "entities", "hijri_month_names", "lemma_forms", "month_names",
    "verbs", "words",
)  # fmt: skip

_READ_WITH_PLACES: Final = frozenset(("countries", "regions", "cities", "places", "demonyms"))


@cache
def entities() -> tuple[NamedEntity, ...]:
    """Return every known entity with its names; where two share a name, the first is the likelier one.

    >>> [e.entity.entity_id for e in entities() if "روسيا الاتحادية" in e.names]
    ['iso:RU']
    """
    others = (
        path.stem for path in sorted(FOLDER.glob("*.csv")) if path.stem not in _READ_WITH_PLACES and has_entities(path)
    )
    return (*named_places(), *groups(), *(read_entity(row) for name in others for row in read_rows(name)))


@cache
def ambiguous() -> frozenset[str]:
    """Return the matching keys of names that are ordinary words as well (مالي, كان, غربي).

    One of them is a name only with evidence beside it: a preposition of place, a head such as مدينة,
    the same name elsewhere in the article.

    >>> "مالي" in ambiguous(), "روسيا" in ambiguous()
    (True, False)
    """
    return frozenset(norm(row["name"]) for row in read_rows("ambiguous"))
