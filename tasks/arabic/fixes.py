"""Small named fixes of the noise that real files bring, and what belongs to the page around the text.

Each fix looks at a text and lists its edits; none removes a word, respells one or touches what stands
between the letters of one (that is for `norm`). `fix_text` applies them in the order of `FIXES` until
nothing is left to fix, so that fixing a clean text again changes nothing.
"""

import html.entities
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise, zip_longest
from typing import Final, NamedTuple

from tasks.arabic.alignment import Alignment, Edit, replace
from tasks.arabic.document import Span
from tasks.arabic.letters import DIACRITICS, LETTERS, TATWEEL

Fix = Callable[[str], list[Edit]]


class Fixed(NamedTuple):
    """A clean text, how it lies on the raw one, and the names of the fixes that acted."""

    text: str
    alignment: Alignment
    fixes: tuple[str, ...]


def fix_text(text: str) -> Fixed:
    """Apply all fixes, again and again until none finds anything.

    >>> fix_text("قالت الوزارة ،في بيان , إن العدد 1,500 .").text
    'قالت الوزارة، في بيان، إن العدد 1,500.'
    """
    alignment, acted = Alignment(), dict[str, None]()
    for _ in range(_MAX_ROUNDS):
        before = text
        for fix in FIXES:
            if edits := fix(text):
                text, alignment = replace(text, edits), alignment.then(edits)
                acted[fix.__name__] = None
        if text == before:
            break
    return Fixed(text, alignment, tuple(acted))


# --- characters ----------------------------------------------------------------------------------

_ENTITY: Final = re.compile(r"&(?:amp;)*(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")


def unescape_entities(text: str) -> list[Edit]:
    """Turn HTML character references into their characters, also those escaped twice.

    >>> fix_text("دعم &quot;كامل&quot; &amp; سريع").text
    'دعم «كامل» & سريع'
    """
    found = ((m, _referred(m)) for m in _ENTITY.finditer(text))
    return [Edit(m.start(), m.end(), character) for m, character in found if character is not None]


def _referred(match: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html.entities.html5.get(name + ";")
    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_character = code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_character else None


# Zero-width and bidi controls (Unicode 16, General Category Cf of the blocks Arabic, General Punctuation and
# Specials), soft hyphen, object replacement, and controls that are neither tab nor line end.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]+"
)


def drop_invisible(text: str) -> list[Edit]:
    r"""Drop zero-width characters, bidi marks and control characters.

    >>> fix_text("بي\N{ZERO WIDTH NON-JOINER}روت\N{RIGHT-TO-LEFT MARK}").text
    'بيروت'
    """
    return [Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text)]


_LINE_END: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def unify_line_ends(text: str) -> list[Edit]:
    r"""End every line with a line feed.

    >>> fix_text("عنوان\r\nنص").text
    'عنوان\nنص'
    """
    return [Edit(m.start(), m.start() + 1, "" if len(m[0]) == 2 else "\n") for m in _LINE_END.finditer(text)]


_BLANK: Final = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_ODD_SPACE: Final = re.compile(rf"(?! ){_BLANK}|\A | \Z")
_SPACES: Final = re.compile(rf"^{_BLANK}+|{_BLANK}+(?=\n|\Z)|(?:(?! ){_BLANK}|{_BLANK}{{2}}){_BLANK}*", re.MULTILINE)


def unify_spaces(text: str) -> list[Edit]:
    r"""Leave one plain space between words and none at the ends of a line.

    >>> fix_text("في  مدينة\N{NO-BREAK SPACE}جدة \n").text
    'في مدينة جدة'
    """
    if not any(odd in text for odd in ("  ", " \n", "\n ")) and not _ODD_SPACE.search(text):
        return []
    return [
        Edit(m.start(), m.end(), "" if _is_edge(text, m.start() - 1) or _is_edge(text, m.end()) else " ")
        for m in _SPACES.finditer(text)
    ]


def _is_edge(text: str, position: int) -> bool:
    return not 0 <= position < len(text) or text[position] == "\n"


_LETTER: Final = f"[{LETTERS}{DIACRITICS}]"
_STRETCH: Final = re.compile(
    rf"(?<!{_LETTER})(?P<clitic>(?:[وف]?(?:[بلك]|ال|بال|كال|لل)){TATWEEL}+) (?=[\w«\"(])|{TATWEEL}+"
)


