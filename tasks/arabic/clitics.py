"""Clitics: conjunctions, prepositions, the article and pronouns that are written onto a word.

The splitter weighs every way to cut a word by the counts of a word list: the word as it stands
against clitic + stem. A cut has to beat the whole word, so that بيونغ and بوتين stay in one piece,
while بدعم and والحكومة come apart.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import log
from types import MappingProxyType
from typing import Final, NamedTuple
from unicodedata import combining

from tasks.arabic.letters import TATWEEL, strip_marks
from tasks.arabic.normalize import norm

ARTICLE: Final = "ال"
Cut = tuple[tuple[str, ...], tuple[str, ...]]  # proclitics and enclitics

# Added to the logarithm of the stem's count. Chosen on sentences 1-800 of UD_Arabic-PUD in steps of
# 0.5; benchmarks/segmentation.py prints the accuracy on the rest.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"و": 2.0, "ف": -4.0, "ب": 1.5, "ل": 1.5, "ك": -3.5, "س": -1.0}
)  # fmt: skip
ARTICLE_WEIGHT: Final = 5.0  # the article after a preposition confirms it
PRONOUN_WEIGHT: Final = 2.0
PRONOUNS: Final = ("هما", "ها", "هم", "هن", "كما", "كم", "نا", "ني", "ه")
UNKNOWN: Final = 0.3  # count of a word that the list lacks
RARE: Final = 50  # a stem seen less often is a doubtful one
RARE_PENALTY: Final = 1.6

# A preposition with a pronoun: too short to be weighed by counts.
_CLOSED: Final[Mapping[str, Cut]] = MappingProxyType(
    {
        f"{preposition}{pronoun}": ((), (pronoun,))
        for preposition in ("ب", "ل", "في", "من", "عن")
        for pronoun in ("ها", "هم", "هن", "هما", "ه", "نا", "ك")
    }
    | dict.fromkeys(("هم", "هما", "هن", "كم", "كما", "كان", "كانت", "كذلك", "ليت", "واحد", "واحده"), ((), ()))
)

# Function words take و and ف freely, and these take ب and ل as well; their counts say little.
_AFTER_CONJUNCTION: Final = frozenset(
    """قد في هو هي هم مع ما من لم لن ان كل لا كان كانت هذا هذه ذلك تلك هناك عن علي الي لو اذا ليس ليست بعد قبل
    منذ كما لكن عند حتي بين انه انها انهم فيه فيها منها منه عليه عليها اليه اليها له لها لهم به بها غير هنا بذلك
    لذلك كذلك بما بان لان""".split()
)
_AFTER_PREPOSITION: Final = frozenset("سبب شكل ان انه انها انهم كل ما لا ذلك هذا هذه سبب شان غير".split())
_FUNCTION_WEIGHT: Final = 2.0

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


def split(word: str, words: Mapping[str, int] = MappingProxyType({})) -> Split:
    """Cut the clitics off a word.

    `words` maps matching keys of written words to their counts; without it only articles and closed
    classes are cut. Positions count code points of `word`, diacritics included.

    >>> words = {"دعم": 900, "بدعم": 300, "بوتين": 400, "الحكومه": 4000, "والحكومه": 300, "بلاد": 900, "بلاده": 700}
    >>> split("والحكومة", words).proclitics, split("بدعم", words).stem, split("بوتين", words).stem
    (('و', 'ال'), 'دعم', 'بوتين')
    >>> split("للحكومة", words)[:3], split("بلاده", words)[:3]
    ((('ل', 'ال'), 'حكومة', ()), ((), 'بلاد', ('ه',)))
    """
    return place(word, *_cut(norm(word), strip_marks(word).endswith(("ة", "ى")), _Words.of(words)))


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

    def weigh(self, stem: str, *, cut: bool) -> float:
        count = self.counts.get(stem, 0) or UNKNOWN
        return log(count) - (RARE_PENALTY if cut and count < RARE else 0.0)


@lru_cache(maxsize=1 << 17)
def _cut(key: str, no_pronoun: bool, words: _Words) -> Cut:
    """Return the clitics of the best cut of a matching key."""
    if (closed := _CLOSED.get(key)) is not None:
        return closed
    best: Cut = ((), ())
    best_score = float("-inf")
    for proclitics, rest, weight in _strip_proclitics(key):
        has_article = proclitics[-1:] == (ARTICLE,)
        written = ARTICLE + rest if has_article else rest
        for enclitics, stem, extra in _strip_pronoun(written, whole=no_pronoun or has_article):
            score = words.weigh(stem, cut=bool(proclitics or enclitics)) + weight + extra
            if score > best_score:
                best, best_score = (proclitics, enclitics), score
    return best


def _strip_proclitics(key: str) -> Iterator[tuple[tuple[str, ...], str, float]]:
    """Yield every split of a key into (proclitics, rest, weight), the uncut word first."""
    for conjunction in ("", "و", "ف"):
        if not key.startswith(conjunction):
            continue
        tail, weight = key[len(conjunction) :], WEIGHTS.get(conjunction, 0.0)
        for particle in ("", "ب", "ل", "ك", "س"):
            if not tail.startswith(particle):
                continue
            rest, total = tail[len(particle) :], weight + WEIGHTS.get(particle, 0.0)
            before = tuple(c for c in (conjunction, particle) if c)
            yield from _strip_article(before, particle, rest, total)


def _strip_article(
    before: tuple[str, ...], particle: str, rest: str, weight: float
) -> Iterator[tuple[tuple[str, ...], str, float]]:
    if particle == "ل" and rest.startswith("ل") and len(rest) > 2:
        yield (*before, ARTICLE), rest[1:], weight + ARTICLE_WEIGHT
    elif particle != "س" and rest.startswith(ARTICLE) and len(rest) > 3 and rest not in _NO_ARTICLE:
        yield (*before, ARTICLE), rest[2:], weight + (ARTICLE_WEIGHT if particle else 0.0)
    elif not before:
        yield (), rest, weight
    elif rest in (_AFTER_PREPOSITION if particle else _AFTER_CONJUNCTION):
        yield before, rest, weight + _FUNCTION_WEIGHT
    elif len(rest) > 2 and (particle != "س" or rest[0] in "يتنا"):
        yield before, rest, weight


def _strip_pronoun(rest: str, *, whole: bool) -> Iterator[tuple[tuple[str, ...], str, float]]:
    yield (), rest, 0.0
    if whole:
        return
    for pronoun in PRONOUNS:
        stem = rest.removesuffix(pronoun)
        if stem == rest or len(stem) < 2:
            continue
        yield (pronoun,), stem, PRONOUN_WEIGHT
        if stem.endswith("ت"):
            yield (pronoun,), stem[:-1] + "ه", PRONOUN_WEIGHT


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
