"""The language layer as a spaCy pipeline: what users of spaCy expect of any, and the same facts as the stages find."""

import doctest
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from tasks import language
from tasks.analysis import analyser, known_words
from tasks.arabic.document import Document
from tasks.arabic.fixes import fix_text
from tasks.arabic.linking import Found
from tasks.arabic.names import find_all_mentions, find_mentions
from tasks.arabic.reading import read
from tasks.lexicons.names import gazetteer
from tasks.taggers.names import load_tagger

SEEDS = Path(__file__).parents[1] / "seeds"
ARTICLES = [json.loads(line)["text"] for line in (SEEDS / "feeds/wire.jsonl").read_text("utf-8").splitlines()[:4]]
TEXTS = [fix_text(text).text for text in ARTICLES] + [
    "", " \n ", "،", "وصلت لولوة الخاطر إلى بيروت.\n\n  ولبيروت ميناء", "The \N{RIGHT-TO-LEFT MARK}Reuters في 12/5",
]  # fmt: skip


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("ar_warraq")


def look(doc: Doc) -> list[object]:
    """Return all that the pipeline says of a text."""
    return [
        [
            (t.text, t.idx, t.norm_, t.lemma_, t.pos_, t.is_sent_start, t._.proclitics, t._.stem, t._.enclitics)
            for t in doc
        ],
        [(e.start, e.end, e.label_, e.ent_id_, e.kb_id_, e._.name, e._.name_start, e._.name_end) for e in doc.ents],
    ]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
def test_it_finds_what_the_stages_find(nlp: Language, text: str) -> None:
    doc, document = nlp(text), read(text, known_words())
    assert doc.text == text
    words = [token for token in doc if not token.is_space]
    assert [(t.idx, t.text, t.norm_, t._.stem) for t in words] == [
        (t.start, t.text, t.norm, t.stem) for t in document.tokens
    ]
    known = analyser().analyse_document(document)
    assert [(t.lemma_ or None, t.pos_) for t in words] == known
    starts = [document.tokens[sentence.first].start for sentence in document.sentences]
    assert [t.idx for t in words if t.is_sent_start] == starts
    found = find_mentions(document, gazetteer(), load_tagger(gazetteer()))
    assert [((e._.name_start, e._.name_end), e.label_, e.ent_id_) for e in doc.ents] == [
        (m.span, m.label, m.entity_id) for m in found.mentions
    ]
    assert all(entity.kb_id_ in ("", entity.ent_id_) for entity in doc.ents)


def test_one_at_a_time_or_in_batches_is_the_same(nlp: Language) -> None:
    one_by_one = [look(nlp(text)) for text in TEXTS]
    assert [look(doc) for doc in nlp.pipe(TEXTS, batch_size=3)] == one_by_one
    assert [look(doc) for doc in nlp.pipe(reversed(TEXTS))] == one_by_one[::-1]


def test_a_text_that_fails_is_dropped_alone(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """As spaCy has it for any component, whatever is read with the text."""

    def find(documents: list[Document], *knowledge: Any) -> list[Found]:
        if TEXTS[1] in [document.text for document in documents]:
            raise ValueError("a defect")
        return find_all_mentions(documents, *knowledge)

    kept = [look(nlp(text)) for text in TEXTS if text != TEXTS[1]]
    monkeypatch.setattr(language, "find_all_mentions", find)
    with pytest.raises(ValueError, match="a defect"):
        list(nlp.pipe(TEXTS))
    nlp = spacy.blank("ar_warraq")
    failed: list[str] = []
    nlp.set_error_handler(lambda name, component, docs, error: failed.extend(doc.text for doc in docs))
    assert [look(doc) for doc in nlp.pipe(TEXTS)] == kept
    assert failed == [TEXTS[1]]


def test_in_other_processes_it_is_the_same() -> None:
    """In a process of its own: to fork this one, in which other tests have started threads, would not be safe."""
    code = """
import spacy
from tests.test_language import TEXTS, look
nlp = spacy.blank("ar_warraq")
assert [look(doc) for doc in nlp.pipe(TEXTS, batch_size=2, n_process=2)] == [look(nlp(text)) for text in TEXTS]
"""
    subprocess.run([sys.executable, "-c", code], cwd=SEEDS.parent, check=True)


def test_it_comes_back_from_disk(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "ar_warraq")
    again = spacy.load(tmp_path / "ar_warraq")
    assert again.pipe_names == nlp.pipe_names
    assert look(again(TEXTS[0])) == look(nlp(TEXTS[0]))


def test_a_document_comes_back_from_bytes(nlp: Language) -> None:
    doc = nlp(TEXTS[0])
    assert look(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == look(doc)


@pytest.mark.parametrize("left_out", ["warraq_words", "warraq_sentences"])
def test_names_need_no_other_component(nlp: Language, left_out: str) -> None:
    whole = look(nlp(TEXTS[0]))
    with nlp.select_pipes(disable=[left_out]):
        assert look(nlp(TEXTS[0]))[-1] == whole[-1]


def test_the_components_go_into_any_pipeline() -> None:
    nlp = spacy.blank("ar")
    for name in ("warraq_words", "warraq_sentences", "warraq_names"):
        nlp.add_pipe(name)
    assert [name._.name for name in nlp("عاد الوفد من القاهرة.").ents] == ["القاهرة"]


def test_it_comes_back_from_bytes(nlp: Language) -> None:
    again = spacy.blank("ar_warraq").from_bytes(nlp.to_bytes())
    assert look(again(TEXTS[0])) == look(nlp(TEXTS[0]))


def test_the_page_says_what_is() -> None:
    page = (SEEDS.parent / "docs/language.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "docs/language.md", None, 0)
    assert doctest.DocTestRunner().run(examples).failed == 0
    assert examples.examples
