"""Dates, durations and repeated times, as TIMEX3 values and, where an anchor is known, as days.

A date is what a pattern over classes of words matches (`tasks.arabic.numbers`); a function for each pattern says
what it means. `value` is what the text says (`month:-1` for الشهر الماضي); the days it means depend on the day of
publication and are null without one. The forms of `value`:

    2024-06-19  2024-06  2024  197X  18XX  2025-Q1  2025-H1  2023-SU  XXXX-10-26  XXXX-10  XXXX-XX-25  BC0300
    monday … sunday      day:-1  week:0  month:+1  year:-1  year:+1-Q1  year:-1-03  century:0
    P3D  PT4H  PXD (some days)  PXX (some time)  -P9M (nine months ago)  PAST_REF  FUTURE_REF
    hijri:1445-09-15  hijri:1445-09  hijri:1445  hijri:XXXX-09-15

The days of a Hijri date come from the tabular civil calendar. What a country proclaims after the sighting of the
moon differs by a day, so that the period is a day wider at either end.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Span
from tasks.arabic.facts import Date
from tasks.arabic.normalize import norm
from tasks.arabic.numbers import (
    CODES,
    NUMERALS,
    Item,
    Lexicon,
    Word,
    build_lexicon,
    codes_of,
    grammar,
    keys,
    merge_numbers,
    scan,
)

# --- words -------------------------------------------------------------------------------------------

_WEEKDAYS: Final = (
    ("الإثنين الاثنين", "monday"), ("الثلاثاء", "tuesday"), ("الأربعاء", "wednesday"), ("الخميس", "thursday"),
    ("الجمعة", "friday"), ("السبت", "saturday"), ("الأحد", "sunday"),
)  # fmt: skip

# Letter of the ISO 8601 duration; singular, its accusative, dual, construct dual, plural, with a possessor.
_UNITS: Final = (
    ("TS", "ثانية", "ثانيتان ثانيتين", "", "ثوان ثواني", ""),
    ("TM", "دقيقة", "دقيقتان دقيقتين", "", "دقائق", ""),
    ("TH", "ساعة", "ساعتان ساعتين", "", "ساعات", ""),
    ("D", "يوم يوما", "يومان يومين", "يومي", "أيام أياما", "يومه يومها يومهم"),
    ("W", "أسبوع أسبوعا", "أسبوعان أسبوعين", "أسبوعي", "أسابيع", "أسبوعه أسبوعها"),
    ("M", "شهر شهرا", "شهران شهرين", "شهري", "أشهر شهور أشهرا شهورا", "شهره شهرها"),
    ("Y", "عام عاما سنة", "عامان عامين سنتان سنتين", "عامي سنتي سنوي", "أعوام سنوات سنين أعواما",
     "عامه عامها عامهم سنته سنتها"),
    ("DE", "عقد عقدا", "عقدان عقدين", "عقدي", "عقود", "عقده عقدها"),
    ("C", "قرن قرنا", "قرنان قرنين", "قرني", "قرون", ""),
)  # fmt: skip
_SMALLER: Final = {"TM": (60, "TS"), "TH": (60, "TM"), "D": (24, "TH"), "Y": (12, "M")}  # for a half or a quarter
_YEARS_OF: Final = {"DE": 10, "C": 100}

_DECADES: Final = (
    ("عشرين", 20), ("ثلاثين", 30), ("أربعين", 40), ("خمسين", 50), ("ستين", 60), ("سبعين", 70),
    ("ثمانين", 80), ("تسعين", 90),
)  # fmt: skip

_PLAIN: Final = (
    ("صباح مساء ظهر عصر فجر ليل ليلة ضحى عشية مغرب صبيحة أمسية صباحا مساء ليلا فجرا", "DAYPART", 0, ""),
    ("اليوم", "TODAY", 0, "D"), ("الليلة", "TONIGHT", 0, "D"), ("أمس الأمس", "DEICTIC", -1, ""),
    ("غدا غد الغد", "DEICTIC", 1, ""),
    ("أول", "FIRST", 0, ""),
    ("الماضي الماضية الماضيين الماضيتين المنصرم المنصرمة الفائت الفائتة المنقضي المنقضية الفارط الفارطة",
     "PAST", -1, ""),
    ("المقبل المقبلة المقبلين المقبلتين القادم القادمة القادمين الآتي الآتية", "NEXT", 1, ""),
    ("الجاري الجارية الحالي الحالية", "CURRENT", 0, ""), ("الأخير الأخيرة الأخيرين الأخيرتين", "RECENT", -1, ""),
    ("مطلع بداية أوائل مستهل بدايات فاتح بدء", "START", 0, ""), ("منتصف أواسط", "MID", 0, ""),
    ("نهاية أواخر ختام موفى متم", "END", 0, ""), ("نحو حوالي قرابة زهاء", "APPROX", 0, ""),
    ("الربع", "QUARTER", 0, "Q"), ("النصف", "HALF", 0, "H"),
    ("فترة وقت زمن وقتا زمنا", "PERIOD", 0, ""), ("الفترة الآونة المرحلة الأثناء", "THE_PERIOD", 0, ""),
    ("طويل طويلة طويلا طوال وجيز وجيزة وجيزا قصير قصيرة قصيرا قليلة معدودة عديدة كثيرة قلائل القليلة القلائل المعدودة",
     "SIZE", 0, ""),
    ("عدة بضع بضعة", "SEVERAL", 0, ""), ("حقبة", "ERA_OF", 0, ""),
    ("القرن", "CENTURY", 0, "century"),
    ("مؤخرا أخيرا", "RECENTLY", 0, ""), ("قليل", "DUE", 0, ""),
    ("هجري هجرية للهجرة ه الهجري الهجرية", "ERA", 0, ""), ("م ميلادي ميلادية الميلادي الميلادية للميلاد", "CE", 0, ""),
    ("رأس", "FEAST", 0, ""), ("شكل", "MANNER", 0, ""),
    ("قناة القناة صحيفة الصحيفة موقع وكالة شبكة جريدة تلفزيون فضائية", "MEDIA", 0, ""),
    ("المصري روسيا سوريا فلسطين ليبيا لبنان العراق الأردن اليمن السودان القدس العرب", "PAPER", 0, ""),
    ("صلاة خطبة جامع", "PRAYER", 0, ""), ("السوداء الأسود العظيمة البيضاء الحزينة", "HOLY", 0, ""),
    ("نفسه ذاته نفسها ذاتها التالي التالية الواحد العالمي الوطني الدولي السابق السابقة المفتوح الموالي", "SAME", 0, ""),
    ("الأمين أمين المدير مدير القائد النائب نائب المدعي المفتش المراقب القنصل المقرر الكاتب السكرتير الرأي رأي القطاع"
     " النظام الإضراب المؤتمر الاتحاد المستشفى الطريق الصالح الضابط الوضع الأمن", "TITLE", 0, ""),
    ("برميل برميلا متر مترا قدم قدما مكعب مكعبا مكعبة لتر لترا طن طنا أطنان ميغاواط", "RATE", 0, ""),
    ("عمره عمرها عمرهم العمر", "AGE", 0, ""),
)  # fmt: skip
_FUNCTION_WORDS: Final = (
    ("هذا هذه", "THIS", 0, ""), ("ذلك تلك ذات", "THAT", 0, ""), ("قبل", "BEFORE", 0, ""), ("منذ مذ", "SINCE", 0, ""),
    ("بعد", "AFTER", 0, ""), ("خلال طيلة غضون مدى مرور مدار لمدة مدة بحلول حتى دام دامت استمر استمرت", "OVER", 0, ""),
    ("كل", "EVERY", 0, ""), ("في فى أثناء", "IN", 0, ""),
)  # fmt: skip
_ADVERBS: Final = (("يوميا", "D"), ("أسبوعيا", "W"), ("شهريا", "M"), ("سنويا", "Y"))
_SEASONS: Final = (("صيف", "SU"), ("شتاء", "WI"), ("ربيع", "SP"), ("خريف", "FA"))

# Names of months that are other, commoner words: with a day or year, or after شهر; no preposition is read off them.
_NOT_ONLY_MONTHS: Final = keys("مارس آب ماي أوت صفر رجب شعبان رمضان محرم شوال تموز أيار")


class Calendar(NamedTuple):
    """The words of dates, with the names of months that stand in the lexicons."""

    lexicon: Lexicon
    openers: Mapping[str, Mapping[str, Word]]


def build_calendar(months: Mapping[str, int], hijri_months: Mapping[str, int]) -> Calendar:
    """Build the calendar from the matching keys of months: {"يونيو": 6, "تشرين الاول": 10, …}."""
    openers: dict[str, dict[str, Word]] = {}
    names = []
    for numbers, name in ((months, "MONTH"), (hijri_months, "HIJRI")):
        for key, number in numbers.items():
            first, _, rest = key.partition(" ")
            if rest:
                openers.setdefault(first, {})[rest] = Word(CODES[name], number)
            else:
                names.append((key, name, float(number), ""))
    lexicon = {
        **NUMERALS,
        **build_lexicon((first, "OPENER", 0, "") for first in openers),
        **build_lexicon(names, names=_NOT_ONLY_MONTHS),
        **build_lexicon(_list_words()),
        **build_lexicon(_FUNCTION_WORDS, prepositions=False),
    }
    return Calendar(lexicon, openers)


def _list_words() -> Iterator[tuple[str, str, float, str]]:
    for forms, label in _WEEKDAYS:
        yield forms, "WEEKDAY", 0, label
    for unit in _UNITS:
        yield from _list_unit(*unit)
    for stem, value in _DECADES:
        forms = " ".join(stem + ending for ending in ("يات", "ات"))
        yield f"{forms} {' '.join('ال' + form for form in forms.split())}", "DECADE", value, ""
    for forms, label in _ADVERBS:
        yield forms, "DAILY", 1, label
    for forms, label in _SEASONS:
        yield forms, "SEASON", 0, label
    yield from _PLAIN


def _list_unit(
    letter: str, one: str, two: str, pair: str, many: str, possessed: str
) -> Iterator[tuple[str, str, float, str]]:
    indefinite = {"D": "DAY", "M": "A_MONTH", "Y": "A_YEAR"}.get(letter, "UNIT")
    definite = {"D": "THE_DAY", "M": "THE_MONTH", "Y": "THE_YEAR", "TH": "THE_HOUR"}.get(letter, "THE_UNIT")
    yield one, indefinite, 1, letter
    yield two, "UNITS_TWO", 2, letter
    yield pair, "PAIR", 2, letter
    yield many, "UNITS", 0, letter
    yield possessed, "POSSESSED", 1, letter
    if letter not in {"D", "C"}:  # اليوم and القرن are classes of their own
        yield _define(one), definite, 1, letter
    yield _define(two), "THE_TWO", 2, letter
    yield _define(many), "THE_UNITS", 0, letter


def _define(forms: str) -> str:
    return " ".join("ال" + form for form in forms.split() if not form.endswith("ا"))


def _read_items(text: str, span: Span, calendar: Calendar) -> list[Item]:
    """Read a sentence, with the two words of تشرين الأول or ربيع الأول as one item."""
    items: list[Item] = []
    for item in scan(text, span, calendar.lexicon):
        word = calendar.openers.get(items[-1].key, {}).get(item.key) if items else None
        if word is None:
            items.append(item)
        else:
            first = items.pop()
            items.append(Item(first.start, item.end, word.code, word.value, "", f"{first.key} {item.key}"))
    return merge_numbers(items)


# --- grammar -----------------------------------------------------------------------------------------

_A_UNIT: Final = "[UNIT DAY A_MONTH A_YEAR]"
_THE_UNIT: Final = "[THE_UNIT THE_MONTH THE_YEAR THE_HOUR CENTURY]"
_WHEN: Final = "[PAST NEXT CURRENT]"
_MOD: Final = "[START MID END]"
_COUNT: Final = "[NUMBER YEAR]"
_PART_OF_DAY: Final = "(?: AFTER? DAYPART FROM? )"
_DUAL_MONTH: Final = "(?: MONTH (?: [SLASH DASH]? MONTH | OPEN MONTH CLOSE )? )"
_OF_YEAR: Final = f"(?: COMMA? [FROM L]? [A_YEAR THE_YEAR]? YEAR CE? | FROM? THE_YEAR {_WHEN} )"
_WHICH: Final = f"(?: {_OF_YEAR} {_WHEN}? | {_WHEN} {_OF_YEAR}? )"
_DAY_NUMBER: Final = "(?: ORDINAL (?: AND? NUMBER )? | ARTICLE? NUMBER )"
_WEEKDAY: Final = f"(?: OPEN WEEKDAY CLOSE | COMMA? WEEKDAY {_WHEN}? )"
_DAY_PREFIX: Final = f"{_PART_OF_DAY}? [DAY TODAY DEICTIC PAIR]* {_WEEKDAY}? COMMA?"
_LENGTH: Final = f"""(?:
    {_COUNT} (?: {_A_UNIT} | UNITS ) (?: AND FRACTION )? | UNITS_TWO (?: AND FRACTION )? | SEVERAL UNITS
    | FRACTION (?: {_A_UNIT} | {_THE_UNIT} )
    | {_A_UNIT} NUMBER (?! {_A_UNIT} | UNITS | MONTH | HIJRI ) | {_A_UNIT} AND FRACTION
    | UNITS SIZE? (?! [THE_WORD WEEKDAY THE_UNIT THE_MONTH THE_YEAR] ) | PERIOD SIZE
    | {_A_UNIT} (?! [WEEKDAY MONTH HIJRI OPENER YEAR NUMBER THE_WORD ORDINAL DEICTIC TODAY LATIN FEAST ARTICLE]
        | WORD THE_WORD )
    | THE_YEAR (?! [PAST NEXT CURRENT YEAR NUMBER ORDINAL SAME] )
)"""

_GRAMMAR: Final = grammar(f"""
    (?P<skip> THE_HOUR (?: ORDINAL | {_COUNT} | CLOCK ) (?: AND? [NUMBER HALF QUARTER] )?
        | MEDIA PAPER TODAY | [QUOTE OPEN] [WORD THE_WORD PAPER] TODAY [QUOTE CLOSE]
        | PRAYER WEEKDAY | WEEKDAY HOLY | THAT TONIGHT | TONIGHT ORDINAL
        | TODAY [ORDINAL SAME] | [THAT IN] TODAY (?! WEEKDAY ) | TITLE [A_YEAR THE_YEAR]
        | THE_UNIT ORDINAL (?= FROM )
        | {_COUNT} (?: RATE )+ DAILY )
    | (?P<numeric> NUMERIC )
    | (?P<days> [PAIR BETWEEN FROM]? (?: NUMBER COMMA? [AND TO DASH OR] | NUMBER COMMA )+
        NUMBER FROM? A_MONTH? {_DUAL_MONTH} {_OF_YEAR}? )
    | (?P<day> {_DAY_PREFIX} {_DAY_NUMBER} FROM? A_MONTH? {_DUAL_MONTH} {_WHICH}? )
    | (?P<hijri> {_DAY_PREFIX} (?: {_DAY_NUMBER} FROM? )? A_MONTH? HIJRI (?: FROM? [A_YEAR THE_YEAR]? YEAR ERA? )?
        | [A_YEAR THE_YEAR] NUMBER ERA | [A_YEAR THE_YEAR]? YEAR ERA )
    | (?P<deictic> {_PART_OF_DAY}? DAY? (?: FIRST FROM? DEICTIC | DEICTIC ORDINAL | AFTER DEICTIC | THIS TODAY
        | TONIGHT PAST? | [TODAY DEICTIC] ) {_WEEKDAY}? )
    | (?P<weekday> {_PART_OF_DAY}? [DAY PAIR]? WEEKDAY (?: [DASH SLASH] WEEKDAY )? {_WHEN}? )
    | (?P<quarter> {_MOD}? [QUARTER HALF] ORDINAL (?: FROM? (?: THE_YEAR {_WHEN} | [A_YEAR THE_YEAR]? YEAR ) )? )
    | (?P<season> {_MOD}? SEASON (?: [A_YEAR THE_YEAR]? YEAR | THE_YEAR {_WHEN} ) )
    | (?P<decade> {_MOD}? [ERA_OF UNIT PERIOD]? DECADE (?: FROM? CENTURY (?: {_WHEN} | {_DAY_NUMBER} ) )?
        (?! FROM? AGE ) )
    | (?P<century> {_MOD}? CENTURY {_DAY_NUMBER} )
    | (?P<months> [PAIR BETWEEN FROM]? MONTH [AND TO DASH] {_DUAL_MONTH} {_OF_YEAR}? )
    | (?P<month> {_MOD}? [A_MONTH PAIR]? {_DUAL_MONTH} {_WHICH}? )
    | (?P<years> [PAIR A_YEAR THE_YEAR]? YEAR (?: [DASH SLASH TO] | AND L? ) YEAR )
    | (?P<year> {_MOD}? (?: [A_YEAR THE_YEAR] {_COUNT} | YEAR ) CE? )
    | (?P<recent> ARTICLE? {_COUNT} (?: {_A_UNIT} | UNITS ) [PAST NEXT RECENT]
        | THE_UNITS (?: ARTICLE? NUMBER )? SIZE? [PAST NEXT RECENT] | THE_TWO [PAST NEXT RECENT]
        | THE_PERIOD [PAST NEXT RECENT CURRENT] )
    | (?P<feast> FEAST THE_YEAR )
    | (?P<relative> {_MOD}? THIS? {_THE_UNIT} {_WHEN} | {_MOD}? THIS {_THE_UNIT} | {_MOD} {_THE_UNIT} )
    | (?P<set> EVERY (?: NUMBER | SEVERAL )? (?: {_A_UNIT} | UNITS | UNITS_TWO ) (?! SAME ) | DAILY | B MANNER PAIR )
    | (?P<lengths> BETWEEN? {_COUNT} [AND TO DASH OR] {_COUNT} (?: {_A_UNIT} | UNITS ) )
    | (?P<length> [BEFORE SINCE AFTER OVER L B APPROX]* {_LENGTH} )
    | (?P<ordinal_length> POSSESSED {_DAY_NUMBER} )
    | (?P<moment> [BEFORE SINCE] DUE )
    | (?P<recently> RECENTLY )
