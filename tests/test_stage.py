import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks import stage
from tasks.stage import Batch, Step, apply, fingerprint, read_table, table_path, write_table
from warehouse import contracts
from warehouse.contracts import REJECTS, SENTENCES, ContractError, rows_of

CODE = Path(stage.__file__).parent
SENTENCE = {
    "article_id": "a", "sentence_no": 0, "start_char": 0, "end_char": 9, "text": "عاد الوفد", "is_repeat": False,
    "is_boilerplate": False,
}  # fmt: skip


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """Return a batch that holds one sentence."""
    write_table(tmp_path, SENTENCES, rows_of(SENTENCES, [SENTENCE]))
    return Batch(str(tmp_path))


def refuse_sentences(sentences: pa.Table) -> pa.Table:
    """Make a reject of each sentence."""
    rows = [{"source": t, "file": t, "reason": "failed", "detail": "-"} for t in sentences["text"].to_pylist()]
    return rows_of(REJECTS, rows)


# --- a stage on a batch ------------------------------------------------------------------------------


def test_a_stage_writes_its_tables_beside_its_inputs_and_says_so(batch: Batch) -> None:
    done = apply(refuse_sentences, (SENTENCES,), (REJECTS,), batch)
    written = pq.read_table(table_path(batch.folder, REJECTS))
    assert written.schema.equals(REJECTS.schema)
    assert written["source"].to_pylist() == ["عاد الوفد"]
    (step,) = done.log
    assert (done.folder, step.stage, step.rows) == (batch.folder, "refuse", 1)
    assert 0 <= step.seconds < 60


def test_a_log_grows_by_a_step_a_stage(batch: Batch) -> None:
    once = apply(refuse_sentences, (SENTENCES,), (REJECTS,), batch._replace(log=(Step("clean", 3, 0.5),)))
    assert [step.stage for step in once.log] == ["clean", "refuse"]


def test_a_digest_covers_what_was_written_here_and_before(batch: Batch) -> None:
    def digest(rows: list[dict[str, object]], before: str) -> str:
        write_table(batch.folder, SENTENCES, rows_of(SENTENCES, rows))
        return apply(refuse_sentences, (SENTENCES,), (REJECTS,), batch._replace(digest=before)).digest

    assert digest([SENTENCE], "") == digest([SENTENCE], "")
    assert len({digest([SENTENCE], ""), digest([], ""), digest([SENTENCE], "0")}) == 3


def test_a_stage_of_two_tables_returns_them_in_order(batch: Batch) -> None:
    def part_sentences(sentences: pa.Table) -> tuple[pa.Table, ...]:
        return sentences.slice(0, 0), refuse_sentences(sentences)

    apply(part_sentences, (SENTENCES,), (SENTENCES, REJECTS), batch)
    assert [read_table(batch.folder, table).num_rows for table in (SENTENCES, REJECTS)] == [0, 1]
    with pytest.raises(ValueError, match="argument 2 is longer"):
        apply(part_sentences, (SENTENCES,), (SENTENCES,), batch)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: rows.drop_columns(["is_repeat"]), r"sentences: missing columns \['is_repeat'\]"),
        (lambda rows: rows.append_column("mood", [["gut"]]), r"sentences: .* unknown columns \['mood'\]"),
        (lambda rows: pa.concat_tables([rows, rows]), r"sentences: \('article_id', 'sentence_no'\) twice"),
        (lambda rows: rows.set_column(4, "text", pa.array([None], pa.string())), r"sentences.*'text' with null"),
        (lambda rows: rows.set_column(2, "start_char", [["ألف"]]), r"sentences: .*ألف"),
    ],
)  # fmt: skip
def test_rows_that_break_the_contract_stop_the_stage(batch: Batch, spoil, message: str) -> None:
    before = table_path(batch.folder, SENTENCES).read_bytes()
    with pytest.raises(ContractError, match=message):
        apply(spoil, (SENTENCES,), (SENTENCES,), batch)
    assert table_path(batch.folder, SENTENCES).read_bytes() == before


def test_a_stage_is_a_task_named_and_documented_by_its_function(batch: Batch) -> None:
    task = stage.stage(refuse_sentences, reads=(SENTENCES,), writes=(REJECTS,))
    assert (task.name, task.description) == ("refuse_sentences", "Make a reject of each sentence.")
    assert task.fn(batch).log[0].rows == 1


def test_a_batch_goes_to_other_processes() -> None:
    batch = Batch("/warehouse/.staging/دفعة", "ab12", (Step("clean", 3, 0.5),))
    assert pickle.loads(pickle.dumps(batch)) == batch


# --- the fingerprint ---------------------------------------------------------------------------------


def compute_fingerprint() -> str:
    return fingerprint.__wrapped__()


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the code and the words, of which the fingerprint is then taken."""
    copy = tmp_path / "elsewhere" / "tasks"
    shutil.copytree(CODE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(contracts.__file__, tmp_path)
    monkeypatch.setattr(stage, "CODE", copy)
    monkeypatch.setattr(contracts, "__file__", str(tmp_path / "contracts.py"))
    return copy


def test_the_fingerprint_is_that_of_the_contents(code: Path) -> None:
    (code / "lexicons" / "notes.md").write_text("no part of it")
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "clean.pyc").write_bytes(b"nor this")
    for file in code.rglob("*"):
        os.utime(file, (0, 0))
    assert compute_fingerprint() == fingerprint()


@pytest.mark.parametrize(
    "changed",
    ["clean.py", "stage.py", "arabic/fixes.py", "lexicons/places.csv", "lexicons/table.py", "../../contracts.py"],
)
def test_the_fingerprint_changes_with_any_part(code: Path, changed: str) -> None:
    with (code / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert compute_fingerprint() != fingerprint()


@pytest.mark.parametrize("added", ["model/other.bin", "lexicons/rivers.csv"])
def test_the_fingerprint_changes_with_a_part_more_or_less(code: Path, added: str) -> None:
    (code / added).parent.mkdir(exist_ok=True)
    (code / added).write_text("")
    assert compute_fingerprint() != fingerprint()
    (code / added).unlink()
    assert compute_fingerprint() == fingerprint()
    (code / "lexicons" / "months.csv").unlink()
    assert compute_fingerprint() != fingerprint()


def test_the_fingerprint_changes_with_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "version", lambda library: "0")
    assert compute_fingerprint() != fingerprint()


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    command = [sys.executable, "-c", "from tasks.stage import fingerprint; print(fingerprint())"]
    run = subprocess.run(
        command, cwd=CODE.parent, env=os.environ | {"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == fingerprint()
    assert len(fingerprint()) == 16
