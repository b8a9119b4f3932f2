"""Dictionary forms: الصواريخ is listed under صاروخ, وسيطلقونها under أطلق, المتحدة under متحد.

What no rule can take apart is looked up (broken plurals, function words, words that only look
inflected); verbs are known by their stems; what is left loses the endings of number, gender and case
where the list of written words knows what remains. A word has one lemma wherever it stands: its own
clitics are looked at, its neighbours are not.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from tasks.arabic.conjugation import Verbs, say_she
from tasks.arabic.letters import is_arabic, strip_marks
from tasks.arabic.normalize import norm

_ARTICLE: Final = "ال"
_WE: Final = "نا"
_TANWIN: Final = "\N{ARABIC FATHATAN}"
_WITH_HAMZA: Final = "أإآؤئ"
_BEARERS: Final = _WITH_HAMZA + "وي"

# Function words whose dictionary form is another, and those that could be taken for a form of another word.
_FUNCTION_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        norm(form): lemma
        for lemma, forms in (
            ("هو", "هو هي هم هما هن أنا نحن أنت أنتم أنتما إياه إياها إياهم"),
            ("هذا", "هذا هذه هؤلاء هذان هذين هاتان هاتين"),
            ("ذلك", "ذلك تلك ذاك"),
            ("الذي", "الذي التي الذين اللذان اللذين اللتان اللتين اللواتي اللاتي اللائي"),
            ("أحد", "إحدى"),
            ("أي", "أي أية"),
            ("ليس", "ليس ليست ليسوا لست لسنا"),
            ("عند", "عندما"),
            ("بعد", "بعدما"),
            ("قبل", "قبلما"),
            ("من", "مما ممن"),
            ("أب", "أبو أبي أبا"),
            ("أخ", "أخو أخي أخا"),
            ("كل", "كلا كلتا كلي كلتي"),
        )
        for form in forms.split()
    }
    | {
        norm(word): word
        for word in (
            """في من إلى على عن مع منذ خلال حتى ضد دون لدى نحو حول عبر بين تحت فوق أمام وراء قرب رغم قبل بعد عند
            سوى أو أم ثم بل لكن إن أن لأن كي لكي حيث بينما فيما كما إذا إذ لو لولا لا لم لن ما قد سوف هل جراء طوال
            كل بعض جميع غير ال أحد كيف متى أين هنا هناك ثمة ربما لعل ليت جدا مثل إلا إما أما كلما حيثما طالما ريثما
            حسبما عما لماذا ماذا هكذا كذلك لذلك الآن الله نعم إزاء تجاه لدن حين حينما ضمن وسط إثر عقب وفق حسب لقد لذا
            يا أيها أيتها معا فقط ذات ذو أولئك بما بسبب لذا فقد ولو"""
        ).split()
    }
)


class Lemmatizer:
    """Gives words their dictionary forms; keeps what it found of the words that it saw last."""

    def __init__(
        self,
        words: Mapping[str, int],
        verbs: Iterable[tuple[str, str]] = (),
        forms: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Take the word list of `clitics.split`, verbs with their imperfects, and forms with their lemmas."""
        self._words = words
        self._verbs = Verbs.of(verbs, words)
        self._forms: dict[str, list[tuple[str, str]]] = {}
        for form, lemma in forms:
            self._forms.setdefault(norm(form), []).append((form, lemma))
        self._find = lru_cache(maxsize=1 << 16)(self._look_up)

    def find(self, stem: str, proclitics: Sequence[str] = (), enclitics: Sequence[str] = ()) -> str | None:
        """Return the dictionary form of a word, given by its parts, without vowel signs; None for mere marks.

        >>> words = {"كبيره": 90, "كبير": 99, "الحكومه": 900, "مهندس": 80, "مهندسين": 30, "سياره": 600}
        >>> find = Lemmatizer(words, [("أطلق", "يطلق")], [("صواريخ", "صاروخ")]).find
        >>> find("صواريخ", ["ال"]), find("يطلقون", ["و", "س"], ["ها"])
        ('صاروخ', 'أطلق')
        >>> find("كبيرة"), find("حكومت", [], ["ها"]), find("مهندسين"), find("سيارتين"), find("هذه")
        ('كبير', 'حكومة', 'مهندس', 'سيارة', 'هذا')
        """
        return self._find(stem, _ARTICLE in proclitics, "س" in proclitics, enclitics[-1] if enclitics else "")

    def _look_up(self, stem: str, has_article: bool, is_future: bool, pronoun: str) -> str | None:
        written, is_bound = strip_marks(stem), bool(pronoun)
        key = norm(written)
        if not is_arabic(written):
            return written if any(map(str.isalnum, written)) else None
        if is_future and (verb := self._verbs.find_present(key)):
            return verb
        if pronoun == _WE and (whole := self._find_form(written + pronoun)):
            return whole  # قلنا, which is no قل with a pronoun
        if not has_article and (word := _FUNCTION_WORDS.get(key)):
            return word if norm(word) != key or _agree(written, word) else written
        is_verbal = not has_article and _TANWIN not in stem and not written.startswith("إ") and written[-1] != "ة"
        verb = self._find_verb(written, key, is_bound) if is_verbal else None
        if (known := self._find_form(written)) and not (verb and norm(verb) == key and self._is_rather_verb(key)):
            return known
        return verb or self._strip(written, is_bound, _TANWIN in stem)

    def _find_form(self, written: str) -> str | None:
        entries = self._forms.get(norm(written), ())
        is_ya = written.endswith("ي")  # alef maqsura is written for ya, but never ya for alef maqsura
        return next((to for form, to in entries if _agree(written, form) and not (is_ya and form[-1] == "ى")), None)

    # --- verbs ---------------------------------------------------------------------------------------------

    def _find_verb(self, written: str, key: str, is_bound: bool) -> str | None:
        past = self._verbs.find_past(key)
        if past is not None and norm(past) == key and not _agree(written, past):
            past = None
        present = self._verbs.find_present(key) if len(key) > 2 else None
        if key[0] == "ي":
            return present
        if past is not None and norm(past) == key:
            return present if present and key[0] == "ت" and self._is_rather_present(key, past) else past
        if is_bound and key.endswith("ت") and self._ends_in_ta(key):
            return None
        if key[0] == "ت" and key[-1] == "ا" and past is None:
            return None  # rather تراجعا than the dual of an imperfect
        if key[0] == "ا" and past is None:
            is_first_person = written[0] != "ا" and self._count_bare("ي" + key[1:]) > 3 * self._count_bare(key)
            return present if is_first_person else None
        return None if self._is_noun(key) else past or present

    def _is_rather_verb(self, key: str) -> bool:
        """Tell whether a word that is a plural as well takes the article only now and then: أسس, not طرق."""
        return 3 * self._count_bare(_ARTICLE + key) < self._count_bare(key)

    def _is_rather_present(self, key: str, past: str) -> bool:
        """Tell whether تبلغ is rather "she reaches" than "he was told", or its verbal noun."""
        other = self._count_bare(say_she(past)) + self._count_bare("ي" + key) + self._count_bare(_ARTICLE + key)
        return self._count_bare("ي" + key[1:]) > other

    def _ends_in_ta(self, key: str) -> bool:
        """Tell whether a word before a pronoun is a noun in ta marbuta rather than a verb: حكومتها, not نشرتها."""
        return self._count_bare(_ARTICLE + key[:-1] + "ه") > self._count_bare(key)

    def _is_noun(self, key: str) -> bool:
        """Tell whether a word takes the article: once at least of twenty times that it is written."""
        return 20 * self._count_bare(_ARTICLE + key) > self._count_bare(key)

    # --- nouns and adjectives ------------------------------------------------------------------------------

    def _count_bare(self, key: str) -> int:
        return self._words.get(key, 0)

    def _count(self, word: str) -> int:
        key = norm(word)
        return self._words.get(key, 0) + self._words.get(_ARTICLE + key, 0)

    def _strip(self, written: str, is_bound: bool = False, is_accusative: bool = False) -> str:
        if is_accusative and written.endswith("ا"):
            return self._resolve(self._unbind(written[:-1]) if written[-2] == "ئ" else written[:-1])
        if is_bound and (free := self._unbind(written)) != written:
            return self._resolve(free)
        for ending, strip in _ENDINGS:
            if written.endswith(ending) and len(written) > len(ending) + 1 and (found := strip(self, written)):
                return found
        return written

    def _resolve(self, written: str) -> str:
        return self._find_form(written) or self._strip(written)

    def _unbind(self, written: str) -> str:
        """Give a noun the ending that it has without a pronoun."""
        last, rest = written[-1], written[:-1]
        if last == "ت" and (rest.endswith("ي") or self._ends_in_ta(norm(written))):
            return rest + "ة"
        if last == "ت" and self._count(rest + "ة") > self._count(written):
            return rest + "ة"
        if last == "ا" and self._count(rest + "ى") > self._count(written):
            return rest + "ى"
        if last in "ئؤ" or (last in "يو" and self._count(rest + "ء") > self._count(written)):
            return rest + "ء"
        if last in "يو" and self._count(rest) > 2 * self._count(written):
            return rest
        return written

    def _strip_feminine_plural(self, written: str) -> str | None:
        base = written[:-2]
        if base.endswith("ي") and len(base) > 3 and self._count(base[:-1] + "ى") > self._count(base + "ة"):
            return base[:-1] + "ى"
        one, bare = self._count(base + "ة"), self._count(base)
        if not one and not bare:
            return base if len(base) > 3 else None
        if one and (len(base) <= 3 or base.endswith("ي") or _is_verbal_noun(base)):
            return base + "ة"
        return self._find_form(base + "ة") or base + "ة" if one > bare else base

    def _strip_hamza_plural(self, written: str) -> str | None:
        one = written[:-2] + "أة"
        return one if self._count(one) else None

    def _strip_masculine_plural(self, written: str) -> str | None:
        base, bare = written[:-2], self._count(written[:-2])
        if base.endswith("ت") and self._count(base[:-1] + "ة") > bare:
            return self._resolve(base[:-1] + "ة")
        if len(base) < 3:
            return None
        cases = self._count(base + "ون") and self._count(base + "ين")
        if bare and (cases or base.endswith("ي") or bare > self._count(written) / 2):
            return (base[-1] != "ه" and self._find_form(base)) or base
        return base if base.startswith("م") and len(base) > 3 else None

    def _strip_dual(self, written: str) -> str | None:
        base, bare = written[:-2], self._count(written[:-2])
        if base.endswith("ت") and self._count(base[:-1] + "ة") > bare:
            return self._resolve(base[:-1] + "ة")
        return self._find_form(base) or base if len(base) > 2 and bare > 5 * self._count(written) else None

    def _strip_construct(self, written: str) -> str | None:
        """Read مسؤولو and مسؤولي before another noun, which never take the article nor ta marbuta."""
        base, key = written[:-1], norm(written)
        if len(base) < 3 or self._count_bare(_ARTICLE + key) or self._count(written + "ة"):
            return None
        return base if self._count(base) and self._count(base + "ين") > self._count(written) else None

    def _strip_feminine(self, written: str) -> str | None:
        base = written[:-1]
        if base.endswith("ي") and len(base) > 2:
            return base
        count = self._count(written)
        return base if _looks_adjectival(base) and (200 * self._count(base) > count or count < _RARE) else None

    def _strip_accusative(self, written: str) -> str | None:
        base = written[:-1]
        return self._resolve(base) if len(base) > 2 and self._count(base) > 3 * self._count(written) else None


