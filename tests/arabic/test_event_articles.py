"""Events in articles of our own on sixteen topics, annotated before the rules were run on them.

The floors are what was reached: of `unseen` articles nothing but the score was looked at.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tasks.arabic.document import Span
from tasks.arabic.events import find_events
from tasks.arabic.facts import Entity, Event, Mention
from tasks.arabic.reading import read
from tasks.lexicons.events import load_triggers
from tasks.lexicons.words import words

ARTICLES = Path(__file__).parents[1] / "cases" / "events_articles.jsonl"
FLOORS = {
    False: {"events": 92.3, "participants": 96.1, "status": 98.1, "negation": 98.1},
    True: {"events": 88.6, "participants": 87.4, "status": 93.5, "negation": 100.0},
}


def mark_names(text: str, names: dict[str, str]) -> tuple[list[Mention], dict[str, Entity]]:
    """Mark the names wherever they stand as whole words, the longest first; one with a country has its id."""
    mentions: list[Mention] = []
    entities: dict[str, Entity] = {}
    for name in sorted(names, key=len, reverse=True):
        label, _, code = names[name].partition(" ")
        entity_id = f"iso:{code}" if code else name
        entities[entity_id] = Entity(entity_id, label, name, country_code=code or None)
        pattern = rf"\b[وف]?(?:[بلك]?({re.escape(name)})|ل({re.escape(name.removeprefix('ا'))}))\b"
        for match in re.finditer(pattern, text):
            span = Span(*match.span(1 if match[1] else 2))
            if not any(span.overlaps(mention.span) for mention in mentions):
                mentions.append(Mention(span, label, entity_id, "test", 1.0))
    return sorted(mentions), entities


def find(article: dict[str, Any]) -> list[Event]:
    mentions, entities = mark_names(article["text"], article["names"])
    return find_events(read(article["text"], words()), mentions, entities, [], load_triggers())


def match_events(article: dict[str, Any], events: list[Event]) -> dict[int, Event]:
    """Return which event is which annotated one: of its sentence and a type of its, at its trigger if there is one."""
    text, taken = article["text"], dict[int, Event]()
    ends = [m.end() for m in re.finditer(r"[.؟!](?=\s|$)", text)]
    sentence_of = lambda at: sum(end <= at for end in ends)  # noqa: E731
    at = 0
    places = []
    for gold in article["events"]:
        at = text.index(gold["trigger"], at)
        places.append(range(at, at + len(gold["trigger"])))
    for is_exact in (True, False):
        for number, (gold, place) in enumerate(zip(article["events"], places, strict=True)):
            for event in events:
                near = any(p in place for p in range(*event.span)) if is_exact else (
                    sentence_of(event.span.start) == sentence_of(place.start)
                )  # fmt: skip
                if number not in taken and event not in taken.values() and near and event.event_type in gold["types"]:
                    taken[number] = event
    return taken


def score(articles: list[dict[str, Any]]) -> dict[str, float]:
    """Return F1 of events and of their participants, and how many of the events found have the right status."""
    c: Counter[str] = Counter()
    for article in articles:
        events = find(article)
        taken = match_events(article, events)
        must = [n for n, gold in enumerate(article["events"]) if not gold.get("is_optional")]
        c.update(gold=len(must), found=sum(n in taken for n in must), events=len(events), right=len(taken))
        for number, event in taken.items():
            gold = article["events"][number]
            named = [_id_of(name, article["names"]) for name in gold["actors"] + gold["recipients"]]
            wanted = {name for name in named if not name.startswith("?")}
            got = {*event.actors, *event.recipients}
            c.update(
                wanted=len(wanted), met=len(wanted & got), named=len(got),
                rightly=len(got & {name.removeprefix("?") for name in named}),
                status=event.status in gold["status"], negation=event.is_negated == gold.get("is_negated", False),
            )  # fmt: skip
    return {
        "events": f1(c["found"], c["gold"], c["right"], c["events"]),
        "participants": f1(c["met"], c["wanted"], c["rightly"], c["named"]),
        "status": 100 * c["status"] / c["right"],
        "negation": 100 * c["negation"] / c["right"],
    }


def _id_of(name: str, names: dict[str, str]) -> str:
    bare = name.removeprefix("?")
    return name if bare in names else "?" * name.startswith("?") + f"iso:{bare}"


def f1(found: int, wanted: int, right: int, named: int) -> float:
    recall, precision = found / wanted, right / named
    return 200 * recall * precision / (recall + precision)


@pytest.mark.parametrize("is_unseen", [False, True])
def test_scores_on_articles_of_our_own(is_unseen: bool) -> None:
    lines = map(json.loads, ARTICLES.read_text(encoding="utf-8").splitlines())
    reached = score([article for article in lines if article["unseen"] == is_unseen])
    fallen = {layer: value for layer, value in reached.items() if value < FLOORS[is_unseen][layer]}
    assert not fallen, reached
