from tasks.arabic.names import find_mentions
from tasks.arabic.reading import read
from tasks.lexicons.names import gazetteer
from tasks.lexicons.words import words

CASES = "linking.jsonl"


def test_names_of_one_thing_share_an_entity(case) -> None:
    document = read(case["text"], words())
    ids = {document.text_of(m.span): m.entity_id for m in find_mentions(document, gazetteer()).mentions}
    for one, other in case.get("same", []):
        assert ids[one] == ids[other]
    for one, other in case.get("different", []):
        assert other not in ids or ids[one] != ids[other]
