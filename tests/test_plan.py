import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.plan import Chunk, EmptySeeds, Plan, make_plan
from flows.settings import Settings
from flows.standing import ALL_STANDS, Standing
from tasks.ingest import Problem, Seed, find_seeds
from warehouse.contracts import SEEDS, conform, rows_of

OLD, NOW = "pipeline of old", "pipeline of now"
Before = dict[str, dict[str, Any]]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    (folder / "أرشيف").mkdir(parents=True)
    for name in ("أرشيف/أول.txt", "b.txt", "a.jsonl"):
        (folder / name).write_text(f"نص {name}", encoding="utf-8")
    return folder


def plan(seeds: Path, before: Before | None = None, standing: Standing = ALL_STANDS, **limits: int) -> Plan:
    made = make_plan(Settings(seeds=seeds, **limits), before or {}, NOW, standing)
    conform(rows_of(SEEDS, made.work), SEEDS)
    return made


def as_read(seeds: Path, pipeline: str = NOW) -> Before:
    """Return the rows of `files` as a refresh that read every seed would leave them."""
    return {row["file"]: {**row, "pipeline": pipeline} for row in plan(seeds).work}


def test_before_the_first_refresh_everything_is_new(seeds: Path) -> None:
    made = plan(seeds)
    assert made.new == ["a.jsonl", "b.txt", "أرشيف/أول.txt"]
    assert (made.changed, made.gone, made.stale, made.unchanged) == ([], [], [], 0)
    text = (seeds / "b.txt").read_bytes()
    (row,) = (row for row in made.work if row["file"] == "b.txt")
    assert (row["size"], row["sha256"], row["pipeline"]) == (len(text), sha256(text), NOW)


def test_an_empty_folder_gives_nothing_to_do(tmp_path: Path) -> None:
    assert not plan(tmp_path)


def test_what_was_read_is_unchanged(seeds: Path) -> None:
    made = plan(seeds, as_read(seeds))
    assert not made
    assert made == Plan([], [], [], [], 3, [])


def test_other_bytes_are_a_change_and_the_digest_is_the_new_one(seeds: Path) -> None:
    before = as_read(seeds)
    (seeds / "b.txt").write_text("نص آخر", encoding="utf-8")
    made = plan(seeds, before)
    assert (made.new, made.changed, made.unchanged) == ([], ["b.txt"], 2)
    assert [row["sha256"] for row in made.work] == [sha256("نص آخر".encode())]


def test_other_bytes_of_the_same_size_are_a_change(seeds: Path) -> None:
    before = as_read(seeds)
    (seeds / "b.txt").write_text("نص c.txt", encoding="utf-8")
    os.utime(seeds / "b.txt", ns=(0, 1))
    assert plan(seeds, before).changed == ["b.txt"]


def test_a_touched_file_is_unchanged(seeds: Path) -> None:
    before = as_read(seeds)
    os.utime(seeds / "b.txt", ns=(0, 1))
    assert not plan(seeds, before)


