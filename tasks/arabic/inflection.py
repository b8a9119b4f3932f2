"""The written forms of a verb, a noun or a participle, as matching keys.

News is told in the third person, so only that one is made. Short vowels are not written: one form may
be active or passive, a verb or its verbal noun; the sentence decides.
"""

from collections.abc import Iterator
from typing import Final

from tasks.arabic.normalize import norm

_WEAK: Final = ("ا", "ي", "و")
_PAST_ENDINGS: Final = ("", "ت", "ا", "تا", "وا", "و")
_PRESENT_ENDINGS: Final = ("", "ون", "وا", "و", "ان", "ا", "ن")


def inflect_past(lemma: str) -> Iterator[str]:
    """Yield the third persons of a past tense; `و` stands before a pronoun (اعتقلوه).

    >>> list(inflect_past("التقى"))
    ['التقي', 'التقا', 'التقت', 'التقتا', 'التقوا', 'التقو']
    """
    key = norm(lemma)
    if key.endswith(("ا", "ي")):
        yield from (key, *(key[:-1] + ending for ending in ("ا", "ت", "تا", "وا", "و")))
    else:
        yield from (key + ending for ending in _PAST_ENDINGS)


def inflect_present(lemma: str) -> Iterator[str]:
    """Yield the third persons of a present tense, from the form with ya.

    The jussive of a weak verb (لم يزر، لم يدع) is left out: it is rare, and often another word.

    >>> {"تدعو", "يدعون"} <= set(inflect_present("يدعو")), "يدع" in inflect_present("يدعو")
    (True, False)
    """
    body = norm(lemma)[1:]
    for prefix in ("ي", "ت"):
        if body.endswith(_WEAK):
            yield from (prefix + body, prefix + body + "ان", *(prefix + body[:-1] + end for end in ("ون", "وا", "و")))
        else:
            yield from (prefix + body + ending for ending in _PRESENT_ENDINGS)


def inflect_noun(lemma: str) -> Iterator[str]:
    """Yield the cases, the dual and the form before a pronoun; a plural comes as a lemma of its own.

    >>> list(inflect_noun("زيارة"))
    ['زياره', 'زيارت', 'زيارتان', 'زيارتين', 'زيارتا', 'زيارتي']
    >>> list(inflect_noun("هجوم"))
    ['هجوم', 'هجوما', 'هجومان', 'هجومين']
    """
    key = norm(lemma)
    if lemma.endswith("ة"):
        yield from (key, *(key[:-1] + ending for ending in ("ت", "تان", "تين", "تا", "تي")))
    elif key.endswith("ات"):
        yield key
    else:
        yield from (key, key + "ا", key + "ان", key + "ين")
        if key.endswith("ء"):
            yield from (key[:-1] + "ي", key[:-1] + "و")  # لقائهما، لقاؤهما


def inflect_participle(lemma: str) -> Iterator[str]:
    """Yield the forms of a participle that says what the subject does besides: قال كذا، داعياً إلى ...

    >>> list(inflect_participle("مطالب"))
    ['مطالبا', 'مطالبه', 'مطالبين']
    """
    key = norm(lemma)
    yield from (key + "ا", key + "ه", key.removesuffix("ي") + "ين")
