"""Lengths of time and repeated times, as ISO 8601 durations: ثلاثة أيام, منذ عامين, كل أسبوع."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from tasks.arabic.items import Item, plays
from tasks.arabic.phrases import A_UNIT, COUNT, DAY_NUMBER, THE_UNIT, Found, Pattern, Phrase, sum_numbers

_SMALLER: Final = {"TM": (60, "TS"), "TH": (60, "TM"), "D": (24, "TH"), "Y": (12, "M")}  # for a half or a quarter
_YEARS_OF: Final = {"DE": 10, "C": 100}  # ISO 8601 has no letter for them
_MOST_DAYS: Final = 31


def write_length(count: float | None, unit: str) -> str:
    """Write an ISO 8601 duration; X for an unknown count, a smaller unit for a part of one.

    >>> write_length(9, "M"), write_length(4, "TH"), write_length(None, "D"), write_length(2, "C")
    ('P9M', 'PT4H', 'PXD', 'P200Y')
    >>> write_length(0.5, "TH"), write_length(1.5, "Y"), write_length(0, "Y"), write_length(66e6, "Y")
    ('PT30M', 'P1.5Y', 'P0Y', 'P66000000Y')
    """
    if unit in _YEARS_OF:
        return write_length(None if count is None else count * _YEARS_OF[unit], "Y")
    if count is not None and 0 < count < 1 and unit in _SMALLER:
        times, smaller = _SMALLER[unit]
        return write_length(count * times, smaller)
    number = "X" if count is None else f"{count:.0f}" if count % 1 == 0 else f"{count:g}"
    return f"PT{number}{unit[1]}" if unit.startswith("T") else f"P{number}{unit}"


# --- lengths -------------------------------------------------------------------------------------------

_UNITS: Final = (
    "UNIT", "DAY", "A_MONTH", "A_YEAR", "UNITS", "UNITS_TWO",
    "THE_UNIT", "THE_MONTH", "THE_YEAR", "THE_HOUR", "CENTURY",
)  # fmt: skip
_LEADS: Final = ("BEFORE", "SINCE", "AFTER", "OVER", "APPROX", "L", "B")
_SHORT: Final = frozenset(("TM", "TH", "D", "W"))


def _read_length(phrase: Phrase) -> Iterator[Found]:
    """ثلاثة أيام, يومين, عدة أشهر; قبل and منذ of days make it "ago", and قبل is then part of it."""
    leads, core = _split_leads(phrase)
    unit = core.find(*_UNITS)
    if unit and not _is_length(leads, core):
        yield from _read_day_only(core)
        return
    length = write_length(_count(core, unit), unit.label) if unit else "PXX"
    is_ago = unit is not None and _is_ago(leads, phrase.after, unit)
    start = leads.find("APPROX", "BEFORE") if is_ago else leads.find("APPROX")
    kind, value = ("relative", f"-{length}") if is_ago else ("duration", length)
    yield Found(start or core.parts[0], phrase.parts[-1], kind, value, leads.mod)


def _split_leads(phrase: Phrase) -> tuple[Phrase, Phrase]:
    """Split منذ نحو from عامين."""
    cut = phrase.first + len(list(takewhile(lambda part: plays(part, *_LEADS), phrase.parts)))
    return phrase._replace(last=cut), phrase._replace(first=cut)


def _count(core: Phrase, unit: Item) -> float | None:
    """Return how many: the number, one, two, a half; None for أيام."""
    number, fraction = core.find("NUMBER", "YEAR"), core.find("FRACTION")
    part = fraction.value if fraction else 0.0
    if fraction and fraction.start < unit.start:  # نصف ساعة, not ساعة ونصف
        return part
    if number:
        return number.value + part
    return None if plays(unit, "UNITS") else unit.value + part


def _is_ago(leads: Phrase, after: Item | None, unit: Item) -> bool:
    """قبل ثلاثة أيام is "ago", قبل ثلاثة أيام من الاقتراع is not; منذ يومين mostly is, منذ سنوات is "for years"."""
    if leads.find("BEFORE"):
        return not plays(after, "FROM")
    return leads.find("SINCE") is not None and unit.label in _SHORT


def _is_length(leads: Phrase, core: Phrase) -> bool:
    """A unit without a number is a length only where one is expected: بعد أيام, لمدة ساعة, قبل نحو العام."""
    last = core.parts[-1]
    if plays(last, "NUMBER"):  # يوم واحد, not يوم 25
        return last.value <= 2
    if core.find("NUMBER", "YEAR", "SEVERAL", "FRACTION", "UNITS_TWO"):
        return bool(leads.parts) or not _may_be_contracts(core)
    if plays(core.parts[0], "THE_YEAR"):
        return leads.find("BEFORE", "SINCE") is not None and leads.find("APPROX") is not None
    if core.find("UNITS"):
        return bool(leads.parts) or core.find("SIZE") is not None
    return leads.find("BEFORE", "SINCE", "AFTER", "OVER", "APPROX") is not None


def _may_be_contracts(core: Phrase) -> bool:
    """عقود and عقدين are contracts as often as decades."""
    unit = core.find("UNITS", "UNITS_TWO")
    return unit is not None and unit.label == "DE"


def _read_day_only(core: Phrase) -> Iterator[Found]:
    """يوم 25, of a month that was named before."""
    number = core.find("NUMBER")
    if plays(core.parts[0], "DAY") and number and number.label == "digits" and number.value <= _MOST_DAYS:
        yield core.mean("date", f"XXXX-XX-{int(number.value):02}")


def _read_lengths(phrase: Phrase) -> Iterator[Found]:
    """بين 22 و37 سنة, من 3 إلى 5 أيام: two lengths of one unit; و joins two only after بين."""
    one, two = phrase.find_all("NUMBER", "YEAR")
    unit = phrase.parts[-1]
    if phrase.find("BETWEEN") or not phrase.find("AND"):
        yield Found(one, one, "duration", write_length(one.value, unit.label))
    yield Found(two, unit, "duration", write_length(two.value, unit.label))


def _read_ordinal_length(phrase: Phrase) -> Iterator[Found]:
    """عامها الثالث is counted as a length: P3Y."""
    yield phrase.mean("duration", write_length(sum_numbers(phrase.parts), phrase.parts[0].label))


def _read_set(phrase: Phrase) -> Iterator[Found]:
    """كل يوم, كل ثلاثة أيام, يومياً."""
    unit, count = phrase.parts[-1], phrase.find("NUMBER")
    number = count.value if count else None if plays(unit, "UNITS") else unit.value
    yield phrase.mean("set", write_length(number, unit.label))


def _read_manner(phrase: Phrase) -> Iterator[Found]:
    """بشكل يومي: the adjective is spelled as the dual of يوم."""
    adjective = phrase.parts[-1]
    yield Found(adjective, adjective, "set", write_length(1, adjective.label))


# --- patterns ------------------------------------------------------------------------------------------

# A unit alone is most often part of a name or of a date that no pattern knows: شهر الصيام, يوم الأرض, عام الفيل.
_UNIT_ALONE: Final = f"""{A_UNIT} (?! [WEEKDAY MONTH HIJRI OPENER YEAR NUMBER THE_WORD ORDINAL DEICTIC TODAY LATIN FEAST
    ARTICLE] | WORD THE_WORD )"""
_LENGTH: Final = f"""(?:
    {COUNT} (?: {A_UNIT} | UNITS ) (?: AND FRACTION )? | UNITS_TWO (?: AND FRACTION )? | SEVERAL UNITS
    | FRACTION (?: {A_UNIT} | {THE_UNIT} )
    | {A_UNIT} NUMBER (?! {A_UNIT} | UNITS | MONTH | HIJRI ) | {A_UNIT} AND FRACTION
    | UNITS SIZE? (?! [THE_WORD WEEKDAY THE_UNIT THE_MONTH THE_YEAR] ) | PERIOD SIZE
    | {_UNIT_ALONE}
    | THE_YEAR (?! [PAST NEXT CURRENT YEAR NUMBER ORDINAL SAME] )
)"""

# The first that matches wins.
PATTERNS: Final = (
    Pattern(f"EVERY (?: NUMBER | SEVERAL )? (?: {A_UNIT} | UNITS | UNITS_TWO ) | DAILY", _read_set),
    Pattern("B MANNER PAIR", _read_manner),
    Pattern(f"BETWEEN? {COUNT} [AND TO DASH OR] {COUNT} (?: {A_UNIT} | UNITS )", _read_lengths),
    Pattern(f"[BEFORE SINCE AFTER OVER L B APPROX]* {_LENGTH}", _read_length),
    Pattern(f"POSSESSED {DAY_NUMBER}", _read_ordinal_length),
)