""")


class _Found(NamedTuple):
    """A date before it is anchored. `direction` is -1, 0 or 1 for الماضي, none and المقبل."""

    first: Item
    last: Item
    kind: str
    value: str
    mod: str | None = None
    direction: int = 0
    is_certain: bool = True


class _Phrase(NamedTuple):
    """What a pattern matched, among the items of its sentence."""

    items: Sequence[Item]
    first: int
    last: int

    @property
    def parts(self) -> Sequence[Item]:
        return self.items[self.first : self.last]

    def item(self, *names: str) -> Item | None:
        """Return the first item of one of the classes."""
        codes = {CODES[name] for name in names}
        return next((part for part in self.parts if part.code in codes), None)

    def all(self, *names: str) -> list[Item]:
        codes = {CODES[name] for name in names}
        return [part for part in self.parts if part.code in codes]

    def before(self, step: int = 1) -> Item | None:
        return self.items[self.first - step] if self.first >= step else None

    def after(self) -> Item | None:
        return self.items[self.last] if self.last < len(self.items) else None

    @property
    def mod(self) -> str | None:
        return next((name for name in ("START", "MID", "END", "APPROX") if self.item(name)), None)

    @property
    def direction(self) -> int:
        word = self.item("PAST", "NEXT")
        return int(word.value) if word else 0

    def found(self, kind: str, value: str, *, is_certain: bool = True) -> _Found:
        return _Found(self.parts[0], self.parts[-1], kind, value, self.mod, self.direction, is_certain)


def _is(item: Item | None, *names: str) -> bool:
    return item is not None and item.code in {CODES[name] for name in names}


def _signed(number: float) -> str:
    return f"{int(number):+d}" if number else "0"


# --- dates -------------------------------------------------------------------------------------------


def _read_numeric(phrase: _Phrase) -> Iterator[_Found]:
    """19/06/2024 and 2024-06-19; the month stands in the middle, unless it could not."""
    numbers = [int(number) for number in re.split(r"\D", phrase.parts[0].label)]
    year, month, day = numbers if numbers[0] > 31 else numbers[::-1]
    if month > 12 >= day and numbers[0] <= 31:
        month, day = day, month
    if _is_day(f"{year:04}", month, day) and 1000 <= year < 2200:
        yield phrase.found("date", f"{year:04}-{month:02}-{day:02}")


def _is_day(year: str, month: int, day: int) -> bool:
    try:
        date(int(year) if year.isdigit() else 2024, month, day)  # a leap year, as the year is not known
    except (ValueError, OverflowError):
        return False
    return True


def _read_year_of(phrase: _Phrase) -> str:
    """Return 2024, year:-1 (من العام الماضي) or XXXX."""
    if year := phrase.item("YEAR"):
        return f"{int(year.value)}"
    if phrase.item("THE_YEAR") and (when := phrase.item("PAST", "NEXT", "CURRENT")):
        return f"year:{_signed(when.value)}"
    return "XXXX"


def _agree(months: Sequence[Item]) -> bool:
    """Tell whether the two names of a month name one month (يونيو/حزيران, not يونيو/تموز)."""
    return len({month.value for month in months}) == 1


def _sum_day(phrase: _Phrase, stop: Item) -> int:
    """Add up the day before the month: 19, الثاني والعشرين, الثاني عشر."""
    codes = {CODES["NUMBER"], CODES["ORDINAL"]}
    return int(sum(part.value for part in phrase.parts if part.code in codes and part.start < stop.start))


def _read_day(phrase: _Phrase) -> Iterator[_Found]:
    months = phrase.all("MONTH")
    day, month, year = _sum_day(phrase, months[0]), int(months[0].value), _read_year_of(phrase)
    if _is_day(year, month, day):
        kind = "relative" if year.startswith("year") else "date"
        yield phrase.found(kind, f"{year}-{month:02}-{day:02}", is_certain=_agree(months))


def _read_days(phrase: _Phrase) -> Iterator[_Found]:
    """19 و20 يونيو: days of one month."""
    months = phrase.all("MONTH")
    days = [number for number in phrase.all("NUMBER") if number.end <= months[0].start]
    month, year = int(months[0].value), _read_year_of(phrase)
    for n, day in enumerate(days):
        first = phrase.parts[0] if n == 0 and _is(phrase.parts[0], "PAIR") else day
        last = phrase.parts[-1] if n == len(days) - 1 else day
        if _is_day(year, month, int(day.value)):
            yield _Found(first, last, "date", f"{year}-{month:02}-{int(day.value):02}", None, 0, _agree(months))


def _read_hijri(phrase: _Phrase) -> Iterator[_Found]:
    month = phrase.item("HIJRI")
    year = phrase.item("YEAR") if month else phrase.item("YEAR", "NUMBER")
    if year and not 1 <= year.value < 1600:
        return
    number = f"{int(year.value)}" if year else "XXXX"
    if month is None:
        yield phrase.found("date", f"hijri:{number}")
        return
    day = _sum_day(phrase, month)
    if day > 30 or not (day or year or phrase.item("A_MONTH")):
        return
    yield phrase.found("date", f"hijri:{number}-{int(month.value):02}" + (f"-{day:02}" if day else ""))


_MONTHS_STAND_AFTER: Final = ("IN", "SINCE", "OVER", "TO", "FROM", "BETWEEN", "BEFORE", "AFTER", "L", "B", "AND")


def _read_month(phrase: _Phrase) -> Iterator[_Found]:
    """A month's name alone is a date only where a time is expected: in, since, until, a middle or an end."""
    months = phrase.all("MONTH")
    year = _read_year_of(phrase)
    is_bare = len(phrase.parts) == 1
    if is_bare and not _is(phrase.before(), *_MONTHS_STAND_AFTER):
        return
    if is_bare and months[0].key in _NOT_ONLY_MONTHS and not _is(phrase.before(), "IN", "SINCE", "OVER", "TO"):
        return
    kind = "relative" if phrase.direction or year.startswith("year") else "date"
    yield phrase.found(kind, f"{year}-{int(months[0].value):02}", is_certain=_agree(months))


