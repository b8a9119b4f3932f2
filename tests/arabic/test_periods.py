"""The days of Hijri dates and of weekdays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.periods import convert_hijri, resolve_date


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
