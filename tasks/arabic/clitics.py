"""Clitics: conjunctions, prepositions, the article and pronouns that are written onto a word.

Every way to cut a word is weighed by what a word list says: how often the stem is written, alone and
with the article, and which clitics it would take. The uncut word is one of the ways, so that بيونغ
and بوتين stay in one piece, while بدعم and والحكومة come apart. The weights are fitted to a treebank.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import log
from types import MappingProxyType
from typing import Final, NamedTuple
from unicodedata import combining

from tasks.arabic.clitic_weights import WEIGHTS
from tasks.arabic.letters import TATWEEL, strip_marks
from tasks.arabic.normalize import norm

ARTICLE: Final = "ال"
Cut = tuple[tuple[str, ...], tuple[str, ...]]  # proclitics and enclitics

PRONOUNS: Final = ("هما", "ها", "هم", "هن", "كما", "كم", "نا", "ني", "ه")
UNKNOWN: Final = 0.3  # count of a word that the list lacks
RARE: Final = 50  # a word seen less often is a doubtful one

# A preposition with a pronoun is too short to be weighed by counts. Of the whole words each has another reading
# that counts prefer (وافق is not و with أفق).
CLOSED: Final[Mapping[str, Cut]] = MappingProxyType(
    {
        f"{preposition}{pronoun}": ((), (pronoun,))
        for preposition in ("ب", "ل", "في", "من", "عن", "لدي", "وحد", "كل", "لكن")
        for pronoun in ("ها", "هم", "هن", "هما", "ه", "نا", "ك")
    }
    | {"لكنني": ((), ("ني",)), "فلم": (("ف",), ())}
    | dict.fromkeys(
        """هم هما هن كم كما كان كانت كذلك ليت لدي واحد واحدا واحده وحيد وحده وافق وافقت وجد وجدت وجدوا وجه وجهت وجهه وصل
        وصلت وصلوا وعد وعدت ورد وردت بعيد بعيدا بعيده بطاقه بطاقات بالغ بالغه بالغين فعلي فعليه فعاليه فعاليات فحسب
        كلا كبيرا اوجه نواجه تواجه يواجه توجه توجيه
        ساهم تساهم يساهم اتهم يتهم تتهم يحاكم تحاكم لازم لاجي بارز بارزه""".split(),
        ((), ()),
    )
)

# Function words take و and ف freely, and these take ب and ل as well; their counts say little.
_AFTER_CONJUNCTION: Final = frozenset(
    """قد في هو هي هم هما مع ما من لم لن ان كل لا كان كانت هذا هذه ذلك تلك هناك عن علي الي لو اذا ليس ليست بعد قبل
    منذ كما لكن عند حتي بين انه انها انهم فيه فيها منها منه عليه عليها اليه اليها له لها لهم به بها غير هنا بذلك
    لذلك كذلك بما بان لان""".split()
)
_AFTER_PREPOSITION: Final = frozenset("سبب شكل ان انه انها انهم كل ما لا ذلك هذا هذه سبب شان غير".split())

# Begin with alef-lam that is no article: relatives, God's name, verbs of the form iftaʿala on a
# root in lam with their verbal nouns, and loan names that newspapers write without a hamza.
_NO_ARTICLE: Final = frozenset(
    """الله اللهم الذي التي الذين اللذان اللذين اللتان اللتين اللواتي اللائي اللاتي الي الا اليه اليها اليهم اليهما
    الينا اليك اليكم الو اله الهه الهي الف الفا الفان الفين الغام الحان القاب الواح الوان
    التقي التقت التقوا التقيا التقينا التقاء التحق التحقت التحقوا التحاق التزم التزمت التزموا التزام التزامات
    التمس التمست التماس التهم التهمت التهام التفت التفتت التفتوا التفات التف التفوا التفاف التقط التقطت التقطوا
    التقاط التهب التهبت التهاب التهابات التبس التباس التصق التصقت التصاق
    الزم الزمت الزام القي القت القوا القاء الهم الهمت الهام الحقت الحاق المح المحت الماح الغي الغت الغاء
    المانيا الماني المانيه المان البانيا الباني البانيه المبياد الاسكا""".split()
)


class Split(NamedTuple):
    """A word cut into clitics and stem; the parts joined give the word, but for the alef that لل hides."""

    proclitics: tuple[str, ...]
    stem: str
    enclitics: tuple[str, ...]
    stem_start: int
    stem_end: int
    name_start: int


# With a bare alef begin words with the article, verbs of the forms VII, VIII and X, and a few nouns.
_BARE_ALEF: Final = ("است", "ان", "ال", "ابن", "اسم", "امر", "اث")
INFLECTIONS: Final = ("ت", "ا", "وا", "ون", "ين", "ات", "ان", "ه", "يه")


def split(word: str, words: Mapping[str, int] = MappingProxyType({})) -> Split:
    """Cut the clitics off a word.

    `words` maps matching keys of written words to their counts; without it only articles and closed
    classes are cut. Positions count code points of `word`, diacritics included.

    >>> words = {"دعم": 900, "الدعم": 700, "بوتين": 400, "الحكومه": 4000, "بلاد": 900, "البلاد": 700}
    >>> split("والحكومة", words).proclitics, split("بدعم", words).stem, split("بوتين", words).stem
    (('و', 'ال'), 'دعم', 'بوتين')
    >>> split("للحكومة", words)[:3], split("بلاده", words)[:3]
    ((('ل', 'ال'), 'حكومة', ()), ((), 'بلاد', ('ه',)))
    """
    return _split(word, _Words.of(words))


_in_use: Final = dict(WEIGHTS)


class _Words:
    """A word list with an identity, so that cuts can be cached by it."""

    _known: tuple[Mapping[str, int], "_Words"] | None = None

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> "_Words":
        if cls._known is None or cls._known[0] is not counts:
            cls._known = (counts, cls(counts))
        return cls._known[1]


@lru_cache(maxsize=1 << 16)
def _split(word: str, words: _Words) -> Split:
    return place(word, *_cut(strip_marks(word), "\N{ARABIC FATHATAN}" in word, words.counts))


def _cut(plain: str, is_accusative: bool, words: Mapping[str, int]) -> Cut:
    """Return the clitics of the best cut of a word without its marks."""
    closed = CLOSED.get(norm(plain))
    if closed is not None and not (closed[1] and plain.endswith("ة")):  # فئة is not فيه
        return closed
    best: Cut = ((), ())
    best_score = float("-inf")
    for way in find_ways(plain, words, is_accusative=is_accusative):
        score = sum(_in_use.get(name, 0.0) * value for name, value in weigh(way, plain, words))
        if score > best_score:
            best, best_score = (way.proclitics, way.enclitics), score
    return best


class Way(NamedTuple):
    """A way to cut a word. `stem` is the matching key that is looked up; `is_closed` that function words meet in it."""

    proclitics: tuple[str, ...]
    enclitics: tuple[str, ...]
    stem: str
    is_closed: bool = False


def use_weights(weights: Mapping[str, float]) -> None:
    """Cut by these weights from now on, in this process: training goes on with those that it fitted."""
    _in_use.clear()
    _in_use.update(weights)
    _split.cache_clear()


def find_ways(plain: str, counts: Mapping[str, int], *, is_accusative: bool = False) -> Iterator[Way]:
    """Yield every way to cut a word without marks, the uncut word first.

    What ends in ة or ى, or in the n of the accusative, has no pronoun.

    >>> [way[:2] for way in find_ways("وبها", {})]
    [((), ()), ((), ('ها',)), (('و',), ())]
    """
    key = norm(plain)
    no_pronoun = is_accusative or plain.endswith(("ة", "ى"))
    for proclitics, rest, is_closed in _strip_proclitics(key):
        yield Way(proclitics, (), rest, is_closed)
        if no_pronoun or proclitics[-1:] == (ARTICLE,):
            continue
        for pronoun in PRONOUNS:
            stem = rest.removesuffix(pronoun)
            if stem != rest and len(stem) > 1:
                yield Way(proclitics, (pronoun,), max(_spell_alone(stem), key=lambda way: counts.get(way, 0)))


def _strip_proclitics(key: str) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    for conjunction in ("", "و", "ف"):
        if not key.startswith(conjunction):
            continue
        tail = key[len(conjunction) :]
        for particle in ("", "ب", "ل", "ك", "س"):
            if tail.startswith(particle):
                yield from _strip_article(tuple(filter(None, (conjunction, particle))), particle, tail[len(particle) :])


def _strip_article(before: tuple[str, ...], particle: str, rest: str) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    if particle == "ل" and rest.startswith("ل") and len(rest) > 2:
        yield (*before, ARTICLE), rest[1:], False
        yield before, rest, False  # للبنان
    elif particle != "س" and rest.startswith(ARTICLE) and len(rest) > 3 and rest not in _NO_ARTICLE:
        yield (*before, ARTICLE), rest[2:], False
    elif not before:
        yield (), rest, False
    elif rest in (_AFTER_PREPOSITION if particle else _AFTER_CONJUNCTION):
        yield before, rest, True
    elif len(rest) > 2 and (particle != "س" or rest[0] in "يتنا"):
        yield before, rest, False


def _spell_alone(stem: str) -> Iterator[str]:
    """Yield how a stem before a pronoun may be written alone: ولايتـ ولاية، أعضائـ أعضاء، مستواـ مستوى."""
    yield stem
    if stem.endswith("ت"):
        yield stem[:-1] + "ه"
    elif stem.endswith(("اي", "او")):
        yield stem[:-1] + "ء"
    elif stem.endswith("ا"):
        yield stem[:-1] + "ي"


def weigh(way: Way, plain: str, counts: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    """Yield what speaks for and against a way to cut a word, by the names that `WEIGHTS` has, each with a value."""
    has_article = ARTICLE in way.proclitics
    clitics = way.proclitics[:-1] if has_article else way.proclitics
    kind = "article" if has_article else "cut" if clitics or way.enclitics else "whole"
    written = ARTICLE + way.stem if has_article else way.stem
    count = counts.get(written, 0)
    yield f"count, {kind}", log(count or UNKNOWN)
    yield f"inflected, {kind}", _count_inflected(written, counts)
    if count < RARE:
        yield f"{'rare' if count else 'unknown'}, {kind}", 1
    if len(way.stem) < 4:
        yield f"{max(len(way.stem), 2)} letters, {kind}", 1
    if clitics:
        yield from ((f"{clitic}, {kind}", 1) for clitic in {*clitics, " ".join(clitics)})
        yield from _weigh_stem(way, plain, clitics[-1], has_article, counts)
    for pronoun in way.enclitics:
        yield f"{pronoun}{' with proclitics' * bool(clitics)}", 1
        yield "pronoun, articled", _count_articled(way.stem, counts)
    if kind == "whole":
        yield "whole, articled", _count_articled(way.stem, counts)
    if way.is_closed:
        yield "closed", 1


def _weigh_stem(
    way: Way, plain: str, clitic: str, has_article: bool, counts: Mapping[str, int]
) -> Iterator[tuple[str, float]]:
    """Yield what the stem says of the proclitic before it."""
    if has_article:
        return
    if not way.enclitics:
        yield f"{clitic}, articled", _count_articled(way.stem, counts)
        if clitic != "س" and way.stem[0] in "يتن":
            yield f"{clitic}, present", 1
    if norm(plain) not in counts:
        yield f"{clitic}, whole unknown", 1
    if clitic == "س":
        yield "س, letters", min(len(way.stem), 8) - 3
    stem = plain[sum(map(len, way.proclitics)) :]
    if stem.startswith("ا") and not stem.startswith(_BARE_ALEF) and "ت" not in stem[1:3]:
        yield "bare alef", 1


def _count_articled(stem: str, counts: Mapping[str, int]) -> float:
    """Return the logarithm of how often a stem is written with the article, with or without the accusative's alef."""
    count = counts.get(ARTICLE + stem, 0)
    if stem.endswith("ا") and len(stem) > 3:
        count = max(count, counts.get(ARTICLE + stem[:-1], 0))
    return log(1 + count)


