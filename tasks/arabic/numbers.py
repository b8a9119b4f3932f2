"""Numbers as newspapers write them, and the quantities among them.

Arabic numerals agree with what they count, so one number has many forms (ثلاث, ثلاثة), they join with
و (خمسة وعشرون ألفاً ومئتان), and digits mix with words (9 آلاف و340 مليون). A sentence is first read as
*items*: words with their conjunction and prepositions split off, digits, marks, each with the code of its
class. The codes of a sentence make a string, and the grammar is regular expressions over that string,
written with the names of the classes. `tasks.arabic.calendar` reads dates in the same way.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Span
from tasks.arabic.facts import Quantity
from tasks.arabic.letters import DIACRITICS, LETTERS, strip_marks
from tasks.arabic.normalize import norm

# --- words and their classes -------------------------------------------------------------------------

_CLASSES: Final = """
    AFTER AGE AND APPROX ARTICLE A_MONTH A_YEAR B BEFORE BETWEEN CE CENT CENTURY CLOCK CLOSE COMMA CURRENT DAILY
    DASH DAY DAYPART DECADE DEICTIC DIGITS DUE END ERA ERA_OF EVERY FEAST FIRST FRACTION FROM HALF HIJRI HOLY
    HUNDRED IN L LATIN MANNER MARK MEDIA MID MONTH NEXT NUMBER NUMERIC ODD ONES OPEN OPENER OR ORDINAL OVER PAIR
    PAPER PAST PERCENT PERIOD POSSESSED PRAYER QUARTER QUOTE RATE RECENT RECENTLY SAME SCALE SCALES SEASON SEVERAL
    SIZE SINCE SLASH START STOP TEN TENS THAT THE_DAY THE_HOUR THE_MONTH THE_PERIOD THE_TWO THE_UNIT THE_UNITS
    THE_WORD THE_YEAR THIS TITLE TO TODAY TONIGHT TWO_SCALES UNIT UNITS UNITS_TWO VAGUE WEEKDAY WORD YEAR
