"""Numbers as newspapers write them: words, digits, and both in one.

Arabic numerals agree with what they count, so that one number has many forms (ثلاث, ثلاثة); they join with
و (خمسة وعشرون ألفاً ومئتان); digits mix with words (9 آلاف و340 مليون). `merge_numbers` makes one item of each
number, with its value.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tasks.arabic.document import Span
from tasks.arabic.items import Item, Row, build_lexicon, codes_of, grammar, scan

# --- words ---------------------------------------------------------------------------------------------

_ONES: Final = (
    ("واحد واحدة واحدا", 1), ("اثنان اثنين اثنتان اثنتين إثنان إثنين", 2), ("ثلاثة ثلاث", 3), ("أربعة أربع", 4),
    ("خمسة خمس", 5), ("ستة ست", 6), ("سبعة سبع", 7), ("ثمانية ثماني ثمان", 8), ("تسعة تسع", 9),
)  # fmt: skip
_STEMS: Final = ((3, "ثلاث"), (4, "أربع"), (5, "خمس"), (6, "ست"), (7, "سبع"), (8, "ثمان"), (9, "تسع"))
_SCALES: Final = (  # singular, plural, dual: before the noun also without its nun
    ("ألف", "آلاف", "ألفان ألفين ألفي", 1e3),
    ("مليون", "ملايين", "مليونان مليونين مليوني", 1e6),
    ("مليار بليون", "مليارات بلايين", "ملياران مليارين ملياري بليونان بليونين", 1e9),
    ("تريليون ترليون", "تريليونات ترليونات", "تريليونان تريليونين تريليوني", 1e12),
)
_ORDINALS: Final = (
    ("الأول الأولى الحادي الحادية غرة", 1), ("الثاني الثانية", 2), ("الثالث الثالثة", 3), ("الرابع الرابعة", 4),
    ("الخامس الخامسة", 5), ("السادس السادسة", 6), ("السابع السابعة", 7), ("الثامن الثامنة", 8), ("التاسع التاسعة", 9),
    ("العاشر العاشرة", 10),
)  # fmt: skip
_FUNCTION_WORDS: Final = (
    ("و", "AND", 0, ""), ("من", "FROM", 0, ""), ("إلى", "TO", 0, ""), ("أو", "OR", 0, ""), ("في", "IN", 0, ""),
    ("بين", "BETWEEN", 0, ""), ("ب", "B", 0, ""), ("ل", "L", 0, ""),
)  # fmt: skip


def _list_numerals() -> Iterator[Row]:
    small = list(_list_small())
    yield from small
    yield from (
        (with_article(forms), role, value, "the words")
        for forms, role, value, _ in small
        if value > 2  # الاثنين is Monday, الواحد an adjective
    )
    yield from (("أحد إحدى", "ODD", 1, ""), ("اثنا اثني اثنتا اثنتي إثنا إثني", "ODD", 2, ""))
    yield from (("نصف", "FRACTION", 1 / 2, ""), ("ربع", "FRACTION", 1 / 4, ""), ("ثلث", "FRACTION", 1 / 3, ""))
    yield from _list_hundreds()
    yield from _list_scales()
    yield from ((forms, "ORDINAL", value, "") for forms, value in _ORDINALS)
    yield ("عشرات العشرات مئات المئات مائات المائات", "VAGUE", 0, "")


def _list_small() -> Iterator[Row]:
    yield from ((forms, "ONES", value, "one" if value == 1 else "words") for forms, value in _ONES)
    yield ("عشر عشرة", "TEN", 10, "")
    yield from ((f"{stem}ون {stem}ين", "TENS", 10 * n, "") for n, stem in ((2, "عشر"), *_STEMS))


def _list_hundreds() -> Iterator[Row]:
    for hundred, dual in (("مئة", "مئت"), ("مائة", "مائت")):
        yield (hundred, "HUNDRED", 100, "")
        yield (f"{dual}ان {dual}ين {dual}ا {dual}ي", "HUNDRED", 200, "")
        yield (with_article(hundred), "CENT", 100, "")  # بالمئة
        yield from ((stem + hundred, "HUNDRED", 100 * n, "") for n, stem in _STEMS)


def _list_scales() -> Iterator[Row]:
    for one, many, two, value in _SCALES:
        yield (two, "TWO_SCALES", 2 * value, "")
        yield (f"{one} {with_article(one.split()[0])}", "SCALE", value, "")
        yield (f"{many} {with_article(many.split()[0])}", "SCALES", value, "")
        yield (" ".join(form + "ا" for form in one.split()), "SCALE", value, "one or two")


def with_article(forms: str) -> str:
    """Put the article before every form of a text.

    >>> with_article("شهر شهور")
    'الشهر الشهور'
    """
    return " ".join("ال" + form for form in forms.split())


NUMERALS: Final = {
    **build_lexicon(_list_numerals()),
    **build_lexicon(_FUNCTION_WORDS, prepositions=False),
    **build_lexicon([("ال", "ARTICLE", 0, "")]),  # ال80, بال80
}

# --- numbers -------------------------------------------------------------------------------------------

NUMBERS: Final = frozenset(("NUMBER", "YEAR"))
_BELOW_100: Final = "(?: [ONES ODD] AND TENS | [ONES ODD] TEN | ONES | TEN | TENS )"
_BELOW_1000: Final = f"(?: ONES? HUNDRED (?: AND {_BELOW_100} )? | {_BELOW_100} )"
_GROUP: Final = f"(?: (?: {_BELOW_1000} | DIGITS ) [SCALE SCALES]+ | SCALE+ | TWO_SCALES SCALE? )"
_NUMBER: Final = grammar(f"""
    FRACTION SCALE
    | {_GROUP} (?: AND {_GROUP} )* (?: AND (?: {_BELOW_1000} | DIGITS ) )? (?: AND FRACTION SCALE? )?
    | (?: {_BELOW_1000} | DIGITS ) (?: AND FRACTION SCALE? )?
    | VAGUE (?: FROM? SCALES )? | SCALES
