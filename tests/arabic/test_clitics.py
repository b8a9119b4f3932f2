from hypothesis import given
from hypothesis import strategies as st

from tasks.analysis import known_words
from tasks.arabic.clitics import ARTICLE, split

CASES = "clitics.jsonl"

WORDS = st.text(st.sampled_from("والبلكسهامنتيةأإآىءئ\N{ARABIC SHADDA}\N{ARABIC FATHA}"), min_size=1, max_size=12)


def test_split(case):
    found = split(case["word"], known_words())
    assert (list(found.proclitics), found.stem, list(found.enclitics)) == (
        case["proclitics"],
        case["stem"],
        case.get("enclitics", []),
    )


@given(WORDS)
def test_stem_stands_where_the_split_says(word):
    found = split(word, known_words())
    assert word[found.stem_start : found.stem_end] == found.stem
    assert 0 <= found.name_start <= found.stem_start <= found.stem_end <= len(word)


@given(WORDS)
def test_no_letter_is_lost(word):
    found = split(word, known_words())
    hidden = found.proclitics[-2:] == ("ل", ARTICLE)
    letters = sum(map(len, (*found.proclitics, *found.enclitics))) - hidden
    assert letters + sum(char not in MARKS for char in found.stem) == sum(char not in MARKS for char in word)


MARKS = {"\N{ARABIC SHADDA}", "\N{ARABIC FATHA}"}


def test_without_a_word_list_only_the_article_goes():
    assert split("والحكومة").stem == "حكومة"
    assert split("بدعم").stem == "بدعم"