def _read_months(phrase: _Phrase) -> Iterator[_Found]:
    """شهري يناير وفبراير 2016: two months of one year."""
    one, two = phrase.all("MONTH")[:2]
    year = _read_year_of(phrase)
    if one is phrase.parts[0] and year == "XXXX" and not _is(phrase.before(), *_MONTHS_STAND_AFTER):
        return
    first = phrase.parts[0] if _is(phrase.parts[0], "PAIR") else one
    yield _Found(first, one, "date", f"{year}-{int(one.value):02}")
    yield _Found(two, phrase.parts[-1], "date", f"{year}-{int(two.value):02}", None, 0, _agree(phrase.all("MONTH")[1:]))


_YEARS_STAND_AFTER: Final = ("IN", "SINCE", "OVER", "OPEN", "BEFORE", "AFTER")
_YEARS_MAY_STAND_AFTER: Final = ("FROM", "TO", "BETWEEN", "L", "B", "DASH", "COMMA", "AND")
# Nouns that a year tells apart from others of their kind: انتخابات 2019.
_YEARLY: Final = keys("""
    انتخابات ميزانية موازنة حرب دستور ثورة انقلاب اتفاق اتفاقية موسم أزمة خطة عدوان غزو نكسة نكبة انتفاضة هجوم تعداد
    هدنة معاهدة أحداث صيف شتاء خريف هجمات احتجاجات مظاهرات مواليد حدود تفاهمات رئاسيات تشريعيات
""")


