"""Entity tables: one CSV row a thing with a name, and how it becomes an `Entity`."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tasks.arabic.facts import Entity
from tasks.arabic.normalize import norm

FOLDER: Final = Path(__file__).parent
COLUMNS: Final = (
    "name_ar", "name_en", "label", "kind", "country_code", "wikidata_id", "geonames_id", "aliases", "source",
)  # fmt: skip

Row = Mapping[str, str]


class NamedEntity(NamedTuple):
    """An entity with all its surface names, the primary one first."""

    entity: Entity
    names: tuple[str, ...]


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a lexicon CSV of this folder."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def has_entities(path: Path) -> bool:
    """Tell whether a CSV has the columns of an entity table."""
    with path.open(encoding="utf-8", newline="") as file:
        return set(COLUMNS) <= set(next(csv.reader(file), []))


def split_names(cell: str) -> tuple[str, ...]:
    """Cut a cell of several names at its bars; an empty cell has none."""
    return tuple(cell.split("|")) if cell else ()


def make_slug(name: str) -> str:
    """Turn a name into the part of an id: lower case, no accents, hyphens; Arabic as its matching key.

    >>> make_slug("Côte d’Ivoire"), make_slug("OPEC+"), make_slug("شبه الجزيرة الكورية")
    ('cote-d-ivoire', 'opec-plus', 'شبه-الجزيره-الكوريه')
    """
    name = name.replace("+", " plus")
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", norm(plain)).strip("-")


def identify(row: Row) -> str:
    """Return a row's entity id: Wikidata where it was looked up, else ISO 3166, GeoNames, or the name itself."""
    if row["wikidata_id"]:
        return row["wikidata_id"]
    if row["kind"] == "country":
        return f"iso:{row['country_code']}"
    if row["geonames_id"]:
        return f"geo:{row['geonames_id']}"
    return f"lex:{make_slug(row['name_en'] or row['name_ar'])}"


def read_entity(row: Row) -> NamedEntity:
    """Turn a row into its entity and names."""
    entity = Entity(
        entity_id=identify(row),
        label=row["label"],
        name_ar=row["name_ar"],
        kind=row["kind"] or None,
        name_en=row["name_en"] or None,
        wikidata_id=row["wikidata_id"] or None,
        country_code=row["country_code"] or None,
        latitude=float(row["latitude"]) if row.get("latitude") else None,
        longitude=float(row["longitude"]) if row.get("longitude") else None,
    )
    return NamedEntity(entity, (row["name_ar"], *split_names(row["aliases"])))