"""
CODES: Final = {name: chr(0x4E00 + n) for n, name in enumerate(_CLASSES.split())}  # letters that no pattern escapes


def grammar(pattern: str) -> re.Pattern[str]:
    """Compile a pattern written with names of classes: "NUMBER (?: PERCENT | [B IN] CENT )"."""
    coded = re.sub(r"[A-Z][A-Z_]*", lambda name: CODES.get(name[0], name[0]), pattern)
    return re.compile(re.sub(r"\s+", "", coded))


def keys(words: str) -> frozenset[str]:
    """Return the matching keys of words that stand in one text."""
    return frozenset(map(norm, words.split()))


class Word(NamedTuple):
    """What the lexicon knows of a form: class, number, name, and how many letters of clitics stand before it."""

    code: str
    value: float = 0.0
    label: str = ""
    clitics: str = ""


Lexicon = Mapping[str, Word]


class Item(NamedTuple):
    """A word, number or mark of a sentence with the code of its class.

    `label` holds the name of a unit, weekday or mark, or how a number is written: `digits`, `words`, `the words`
    (with the article) or `one`. `scale` is the last multiplier in a number: 1e6 in 2.5 مليون.
    """

    start: int
    end: int
    code: str
    value: float
    label: str
    key: str
    scale: float = 1.0


# و ف are one class, as both only join; nouns also take ب ل, but not ك, which would find مية in كمية.
# The article is part of the form.
_CONJUNCTIONS: Final = ("و", "ف")
TANWIN: Final = "\N{ARABIC FATHATAN}"
_PREPOSITIONS: Final = ("ب", "ل", "وب", "ول", "فب", "فل")
_CLITIC_CODES: Final = {"و": CODES["AND"], "ف": CODES["AND"], "ب": CODES["B"], "ل": CODES["L"]}
# Forms that begin like the article but are ألف, آلاف and their like.
_NO_ARTICLE: Final = keys("ألف ألفا آلاف ألفان ألفين ألفا ألفي ألوف")
# A clitic and a word that together are another, far commoner word.
_OTHER_WORDS: Final = keys("لست ولست فلست باب أب وأب لأب وأمس لامس ولامس باول")


def build_lexicon(
    words: Iterable[tuple[str, str, float, str]], *, prepositions: bool = True, names: frozenset[str] = frozenset()
) -> dict[str, Word]:
    """Map every form, with every clitic it may carry, to its class: rows of (forms, class, value, label).

    `names` are forms that take no preposition here. Longer reading never beats a form of its own: واحد is one,
    not و with أحد.

    >>> build_lexicon([("السنة", "THE_YEAR", 0, "Y")])["للسنه"].clitics
    'ل'
    """
    plain = {
        norm(form): Word(CODES[name], value, label) for forms, name, value, label in words for form in forms.split()
    }
    lexicon = dict(plain)
    for form, word in plain.items():
        takes = _CONJUNCTIONS + (_PREPOSITIONS if prepositions and form not in names else ())
        for clitics in takes:
            spelled = clitics + (form[1:] if clitics[-1] == "ل" and _has_article(form) else form)
            if spelled not in _OTHER_WORDS:
                lexicon.setdefault(spelled, word._replace(clitics=clitics))
    return lexicon


def _has_article(form: str) -> bool:
    return form.startswith("ال") and form not in _NO_ARTICLE


_TOKEN: Final = re.compile(
    rf"(?P<numeric>(?<!\d)(?:\d{{4}}([-/.])\d{{1,2}}\2\d{{1,2}}|\d{{1,2}}([-/.])\d{{1,2}}\3\d{{4}})(?!\d))"
    r"|(?P<clock>\d{1,2}:\d\d)|(?P<latin>\d{16,}|[^\W\d_\u0600-\u06ff\ufb50-\ufeff]+)"  # so long a number is a name
    r"|(?P<digits>\d{1,3}(?:[ \N{NO-BREAK SPACE}]\d{3})+(?!\d)|\d+(?:[.,٫٬،ر]\d+)*)"
    rf"|(?P<word>[{LETTERS}{DIACRITICS}]+)|(?P<mark>[^\s])"
)
_MARKS: Final = {
    "%": "PERCENT", "٪": "PERCENT", "-": "DASH", "–": "DASH", "—": "DASH", "/": "SLASH", "(": "OPEN", ")": "CLOSE",
    "[": "OPEN", "]": "CLOSE", "،": "COMMA", ",": "COMMA", "«": "QUOTE", "»": "QUOTE", '"': "QUOTE",
    ".": "STOP", "؟": "STOP", "!": "STOP",
}  # fmt: skip


def scan(text: str, span: Span, lexicon: Lexicon) -> list[Item]:
    """Read a stretch of clean text as items."""
    items: list[Item] = []
    for match in _TOKEN.finditer(text, span.start, span.end):
        kind, start, end, surface = match.lastgroup, match.start(), match.end(), match[0]
        if kind == "word":
            items += _read_word(surface, start, end, lexicon)
        elif kind == "digits":
            items.append(Item(start, end, CODES["DIGITS"], read_digits(surface), surface, surface))
        elif kind == "mark":
            items.append(Item(start, end, CODES[_MARKS.get(surface, "MARK")], 0, surface, surface))
        else:
            items.append(Item(start, end, CODES[str(kind).upper()], 0, surface, surface))
    return items


def _read_word(surface: str, start: int, end: int, lexicon: Lexicon) -> list[Item]:
    key = norm(surface)
    word = lexicon.get(key)  # مئتين needs its hamza, as ميتين are the dead
    if word is None or (word.code == CODES["HUNDRED"] and "مي" in key and "ئ" not in surface):
        code = CODES["THE_WORD" if key.startswith(("ال", "لل", "بال", "وال", "كال", "فال")) else "WORD"]
        return [Item(start, end, code, 0, "", key)]
    items = []
    for clitic in word.clitics:
        cut = start + _length_of_letter(surface)
        items.append(Item(start, cut, _CLITIC_CODES[clitic], 0, clitic, clitic))
        surface, start = surface[cut - start :], cut
    label = "" if word.label == "one or two" and TANWIN in surface else word.label
    return [*items, Item(start, end, word.code, word.value, label, key[len(word.clitics) :])]


def _length_of_letter(surface: str) -> int:
    """Count the first letter with the vowel signs on it."""
    return next((n for n in range(1, len(surface)) if strip_marks(surface[n])), len(surface))


def codes_of(items: Iterable[Item]) -> str:
    """Return the string that grammars match: one letter an item."""
    return "".join(item.code for item in items)


# --- reading numbers -----------------------------------------------------------------------------------

_ONES: Final = (
    ("واحد واحدة واحدا", 1), ("اثنان اثنين اثنتان اثنتين إثنان إثنين", 2), ("ثلاثة ثلاث", 3), ("أربعة أربع", 4),
    ("خمسة خمس", 5), ("ستة ست", 6), ("سبعة سبع", 7), ("ثمانية ثماني ثمان", 8), ("تسعة تسع", 9),
)  # fmt: skip
_TENS: Final = ("عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع")
_SCALES: Final = (  # singular, plural, dual: before the noun also without its nun
    ("ألف", "آلاف", "ألفان ألفين ألفي", 1e3),
    ("مليون", "ملايين", "مليونان مليونين مليوني", 1e6),
    ("مليار بليون", "مليارات بلايين", "ملياران مليارين ملياري بليونان بليونين", 1e9),
    ("تريليون ترليون", "تريليونات ترليونات", "تريليونان تريليونين تريليوني", 1e12),
)


def _list_hundreds() -> list[tuple[str, str, float, str]]:
    words: list[tuple[str, str, float, str]] = []
    for hundred in ("مئة", "مائة"):
        dual = hundred[:-1]
        words += [
            (hundred, "HUNDRED", 100, ""),
            (f"{dual}تان {dual}تين {dual}تا {dual}تي", "HUNDRED", 200, ""),
            (f"ال{hundred}", "CENT", 100, ""),
            *((unit + hundred, "HUNDRED", 100.0 * n, "") for n, unit in enumerate(_TENS[1:], 3)),
        ]
    return words


def _list_numerals() -> list[tuple[str, str, float, str]]:
    words: list[tuple[str, str, float, str]] = [
        *((forms, "ONES", value, "one" if value == 1 else "words") for forms, value in _ONES),
        ("أحد إحدى", "ODD", 1, ""), ("اثنا اثني اثنتا اثنتي إثنا إثني", "ODD", 2, ""), ("عشر عشرة", "TEN", 10, ""),
        *((f"{ten}ون {ten}ين", "TENS", 10.0 * n, "") for n, ten in enumerate(_TENS, 2)),
        ("نصف", "FRACTION", 0.5, ""), ("ربع", "FRACTION", 0.25, ""), ("ثلث", "FRACTION", 1 / 3, ""),
        *_list_hundreds(),
    ]  # fmt: skip
    for one, many, two, value in _SCALES:
        words += [(two, "TWO_SCALES", 2 * value, ""), (one, "SCALE", value, ""), (many, "SCALES", value, "")]
        words += [(" ".join(form + "ا" for form in one.split()), "SCALE", value, "one or two")]
        words += [("ال" + one.split()[0], "SCALE", value, "the"), (f"ال{many.split()[0]}", "SCALES", value, "the")]
    definite = [
        (" ".join("ال" + form for form in forms.split()), name, value, "the words")
        for forms, name, value, _ in words
        if name in {"ONES", "TEN", "TENS"} and value not in {1, 2}  # الاثنين is Monday, الواحد an adjective
    ]
    ordinals = [(forms, "ORDINAL", float(value), "") for forms, value in _ORDINALS]
    return [*words, *definite, *ordinals, ("عشرات العشرات مئات المئات مائات المائات", "VAGUE", 0, "")]


_ORDINALS: Final = (
    ("الأول الأولى الحادي الحادية غرة", 1), ("الثاني الثانية", 2), ("الثالث الثالثة", 3), ("الرابع الرابعة", 4),
    ("الخامس الخامسة", 5), ("السادس السادسة", 6), ("السابع السابعة", 7), ("الثامن الثامنة", 8), ("التاسع التاسعة", 9),
    ("العاشر العاشرة", 10),
)  # fmt: skip
_FUNCTION_WORDS: Final = (
    ("و", "AND", 0, ""), ("من", "FROM", 0, ""), ("إلى الى", "TO", 0, ""), ("أو", "OR", 0, ""), ("في", "IN", 0, ""),
    ("بين", "BETWEEN", 0, ""), ("ب", "B", 0, ""), ("ل", "L", 0, ""),
)  # fmt: skip
NUMERALS: Final = {
    **build_lexicon(_list_numerals()),
    **build_lexicon(_FUNCTION_WORDS, prepositions=False),
    **build_lexicon([("ال", "ARTICLE", 0, "")]),
}

_BELOW_100: Final = "(?: [ONES ODD] AND TENS | [ONES ODD] TEN | ONES | TEN | TENS )"
_BELOW_1000: Final = f"(?: ONES? HUNDRED (?: AND {_BELOW_100} )? | {_BELOW_100} )"
_GROUP: Final = f"(?: (?: {_BELOW_1000} | DIGITS ) [SCALE SCALES]+ | SCALE+ | TWO_SCALES SCALE? )"
_NUMBER: Final = grammar(f"""
    FRACTION SCALE
    | {_GROUP} (?: AND {_GROUP} )* (?: AND (?: {_BELOW_1000} | DIGITS ) (?! SCALES ) )? (?: AND FRACTION SCALE? )?
    | (?: {_BELOW_1000} | DIGITS ) (?: AND FRACTION SCALE? )?
    | VAGUE FROM? SCALES? | SCALES
