"""What the first lines of a news text state about it: title, byline, dateline, outlet, day of publication.

Only what the layout of a newspaper states outright is taken; anything else stays None. Names of
agencies and months come in as arguments, because words are data.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from tasks.arabic.letters import DIGITS, LETTERS
from tasks.arabic.normalize import norm


class Header(NamedTuple):
    """What a text states about itself at its top; None for what it does not."""

    title: str | None = None
    byline: str | None = None
    dateline: str | None = None
    outlet: str | None = None
    published_on: date | None = None


class Words(NamedTuple):
    """The words that headers are read with, by matching key (`norm`).

    `agencies` name who reports (رويترز), `places` where a dateline may stand (القاهرة), `months` the
    number of a month. Without places, one that has several words is not told from a person's name.
    """

    agencies: Collection[str]
    months: Mapping[str, int]
    places: Collection[str] = frozenset()


_LINES: Final = 6  # non-blank lines in which a header is looked for
_TITLE_WORDS: Final = 20
_DATELINE_LENGTH: Final = 70  # characters: place, day and agency together
_INVISIBLE: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PRESENTATION: Final = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_LINE_ENDS: Final = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")


def read_header(text: str, words: Words) -> Header:
    r"""Read the header of a raw text.

    >>> words = Words({norm("رويترز")}, {norm("مايو"): 5})
    >>> read_header("الوفد يصل إلى مسقط\nمسقط - رويترز: \nوصل الوفد أمس إلى مسقط.", words)[:4]
    ('الوفد يصل إلى مسقط', None, 'مسقط - رويترز', 'رويترز')
    """
    lines = list(_top_lines(text))
    header, plain = Header(), list[str]()
    in_body = False
    for line in lines:
        stated = _read_credit(line, words) if in_body else _read_line(line, words, is_first=line is lines[0])
        if stated is not None:
            header = _fill(header, stated)
            in_body = in_body or (stated.dateline is not None and _is_body(line))
        if stated is None or in_body:
            plain.append(line)
            in_body = in_body or _is_body(line)
    return header._replace(title=_title(plain, lines))


def _top_lines(text: str) -> Iterator[str]:
    found = 0
    for line in _LINE_ENDS.split(text[:20_000]):
        tidy = " ".join(_INVISIBLE.sub("", line).split())
        if _PRESENTATION.search(tidy):
            tidy = unicodedata.normalize("NFKC", tidy)
        if tidy:
            yield tidy
            found += 1
        if found == _LINES:
            return


def _is_body(line: str) -> bool:
    return len(line.split()) > _TITLE_WORDS or re.search(r"(?<!\.)\.\Z", line) is not None


def _fill(header: Header, stated: Header) -> Header:
    """Keep what stands higher up."""
    return header._replace(**{name: new for name, new in stated._asdict().items() if getattr(header, name) is None})


def _read_line(line: str, words: Words, *, is_first: bool) -> Header | None:
    return (
        _read_credit(line, words)
        or (None if is_first else _read_closing_day(line, words))
        or _read_dateline(line, words, is_first=is_first)
    )


def _read_credit(line: str, words: Words) -> Header | None:
    """Read what may stand below a standfirst as well: a line of its own for the author, or for the day."""
    return _read_byline(line, words) or _read_day_line(line, words)


# --- title ---------------------------------------------------------------------------------------


def _title(plain: list[str], lines: list[str]) -> str | None:
    """Take the first plain line if it is short, ends no sentence and does not begin the paragraph below."""
    if len(plain) < 2 or lines.index(plain[0]) > 2:
        return None
    first, second = plain[:2]
    is_heading = len(first.split()) <= _TITLE_WORDS and not re.search(r"(?<!\.)[.،؛:]\Z", first)
    if not is_heading or _same_beginning(first, second) or not _ARABIC.search(first):
        return None
    return first


def _same_beginning(first: str, second: str) -> bool:
    ours, theirs = first.split()[:4], second.split()[:4]
    return bool(ours) and [norm(word) for word in ours] == [norm(word) for word in theirs]


_ARABIC: Final = re.compile(f"[{LETTERS}]{{2}}")

# --- byline --------------------------------------------------------------------------------------

_NAME: Final = rf"[{LETTERS}][\w.'’\-]*(?:\s+(?!-\s)[\w.'’\-]+){{0,4}}"
_CREDIT: Final = re.compile(
    r"(?:بقلم|كتبت|كتب|كتبه|كتبها|إعداد|اعداد|تحرير|تقرير|تحليل|حوار|حاوره|حاورته|تحقيق|ترجمة|أعده|أعدته|المراسل|المحرر)"
    r"(?P<mark>\s*[:/]\s*|\s+[-–—]\s+|\s+)"
    rf"(?P<name>{_NAME}(?:\s*(?:[،/]|\sو)\s*{_NAME})?)"
    r"(?:\s*[-–—|(،/]\s*(?P<rest>[^)]{2,40})\)?)?"
)


def _read_byline(line: str, words: Words) -> Header | None:
    match = _CREDIT.fullmatch(line.rstrip(" :"))
    if not match:
        return None
    is_marked = match["mark"].strip() != "" or line.startswith("بقلم")
    if not is_marked and not (line.startswith(("كتب", "إعداد", "اعداد")) and _is_name(match["name"])):
        return None
    rest = (match["rest"] or "").strip()
    return Header(byline=match["name"].strip(), outlet=rest if norm(rest) in words.agencies else None)


# --- dateline ------------------------------------------------------------------------------------

_END_OF_DATELINE: Final = re.compile(r"\s?:(?=\s|\Z)|(?<=[)»/\]])\s?[-–—:](?=\s|\Z)|\s[-–—](?=\s)|\Z|(?<=/)(?=\s)")
_SEPARATOR: Final = re.compile(r"\s*[()«»\"/\[\]،:|]+\s*|\s+[-–—ـ]+\s*|\s*[-–—ـ]+\s+")
_OUTLET: Final = re.compile(r"(?:صحيفة|جريدة|وكالة|قناة|موقع|مجلة|شبكة|راديو|إذاعة|اذاعة|تلفزيون)(?:\s\S+){1,3}")
# Who reports, without a name: it marks a dateline and states no outlet.
_UNNAMED: Final = frozenset(norm(word) for word in ("وكالات", "الوكالات", "خاص", "مراسلنا", "مراسلتنا", "من مراسلنا"))


def _read_dateline(line: str, words: Words, *, is_first: bool) -> Header | None:
    """Read a line, or the beginning of one, of which every part is a place, a day or somebody who reports.

    A first line that is nothing else may be a title (`name: «what was said»`, `title - agency`): there
    the place must be a single word or a known one, and the reporter named without a colon.
    """
    for match in _END_OF_DATELINE.finditer(line[: _DATELINE_LENGTH + 1]):
        candidate = line[: match.start()].strip()
        rest = line[match.end() :].strip()
        may_be_title = is_first and not rest
        if not candidate or (match.end() > _DATELINE_LENGTH and rest) or (may_be_title and ":" in candidate):
            continue
        if stated := _Parts(words).read(candidate).header(candidate, may_be_title=may_be_title):
            return stated._replace(published_on=stated.published_on or _opening_day(rest, words))
    return None


def _opening_day(rest: str, words: Words) -> date | None:
    """Return the day that follows a dateline: «(وكالة) - 29 أكتوبر 2026», «(وكالة) - الثلاثاء 8-9-2026: ساد الهدوء»."""
    stated = re.split(r":|\s[-–—]", rest, maxsplit=1)[0]
    line = _read_day_line(stated, words)
    return line.published_on if line else None


class _Parts:
    """The parts of a would-be dateline: who reports, from where, on which day."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._names: list[str] = []  # in order; what is no day and nobody who reports
        self._outlet: str | None = None
        self._day: date | None = None
        self._has_reporter = self._has_day = False

    def read(self, candidate: str) -> "_Parts":
        for part in filter(None, map(str.strip, _SEPARATOR.split(candidate))):
            name, day = _split_day(part, self._words)
            if day is not None or name != part:
                self._has_day, self._day = bool(self._names or name), self._day or day
            if name:
                self._read_name(name)
        return self

    def _read_name(self, name: str) -> None:
        is_unnamed = norm(name) in _UNNAMED
        is_outlet = not is_unnamed and (norm(name) in self._words.agencies or _OUTLET.fullmatch(name) is not None)
        self._has_reporter = self._has_reporter or is_unnamed or is_outlet
        if is_outlet:
            self._outlet = self._outlet or name
        elif not is_unnamed:
            self._names.append(name)

    def header(self, candidate: str, *, may_be_title: bool) -> Header | None:
        if len(self._names) != 1 or not (self._has_reporter or self._has_day):
            return None
        name, places = self._names[0], self._words.places
        is_place = norm(name) in places or _ONE_WORD.fullmatch(name) is not None
        may_be_place = self._has_reporter and not places and _is_name(name) and not may_be_title
        if is_place or may_be_place:
            return Header(dateline=candidate.rstrip(" -–—:"), outlet=self._outlet, published_on=self._day)
        is_byline = self._outlet and not may_be_title and _is_name(name) and not self._has_day
        return Header(byline=name, outlet=self._outlet) if is_byline else None


