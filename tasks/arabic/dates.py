"""Dates on a calendar: days, months, quarters, seasons, years, decades and centuries, Gregorian and Hijri."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from tasks.arabic.calendar import NOT_ONLY_MONTHS
from tasks.arabic.items import Item, keys, plays
from tasks.arabic.normalize import norm
from tasks.arabic.phrases import (
    COUNT,
    DAY_NUMBER,
    MOD,
    PART_OF_DAY,
    WEEKDAY,
    WHEN,
    Found,
    Pattern,
    Phrase,
    sum_numbers,
    write_step,
)

_LEAP_YEAR: Final = 2024  # for a date without year, as it may be 29 February
_MOST_MONTHS: Final = 12
_MOST_DAYS: Final = 31
_HIJRI_DAYS: Final = 30
_YEARS: Final = range(1000, 2200)  # four digits that are a year rather than a count
_MODERN: Final = 1800  # 1200 or 1500 without a word of time count something
_LAST_CENTURY: Final = 21  # القرن الثاني والعشرون

# --- parts of dates ------------------------------------------------------------------------------------


def _is_day(year: str, month: int, day: int) -> bool:
    try:
        date(int(year) if year.isdigit() else _LEAP_YEAR, month, day)
    except (ValueError, OverflowError):
        return False
    return True


def _read_year_of(phrase: Phrase) -> str:
    """Return 2024, year:-1 (من العام الماضي) or XXXX."""
    if year := phrase.find("YEAR"):
        return f"{int(year.value)}"
    when = phrase.find("PAST", "NEXT", "CURRENT")
    return write_step("year", when.value) if when and phrase.find("THE_YEAR") else "XXXX"


def _kind_of(year: str) -> str:
    return "relative" if year.startswith("year") else "date"


def _agree(months: Sequence[Item]) -> bool:
    """Tell whether the two names of a month name one month (يونيو/حزيران, not يونيو/تموز)."""
    return len({month.value for month in months}) == 1


# --- days ----------------------------------------------------------------------------------------------


def _read_numeric(phrase: Phrase) -> Iterator[Found]:
    """19/06/2024 and 2024-06-19; the month stands in the middle, unless it could not."""
    numbers = [int(number) for number in re.split(r"\D", phrase.parts[0].key)]
    has_year_first = numbers[0] > _MOST_DAYS
    year, month, day = numbers if has_year_first else numbers[::-1]
    if month > _MOST_MONTHS >= day and not has_year_first:
        month, day = day, month
    if year in _YEARS and _is_day(str(year), month, day):
        yield phrase.mean("date", f"{year}-{month:02}-{day:02}")


def _read_day(phrase: Phrase) -> Iterator[Found]:
    """الثلاثاء 19 يونيو 2024, يوم الثاني والعشرين من أيار/مايو الماضي."""
    months, year = phrase.find_all("MONTH"), _read_year_of(phrase)
    month, day = int(months[0].value), _sum_day(phrase, months[0])
    if _is_day(year, month, day):
        yield phrase.mean(_kind_of(year), f"{year}-{month:02}-{day:02}", is_certain=_agree(months))


def _sum_day(phrase: Phrase, month: Item) -> int:
    return int(sum_numbers(part for part in phrase.parts if part.start < month.start))


def _read_days(phrase: Phrase) -> Iterator[Found]:
    """19 و20 يونيو: days of one month."""
    months, year = phrase.find_all("MONTH"), _read_year_of(phrase)
    month, is_certain = int(months[0].value), _agree(months)
    days = [number for number in phrase.find_all("NUMBER") if number.end <= months[0].start]
    for day in days:
        first = phrase.parts[0] if day is days[0] and plays(phrase.parts[0], "PAIR") else day
        last = phrase.parts[-1] if day is days[-1] else day
        if _is_day(year, month, int(day.value)):
            yield Found(first, last, "date", f"{year}-{month:02}-{int(day.value):02}", is_certain=is_certain)


def _read_hijri(phrase: Phrase) -> Iterator[Found]:
    """15 رمضان 1445, شهر رجب, عام 1445 هـ; رجب alone is a man as often."""
    month = phrase.find("HIJRI")
    year = phrase.find("YEAR") if month else phrase.find("YEAR", "NUMBER")
    if year and not 1 <= year.value < 1600:
        return
    number = f"hijri:{int(year.value)}" if year else "hijri:XXXX"
    if month is None:
        yield phrase.mean("date", number)
        return
    day = _sum_day(phrase, month)
    if day <= _HIJRI_DAYS and (day or year or phrase.find("A_MONTH")):
        yield phrase.mean("date", f"{number}-{int(month.value):02}" + (f"-{day:02}" if day else ""))


# --- months, quarters, seasons -------------------------------------------------------------------------

_MONTHS_STAND_AFTER: Final = ("IN", "SINCE", "OVER", "TO", "FROM", "BETWEEN", "BEFORE", "AFTER", "L", "B", "AND")
_AMBIGUOUS_STAND_AFTER: Final = ("IN", "SINCE", "OVER", "TO")


def _read_month(phrase: Phrase) -> Iterator[Found]:
    """A month's name alone is a date only where a time is expected: in, since, until, a middle or an end."""
    months, year = phrase.find_all("MONTH"), _read_year_of(phrase)
    leads = _AMBIGUOUS_STAND_AFTER if months[0].key in NOT_ONLY_MONTHS else _MONTHS_STAND_AFTER
    if len(phrase.parts) > 1 or plays(phrase.before, *leads):
        kind = "relative" if phrase.direction else _kind_of(year)
        yield phrase.mean(kind, f"{year}-{int(months[0].value):02}", is_certain=_agree(months))


