"""The train flow on corpora of a few made-up sentences: same bytes twice, and no worse model gets through."""

import gzip
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from flows import train
from flows.train import find_fallen, main, raise_floors
from flows.training.corpora import names_of, read_columns, read_marked, read_news
from flows.training.names import OWN
from flows.training.treebank import read_padt
from tasks.analysis import known_words
from tasks.arabic.clitic_weights import WEIGHTS
from tasks.arabic.clitics import use_weights
from tasks.arabic.names import hint
from tasks.arabic.tagging import NAMES, Tagged
from tasks.lexicons.names import gazetteer
from tasks.taggers.clusters import load_clusters
from tasks.taggers.names import FILE, load_tagger

PEOPLE = ("سمير الهاشمي", "تورفيك هالندر", "ليلى المناعي", "زوران بيلافيتش")
PLACES = ("زغرديل", "صرمان", "أثينا", "طنجة", "مدريد")
TREE = """1\tو\tو\tCCONJ\t_\t_\t0\t_\t_\tSpaceAfter=No
2\tزار\tزار\tVERB\t_\t_\t0\t_\t_\t_
3\tالوفد\tوفد\tNOUN\t_\t_\t0\t_\t_\t_
4\tطنجة\tطنجة\tPROPN\t_\t_\t0\t_\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\t_\t_\t0\t_\t_\t_

"""
FRAMES = ("زار السيد {} مدينة {} أمس.", "وقال {} إن الطريق إلى {} مفتوح.", "سافرت الطبيبة {} من {} ليلا.")


def write_sentence(frame: str, person: str, place: str) -> dict[str, object]:
    text = frame.format(person, place)
    spans = [
        [text.index(name), text.index(name) + len(name), label] for name, label in ((person, "PER"), (place, "LOC"))
    ]
    return {"text": text, "entities": spans}


def write_columns(path: Path, count: int) -> None:
    path.parent.mkdir(exist_ok=True)
    lines = ["في\tO", "زغرديل\tB-LOC", "قال\tO", "تورفيك\tB-PER", "هالندر\tI-PER", ".\tO", ""]
    path.write_text("\n".join(lines * count), encoding="utf-8")


