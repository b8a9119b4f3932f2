"""Numbers that count nothing: parts of names, places in an order, scores, list marks, telephones, years, ages.

Each rule tells one kind of them by its neighbours.

>>> from tasks.arabic.document import Span
>>> from tasks.arabic.numerals import find_places
>>> def counted(text):
...     return [place.number.key for place in find_places(text, Span(0, len(text))) if not is_uncounted(place)]
>>> counted("تعادلا 1-1 في الإياب"), counted("تنص المادة 9 على 30 يوماً"), counted("صاروخ فولكان-6 وكوفيد-19")
([], ['30'], [])
"""

import re
from typing import Final

from tasks.arabic.items import keys
from tasks.arabic.normalize import norm
from tasks.arabic.numerals import NUMBERS, Place

WORDS: Final = frozenset(("WORD", "THE_WORD"))

# A number after one of these is a name or a place in an order (المادة 12), not a count.
_NUMBERED: Final = keys("""
    رقم مادة فصل بند فقرة قانون قرار مرسوم أمر ملحق باب صفحة مرتبة مركز ساعة دقيقة هاتف قناة محطة شارع غرفة خط مسار
    ذكرى دورة نسخة جلسة قرن جولة طبعة قمة حلقة لقب مئوية فرقة كتيبة لواء طابق رتبة فئة مجموعة طريق بوابة ملعب درجة
    فيديو طراز موديل كوفيد بوينغ بوينج إيرباص إف أف ميغ سوخوي توبوليف أنتونوف أبولو فرانس إس آيفون فون ويندوز جي
    آلية مصنف موسم
""")
# What has an anniversary or a number in a row: الدورة ال12, المؤتمر ال5.
_SINGULARS: Final = keys("يوم أسبوع شهر عام سنة ليلة عيد رئيس مباراة هدف بطولة مؤتمر اجتماع مرة دفعة منتدى مهرجان")
_HOUR: Final = norm("ساعة")
_PARTS: Final = keys("أرباع أثلاث أخماس أعشار أسداس")
# Idioms in which واحد says "same" or "single", not one of several.
_NOT_ONE: Final = keys("آن وقت صف يد كل مرة أي لا جانب شخص حد صوت طرف وطن شعب جسد")
_AGE: Final = re.compile(r"(?:[وبل]?ال|[وبل])?(?:عمر|سن|اعمار)(?:ه|ها|هم|هما|هن|نا)?")
_ABOUT: Final = keys("عن نحو حوالي ما على تتراوح يتراوح تراوحت")
# Words that follow a number without being counted.
NOT_NOUNS: Final = keys("""
    حتى على تحت دون بعد قبل عن مع ضد منذ خلال عند لدى مقابل أن إن أنه ممن بحسب وفق فقط قد لم لن كان كانت قال التي الذي
    الذين بينهم بينها منهم منها تقريبا أيضا لصالح حول نحو ثم كما لكن حيث إذا ما هو هي لا كل
    ضمن رغم عبر أمام أثناء
""")


def is_uncounted(place: Place) -> bool:
    """Tell whether one of the rules refuses the number."""
    return any(refuses(place) for refuses in _REFUSALS)


def strip_article(key: str) -> str:
    """Return a matching key without its article and one clitic before it.

    >>> strip_article("والقناه"), strip_article("للدرجه"), strip_article("قناه")
    ('قناه', 'درجه', 'قناه')
    """
    return re.sub(r"^[وفبك]?(?:ال|لل)", "", key)


def _is_gloss(place: Place) -> bool:
    """ستة (06): digits that repeat the number word before them."""
    before = place.item(-2)
    in_brackets = place.role(-1) == "OPEN" and place.role(1) == "CLOSE"
    return in_brackets and before.role in NUMBERS and before.value == place.number.value


def _is_name(place: Place) -> bool:
    """إف-15, كوفيد-19, F16, 3G: the number is part of a name."""
    before, after = place.item(-1), place.item(1)
    touches_after = after.start == place.number.end
    if place.at == 0 or (touches_after and after.role == "LATIN"):
        return touches_after and after.role != "PERCENT"
    touches_before = before.end == place.number.start
    if before.role == "DASH" and touches_before:
        return place.role(-2) in {*WORDS, "LATIN"}
    if before.role in WORDS and touches_before:
        return touches_after or after.role != "WORD"
    return before.role == "LATIN" or _has_numbered_head(place)


