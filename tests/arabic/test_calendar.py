"""Dates as the text gives them, and the days they mean."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.calendar import build_calendar, convert_hijri, find_dates, resolve_date
from tasks.arabic.numbers import find_quantities
from tasks.arabic.reading import read
from tasks.lexicons.months import hijri_month_names, month_names

CALENDAR = build_calendar(month_names(), hijri_month_names())
CASES = "dates.jsonl"


def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def test_finds_dates(case: dict[str, Any]) -> None:
    document = read(case["text"])
    found = find_dates(document, as_day(case.get("published")), CALENDAR)
    assert [(document.text_of(one.span), one.value) for one in found] == [
        (d["text"], d["value"]) for d in case["dates"]
    ]
    for one, expected in zip(found, case["dates"], strict=True):
        got = {"kind": one.kind, "mod": one.mod, "precision": one.precision}
        got |= {"from": str(one.date_from or "") or None, "to": str(one.date_to or "") or None}
        assert {key: got[key] for key in expected.keys() & got.keys()} == {
            key: value for key, value in expected.items() if key in got
        }


@pytest.mark.parametrize(
    ("hijri", "gregorian"),
    [
        ((1, 1, 1), "0622-07-19"),
        ((1400, 1, 1), "1979-11-21"),
        ((1421, 1, 1), "2000-04-06"),
        ((1445, 1, 1), "2023-07-19"),
    ],
)
def test_converts_hijri_dates(hijri: tuple[int, int, int], gregorian: str) -> None:
    assert convert_hijri(*hijri) == date.fromisoformat(gregorian)


def test_thirty_hijri_years_have_eleven_leap_days() -> None:
    lengths = [(convert_hijri(year + 1, 1, 1) - convert_hijri(year, 1, 1)).days for year in range(1, 31)]
    assert set(lengths) == {354, 355}
    assert lengths.count(355) == 11


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(("monday", "friday", "sunday")))
def test_a_weekday_lies_within_a_week(published: date, name: str) -> None:
    last, latest, coming = (resolve_date(name, published, direction) for direction in (-1, 0, 1))
    assert last is not None
    assert latest is not None
    assert coming is not None
    assert published - timedelta(days=7) <= last.first < published < coming.first <= published + timedelta(days=7)
    assert last.first <= latest.first <= published
    assert latest.first.strftime("%A").lower() == name


WORDS = """
    1 12 2015 ٣ 0 31/02/2024 2024-01-01 9999999999 999999999999999999999 10:30 عام سنة شهر يوم أيام يومي القرن
    قبل منذ بعد اليوم أمس غد الاثنين الماضي المقبل مايو أيار رمضان تشرين الأول ربيع السبعينيات نصف ربع مليون
    ألف و من إلى بين في كل عدة نحو نهاية ال ه م الميلاد بالمئة % - / ( ) ، . « » دولار شخص الشخص واحد عشر
    عشرون عشرات آلاف الربع خلال فترة طويلة العام عامها
"""


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=12),
    st.sampled_from(["", " "]),
    st.none() | st.dates(date(1990, 1, 1), date(2050, 1, 1)),
)
def test_any_words_in_any_order_are_read(pieces: list[str], glue: str, published: date | None) -> None:
    document = read(glue.join(pieces) or "نص")
    dates = find_dates(document, published, CALENDAR)
    quantities = find_quantities(document, [one.span for one in dates], {})
    spans = sorted([one.span for one in dates] + [one.span for one in quantities])
    for span in spans:
        assert 0 <= span.start < span.end <= len(document.text)
        assert document.text_of(span) == document.text_of(span).strip()
    assert all(left.end <= right.start for left, right in pairwise(spans))
    for found in dates:
        assert (found.date_from is None) == (found.date_to is None) == (found.precision is None)
        assert found.date_from is None or found.date_to is None or found.date_from <= found.date_to
