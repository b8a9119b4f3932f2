"""The lexicons as files."""

import csv
import subprocess
import sys
from collections import Counter

import pytest
from babel import Locale

from tasks import lexicons
from tasks.arabic.normalize import norm
from tasks.lexicons.table import COLUMNS, FOLDER, has_entities, read_rows, split_names

OWN = ("countries", "regions", "cities", "places", "demonyms")
LABELS = {"PER", "LOC", "ORG", "NORP", "MISC"}


def entity_tables():
    return sorted(path.stem for path in FOLDER.glob("*.csv") if has_entities(path))


@pytest.mark.parametrize("name", entity_tables())
def test_entity_table_is_well_formed(name):
    rows = list(read_rows(name))
    assert all(None not in row and None not in row.values() for row in rows), "a row has too many or too few cells"
    assert all(row["name_ar"] and row["label"] in LABELS and row["source"] for row in rows)
    cells = [cell for row in rows for cell in (*row.values(), *split_names(row["aliases"]))]
    assert all(cell == " ".join(cell.split()) for cell in cells), "spaces at an edge or doubled"
    assert all(cell for row in rows if row["aliases"] for cell in split_names(row["aliases"]))


def test_column_order_begins_alike():
    for name in entity_tables():
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert tuple(header[: len(COLUMNS) - 1]) == COLUMNS[:-1]
        assert "source" in header


@pytest.mark.parametrize("name", OWN)
def test_own_table_is_sorted_without_duplicates(name):
    rows = list(read_rows(name))
    assert rows == sorted(rows, key=lambda row: (row["name_ar"], row["country_code"]))
    names = Counter((row["label"], norm(n)) for row in rows for n in (row["name_ar"], *split_names(row["aliases"])))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("name", ["words", "city_names", "ambiguous"])
def test_plain_table_is_sorted_by_its_first_columns(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    keys = [(row[1], row[0]) if name == "ambiguous" else tuple(row[: len(row) - 1]) for row in rows]
    assert keys == sorted(set(keys))


def test_country_codes_are_babel_s():
    valid = {code for code in Locale("ar").territories if len(code) == 2} | {""}
    used = {row["country_code"] for name in entity_tables() for row in read_rows(name)}
    assert used <= valid


def test_entity_ids_are_unique():
    ids = Counter(e.entity.entity_id for e in lexicons.entities())
    assert [i for i, count in ids.items() if count > 1] == []


def test_sources_names_every_own_file():
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"| {name}.csv |" in sources for name in (*OWN, "words", "months", "ambiguous", "city_names"))


def test_words_are_matching_keys_with_counts():
    words = lexicons.words()
    assert len(words) == 60_000
    assert all(norm(word) == word for word in list(words)[::50])
    assert words["علي"] > words["والحكومه"] > words.get("بيونغ", 0)
    assert (FOLDER / "words.csv").stat().st_size < 1 << 20


def test_months_of_all_regions():
    months = lexicons.month_names()
    for number, names in {2: "شباط فبراير فيفري", 6: "حزيران يونيو جوان", 8: "آب أغسطس أوت غشت"}.items():
        assert {months[norm(name)] for name in names.split()} == {number}
    assert set(months.values()) == set(range(1, 13))
    assert sorted(set(lexicons.hijri_month_names().values())) == list(range(1, 13))
    assert not set(months) & set(lexicons.hijri_month_names())


def test_loading_takes_a_moment():
    script = """
import time; began = time.perf_counter()
from tasks import lexicons
for read in (lexicons.words, lexicons.entities, lexicons.demonym_forms, lexicons.ambiguous, lexicons.month_names):
    read()
print(time.perf_counter() - began)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(run.stdout) < 10  # 0.5 s on a quiet machine


def test_every_table_says_where_it_comes_from():
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert [path.name for path in FOLDER.glob("*.csv") if path.name not in sources] == []