""")


def merge_numbers(items: Sequence[Item]) -> list[Item]:
    """Make one item of each number: NUMBER, YEAR (four plain digits that may be one) or VAGUE (عشرات الآلاف)."""
    merged: list[Item] = []
    done = 0
    for match in _NUMBER.finditer(codes_of(items)):
        merged += [*items[done : match.start()], _merge(items[match.start() : match.end()])]
        done = match.end()
    return [*merged, *items[done:]]


def _merge(parts: Sequence[Item]) -> Item:
    first, last = parts[0], parts[-1]
    key = first.key if first.role == "DIGITS" else " ".join(part.key for part in parts)
    if first.role in {"VAGUE", "SCALES"}:
        return Item(first.start, last.end, "VAGUE", 0, "", key)
    value, scale = _evaluate(parts)
    return Item(first.start, last.end, "YEAR" if _may_be_year(parts) else "NUMBER", value, _label(parts), key, scale)


def _may_be_year(parts: Sequence[Item]) -> bool:
    first = parts[0]
    return first.role == "DIGITS" and len(parts) == 1 and len(first.key) == 4 and 1000 <= first.value < 2200


def _label(parts: Sequence[Item]) -> str:
    """Say how a number is written: as its first part, but only واحد alone is "one"."""
    label = parts[0].label
    return label if label in {"digits", "the words"} or (label == "one" and len(parts) == 1) else "words"


def _evaluate(parts: Sequence[Item]) -> tuple[float, float]:
    """Return the value of a number and its last multiplier.

    A multiplier larger than the one before takes all that stands before it: 9 آلاف و340 مليون is 9,340 million.
    """
    total, current, scale = 0.0, 0.0, 1.0
    for n, part in enumerate(parts):
        if part.label == "one or two" and not current:  # ألفا شخص are two thousand, خمسون ألفا fifty
            total, scale = total + 2 * part.value, part.value
        elif part.role in {"SCALE", "SCALES"}:
            total, current, scale = _multiply(total, current, scale, part.value), 0.0, part.value
        elif part.role == "TWO_SCALES":
            total, scale = total + part.value, part.value / 2
        elif part.role == "HUNDRED" and current and part.value == 100:  # ثلاث مئة, in two words
            current *= 100
        elif part.role == "FRACTION" and n == len(parts) - 1 and not current:  # مليون ونصف
            total += part.value * scale
        else:
            current += part.value
    return round(total + current, 6), scale  # thirds have no end


def _multiply(total: float, current: float, scale: float, by: float) -> float:
    if not current:
        return (total or 1.0) * by
    return (total + current) * by if total and by > scale else total + current * by


def read_numbers(text: str, span: Span) -> list[Item]:
    """Read a stretch of clean text as items, with every number one of them.

    >>> [item.value for item in read_numbers("عاد 12 ألفاً و300 نازح", Span(0, 22)) if item.role in NUMBERS]
    [12300.0]
    """
    return merge_numbers(scan(text, span, NUMERALS))


def read_number(text: str) -> float | None:
    """Return the value of a text that is one number and nothing else, None for any other.

    >>> read_number("ثلاثة وعشرون ألفاً ومئتان"), read_number("مليون ونصف"), read_number("4.7 مليون")
    (23200.0, 1500000.0, 4700000.0)
    >>> read_number("أحد عشر"), read_number("سبعة وثمانية"), read_number("عشرات الآلاف")
    (11.0, None, None)
    """
    items = read_numbers(text, Span(0, len(text)))
    return items[0].value if len(items) == 1 and items[0].role in NUMBERS else None


# --- places ----------------------------------------------------------------------------------------

_NOTHING: Final = Item(-1, -1, "", 0, "", "")


class Place(NamedTuple):
    """A number among the items of its sentence; beyond the ends of the sentence lies an item without a role."""

    items: Sequence[Item]
    codes: str
    at: int

    @property
    def number(self) -> Item:
        """The number itself."""
        return self.items[self.at]

    def item(self, step: int) -> Item:
        """Return the item so many steps away: -1 is the one before."""
        at = self.at + step
        return self.items[at] if 0 <= at < len(self.items) else _NOTHING

    def role(self, step: int) -> str:
        """Return the role of a neighbour."""
        return self.item(step).role

    def key(self, step: int) -> str:
        """Return the matching key of a neighbour."""
        return self.item(step).key


def find_places(text: str, span: Span) -> Iterator[Place]:
    """Yield the places of the numbers of a sentence, vague ones too.

    >>> [(place.number.value, place.key(1)) for place in find_places("قدم تسعة نواب 20 تعديلاً", Span(0, 24))]
    [(9.0, 'نواب'), (20.0, 'تعديلا')]
    """
    items = read_numbers(text, span)
    codes = codes_of(items)
    for at, item in enumerate(items):
        if item.role in NUMBERS or item.role == "VAGUE":
            yield Place(items, codes, at)
