"""Times that a reader counts from the day of publication: أمس, الخميس, الشهر الماضي, السنوات الأخيرة, مؤخراً."""

from collections.abc import Iterator
from typing import Final

from tasks.arabic.durations import write_length
from tasks.arabic.items import Item, plays
from tasks.arabic.normalize import norm
from tasks.arabic.phrases import (
    A_UNIT,
    COUNT,
    MOD,
    PART_OF_DAY,
    THE_UNIT,
    WEEKDAY,
    WHEN,
    Found,
    Pattern,
    Phrase,
    write_step,
)

_NEED: Final = norm("الحاجة")
_TOMORROW: Final = norm("الغد")
_RECENTLY: Final = norm("مؤخرا")
_GRAIN: Final = {"Y": "year", "M": "month", "W": "week", "DE": "decade", "TH": "hour", "C": "century"}


def _read_deictic(phrase: Phrase) -> Iterator[Found]:
    """اليوم, غداً, بعد غد, أول أمس; not أمس الحاجة ("the direst need") or تيار الغد (a party)."""
    word = phrase.find("DEICTIC", "TODAY", "TONIGHT")
    is_need = word is not None and word.value < 0 and phrase.after is not None and phrase.after.key == _NEED
    is_name = word is not None and word.key == _TOMORROW and len(phrase.parts) == 1 and plays(phrase.before, "WORD")
    if word is not None and not is_need and not is_name:
        yield phrase.mean("relative", write_step("day", _count_days(phrase, word)))


def _count_days(phrase: Phrase, word: Item) -> float:
    """Return -2 for أول أمس and أمس الأول, 2 for بعد غد (but 1 for بعد ظهر غد), -1 for الليلة الماضية."""
    if word.role != "DEICTIC":
        return -1 if word.role == "TONIGHT" and phrase.find("PAST") else 0
    is_after = word.value > 0 and phrase.find("AFTER") and not phrase.find("DAYPART")
    return word.value * (2 if is_after or phrase.find("FIRST", "ORDINAL") else 1)


def _read_weekday(phrase: Phrase) -> Iterator[Found]:
    """الاثنين after a noun in the dual is the number: الشخصين الاثنين."""
    weekday, noun = phrase.find_all("WEEKDAY")[0], phrase.before.key if phrase.before else ""
    is_two = weekday.label == "monday" and noun.startswith("ال") and noun.endswith("ين")
    if len(phrase.parts) > 1 or not is_two:
        yield phrase.mean("relative", weekday.label)


def _read_relative(phrase: Phrase) -> Iterator[Found]:
    """الشهر الماضي, هذا الأسبوع, نهاية العام; نهاية الساعة is no date."""
    unit = phrase.find("THE_UNIT", "THE_MONTH", "THE_YEAR", "THE_HOUR", "CENTURY")
    when = phrase.find("PAST", "NEXT", "CURRENT")
    if unit and unit.label in _GRAIN and not (unit.label == "TH" and phrase.mod):
        yield phrase.mean("relative", write_step(_GRAIN[unit.label], when.value if when else 0))


def _read_recent(phrase: Phrase) -> Iterator[Found]:
    """السنوات الأخيرة is PAST_REF; الأشهر الستة الماضية a length of time, الأيام المقبلة a vague one."""
    count = phrase.find("NUMBER", "YEAR", "THE_TWO")
    unit = phrase.find("THE_UNITS", "THE_TWO", "UNITS", "UNIT", "DAY", "A_MONTH", "A_YEAR")
    if unit is None or (count is None and phrase.find("RECENT")):
        yield phrase.mean("relative", _refer(phrase))
    else:
        yield phrase.mean("relative", write_length(count.value if count else None, unit.label))


def _refer(phrase: Phrase) -> str:
    return "FUTURE_REF" if phrase.find("NEXT") else "PRESENT_REF" if phrase.find("CURRENT") else "PAST_REF"


def _read_moment(phrase: Phrase) -> Iterator[Found]:
    """قبل قليل: some hours ago."""
    yield phrase.mean("relative", "-PTXH")


def _read_recently(phrase: Phrase) -> Iterator[Found]:
    """أخيراً at the head of a clause is "finally"."""
    begins_clause = phrase.before is None or plays(phrase.before, "AND", "STOP", "COMMA")
    if phrase.parts[0].key == _RECENTLY or not begins_clause:
        yield phrase.mean("relative", "PAST_REF")


# The first that matches wins.
PATTERNS: Final = (
    Pattern(
        f"{PART_OF_DAY}? DAY? (?: FIRST FROM? DEICTIC | DEICTIC ORDINAL | AFTER DEICTIC | THIS TODAY"
        f" | TONIGHT PAST? | [TODAY DEICTIC] ) {WEEKDAY}?",
        _read_deictic,
    ),
    Pattern(f"{PART_OF_DAY}? [DAY PAIR]? WEEKDAY (?: [DASH SLASH] WEEKDAY )? {WHEN}?", _read_weekday),
    Pattern(
        f"ARTICLE? {COUNT} (?: {A_UNIT} | UNITS ) [PAST NEXT RECENT]"
        " | THE_UNITS (?: ARTICLE? NUMBER )? SIZE? [PAST NEXT RECENT] | THE_TWO [PAST NEXT RECENT]"
        " | THE_PERIOD [PAST NEXT RECENT CURRENT]",
        _read_recent,
    ),
    Pattern(f"{MOD}? THIS? {THE_UNIT} {WHEN} | {MOD}? THIS {THE_UNIT} | {MOD} {THE_UNIT}", _read_relative),
    Pattern("[BEFORE SINCE] LITTLE", _read_moment),
    Pattern("RECENTLY", _read_recently),
)
