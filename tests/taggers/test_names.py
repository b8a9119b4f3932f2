import hashlib
import json
from pathlib import Path

import pytest

from tasks.arabic.document import Span
from tasks.arabic.names import hint
from tasks.arabic.reading import read
from tasks.lexicons.names import gazetteer
from tasks.lexicons.words import words
from tasks.taggers.clusters import load_clusters, write_clusters
from tasks.taggers.names import FILE, load_tagger, read_weights, write_weights
from tasks.taggers.parts import load_part_model, write_part_model
from tasks.taggers.store import FOLDER, ModelError, to_bytes, write_arrays
from tests.conftest import CASES

SAMPLE = CASES / "tagging.jsonl"
FLOOR = 85.0  # F1 on the sample, whose sentences were written for it


def test_a_missing_model_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"python -m flows\.train"):
        load_tagger(gazetteer(), tmp_path)


@pytest.mark.parametrize("name", ["names.bin", "clusters.bin"])
@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04"])
def test_a_broken_model_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match="train it anew"):
        read_weights(tmp_path) if name == FILE else load_clusters(tmp_path)


def test_a_model_for_other_labels_is_refused(tmp_path: Path) -> None:
    write_arrays(tmp_path / FILE, read_weights(FOLDER)._asdict() | {"labels": to_bytes("O B-DISEASE")})
    with pytest.raises(ModelError, match="other labels"):
        read_weights(tmp_path)


def test_models_are_written_with_the_same_bytes(tmp_path: Path) -> None:
    write_weights(tmp_path, read_weights(FOLDER))
    write_clusters(tmp_path, load_clusters())
    write_part_model(tmp_path, load_part_model())
    for file in FOLDER.glob("*.bin"):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_the_card_is_of_these_models() -> None:
    card = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.bin")}
    assert {name: file["sha256"] for name, file in card["files"].items()} == digests
    assert sum(file["bytes"] for file in card["files"].values()) < 15e6


def test_no_score_is_under_its_floor() -> None:
    card, floors = (json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("meta.json", "floors.json"))
    assert floors.keys() >= {"news_ner dev", "ANERcorp test", "AQMAR", "PUD test", "PADT test"}
    assert all(card["scores"][name][what] >= floor for name, row in floors.items() for what, floor in row.items())


def test_the_model_reads_the_sample_well() -> None:
    right = both = 0
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        document = read(case["text"], words())
        tokens = document.tokens
        spans = {
            (document.text_of(Span(tokens[n.first].name_start, tokens[n.last - 1].end)), n.label)
            for n in load_tagger(gazetteer()).tag(document, hint(document, gazetteer())).names
        }
        gold = {tuple(name) for name in case["names"]}
        right += len(spans & gold)
        both += len(spans) + len(gold)
    assert 200 * right / both >= FLOOR
