"""docs/extraction.md is what the rules of today say."""

import json

from benchmarks.extract import COUNTS, PAGE, describe_rules, shorten
from tasks.lexicons.events import load_triggers, read_rows


def test_the_page_of_the_rules_is_up_to_date() -> None:
    counts = json.loads(COUNTS.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == describe_rules(counts)
    assert counts.keys() <= {row.rule for row in read_rows()}


def test_every_rule_has_a_form_by_which_it_is_found() -> None:
    assert {row.rule for row in read_rows()} == {f.trigger.rule for forms in load_triggers().values() for f in forms}


def test_a_long_group_of_words_is_cut_short() -> None:
    assert shorten("نار رصاص + على <name>") == r"نار رصاص + على \<name>"
    assert shorten("واحد اثنان ثلاثة أربعة خمسة ستة") == "واحد اثنان ثلاثة أربعة خمسة …"