""")


def merge_numbers(items: Sequence[Item]) -> list[Item]:
    """Make one item of each number: NUMBER, YEAR (four plain digits that may be one) or VAGUE (عشرات الآلاف)."""
    merged: list[Item] = []
    done = 0
    for match in _NUMBER.finditer(codes_of(items)):
        parts = items[match.start() : match.end()]
        if parts[-1].code == CODES["FROM"]:
            parts = parts[:-1]
        merged += [*items[done : match.start()], _merge(parts)]
        done = match.start() + len(parts)
    return [*merged, *items[done:]]


def _merge(parts: Sequence[Item]) -> Item:
    first, last = parts[0], parts[-1]
    key = " ".join(part.key for part in parts)
    if first.code in {CODES["VAGUE"], CODES["SCALES"]}:
        return Item(first.start, last.end, CODES["VAGUE"], 0, first.label, key)
    if first.code == CODES["DIGITS"]:
        is_year = len(parts) == 1 and len(first.label) == 4 and first.label.isdigit() and 1000 <= first.value < 2200
        code, label = CODES["YEAR" if is_year else "NUMBER"], "digits"
    else:
        code, label = CODES["NUMBER"], first.label if len(parts) == 1 or first.label == "the words" else "words"
    value, scale = evaluate(parts)
    return Item(first.start, last.end, code, value, label or "words", first.label if label == "digits" else key, scale)


def evaluate(parts: Sequence[Item]) -> tuple[float, float]:
    """Return the value of a number and its last multiplier.

    A multiplier larger than the one before takes all that stands before it: 9 آلاف و340 مليون is 9,340 million.
    """
    total, current, scale = 0.0, 0.0, 1.0
    for n, part in enumerate(parts):
        if part.label == "one or two" and not current:  # ألفا شخص are two thousand, خمسون ألفا fifty
            total, scale = total + 2 * part.value, part.value
        elif part.code in {CODES["SCALE"], CODES["SCALES"]}:
            total = _multiply(total, current, scale, part.value)
            current, scale = 0.0, part.value
        elif part.code == CODES["TWO_SCALES"]:
            total, scale = total + part.value, part.value / 2
        elif part.code == CODES["HUNDRED"] and current and part.value == 100:
            current *= 100
        elif part.code == CODES["FRACTION"] and n == len(parts) - 1 and not current:
            total += part.value * scale
        else:
            current += part.value
    return round(total + current, 6), scale


def _multiply(total: float, current: float, scale: float, by: float) -> float:
    if not current:
        return (total or 1.0) * by
    return (total + current) * by if total and by > scale else total + current * by


_DECIMAL_MARKS: Final = str.maketrans("،٫ر", ",..")


def read_digits(surface: str) -> float:
    """Read digits of any of the three kinds; a comma before exactly three digits separates thousands.

    Agencies write the decimal mark as ر too: 3ر6.

    >>> [read_digits(surface) for surface in ("1,500", "2,2", "١٬٥٠٠", "٢٫٥", "1.500.000", "1.5", "3ر6")]
    [1500.0, 2.2, 1500.0, 2.5, 1500000.0, 1.5, 3.6]
    >>> read_digits("120.000"), read_digits("120.5")
    (120000.0, 120.5)
    """
    compact = re.sub(r"[ \N{NO-BREAK SPACE}٬]", "", surface).translate(_DECIMAL_MARKS)
    if re.fullmatch(r"(?!0)\d{1,3}(,\d{3})+(\.\d+)?", compact):
        compact = compact.replace(",", "")
    elif re.fullmatch(r"(?!0)\d{1,3}((\.\d{3}){2,}(,\d+)?|\.000)", compact):
        compact = compact.replace(".", "").replace(",", ".")
    compact = compact.replace(",", ".")
    whole, _, rest = compact.partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")


def read_number(text: str) -> float | None:
    """Return the value of a text that is one number and nothing else, None for any other.

    >>> read_number("ثلاثة وعشرون ألفاً ومئتان"), read_number("مليون ونصف"), read_number("4.7 مليون")
    (23200.0, 1500000.0, 4700000.0)
    >>> read_number("أحد عشر"), read_number("سبعة وثمانية"), read_number("عشرات الآلاف")
    (11.0, None, None)
    """
    items = merge_numbers(scan(text, Span(0, len(text)), NUMERALS))
    return items[0].value if len(items) == 1 and items[0].code in _NUMBERS else None


# --- quantities ----------------------------------------------------------------------------------------

_NUMBERS: Final = frozenset((CODES["NUMBER"], CODES["YEAR"]))
_WORDS: Final = frozenset((CODES["WORD"], CODES["THE_WORD"]))
_PERCENT: Final = grammar("PERCENT | [B IN] CENT")
_GLOSS: Final = grammar("OPEN NUMBER CLOSE")
_RANGE: Final = grammar("(?: TO | DASH | OR | AND ) [NUMBER YEAR]")

# A number after one of these is a name or a place in an order (المادة 12), not a count.
_NUMBERED: Final = keys("""
    رقم مادة فصل بند فقرة قانون قرار مرسوم أمر ملحق باب صفحة مرتبة مركز ساعة دقيقة هاتف قناة محطة شارع غرفة خط مسار
    ذكرى دورة نسخة جلسة قرن جولة طبعة قمة حلقة لقب مئوية فرقة كتيبة لواء طابق رتبة فئة مجموعة طريق بوابة ملعب درجة
    فيديو طراز موديل كوفيد بوينغ بوينج إيرباص ايرباص إف أف ميغ سوخوي توبوليف أنتونوف أبولو فرانس إس آيفون فون ويندوز جي
    آلية مصنف موسم
