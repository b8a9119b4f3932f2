"""Dates as the text gives them, and the days they mean."""

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.calendar import build_calendar
from tasks.arabic.quantities import find_quantities
from tasks.arabic.reading import read
from tasks.arabic.timex import find_dates
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


def dates_of(text: str) -> list[str]:
    document = read(text)
    return [document.text_of(found.span) for found in find_dates(document, None, CALENDAR)]


def test_tomorrow_is_a_name_after_a_noun_alone() -> None:
    assert dates_of("يبدأ التسجيل صباح الغد ويستمر حتى الغد") == ["صباح الغد", "الغد"]
    assert dates_of("انسحب تيار الغد من التحالف") == []


def test_a_title_is_no_year_but_may_stand_before_one() -> None:
    assert dates_of("انتقد الأمين العام الحالي القرار") == []
    assert dates_of("انهار النظام عام 2011") == ["عام 2011"]


def test_millions_of_years_are_written_out() -> None:
    document = read("عاش قبل 66 مليون عام")
    assert [found.value for found in find_dates(document, None, CALENDAR)] == ["-P66000000Y"]