@pytest.fixture(autouse=True)
def weights() -> Iterator[None]:
    yield
    use_weights(WEIGHTS)


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = tmp_path / "own.txt"
    own.write_text("سافر الوفد إلى [LOC طنجة] مع [PER سمير].\n", encoding="utf-8")
    monkeypatch.setattr("flows.training.names.OWN", own)
    monkeypatch.setattr(train, "CURVE", (2,))
    monkeypatch.setattr(train, "FITS", 2)
    data = tmp_path / "data"
    (data / "news_ner").mkdir(parents=True)
    sentences = [write_sentence(*parts) for parts in product(FRAMES, PEOPLE, PLACES)]
    texts = [
        json.dumps({"id": f"t{no}", "sentences": sentences[no : no + 3]}, ensure_ascii=False)
        for no in range(0, len(sentences), 3)
    ]
    with gzip.open(data / "news_ner" / "train.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(texts[::2]))
    (data / "news_ner" / "dev.jsonl").write_text("\n".join(texts[1::2]), encoding="utf-8")
    for name in ("train", "dev", "test"):
        write_columns(data / "anercorp" / f"{name}.tsv", 4)
    write_columns(data / "aqmar" / "all.tsv", 4)
    for name, part in (("pud", "test"), ("padt", "test"), ("padt", "dev")):
        (data / name).mkdir(exist_ok=True)
        (data / name / f"{part}.conllu").write_text(TREE * 30, encoding="utf-8")
    for name, rows in {
        "ant/articles.jsonl": [json.dumps({"id": s["text"], "title": "عنوان", "text": s["text"]}) for s in sentences],
        "wikipedia/text.txt": ["<doc id='1'>", *(str(s["text"]) for s in sentences), "</doc>"],
    }.items():
        (data / name).parent.mkdir()
        with gzip.open(data / f"{name}.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(rows))
    return data


def test_annotations_lie_on_the_words_of_the_product(corpora: Path) -> None:
    first = next(read_news(corpora / "news_ner" / "dev.jsonl", {}))
    found = [[t.text for t in first.document.tokens[n.first : n.last]] for n in names_of(first)[:2]]
    assert [" ".join(words) for words in found] == [
        first.document.text[start:end] for start, end, _ in first.marked[:2]
    ]
    columns = next(read_columns(corpora / "aqmar" / "all.tsv", {}, ("PER", "LOC")))
    assert names_of(columns)[:2] == [Tagged(1, 2, "LOC"), Tagged(3, 5, "PER")]


def test_sentences_of_our_own_have_their_names_in_brackets(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("زار الوفد [LOC طنجة] و[LOC مدريد].\nلا أحد.\n", encoding="utf-8")
    first, second = read_marked(tmp_path / "own.txt", {})
    assert first.document.text == "زار الوفد طنجة ومدريد."
    assert names_of(first) == [Tagged(2, 3, "LOC"), Tagged(3, 4, "LOC")]
    assert names_of(second) == []


def test_all_sentences_of_our_own_can_be_read() -> None:
    found = [name for example in read_marked(OWN, known_words()) for name in names_of(example)]
    assert len(found) == OWN.read_text(encoding="utf-8").count("[")
    assert {name.label for name in found} == set(NAMES)


def test_training_twice_gives_the_same_bytes(corpora: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        main(corpora, tmp_path / folder)
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / folder).iterdir()} for folder in ("one", "two"))
    assert one == two
    assert one.keys() == {"clusters.bin", "names.bin", "parts.bin", "clitic_weights.py", "meta.json", "floors.json"}
    card = json.loads(one["meta.json"])
    assert card["scores"]["news_ner dev"]["micro"] > 90
    assert card["scores"]["PUD test"].keys() == {"clitics", "lemmas", "parts"}
    assert card["corpora"].keys() == {"news_ner", "anercorp", "aqmar", "pud", "padt", "ant", "wikipedia", "training"}
    assert [point["words"] for point in card["curve"]] == sorted(point["words"] for point in card["curve"])
    assert json.loads(one["floors.json"])["PUD test"] == card["scores"]["PUD test"]
    dev = next(read_news(corpora / "news_ner" / "dev.jsonl", {}))
    hints = hint(dev.document, gazetteer())
    assert load_tagger(gazetteer(), tmp_path / "one").tag(dev.document, hints).names == names_of(dev)


def test_models_under_a_floor_take_no_place(corpora: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    out.mkdir()
    (out / "floors.json").write_text('{"AQMAR": {"micro": 100.1}}')
    with pytest.raises(SystemExit, match=r"AQMAR: micro .* under the floor of 100\.1"):
        main(corpora, out)
    assert not (out / FILE).exists()
    assert load_clusters(out / "candidate")


def test_floors_only_rise(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    raise_floors({"AQMAR": {"micro": 60.0, "PER": 50.0}, "PUD test": {"clitics": 98.0}}, path)
    raise_floors({"AQMAR": {"micro": 59.0}, "PUD test": {"clitics": 99.0}}, path)
    assert json.loads(path.read_text()) == {"AQMAR": {"micro": 60.0}, "PUD test": {"clitics": 99.0}}
    assert find_fallen({"AQMAR": {"micro": 60.0}}, path) == ["PUD test: clitics 0.0 is under the floor of 99.0"]


def test_clitics_of_padt_are_written_on(tmp_path: Path) -> None:
    words = ["ل/ADP", "الوَفدِ/NOUN", "على/ADP", "ه/PRON", "خرج/VERB", "و/CCONJ", "خُطَّة/NOUN", "هم/PRON", "ب/ADP", "كين/X"]
    rows = [f"{no}\t{w.partition('/')[0]}\t_\t{w.partition('/')[2]}\tS\t_\t0\t_\t_\t_" for no, w in enumerate(words, 1)]
    (tmp_path / "padt").write_text("\n".join(rows), encoding="utf-8")
    assert list(read_padt(tmp_path / "padt")) == [("ل", "لوفد"), ("علي", "ه"), ("خرج",), ("و", "خطت", "هم")]