_ONE_WORD: Final = re.compile(f"[{LETTERS}]{{2,}}")
_NOT_IN_NAMES: Final = frozenset(norm(word) for word in ("في", "من", "إلى", "على", "عن", "مع", "أن", "إن"))


def _is_name(part: str) -> bool:
    """Tell whether two or three words may be a name: letters only, no article in front, no preposition."""
    named = part.split()
    is_plain = re.fullmatch(rf"[{LETTERS}]+(?:\s[{LETTERS}]+){{1,2}}", part) is not None
    return is_plain and not part.startswith("ال") and not any(norm(word) in _NOT_IN_NAMES for word in named)


# --- day -----------------------------------------------------------------------------------------

_WEEKDAY: Final = r"(?:(?:يوم\s+)?(?:ال(?:أحد|احد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت))\s*[،,\-]?\s*)?"
_MONTH: Final = rf"[{LETTERS}]+(?:\s(?:ال)?[{LETTERS}]+)?"
_DAY: Final = re.compile(
    rf"(?:(?P<where>.*?\S)\s+)??{_WEEKDAY}(?:في\s+)?(?:"
    rf"(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})(?:\s?[/(]\s?(?P<twin>{_MONTH})\)?)?\s*[،,]?\s*(?:عام\s+|سنة\s+)?(?P<year>\d{{4}})"
    r"|(?P<iso>\d{4}[-/]\d{1,2}[-/]\d{1,2})|(?P<numeric>\d{1,2}[-/.]\d{1,2}[-/.]\d{4}))\s?م?"
)
_DAY_WITHOUT_YEAR: Final = re.compile(rf"(?:(?P<where>.*?\S)\s+)??{_WEEKDAY}(?:في\s+)?\d{{1,2}}\s+(?P<month>{_MONTH})")
_BEFORE_DAY: Final = re.compile(r"[:،|]\s|\s[-–—]\s|\sالموافق\s")
_DAY_LABEL: Final = re.compile(
    r"(?:آخر تحديث|تاريخ النشر|نشر في|نُشر في|نشرت في|نشر بتاريخ|نشر يوم|تاريخ|التاريخ)\s*:?\s*"
)
_CLOCK: Final = re.compile(
    r"\s*(?:[-–—|،]\s*)?(?:الساعة\s+)?\d{1,2}[:.]\d{2}"
    r"(?:\s*(?:ص|م|صباحا|صباحاً|مساء|مساءً|(?:بتوقيت\s)?\w{3,12}|AM|PM))?\Z"
)


