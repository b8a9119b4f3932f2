from itertools import pairwise

import pytest

from tasks.arabic.candidates import Candidate
from tasks.arabic.document import Document
from tasks.arabic.facts import Entity
from tasks.arabic.gazetteer import Gazetteer, beginnings, build_gazetteer, compact
from tasks.arabic.linking import CONFIDENCE, Found, rate
from tasks.arabic.names import find_mentions
from tasks.arabic.reading import read
from tasks.lexicons.names import gazetteer
from tasks.lexicons.words import words
from tasks.taggers.names import load_tagger

CASES = "names.jsonl"


def find(text: str) -> tuple[Document, Found]:
    document = read(text, words())
    return document, find_mentions(document, gazetteer(), load_tagger(gazetteer()))


def test_names_are_found_with_their_label(case) -> None:
    document, found = find(case["text"])
    assert [[document.text_of(m.span), m.label] for m in found.mentions] == case["mentions"]


def test_mentions_stand_in_order_and_never_overlap() -> None:
    _, found = find("زار وزير الخارجية البرازيلي سمير الهاشمي جامعة مدريد ومطار أثينا الدولي والأمم المتحدة.")
    spans = [m.span for m in found.mentions]
    assert len(spans) >= 4
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_unknown_entities_come_with_the_mentions_and_known_ones_do_not() -> None:
    _, found = find("وصل السيد تورفيك هالندر إلى اليونان.")
    (person,) = found.entities
    assert person.entity_id == found.mentions[0].entity_id
    assert person.entity_id.startswith("name:")
    assert (person.label, person.kind, person.is_known, person.name_ar) == ("PER", "person", False, "تورفيك هالندر")
    assert found.mentions[1].entity_id == "iso:GR"


def test_every_mention_says_how_it_was_found_and_how_often_that_is_right() -> None:
    _, found = find("قال السيد تورفيك هالندر في اليونان إن سمير الهاشمي برازيلي. وقال هالندر إنه يعود.")
    assert {m.method for m in found.mentions} >= {"title_rule", "lexicon", "coreference"}
    assert all(m.confidence == CONFIDENCE[m.method] for m in found.mentions if m.method != "model")


def test_the_surer_the_model_the_more_confident() -> None:
    rates = [rate(Candidate(0, 1, 0, "LOC", "model", margin=margin)) for margin in (0.0, 1.0, 2.0, 4.0, 8.0, 100.0)]
    assert rates == sorted(rates)
    assert 0.5 < rates[0] < rates[2] < rates[-1] <= 1


@pytest.mark.parametrize("text", ["", "\n", "؟!", "«»", "و", "لل", "- -", "ال"])
def test_texts_without_words_have_no_names(text: str) -> None:
    assert find(text)[1] == Found([], [])


def test_a_name_does_not_run_over_a_line() -> None:
    document, found = find("وصل سمير\nالهاشمي يغادر اليوم")
    assert "سمير\nالهاشمي" not in {document.text_of(m.span) for m in found.mentions}


def test_of_two_entities_with_one_name_the_first_keeps_it() -> None:
    country, town = Entity("iso:XX", "LOC", "زغرديل"), Entity("geo:1", "LOC", "زغرديل")
    assert build_gazetteer([(country, ("زغرديل",)), (town, ("زغرديل",))], {}).names["زغرديل"] == country


def test_a_generic_noun_is_no_part_of_a_places_name() -> None:
    place = Entity("iso:XX", "LOC", "زغرديل")
    roles = {"place": frozenset({"دوله"})}
    assert set(build_gazetteer([(place, ("زغرديل", "دولة زغرديل"))], {}, roles=roles).names) == {"زغرديل"}


def test_an_adjective_of_a_country_needs_no_list() -> None:
    place = Entity("iso:XX", "LOC", "زغردستان", kind="country")
    names: Gazetteer = build_gazetteer([(place, ("زغردستان",))], {})
    assert names.demonym(compact("الزغردستانيين")) == place
    assert names.demonym(compact("الزغردية")) is None


def test_marks_on_letters_do_not_hide_a_word() -> None:
    assert beginnings("كِندا")[0].key == beginnings("كندا")[0].key
