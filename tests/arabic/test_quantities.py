"""Which numbers count something, and what."""

from typing import Any

from tasks.arabic.calendar import build_calendar
from tasks.arabic.quantities import find_quantities
from tasks.arabic.reading import read
from tasks.arabic.timex import find_dates
from tasks.lexicons.months import hijri_month_names, month_names
from tasks.lexicons.units import units
from tasks.lexicons.words import words

CASES = "quantities.jsonl"
CALENDAR = build_calendar(month_names(), hijri_month_names())


def test_finds_quantities(case: dict[str, Any]) -> None:
    document = read(case["text"], words())
    dates = [found.span for found in find_dates(document, None, CALENDAR)]
    found = [
        {"text": document.text_of(one.span), "value": one.value, "unit": one.unit, "object": one.object}
        for one in find_quantities(document, dates, units())
    ]
    assert found == case["quantities"]


def test_every_currency_is_known_to_cldr() -> None:
    from babel import Locale

    from tasks.lexicons.table import read_rows

    codes = {row["unit"] for row in read_rows("units") if row["kind"] == "currency" and row["unit"].isupper()}
    assert codes <= set(Locale("en").currencies)
    assert len(codes) > 30


def count(text: str) -> list[float | None]:
    return [found.value for found in find_quantities(read(text), [], {})]


def test_a_percentage_may_begin_a_sentence() -> None:
    assert count("35% من الطلاب غابوا عن الدرس.") == [35.0]
    assert count("3.الباب الثالث") == []


def test_a_score_may_stand_before_a_preposition() -> None:
    assert count("فاز الترجي 3-2 في مباراة الذهاب") == []
    assert count("ارتفعت الأسعار 3-2 في المئة") == [3.0, 2.0]
