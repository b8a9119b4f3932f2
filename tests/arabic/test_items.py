"""A sentence as items."""

import pytest

from tasks.arabic.document import Span
from tasks.arabic.items import grammar
from tasks.arabic.numerals import read_numbers


def test_items_tile_the_text() -> None:
    text = "وبثلاثة كتب دفع 1,500 دولاراً (9 آلاف و340 مليون) للشركة، و%5 من الأرباح."
    surfaces = [text[item.start : item.end] for item in read_numbers(text, Span(0, len(text)))]
    assert surfaces[:3] == ["و", "ب", "ثلاثة"]
    assert "9 آلاف و340 مليون" in surfaces
    assert "".join(surfaces).replace(" ", "") == text.replace(" ", "")


def test_vowel_signs_stay_with_their_letter() -> None:
    text = "وَبِثَلاثَةِ كتب"
    assert [text[item.start : item.end] for item in read_numbers(text, Span(0, len(text)))][2] == "ثَلاثَةِ"


def test_a_misspelled_role_is_an_error() -> None:
    with pytest.raises(KeyError, match="NUMBR"):
        grammar("NUMBR UNIT")
