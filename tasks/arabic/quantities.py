"""Quantities: the numbers of a text that count or measure, with their unit or with what they count."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from tasks.arabic.document import Document, Span
from tasks.arabic.facts import Quantity
from tasks.arabic.items import Item, grammar
from tasks.arabic.normalize import norm
from tasks.arabic.numerals import NUMBERS, Place, find_places
from tasks.arabic.uncounted import NOT_NOUNS, WORDS, is_uncounted, strip_article

Units = Mapping[str, str]


def find_quantities(document: Document, dates: Sequence[Span], units: Units) -> list[Quantity]:
    """Find the numbers that count or measure, outside of `dates`.

    `units` maps matching keys of nouns (دولار, "درجة مئوية") to units. A span holds the number with its multiplier
    and a percent sign or word, not the noun: that is `unit` or `object`. Left out: what `tasks.arabic.uncounted`
    refuses, and duals without a number word. Known to be missed: fractions alone (ثلثا الأعضاء), and nouns in the
    dual (قتيلان).

    >>> from tasks.arabic.reading import read
    >>> text = "باعت الشركة 7 ملايين برميل بعد أن سرحت ثلث عمالها و40 مهندساً"
    >>> [(found.value, found.unit, found.object) for found in find_quantities(read(text), [], {"برميل": "barrel"})]
    [(7000000.0, 'barrel', None), (40.0, None, 'مهندساً')]
    """
    joined = frozenset(token.start for token in document.tokens if set(token.proclitics) - {"ال"})
    return [
        _read_quantity(document.text, place, units, joined)
        for sentence in document.sentences
        for place in find_places(document.text, Span(sentence.start, sentence.end))
        if not _is_part(place.number, dates) and not is_uncounted(place)
    ]


def _is_part(number: Item, dates: Iterable[Span]) -> bool:
    span = Span(number.start, number.end)
    return any(span.overlaps(one) for one in dates)


def _read_quantity(text: str, place: Place, units: Units, joined: frozenset[int]) -> Quantity:
    value = None if place.number.role == "VAGUE" else place.number.value * _share_scale(place)
    span, after = _measure_span(place)
    if _is_percent(place, after):
        return Quantity(span, value, "percent")
    if place.role(-1) == "MARK" and (unit := units.get(place.key(-1))):  # $500
        return Quantity(span, value, unit)
    words = list(_list_words(place, after, joined))
    if unit := _look_up_unit(words, units):
        return Quantity(span, value, unit + _read_speed(place, after))
    noun = _find_attributed(place) or _take_noun(words, is_partitive=_is_partitive(place, after))
    return Quantity(span, value, None, text[noun[0].start : noun[-1].end] if noun else None)


# --- the number ----------------------------------------------------------------------------------------

_PERCENT: Final = grammar("PERCENT | [B IN] CENT")
_GLOSS: Final = grammar("OPEN NUMBER CLOSE")
_RANGE: Final = grammar("[TO DASH OR AND] [NUMBER YEAR]")


def _measure_span(place: Place) -> tuple[Span, int]:
    """Return the span with percent sign or digits in brackets (ستة (06)), and the index of a noun after it."""
    items, start, end, after = place.items, place.number.start, place.number.end, place.at + 1
    if _GLOSS.match(place.codes, after) and items[after + 1].value == place.number.value:
        end, after = items[after + 2].end, after + 3
    if percent := _PERCENT.match(place.codes, after):
        return Span(start, items[percent.end() - 1].end), after
    if _has_sign_before(place):
        start = place.item(-1).start
    elif place.role(-1) == "OPEN" and place.role(1) == "CLOSE":  # (40) كيلوغراما
        after += 1
    elif _begins_range(place):
        after += 2
    return Span(start, end), after


def _is_percent(place: Place, after: int) -> bool:
    return _has_sign_before(place) or _PERCENT.match(place.codes, after) is not None


def _has_sign_before(place: Place) -> bool:
    """%12, but not the sign of another number: 5% 12."""
    return place.role(-1) == "PERCENT" and place.role(-2) not in NUMBERS


def _share_scale(place: Place) -> float:
    """In بين 40 و60 مليار and من 5 إلى 7 ملايين the multiplier serves both numbers."""
    number, other = place.number, place.item(2)
    if number.scale != 1 or not _begins_range(place):
        return 1.0
    return other.scale if number.value < other.value / other.scale else 1.0


def _begins_range(place: Place) -> bool:
    """5 إلى 7, 5-7; و joins only after بين."""
    is_range = _RANGE.match(place.codes, place.at + 1) is not None
    return is_range and (place.role(1) != "AND" or place.role(-1) == "BETWEEN")


# --- the unit ------------------------------------------------------------------------------------------

_PER: Final = {norm(word): f"/{unit}" for word, unit in (("يوميا", "day"), ("شهريا", "month"), ("سنويا", "year"))}
_PER_CLOCK: Final = {norm("الساعة"): "/hour", norm("الثانية"): "/second"}


def _look_up_unit(words: Sequence[Item], units: Units) -> str | None:
    """Look up two words before one: درجة مئوية."""
    keys = [strip_article(word.key) for word in words]
    for length in (2, 1):
        if len(keys) >= length and (unit := units.get(" ".join(keys[:length]))):
            return unit + _read_rate(words[length : length + 1], units)
    return None


def _read_rate(words: Sequence[Item], units: Units) -> str:
    """للبرميل after a price and يومياً after a volume make it one a unit."""
    key = words[0].key if words else ""
    per = units.get(key.removeprefix("لل")) if key.startswith("لل") else None
    return _PER.get(key) or (f"/{per}" if per else "")


def _read_speed(place: Place, at: int) -> str:
    """60 كيلومتراً في الساعة."""
    rates = (_PER_CLOCK.get(then.key, "") for item, then in pairwise(place.items[at + 1 : at + 4]) if item.role == "IN")
    return next(filter(None, rates), "")


# --- the noun ------------------------------------------------------------------------------------------

_ADJECTIVE: Final = re.compile(r"(?:ي|يا|يه|يين|يون|يات)$")
_MOST_WORDS: Final = 3  # a unit of two words and its rate


def _is_partitive(place: Place, after: int) -> bool:
    """ثلاثة من أفراد الطاقم."""
    return any(item.role == "FROM" for item in place.items[after : after + 1])


def _find_attributed(place: Place) -> list[Item]:
    """دولة واحدة, الأندية الخمسة, الدول ال28: the noun stands before its number."""
    has_article = place.role(-1) == "ARTICLE"
    before = place.item(-2 if has_article else -1)
    is_attribute = has_article or place.number.label in {"one", "the words"}
    return [before] if is_attribute and before.role in WORDS else []


def _list_words(place: Place, after: int, joined: frozenset[int]) -> Iterator[Item]:
    """List the words after a number (and من), to the first mark (but €), function word or word with a clitic."""
    first = after + _is_partitive(place, after)
    for n, item in enumerate(place.items[first : first + _MOST_WORDS]):
        is_word = item.role in WORDS or (item.role == "MARK" and n == 0)
        has_clitic = item.start in joined and not item.key.startswith("لل")
        if not is_word or has_clitic or item.key in NOT_NOUNS:
            return
        yield item


def _take_noun(words: Sequence[Item], *, is_partitive: bool) -> Sequence[Item]:
    """One word; two for a noun with its adjective (سفينة حربية), or with its genitive after من (من أفراد الطاقم)."""
    if not words or words[0].role == "MARK":
        return ()
    if len(words) < 2 or words[0].role != "WORD":
        return words[:1]
    follows = words[1].role == "THE_WORD" if is_partitive else _ADJECTIVE.search(words[1].key)
    return words[:2] if follows else words[:1]