def _has_numbered_head(place: Place) -> bool:
    """المادة 12, القناة "218", الطريق الوطنية 5, الساعة 15 و30."""
    if place.number.label != "digits":
        return False
    if place.role(-1) == "AND" and place.role(-2) in NUMBERS:
        return strip_article(place.key(-3)) == _HOUR
    heads = [place.key(-1)]
    if place.role(-1) == "QUOTE" or (place.role(-1) == "THE_WORD" and place.role(1) != "WORD"):
        heads.append(place.key(-2))
    return any(strip_article(head) in _NUMBERED for head in heads)


def _is_score(place: Place) -> bool:
    """2-1, 3/4: digits on both sides of a dash or stroke, and no noun that is counted."""
    if place.number.label != "digits":
        return False
    if place.role(-1) in {"DASH", "SLASH"} and place.role(-2) in NUMBERS:
        is_counted = place.role(1) in {"WORD", "PERCENT"} or place.role(2) == "CENT"
        is_other = place.key(1) in NOT_NOUNS or place.key(1).startswith("و")
        return not is_counted or is_other or place.role(-1) == "SLASH"
    begins = place.role(1) in {"DASH", "SLASH"} and place.role(2) in NUMBERS
    return begins and _is_score(place._replace(at=place.at + 2))


def _is_list_mark(place: Place) -> bool:
    """1. or 2) at the beginning of a sentence, 3- before a word anywhere."""
    after, then = place.item(1), place.item(2)
    if place.number.label != "digits":
        return False
    if after.role == "DASH" and after.start == place.number.end:
        return then.role not in NUMBERS and (then.start != after.end or then.role == "CLOSE")
    return place.at == 0 and after.role in {"DASH", "STOP", "CLOSE", "SLASH"}


def _is_telephone(place: Place) -> bool:
    key = place.number.key
    return key.isdigit() and len(key) >= 7 and (key.startswith("0") or place.key(-1) == "+")


def _is_ordinal(place: Place) -> bool:
    """الذكرى ال80, القرن ال21 (but not الدول ال28); the ten of السابعة عشرة, the tens of الثاني والعشرين."""
    if place.role(-1) == "ORDINAL":
        return place.number.value == 10
    if place.role(-1) == "AND" and place.role(-2) == "ORDINAL":
        return place.number.label == "the words"
    return place.role(-1) == "ARTICLE" and strip_article(place.key(-2)) in _NUMBERED | _SINGULARS


def _is_group(place: Place) -> bool:
    """مجموعة السبع: a definite number counts only after a definite noun (الأحزاب الخمسة)."""
    if place.number.label != "the words":
        return False
    return place.role(-1) != "THE_WORD" or strip_article(place.key(-1)) in _NUMBERED


def _is_idiom(place: Place) -> bool:
    """في آن واحد, كل واحد, واحد من, ثلاثة أرباع: no count. دولة واحدة and ارتفع بواحد are."""
    if place.key(1) in _PARTS:
        return True
    if place.number.label != "one" or place.role(-1) == "B":
        return False
    is_fixed = place.key(-1) in _NOT_ONE or place.key(-1).removeprefix("و") in _NOT_ONE
    return place.role(-1) != "WORD" or is_fixed or place.role(1) == "FROM"


def _is_year(place: Place) -> bool:
    """A bare 2017 counts only before a noun without article: 2017 شخصا."""
    if place.number.role != "YEAR" or place.number.value < 1900:
        return False
    return place.role(1) != "WORD" or place.role(-1) == "DASH"


def _is_age(place: Place) -> bool:
    """أعمارهم بين 16 و18: an age without its unit."""
    step = -1
    if place.role(-1) == "AND" and place.role(-2) in NUMBERS and place.role(-3) == "BETWEEN":
        step = -3
    while place.role(step) == "BETWEEN" or place.key(step) in _ABOUT:
        step -= 1
    return bool(_AGE.fullmatch(place.key(step)))


_REFUSALS: Final = (
    _is_gloss, _is_name, _is_score, _is_list_mark, _is_telephone, _is_ordinal, _is_group, _is_idiom, _is_year, _is_age
)  # fmt: skip
