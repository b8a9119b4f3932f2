from tasks.arabic.document import Document
from tasks.arabic.linking import Found
from tasks.arabic.names import find_mentions
from tasks.arabic.reading import read
from tasks.lexicons.names import gazetteer
from tasks.lexicons.words import words
from tasks.taggers.names import load_tagger

CASES = "linking.jsonl"


def find(document: Document) -> Found:
    return find_mentions(document, gazetteer(), load_tagger(gazetteer()))


def test_names_of_one_thing_share_an_entity(case) -> None:
    document = read(case["text"], words())
    ids = {document.text_of(m.span): m.entity_id for m in find(document).mentions}
    for one, other in case.get("same", []):
        assert ids[one] == ids[other]
    for one, other in case.get("different", []):
        assert other not in ids or ids[one] != ids[other]
    for name, entity_id in case.get("ids", {}).items():
        assert ids[name] == entity_id


def test_a_state_body_has_its_country_and_says_so() -> None:
    text = (
        "تعيش البرازيل أزمة مياه. وفي البرازيل ارتفعت الأسعار ويخشى البرازيليون الأسوأ. وقالت وزارة الصحة إن الوضع صعب."
    )
    (body,) = find(read(text, words())).entities
    assert (body.country_code, body.name_ar, body.kind) == ("BR", "وزارة الصحة (البرازيل)", "government body")


def test_a_state_body_whose_country_is_not_told_has_none() -> None:
    found = find(read("قالت وزارة الصيد النهري إن الوضع صعب.", words()))
    assert [(body.country_code, body.kind) for body in found.entities] == [(None, "generic")]
