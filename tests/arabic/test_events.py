"""Events on invented sentences: hits, near misses and known failures of each PLOVER type."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.arabic.document import Span
from tasks.arabic.events import find_events
from tasks.arabic.facts import Date, Entity, Event, Mention
from tasks.arabic.inflection import inflect_noun, inflect_past, inflect_present
from tasks.arabic.reading import read
from tasks.arabic.triggers import TriggerRow, make_triggers
from tasks.lexicons.events import load_triggers
from tasks.lexicons.words import words

CASES = "events.jsonl"
TYPES = {
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT",
    "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}  # fmt: skip


def mention_names(text: str, names: dict[str, str]) -> tuple[list[Mention], dict[str, Entity]]:
    """Mark every occurrence of the names; the id is the name itself. `capital FR` is a LOC of that kind."""
    mentions, entities = [], {}
    for name, what in names.items():
        label, _, code = what.partition(" ")
        kind, label = ("capital", "LOC") if label == "capital" else (None, label)
        entities[name] = Entity(name, label, name, kind=kind, country_code=code or None)
        start = text.find(name)
        while start >= 0:
            mentions.append(Mention(Span(start, start + len(name)), label, name, "test", 1.0))
            start = text.find(name, start + 1)
    return sorted(mentions), entities


def find(text: str, names: dict[str, str] | None = None, dates: tuple[Date, ...] = ()) -> list[Event]:
    mentions, entities = mention_names(text, names or {})
    return find_events(read(text, words()), mentions, entities, dates, load_triggers())


def describe(text: str, event: Event) -> dict[str, Any]:
    return {
        "trigger": text[event.span.start : event.span.end],
        "kind": event.event_type + (f"/{event.mode}" if event.mode else ""),
        "actors": list(event.actors),
        "recipients": list(event.recipients),
        "status": event.status,
        "is_negated": event.is_negated,
    }


def test_events_of_a_sentence(case: dict[str, Any]) -> None:
    found = [describe(case["text"], event) for event in find(case["text"], case["names"])]
    assert found == case["events"]


def test_every_type_has_words_and_is_tried_by_a_case() -> None:
    lines = (Path(__file__).parents[1] / "cases" / CASES).read_text(encoding="utf-8").splitlines()
    known = {form.trigger.event_type for forms in load_triggers().values() for form in forms}
    tried = {event["kind"].split("/")[0] for line in lines for event in json.loads(line)["events"]}
    assert known == tried == TYPES


def test_a_row_without_a_score_is_refused() -> None:
    row = TriggerRow("قصف", "", "", "", "ASSAULT", "magic", "", "", "", "", "")
    with pytest.raises(ValueError, match="ASSAULT/magic"):
        make_triggers([row], {("ASSAULT", None): -9.0})


def test_the_score_is_that_of_type_and_mode() -> None:
    assert [e.score for e in find("اعتقلت الشرطة خمسة أشخاص. انسحبت قبرص من الجزيرة.", {"قبرص": "LOC"})] == [-7.0, 8.0]


def test_no_two_events_share_a_span_and_all_lie_in_the_text() -> None:
    text = "قصفت تركيا قبرص وهاجمت اليونان. وقال: قصفت تركيا قبرص وهاجمت اليونان."
    events = find(text, {"تركيا": "LOC", "قبرص": "LOC", "اليونان": "LOC"})
    assert len({e.span for e in events}) == len(events) == 4
    assert all(0 <= e.span.start < e.span.end <= len(text) for e in events)


DAY = date(2024, 3, 5)
OTHER = date(2023, 1, 1)


def dated(text: str, surface: str, day: date) -> Date:
    start = text.index(surface)
    return Date(Span(start, start + len(surface)), "date", day.isoformat(), None, day, day, "day")


def test_an_event_takes_the_only_date_of_its_sentence() -> None:
    text = "في 5 مارس 2024، زار سامي حداد قبرص. ثم غادر في 1 يناير 2023."
    dates = (dated(text, "5 مارس 2024", DAY), dated(text, "1 يناير 2023", OTHER))
    (event,) = find(text, {"سامي حداد": "PER", "قبرص": "LOC"}, dates)
    assert (event.date_from, event.date_to) == (DAY, DAY)


def test_of_two_dates_an_event_takes_the_one_of_its_clause_or_none() -> None:
    names = {"قبرص": "LOC", "تشاد": "LOC"}
    text = "قصفت قبرص تشاد في 5 مارس 2024، بعد هدنة بدأت في 1 يناير 2023."
    dates = (dated(text, "5 مارس 2024", DAY), dated(text, "1 يناير 2023", OTHER))
    assert [e.date_from for e in find(text, names, dates)] == [DAY, OTHER]
    text = "قصفت قبرص تشاد في 5 مارس 2024 وفي 1 يناير 2023."
    dates = (dated(text, "5 مارس 2024", DAY), dated(text, "1 يناير 2023", OTHER))
    assert [e.date_from for e in find(text, names, dates)] == [None]


def test_a_date_without_an_anchor_gives_no_day() -> None:
    text = "قصفت قبرص تشاد أمس."
    relative = Date(Span(text.index("أمس"), text.index("أمس") + 3), "relative", "day:-1")
    assert [e.date_from for e in find(text, {"قبرص": "LOC", "تشاد": "LOC"}, (relative,))] == [None]


def test_a_name_is_no_trigger() -> None:
    assert find("التقى أنصار حركة احتجاج", {"حركة احتجاج": "ORG"})[1:] == []


def test_an_empty_document_has_no_events() -> None:
    assert find("") == []


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (inflect_past("دعا"), {"دعا", "دعت", "دعوا"}),
        (inflect_past("اعتقل"), {"اعتقل", "اعتقلت", "اعتقلوا", "اعتقلو"}),
        (inflect_present("يهدد"), {"يهدد", "تهدد", "يهددون"}),
        (inflect_noun("لقاء"), {"لقاء", "لقاي", "لقاو"}),
        (inflect_noun("غارات"), {"غارات"}),
    ],
)
def test_forms_of_a_lemma(forms: Iterator[str], expected: set[str]) -> None:
    assert expected <= set(forms)
