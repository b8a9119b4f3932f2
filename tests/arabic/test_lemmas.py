"""Dictionary forms, word by word and in running text."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import lexicons
from tasks.analysis import known_words, lemmatizer
from tasks.arabic.conjugation import Verbs, list_past_stems, list_present_stems
from tasks.arabic.lemmas import Lemmatizer
from tasks.arabic.letters import strip_marks
from tasks.arabic.normalize import norm
from tasks.arabic.reading import read

CASES = "lemmas.jsonl"
SAMPLE = Path(__file__).parents[1] / "cases" / "lemma_sample.json"
FLOOR = 0.95
LETTERS = "ابتدرسعفقكلمنهويةىءأإآؤئـ\u064b\u0651"


def lemmas_of(text: str) -> list[str | None]:
    find = lemmatizer().find
    return [find(token.stem, token.proclitics, token.enclitics) for token in read(text, known_words()).tokens]


def test_lemma(case: dict) -> None:
    assert lemmas_of(case["word"]) == [case["lemma"]]


def test_marks_have_none() -> None:
    assert lemmas_of("«،» ـ") == [None, None, None, None]


@settings(deadline=None)  # the first word waits for the lexicons
@given(st.text(LETTERS, max_size=8), st.sampled_from(["", "ال", "س", "و"]), st.sampled_from(["", "ه", "نا", "ها"]))
def test_letters_in_any_order_have_a_lemma(stem: str, proclitic: str, pronoun: str) -> None:
    lemma = lemmatizer().find(stem, [proclitic] if proclitic else [], [pronoun] if pronoun else [])
    assert (lemma or "") == strip_marks(lemma or "")
    assert bool(lemma) == bool(norm(stem))


def test_running_text() -> None:
    """Sentences of our own with a lemma for each word; spellings that share a matching key count as one."""
    pairs = [
        (given, found)
        for sentence in json.loads(SAMPLE.read_text(encoding="utf-8"))
        for given, found in zip(sentence["lemmas"].split(), filter(None, lemmas_of(sentence["text"])), strict=True)
    ]
    right = sum(norm(given) == norm(found) for given, found in pairs)
    assert right / len(pairs) >= FLOOR, [pair for pair in pairs if norm(pair[0]) != norm(pair[1])]


def test_a_lemma_is_its_own_lemma() -> None:
    """Of the singulars and verbs that are listed, but for those that are a form of another word as well."""
    find = lemmatizer().find
    listed = {lemma for _, lemma in lexicons.lemma_forms()} | {verb for verb, _ in lexicons.verbs()}
    moved = {lemma for lemma in listed if norm(find(lemma) or "") != norm(lemma)}
    assert len(moved) < 0.03 * len(listed), sorted(moved)


@pytest.mark.parametrize(
    ("perfect", "imperfect", "past", "present"),
    [
        ("كتب", "يكتب", {"كتب"}, {"كتب"}),
        ("رد", "يرد", {"رد", "ردد"}, {"رد"}),
        ("أقام", "يقيم", {"اقام", "اقم", "اقيم"}, {"قيم", "قم", "قام"}),
        ("دعا", "يدعو", {"دعا", "دع", "دعي", "دعو"}, {"دعو", "دع", "دعي"}),
        ("حاكم", "يحاكم", {"حاكم", "حوكم"}, {"حاكم"}),
        ("استمر", "يستمر", {"استمر", "استمرر"}, {"ستمر"}),
    ],
)
def test_stems(perfect: str, imperfect: str, past: set[str], present: set[str]) -> None:
    assert {stem for stem, _ in list_past_stems(perfect)} == past
    assert {stem for stem, _ in list_present_stems(perfect, imperfect)} == present


def test_of_two_verbs_the_commoner_one() -> None:
    rows = [("علم", "يعلم"), ("أعلم", "يعلم")]
    assert Verbs.of(rows, {"علمت": 9, "اعلمت": 2}).find_present("يعلم") == "علم"
    assert Verbs.of(rows, {"علمت": 2, "اعلمت": 9}).find_present("يعلم") == "أعلم"


def test_without_lexicons_a_word_is_its_own_lemma() -> None:
    find = Lemmatizer({}).find
    assert [find(word) for word in ("شجرة", "صواريخ", "قَالَ", "بيوت")] == ["شجرة", "صواريخ", "قال", "بيوت"]
