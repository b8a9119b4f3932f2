"""Countries, regions, cities and the adjectives of nationality, religion and movement made from them."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from babel import Locale

from tasks.arabic.facts import Entity
from tasks.arabic.normalize import norm
from tasks.lexicons.table import NamedEntity, Row, read_entity, read_rows, split_names

# CLDR lists these beside the ISO 3166 territories: unions, pseudo-locales, exceptional reservations.
_NOT_COUNTRIES: Final = frozenset((
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ",
))  # fmt: skip

_SUFFIXES: Final = ("", "ة", "ا", "ان", "ين", "ون", "ات", "تان", "تين", "و", "ي")


@cache
def countries() -> tuple[NamedEntity, ...]:
    """Return the ISO 3166 territories and Kosovo with their CLDR names, and states that are no more."""
    reviewed = list(read_rows("countries"))
    by_code = {row["country_code"]: row for row in reviewed if row["country_code"]}
    arabic: Mapping[str, str] = Locale("ar").territories
    english: Mapping[str, str] = Locale("en").territories
    codes = sorted(code for code in arabic if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES)
    living = (_name_country(code, arabic[code], english[code], by_code.get(code)) for code in codes)
    former = (read_entity(row) for row in reviewed if not row["country_code"])
    return (*living, *former)


def _name_country(code: str, arabic: str, english: str, row: Row | None) -> NamedEntity:
    """Take the reviewed names of a country, or else its CLDR name."""
    if row:
        return read_entity(row)
    return NamedEntity(Entity(f"iso:{code}", "LOC", arabic, "country", english, country_code=code), (arabic,))


@cache
def named_places() -> tuple[NamedEntity, ...]:
    """Return every place, in the order of preference for a name that two of them share.

    Countries come first: الجزائر is the country, unless the text says الجزائر العاصمة. Then
    regions, cities, and places without an id that news names often.
    """
    rows = (row for file in ("regions", "cities", "places") for row in read_rows(file))
    return (*countries(), *map(read_entity, rows))


@cache
def groups() -> tuple[NamedEntity, ...]:
    """Return the religions, peoples and movements that have no country or region of their own."""
    return tuple(read_entity(row) for row in read_rows("demonyms") if not row["country_code"] and not row["of"])


@cache
def demonym_forms() -> Mapping[str, Entity]:
    """Return the matching key of every form of every demonym, without the article, and what it stands for.

    A nationality stands for its country, a word such as أوروبي for its region, مسلم for the group
    itself. Forms of several words are joined by a space, each word without its article. Look for
    places first: سورية without an article is more often Syria than "Syrian". An indefinite
    accusative that is a country's name is left out (تركيا "Turkish" is nearly always Turkey).

    >>> forms = demonym_forms()
    >>> forms["روسيه"].entity_id, forms["كوريين شماليين"].entity_id, forms["اتراك"].name_en
    ('iso:RU', 'iso:KP', 'Turkey')
    >>> "تركيا" in forms
    False
    """
    homes = {place.entity.entity_id: place.entity for place in countries()}
    by_name = {place.entity.name_en: place.entity for place in named_places() if place.entity.kind != "city"}
    members = {group.entity.name_en: group.entity for group in groups()}
    accusatives = {norm(name) for place in countries() for name in place.names if name.endswith("ا")}
    forms: dict[str, Entity] = {}
    for row in read_rows("demonyms"):
        entity = _home(row, homes, by_name) or members[row["name_en"]]
        for form in inflect(row):
            if norm(form) not in accusatives:
                forms.setdefault(norm(form), entity)
    return forms


def _home(row: Row, homes: Mapping[str, Entity], regions: Mapping[str | None, Entity]) -> Entity | None:
    if row["country_code"]:
        return homes[f"iso:{row['country_code']}"]
    return regions[row["of"]] if row["of"] else None


def inflect(row: Row) -> Iterator[str]:
    """Yield the forms of one demonym: gender, number, case, construct state, broken plurals.

    >>> "سودانيتان" in set(inflect({"name_ar": "سوداني", "aliases": "", "plurals": ""}))
    True
    >>> "جنوب أفريقية" in set(inflect({"name_ar": "جنوب أفريقي", "aliases": "", "plurals": ""}))
    True
    """
    for base in (row["name_ar"], *split_names(row["aliases"])):
        for suffix in _SUFFIXES:
            yield _add_suffix(base, suffix)
    for plural in split_names(row["plurals"]):
        yield plural
        if plural[-1] not in "ةان":
            yield f"{plural}ا"


def _add_suffix(base: str, suffix: str) -> str:
    """Inflect a word, or each relative adjective of a phrase (كورية شمالية, but جنوب أفريقية)."""
    if " " not in base:
        return base + suffix
    return " ".join(word + suffix if word.endswith("ي") else word for word in base.split(" "))
