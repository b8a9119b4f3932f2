"""What a change of a lexicon is found by, and what code a stage is made of."""

import re
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import footprints
from tasks.arabic.gazetteer import Gazetteer
from tasks.arabic.header import Words
from tasks.arabic.letters import DIACRITICS, LETTERS
from tasks.arabic.tokens import make_tokenizer
from tasks.extract import Knowledge
from tasks.fingerprints import READING, RULES, digest_stages, files_of
from tasks.footprints import Change, Making, Search, compare, describe, is_body, is_near, read_change
from tasks.stage import CODE

NEWS = "".join(sorted('ابتحدرسعفقكلمنهويةىءأإآؤئ«»"()-–/.،؛:!؟0123٤٥abXYé%+ \n\u064b\u0651\u0640'))


def find(text: str, *changed: tuple[str, str]) -> bool:
    return Search(read_change(changed).words).finds(text)


@pytest.mark.parametrize(
    ("part", "key", "text"),
    [
        ("name", "بيونغيانغ", "في بيونغ-يانغ أمس"),
        ("name", "بيونغيانغ", "وبيونغيانغ"),
        ("name", "الاممالمتحده", "وللأمم المتحدة مقر"),
        ("name", "قبرص", "الجيش القبرصي"),
        ("name", "البرازيل", "والبرازيليين"),
        ("name", "f16", "طائرة F-16 جديدة"),
        ("name", "f16", "بF16"),
        ("demonym", "كوريشمالي", "الرئيس الكوري الشمالي"),
        ("given", "هيثم", "وهَيثَم"),
        ("given", "anja", "السيدة Anja"),
        ("role title", "السيد", "وللسيد"),
        ("stop ordinary", "بلاد", "البلاد"),
        ("trigger", "قصف", "وسيقصفونها قصفها"),
        ("cue", "اضاف", "فأضافهما"),
        ("unit", "درجه مئويه", "20 درجة مئوية"),
        ("unit", "كيلومتر", "15كيلومتر"),
    ],
)
def test_a_key_is_found_in_every_shape(part: str, key: str, text: str) -> None:
    assert find(text, (part, key))


@pytest.mark.parametrize(
    ("part", "key", "text"),
    [
        ("name", "علا", "علاقات"),
        ("name", "مالي", "إجمالي الإنتاج"),
        ("given", "علا", "علاها"),
        ("trigger", "قصف", "قصفصاف"),
        ("name", "بيونغيانغ", "بيونغ أخرى"),
    ],
)
def test_a_key_is_not_found_inside_other_words(part: str, key: str, text: str) -> None:
    assert not find(text, (part, key))


@pytest.mark.parametrize("changed", [("counts", ""), ("lemmas", ""), ("months", ""), ("unit", "$")])
def test_what_is_no_word_changes_everything(changed: tuple[str, str]) -> None:
    assert read_change([changed]) == footprints.EVERYTHING


def test_names_that_are_nearly_written_so() -> None:
    near = frozenset({"فلاديميربوتين", "فلاديمربوتين"})
    assert is_near("فلاديمير بوتين", near)
    assert is_near("فلاديميير بوتين", near)
    assert not is_near("فلاديفوستوك", near)
    assert is_body("للدفاع الروسية", frozenset({"دفاع"}))
    assert not is_body("الصحة", frozenset({"دفاع"}))


def test_nothing_changed_is_no_change() -> None:
    now = describe()
    assert compare(now, now) == Change()
    assert Making.from_table(now.to_table()) == now
    assert compare(None, now) == footprints.EVERYTHING
    assert compare(now._replace(rules="-"), now) == Change(rules=True)


def test_each_key_has_one_value() -> None:
    listed = [(part, key) for part, key, _ in footprints.list_knowledge()]
    assert len(listed) == len(set(listed))
    known = {"agency", "place", "cut", "name", "demonym", "given", "family", "role", "stop", "near", "body", "country"}
    parts = {part.partition(" ")[0] for part, _ in listed}
    assert parts == known | {"counts", "lemmas", "months", "calendar", "entity", "unit", "cue", "trigger"}


def test_no_map_is_forgotten() -> None:
    """A map that the stages look words up in, and that is not listed, would make a change of it go unseen."""
    assert {field.name for field in fields(Gazetteer)} == {
        "names", "demonyms", "given", "family", "roles", "stops", "near", "bodies", "countries",
        "words",  # as counts
        "prefixes", "demonym_prefixes",  # of names and demonyms
    }  # fmt: skip
    assert Knowledge._fields == ("gazetteer", "tagger", "known", "calendar", "units", "cues", "triggers")
    assert Words._fields == ("agencies", "months", "places")


def test_lexicons_come_in_by_few_doors() -> None:
    stages = {file for module in (*READING, *RULES) for file in files_of(module)}
    doors = {f.stem for f in stages if re.search(r"^from tasks.*lexicons", f.read_text("utf-8"), re.MULTILINE)}
    loaders = {file.stem for file in (CODE / "lexicons").glob("*.py")}
    assert doors - loaders == {"ingest", "analysis", "extract", "telling"}


@settings(deadline=None)  # the first text waits for spaCy
@given(st.text(NEWS, max_size=60))
def test_no_token_ends_between_two_arabic_letters(text: str) -> None:
    for first, second in zip((tokens := make_tokenizer()(text)), tokens[1:], strict=False):
        if first.idx + len(first.text) == second.idx:
            assert not re.fullmatch(f"[{LETTERS}][{DIACRITICS}]*[{LETTERS}]", first.text[-1] + second.text[0])


# --- code ------------------------------------------------------------------------------------------------


def test_code_is_followed_along_its_imports() -> None:
    reading = {file.name for module in READING for file in files_of(module)}
    rules = {file.name for module in RULES for file in files_of(module)}
    assert {"ingest.py", "fixes.py", "clitics.py", "reading.py", "stage.py", "places.py"} <= reading
    assert {"extract.py", "speech.py", "participants.py", "gazetteer.py", "units.py"} <= rules
    assert reading.isdisjoint({"extract.py", "speech.py", "gazetteer.py", "units.py", "derive.py"})
    assert rules.isdisjoint({"ingest.py", "fixes.py", "derive.py", "footprints.py"})


def test_digests_of_code_differ() -> None:
    assert digest_stages(READING) != digest_stages(RULES) == digest_stages(RULES)
