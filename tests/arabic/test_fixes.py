from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.arabic.fixes import FIXES, find_boilerplate, fix_text

CASES = "fixes.jsonl"


def test_a_fix_mends_its_noise_and_nothing_else(case: dict) -> None:
    fixed = fix_text(case["text"])
    assert fixed.text == case["clean"]
    assert case["fix"] in fixed.fixes if case["fix"] else not fixed.fixes


def test_a_clean_text_is_left_alone(case: dict) -> None:
    assert fix_text(case["clean"]).fixes == ()


def test_every_fix_has_a_case() -> None:
    cases = (Path(__file__).parents[1] / "cases" / CASES).read_text(encoding="utf-8")
    assert not [fix.__name__ for fix in FIXES if f'"fix": "{fix.__name__}"' not in cases]


LETTERS_AND_WORDS = [*"ابتجةىيكگپ", "و", "في", "ال", "قال", "الوزير", "والعاصمة", "Nokia", "12", "1,5", "٪"]
LETTERS_AND_WORDS += [
    "ـ",
    "\N{ARABIC FATHATAN}",
    "\N{ARABIC SHADDA}",
    "\N{ARABIC HAMZA ABOVE}",
    "ی",
    "ک",
    "ﻻ",
    "ﷺ",
    "ﷲ",
]
LINES = ["بدأ موسم الزيتون في القرى الجبلية هذا العام قبل موعده، كما قال مزارعون من", "اقرأ أيضا"]
SPACES = [" ", "  ", "\n", "\n\n\n", "\r\n", "\t", "\N{NO-BREAK SPACE}", "\N{LINE SEPARATOR}"]
MARKS = [*"\"“”«»'`()[].،,؛;:؟?!-/&", "''", "..."]
INVISIBLE = ["\N{ZERO WIDTH NON-JOINER}", "\N{RIGHT-TO-LEFT MARK}", "\ufeff", "\x00"]
ENTITIES = ["&amp;", "&quot;", "&#1608;", "&amp;nbsp;"]
PIECES = LETTERS_AND_WORDS + LINES + SPACES * 2 + MARKS + INVISIBLE + ENTITIES
NOISE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(NOISE)
@settings(max_examples=250, deadline=None)
def test_fixing_is_idempotent(text: str) -> None:
    once = fix_text(text).text
    assert fix_text(once).text == once


@given(NOISE)
@settings(max_examples=250, deadline=None)
def test_every_clean_character_knows_where_it_stood(text: str) -> None:
    fixed = fix_text(text)
    changed = {i for c in fixed.alignment.changes for i in range(c.clean_start, c.clean_end)}
    before = 0
    for i, character in enumerate(fixed.text):
        start, end = fixed.alignment.to_raw(i, i + 1)
        assert before <= start <= end <= len(text)
        before = start
        if i not in changed:
            assert text[start:end] == character
            assert fixed.alignment.to_clean(start) == i


@given(NOISE)
@settings(max_examples=100, deadline=None)
def test_boilerplate_lies_in_the_text_and_does_not_overlap(text: str) -> None:
    clean = fix_text(text).text
    spans = find_boilerplate(clean)
    assert all(0 <= start < end <= len(clean) for start, end in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_no_letter_is_lost() -> None:
    text = 'قـال الرئیس , أمس : " سنعود &amp; نبني" .ثم غادر'
    assert [c for c in fix_text(text).text if c.isalpha()] == list("قالالرئيسأمسسنعودنبنيثمغادر")
