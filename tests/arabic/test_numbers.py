"""Numbers in every form, and which of them count something."""

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.arabic.calendar import build_calendar, find_dates
from tasks.arabic.document import Span
from tasks.arabic.numbers import NUMERALS, find_quantities, merge_numbers, read_number, scan
from tasks.arabic.reading import read
from tasks.lexicons.months import hijri_month_names, month_names
from tasks.lexicons.units import units
from tasks.lexicons.words import words

CASES = "quantities.jsonl"
NUMBERS = (Path(__file__).parents[1] / "cases" / "numbers.jsonl").read_text(encoding="utf-8").splitlines()
CALENDAR = build_calendar(month_names(), hijri_month_names())


@pytest.mark.parametrize("number", [json.loads(line) for line in NUMBERS], ids=lambda number: number["label"])
def test_reads_a_number(number: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if number.get("known_failure"):
        request.applymarker(pytest.mark.xfail(strict=True, reason="known failure"))
    assert read_number(number["text"]) == (None if number["value"] is None else pytest.approx(number["value"]))


def test_finds_quantities(case: dict[str, Any]) -> None:
    document = read(case["text"], words())
    dates = [found.span for found in find_dates(document, None, CALENDAR)]
    found = [
        {"text": document.text_of(one.span), "value": one.value, "unit": one.unit, "object": one.object}
        for one in find_quantities(document, dates, units())
    ]
    assert found == case["quantities"]


def test_items_tile_the_text() -> None:
    text = "وبثلاثة كتب دفع 1,500 دولاراً (9 آلاف و340 مليون) للشركة، و%5 من الأرباح."
    items = merge_numbers(scan(text, Span(0, len(text)), NUMERALS))
    surfaces = [text[item.start : item.end] for item in items]
    assert surfaces[:3] == ["و", "ب", "ثلاثة"]
    assert "9 آلاف و340 مليون" in surfaces
    assert "".join(surfaces).replace(" ", "") == text.replace(" ", "")


def test_vowel_signs_stay_with_their_letter() -> None:
    text = "وَبِثَلاثَةِ كتب"
    found = find_quantities(read(text), [], {})
    assert [text[one.span.start : one.span.end] for one in found] == ["ثَلاثَةِ"]


def test_every_currency_is_known_to_cldr() -> None:
    from babel import Locale

    from tasks.lexicons.table import read_rows

    codes = {row["unit"] for row in read_rows("units") if row["kind"] == "currency" and row["unit"].isupper()}
    assert codes <= set(Locale("en").currencies)
    assert len(codes) > 30
