"""Forms of nationality, religion and movement."""

from tasks import lexicons
from tasks.arabic.normalize import norm
from tasks.lexicons.places import inflect
from tasks.lexicons.table import read_rows

CASES = "demonyms.jsonl"


def test_demonym_form(case):
    entity = lexicons.demonym_forms().get(norm(case["text"]))
    assert (entity and entity.entity_id) == case["entity_id"]


def test_no_two_demonyms_share_a_form():
    owners = {}
    for row in read_rows("demonyms"):
        for form in inflect(row):
            owners.setdefault(norm(form), set()).add(row["name_ar"])
    assert [form for form, bases in owners.items() if len(bases) > 1] == []