def _read_months(phrase: Phrase) -> Iterator[Found]:
    """شهري يناير وفبراير 2016: two months of one year."""
    one, two, *rest = phrase.find_all("MONTH")
    first, year = phrase.parts[0], _read_year_of(phrase)
    if first is one and year == "XXXX" and not plays(phrase.before, *_MONTHS_STAND_AFTER):
        return
    yield Found(first if plays(first, "PAIR") else one, one, "date", f"{year}-{int(one.value):02}")
    is_certain = _agree([two, *rest])
    yield Found(two, phrase.parts[-1], "date", f"{year}-{int(two.value):02}", is_certain=is_certain)


def _read_quarter(phrase: Phrase) -> Iterator[Found]:
    """الربع الأول من العام الجاري; النصف الأول without a year is one of anything: a match, a speech."""
    part, number, year = phrase.find("QUARTER", "HALF"), phrase.find("ORDINAL"), _read_year_of(phrase)
    if part is None or number is None or number.value > (4 if part.label == "Q" else 2):
        return
    if part.label == "Q" or year != "XXXX":
        yield phrase.mean(_kind_of(year), f"{year}-{part.label}{int(number.value)}")


def _read_season(phrase: Phrase) -> Iterator[Found]:
    year = _read_year_of(phrase)
    yield from (phrase.mean(_kind_of(year), f"{year}-{season.label}") for season in phrase.find_all("SEASON"))


def _read_feast(phrase: Phrase) -> Iterator[Found]:
    """رأس السنة is New Year's Day; the Hijri one is another."""
    if phrase.after is None or not phrase.after.key.startswith(norm("الهجري")):
        yield phrase.mean("date", "XXXX-01-01")


# --- years and more ------------------------------------------------------------------------------------

_YEARS_STAND_AFTER: Final = ("IN", "SINCE", "OVER", "OPEN", "BEFORE", "AFTER")
_YEARS_MAY_STAND_AFTER: Final = ("FROM", "TO", "BETWEEN", "L", "B", "DASH", "COMMA", "AND")
# Nouns that a year tells apart from others of their kind: انتخابات 2019.
_YEARLY: Final = keys("""
    انتخابات ميزانية موازنة حرب دستور ثورة انقلاب اتفاق اتفاقية موسم أزمة خطة عدوان غزو نكسة نكبة انتفاضة هجوم تعداد
    هدنة معاهدة أحداث صيف شتاء خريف هجمات احتجاجات مظاهرات مواليد حدود تفاهمات رئاسيات تشريعيات
""")


def _read_year(phrase: Phrase) -> Iterator[Found]:
    """عام 2015, بداية 2016, في 2017; 2015 alone only where a time is expected."""
    year = phrase.find("YEAR", "NUMBER")
    if year is None or not (1 if phrase.find("CE") else _YEARS.start) <= year.value < _YEARS.stop or year.value % 1:
        return
    value = f"{int(year.value):04}"
    if _is_before_christ(phrase):
        yield phrase.mean("date", f"BC{value}")
    elif len(phrase.parts) > 1 or _is_bare_year(phrase):
        yield phrase.mean("date", value)


def _is_before_christ(phrase: Phrase) -> bool:
    words = [item.key for item in phrase.items[phrase.last : phrase.last + 2]]
    return words == [norm("قبل"), norm("الميلاد")]


def _is_bare_year(phrase: Phrase) -> bool:
    """Tell 2015 the year from 2015 tons: a time is expected, and no noun without article follows."""
    before, year, counts = phrase.before, phrase.parts[0].value, plays(phrase.after, "WORD")
    if before is None:
        return False
    if before.key in _YEARLY or plays(before, *_YEARS_STAND_AFTER):
        return not counts or (year % 100 != 0 and year >= _MODERN)
    return plays(before, *_YEARS_MAY_STAND_AFTER) and not counts and year >= _MODERN


