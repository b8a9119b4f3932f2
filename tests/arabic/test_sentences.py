from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.sentences import find_repeats, find_sentences

CASES = "sentences.jsonl"


def test_sentences(case):
    assert [case["text"][s.start : s.end] for s in find_sentences(case["text"])] == case["sentences"]


@given(st.text(st.sampled_from('ابج د.؟!…«»"()\n123')))
def test_sentences_are_in_order_and_hold_every_word(text):
    spans = find_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    covered = "".join(text[s.start : s.end] for s in spans)
    assert [c for c in covered if c.isalnum()] == [c for c in text if c.isalnum()]


LEDE = "تعثرت المحادثات في يومها الثالث بسبب خلاف على الحدود".split()


def test_a_lede_above_the_text_is_the_repeat():
    assert find_repeats([LEDE, [*LEDE, "البحرية", "بين", "البلدين"]]) == {0}


def test_of_two_equal_sentences_the_later_is_the_repeat():
    assert find_repeats([LEDE, ["فاصل"], LEDE]) == {2}


def test_a_pull_quote_from_the_end_of_a_sentence_is_the_repeat():
    assert find_repeats([["قال", "الوزير", "إن", *LEDE], LEDE]) == {1}


def test_a_short_formula_said_twice_is_no_repeat():
    assert find_repeats([["وأضاف", "الوزير"], ["وأضاف", "الوزير"]]) == set()


def test_sentences_that_share_their_beginning_are_no_repeats():
    assert find_repeats([[*LEDE, "أمس"], [*LEDE, "غداً"]]) == set()