def _count_inflected(key: str, counts: Mapping[str, int]) -> float:
    """Return the logarithm of how often a word is written without its ending."""
    bases = (key[: -len(ending)] for ending in INFLECTIONS if key.endswith(ending) and len(key) - len(ending) > 2)
    return log(1 + max((counts.get(base, 0) for base in bases), default=0))


@lru_cache(maxsize=1 << 17)
def place(word: str, proclitics: tuple[str, ...], enclitics: tuple[str, ...]) -> Split:
    """Find the cut in the written word, whose diacritics and tatweel belong to the letter before them."""
    if not proclitics and not enclitics:
        return Split((), word, (), 0, len(word), 0)
    letters = [i for i, char in enumerate(word) if not combining(char) and char != TATWEEL]
    hidden = proclitics[-2:] == ("ل", ARTICLE)
    front = sum(map(len, proclitics)) - hidden
    before_name = sum(len(p) for p in proclitics if p != ARTICLE)
    back = len(letters) - sum(map(len, enclitics))
    start = letters[front] if front < len(letters) else len(word)
    end = letters[back] if back < len(letters) else len(word)
    name_start = letters[before_name] if before_name < len(letters) else len(word)
    return Split(proclitics, word[start:end], enclitics, start, end, name_start)


def list_askers(key: str) -> Iterator[str]:
    """Yield the stems, as they are written, for which the count of a matching key is asked.

    >>> "ولايت" in set(list_askers("ولايه")), "كبيرا" in set(list_askers("الكبير"))
    (True, True)
    """
    for base in {key, key.removeprefix(ARTICLE)}:
        alone = {base, *(base + ending for ending in INFLECTIONS)}
        yield from alone
        yield from (one[:-1] + "ت" for one in alone if one.endswith("ه"))
        yield from (one[:-1] + end for one in alone if one.endswith("ء") for end in "يو")
        yield from (one[:-1] + "ا" for one in alone if one.endswith("ي"))
