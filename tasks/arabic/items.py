"""A sentence as grammars read it: its words without their clitics, its digits and its marks, each in a role.

A role is a class of words that a pattern may ask for: NUMBER, UNIT, FROM. `scan` gives a sentence as items,
`codes_of` writes one letter for the role of each item, and `grammar` compiles a pattern of roles into a regular
expression over these letters. So the positions of a match are positions in the list of items.

>>> items = scan("ربحت 3 كؤوس", Span(0, 11), {})
>>> [item.role for item in items], grammar("WORD DIGITS").match(codes_of(items)).span()
(['WORD', 'DIGITS', 'WORD'], (0, 2))
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tasks.arabic.document import Span
from tasks.arabic.letters import DIACRITICS, LETTERS, strip_marks
from tasks.arabic.normalize import norm

# All roles stand here, so that a misspelled one in a grammar is an error: marks and words of any kind; words that
# join; parts of numbers, and numbers; units of time; times; words that look like a time and are none.
ROLES: Final = """
    CLOCK CLOSE COMMA DASH DIGITS LATIN MARK NUMERIC OPEN PERCENT QUOTE SLASH STOP THE_WORD WORD
    AFTER AND APPROX ARTICLE B BEFORE BETWEEN EVERY FROM IN L OR OVER SINCE THAT THIS TO
    CENT FRACTION HUNDRED NUMBER ODD ONES ORDINAL SCALE SCALES TEN TENS TWO_SCALES VAGUE YEAR
    A_MONTH A_YEAR CENTURY DAY PAIR PERIOD POSSESSED THE_HOUR THE_MONTH THE_PERIOD THE_TWO THE_UNIT THE_UNITS
    THE_YEAR UNIT UNITS UNITS_TWO
    CE CURRENT DAILY DAYPART DECADE DEICTIC END ERA ERA_OF FEAST FIRST HALF HIJRI LITTLE MANNER MID MONTH NEXT OPENER
    PAST QUARTER RECENT RECENTLY SEASON SEVERAL SIZE START TODAY TONIGHT WEEKDAY
    AGE HOLY MEDIA PAPER PRAYER RATE SAME TITLE
""".split()
_CODES: Final = {role: chr(0x4E00 + n) for n, role in enumerate(ROLES)}  # Chinese letters: no pattern escapes them


class Word(NamedTuple):
    """What a lexicon knows of a form: its role, number and label, and the clitics that stand before it."""

    role: str
    value: float = 0.0
    label: str = ""
    clitics: str = ""


Lexicon = Mapping[str, Word]
Row = tuple[str, str, float, str]  # forms in one text, role, value, label


class Item(NamedTuple):
    """A word, number or mark of a sentence.

    `label` tells units, weekdays and seasons apart, or how a number is written: `digits`, `words`, `the words` (with
    the article) or `one`. `scale` is the last multiplier of a number: 1e6 in 2.5 مليون.
    """

    start: int
    end: int
    role: str
    value: float
    label: str
    key: str
    scale: float = 1.0


def grammar(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of roles, as in "NUMBER (?: PERCENT | [B IN] CENT )"."""
    coded = re.sub(r"[A-Z][A-Z_]*", lambda role: _CODES[role[0]], pattern)
    return re.compile(re.sub(r"\s+", "", coded))


def codes_of(items: Iterable[Item]) -> str:
    """Return the string that grammars match: one letter an item."""
    return "".join([_CODES[item.role] for item in items])


def plays(item: Item | None, *roles: str) -> bool:
    """Tell whether there is an item, in one of the roles."""
    return item is not None and item.role in roles


def keys(words: str) -> frozenset[str]:
    """Return the matching keys of words that stand in one text."""
    return frozenset(map(norm, words.split()))


# --- lexicons ------------------------------------------------------------------------------------------

# و and ف are one role, as both only join. Nouns also take ب and ل, but not ك, which would find مية in كمية.
_CONJUNCTIONS: Final = ("و", "ف")
_PREPOSITIONS: Final = ("ب", "ل", "وب", "ول", "فب", "فل")
_CLITIC_ROLES: Final = {"و": "AND", "ف": "AND", "ب": "B", "ل": "L"}
# Their first letters are no article.
_NO_ARTICLE: Final = keys("ألف ألفا آلاف ألفان ألفين ألفي ألوف")
# A clitic and a word that together are another, far commoner word.
_OTHER_WORDS: Final = keys("لست ولست فلست باب أب وأب لأب وأمس لامس ولامس باول")


def build_lexicon(rows: Iterable[Row], *, prepositions: bool = True, names: frozenset[str] = frozenset()) -> Lexicon:
    """Map every form, with every clitic it may carry, to what it is; the article is part of a form.

    `names` are forms that take no preposition here. A form of its own beats one with a clitic: واحد is one, not
    و with أحد.

    >>> build_lexicon([("السنة", "THE_YEAR", 1, "Y")])["للسنه"]
    Word(role='THE_YEAR', value=1, label='Y', clitics='ل')
    """
    plain = {norm(form): Word(role, value, label) for forms, role, value, label in rows for form in forms.split()}
    lexicon = dict(plain)
    for form, word in plain.items():
        for clitics in _CONJUNCTIONS + (_PREPOSITIONS if prepositions and form not in names else ()):
            spelled = _spell(clitics, form)
            if spelled not in _OTHER_WORDS:
                lexicon.setdefault(spelled, word._replace(clitics=clitics))
    return lexicon