def test_a_file_as_it_was_is_not_read(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = as_read(seeds)
    monkeypatch.setattr("flows.plan.digest_of_file", lambda path: pytest.fail(f"{path} was read"))
    assert not plan(seeds, before)


def test_what_is_no_longer_there_is_gone(seeds: Path) -> None:
    before = as_read(seeds)
    (seeds / "b.txt").unlink()
    (seeds / "a.jsonl").rename(seeds / "c.jsonl")
    made = plan(seeds, before)
    assert (made.new, made.changed, made.gone, made.unchanged) == (["c.jsonl"], [], ["a.jsonl", "b.txt"], 1)


def test_a_plan_of_only_what_is_gone_is_one_empty_chunk(seeds: Path) -> None:
    before = as_read(seeds)
    (seeds / "b.txt").unlink()
    made = plan(seeds, before)
    assert made
    assert list(made.chunks(Settings())) == [Chunk([])]


def test_what_another_pipeline_misread_is_stale(seeds: Path) -> None:
    before = as_read(seeds, OLD)
    before["b.txt"]["pipeline"] = NOW
    (seeds / "a.jsonl").write_text("{}", encoding="utf-8")
    made = plan(seeds, before, Standing(misread=frozenset({OLD})))
    assert (made.changed, made.stale, made.unchanged) == (["a.jsonl"], ["أرشيف/أول.txt"], 1)
    assert {row["pipeline"] for row in made.work} == {NOW}


def test_what_another_pipeline_read_stands_but_for_the_files_that_a_change_touches(seeds: Path) -> None:
    before = as_read(seeds, OLD)
    assert not plan(seeds, before)
    before["b.txt"]["pipeline"] = NOW
    touched = Standing(alike=frozenset({OLD}), files=frozenset({"a.jsonl", "b.txt"}))
    made = plan(seeds, before, touched)
    assert (made.stale, made.unchanged) == (["a.jsonl"], 2)


def test_articles_to_be_extracted_again_come_after_the_files_and_keep_to_the_limits(seeds: Path) -> None:
    again = pa.table({"article_id": [str(n) for n in range(5)], "size": [10] * 5})
    made = plan(seeds)._replace(again=again)
    first, *others = made.chunks(Settings(chunk_articles=3))
    assert ([row["file"] for row in first.files], first.again) == (["a.jsonl", "b.txt", "أرشيف/أول.txt"], ())
    assert [[row["article_id"] for row in chunk.again] for chunk in others] == [["0", "1", "2"], ["3", "4"]]
    gone = Plan([], [], ["c.txt"], [], 0, [], again)
    assert [len(chunk.again) for chunk in gone.chunks(Settings())] == [0, 5]


def test_a_second_file_with_the_same_bytes_is_new(seeds: Path) -> None:
    before = as_read(seeds)
    (seeds / "b (2).txt").write_bytes((seeds / "b.txt").read_bytes())
    made = plan(seeds, before)
    assert (made.new, made.unchanged) == (["b (2).txt"], 3)
    assert made.work[0]["sha256"] == before["b.txt"]["sha256"]


def test_what_cannot_be_used_is_not_read_and_planned_once(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (seeds / "big.txt").write_bytes(b"a" * 100)
    (seeds / "folder.txt").mkdir()
    before = {row["file"]: row for row in plan(seeds, max_file_bytes=50).work}
    assert (before["big.txt"]["sha256"], before["folder.txt"]["sha256"]) == ("", "")
    assert not plan(seeds, before, max_file_bytes=50)


def test_what_could_not_be_read_is_tried_again(seeds: Path) -> None:
    before = as_read(seeds)
    before["b.txt"]["sha256"] = ""
    assert plan(seeds, before).changed == ["b.txt"]


# --- limits ------------------------------------------------------------------------------------------


def test_limits_come_from_the_environment(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_MAX_FILE_BYTES", "1234")
    monkeypatch.setenv("WARRAQ_MAX_JSONL_BYTES", "987654")
    limits = {Path(row["file"]).suffix: row["max_bytes"] for row in plan(seeds).work}
    assert limits == {".txt": 1234, ".jsonl": 987654}


def test_a_raised_limit_lets_a_file_in(seeds: Path) -> None:
    (seeds / "big.txt").write_bytes(b"a" * 100)
    before = {row["file"]: row for row in plan(seeds, max_file_bytes=50).work}
    assert plan(seeds, before).changed == ["big.txt"]


@pytest.mark.parametrize("limit", ["CHUNK_ARTICLES", "CHUNK_BYTES", "MAX_FILE_BYTES", "BATCH_CHARS", "WORKERS"])
def test_a_limit_of_nothing_is_refused(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"WARRAQ_{limit}", "0")
    with pytest.raises(ValueError, match="greater than 0"):
        Settings()


def chunks_of(sizes: list[int], **limits: int) -> list[list[int]]:
    work = [{"file": str(number), "size": size} for number, size in enumerate(sizes)]
    made = Plan([], [], [], [], 0, work)
    return [[row["size"] for row in chunk.files] for chunk in made.chunks(Settings(**limits))]


@pytest.mark.parametrize(
    ("sizes", "limits", "chunks"),
    [
        ([1, 2, 3], {}, [[1, 2, 3]]),
        ([1, 2, 3, 4, 5], {"chunk_articles": 2}, [[1, 2], [3, 4], [5]]),
        ([4, 6, 1], {"chunk_bytes": 10}, [[4, 6], [1]]),
        ([4, 7, 1], {"chunk_bytes": 10}, [[4], [7, 1]]),
        ([99, 1, 99], {"chunk_bytes": 10}, [[99], [1], [99]]),
        ([0, 0, 10, 0, 1], {"chunk_bytes": 10, "chunk_articles": 4}, [[0, 0, 10, 0], [1]]),
    ],
)
def test_chunks_keep_to_their_limits_and_leave_nothing_out(sizes, limits, chunks) -> None:
    assert chunks_of(sizes, **limits) == chunks


def test_the_order_of_work_is_that_of_names(seeds: Path) -> None:
    files = [row["file"] for row in plan(seeds).work]
    assert files == sorted(files)
    assert json.loads(json.dumps(files)) == files


def test_an_empty_folder_forgets_nothing_unless_told_to(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = as_read(seeds)
    shutil.rmtree(seeds)
    seeds.mkdir()
    with pytest.raises(EmptySeeds, match="WARRAQ_ALLOW_EMPTY"):
        plan(seeds, before)
    monkeypatch.setenv("WARRAQ_ALLOW_EMPTY", "1")
    assert plan(seeds, before).gone == sorted(before)


def test_what_lies_in_a_folder_that_cannot_be_opened_is_not_gone(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (seeds / "closed").mkdir()
    (seeds / "closed" / "d.txt").write_text("خبر", encoding="utf-8")
    before = as_read(seeds)
    shut = Seed("closed", str(seeds / "closed"), 0, 0, 1, Problem("unreadable", "a folder that may not be opened"))
    found = [seed for seed in find_seeds(seeds) if "closed" not in seed.file]
    monkeypatch.setattr("flows.plan.find_seeds", lambda *_: [*found, shut])
    assert plan(seeds, before).gone == []