def drop_tatweel(text: str) -> list[Edit]:
    """Drop the stretching stroke; where it touches no letter it was typed for a dash.

    >>> fix_text("ارتفع بـ 5 نقاط في الـ«سوق» الكبـــير").text
    'ارتفع ب5 نقاط في ال«سوق» الكبير'
    >>> fix_text("القاهرة ـ رويترز").text
    'القاهرة - رويترز'
    """
    return [_unstretched(text, m) for m in _STRETCH.finditer(text)] if TATWEEL in text else []


def _unstretched(text: str, match: re.Match[str]) -> Edit:
    start, end = match.span()
    if match["clitic"]:
        return Edit(text.index(TATWEEL, start), end, "")
    touches = _ARABIC.match(text, start - 1) if start else None
    return Edit(start, end, "" if touches or _ARABIC.match(text, end) else "-")


_ARABIC: Final = re.compile(_LETTER)
_PRESENTATION: Final = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")


def fold_presentation_forms(text: str) -> list[Edit]:
    """Write letters that were stored as drawn shapes as letters; phrases in one sign (ﷺ) stay.

    >>> fix_text("ﻷﻧﻬﺎ ﷺ").text
    'لأنها ﷺ'
    """
    folded = ((m, unicodedata.normalize("NFKC", m[0]).strip(f" {TATWEEL}")) for m in _PRESENTATION.finditer(text))
    return [Edit(m.start(), m.end(), letters) for m, letters in folded if letters != m[0] and " " not in letters]


_HAMZA: Final = re.compile("[اوي][\u0653-\u0655]")


def compose_hamza(text: str) -> list[Edit]:
    r"""Write a carrier and its hamza or madda as the one letter they are.

    >>> fix_text("ا\N{ARABIC HAMZA ABOVE}مير").text
    'أمير'
    """
    composed = ((m, unicodedata.normalize("NFC", m[0])) for m in _HAMZA.finditer(text))
    return [Edit(m.start(), m.end(), letter) for m, letter in composed if letter != m[0]]