def _read_day_line(line: str, words: Words) -> Header | None:
    """Read a line that holds the day of publication and nothing else."""
    stated = _CLOCK.sub("", _DAY_LABEL.sub("", line, count=1)).strip(" -|()")
    match = _DAY.fullmatch(stated.translate(DIGITS))
    is_day = match is not None and not match["where"] and (not match["month"] or norm(match["month"]) in words.months)
    return Header(published_on=_day_of(match, words.months)) if match and is_day else None


def _read_closing_day(line: str, words: Words) -> Header | None:
    """Read a line that closes with the day: «نواكشوط - من مراسلنا: الاثنين 9 نوفمبر 2026».

    What stands before it is a dateline where it names a known place.
    """
    if len(line) > _DATELINE_LENGTH:
        return None
    for mark in _BEFORE_DAY.finditer(line):
        closing = _read_day_line(line[mark.end() :], words)
        if closing and closing.published_on:
            before = line[: mark.start()].strip(" -–—:،")
            parts = [part for part in map(str.strip, _SEPARATOR.split(before)) if part]
            outlet = next((part for part in parts if norm(part) in words.agencies or _OUTLET.fullmatch(part)), None)
            is_dateline = any(norm(part) in words.places for part in parts)
            return closing._replace(dateline=before if is_dateline else None, outlet=outlet)
    return None


def _split_day(part: str, words: Words) -> tuple[str, date | None]:
    """Split the day off the end of a part: («عمّان 12 مايو 2024») is («عمّان», 12 May 2024)."""
    match = _DAY.fullmatch(part.translate(DIGITS))
    day = _day_of(match, words.months) if match else None
    if match is None or day is None:
        match, day = _DAY_WITHOUT_YEAR.fullmatch(part.translate(DIGITS)), None
        if match is None or norm(match["month"]) not in words.months:
            return part, None
    return part[: max(0, match.end("where"))].strip(" ،-"), day


def _day_of(match: re.Match[str], months: Mapping[str, int]) -> date | None:
    """Return the day that is meant; None for a month unknown, two months that disagree or a day that is not."""
    if match["iso"]:
        year, month, day = map(int, re.split("[-/]", match["iso"]))
    elif match["numeric"]:
        day, month, year = map(int, re.split("[-/.]", match["numeric"]))
    else:
        named = {months.get(norm(name)) for name in (match["month"], match["twin"]) if name}
        number = named.pop() if len(named) == 1 else None
        if number is None:
            return None
        day, month, year = int(match["day"]), number, int(match["year"])
    try:
        return date(year, month, day)
    except ValueError:
        return None