def _read_year(phrase: _Phrase) -> Iterator[_Found]:
    year = phrase.item("YEAR", "NUMBER")
    if year is None or not (1 if phrase.item("CE") else 1000) <= year.value < 2200 or year.value % 1:
        return
    value = f"{int(year.value):04}"
    if _is_before_christ(phrase):
        yield phrase.found("date", f"BC{value}")
    elif len(phrase.parts) > 1 or _is_bare_year(phrase):
        yield phrase.found("date", value)


def _is_before_christ(phrase: _Phrase) -> bool:
    after = phrase.items[phrase.last : phrase.last + 2]
    return len(after) == 2 and _is(after[0], "BEFORE") and after[1].key == norm("الميلاد")


def _is_bare_year(phrase: _Phrase) -> bool:
    """Tell 2015 the year from 2015 tons: a time is expected, and no noun without article follows."""
    before, counts = phrase.before(), _is(phrase.after(), "WORD")
    if before is None:
        return False
    if before.key in _YEARLY or _is(before, *_YEARS_STAND_AFTER):
        return not (counts and (phrase.parts[0].value % 100 == 0 or phrase.parts[0].value < 1800))
    return _is(before, *_YEARS_MAY_STAND_AFTER) and not counts and phrase.parts[0].value >= 1800


