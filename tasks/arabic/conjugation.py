"""From a written form of a verb back to its dictionary form: affixes come off, and the stem is looked up.

A verb is given as dictionaries give it, by the third person masculine of its perfect and imperfect
(قال يقول). As short vowels are not written, it has few stems: قال, قل, قيل; قول, قل, قال.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, NamedTuple

from tasks.arabic.normalize import norm

_WEAK: Final = ("ا", "ي")


class Before(Enum):
    """What a stem stands before: any ending, one that is or begins with a vowel, one with a consonant."""

    ANY = 0
    VOWEL = 1
    CONSONANT = 2


Stem = tuple[str, Before]

_AFTER_PAST: Final[Mapping[str, tuple[Before, ...]]] = {
    "": (Before.ANY,),
    "ت": tuple(Before),
    **dict.fromkeys(("ا", "تا", "وا", "و"), (Before.ANY, Before.VOWEL)),
    **dict.fromkeys(("نا", "تم", "ن"), (Before.ANY, Before.CONSONANT)),
}
_AFTER_PRESENT: Final[Mapping[str, tuple[Before, ...]]] = {
    "": (Before.ANY, Before.CONSONANT),
    "ن": (Before.ANY, Before.CONSONANT),
    **dict.fromkeys(("ون", "وا", "و", "ين", "ان", "ا"), (Before.ANY, Before.VOWEL)),
}
_PERSONS: Final = ("ي", "ت", "ن", "ا")


def list_past_stems(perfect: str) -> Iterator[Stem]:
    """Yield the stems of a perfect, active and passive.

    >>> [stem for stem, _ in list_past_stems("قال")], [stem for stem, _ in list_past_stems("أجرى")]
    (['قال', 'قل', 'قيل'], ['اجري', 'اجر', 'اجري'])
    """
    key = norm(perfect)
    yield key, Before.ANY
    if key.endswith(_WEAK):
        yield key[:-1], Before.VOWEL
        yield key[:-1] + "ي", Before.ANY
        if len(key) == 3 and key.endswith("ا"):
            yield key[:-1] + "و", Before.CONSONANT  # دعوت
    elif _is_hollow(perfect):
        yield key[:-2] + key[-1], Before.CONSONANT
        yield key[:-2] + "ي" + key[-1], Before.ANY
    elif _is_doubled(perfect):
        yield key + key[-1], Before.CONSONANT
    elif key[1] == "ا" and len(key) == 4:
        yield key[0] + "و" + key[2:], Before.ANY  # حوكم


def list_present_stems(perfect: str, imperfect: str) -> Iterator[Stem]:
    """Yield the stems of an imperfect, without the letter of the person.

    >>> [stem for stem, _ in list_present_stems("قال", "يقول")], [s for s, _ in list_present_stems("دعا", "يدعو")]
    (['قول', 'قل', 'قال'], ['دعو', 'دع', 'دعي'])
    """
    key = norm(imperfect)[1:]
    yield key, Before.ANY
    if key.endswith(("ا", "ي", "و")):
        yield key[:-1], Before.VOWEL
        yield key[:-1] + "ي", Before.ANY
    elif _is_hollow(perfect):
        yield key[:-2] + key[-1], Before.CONSONANT
        yield key[:-2] + "ا" + key[-1], Before.ANY


def _is_hollow(perfect: str) -> bool:
    """Tell whether the middle radical is an alef: قال, أقام, احتاج, انحاز, استطاع; not قاتل."""
    key = norm(perfect)
    return key[-2] == "ا" and (len(key) == 3 or key[0] == "ا")


def _is_doubled(perfect: str) -> bool:
    """Tell whether the last radical is written once for two: رد, أعد, احتل, استمر."""
    key = norm(perfect)
    return len(key) == 2 or (perfect[0] == "أ" and len(key) == 3) or (perfect.startswith("است") and len(key) == 5)


class Verbs(NamedTuple):
    """The stems of known verbs, each with its verb and that verb's place: of two readings the lower place wins."""

    past: Mapping[Stem, tuple[int, str]]
    present: Mapping[Stem, tuple[int, str]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str]], words: Mapping[str, int]) -> "Verbs":
        """Take in perfects and imperfects; of verbs that share a stem, the one that is written more wins.

        A verb without an imperfect is known by its perfect only, because another owns those forms (يمكن is of أمكن).
        """
        past: dict[Stem, tuple[int, str]] = {}
        present: dict[Stem, tuple[int, str]] = {}
        for place, (perfect, imperfect) in enumerate(sorted(rows, key=lambda row: -words.get(say_she(row[0]), 0))):
            for stem in list_past_stems(perfect):
                past.setdefault(stem, (place, perfect))
            for stem in list_present_stems(perfect, imperfect) if imperfect else ():
                present.setdefault(stem, (place, perfect))
        return cls(past, present)

    def find_past(self, key: str) -> str | None:
        """Return the verb that a matching key is a perfect of.

        >>> verbs = Verbs.of([("قال", "يقول"), ("أجرى", "يجري")], {})
        >>> verbs.find_past("قالت"), verbs.find_past("قلت"), verbs.find_past("اجروا"), verbs.find_past("قل")
        ('قال', 'قال', 'أجرى', None)
        """
        exact = self.past.get((key, Before.ANY))
        return exact[1] if exact else _find(key, self.past, _AFTER_PAST)

    def find_present(self, key: str) -> str | None:
        """Return the verb that a matching key is an imperfect of.

        >>> verbs = Verbs.of([("قال", "يقول"), ("أجرى", "يجري")], {})
        >>> [verbs.find_present(key) for key in ("يقولون", "نجري", "يقل", "قول")]
        ['قال', 'أجرى', 'قال', None]
        """
        return _find(key[1:], self.present, _AFTER_PRESENT) if key.startswith(_PERSONS) else None


def say_she(perfect: str) -> str:
    """Return the matching key of the feminine of a perfect: the form by which we see how often a verb is written.

    >>> say_she("التقى"), say_she("قال")
    ('التقت', 'قالت')
    """
    key = norm(perfect)
    return (key[:-1] if key.endswith("ا") or perfect.endswith("ى") else key) + "ت"


def _find(key: str, stems: Mapping[Stem, tuple[int, str]], endings: Mapping[str, tuple[Before, ...]]) -> str | None:
    """Return the commonest verb that a stem may be of; a short one is the last choice (يجب: وجب, not جاب)."""
    found = [
        (before is Before.CONSONANT, *stems[rest, before])
        for ending, places in endings.items()
        if key.endswith(ending)
        for rest in [key.removesuffix(ending)]
        for before in places
        if (rest, before) in stems
    ]
    return min(found)[2] if found else None
