"""The commands and the flow of an operator, on a warehouse of a few words."""

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows import changes
from flows.cli import app
from flows.maintain import Unsound, maintain
from flows.settings import Settings
from flows.terminal import BUSY, FAULTY
from flows.upkeep import read_duration
from tests.warehouse.newsroom import Story, contents, refresh, write
from warehouse.contracts import RUNS
from warehouse.store import Busy, Store
from warehouse.upkeep import history, sizes_of

DAYS = (
    {"a.txt": Story("مصر زار تونس"), "b.txt": Story("كندا")},
    {"a.txt": Story("مصر زار تونس.مصر قال نعم"), "b.txt": Story("كندا")},
    {"a.txt": Story("مصر زار تونس.مصر قال نعم"), "c.txt": Story("اليابان")},
)
Run = Callable[..., str]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Make a warehouse of three snapshots."""
    store = Store(tmp_path_factory.mktemp("commands") / "warehouse")
    for number, seeds in enumerate(DAYS):
        refresh(store, seeds, folder=str(number))
    shutil.copytree(store.root, store.root.with_name("backup"), symlinks=True)
    return store


@pytest.fixture
def store(three: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    shutil.rmtree(three.root)
    shutil.copytree(three.root.with_name("backup"), three.root, symlinks=True)
    monkeypatch.setenv("WARRAQ_WAREHOUSE", str(three.root))
    monkeypatch.setenv("COLUMNS", "100")
    return three


def run(*arguments: str, code: int = 0, answer: str = "") -> str:
    result = CliRunner().invoke(app, arguments, input=answer)
    assert result.exit_code == code, result.output
    return result.output


def test_snapshots_are_listed_from_the_newest(store: Store) -> None:
    lines = [line.replace("│", " ").split() for line in run("snapshots").splitlines() if "refresh" in line]
    assert lines[0][:2] == ["●", "3"]
    assert [line[-6:-3] for line in lines] == [["refresh", "2", "2"], ["refresh", "1", "2"], ["refresh", "0", "2"]]
    assert "Snapshot 2 and those before are not shown" in run("snapshots", "--last", "1")


def test_diff_shows_what_the_last_run_changed(store: Store) -> None:
    shown = run("diff")
    assert "From snapshot 2 to 3" in shown
    assert "b.txt" in shown
    assert "gone" in shown
    assert "new" in shown
    assert "a.txt" not in shown
    assert "From snapshot 1 to 3" in run("diff", "1")
    assert "changed" in run("diff", "1", "2")
    assert "row for row" in run("diff", "3", "3")


def test_diff_of_one_table_shows_its_rows(store: Store) -> None:
    shown = run("diff", "2", "3", "--table", "mentions")
    assert "اليابان" in shown
    assert "iso:JP" in shown
    rows = list(csv.DictReader(io.StringIO(run("diff", "2", "3", "--table", "mentions", "--format", "csv"))))
    assert [(row["change"], row["source"], row["text"]) for row in rows] == [
        ("-", "b.txt", "كندا"), ("+", "c.txt", "اليابان"),
    ]  # fmt: skip
    assert "c.txt" in run("diff", "2", "3", "--table", "files")
    assert "تونس" in run("diff", "1", "2", "--table", "articles")


def test_diff_for_a_program_has_a_record_a_table_and_article(store: Store) -> None:
    (gone, new) = json.loads(run("diff", "2", "3", "--table", "articles", "--format", "json"))
    assert [(row["change"], row["source"]) for row in (gone, new)] == [("-", "b.txt"), ("+", "c.txt")]
    records = json.loads(run("diff", "2", "3", "--format", "json"))
    assert {(r["table"], r["source"], r["added"], r["removed"]) for r in records} >= {
        ("articles", "b.txt", 0, 1), ("mentions", "c.txt", 1, 0), ("files", "c.txt", 1, 0),
    }  # fmt: skip


def test_a_run_of_many_commits_is_one_change(store: Store, tmp_path: Path) -> None:
    started = datetime.now(UTC)
    for number in range(2):
        row = {column.name: 0 for column in RUNS.schema} | {"run_id": "r1", "pipeline": "p1", "started_at": started}
        write(tmp_path / str(number), "runs", [row | {"finished_at": started}])
        with store.writing():
            store.commit([tmp_path / str(number)], gone={"run_id": ["r1"]})
    run("compact", "--all")
    assert changes.before_last_run(store, store.head().number) == 3
    assert changes.before_last_run(store, 3) == 2
    assert changes.before_last_run(store, 1) == 0


def test_rollback_says_how_to_take_it_back(store: Store) -> None:
    before = contents(store)
    assert "Snapshot 4 is published: what snapshot 1 held" in run("rollback", "1")
    assert "From snapshot 3 to 4" in run("diff")
    assert "rollback to 1" in run("snapshots")
    run("rollback", "3")
    assert contents(store) == before
    assert "snapshot 5 is the published one" in run("rollback", "5", code=1)
    assert "warraq snapshots" in run("rollback", "77", code=1)


def test_compact_says_what_it_merged(store: Store) -> None:
    assert "now: 1 parts" in run("compact", "--all")
    assert len(sizes_of(store.head())) == 1
    assert "Nothing is worth merging in 1 parts" in run("compact")


def test_expire_warns_and_asks(store: Store) -> None:
    shown = run("expire", "--keep", "1", "--older-than", "0", answer="n\n", code=1)
    assert "2 snapshots will be gone for good: 1-2" in shown
    assert len(store.numbers()) == 3
    run("expire", "--keep", "1", "--older-than", "0", answer="", code=1)
    run("expire", "--keep", "1", answer="")  # all are younger than a week
    assert "2 snapshots forgotten" in run("expire", "--keep", "1", "--older-than", "0", "--yes")
    assert store.numbers() == [3]


def test_expire_keeps_what_the_settings_say(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_KEEP_SNAPSHOTS", "2")
    monkeypatch.setenv("WARRAQ_KEEP_DAYS", "0")
    run("expire", answer="y\n")
    assert store.numbers() == [2, 3]


def test_verify_lists_faults_and_ends_with_a_code_of_its_own(store: Store) -> None:
    shown = run("verify")
    assert "Sound." in shown
    assert "evidence of mentions" in shown
    path = store.root / store.head().files["tokens"][0].path
    path.unlink()
    shown = run("verify", code=FAULTY)
    assert f"{store.head().files['tokens'][0].path} is missing" in shown
    assert "warraq rollback" in shown


@pytest.mark.parametrize("command", [("compact",), ("rollback", "1"), ("expire", "--yes")])
def test_who_comes_second_is_told_who_writes(store: Store, command: tuple[str, ...]) -> None:
    with store.writing():
        shown = run(*command, code=BUSY)
    assert f"process {os.getpid()}" in shown
    assert "WARRAQ_PATIENCE" in shown


COMMANDS = [("snapshots",), ("diff",), ("rollback", "1"), ("compact",), ("expire", "--yes"), ("verify",)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_where_there_is_no_warehouse_none_is_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    shown = run(*command, "--warehouse", str(tmp_path / "typo"), code=1)
    assert "--warehouse DIR" in shown
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_help_shows_an_example(command: tuple[str, ...]) -> None:
    assert f"Example: warraq {command[0]}" in run(command[0], "--help")


def test_the_page_for_operators_names_commands_and_options_that_are_there() -> None:
    page = (Path(__file__).parents[1] / "docs/operating.md").read_text(encoding="utf-8")
    named = re.findall(r"warraq (\w+)([^`&|\n]*)", page)
    assert {command for command, _ in named} >= {command[0] for command in COMMANDS}
    for command, rest in named:
        shown = run(command, "--help")
        assert all(option in shown for option in re.findall(r"--[\w-]+", rest)), (command, rest)
    for variable in re.findall(r"WARRAQ_\w+", page):
        assert variable.removeprefix("WARRAQ_").lower() in Settings.model_fields


def test_mistakes_name_what_is_possible(store: Store) -> None:
    assert "table, csv, json" in run("diff", "--format", "xml", code=1)
    assert "mentions, appearances" in run("diff", "--table", "terms", code=1)
    assert "90s, 30m, 12h, 7d" in run("expire", "--older-than", "soon", code=2)


@pytest.mark.parametrize(
    ("text", "duration"),
    [("90s", timedelta(seconds=90)), ("1.5h", timedelta(minutes=90)), ("2w", timedelta(14)), ("0", timedelta())],
)
def test_durations(text: str, duration: timedelta) -> None:
    assert read_duration(text) == duration


@pytest.mark.parametrize("text", ["", "7", "-1d", "7 days", "d", "1d12h", "٧d "])
def test_no_durations(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_duration(text)


# --- the flow ------------------------------------------------------------------------------------------


def test_maintain_merges_forgets_and_verifies(
    store: Store, prefect: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("warehouse.upkeep.FAN_IN", 3)
    monkeypatch.setenv("WARRAQ_KEEP_SNAPSHOTS", "1")
    monkeypatch.setenv("WARRAQ_KEEP_DAYS", "0")
    before = contents(store)
    done = maintain()
    assert (done.merges, done.expired.snapshots, done.snapshot) == (1, [1, 2, 3], 4)
    assert contents(store) == before
    assert [snapshot.number for snapshot in history(store)] == [4]
    with store.writing(), pytest.raises(Busy, match=str(os.getpid())):
        maintain()
    path = store.root / store.head().files["tokens"][0].path
    path.unlink()
    assert maintain(proving=False).merges == 0
    with pytest.raises(Unsound, match=r"2 faults in (?s:.*)tokens(?s:.*) is missing"):
        maintain(warehouse=store.root)