def _read_years(phrase: _Phrase) -> Iterator[_Found]:
    """2015-2020, بين 2015 و2020, عامي 2015 و2016: two dates."""
    one, two = phrase.all("YEAR")
    if phrase.item("PAIR") or 1800 <= one.value < two.value < one.value + 200:
        yield _Found(phrase.parts[0], one, "date", f"{int(one.value)}")
        yield _Found(two, two, "date", f"{int(two.value)}")


# --- relative dates ------------------------------------------------------------------------------------

_NEED: Final = norm("الحاجة")


def _read_deictic(phrase: _Phrase) -> Iterator[_Found]:
    word = phrase.item("DEICTIC", "TODAY", "TONIGHT")
    if word is None or (word.value < 0 and _is(phrase.after(), "THE_WORD") and phrase.items[phrase.last].key == _NEED):
        return
    if word.key == norm("الغد") and not phrase.item("DAY"):  # تيار الغد
        return
    days = word.value
    if days and (phrase.item("FIRST", "ORDINAL") or (days > 0 and phrase.item("AFTER") and not phrase.item("DAYPART"))):
        days *= 2
    if _is(word, "TONIGHT") and phrase.item("PAST"):
        days = -1
    yield phrase.found("relative", f"day:{_signed(days)}")


def _read_weekday(phrase: _Phrase) -> Iterator[_Found]:
    """الاثنين after a noun in the dual is the number: الشخصين الاثنين."""
    weekday, before = phrase.all("WEEKDAY")[0], phrase.before()
    is_dual = before is not None and before.key.startswith("ال") and before.key.endswith("ين")
    if not (is_dual and weekday.label == "monday" and len(phrase.parts) == 1):
        yield phrase.found("relative", weekday.label)


_GRAIN: Final = {"Y": "year", "M": "month", "W": "week", "DE": "decade", "TH": "hour", "century": "century"}


