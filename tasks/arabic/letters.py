"""Arabic letters and marks by name: the alphabet that every other module spells with."""

import re
from typing import Final

TATWEEL: Final = "\N{ARABIC TATWEEL}"
ALEF: Final = "\N{ARABIC LETTER ALEF}"
WAW: Final = "\N{ARABIC LETTER WAW}"
YEH: Final = "\N{ARABIC LETTER YEH}"
HEH: Final = "\N{ARABIC LETTER HEH}"

# Unicode 16, block Arabic: tanwin to sukun, maddah and hamza above or below, superscript alef, Koranic marks.
DIACRITICS: Final = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
LETTERS: Final = "\u0621-\u063a\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5"
ARABIC_WORD: Final = re.compile(f"[{LETTERS}{DIACRITICS}{TATWEEL}]+")
_MARKS: Final = re.compile(f"[{DIACRITICS}{TATWEEL}]")

# Arabic-Indic, extended Arabic-Indic and ASCII digits carry the same values.
DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

FULL_STOPS: Final = ".!?؟…۔"
OPENING_QUOTES: Final = "«“„‹"
CLOSING_QUOTES: Final = "»”›"


def strip_marks(text: str) -> str:
    """Remove vowel signs and tatweel.

    >>> strip_marks("مُحَمَّـــد")
    'محمد'
    """
    return _MARKS.sub("", text)


def is_arabic(text: str) -> bool:
    """Tell whether the text holds an Arabic letter.

    >>> is_arabic("الـ80"), is_arabic("TSMC"), is_arabic("2024")
    (True, False, False)
    """
    return ARABIC_WORD.search(text) is not None
