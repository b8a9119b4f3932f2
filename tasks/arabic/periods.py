"""The days that the value of a date means: `2024-02` is a month, `year:-1` depends on the day of publication."""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple


class Period(NamedTuple):
    """First and last day, and the width: day, week, month, quarter, year or decade."""

    first: date
    last: date
    precision: str


def resolve_date(value: str, published_on: date | None = None, direction: int = 0) -> Period | None:
    """Return the days that a value means, None for one without anchor.

    `direction` is -1 for الماضي and 1 for المقبل. A weekday without either is the latest on or before the day of
    publication; a day or month without year the nearest to it. Weeks begin on Monday, as in ISO 8601. Durations,
    halves, winters and centuries have no days.

    >>> resolve_date("2024-02")
    Period(first=datetime.date(2024, 2, 1), last=datetime.date(2024, 2, 29), precision='month')
    >>> resolve_date("wednesday", date(2024, 6, 20)).first
    datetime.date(2024, 6, 19)
    >>> resolve_date("-P9M", date(2024, 6, 18)).first, resolve_date("P3D", date(2024, 6, 18)) is None
    (datetime.date(2023, 9, 1), True)
    """
    if value.startswith("hijri:"):
        return _resolve_hijri(value)
    if value[:3].isdigit():
        return _resolve_absolute(value)
    return _resolve_relative(value, published_on, direction) if published_on else None


# --- dates with a year ---------------------------------------------------------------------------------

_FIRST_MONTHS: Final = {"SP": 3, "SU": 6, "FA": 9, "Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}  # a winter has two years


def _resolve_absolute(value: str) -> Period | None:
    year, _, rest = value.partition("-")
    if year.endswith("X"):
        decade = int(year[:3]) * 10
        return Period(date(decade, 1, 1), date(decade + 9, 12, 31), "decade")
    if not rest:
        return Period(date(int(year), 1, 1), date(int(year), 12, 31), "year")
    if rest in _FIRST_MONTHS:
        first = date(int(year), _FIRST_MONTHS[rest], 1)
        return Period(first, _end_month(_add_months(first, 2)), "quarter")
    month, _, day = rest.partition("-")
    if not month.isdigit():  # a winter or a half
        return None
    first = date(int(year), int(month), int(day or 1))
    return Period(first, first, "day") if day else Period(first, _end_month(first), "month")


def _add_months(day: date, months: int) -> date:
    """Return the first day of the month that is so many months away.

    >>> _add_months(date(2023, 11, 30), 3)
    datetime.date(2024, 2, 1)
    """
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _end_month(day: date) -> date:
    return _add_months(day, 1) - timedelta(days=1)


# --- dates counted from the publication ----------------------------------------------------------------

_STEPS: Final = re.compile(r"(day|week|month|year|decade):([+-]?\d+)(?:-(.+))?")
_AGO: Final = re.compile(r"-P(\d{1,3})([DWMY])")  # of 1,000 years ago no day is known
_GRAINS: Final = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def _resolve_relative(value: str, published_on: date, direction: int) -> Period | None:
    if steps := _STEPS.fullmatch(value):
        return _step(steps[1], int(steps[2]), steps[3], published_on)
    if ago := _AGO.fullmatch(value):
        return _step(_GRAINS[ago[2]], -int(ago[1]), None, published_on)
    if re.match(r"XXXX-\d\d", value):
        return _resolve_yearless(value, published_on, direction)
    return _resolve_weekday(value, published_on, direction)


def _step(grain: str, steps: int, rest: str | None, published_on: date) -> Period | None:
    if grain == "day":
        day = published_on + timedelta(days=steps)
        return Period(day, day, "day")
    if grain == "week":
        monday = published_on + timedelta(days=7 * steps - published_on.weekday())
        return Period(monday, monday + timedelta(days=6), "week")
    if grain == "month":
        month = _add_months(published_on, steps)
        return Period(month, _end_month(month), "month")
    if grain == "decade":
        return _resolve_absolute(f"{published_on.year // 10 + steps}X")
    year = published_on.year + steps
    return _resolve_absolute(f"{year}-{rest}" if rest else f"{year}")


def _resolve_yearless(value: str, published_on: date, direction: int) -> Period | None:
    """Choose among the years around the publication the one that الماضي or المقبل asks for, else the nearest."""
    years = range(published_on.year - 4, published_on.year + 5)  # 29 February comes only every four years
    periods = [period for year in years if (period := _try_absolute(value.replace("XXXX", f"{year:04}")))]
    if direction < 0:
        periods = [period for period in periods if period.last < published_on]
    elif direction > 0:
        periods = [period for period in periods if period.first > published_on]
    return min(periods, key=lambda period: abs(period.first - published_on), default=None)


def _try_absolute(value: str) -> Period | None:
    try:
        return _resolve_absolute(value)
    except ValueError:  # 29 February of a common year
        return None


_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _resolve_weekday(value: str, published_on: date, direction: int) -> Period | None:
    if value not in _WEEKDAYS:
        return None
    behind = (published_on.weekday() - _WEEKDAYS.index(value)) % 7
    if direction < 0 and not behind:  # الاثنين الماضي, said on a Monday
        behind = 7
    day = published_on + timedelta(days=7 - behind if direction > 0 else -behind)
    return Period(day, day, "day")


# --- Hijri dates ---------------------------------------------------------------------------------------

_HIJRI_EPOCH: Final = date(622, 7, 19).toordinal()  # 1 Muharram 1: 16 July 622 in the Julian calendar


def _resolve_hijri(value: str) -> Period | None:
    """Give the period a day more at either end, as countries proclaim a month after the sighting of the moon."""
    numbers = value.removeprefix("hijri:").split("-")
    if not numbers[0].isdigit():
        return None
    year, month, day = (*map(int, numbers), 0, 0)[:3]
    first = convert_hijri(year, month or 1, day or 1)
    if day:
        last, precision = first, "day"
    elif month:
        last, precision = convert_hijri(year + month // 12, month % 12 + 1, 1) - timedelta(days=1), "month"
    else:
        last, precision = convert_hijri(year + 1, 1, 1) - timedelta(days=1), "year"
    return Period(first - timedelta(days=1), last + timedelta(days=1), precision)


def convert_hijri(year: int, month: int, day: int) -> date:
    """Convert a Hijri date by the tabular civil calendar: 11 leap years in 30, months of 30 and 29 days in turn.

    >>> convert_hijri(1445, 9, 1), convert_hijri(1400, 1, 1)
    (datetime.date(2024, 3, 11), datetime.date(1979, 11, 21))
    """
    days = (year - 1) * 354 + (11 * year + 3) // 30 + (59 * (month - 1) + 1) // 2 + day - 1
    return date.fromordinal(_HIJRI_EPOCH + days)