def _read_relative(phrase: _Phrase) -> Iterator[_Found]:
    unit = phrase.item("THE_UNIT", "THE_MONTH", "THE_YEAR", "THE_HOUR", "CENTURY")
    when = phrase.item("PAST", "NEXT", "CURRENT")
    if unit is not None and unit.label in _GRAIN and not (unit.label == "TH" and phrase.mod):
        yield phrase.found("relative", f"{_GRAIN[unit.label]}:{_signed(when.value if when else 0)}")


def _read_quarter(phrase: _Phrase) -> Iterator[_Found]:
    part, number, year = phrase.item("QUARTER", "HALF"), phrase.item("ORDINAL"), _read_year_of(phrase)
    if part is None or number is None or number.value > (4 if part.label == "Q" else 2):
        return
    if year == "XXXX" and part.label == "H":  # of anything: a match, a speech
        return
    yield phrase.found("relative" if year.startswith("year") else "date", f"{year}-{part.label}{int(number.value)}")


def _read_season(phrase: _Phrase) -> Iterator[_Found]:
    season, year = phrase.item("SEASON"), _read_year_of(phrase)
    if season is not None:
        yield phrase.found("relative" if year.startswith("year") else "date", f"{year}-{season.label}")


def _read_decade(phrase: _Phrase) -> Iterator[_Found]:
    """السبعينيات is 197X; only العشرينيات of the present century are 202X."""
    decade, century = phrase.item("DECADE"), _read_century_number(phrase)
    if decade is not None:
        yield phrase.found("date", f"{century}{int(decade.value) // 10}X")


def _read_century_number(phrase: _Phrase) -> int:
    """Return the first two digits of the years of a century: 18 for القرن التاسع عشر, 19 by default."""
    number = sum(part.value for part in phrase.all("ORDINAL", "NUMBER"))
    if number:
        return int(number) - 1
    return 20 if phrase.item("CURRENT") else 19


def _read_century(phrase: _Phrase) -> Iterator[_Found]:
    """القرن التاسع عشر is 18XX; one before the Christian era or of the Hijra says so."""
    century, after = _read_century_number(phrase), phrase.after()
    era = "hijri:" if _is(after, "ERA") else "BC" if _is(after, "BEFORE") else ""
    if 0 <= century < 22:
        yield phrase.found("date", f"{era}{century:02}XX")


def _read_feast(phrase: _Phrase) -> Iterator[_Found]:
    """New Year's Day; the Hijri one is another."""
    after = phrase.after()
    if after is None or not after.key.startswith(norm("الهجري")):
        yield phrase.found("date", "XXXX-01-01")


def _read_recent(phrase: _Phrase) -> Iterator[_Found]:
    """السنوات الأخيرة is PAST_REF; الأشهر الستة الماضية a length of time, الأيام المقبلة a vague one."""
    when, count = phrase.item("PAST", "NEXT", "RECENT", "CURRENT"), phrase.item("NUMBER", "YEAR")
    unit = phrase.item("THE_UNITS", "THE_TWO", "UNITS", "UNIT", "DAY", "A_MONTH", "A_YEAR")
    if unit is None:
        forward = when is not None and when.value > 0
        value = "FUTURE_REF" if forward else "PRESENT_REF" if _is(when, "CURRENT") else "PAST_REF"
    elif _is(when, "RECENT") and count is None and not _is(unit, "THE_TWO"):
        value = "PAST_REF"
    else:
        value = _write_length(2 if _is(unit, "THE_TWO") else count.value if count else None, unit.label)
    yield phrase.found("relative", value)


def _read_recently(phrase: _Phrase) -> Iterator[_Found]:
    """أخيراً at the head of a clause is "finally"."""
    before = phrase.before()
    if phrase.parts[0].key == norm("مؤخرا") or not (before is None or _is(before, "AND", "STOP", "COMMA")):
        yield phrase.found("relative", "PAST_REF")


def _read_moment(phrase: _Phrase) -> Iterator[_Found]:
    yield phrase.found("relative", "-PTXH")


# --- lengths of time and repetition --------------------------------------------------------------------


def _write_length(count: float | None, unit: str, sign: str = "") -> str:
    """Write an ISO 8601 duration; X for an unknown count, a smaller unit for a part of one.

    >>> _write_length(9, "M", "-"), _write_length(4, "TH"), _write_length(None, "D"), _write_length(2, "C")
    ('-P9M', 'PT4H', 'PXD', 'P200Y')
    >>> _write_length(0.5, "TH"), _write_length(1.5, "Y")
    ('PT30M', 'P1.5Y')
    """
    if count is not None and count < 1 and unit in _SMALLER:
        times, smaller = _SMALLER[unit]
        return _write_length(count * times, smaller, sign)
    years = _YEARS_OF.get(unit)
    number = "X" if count is None else f"{count * (years or 1):g}"
    clock, letter = ("T", unit[1]) if unit.startswith("T") else ("", "Y" if years else unit)
    return f"{sign}P{clock}{number}{letter}"


_COUNTED: Final = (
    "UNIT", "DAY", "A_MONTH", "A_YEAR", "UNITS", "UNITS_TWO",
    "THE_UNIT", "THE_MONTH", "THE_YEAR", "THE_HOUR", "CENTURY",
)  # fmt: skip
_LEADS: Final = ("BEFORE", "SINCE", "AFTER", "OVER", "APPROX", "L", "B")


def _count_length(phrase: _Phrase, unit: Item) -> float | None:
    """Return how many: the number, one, two, a half; None for أيام."""
    number, fraction = phrase.item("NUMBER", "YEAR"), phrase.item("FRACTION")
    part = fraction.value if fraction else 0.0
    if fraction and fraction.start < unit.start:
        return part
    if number:
        return number.value + part
    return None if _is(unit, "UNITS") else unit.value + part


