"""Dates, durations and repeated times of a text, as TIMEX3 values and, where an anchor is known, as days.

A date is what a pattern over roles of words matches; a function for each pattern says what it means. `value` is what
the text says (`month:-1` for الشهر الماضي); the days it means depend on the day of publication and are null without
one. The forms of `value`:

    2024-06-19  2024-06  2024  197X  18XX  2025-Q1  2025-H1  2023-SU  XXXX-10-26  XXXX-10  XXXX-XX-25  BC0300
    monday … sunday      day:-1  week:0  month:+1  year:-1  year:+1-Q1  year:-1-03  century:0
    P3D  PT4H  PXD (some days)  PXX (some time)  -P9M (nine months ago)  PAST_REF  PRESENT_REF  FUTURE_REF
    hijri:1445-09-15  hijri:1445-09  hijri:1445  hijri:XXXX-09-15
"""

from datetime import date
from typing import Final

from tasks.arabic import dates, deixis, durations
from tasks.arabic.calendar import Calendar, read_times
from tasks.arabic.document import Document, Span
from tasks.arabic.facts import Date
from tasks.arabic.items import codes_of, grammar, plays
from tasks.arabic.periods import resolve_date
from tasks.arabic.phrases import COUNT, Found, Pattern, Phrase

# Words of time that are no date: times of the day, papers and feasts, the next day of a story, titles, rates.
_NO_DATE: Final = f"""
    THE_HOUR (?: ORDINAL | {COUNT} | CLOCK ) (?: AND? [NUMBER HALF QUARTER] )?
    | MEDIA PAPER TODAY | [QUOTE OPEN] [WORD THE_WORD PAPER] TODAY [QUOTE CLOSE]
    | PRAYER WEEKDAY | WEEKDAY HOLY | THAT TONIGHT
    | TODAY [ORDINAL SAME] | [THAT IN] TODAY (?! WEEKDAY ) | TITLE [A_YEAR THE_YEAR] (?! YEAR )
    | THE_UNIT ORDINAL (?= FROM )
    | {COUNT} (?: RATE )+ DAILY
"""
# The first that matches wins.
_PATTERNS: Final = (
    Pattern(_NO_DATE, lambda _: ()), *dates.PATTERNS, *deixis.PATTERNS, *durations.PATTERNS
)  # fmt: skip
_GRAMMAR: Final = grammar(" | ".join(f"( {pattern.grammar} )" for pattern in _PATTERNS))


def find_dates(document: Document, published_on: date | None, calendar: Calendar) -> list[Date]:
    """Find the dates, durations and repeated times of a document.

    The span leaves out the preposition (في, منذ, بعد), save قبل where it means "ago", and holds a part of the day,
    both names of a month and a weekday beside its date. Where two names of a month disagree, the first gives the
    value and the days stay unknown. Not dates: times of the day, الآن, حالياً, periods named by an event
    (بعد انتهاء الحرب), اليوم in names of media, a day of Hijri feasts. Dates never cross a sentence.

    >>> from tasks.arabic.calendar import build_calendar
    >>> from tasks.arabic.reading import read
    >>> document = read("افتتح المصنع يوم الأحد 5 آذار بعد ثلاث سنوات من البناء.")
    >>> found = find_dates(document, date(2023, 3, 6), build_calendar({"اذار": 3}, {}))
    >>> [(document.text_of(one.span), one.value, str(one.date_from)) for one in found]
    [('يوم الأحد 5 آذار', 'XXXX-03-05', '2023-03-05'), ('ثلاث سنوات', 'P3Y', 'None')]
    """
    return [
        _anchor(found, published_on)
        for sentence in document.sentences
        for found in _find_times(document.text, Span(sentence.start, sentence.end), calendar)
    ]


def _find_times(text: str, span: Span, calendar: Calendar) -> list[Found]:
    items = read_times(text, span, calendar)
    found: list[Found] = []
    for match in _GRAMMAR.finditer(codes_of(items)):
        begin, end = match.span()
        phrase = Phrase(items, begin + plays(items[begin], "COMMA", "OPEN"), end)
        found += _PATTERNS[(match.lastindex or 1) - 1].read(phrase)
    return found


def _anchor(found: Found, published_on: date | None) -> Date:
    span = Span(found.first.start, found.last.end)
    period = resolve_date(found.value, published_on, found.direction) if found.is_certain else None
    return Date(span, found.kind, found.value, found.mod, *(period or ()))
