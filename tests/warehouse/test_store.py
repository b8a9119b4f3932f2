"""The store with a real DuckDB: what is committed, what a reader sees, and what a death leaves."""

import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.newsroom import (
    Story,
    article_id,
    carry_through_stages,
    contents,
    ingest,
    marts_differ,
    read,
    refresh,
    write,
)
from warehouse import catalog
from warehouse import disk as disk_module
from warehouse.catalog import CheckFailed
from warehouse.contracts import ARTICLES, FILES, RUNS
from warehouse.store import Busy, NoWarehouse, Store

TWO = {"a.txt": Story("مصر قال نعم.مصر زار تونس"), "b.txt": Story("كندا زار اليابان.حقوق كندا")}

SENTENCES = [
    "مصر قال نعم", "تونس زار مصر", "اليابان وكندا معا", "كندا زار اليابان", "مصر مصر تونس", "حقوق مصر", "من يدري",
]  # fmt: skip
POINTS = [
    "written articles", "written entity_daily", "data synced", "catalog built", "snapshot put", "snapshot synced",
    "link made", "committed",
]  # fmt: skip


class Death(BaseException):
    """What a kill looks like from within."""


def die(point: str) -> None:
    raise Death(point)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


# --- committing --------------------------------------------------------------------------------------


def test_a_first_commit_can_be_read(store: Store) -> None:
    snapshot = refresh(store, TWO)
    assert (snapshot.number, snapshot.parent) == (1, 0)
    assert read(store, "select source from articles order by 1") == [("a.txt",), ("b.txt",)]
    assert read(store, "select number, parent, pipeline from meta.snapshot") == [(1, 0, "p1")]
    assert marts_differ(store) == []


def test_what_is_added_changed_and_removed_touches_only_its_own_rows(store: Store) -> None:
    refresh(store, TWO)
    refresh(store, {"a.txt": Story("تونس زار مصر"), "c.txt": Story("اليابان قال لا")})
    assert read(store, "select source, rev from meta.articles order by 1") == [("a.txt", 2), ("c.txt", 2)]
    assert read(store, "select distinct rev from meta.tokens") == [(2,)]
    refresh(store, {"a.txt": Story("تونس زار مصر"), "c.txt": Story("اليابان قال لا"), "d.txt": Story("كندا")})
    assert read(store, "select source, rev from meta.articles order by 1") == [("a.txt", 2), ("c.txt", 2), ("d.txt", 3)]
    assert read(store, "select entity_id, mention_count from entities order by 1") == [
        ("iso:CA", 1), ("iso:EG", 1), ("iso:JP", 1), ("iso:TN", 1),
    ]  # fmt: skip
    assert marts_differ(store) == []


def test_one_file_a_table_a_commit(store: Store) -> None:
    snapshot = refresh(store, TWO, batch_chars=1)
    assert {len(files) for files in snapshot.files.values()} == {1}
    assert snapshot.files["tokens"][0].rows == read(store, "select count(*) from tokens")[0][0]


def test_nothing_to_do_publishes_nothing(store: Store) -> None:
    first = refresh(store, TWO)
    before = sorted(store.root.rglob("*"))
    assert refresh(store, TWO) == first
    assert sorted(store.root.rglob("*")) == before
    with store.writing():
        assert store.commit(gone={"article_id": ["unheard of"], "file": [], "run_id": ["neither"]}) == first


def test_owners_other_than_articles_go_too(store: Store) -> None:
    refresh(store, {"empty.txt": Story(""), "a.txt": Story("مصر")})
    assert read(store, "select source, reason from rejects") == [("empty.txt", "empty")]
    refresh(store, {"empty.txt": Story("لم يعد فارغا"), "a.txt": Story("مصر")})
    assert read(store, "from rejects") == []
    assert read(store, "select file, reject_count from files order by 1") == [("a.txt", 0), ("empty.txt", 0)]