# Letters of Persian, Urdu and Kurdish keyboards that look like an Arabic one in some position.
# گ پ چ ژ ڤ stay: no Arabic letter looks like them, and newspapers write names with them.
_LOOKALIKES: Final = {"ی": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۃ": "ة"}
_LOOKALIKE: Final = re.compile(f"[{''.join(_LOOKALIKES)}]")


def fold_persian_letters(text: str) -> list[Edit]:
    """Write Arabic letters for the Persian ones that look like them.

    >>> fix_text("الرئیس الأمریکی").text
    'الرئيس الأمريكي'
    """
    return [Edit(m.start(), m.end(), _LOOKALIKES[m[0]]) for m in _LOOKALIKE.finditer(text)]


# --- quotation marks -----------------------------------------------------------------------------

OPEN: Final = "«"
CLOSE: Final = "»"
_QUOTE: Final = re.compile("''|``|‘‘|’’|[«»\"“”„‟″＂〝〞]")
_OPENING_SHAPES: Final = (OPEN, "“", "„", "‟", "〝", "``", "‘‘")
_CLOSING_SHAPES: Final = (CLOSE, "”", "〞", "’’")
_DIRECTION: Final = dict.fromkeys(_OPENING_SHAPES, OPEN) | dict.fromkeys(_CLOSING_SHAPES, CLOSE)
_OPENERS: Final = frozenset(" \n([{-–—/:،؛") | {OPEN}
_CLOSERS: Final = frozenset(" \n)]}.,،;؛:!?؟…") | {CLOSE}
_PROCLITIC: Final = re.compile(r"(?<!\w)[وف]?(?:[بلكس]|ال|بال|كال|لل)?\Z")


class _Mark(NamedTuple):
    """A quotation mark, and what its neighbours make of it: OPEN, CLOSE or None."""

    start: int
    end: int
    text: str
    by_context: str | None


def unify_quotes(text: str) -> list[Edit]:
    """Write every double quotation mark as « or », wherever its direction can be told.

    Its neighbours decide, then its own shape, then whether a quotation is open in the line; what
    these leave undecided becomes or stays a straight mark, as do inches.

    >>> fix_text('قال "نعم" و"ربما"، ثم “لا”').text
    'قال «نعم» و«ربما»، ثم «لا»'
    >>> fix_text('شاشة 15" جديدة').text
    'شاشة 15" جديدة'
    """
    if not _QUOTE.search(text):
        return []
    edits = []
    start = 0
    for line in text.split("\n"):
        marks = [_read_mark(line, match) for match in _QUOTE.finditer(line)]
        for mark, direction in zip(marks, _directions(marks), strict=True):
            if mark.text != direction:
                edits.append(Edit(start + mark.start, start + mark.end, direction))
        start += len(line) + 1
    return edits


def _read_mark(line: str, match: re.Match[str]) -> _Mark:
    start, end = match.span()
    before = line[start - 1] if start else "\n"
    after = line[end] if end < len(line) else "\n"
    if match[0] in (OPEN, CLOSE):
        return _Mark(start, end, match[0], match[0])
    return _Mark(start, end, match[0], _direction_between(line[max(0, start - 6) : start], before, after))


def _direction_between(prefix: str, before: str, after: str) -> str | None:
    after_opener = before in _OPENERS or _QUOTE.match(before) is not None
    if after not in _CLOSERS and (after_opener or _ends_in_proclitic(prefix)):
        return OPEN
    if before == " " and after in ".,،؛!?؟)]":
        return CLOSE
    is_word_before = before not in _OPENERS and not before.isdigit() and not _ends_in_proclitic(prefix)
    return CLOSE if is_word_before and after in _CLOSERS else None


def _ends_in_proclitic(prefix: str) -> bool:
    match = _PROCLITIC.search(prefix)
    return match is not None and match[0] != ""


def _directions(marks: list[_Mark]) -> list[str]:
    """Decide a line's marks together: as read, or by turns where only that makes them pair."""
    read = _as_read(marks)
    if _is_balanced(read) or len(read) % 2:
        return read
    by_turns = [OPEN, CLOSE] * (len(read) // 2)
    wrong = sum(mark.by_context not in (None, turn) for mark, turn in zip(marks, by_turns, strict=True))
    fixed = any(mark.text in (OPEN, CLOSE) and mark.text != turn for mark, turn in zip(marks, by_turns, strict=True))
    return read if fixed or 2 * wrong > len(read) else by_turns


def _as_read(marks: list[_Mark]) -> list[str]:
    read, depth = [], 0
    for mark, following in zip_longest(marks, marks[1:]):
        by_turn = CLOSE if depth else OPEN if following and following.by_context == CLOSE else '"'
        direction = mark.by_context or _DIRECTION.get(mark.text) or by_turn
        depth = max(0, depth + (direction == OPEN) - (direction == CLOSE))
        read.append(direction)
    return read


def _is_balanced(directions: list[str]) -> bool:
    depth = 0
    for direction in directions:
        depth += (direction == OPEN) - (direction == CLOSE)
        if depth < 0 or direction == '"':
            return False
    return depth == 0


_GUILLEMETS: Final = re.compile(
    r"(?P<turned>(?<=\s)»(?=\w)|(?<=\w)«(?=[\s.،]))|(?P<straight>(?<=\s)«(?=\w)|(?<=\w)»(?=[\s.،]))"
)


def turn_guillemets(text: str) -> list[Edit]:
    """Turn « and » round in a text that uses them the wrong way throughout.

    >>> fix_text("رأي »المرفأ« اليوم").text
    'رأي «المرفأ» اليوم'
    """
    if " »" not in text and "\n»" not in text and not text.startswith(CLOSE):
        return []
    groups = [match.lastgroup for match in _GUILLEMETS.finditer(text)]
    if groups.count("turned") < 2 or "straight" in groups:
        return []
    return [Edit(m.start(), m.end(), CLOSE if m[0] == OPEN else OPEN) for m in re.finditer("[«»]", text)]


# --- punctuation ---------------------------------------------------------------------------------

_ARABIC_MARKS: Final = {",": "،", ";": "؛", "?": "؟"}
_LATIN_MARK: Final = re.compile(rf"[,;?](?:(?<={_LETTER}.)|(?<={_LETTER} .)|(?<=[»)\]٠-٩].)|(?= ?{_LETTER}))")


def unify_commas(text: str) -> list[Edit]:
    """Write comma, semicolon and question mark in their Arabic form beside Arabic words.

    >>> fix_text("عاد الوفد, ثم غادر؛ لماذا? زار Paris, London في 1,500 يوم").text
    'عاد الوفد، ثم غادر؛ لماذا؟ زار Paris, London في 1,500 يوم'
    """
    found = (m.start() for m in _LATIN_MARK.finditer(text))
    return [Edit(at, at + 1, _ARABIC_MARKS[text[at]]) for at in found if not _is_inside_word(text, at)]


_REFERENCE: Final = re.compile(r"&[#\w]+\Z", re.ASCII)


def _is_inside_word(text: str, at: int) -> bool:
    """Tell whether a mark stands between digits, or ends what is written like a character reference (R&D;)."""
    if text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
        return True
    return text[at] == ";" and _REFERENCE.search(text[max(0, at - 12) : at]) is not None


_SPACE_BEFORE: Final = re.compile(r" +(?=[،؛؟!…»)\]},;:?]|\.(?!\w))|(?<=[«(\[{]) +")


def close_up_punctuation(text: str) -> list[Edit]:
    """Drop the space before a closing mark and after an opening one.

    >>> fix_text("عاد الوفد . قال : « نعم »").text
    'عاد الوفد. قال: «نعم»'
    """
    return [Edit(m.start(), m.end(), "") for m in _SPACE_BEFORE.finditer(text)]


# A full stop or colon parts words, not the letters of an abbreviation (أ.ف.ب), digits (10:30) or an address.
_NO_SPACE_AFTER: Final = re.compile(
    rf"(?<=[،؛؟])(?=[\w«(])(?!(?<=\d.)\d)"
    rf"|(?<=!)(?=[{LETTERS}«(])"
    rf"|(?<=[{LETTERS}»)\d][.:])(?=[{LETTERS}«])(?!(?<=(?<!\w)\w[.:]))(?!\w(?!\w)|نت\b|كوم\b)"
    rf"|(?<=\.\.)(?=[{LETTERS}«])|(?<=…)(?=[{LETTERS}«])"
    rf"|(?<=[»)\]])(?=[{LETTERS}])"
)


def part_after_punctuation(text: str) -> list[Edit]:
    """Put the missing space after a mark.

    >>> fix_text("عاد الوفد.وقال،مؤكداً: «نعم»وغادر").text
    'عاد الوفد. وقال، مؤكداً: «نعم» وغادر'
    >>> fix_text("وكالة أ.ف.ب عند 10:30 بنسبة 79.85").text
    'وكالة أ.ف.ب عند 10:30 بنسبة 79.85'
    """
    return [Edit(m.start(), m.start(), " ") for m in _NO_SPACE_AFTER.finditer(text)]


# --- lines ---------------------------------------------------------------------------------------

_STOP_AT_END: Final = re.compile(r"[.!?؟…:][»\")\]]*\Z")
_STOP: Final = re.compile(r"[.!?؟…][»\")\]]*(?=\s|\Z)")
_HANGING: Final = re.compile(
    r"(?<!\w)[وف]?(?:في|من|إلى|الى|على|عن|مع|أو|او|ثم|أن|ان|إن|التي|الذي|الذين|اللذين|بين|حتى|منذ|خلال"
    r"|ضد|عند|لدى|لم|لن|قد|سوف|نحو|حول|و)\Z"
)
_LIST_ITEM: Final = re.compile(r"[-–—*•·▪■●]|\d+ ?[-.):/–]|\d{1,2}:\d\d")
# How a new paragraph of a report begins: a conjunction, a verb of saying, or a phrase that turns to another matter.
_NEW_PARAGRAPH: Final = re.compile(
    r"[وف]\w{2}|و |(?:قال|أكد|اكد|أعلن|اعلن|أضاف|اضاف|أشار|اشار|أوضح|اوضح|ذكر|يذكر|يشار|يُذكر|يُشار|تجدر|شدد|شدّد"
    r"|لفت|تابع|صرح|صرّح|أفاد|افاد|اعتبر|رأى|حذر|حذّر|كشف|بدوره|كما|أما|اما|لكن|لكنّ|بينما|كذلك|أيضا|بالمقابل|هذا|ثم|إذن|إذ"
    r"|إلى ذلك|الى ذلك|في المقابل|في سياق|في غضون|في هذا|من جه|من جانب|من ناحي|على صعيد|على الصعيد"
    r"|بعد ذلك|قبل ذلك|غير أن|إلا أن|بحسب|وفق)\w*\b"
)
_LABEL: Final = re.compile(r"\d|\S+(?: \S+){0,3}:")  # the next entry of a list
_LONG: Final = 60  # characters that the shortest line of running text has: narrower ones are headings, names, lists
_FULL_PARAGRAPH: Final = 120
_LONG_ENOUGH_TO_HANG: Final = 25
_WRAPPED_SHARE: Final = 0.7
_WRAPPED_WIDTHS: Final = range(40, 121)


def join_broken_lines(text: str) -> list[Edit]:
    r"""Join a line that breaks off in mid-sentence with the one that goes on.

    A line breaks off if it ends in a comma or a word that cannot end a sentence; if it is full in a
    text wrapped at a width; or if it is long body text without a final stop and the next line
    neither looks like a heading nor begins as a paragraph does. Blank lines are never crossed.

    >>> fix_text("التقى الوزير نظيره الفرنسي أمس في\nالعاصمة باريس.").text
    'التقى الوزير نظيره الفرنسي أمس في العاصمة باريس.'
    """
    if "\n" not in text:
        return []
    lines = text.split("\n")
    width = _wrapped_width(lines)
    body = next((i for i, line in enumerate(lines) if _STOP.search(line)), len(lines))
    edits, end, seen = [], 0, set[str]()
    for i, (line, following) in enumerate(pairwise(lines)):
        end += len(line)
        seen.add(_opening(line))
        glue = _glue(line, following, i >= body, width) if _opening(following) not in seen else None
        if glue is not None:
            edits.append(Edit(end, end + 1, glue))
        end += 1
    return edits


def _opening(line: str) -> str:
    return " ".join(line.split(None, 4)[:4])


def _glue(line: str, following: str, in_body: bool, width: int) -> str | None:
    """Return what joins two lines, None for nothing."""
    if not line or not following or _LIST_ITEM.match(following):
        return None
    if following[0] in "،؛؟!.:»)]" and not following.startswith(".."):
        return None if _STOP_AT_END.search(line) else ""
    joins = _breaks_off(line) or _fills(line, width) or (in_body and _goes_on(line, following))
    return " " if joins else None


def _breaks_off(line: str) -> bool:
    return len(line) >= _LONG_ENOUGH_TO_HANG and (line[-1] in "،؛," or _HANGING.search(line) is not None)


def _fills(line: str, width: int) -> bool:
    return width > 0 and len(line) >= _WRAPPED_SHARE * width and not _STOP_AT_END.search(line)


def _goes_on(line: str, following: str) -> bool:
    if len(line) < _LONG or line[-1] in '.!?؟…:؛»")]' or _LIST_ITEM.match(line):
        return False
    is_prose = len(line) >= _FULL_PARAGRAPH or any(mark in line for mark in "،.؟")
    is_continuation = len(following) >= _LONG or _STOP_AT_END.search(following) is not None
    return is_prose and is_continuation and not (_NEW_PARAGRAPH.match(following) or _LABEL.match(following))


def _wrapped_width(lines: list[str]) -> int:
    """Return the width at which a text was wrapped, 0 where its lines are paragraphs."""
    full = [line for line, following in pairwise(lines) if line and following]
    if len(full) < 4:
        return 0
    width = max(map(len, full))
    is_even = sum(len(line) >= _WRAPPED_SHARE * width for line in full) >= _WRAPPED_SHARE * len(full)
    is_open = sum(not _STOP_AT_END.search(line) for line in full) >= _WRAPPED_SHARE * len(full)
    stops_inside = any(_STOP.search(line[:-2]) for line in full)
    is_prose = not any(_LIST_ITEM.match(line) for line in full)
    return width if width in _WRAPPED_WIDTHS and is_even and is_open and stops_inside and is_prose else 0


_BLANK_LINES: Final = re.compile(r"\A\n+|\n+\Z|\n{3,}")


def drop_blank_lines(text: str) -> list[Edit]:
    r"""Leave at most one blank line between paragraphs, none at the ends.

    >>> fix_text("\nعنوان\n\n\n\nنص\n").text
    'عنوان\n\nنص'
    """
    if "\n\n\n" not in text and text.strip("\n") == text:
        return []
    found = (m.span() for m in _BLANK_LINES.finditer(text))
    return [Edit(start + (2 if start > 0 and end < len(text) else 0), end, "") for start, end in found]


FIXES: Final[tuple[Fix, ...]] = (
    unescape_entities,
    drop_invisible,
    unify_line_ends,
    unify_spaces,
    drop_tatweel,
    fold_presentation_forms,
    compose_hamza,
    fold_persian_letters,
    turn_guillemets,
    unify_quotes,
    unify_commas,
    close_up_punctuation,
    part_after_punctuation,
    join_broken_lines,
    drop_blank_lines,
)
_MAX_ROUNDS: Final = 50  # far more than any text needs: most are clean after one

# --- what belongs to the page --------------------------------------------------------------------

_FURNITURE: Final = re.compile(
    r"^[*\-•«\[( ]*(?:"
    r"(?:[إا]قر[أا]|اقرئي|اقرؤوا|شاهد|طالع|انظر|تابع)(?:وا)? (?:أيض|ايض|المزيد|كذلك|بالفيديو|بالصور)"
    r"|(?:مواضيع|مقالات|أخبار|اخبار|موضوعات|روابط|قصص) (?:ذات صلة|متعلقة|مشابهة|مرتبطة)"
    r"|(?:للمزيد|لمزيد) (?:من|عن|حول|اضغط|انقر)|للمزيد:"
    r"|(?:اضغط|انقر|إضغط|أنقر)(?:وا)? (?:هنا|على|للاشتراك|للمزيد)"
    r"|(?:تابعونا|تابعنا|تابعوا|لمتابعتنا|لمتابعة|للاشتراك|اشترك|اشتركوا|انضم|انضموا|سجل|حمّل|حمل) "
    r"(?:على|عبر|آخر|اخر|أحدث|احدث|الآن|في (?:قنات|نشرت|النشرة|القناة|خدمة)|إلى (?:قنات|القناة|نشرت)|بنشرت|تطبيق)"
    r"|(?:شارك|شاركوا|شاركها|انشر|أرسل) (?:المقال|الخبر|المقالة|الموضوع|القصة|على|عبر|هذا (?:المقال|الخبر))"
    r"|(?:جميع|كافة|كل) (?:الحقوق|حقوق)|حقوق (?:النشر|الطبع)|©|\(c\)"
    r"|(?:المصدر|المصادر|مصدر الخبر|الوسوم|وسوم|كلمات مفتاحية|الكلمات المفتاحية|الكلمات الدالة|هاشتاغ"
    r"|صورة|الصورة|تصوير|مصدر الصورة|آخر تحديث|اخر تحديث|تاريخ النشر|عدد المشاهدات):"
    r"|(?:النشرة البريدية|اترك تعليقا|أضف تعليقا|التعليقات|طباعة|إعلان|اعلان)\W*$"
    r")[^\n]*"
    r"|^(?:فيسبوك|فايسبوك|تويتر|واتساب|واتس آب|تلغرام|تيليغرام|إنستغرام|يوتيوب|لينكدإن"
    r"|Facebook|Twitter|WhatsApp|Telegram|[ |،/\-])+$",
    re.MULTILINE,
)
_END_MARK: Final = re.compile(r"[(\[] ?(?:انتهى|انتهت|النهاية) ?[)\]]|^(?:انتهى|-30-|# ?# ?#)[ .]*$", re.MULTILINE)
# The last line, if it holds nothing but a bracket (an agency) or initials between strokes (its editors).
_SIGNATURE: Final = re.compile(
    r"\n(?P<line>[(\[][^()\[\]\n.]{2,40}[)\]]\.?|[\w ]{1,12}(?:/[\w ]{1,12}){1,3}(?: \([^()\n]{1,20}\))?)\Z"
)
_LINK_LINE: Final = re.compile(r"\n(?!\n)[^\n]*")
_FURNITURE_WIDTH: Final = 200  # characters; a longer line is text that happens to begin like a footer


def find_boilerplate(text: str) -> list[Span]:
    """Return the spans of a clean text that belong to the page: links, shares, credits, agency signatures.

    >>> text = "انتهى الاجتماع أمس. (انتهى)" + chr(10) + "اقرأ أيضاً: رأي في الاجتماع"
    >>> [text[start:end] for start, end in find_boilerplate(text)]
    ['(انتهى)', 'اقرأ أيضاً: رأي في الاجتماع']
    """
    spans = [*_furniture(text), *(Span(*m.span()) for m in _END_MARK.finditer(text))]
    if signature := _SIGNATURE.search(text, max(0, len(text) - 100)):
        spans.append(Span(*signature.span("line")))
    return _merge(sorted(spans))


def _furniture(text: str) -> Iterator[Span]:
    for match in _FURNITURE.finditer(text):
        start, end = match.span()
        if start == end or end - start > _FURNITURE_WIDTH:
            continue
        yield Span(start, _end_of_links(text, start, end))


def _end_of_links(text: str, start: int, end: int) -> int:
    """A bare «read also» heads the lines below it, as long as they are titles and no sentences."""
    if len(text[start:end].split()) > 3:
        return end
    while line := _LINK_LINE.match(text, end):
        if len(line[0]) > _FURNITURE_WIDTH or _STOP_AT_END.search(line[0]):
            break
        end = line.end()
    return end


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
