"""The gazetteer: all names and name-like words of the lexicons, arranged for looking up."""

from collections import defaultdict
from functools import cache
from typing import Final

from tasks.arabic.gazetteer import Gazetteer, build_gazetteer
from tasks.arabic.normalize import norm
from tasks.lexicons import ambiguous, entities
from tasks.lexicons.places import demonym_forms
from tasks.lexicons.table import read_rows
from tasks.lexicons.words import words

_NAMED: Final = ("LOC", "PER", "ORG", "MISC")  # groups are found as demonyms, in all their forms


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer of a process.

    >>> gazetteer().names["روسيا"].entity_id, gazetteer().demonyms["روسيه"].entity_id
    ('iso:RU', 'iso:RU')
    """
    stops = _grouped("name_stops")
    stops["ambiguous"] |= ambiguous()
    return build_gazetteer(
        [(named.entity, named.names) for named in entities() if named.entity.label in _NAMED],
        demonym_forms(),
        _purities("given_names"),
        _purities("family_names"),
        {kind: frozenset(group) for kind, group in _grouped("titles").items()},
        {kind: frozenset(group) for kind, group in stops.items()},
        words(),
    )


def _grouped(name: str) -> dict[str, set[str]]:
    """Return the keys of a list of words by their kind."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(name):
        groups[row["kind"]].add(norm(row["word"]))
    return groups


def _purities(name: str) -> dict[str, float]:
    return {norm(row["name"]): float(row["purity"]) for row in read_rows(name)}