def _spell(clitics: str, form: str) -> str:
    """Put clitics before a form; the article loses its alef after ل."""
    has_article = form.startswith("ال") and form not in _NO_ARTICLE
    return clitics + (form[1:] if has_article and clitics.endswith("ل") else form)


# --- scanning ------------------------------------------------------------------------------------------

# The groups, in this order: a date in digits, a time of the day, Latin letters (or so many digits that they are a
# name), digits with their separators, an Arabic word, any other mark.
_TOKEN: Final = re.compile(
    rf"(?P<numeric>(?<!\d)(?:\d{{4}}([-/.])\d{{1,2}}\2\d{{1,2}}|\d{{1,2}}([-/.])\d{{1,2}}\3\d{{4}})(?!\d))"
    r"|(?P<clock>\d{1,2}:\d\d)|(?P<latin>\d{16,}|[^\W\d_\u0600-\u06ff\ufb50-\ufeff]+)"
    r"|(?P<digits>\d{1,3}(?:[ \N{NO-BREAK SPACE}]\d{3})+(?!\d)|\d+(?:[.,٫٬،ر]\d+)*)"
    rf"|(?P<word>[{LETTERS}{DIACRITICS}]+)|(?P<mark>[^\s])"
)
_MARKS: Final = {
    mark: role
    for role, marks in (
        ("PERCENT", "%٪"), ("DASH", "-–—"), ("SLASH", "/"), ("OPEN", "(["), ("CLOSE", ")]"), ("COMMA", "،,"),
        ("QUOTE", '«»"'), ("STOP", ".؟!"),
    )
    for mark in marks
}  # fmt: skip


def scan(text: str, span: Span, lexicon: Lexicon) -> list[Item]:
    """Read a stretch of clean text as items.

    >>> lexicon = build_lexicon([("ساعة", "UNIT", 1, "TH")])
    >>> [(item.role, item.key) for item in scan("ولساعة، 12%", Span(0, 11), lexicon)]
    [('AND', 'و'), ('L', 'ل'), ('UNIT', 'ساعه'), ('COMMA', '،'), ('DIGITS', '12'), ('PERCENT', '%')]
    """
    items: list[Item] = []
    for match in _TOKEN.finditer(text, span.start, span.end):
        kind, start, end, surface = match.lastgroup, match.start(), match.end(), match[0]
        if kind == "word":
            items += _read_word(surface, start, end, lexicon)
        elif kind == "digits":
            items.append(Item(start, end, "DIGITS", read_digits(surface), "digits", surface))
        else:
            role = _MARKS.get(surface, "MARK") if kind == "mark" else str(kind).upper()
            items.append(Item(start, end, role, 0, "", surface))
    return items


_FATHATAN: Final = "\N{ARABIC FATHATAN}"
_ARTICLES: Final = ("ال", "لل", "بال", "وال", "كال", "فال")


def _read_word(surface: str, start: int, end: int, lexicon: Lexicon) -> list[Item]:
    key = norm(surface)
    word = lexicon.get(key)
    if word is None or _are_dead(word, key, surface):
        return [Item(start, end, "THE_WORD" if key.startswith(_ARTICLES) else "WORD", 0, "", key)]
    items = []
    for clitic in word.clitics:
        cut = start + _measure_letter(surface)
        items.append(Item(start, cut, _CLITIC_ROLES[clitic], 0, clitic, clitic))
        surface, start = surface[cut - start :], cut
    label = "" if word.label == "one or two" and _FATHATAN in surface else word.label
    return [*items, Item(start, end, word.role, word.value, label, key[len(word.clitics) :])]


def _are_dead(word: Word, key: str, surface: str) -> bool:
    """Tell ميتين, the dead, from مئتين, which needs its hamza."""
    return word.role == "HUNDRED" and "مي" in key and "ئ" not in surface


def _measure_letter(surface: str) -> int:
    """Count the first letter with the vowel signs on it."""
    return next((n for n in range(1, len(surface)) if strip_marks(surface[n])), len(surface))


_DECIMAL_MARKS: Final = str.maketrans("،٫ر", ",..")
_BLANKS: Final = re.compile(r"[ \N{NO-BREAK SPACE}٬]")
_THOUSANDS_BY_COMMA: Final = re.compile(r"(?!0)\d{1,3}(,\d{3})+(\.\d+)?")
_THOUSANDS_BY_POINT: Final = re.compile(r"(?!0)\d{1,3}((\.\d{3}){2,}(,\d+)?|\.000)")  # 1.500 is a decimal as often


def read_digits(surface: str) -> float:
    """Read digits of any of the three kinds; a comma before exactly three digits separates thousands.

    Agencies write the decimal mark as ر too: 3ر6.

    >>> [read_digits(surface) for surface in ("1,500", "2,2", "١٬٥٠٠", "٢٫٥", "1.500.000", "1.5", "3ر6")]
    [1500.0, 2.2, 1500.0, 2.5, 1500000.0, 1.5, 3.6]
    >>> read_digits("120.000"), read_digits("120.5")
    (120000.0, 120.5)
    """
    compact = _BLANKS.sub("", surface).translate(_DECIMAL_MARKS)
    if _THOUSANDS_BY_COMMA.fullmatch(compact):
        compact = compact.replace(",", "")
    elif _THOUSANDS_BY_POINT.fullmatch(compact):
        compact = compact.replace(".", "")
    whole, _, rest = compact.replace(",", ".").partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")
