"""The words of dates: units of time, weekdays, months, the words before and after them, each in its role."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tasks.arabic.document import Span
from tasks.arabic.items import Item, Lexicon, Row, Word, build_lexicon, keys, scan
from tasks.arabic.numerals import NUMERALS, merge_numbers, with_article

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
# Units that grammars ask for by name; the others are UNIT and THE_UNIT. اليوم is "today" before all.
_INDEFINITE: Final = {"D": "DAY", "M": "A_MONTH", "Y": "A_YEAR"}
_DEFINITE: Final = {"D": "TODAY", "M": "THE_MONTH", "Y": "THE_YEAR", "TH": "THE_HOUR", "C": "CENTURY"}

_DECADES: Final = (
    ("عشرين", 20), ("ثلاثين", 30), ("أربعين", 40), ("خمسين", 50), ("ستين", 60), ("سبعين", 70),
    ("ثمانين", 80), ("تسعين", 90),
)  # fmt: skip
_SEASONS: Final = (("صيف", "SU"), ("شتاء", "WI"), ("ربيع", "SP"), ("خريف", "FA"))
_ADVERBS: Final = (("يوميا", "D"), ("أسبوعيا", "W"), ("شهريا", "M"), ("سنويا", "Y"))
_STEPS: Final = (  # days, or units, from now
    ("أمس الأمس", "DEICTIC", -1), ("غدا غد الغد", "DEICTIC", 1),
    ("الماضي الماضية الماضيين الماضيتين المنصرم المنصرمة الفائت الفائتة المنقضي المنقضية الفارط الفارطة", "PAST", -1),
    ("المقبل المقبلة المقبلين المقبلتين القادم القادمة القادمين الآتي الآتية", "NEXT", 1),
)  # fmt: skip
_PLAIN: Final = {
    "DAYPART": "صباح مساء ظهر عصر فجر ليل ليلة ضحى عشية مغرب صبيحة أمسية صباحا ليلا فجرا",
    "TONIGHT": "الليلة",
    "FIRST": "أول",
    "CURRENT": "الجاري الجارية الحالي الحالية",
    "RECENT": "الأخير الأخيرة الأخيرين الأخيرتين",
    "START": "مطلع بداية أوائل مستهل بدايات فاتح بدء",
    "MID": "منتصف أواسط",
    "END": "نهاية أواخر ختام موفى متم",
    "APPROX": "نحو حوالي قرابة زهاء",
    "PERIOD": "فترة وقت زمن وقتا زمنا",
    "THE_PERIOD": "الفترة الآونة المرحلة الأثناء",
    "SIZE": "طويل طويلة طويلا طوال وجيز وجيزة وجيزا قصير قصيرة قصيرا قليلة معدودة عديدة كثيرة قلائل"
    " القليلة القلائل المعدودة",
    "SEVERAL": "عدة بضع بضعة",
    "ERA_OF": "حقبة",
    "RECENTLY": "مؤخرا أخيرا",
    "LITTLE": "قليل",
    "ERA": "هجري هجرية للهجرة ه الهجري الهجرية",
    "CE": "م ميلادي ميلادية الميلادي الميلادية للميلاد",
    "FEAST": "رأس",
    "MANNER": "شكل",
    # Neighbours that make a word of time something else: صحيفة اليوم, خطبة الجمعة, الجمعة السوداء, الأمين العام.
    "MEDIA": "قناة القناة صحيفة الصحيفة موقع وكالة شبكة جريدة تلفزيون فضائية",
    "PAPER": "المصري روسيا سوريا فلسطين ليبيا لبنان العراق الأردن اليمن السودان القدس العرب",
    "PRAYER": "صلاة خطبة جامع",
    "HOLY": "السوداء الأسود العظيمة البيضاء الحزينة",
    "SAME": "نفسه ذاته نفسها ذاتها التالي التالية الواحد العالمي الوطني الدولي السابق السابقة المفتوح الموالي",
    "TITLE": "الأمين أمين المدير مدير القائد النائب نائب المدعي المفتش المراقب القنصل المقرر الكاتب السكرتير الرأي رأي"
    " القطاع النظام الإضراب المؤتمر الاتحاد المستشفى الطريق الصالح الضابط الوضع الأمن",
    "RATE": "برميل برميلا متر مترا قدم قدما مكعب مكعبا مكعبة لتر لترا طن طنا أطنان ميغاواط",
    "AGE": "عمره عمرها عمرهم العمر",
}
_FUNCTION_WORDS: Final = {
    "THIS": "هذا هذه",
    "THAT": "ذلك تلك ذات",
    "BEFORE": "قبل",
    "SINCE": "منذ مذ",
    "AFTER": "بعد",
    "OVER": "خلال طيلة غضون مدى مرور مدار لمدة مدة بحلول حتى دام دامت استمر استمرت",
    "EVERY": "كل",
    "IN": "أثناء",
}

# Names of months that are other, commoner words: with a day or year, or after شهر; no preposition is read off them.
NOT_ONLY_MONTHS: Final = keys("مارس آب ماي أوت صفر رجب شعبان رمضان محرم شوال تموز أيار")


class Calendar(NamedTuple):
    """The words of dates, and the names of months that are two words."""

    lexicon: Lexicon
    pairs: Mapping[tuple[str, str], Word]


def build_calendar(months: Mapping[str, int], hijri_months: Mapping[str, int]) -> Calendar:
    """Build the calendar from the matching keys of months: {"يونيو": 6, "تشرين الاول": 10, …}.

    >>> calendar = build_calendar({"ايلول": 9, "كانون الثاني": 1}, {"رجب": 7})
    >>> [item.key for item in read_times("مطلع كانون الثاني", Span(0, 17), calendar)]
    ['مطلع', 'كانون الثاني']
    """
    names: list[Row] = []
    pairs: dict[tuple[str, str], Word] = {}
    for numbers, role in ((months, "MONTH"), (hijri_months, "HIJRI")):
        for key, number in numbers.items():
            first, _, rest = key.partition(" ")
            if rest:
                pairs[first, rest] = Word(role, number)
            else:
                names.append((key, role, number, ""))
    lexicon = {
        **NUMERALS,
        **build_lexicon((first, "OPENER", 0, "") for first, _ in pairs),
        **build_lexicon(names, names=NOT_ONLY_MONTHS),
        **build_lexicon(_list_words()),
        **build_lexicon(_list_plain(_FUNCTION_WORDS), prepositions=False),
    }
    return Calendar(lexicon, pairs)


def _list_words() -> Iterator[Row]:
    yield from ((forms, "WEEKDAY", 0, label) for forms, label in _WEEKDAYS)
    for unit in _UNITS:
        yield from _list_unit(*unit)
    for stem, value in _DECADES:
        forms = f"{stem}يات {stem}ات"
        yield (f"{forms} {with_article(forms)}", "DECADE", value, "")
    yield from ((forms, "DAILY", 1, label) for forms, label in _ADVERBS)
    yield from ((forms, "SEASON", 0, label) for forms, label in _SEASONS)
    yield from ((forms, role, value, "") for forms, role, value in _STEPS)
    yield from (("الربع", "QUARTER", 0, "Q"), ("النصف", "HALF", 0, "H"))
    yield from _list_plain(_PLAIN)


def _list_unit(letter: str, one: str, two: str, pair: str, many: str, possessed: str) -> Iterator[Row]:
    yield (one, _INDEFINITE.get(letter, "UNIT"), 1, letter)
    yield (two, "UNITS_TWO", 2, letter)
    yield (pair, "PAIR", 2, letter)
    yield (many, "UNITS", 0, letter)
    yield (possessed, "POSSESSED", 1, letter)
    yield (_define(one), _DEFINITE.get(letter, "THE_UNIT"), 1, letter)
    yield (_define(two), "THE_TWO", 2, letter)
    yield (_define(many), "THE_UNITS", 0, letter)


def _define(forms: str) -> str:
    """Put the article before forms, save accusatives: those are indefinite."""
    return with_article(" ".join(form for form in forms.split() if not form.endswith("ا")))


def _list_plain(words: Mapping[str, str]) -> Iterator[Row]:
    yield from ((forms, role, 0, "") for role, forms in words.items())


def read_times(text: str, span: Span, calendar: Calendar) -> list[Item]:
    """Read a sentence as items, with a number or the two words of تشرين الأول or ربيع الأول as one item."""
    items: list[Item] = []
    for item in scan(text, span, calendar.lexicon):
        word = calendar.pairs.get((items[-1].key, item.key)) if items else None
        if word is None:
            items.append(item)
        else:
            first = items.pop()
            items.append(Item(first.start, item.end, word.role, word.value, "", f"{first.key} {item.key}"))
    return merge_numbers(items)
