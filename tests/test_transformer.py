"""Names by a transformer: a tiny model whose answers are known, made on the spot."""

import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from flows.settings import Settings
from tasks import transformer
from tasks.arabic.alignment import Alignment
from tasks.arabic.reading import read
from tasks.chosen import identify_model
from tasks.extract import Article, extract_article, extract_tokens, load_knowledge
from tasks.fingerprints import READING, RULES, digest_stages
from tasks.lexicons.names import gazetteer
from tasks.stage import fingerprint
from tasks.transformer import TransformerError, find_names, load_transformer
from warehouse.contracts import ARTICLES, SENTENCES, TOKENS

LABELS = ("O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-NORP", "B-TITLE")
SAID = {
    "هيثم": "B-PERS", "الشاطر": "I-PERS", "سلوى": "I-PERS", "بباريس": "B-LOC", "دار": "B-LOC", "##كوم": "O",
    "الفرنسي": "B-NORP", "الوزير": "B-TITLE", "التقى": "O", ".": "O", "في": "O",
}  # fmt: skip
TEXT = "التقى الوزير في داركوم هيثم الشاطر. سلوى في بباريس الفرنسي"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a BERT without a layer: each piece of a word has one label, wherever it stands."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'warraq[transformer]'")
    transformers = pytest.importorskip("transformers", reason="transformers is not: pip install 'warraq[transformer]'")
    folder = tmp_path_factory.mktemp("models") / "tiny-names"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *SAID]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    transformers.BertTokenizer(vocab=str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(pieces),
        hidden_size=len(LABELS),
        num_hidden_layers=0,
        num_attention_heads=1,
        max_position_embeddings=12,
        id2label=dict(enumerate(LABELS)),
        label2id={label: at for at, label in enumerate(LABELS)},
    )
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
        model.bert.embeddings.LayerNorm.weight.fill_(1)
        model.classifier.weight.copy_(torch.eye(len(LABELS)))
        for at, piece in enumerate(pieces):
            model.bert.embeddings.word_embeddings.weight[at, LABELS.index(SAID.get(piece, "O"))] = 1
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def nlp(folder: Path) -> Language:
    nlp = spacy.blank("ar_warraq")
    nlp.replace_pipe("warraq_names", "warraq_transformer_names", config={"model": str(folder)})
    return nlp


NAMES = [("داركوم", "LOC"), ("هيثم الشاطر", "PER"), ("سلوى", "PER"), ("باريس", "LOC"), ("الفرنسي", "NORP")]


def test_it_finds_what_the_model_says(nlp: Language) -> None:
    """The window holds ten pieces: the text comes in two."""
    doc = nlp(TEXT)
    assert [(name._.name, name.label_) for name in doc.ents] == NAMES
    assert [name.kb_id_ for name in doc.ents] == ["", "", "", "geo:2988507", "iso:FR"]
    assert [(name._.name, name.label_) for name in nlp(f"{TEXT}\n" * 30).ents] == NAMES * 30


def test_no_name_goes_on_in_the_next_line(nlp: Language) -> None:
    assert [name._.name for name in nlp("هيثم\nالشاطر").ents] == ["هيثم", "الشاطر"]


def test_the_rows_name_the_model(folder: Path) -> None:
    found = find_names(load_transformer(str(folder)), gazetteer(), read(TEXT))
    assert {mention.method for mention in found.mentions} == {"tiny-names"}


def test_it_finds_names_for_the_stages_besides(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """دمشق is the lexicon's, and is not asked of the model; داركوم only the model knows."""
    monkeypatch.setenv("WARRAQ_NAMES_MODEL", "")
    text = "زار الوزير الروسي سعيد البلتاجي دمشق وداركوم في داركوم. وقال البلتاجي إن وزارة الخارجية الروسية تعمل."
    article = Article("a", "s", "f", None, read(text), Alignment.from_rows([]))
    alone = extract_article(article, load_knowledge())["mentions"]
    Settings.given(names_model=str(folder))
    both = extract_article(article, load_knowledge())["mentions"]
    added = [mention for mention in both if mention not in alone]
    assert [(mention["text"], mention["method"]) for mention in added] == [("داركوم", "tiny-names")]
    assert [mention for mention in both if mention in alone] == alone


def test_another_model_makes_other_facts_and_no_other_tokens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, read_before = digest_stages(RULES), digest_stages(READING)
    monkeypatch.setenv("WARRAQ_NAMES_MODEL", str(folder))
    assert digest_stages(RULES) != before
    assert digest_stages(READING) == read_before
    whole = fingerprint.__wrapped__()
    monkeypatch.setenv("WARRAQ_NAMES_MODEL", "")
    assert fingerprint.__wrapped__() != whole
    assert digest_stages(RULES) == before


def test_a_model_is_known_by_its_name_and_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    for name, content in (("one", "a"), ("one", "b"), ("two", "b")):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "weights").write_text(content)
        monkeypatch.setenv("WARRAQ_NAMES_MODEL", str(folder))
        seen.add(identify_model())
    assert len(seen) == 3


def test_the_same_in_any_company(nlp: Language) -> None:
    texts = [TEXT, "", "هيثم", TEXT * 9, "\n***\n"]
    alone = [[(name.start, name.end, name.label_) for name in nlp(text).ents] for text in texts]
    assert [[(name.start, name.end, name.label_) for name in doc.ents] for doc in nlp.pipe(texts)] == alone


def test_it_comes_back_from_disk(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert [(name._.name, name.label_) for name in again(TEXT).ents] == NAMES


def test_labels_are_read_as_told(folder: Path) -> None:
    read_so = load_transformer(str(folder), frozenset({("title", "MISC"), ("NORP", "")}))
    found = find_names(read_so, gazetteer(), read("الوزير الفرنسي"))
    assert [(mention.span, mention.label) for mention in found.mentions] == [((0, 6), "MISC")]


def test_a_model_without_known_labels_is_refused(folder: Path) -> None:
    with pytest.raises(TransformerError, match=r"O, B-PERS, .*; say in `labels`"):
        load_transformer(str(folder), frozenset((label, "") for label in transformer.LABELS))


def test_a_folder_without_a_model_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TransformerError, match="holds no model"):
        load_transformer(str(tmp_path))


def test_the_stage_stops_without_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_NAMES_MODEL", "anywhere/any-model")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(TransformerError, match="torch is not installed"):
        extract_tokens(*(table.schema.empty_table() for table in (ARTICLES, SENTENCES, TOKENS)))


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(TransformerError, match=r"torch is not installed.*pip install 'warraq\[transformer\]'"):
        load_transformer("anywhere/any-model")