_RARE: Final = 100  # a word in ta marbuta that is written less often is taken for an adjective if it looks like one
_ENDINGS: Final = (
    ("آت", Lemmatizer._strip_hamza_plural),
    ("ات", Lemmatizer._strip_feminine_plural),
    ("ين", Lemmatizer._strip_masculine_plural),
    ("ون", Lemmatizer._strip_masculine_plural),
    ("ان", Lemmatizer._strip_dual),
    ("ة", Lemmatizer._strip_feminine),
    ("ا", Lemmatizer._strip_accusative),
    ("و", Lemmatizer._strip_construct),
    ("ي", Lemmatizer._strip_construct),
)


def _agree(written: str, form: str) -> bool:
    """Tell whether two spellings that begin alike may be one word: a hamza that is written is meant.

    >>> _agree("إعلام", "أعلام"), _agree("اعلام", "أعلام"), _agree("إنتخاب", "انتخاب"), _agree("رؤى", "روى")
    (False, True, True, False)
    """
    return all(a == b or a not in _WITH_HAMZA or b not in _BEARERS for a, b in zip(written, form, strict=False))


def _is_verbal_noun(base: str) -> bool:
    """Tell whether a word without its ta marbuta has the shape of مفاوضة: of what two do to each other."""
    return len(base) == 5 and base[0] == "م" and base[2] == "ا"


def _looks_adjectival(base: str) -> bool:
    """Tell whether a masculine has the shape of an adjective or a participle: كبير, قادم, عنيف, متحد."""
    return (base[0] == "م" and base[-1] != "ا" and len(base) > 3) or (
        len(base) == 4 and (base[1] == "ا" or base[2] in "يو")
    )