def _read_length(phrase: _Phrase) -> Iterator[_Found]:
    """ثلاثة أيام, يومين, عدة أشهر; قبل and منذ of days make it "ago", and قبل is then part of it."""
    unit = phrase.item(*_COUNTED)
    lead = next((n for n, part in enumerate(phrase.parts) if not _is(part, *_LEADS) or _is_period(phrase, n)), 0)
    leads = _Phrase(phrase.items, phrase.first, phrase.first + lead)
    core = _Phrase(phrase.items, phrase.first + lead, phrase.last)
    if unit is None:
        value = "PXX"
    elif not _is_licensed(leads, core):
        yield from _read_day_only(core)
        return
    else:
        value = _write_length(_count_length(core, unit), unit.label)
    is_ago = _is_ago(leads, phrase.after(), unit)
    inside = ("APPROX", "BEFORE") if is_ago else ("APPROX",)
    start = next((part for part in leads.parts if _is(part, *inside)), core.parts[0])
    kind, value = ("relative", f"-{value}") if is_ago else ("duration", value)
    yield _Found(start, phrase.parts[-1], kind, value, leads.mod)


def _is_period(phrase: _Phrase, n: int) -> bool:
    return n + 1 < len(phrase.parts) and _is(phrase.parts[n + 1], "SIZE")


def _is_ago(leads: _Phrase, after: Item | None, unit: Item | None) -> bool:
    """قبل ثلاثة أيام is "ago", قبل ثلاثة أيام من الاقتراع is not; منذ يومين mostly is, منذ سنوات is "for years"."""
    if leads.item("BEFORE"):
        return unit is not None and not _is(after, "FROM")
    return leads.item("SINCE") is not None and unit is not None and unit.label in {"D", "W", "TH", "TM"}


def _is_licensed(leads: _Phrase, core: _Phrase) -> bool:
    """A unit without a number is a length only where one is expected: بعد أيام, لمدة ساعة, قبل نحو العام."""
    if _is(core.parts[-1], "NUMBER"):
        return core.parts[-1].value <= 2
    if core.item("NUMBER", "YEAR", "SEVERAL", "FRACTION"):
        return not _may_be_contracts(core) or bool(leads.parts)
    if core.item("UNITS_TWO"):
        return not _may_be_contracts(core) or bool(leads.parts)
    if _is(core.parts[0], "THE_YEAR"):
        return leads.item("BEFORE", "SINCE") is not None and leads.item("APPROX") is not None
    if core.item("SIZE"):
        return True
    if core.item("UNITS"):
        return bool(leads.parts)
    return leads.item("BEFORE", "SINCE", "AFTER", "OVER", "APPROX") is not None


def _read_day_only(core: _Phrase) -> Iterator[_Found]:
    """يوم 25, of a month that was named before."""
    number = core.item("NUMBER")
    if number is not None and _is(core.parts[0], "DAY") and number.label == "digits" and number.value <= 31:
        yield core.found("date", f"XXXX-XX-{int(number.value):02}")


def _may_be_contracts(core: _Phrase) -> bool:
    """عقود and عقدين are contracts as often as decades."""
    unit = core.item("UNITS", "UNITS_TWO")
    return unit is not None and unit.label == "DE"


def _read_lengths(phrase: _Phrase) -> Iterator[_Found]:
    """بين 22 و37 سنة, من 3 إلى 5 أيام: two lengths of one unit; و joins two only after بين."""
    one, two = phrase.all("NUMBER", "YEAR")
    unit = phrase.parts[-1]
    if not phrase.item("AND") or phrase.item("BETWEEN"):
        yield _Found(one, one, "duration", _write_length(one.value, unit.label))
    yield _Found(two, unit, "duration", _write_length(two.value, unit.label))


def _read_ordinal_length(phrase: _Phrase) -> Iterator[_Found]:
    """عامها الثالث is counted as a length: P3Y."""
    number = sum(part.value for part in phrase.all("ORDINAL", "NUMBER"))
    yield phrase.found("duration", _write_length(number, phrase.parts[0].label))


def _read_set(phrase: _Phrase) -> Iterator[_Found]:
    """كل يوم, كل ثلاثة أيام, يومياً, بشكل يومي."""
    unit = phrase.parts[-1]
    if _is(unit, "PAIR"):
        yield _Found(unit, unit, "set", _write_length(1, unit.label))
        return
    count = phrase.item("NUMBER")
    number = count.value if count else None if _is(unit, "UNITS") else unit.value
    yield phrase.found("set", _write_length(number, unit.label))


_READERS: Final[Mapping[str, Callable[[_Phrase], Iterable[_Found]]]] = {
    "skip": lambda _: (),
    "numeric": _read_numeric,
    "days": _read_days,
    "day": _read_day,
    "hijri": _read_hijri,
    "deictic": _read_deictic,
    "weekday": _read_weekday,
    "quarter": _read_quarter,
    "season": _read_season,
    "decade": _read_decade,
    "century": _read_century,
    "months": _read_months,
    "month": _read_month,
    "years": _read_years,
    "year": _read_year,
    "recent": _read_recent,
    "feast": _read_feast,
    "relative": _read_relative,
    "set": _read_set,
    "lengths": _read_lengths,
    "length": _read_length,
    "ordinal_length": _read_ordinal_length,
    "moment": _read_moment,
    "recently": _read_recently,
}


def find_dates(document: Document, published_on: date | None, calendar: Calendar) -> list[Date]:
    """Find the dates, durations and repeated times of a document.

    The span leaves out the preposition (في, منذ, بعد), save قبل where it means "ago", and holds a part of the day,
    both names of a month and a weekday beside its date. Where two names of a month disagree, the first gives the
    value and the days stay unknown. Not dates: times of the day, الآن, حالياً, periods named by an event
    (بعد انتهاء الحرب), اليوم in names of media, a day of Hijri feasts. Dates never cross a sentence.
    """
    found: list[Date] = []
    for sentence in document.sentences:
        items = _read_items(document.text, Span(sentence.start, sentence.end), calendar)
        for match in _GRAMMAR.finditer(codes_of(items)):
            first = match.start() + _is(items[match.start()], "COMMA", "OPEN")
            phrase = _Phrase(items, first, match.end())
            found += (_anchor(one, published_on) for one in _READERS[match.lastgroup or "skip"](phrase))
    return found


