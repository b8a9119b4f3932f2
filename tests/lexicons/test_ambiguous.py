"""Names that are ordinary words as well."""

from tasks import lexicons
from tasks.arabic.normalize import norm

CASES = "ambiguous.jsonl"


def test_ambiguous_name(case):
    assert (norm(case["text"]) in lexicons.ambiguous()) == case["is_ambiguous"]


def test_ambiguous_names_are_names():
    known = {norm(name) for e in lexicons.entities() for name in e.names} | set(lexicons.demonym_forms())
    assert lexicons.ambiguous() <= known