def test_random_histories_leave_marts_equal_to_recomputation(store: Store, tmp_path: Path) -> None:
    chance = random.Random(20240517)
    seeds: dict[str, Story] = {}
    for step in range(6):
        for _ in range(chance.randint(1, 3)):
            file = f"{chance.choice('abcdef')}.txt"
            if file in seeds and chance.random() < 0.4:
                del seeds[file]
            else:
                text = ".".join(chance.choices(SENTENCES, k=chance.randint(1, 4)))
                seeds[file] = Story(text, chance.choice([None, date(2024, 5, 31), date(2024, 6, 1)]))
        refresh(store, seeds, folder=str(step), pipeline=f"p{step // 5}", batch_chars=chance.choice([20, 1000]))
        assert marts_differ(store) == [], seeds
    again = Store(tmp_path / "again")
    refresh(again, seeds, pipeline="p1")
    assert contents(store) == contents(again)


def test_a_changed_mart_is_recomputed_in_full(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(store, TWO)
    shutil.copytree(catalog.HERE, tmp_path / "code")
    terms = tmp_path / "code/marts/terms.sql"
    terms.write_text(terms.read_text().replace("coalesce(lemma, stem)", "stem || '!'"))
    monkeypatch.setattr(catalog, "HERE", tmp_path / "code")
    with store.writing():
        assert store.head().number == 2
    assert read(store, "select count(*) > 0, bool_and(term like '%!') from terms") == [(True, True)]
    refresh(store, {"a.txt": TWO["a.txt"]})
    assert read(store, "select bool_and(term like '%!') from terms") == [(True,)]


def test_files_of_an_older_contract_are_read_with_nulls(store: Store) -> None:
    refresh(store, {"a.txt": TWO["a.txt"]})
    manifest = store.root / "snapshots/000001/manifest.json"
    (old,) = store.head().files["articles"]
    with duckdb.connect() as con:
        rows = f"select * exclude (near_duplicate_of, byline) from read_parquet('{store.root / old.path}')"
        con.execute(f"create table t as {rows}; copy t to '{store.root / old.path}' (format parquet)")
    manifest.write_text(manifest.read_text().replace(old.shape, "an older one").replace(store.head().design, "older"))
    refresh(store, TWO)
    assert read(store, "select source, near_duplicate_of from articles order by 1") == [
        ("a.txt", None),
        ("b.txt", None),
    ]
    assert marts_differ(store) == []


def test_rows_lie_sorted_by_owner_and_key(store: Store) -> None:
    snapshot = refresh(store, {f"{n}.txt": Story(SENTENCES[n % 7] + f".{n}") for n in range(20)})
    for name, key in (("tokens", "article_id, token_no"), ("articles", "article_id"), ("files", "file")):
        with duckdb.connect() as con:
            rows = con.execute(f"select {key} from '{store.root / snapshot.files[name][0].path}'").fetchall()
        assert rows == sorted(rows)


# --- reading -------------------------------------------------------------------------------------------


def test_no_warehouse_says_so(store: Store) -> None:
    with pytest.raises(NoWarehouse, match="warraq refresh"):
        store.connect()
    assert store.head().number == 0
    assert store.live(FILES).num_rows == 0


def test_a_reader_keeps_its_snapshot_across_a_commit(store: Store) -> None:
    refresh(store, TWO)
    with closing(store.connect()) as reader:
        refresh(store, {"a.txt": TWO["a.txt"]})
        assert reader.execute("select count(*) from articles").fetchone() == (2,)
        assert read(store, "select count(*) from articles") == [(1,)]
        assert reader.execute("select count(distinct article_id) from tokens").fetchone() == (2,)


def test_a_reader_cannot_write(store: Store) -> None:
    refresh(store, TWO)
    assert not (store.root / "warehouse.duckdb").stat().st_mode & 0o222
    with closing(store.connect()) as reader, pytest.raises(duckdb.Error, match="read-only"):
        reader.execute("create table scribble (a int)")


def test_live_rows_have_the_types_of_the_contract(store: Store) -> None:
    refresh(store, TWO)
    rows = store.live(ARTICLES, ["source", "fixes"], "source > 'a.txt'")
    assert rows.to_pylist() == [{"source": "b.txt", "fixes": []}]
    assert store.live(FILES).schema == FILES.schema


@pytest.mark.parametrize("name", ["elsewhere", "it's [odd] * {a,b} مستودع"])
def test_a_moved_warehouse_is_mended_by_the_next_writer(store: Store, tmp_path: Path, name: str) -> None:
    refresh(store, TWO)
    moved = Store(shutil.move(store.root, tmp_path / name))
    with pytest.raises(NoWarehouse, match="moved from"):
        moved.connect()
    with moved.writing():
        pass
    assert read(moved, "select count(*) from articles") == [(2,)]
    refresh(moved, {"a.txt": TWO["a.txt"]})
    assert marts_differ(moved) == []


def test_a_copy_without_its_link_says_how_to_copy(store: Store, tmp_path: Path) -> None:
    refresh(store, TWO)
    copy = Store(shutil.copytree(store.root, tmp_path / "copy"))
    with pytest.raises(NoWarehouse, match="cp -a"):
        copy.connect()


# --- one writer ------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_writes(store: Store) -> None:
    with (
        store.writing(),
        pytest.raises(Busy, match=rf"process {os.getpid()} since 20\d\d-.*T"),
        Store(store.root).writing(),
    ):
        pass
    with store.writing():
        pass


def test_the_lock_of_a_killed_process_is_free(store: Store) -> None:
    code = "import sys, time; from pathlib import Path; from warehouse.store import Store\n"
    code += "with Store(Path(sys.argv[1])).writing(): print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code, str(store.root)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Busy, match=str(holder.pid)), store.writing():
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert refresh(store, TWO).number == 1


# --- failing ---------------------------------------------------------------------------------------------


def test_a_death_at_any_point_leaves_one_whole_snapshot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(store, TWO)
    before, after = contents(store), {"a.txt": Story("تونس زار مصر"), "z.txt": Story("كندا")}
    monkeypatch.setattr(Store, "_discard", lambda store, number: None)  # the dead do not clean up
    for point in POINTS:
        assert contents(store) == before
        monkeypatch.setattr(disk_module, "reached", lambda at, point=point: die(at) if at == point else None)
        with pytest.raises(Death, match=point):
            refresh(store, after)
    monkeypatch.undo()
    assert read(store, "select source from articles order by 1") == [("a.txt",), ("z.txt",)]
    assert marts_differ(store) == []
    last = refresh(store, TWO)
    assert contents(store).keys() == before.keys()
    assert marts_differ(store) == []
    assert last.number == max(int(path.name) for path in (store.root / "snapshots").iterdir())
    assert not list(store.root.rglob(".*"))


def test_a_failing_check_names_the_row_and_leaves_the_old_snapshot(store: Store, tmp_path: Path) -> None:
    refresh(store, TWO)
    before, files = contents(store), sorted(store.root.rglob("*"))
    folder = ingest(tmp_path / "batch", {"a.txt": Story("مصر")}, "p1")
    carry_through_stages(folder)
    (folder / "files.parquet").unlink()
    with store.writing(), pytest.raises(CheckFailed, match=f"nothing_is_live_twice.*{article_id('a.txt')}"):
        store.commit([folder])
    assert contents(store) == before
    assert sorted(store.root.rglob("*")) == files


def test_the_same_key_twice_in_one_commit_fails(store: Store, tmp_path: Path) -> None:
    folder = ingest(tmp_path / "batch", {"a.txt": Story("مصر")}, "p1")
    carry_through_stages(folder)
    with store.writing(), pytest.raises(CheckFailed, match="unique key"):
        store.commit([folder, folder])
    assert store.head().number == 0


def test_runs_are_kept(store: Store, tmp_path: Path) -> None:
    run = {column.name: 0 for column in RUNS.schema} | {"run_id": "r1", "pipeline": "p1"}
    write(tmp_path / "run", "runs", [run])
    with store.writing():
        store.commit([tmp_path / "run"])
        with pytest.raises(CheckFailed, match="runs"):
            store.commit([tmp_path / "run"])
        store.commit(gone={"run_id": ["r1"]})
    assert read(store, "from runs") == []