# --- anchors -------------------------------------------------------------------------------------------


class Period(NamedTuple):
    """First and last day, and the width: day, week, month, quarter, year or decade."""

    first: date
    last: date
    precision: str


def _anchor(one: _Found, published_on: date | None) -> Date:
    span = Span(one.first.start, one.last.end)
    period = resolve_date(one.value, published_on, one.direction) if one.is_certain else None
    if period is None:
        return Date(span, one.kind, one.value, one.mod)
    return Date(span, one.kind, one.value, one.mod, *period)


def resolve_date(value: str, published_on: date | None = None, direction: int = 0) -> Period | None:
    """Return the days that a value means, None for one without anchor.

    `direction` is -1 for الماضي and 1 for المقبل. A weekday without either is the latest on or before the day of
    publication; a day or month without year the nearest to it. Weeks begin on Monday, as in ISO 8601.

    >>> resolve_date("2024-02")
    Period(first=datetime.date(2024, 2, 1), last=datetime.date(2024, 2, 29), precision='month')
    >>> resolve_date("wednesday", date(2024, 6, 20)).first
    datetime.date(2024, 6, 19)
    >>> resolve_date("-P9M", date(2024, 6, 18)).first, resolve_date("P3D", date(2024, 6, 18)) is None
    (datetime.date(2023, 9, 1), True)
    """
    if value.startswith("hijri:"):
        return _resolve_hijri(value)
    if value[:4].isdigit() or value[:3].isdigit() or re.fullmatch(r"\d\dXX", value):
        return _resolve_absolute(value)
    return _resolve_relative(value, published_on, direction) if published_on else None


_QUARTERS: Final = {"SP": 3, "SU": 6, "FA": 9, "Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}  # a winter has two years


def _resolve_absolute(value: str) -> Period | None:
    year, _, rest = value.partition("-")
    if year.endswith("X"):  # 197X, but not 18XX: no width is named for a century
        decade = int(year[:3]) * 10 if year[2].isdigit() else None
        return None if decade is None else Period(date(decade, 1, 1), date(decade + 9, 12, 31), "decade")
    if rest in _QUARTERS:
        first = date(int(year), _QUARTERS[rest], 1)
        return Period(first, _end_month(_add_months(first, 2)), "quarter")
    if not rest:
        return Period(date(int(year), 1, 1), date(int(year), 12, 31), "year")
    month, _, day = rest.partition("-")
    if not month.isdigit():
        return None
    first = date(int(year), int(month), int(day or 1))
    return Period(first, first, "day") if day else Period(first, _end_month(first), "month")


def _add_months(day: date, months: int) -> date:
    """Return the first day of the month that is so many months away."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _end_month(day: date) -> date:
    return _add_months(day, 1) - timedelta(days=1)


_RELATIVE: Final = re.compile(r"(day|week|month|year|decade):([+-]?\d+)(?:-(.+))?")
_AGO: Final = re.compile(r"-P(\d+)([DWMY])")
_LONG_AGO: Final = 1000


def _resolve_relative(value: str, published_on: date, direction: int) -> Period | None:
    if relative := _RELATIVE.fullmatch(value):
        return _step(relative[1], int(relative[2]), relative[3], published_on)
    if ago := _AGO.fullmatch(value):
        grain = {"D": "day", "W": "week", "M": "month", "Y": "year"}[ago[2]]
        return _step(grain, -int(ago[1]), None, published_on) if int(ago[1]) < _LONG_AGO else None
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
    year = published_on.year + (10 * steps if grain == "decade" else steps)
    if grain == "decade":
        return _resolve_absolute(f"{year // 10}X")
    return _resolve_absolute(f"{year}-{rest}" if rest else f"{year}")


def _resolve_yearless(value: str, published_on: date, direction: int) -> Period | None:
    """Choose among the years around the publication the one that الماضي or المقبل asks for, else the nearest."""
    years = range(published_on.year - 4, published_on.year + 5)  # 29 February comes only every four years
    found = [period for year in years if (period := _try_absolute(value.replace("XXXX", f"{year:04}")))]
    if direction < 0:
        found = [
            period
            for period in found
            if period.first <= published_on and not period.first <= published_on <= period.last
        ]
    elif direction > 0:
        found = [period for period in found if period.first > published_on]
    return min(found, key=lambda period: abs(period.first - published_on), default=None)


def _try_absolute(value: str) -> Period | None:
    try:
        return _resolve_absolute(value)
    except ValueError:  # 29 February of a common year
        return None


_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _resolve_weekday(value: str, published_on: date, direction: int) -> Period | None:
    if value not in _DAY_NAMES:
        return None
    behind = (published_on.weekday() - _DAY_NAMES.index(value)) % 7
    if direction < 0 and not behind:  # الاثنين الماضي, said on a Monday
        behind = 7
    day = published_on + timedelta(days=7 - behind if direction > 0 else -behind)
    return Period(day, day, "day")


def _resolve_hijri(value: str) -> Period | None:
    """Give the period a day more at either end, as the sighting of the moon decides."""
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


_HIJRI_EPOCH: Final = date(622, 7, 19).toordinal()  # 1 Muharram 1: 16 July 622 in the Julian calendar


def convert_hijri(year: int, month: int, day: int) -> date:
    """Convert a Hijri date by the tabular civil calendar: 11 leap years in 30, months of 30 and 29 days in turn.

    >>> convert_hijri(1445, 9, 1), convert_hijri(1400, 1, 1)
    (datetime.date(2024, 3, 11), datetime.date(1979, 11, 21))
    """
    days = (year - 1) * 354 + (11 * year + 3) // 30 + (59 * (month - 1) + 1) // 2 + day - 1
    return date.fromordinal(_HIJRI_EPOCH + days)