def _read_years(phrase: Phrase) -> Iterator[Found]:
    """2015-2020, بين 2015 و2020, عامي 2015 و2016: two dates."""
    one, two = phrase.find_all("YEAR")
    if phrase.find("PAIR") or _MODERN <= one.value < two.value < one.value + 200:
        yield Found(phrase.parts[0], one, "date", f"{int(one.value)}")
        yield Found(two, two, "date", f"{int(two.value)}")


def _read_decade(phrase: Phrase) -> Iterator[Found]:
    """السبعينيات is 197X; only العشرينيات of the present century are 202X."""
    century = _read_century_number(phrase)
    yield from (phrase.mean("date", f"{century}{int(one.value) // 10}X") for one in phrase.find_all("DECADE"))


def _read_century_number(phrase: Phrase) -> int:
    """Return the first two digits of the years of a century: 18 for القرن التاسع عشر, 19 by default."""
    if number := int(sum_numbers(phrase.parts)):
        return number - 1
    return 20 if phrase.find("CURRENT") else 19


def _read_century(phrase: Phrase) -> Iterator[Found]:
    """القرن التاسع عشر is 18XX; one before the Christian era or of the Hijra says so."""
    century = _read_century_number(phrase)
    era = "hijri:" if plays(phrase.after, "ERA") else "BC" if plays(phrase.after, "BEFORE") else ""
    if 0 <= century <= _LAST_CENTURY:
        yield phrase.mean("date", f"{era}{century:02}XX")


# --- patterns ------------------------------------------------------------------------------------------

_DUAL_MONTH: Final = "(?: MONTH (?: [SLASH DASH]? MONTH | OPEN MONTH CLOSE )? )"  # أيار/مايو, مايو (أيار)
_OF_YEAR: Final = f"(?: COMMA? [FROM L]? [A_YEAR THE_YEAR]? YEAR CE? | FROM? THE_YEAR {WHEN} )"
_WHICH: Final = f"(?: {_OF_YEAR} {WHEN}? | {WHEN} {_OF_YEAR}? )"
_DAY_PREFIX: Final = f"{PART_OF_DAY}? [DAY TODAY DEICTIC PAIR]* {WEEKDAY}? COMMA?"
_OF_CENTURY: Final = f"(?: FROM? CENTURY (?: {WHEN} | {DAY_NUMBER} ) )"

# The first that matches wins, so that the longer stand before the shorter.
PATTERNS: Final = (
    Pattern("NUMERIC", _read_numeric),
    Pattern(
        "[PAIR BETWEEN FROM]? (?: NUMBER COMMA? [AND TO DASH OR] | NUMBER COMMA )+ NUMBER"
        f" FROM? A_MONTH? {_DUAL_MONTH} {_OF_YEAR}?",
        _read_days,
    ),
    Pattern(f"{_DAY_PREFIX} {DAY_NUMBER} FROM? A_MONTH? {_DUAL_MONTH} {_WHICH}?", _read_day),
    Pattern(
        f"{_DAY_PREFIX} (?: {DAY_NUMBER} FROM? )? A_MONTH? HIJRI (?: FROM? [A_YEAR THE_YEAR]? YEAR ERA? )?"
        " | [A_YEAR THE_YEAR] NUMBER ERA | [A_YEAR THE_YEAR]? YEAR ERA",
        _read_hijri,
    ),
    Pattern(
        f"{MOD}? [QUARTER HALF] ORDINAL (?: FROM? (?: THE_YEAR {WHEN} | [A_YEAR THE_YEAR]? YEAR ) )?", _read_quarter
    ),
    Pattern(f"{MOD}? SEASON (?: [A_YEAR THE_YEAR]? YEAR | THE_YEAR {WHEN} )", _read_season),
    Pattern(f"{MOD}? [ERA_OF UNIT PERIOD]? DECADE {_OF_CENTURY}? (?! FROM? AGE )", _read_decade),
    Pattern(f"{MOD}? CENTURY {DAY_NUMBER}", _read_century),
    Pattern(f"[PAIR BETWEEN FROM]? MONTH [AND TO DASH] {_DUAL_MONTH} {_OF_YEAR}?", _read_months),
    Pattern(f"{MOD}? [A_MONTH PAIR]? {_DUAL_MONTH} {_WHICH}?", _read_month),
    Pattern("[PAIR A_YEAR THE_YEAR]? YEAR (?: [DASH SLASH TO] | AND L? ) YEAR", _read_years),
    Pattern(f"{MOD}? (?: [A_YEAR THE_YEAR] {COUNT} | YEAR ) CE?", _read_year),
    Pattern("FEAST THE_YEAR", _read_feast),
)
