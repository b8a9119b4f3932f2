"""Quotes: invented sentences as cases, and what must hold for any text."""

from collections import Counter
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.cues import keys
from tasks.arabic.document import Document, Span
from tasks.arabic.facts import Mention, Quote
from tasks.arabic.reading import read
from tasks.arabic.speech import find_quotes
from tasks.lexicons.speech import load_cues, read_words
from tasks.lexicons.words import words

CASES = "quotes.jsonl"

KINDS = {"verb", "source", "role", "document", "outlet", "opener"}
COMPLEMENTS = {"clause", "object", "quote", "إلى", "على", "عن", "من", "ب"}
WORDS = sorted(
    keys(
        """قال أكدت وأضاف مشيرا وفقا بحسب ما أن إنه إلى على الوزير المصدر بيان كما قوله نقلا عن و لم بأن اعتقال مصر
        « » ، . :"""
    )
)


def find_names(text: str, names: list[list[str]]) -> list[Mention]:
    """Return a mention for every place where a name stands; a third item is the entity, else it is the name."""
    found: dict[Span, Mention] = {}
    for name, label, *entity in names:
        at = text.find(name)
        while at >= 0:
            mention = Mention(Span(at, at + len(name)), label, (*entity, name)[0], "test", 1.0)
            if not any(other.contains(mention.span) for other in found):
                found[mention.span] = mention
            at = text.find(name, at + 1)
    return [found[span] for span in sorted(found)]


def quotes_in(text: str, names: list[list[str]]) -> tuple[Document, list[Quote]]:
    document = read(text, words())
    return document, find_quotes(document, find_names(text, names), load_cues())


def test_quote(case):
    document, quotes = quotes_in(case["text"], case["names"])
    found = [
        [document.text_of(q.span), q.kind, q.speaker and document.text_of(q.speaker), q.cue and document.text_of(q.cue)]
        for q in quotes
    ]
    assert found == case["quotes"]
    for words_, entity in case.get("entities", {}).items():
        assert [q.speaker_entity_id for q in quotes if q.speaker and document.text_of(q.speaker) == words_] == [entity]


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_text(pieces):
    text = " ".join(pieces)
    _, quotes = quotes_in(text, [["مصر", "LOC"], ["المصدر", "PER"]])
    spans = [q.span for q in quotes]
    assert spans == sorted(set(spans))
    for quote in quotes:
        assert 0 <= quote.span.start < quote.span.end <= len(text)
        assert quote.kind in ("direct", "mixed", "indirect")
        assert quote.cue is None or quote.cue.start < quote.cue.end
        assert quote.speaker is None or quote.speaker.start < quote.speaker.end


def test_every_row_of_the_lexicon_is_sound():
    rows = read_words()
    assert {row.kind for row in rows} == KINDS
    assert {c.removesuffix("?") for row in rows for c in row.complements} <= COMPLEMENTS
    assert all((row.kind == "verb") == bool(row.complements) for row in rows)
    twice = [word for word, count in Counter((row.word, row.kind) for row in rows).items() if count > 1]
    assert twice == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("قالوا", "verb"),
        ("يؤكد", "verb"),
        ("سيعلن", "verb"),
        ("رأت", "verb"),
        ("دعوا", "verb"),
        ("مشيرين", "participle"),
        ("داعياً", "participle"),
        ("نافية", "participle"),
        ("قولها", "noun"),
        ("نقلا", "source"),
    ],
)
def test_form(word, kind):
    [key] = keys(word)
    assert load_cues().forms[key].kind == kind


def test_no_verb_reads_a_preposition_as_itself():
    assert not keys("إلى على عن من في أن إن كما وقد ثم بعد") & load_cues().forms.keys()


def test_ten_times_the_text_takes_about_ten_times_as_long():
    line = "قال وزير النقل سليم عون إن القطار جاهز، مشيرا إلى أن التذاكر متوفرة، بحسب بيان للشركة.\n"
    assert seconds(line * 300) < 25 * seconds(line * 30)


def seconds(text):
    """Return the processor's time, the least of three: others work on the machine too."""
    document = read(text, words())
    took = []
    for _ in range(3):
        start = process_time()
        assert len(find_quotes(document, [], load_cues())) > text.count("\n")
        took.append(process_time() - start)
    return min(took)