""")
_PARTS: Final = keys("أرباع أثلاث أخماس أعشار أسداس")
_HOUR: Final = norm("ساعة")
# Idioms in which واحد says "same" or "single", not one of several.
_NOT_ONE: Final = keys("آن وقت صف يد كل مرة أي لا جانب شخص حد صوت طرف وطن شعب جسد")


class _Place(NamedTuple):
    """A number among the items of its sentence."""

    items: Sequence[Item]
    at: int

    @property
    def number(self) -> Item:
        return self.items[self.at]

    def item(self, step: int) -> Item | None:
        at = self.at + step
        return self.items[at] if 0 <= at < len(self.items) else None

    def code(self, step: int) -> str:
        item = self.item(step)
        return item.code if item else ""

    def key(self, step: int) -> str:
        item = self.item(step)
        return item.key if item else ""


def find_quantities(document: Document, dates: Sequence[Span], units: Mapping[str, str]) -> list[Quantity]:
    """Find the numbers that count or measure, outside of `dates`.

    `units` maps matching keys of nouns (دولار, "درجة مئوية") to units. A span holds the number with its multiplier
    and a percent sign or word, not the noun: that is `unit` or `object`. Left out: ordinals, scores, numbers of
    laws, lists and telephones, times of the day, names (مجموعة السبع, إف-15), duals without a number word.
    Known to be missed: fractions alone (ثلثا الأعضاء), and nouns in the dual (قتيلان).
    """
    found: list[Quantity] = []
    joined = frozenset(token.start for token in document.tokens if set(token.proclitics) - {"ال"})
    for sentence in document.sentences:
        items = merge_numbers(scan(document.text, Span(sentence.start, sentence.end), NUMERALS))
        for at, item in enumerate(items):
            if item.code not in _NUMBERS and item.code != CODES["VAGUE"]:
                continue
            place = _Place(items, at)
            if not any(item.start < span.end and span.start < item.end for span in dates) and _counts(place):
                found.append(_read_quantity(document.text, place, units, joined))
    return found


def _counts(place: _Place) -> bool:
    return not any(refuses(place) for refuses in _REFUSALS)


def _is_gloss(place: _Place) -> bool:
    """ستة (06): digits that repeat the number word before them."""
    before = place.item(-2)
    return (
        place.code(-1) == CODES["OPEN"]
        and place.code(1) == CODES["CLOSE"]
        and before is not None
        and before.code in _NUMBERS
        and before.value == place.number.value
    )


def _is_name(place: _Place) -> bool:
    """إف-15, المادة 12, كوفيد-19: the number is part of a name."""
    before, after = place.item(-1), place.item(1)
    touches_after = after is not None and after.start == place.number.end
    if before is None or (touches_after and place.code(1) == CODES["LATIN"]):
        return before is not None or touches_after
    touches_before = before.end == place.number.start
    if before.code == CODES["DASH"] and touches_before:
        return place.code(-2) in {*_WORDS, CODES["LATIN"]}
    if before.code in _WORDS and touches_before:
        return touches_after or place.code(1) != CODES["WORD"]
    return before.code == CODES["LATIN"] or _has_numbered_head(place)


def _has_numbered_head(place: _Place) -> bool:
    """المادة 12, القناة "218", الطريق الوطنية 5, الساعة 15 و30."""
    if place.number.label != "digits":
        return False
    if place.code(-1) == CODES["AND"] and place.code(-2) in _NUMBERS:
        return _strip_article(place.key(-3)) == _HOUR
    heads = [place.key(-1)]
    if place.code(-1) == CODES["QUOTE"] or (place.code(-1) == CODES["THE_WORD"] and place.code(1) != CODES["WORD"]):
        heads.append(place.key(-2))
    return any(_strip_article(head) in _NUMBERED for head in heads)


def _strip_article(key: str) -> str:
    return re.sub(r"^[وفبك]?(?:ال|لل)", "", key)


def _is_score(place: _Place) -> bool:
    """2-1, 3/4: digits on both sides of a dash or stroke, and no noun that is counted."""
    joins = {CODES["DASH"], CODES["SLASH"]}
    if place.number.label != "digits":
        return False
    if place.code(-1) in joins and place.code(-2) in _NUMBERS:
        is_counted = place.code(1) in {CODES["WORD"], CODES["PERCENT"], CODES["B"], CODES["IN"]}
        is_other = place.key(1) in _NOT_NOUNS or place.key(1).startswith("و")
        return not is_counted or is_other or place.code(-1) == CODES["SLASH"]
    return place.code(1) in joins and place.code(2) in _NUMBERS and _is_score(_Place(place.items, place.at + 2))


def _is_list_mark(place: _Place) -> bool:
    """1. or 2) at the beginning of a sentence, 3- before a word anywhere."""
    after, then = place.item(1), place.item(2)
    if place.number.label != "digits" or after is None:
        return False
    if after.code == CODES["DASH"] and after.start == place.number.end:
        return then is None or ((then.start > after.end or then.code == CODES["CLOSE"]) and then.code not in _NUMBERS)
    return place.at == 0 and after.code in {CODES["DASH"], CODES["STOP"], CODES["CLOSE"], CODES["SLASH"]}


def _is_telephone(place: _Place) -> bool:
    key = place.number.key
    return key.isdigit() and len(key) >= 7 and (key.startswith("0") or place.key(-1) == "+")


def _is_ordinal(place: _Place) -> bool:
    """الذكرى ال80, القرن ال21 (but not الدول ال28); the ten of السابعة عشرة, the tens of الثاني والعشرين."""
    if place.code(-1) == CODES["ORDINAL"]:
        return place.number.value == 10
    if place.code(-1) == CODES["AND"] and place.code(-2) == CODES["ORDINAL"]:
        return place.number.label == "the words"
    return place.code(-1) == CODES["ARTICLE"] and _strip_article(place.key(-2)) in _NUMBERED | _SINGULARS


_SINGULARS: Final = keys("يوم أسبوع شهر عام سنة ليلة عيد رئيس مباراة هدف بطولة مؤتمر اجتماع مرة دفعة منتدى مهرجان")


def _is_group(place: _Place) -> bool:
    """مجموعة السبع: a definite number counts only after a definite noun (الأحزاب الخمسة), or before من."""
    if place.number.label != "the words":
        return False
    return place.code(-1) != CODES["THE_WORD"] or _strip_article(place.key(-1)) in _NUMBERED


def _is_idiom(place: _Place) -> bool:
    """في آن واحد, كل واحد, واحد من, ثلاثة أرباع: no count. دولة واحدة and ارتفع بواحد are."""
    if place.key(1) in _PARTS:
        return True
    if place.number.label != "one":
        return False
    if place.code(-1) == CODES["B"]:
        return False
    return (
        place.code(-1) != CODES["WORD"]
        or bool({place.key(-1), place.key(-1).removeprefix("و")} & _NOT_ONE)
        or place.code(1) == CODES["FROM"]
    )


def _is_year(place: _Place) -> bool:
    """A bare 2017 counts only before a noun without article: 2017 شخصا."""
    if place.number.code != CODES["YEAR"] or place.number.value < 1900:
        return False
    return place.code(1) != CODES["WORD"] or place.code(-1) == CODES["DASH"]


def _is_age(place: _Place) -> bool:
    """أعمارهم بين 16 و18: an age without its unit."""
    step = -1
    if place.code(-1) == CODES["AND"] and place.code(-2) in _NUMBERS and place.code(-3) == CODES["BETWEEN"]:
        step = -3
    while place.code(step) == CODES["BETWEEN"] or place.key(step) in _ABOUT:
        step -= 1
    return bool(_AGE.fullmatch(place.key(step)))


_AGE: Final = re.compile(r"(?:[وبل]?ال|[وبل])?(?:عمر|سن|اعمار)(?:ه|ها|هم|هما|هن|نا)?")
_ABOUT: Final = keys("عن نحو حوالي ما على تتراوح يتراوح تراوحت")


_REFUSALS: Final = (
    _is_gloss, _is_name, _is_score, _is_list_mark, _is_telephone, _is_ordinal, _is_group, _is_idiom, _is_year, _is_age
)  # fmt: skip


def _read_quantity(text: str, place: _Place, units: Mapping[str, str], joined: frozenset[int]) -> Quantity:
    value = None if place.number.code == CODES["VAGUE"] else place.number.value * _shared_scale(place)
    span, after = _measure_span(place)
    if _is_percent(place, after):
        return Quantity(span, value, "percent")
    if place.code(-1) == CODES["MARK"] and (unit := units.get(place.key(-1))):  # $500
        return Quantity(span, value, unit)
    words = _list_words_after(place, after, joined)
    if unit := _look_up_unit(words, units):
        return Quantity(span, value, unit + _read_speed(place, after))
    nouns = _find_attributed(place) or words[: _length_of_noun(words, is_partitive=_is_partitive(place, after))]
    return Quantity(span, value, None, text[nouns[0].start : nouns[-1].end] if nouns else None)


def _measure_span(place: _Place) -> tuple[Span, int]:
    """Return the span with percent sign or digits in brackets (ستة (06)), and the index of a noun after it."""
    codes, start, end, after = codes_of(place.items), place.number.start, place.number.end, place.at + 1
    if (gloss := _GLOSS.match(codes, after)) and place.items[after + 1].value == place.number.value:
        end, after = place.items[gloss.end() - 1].end, gloss.end()
    if percent := _PERCENT.match(codes, after):
        return Span(start, place.items[percent.end() - 1].end), after
    if _has_sign_before(place):
        start = place.items[place.at - 1].start
    elif place.code(-1) == CODES["OPEN"] and place.code(1) == CODES["CLOSE"]:  # (40) كيلوغراما
        after += 1
    elif _begins_range(place):
        after += 2
    return Span(start, end), after


def _is_percent(place: _Place, after: int) -> bool:
    return _has_sign_before(place) or _PERCENT.match(codes_of(place.items), after) is not None


def _has_sign_before(place: _Place) -> bool:
    """%12, but not the sign of another number: 5% 12."""
    return place.code(-1) == CODES["PERCENT"] and place.code(-2) not in _NUMBERS


def _is_partitive(place: _Place, after: int) -> bool:
    return place.items[after : after + 1] != [] and place.items[after].code == CODES["FROM"]


def _find_attributed(place: _Place) -> list[Item]:
    """دولة واحدة, الأندية الخمسة, الدول ال28: the noun stands before its number."""
    before = place.item(-2 if place.code(-1) == CODES["ARTICLE"] else -1)
    is_attribute = place.number.label in {"one", "the words"} or place.code(-1) == CODES["ARTICLE"]
    return [before] if is_attribute and before is not None and before.code in _WORDS else []


def _shared_scale(place: _Place) -> float:
    """In بين 40 و60 مليار and من 5 إلى 7 ملايين the multiplier serves both numbers."""
    number, other = place.number, place.item(2)
    if other is None or number.scale != 1 or not _begins_range(place):
        return 1.0
    return other.scale if number.value < other.value / other.scale else 1.0


def _begins_range(place: _Place) -> bool:
    """5 إلى 7, 5-7; و joins only after بين."""
    if not _RANGE.match(codes_of(place.items), place.at + 1):
        return False
    return place.code(1) != CODES["AND"] or place.code(-1) == CODES["BETWEEN"]


def _read_speed(place: _Place, at: int) -> str:
    """60 كيلومتراً في الساعة."""
    for item, then in pairwise(place.items[at + 1 : at + 4]):
        if item.code == CODES["IN"] and then.key in _PER_CLOCK:
            return _PER_CLOCK[then.key]
    return ""


# Words that follow a number without being counted.
_NOT_NOUNS: Final = keys("""
    حتى على تحت دون بعد قبل عن مع ضد منذ خلال عند لدى مقابل أن إن أنه ممن بحسب وفق فقط قد لم لن كان كانت قال التي الذي
    الذين بينهم بينها منهم منها تقريبا أيضا لصالح حول نحو ثم كما لكن حيث إذا ما هو هي لا كل
    ضمن رغم عبر أمام أثناء
