"""The lists that lemmas are looked up in, as files."""

from collections import Counter

import pytest

from tasks.arabic.conjugation import list_present_stems
from tasks.arabic.letters import strip_marks
from tasks.lexicons.table import read_rows


@pytest.mark.parametrize("name", ["plurals", "lemmas", "verbs"])
def test_no_form_stands_twice(name: str) -> None:
    rows = [tuple(row.values()) for row in read_rows(name)]
    keys = rows if name == "verbs" else [row[:1] for row in rows]  # وصل يصل, وصل يوصل
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    cells = [cell for row in rows for cell in row if cell]
    assert all(cell == strip_marks(cell) == "".join(cell.split()) for cell in cells)


@pytest.mark.parametrize("name", ["plurals", "lemmas"])
def test_no_cell_is_empty_and_rows_are_sorted(name: str) -> None:
    rows = [tuple(row.values()) for row in read_rows(name)]
    assert all(map(all, rows))
    assert rows == sorted(rows)


def test_imperfects_begin_with_ya() -> None:
    imperfects = [(row["verb"], row["imperfect"]) for row in read_rows("verbs") if row["imperfect"]]
    assert [
        pair for pair in imperfects if pair[1][0] != "ي" or not all(stem for stem, _ in list_present_stems(*pair))
    ] == []


def test_a_singular_is_no_other_s_plural() -> None:
    """Save two that are spelled like another word: lineage and shares, a difference and teams."""
    plurals = {row["plural"]: row["singular"] for row in read_rows("plurals")}
    assert {one for one in plurals.values() if plurals.get(one, one) != one} == {"نسب", "فرق"}
