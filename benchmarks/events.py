"""Attacks and protests found in sentences that others annotated: `python -m benchmarks.events`.

Each sentence of ../shared/data/events tells of one at least (ASSAULT or PROTEST), and up to four annotators marked
the words that say so. Recall: of the sentences with marked words, in how many a trigger of that type was found.
Precision: how many triggers of that type are, with clitics or parts of a phrase, words that somebody marked; one
annotator saw one event a sentence, so that others rightly found count as wrong: it is a lower bound. The share of
sentences told of the one type in which the other one is found shows how far they are mistaken for each other.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tasks import lexicons
from tasks.analysis import known_words
from tasks.arabic.events import find_events
from tasks.arabic.facts import Event
from tasks.arabic.fixes import fix_text
from tasks.arabic.names import find_mentions
from tasks.arabic.normalize import norm
from tasks.arabic.reading import read
from tasks.lexicons.events import load_triggers
from tasks.lexicons.names import gazetteer
from tasks.taggers.names import load_tagger

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "events"
TYPES = ("ASSAULT", "PROTEST")


class Score(NamedTuple):
    """Shares of the sentences and triggers of one type, in percent."""

    precision: float
    recall: float
    mistaken: float


def main() -> None:
    if not FOLDER.is_dir():
        raise SystemExit(f"the annotated sentences are not at {FOLDER}; there is nothing to measure")
    for event_type in TYPES:
        precision, recall, mistaken = score(event_type)
        print(f"{event_type}: precision {precision:.1f}, recall {recall:.1f}; the other type in {mistaken:.1f} %")


def score(event_type: str) -> Score:
    """Score the detection of a type on its sentences."""
    found = right = with_type = with_words = mistaken = 0
    sentences = list(read_sentences(event_type))
    for row in sentences:
        text, events = find(row["text"])
        marked = {norm(word) for span in row["spans"] for word in span["verb"]}
        own = [event for event in events if event.event_type == event_type]
        found += len(own)
        right += sum(is_marked(text, event, marked) for event in own)
        with_words += bool(marked)
        with_type += bool(marked and own)
        mistaken += any(event.event_type in TYPES and event.event_type != event_type for event in events)
    return Score(100 * right / found, 100 * with_type / with_words, 100 * mistaken / len(sentences))


def read_sentences(event_type: str) -> Iterator[dict[str, Any]]:
    """Yield the annotated sentences of a type."""
    yield from json.loads((FOLDER / f"{event_type.lower()}_spans.json").read_text(encoding="utf-8"))


def find(text: str) -> tuple[str, list[Event]]:
    """Return a text as it is cleaned, and its events."""
    clean = fix_text(text).text
    document = read(clean, known_words())
    found = find_mentions(document, gazetteer(), load_tagger(gazetteer()))
    entities = {named.entity.entity_id: named.entity for named in lexicons.entities()}
    entities |= {entity.entity_id: entity for entity in found.entities}
    return clean, find_events(document, found.mentions, entities, [], load_triggers())


def is_marked(text: str, event: Event, marked: set[str]) -> bool:
    """Tell whether a trigger is one of the marked words, which have their clitics on."""
    word = norm(text[event.span.start : event.span.end])
    return any(other.endswith(word) for other in marked)


if __name__ == "__main__":
    main()