""")


def _list_words_after(place: _Place, at: int, joined: frozenset[int]) -> list[Item]:
    """List up to three words after a number (and من), to the first mark, function word or word with a clitic."""
    words: list[Item] = []
    for item in place.items[at + _is_partitive(place, at) :][:3]:
        is_sign = item.code == CODES["MARK"] and not words
        if (item.code not in _WORDS and not is_sign) or item.key in _NOT_NOUNS:
            break
        if item.start in joined and not item.key.startswith("لل"):
            break
        words.append(item)
    return words


def _look_up_unit(words: Sequence[Item], units: Mapping[str, str]) -> str | None:
    keys = [_strip_article(word.key) for word in words]
    for length in (2, 1):
        if len(keys) >= length and (unit := units.get(" ".join(keys[:length]))):
            return unit + _read_rate(words[length : length + 1], units)
    return None


_PER: Final = {norm(word): f"/{unit}" for word, unit in (("يوميا", "day"), ("شهريا", "month"), ("سنويا", "year"))}


def _read_rate(words: Sequence[Item], units: Mapping[str, str]) -> str:
    """للبرميل after a price and يومياً after a volume make it one a unit."""
    if not words:
        return ""
    key = words[0].key
    if key in _PER:
        return _PER[key]
    per = units.get(key[2:]) if key.startswith("لل") else None
    return f"/{per}" if per else ""


_PER_CLOCK: Final = {norm("الساعة"): "/hour", norm("الثانية"): "/second"}
_ADJECTIVE: Final = re.compile(r"(?:ي|يا|يه|يين|يون|يات)$")


def _length_of_noun(words: Sequence[Item], *, is_partitive: bool) -> int:
    """One word; two for a noun with its adjective (سفينة حربية), or with its genitive after من (من أفراد الطاقم)."""
    if not words or words[0].code == CODES["MARK"]:
        return 0
    if len(words) < 2 or words[0].code != CODES["WORD"]:
        return 1
    follows = words[1].code == CODES["THE_WORD"] if is_partitive else bool(_ADJECTIVE.search(words[1].key))
    return 2 if follows else 1
