"""The matching key: two spellings of one word have the same key.

It is for looking words up, never for display: hamza carriers, alef and ya forms, ta marbuta and
vowel signs are spelled differently from outlet to outlet (أوكرانيا, اوكرانيا; على, علي).
"""

from functools import lru_cache
from typing import Final

from tasks.arabic.letters import DIGITS, strip_marks

_FOLD: Final = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
        "ى": "ي", "ئ": "ي", "ی": "ي", "ې": "ي", "ے": "ي",
        "ؤ": "و", "ة": "ه", "ک": "ك", "ھ": "ه", "ہ": "ه",
        "گ": "غ", "ڤ": "ف", "پ": "ب", "چ": "ج", "ژ": "ج",
    }
)  # fmt: skip


@lru_cache(maxsize=1 << 17)
def norm(word: str) -> str:
    """Return the matching key of a word or a phrase.

    Diacritics and tatweel go; alef, ya and waw lose their hamza; ta marbuta becomes ha; Persian
    letters take the Arabic ones that newspapers write for them; digits become ASCII; Latin letters
    become lower case. A hamza on the line stays, because it is a consonant of its own (جزء, ماء).

    >>> norm("أُوكْرانيا") == norm("اوكرانيا"), norm("القاهرة") == norm("القاهره")
    (True, True)
    >>> norm("مسؤول"), norm("شيء"), norm("٢٠٢٤"), norm("The Hill")
    ('مسوول', 'شيء', '2024', 'the hill')
    """
    return strip_marks(word).translate(_FOLD).translate(DIGITS).casefold()
