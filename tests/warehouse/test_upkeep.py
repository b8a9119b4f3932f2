"""Upkeep with a real DuckDB: what is merged, forgotten, brought back, told apart and proved."""

import hashlib
import os
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.newsroom import Story, article_id, contents, marts_differ, read, refresh
from warehouse import disk as disk_module
from warehouse import store as store_module
from warehouse import upkeep
from warehouse.catalog import CheckFailed, DataFile, Snapshot, types_of
from warehouse.contracts import FACTS, MARTS, QUANTITIES
from warehouse.store import NoWarehouse, Store
from warehouse.upkeep import Fault, choose_parts, compact, compare, expire, history, roll_back, sizes_of, tidy, verify

SENTENCES = [
    "مصر قال نعم", "تونس زار مصر", "اليابان وكندا معا", "كندا زار اليابان", "مصر مصر تونس", "حقوق مصر", "من يدري",
]  # fmt: skip
DAY = timedelta(days=1)
NOW = timedelta()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


def same(evidence: str, text: str) -> bool:
    return evidence == text


def faults_of(store: Store) -> list[Fault]:
    return list(verify(store, same))


def story(number: int) -> Story:
    return Story(f"{SENTENCES[number % 7]}.{number}")


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Make a warehouse in which eight files came one by one, and a backup after each."""
    store = Store(tmp_path_factory.mktemp("dropped") / "warehouse")
    for count in range(1, 9):
        refresh(store, first(count))
        shutil.copytree(store.root, store.root.with_name(str(count)), symlinks=True)
    return store


@pytest.fixture
def dropped(eight: Store) -> Callable[[int], Store]:
    """Give the warehouse as it was after so many files."""

    def restore(count: int) -> Store:
        shutil.rmtree(eight.root, ignore_errors=True)
        shutil.copytree(eight.root.with_name(str(count)), eight.root, symlinks=True)
        return eight

    return restore


def first(count: int) -> dict[str, Story]:
    return {f"{number}.txt": story(number) for number in range(count)}


def compact_all(store: Store, **options: bool) -> int:
    merges = 0
    with store.writing():
        while compact(store, **options):
            merges += 1
    return merges


def fresh(store: Store, seeds: dict[str, Story], pipeline: str = "p1") -> dict[str, list[tuple[object, ...]]]:
    """Return the contents of a warehouse built at once from the same seeds."""
    again = Store(store.root.with_name("again"))
    shutil.rmtree(again.root, ignore_errors=True)
    refresh(again, seeds, pipeline=pipeline)
    return contents(again)


# --- choosing what to merge ----------------------------------------------------------------------------


def parts_of(*sizes: int, articles: int = 10) -> Snapshot:
    files = [DataFile(f"data/articles/{n}", articles, size, n, "", "") for n, size in enumerate(sizes, start=1)]
    return Snapshot(number=99, files={"articles": files})


MB, GB = 1 << 20, 1 << 30


@pytest.mark.parametrize(
    ("sizes", "dead", "below", "chosen"),
    [
        pytest.param([9000] * 3, {}, GB, [], id="too few"),
        pytest.param([9000] * 4, {}, GB, range(1, 5), id="enough of one size"),
        pytest.param([9000] * 40, {}, GB, range(1, 17), id="no more than one merge takes"),
        pytest.param([9000, 7999, *[8500] * 15], {}, GB, range(2, 18), id="the smallest of them"),
        pytest.param([*[MB] * 9, *[900] * 8], {}, GB, range(10, 18), id="the smallest size first"),
        pytest.param([10, 90, 900, 9000, 90_000, MB, 9 * MB, 99 * MB], {}, GB, [], id="each of its own size"),
        pytest.param([GB] * 20, {}, GB, [], id="large ones are left as they are"),
        pytest.param([2 * MB] * 20, {}, MB, [], id="larger ones than asked for are left"),
        pytest.param([9000] * 3, {2: 3}, GB, [], id="few dead are carried along"),
        pytest.param([9000] * 3, {2: 4}, GB, [2], id="a part that is largely dead"),
        pytest.param([9000, 2 * GB, 3 * GB], {1: 9, 2: 9, 3: 9}, GB, [1], id="small dying ones before large"),
        pytest.param([9000, 2 * GB, 3 * GB], {2: 9, 3: 9}, GB, [2], id="a large one that is dying, alone"),
        pytest.param([9000, 2 * GB], {2: 9}, MB, [], id="but not while somebody waits"),
        pytest.param([*[900] * 8, 9000], {9: 9}, GB, range(1, 9), id="many before dying"),
        pytest.param([], {}, GB, [], id="nothing"),
    ],
)
def test_choose_parts(sizes: list[int], dead: dict[int, int], below: int, chosen: list[int]) -> None:
    assert choose_parts(parts_of(*sizes), dead, below) == set(chosen)


def test_parts_that_come_one_at_a_time_stay_few_and_are_rarely_rewritten() -> None:
    sizes: dict[int, int] = {}
    written = most = 0
    for number in range(1, 3001):
        sizes[number] = 20_000
        while chosen := choose_parts(
            replace(parts_of(), files={"articles": [file(n, s) for n, s in sizes.items()]}), {}
        ):
            merged = sum(sizes.pop(part) for part in chosen)
            sizes[number + 10_000 * len(chosen) + written] = merged
            written += merged
        most = max(most, len(sizes))
    assert most < 40
    assert written / (3000 * 20_000) < 5, "each byte is written anew a logarithmic number of times"


def file(number: int, size: int) -> DataFile:
    return DataFile(f"data/articles/{number}", 1, size, number, "", "")


# --- compaction ----------------------------------------------------------------------------------------


def test_compaction_keeps_every_row_and_leaves_few_parts(dropped: Callable[[int], Store]) -> None:
    store = dropped(8)
    before = contents(store)
    assert len(sizes_of(store.head())) == 8
    assert compact_all(store)
    head = store.head()
    assert len(sizes_of(head)) <= 4, "parts of like size are one; these lie about where two sizes meet"
    assert {len(head.files[mart.name]) for mart in MARTS if mart.name in head.files} == {1}
    assert contents(store) == before
    assert marts_differ(store) == []
    assert faults_of(store) == []


def test_compaction_goes_up_the_tiers(dropped: Callable[[int], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "FAN_IN", 2)
    monkeypatch.setattr(upkeep, "_AT_ONCE", 2)
    store = dropped(8)
    before = contents(store)
    assert compact_all(store) >= 5
    assert contents(store) == before
    assert faults_of(store) == []


def test_dead_rows_vanish(store: Store) -> None:
    seeds = {f"{number}.txt": story(number) for number in range(6)}
    refresh(store, seeds)
    for gone in ("0.txt", "1.txt"):
        del seeds[gone]
    seeds["2.txt"] = Story("كندا")
    refresh(store, seeds)
    assert store.head().dirty["article_id"] == [1]
    assert compact_all(store) == 1
    head = store.head()
    assert (head.dead, head.dirty) == ({column: [] for column in head.dead}, {column: [] for column in head.dirty})
    assert head.files["articles"][-1].rows + head.files["articles"][0].rows == 4
    assert contents(store) == fresh(store, seeds)
    assert compact_all(store) == 0


def test_tombstones_past_the_limit_lie_in_a_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_IN_MANIFEST", 3)
    seeds = {f"{number}.txt": story(number) for number in range(12)}
    refresh(store, seeds)
    for step, gone in enumerate((["0.txt", "1.txt", "2.txt"], ["3.txt"])):
        for name in gone:
            del seeds[name]
        refresh(store, seeds, folder=str(step))
    head = store.head()
    assert head.files["tombstones"]
    assert upkeep.count_articles(store, head) == read(store, "select count(*) from articles")[0][0] == 8
    assert contents(store) == fresh(store, seeds)
    assert faults_of(store) == []
    compact_all(store)
    assert "tombstones" not in store.head().files
    assert contents(store) == fresh(store, seeds)


def test_tombstones_of_parts_that_stay_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_IN_MANIFEST", 3)
    monkeypatch.setattr(upkeep, "FAN_IN", 3)
    many = {f"{number}.txt": Story(".".join(SENTENCES * 3)) for number in range(15)}
    refresh(store, many)
    for name in ("0.txt", "1.txt", "2.txt", "3.txt"):
        del many[name]
    refresh(store, many, folder="a")
    for number in range(3):
        many[f"x{number}.txt"] = story(number)
        refresh(store, many, folder=str(number))
    assert store.head().files["tombstones"]
    of_small_ones = {1: 1 << 20, 2: 1, 3: 9, 4: 9, 5: 9}
    monkeypatch.setattr(upkeep, "sizes_of", lambda snapshot: of_small_ones)
    with store.writing():
        merged = compact(store)
    assert merged is not None
    assert set(sizes_of(merged)) == {1, 2, merged.number}
    assert merged.dirty["article_id"] == [1]
    assert contents(store) == fresh(store, many)


def test_everything_leaves_one_part(dropped: Callable[[int], Store]) -> None:
    store, seeds = dropped(3), first(3)
    assert compact_all(store, everything=True) == 1
    assert len(sizes_of(store.head())) == 1
    del seeds["0.txt"]
    refresh(store, seeds)
    assert compact_all(store, everything=True) == 1
    assert contents(store) == fresh(store, seeds)


def test_an_empty_warehouse_is_left_alone(store: Store) -> None:
    assert compact_all(store) == compact_all(store, everything=True) == 0
    assert expire_now(store, 1, NOW) == ([], 0, 0)
    assert faults_of(store) == []


def test_nothing_to_merge_publishes_nothing(dropped: Callable[[int], Store]) -> None:
    store = dropped(1)
    before = sorted(store.root.rglob("*"))
    assert compact_all(store) == 0
    assert sorted(store.root.rglob("*")) == before


def test_marts_add_up_where_facts_are_not_worth_merging(dropped: Callable[[int], Store]) -> None:
    store = dropped(3)
    before = contents(store)
    assert compact_all(store) == 1
    head = store.head()
    assert {len(head.files[mart.name]) for mart in MARTS if mart.name in head.files} == {1}
    assert len(sizes_of(head)) == 3
    assert contents(store) == before
    assert marts_differ(store) == []
    assert faults_of(store) == []


def test_a_large_mart_is_left_while_somebody_waits(
    dropped: Callable[[int], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = dropped(8)
    before = contents(store)
    monkeypatch.setattr(upkeep, "MANY", 1)
    monkeypatch.setattr(upkeep, "_QUICK", max(file.bytes for file in store.head().files["terms"]))
    with store.writing():
        tidy(store, 9, NOW)
    assert len(store.head().files["terms"]) == 2
    assert contents(store) == before


def test_a_merge_of_more_than_memory_spills(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.catalog._checks", lambda: ())  # quantities without articles
    tight = store_module.LIMITS.replace("2GB", "70MB").replace("threads = 4", "threads = 1")
    monkeypatch.setattr(store_module, "LIMITS", tight)
    for name, rows in (("large", 350_000), ("small", 2)):
        (store.root.parent / name).mkdir()
        columns = ", ".join(
            f"{value}::{dtype} as {column}"
            for (column, dtype), value in zip(
                types_of(QUANTITIES).items(),
                ("md5(r::varchar)", "r", "r", 0, "repeat(md5((r + 1)::varchar), 4)", "null", "null", "null"),
                strict=True,
            )
        )
        duckdb.sql(
            f"copy (select {columns} from range({rows}) t(r)) to '{store.root.parent}/{name}/quantities.parquet'"
        )
        with store.writing():
            store.commit([store.root.parent / name])
    with store.writing(), closing(store.session()) as con:
        store.publish(store.bury(con, replace(store.head(), number=3, parent=2), {"article_id": [("gone", 1)]}))
    assert compact_all(store, everything=True) == 1
    assert store.head().files["quantities"][0].rows == 350_002


def test_a_merge_that_dies_leaves_the_head(dropped: Callable[[int], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    store = dropped(8)
    before, files = contents(store), sorted(store.root.rglob("*"))

    def fail(point: str) -> None:
        if point == "catalog built":
            raise OSError(point)

    monkeypatch.setattr(disk_module, "reached", fail)
    with pytest.raises(OSError, match="catalog built"):
        compact_all(store)
    assert sorted(store.root.rglob("*")) == files
    assert contents(store) == before


def test_tidy_keeps_parts_few_all_day(dropped: Callable[[int], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "MANY", 8)
    monkeypatch.setattr(upkeep, "FAN_IN", 4)
    store = dropped(8)
    for count in range(9, 12):
        refresh(store, first(count))
        with store.writing():
            tidy(store, 3, NOW)
        assert len(sizes_of(store.head())) <= 8
    assert store.numbers()[0] > 3, "old snapshots go, too"
    assert contents(store) == fresh(store, first(11))


def test_tidy_never_fails_the_refresh(
    dropped: Callable[[int], Store], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = dropped(8)
    monkeypatch.setattr(upkeep, "MANY", 1)
    monkeypatch.setattr(
        Store, "publish", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with store.writing():
        tidy(store, 1, NOW)
    assert "No space left" in caplog.text
    assert store.head().number == 8


# --- expiry --------------------------------------------------------------------------------------------


def age(store: Store, number: int, days: float) -> None:
    """Make a snapshot older than it is."""
    path = store.root / f"snapshots/{number:06d}/manifest.json"
    was = store.snapshot(number)
    at = datetime.now(UTC) - timedelta(days=days)
    path.write_text(replace(was, published_at=at.isoformat()).to_json())


def expire_now(store: Store, keep: int, older_than: timedelta) -> upkeep.Expired:
    with store.writing():
        return expire(store, keep, older_than)


@pytest.mark.parametrize(
    ("keep", "days", "left"),
    [
        (1, 0, [4]),
        (2, 0, [3, 4]),
        (9, 0, [1, 2, 3, 4]),
        (1, 3, [3, 4]),
        (1, 7, [2, 3, 4]),
        (3, 3, [2, 3, 4]),
        (0, 0, [4]),
    ],
)
def test_expiry_keeps_the_newest_and_the_young(
    dropped: Callable[[int], Store], keep: int, days: int, left: list[int]
) -> None:
    store = dropped(4)
    for number, old in ((1, 40), (2, 30), (3, 5), (4, 1)):  # 1 was replaced 30 days ago, 2 five, 3 one
        age(store, number, old)
    assert expire_now(store, keep, timedelta(days=days)).snapshots == [n for n in (1, 2, 3, 4) if n not in left]
    assert [snapshot.number for snapshot in history(store)] == left[::-1]


def test_a_snapshot_is_young_while_it_was_just_replaced(dropped: Callable[[int], Store]) -> None:
    """Whoever opened it a minute ago still reads it, however long it had been the published one."""
    store = dropped(2)
    age(store, 1, 100)
    with closing(store.connect(1)) as reader:
        expire_now(store, 1, DAY)
        assert reader.execute("select count(*), sum(length(raw_text)) > 0 from articles").fetchall() == [(1, True)]


def test_expiry_removes_the_files_that_only_old_snapshots_name(dropped: Callable[[int], Store]) -> None:
    store = dropped(8)
    compact_all(store)
    kept = store.head().all_files()
    gone = expire_now(store, 1, NOW)
    assert gone.snapshots == list(range(1, 9))
    assert gone.files > 8
    assert gone.bytes > 8 * 500_000, "the catalogs count"
    assert set(store.disk.files("data")) == {file.path for file in kept}
    assert store.numbers() == [9]
    assert faults_of(store) == []
    assert len(read(store, "from articles")) == 8


def test_readers_of_kept_snapshots_still_work(dropped: Callable[[int], Store]) -> None:
    store = dropped(4)
    compact_all(store, everything=True)
    with closing(store.connect(3)) as reader, closing(store.connect()) as newest:
        expire_now(store, 3, NOW)
        assert reader.execute("select count(distinct article_id) from tokens").fetchall() == [(3,)]
        assert newest.execute("select count(distinct article_id) from tokens").fetchall() == [(4,)]


def test_expiry_sweeps_what_the_dead_left(dropped: Callable[[int], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    store, seeds = dropped(2), first(2)
    monkeypatch.setattr(Store, "_discard", lambda store, number: None)  # the dead do not clean up

    def die(point: str) -> None:
        if point == "snapshot synced":
            raise KeyboardInterrupt

    monkeypatch.setattr(disk_module, "reached", die)
    with pytest.raises(KeyboardInterrupt):
        refresh(store, seeds | {"z.txt": story(3)})
    monkeypatch.undo()
    assert store.numbers() == [1, 2, 3]
    assert store.disk.head() == 2
    assert faults_of(store) == [], "it might be in the making"
    refresh(store, seeds | {"y.txt": story(4)})
    assert {fault.where for fault in faults_of(store)} >= {"snapshots/000003"}
    with store.writing(), pytest.raises(NoWarehouse, match="snapshot 3"):
        roll_back(store, 3)
    assert expire_now(store, 10, DAY).snapshots == [3]
    assert faults_of(store) == []


# --- going back ----------------------------------------------------------------------------------------


def back(store: Store, number: int) -> Snapshot:
    with store.writing():
        return roll_back(store, number)


def test_rollback_publishes_what_was(dropped: Callable[[int], Store]) -> None:
    store, seeds = dropped(3), first(3)
    before = contents(store)
    refresh(store, {"0.txt": Story("كندا"), "1.txt": seeds["1.txt"]})
    changed = contents(store)
    snapshot = back(store, 3)
    assert (snapshot.number, snapshot.parent, snapshot.operation) == (5, 4, "rollback to 3")
    assert contents(store) == before
    assert back(store, 4).number == 6
    assert contents(store) == changed
    assert [s.number for s in history(store)] == [6, 5, 4, 3, 2, 1]
    assert faults_of(store) == []


def test_a_refresh_after_a_rollback_does_again_what_was_undone(dropped: Callable[[int], Store]) -> None:
    store, seeds = dropped(3), first(3)
    seeds["0.txt"] = Story("كندا")
    refresh(store, seeds)
    back(store, 1)
    refresh(store, seeds, folder="again")
    assert contents(store) == fresh(store, seeds)
    assert marts_differ(store) == []


def test_rollback_across_a_compaction_and_an_expiry(dropped: Callable[[int], Store]) -> None:
    store = dropped(8)
    before = contents(store)
    compact_all(store)
    expire_now(store, 2, NOW)
    assert back(store, 8).number == 10
    expire_now(store, 1, NOW)
    assert contents(store) == before
    assert faults_of(store) == []
    with pytest.raises(NoWarehouse, match="snapshot 2"):
        back(store, 2)


def rewrite(store: Store, table: str, select: str) -> None:
    """Write the first file of a table anew with other rows, and make the manifests believe it."""
    old = store.head().files[table][0]
    path = store.root / old.path
    with duckdb.connect() as con:
        con.execute(f"create table t as {select.format(old=f'read_parquet({str(path)!r})')}")
        con.execute(f"copy t to '{path}' (format parquet)")
        ((rows,),) = con.execute("select count(*) from t").fetchall()
    changed = replace(old, rows=rows, bytes=path.stat().st_size, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    for number in store.numbers():
        snapshot = store.snapshot(number)
        files = {n: [changed if f.path == old.path else f for f in fs] for n, fs in snapshot.files.items()}
        (store.root / f"snapshots/{number:06d}/manifest.json").write_text(replace(snapshot, files=files).to_json())


def test_a_rollback_to_a_broken_row_fails_and_leaves_the_head(dropped: Callable[[int], Store]) -> None:
    store = dropped(1)
    rewrite(store, "tokens", "select * replace (sentence_no + 7 as sentence_no) from {old}")
    refresh(store, {"b.txt": story(2)})
    before, files = contents(store), sorted(store.root.rglob("*"))
    with pytest.raises(CheckFailed, match="facts_lie_in_their_sentence.*" + article_id("0.txt")):
        back(store, 1)
    assert contents(store) == before
    assert sorted(store.root.rglob("*")) == files


def test_a_rollback_to_damaged_files_fails(dropped: Callable[[int], Store]) -> None:
    store = dropped(2)
    refresh(store, {"b.txt": story(2)})
    (store.root / store.snapshot(1).files["tokens"][0].path).unlink()
    with pytest.raises(CheckFailed, match=r"files of snapshot 1.*is missing"):
        back(store, 1)
    assert store.head().number == 3


# --- telling apart -------------------------------------------------------------------------------------


def differences(store: Store, a: int, b: int) -> dict[tuple[str, str], tuple[int, int]]:
    with compare(store, a, b) as con:
        return {
            (t, s): (p, m) for t, s, p, m in con.execute('select "table", source, added, removed from diff').fetchall()
        }


def by_rows(store: Store, a: int, b: int) -> dict[str, tuple[int, int]]:
    """Count what differs the slow way: by all rows of both."""
    with closing(store.connect(a)) as one, closing(store.connect(b)) as other:
        found = {}
        for table in FACTS:
            before, after = (list(map(str, con.execute(f"from {table.name}").fetchall())) for con in (one, other))
            added, removed = list(after), list(before)
            for row in before:
                if row in added:
                    added.remove(row)
            for row in after:
                if row in removed:
                    removed.remove(row)
            if added or removed:
                found[table.name] = (len(added), len(removed))
        return found


def test_compare_adds_edits_and_removals(store: Store) -> None:
    refresh(store, {"a.txt": Story("مصر زار تونس"), "b.txt": Story("كندا"), "c.txt": Story("اليابان")})
    refresh(store, {"a.txt": Story("مصر زار تونس.مصر"), "b.txt": Story("كندا"), "d.txt": Story("تونس")})
    found = differences(store, 1, 2)
    assert found[("sentences", "a.txt")] == (1, 0), "the first sentence is as it was"
    assert found[("articles", "a.txt")] == (1, 1)
    assert found[("articles", "c.txt")] == (0, 1)
    assert found[("mentions", "d.txt")] == (1, 0)
    assert not [key for key in found if key[1] == "b.txt"]
    assert {key: (m, p) for key, (p, m) in found.items()} == differences(store, 2, 1)
    assert differences(store, 0, 1)[("mentions", "a.txt")] == (2, 0)
    with compare(store, 1, 2) as con:
        rows = con.execute("select change, text from diff_mentions order by all").fetchall()
    assert rows == [("+", "تونس"), ("+", "مصر"), ("-", "اليابان")]


def test_a_compaction_makes_no_difference(dropped: Callable[[int], Store]) -> None:
    store, seeds = dropped(8), first(8)
    del seeds["3.txt"]
    refresh(store, seeds)
    compact_all(store, everything=True)
    assert differences(store, 9, 10) == {}
    assert by_table(differences(store, 8, 10)) == by_rows(store, 8, 10) != {}


def test_compare_across_a_rollback(dropped: Callable[[int], Store]) -> None:
    store, seeds = dropped(2), first(2)
    refresh(store, {"0.txt": seeds["0.txt"]})
    back(store, 2)
    assert differences(store, 2, 4) == {}
    assert differences(store, 3, 4)[("articles", "1.txt")] == (1, 0)
    assert differences(store, 4, 3)[("articles", "1.txt")] == (0, 1)


def test_compare_after_a_move(dropped: Callable[[int], Store], tmp_path: Path) -> None:
    store = dropped(2)
    moved = Store(shutil.move(store.root, tmp_path / "it's [odd] مستودع"))
    assert differences(moved, 1, 2)[("articles", "1.txt")] == (1, 0)
    with moved.writing():
        pass
    assert differences(moved, 1, 2)[("articles", "1.txt")] == (1, 0)
    assert faults_of(moved) == []


def test_what_has_expired_can_not_be_compared(dropped: Callable[[int], Store]) -> None:
    store = dropped(2)
    expire_now(store, 1, NOW)
    with pytest.raises(NoWarehouse, match="snapshot 1"), compare(store, 1, 2):
        pass


# --- proving -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a sound warehouse with a past, dead rows and a merge."""
    store = Store(tmp_path_factory.mktemp("sound") / "warehouse")
    seeds = first(4)
    refresh(store, {"0.txt": seeds["0.txt"]})
    refresh(store, seeds)
    compact_all(store, everything=True)
    seeds["0.txt"] = Story("مصر قال لا")
    refresh(store, seeds)
    shutil.copytree(store.root, store.root.with_name("backup"), symlinks=True)
    return store


@pytest.fixture
def copy(sound: Store) -> Store:
    """Return it free to be damaged."""
    shutil.rmtree(sound.root, ignore_errors=True)
    shutil.copytree(sound.root.with_name("backup"), sound.root, symlinks=True)
    return sound


def largest(store: Store, table: str) -> Path:
    return store.root / max(store.head().files[table], key=lambda file: file.rows).path


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.chmod(0o644)
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


def test_a_sound_warehouse_has_no_faults(sound: Store) -> None:
    steps: list[str] = []
    assert list(verify(sound, same, steps.append)) == []
    assert steps[:3] == ["snapshots", "files", "checks"]
    assert {mart.name for mart in MARTS} < set(steps)
    assert {"evidence of tokens", "evidence of quotes, speaker"} < set(steps)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda store: truncate(largest(store, "tokens")), "bytes instead of"),
        (lambda store: flip(largest(store, "tokens")), "other bytes than were written"),
        (lambda store: largest(store, "tokens").unlink(), "is missing"),
        (lambda store: truncate(store.root / "warehouse.duckdb"), "can not be read"),
        (lambda store: flip(store.root / store.snapshot(1).files["files"][0].path), "other bytes than were written"),
        (lambda store: truncate(store.root / "snapshots/000002/warehouse.duckdb"), "can not be read"),
        (lambda store: truncate(store.root / "snapshots/000002/manifest.json"), "can not be read"),
        (lambda store: truncate(store.root / f"snapshots/{store.head().number:06d}/manifest.json"), "can not be read"),
        (lambda store: shutil.copy(largest(store, "tokens"), largest(store, "tokens").with_name("000001-x.parquet")),
         "belongs to no snapshot"),
        (lambda store: (store.root / "snapshots/000002/manifest.json").unlink(), "lies before one that is gone"),
    ],
    ids=["truncated", "flipped", "missing", "catalog", "old file", "old catalog", "old manifest", "manifest", "orphan",
         "no manifest"],
)  # fmt: skip
def test_verify_finds_damaged_files(copy: Store, damage: Callable[[Store], object], what: str) -> None:
    damage(copy)
    found = faults_of(copy)
    assert found
    assert any(what in fault.what for fault in found), found


@pytest.mark.parametrize(
    ("table", "select", "where"),
    [
        ("terms", "select * replace (token_count + 1 as token_count) from {old}", "terms"),
        ("entity_daily", "from {old} limit 1", "entity_daily"),
        ("mentions", "select * replace (text || 'ً' as text) from {old}", "mentions of"),
        ("mentions", "select * replace (start_char + 1 as start_char) from {old}", "mentions of"),
        ("tokens", "select * replace (norm || 'x' as text) from {old}", "tokens of"),
        ("sentences", "select * replace (999 as end_char) from {old}", "check evidence_lies_in_the_text"),
        ("articles", "from {old} limit 1", "check facts_have_an_article"),
        ("tokens", "from {old} union all from {old}", "check tokens: unique key"),
    ],
)
def test_verify_finds_wrong_rows(copy: Store, table: str, select: str, where: str) -> None:
    rewrite(copy, table, select)
    found = faults_of(copy)
    assert any(fault.where.startswith(where) for fault in found), found


def test_verify_asks_what_agrees(copy: Store) -> None:
    rewrite(copy, "mentions", "select * replace (text || 'ً' as text) from {old}")
    assert faults_of(copy) != []
    assert list(verify(copy, lambda evidence, text: evidence == text.strip("ً"))) == []


def test_what_others_do_meanwhile_is_no_fault(dropped: Callable[[int], Store]) -> None:
    store = dropped(8)
    compact_all(store)
    todo: dict[str, Callable[[], object]] = {
        "snapshots": lambda: refresh(store, first(9)),
        "files": lambda: expire_now(store, 1, NOW),
        "checks": lambda: refresh(store, first(3), folder="again"),
    }
    assert list(verify(store, same, lambda step: todo.pop(step, int)())) == []
    assert not todo
    assert len(store.numbers()) == 2


# --- histories -----------------------------------------------------------------------------------------


def test_random_histories_of_all_operations_equal_a_fresh_build(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "FAN_IN", 3)
    monkeypatch.setattr(store_module, "_IN_MANIFEST", 4)
    chance = random.Random(20261121)
    past: dict[int, dict[str, Story]] = {}
    seeds: dict[str, Story] = {}
    for step in range(9):
        operation = chance.choice(["refresh", "refresh", "refresh", "compact", "expire", "rollback"])
        if operation == "refresh" or not past:
            for _ in range(chance.randint(1, 3)):
                change(seeds, chance)
            refresh(store, seeds, folder=str(step))
        elif operation == "compact":
            compact_all(store, everything=chance.random() < 0.3)
        elif operation == "expire":
            expire_now(store, chance.randint(1, 4), NOW)
        else:
            number = chance.choice([snapshot.number for snapshot in history(store)])
            back(store, number)
            seeds = dict(past[number])
        past.update({snapshot.number: dict(seeds) for snapshot in history(store) if snapshot.number not in past})
    assert contents(store) == fresh(store, seeds)
    assert faults_of(store) == []
    oldest, newest = list(history(store))[-1].number, store.head().number
    assert by_table(differences(store, oldest, newest)) == by_rows(store, oldest, newest)


def change(seeds: dict[str, Story], chance: random.Random) -> None:
    name = f"{chance.choice('abcdefgh')}.txt"
    if name in seeds and chance.random() < 0.4:
        del seeds[name]
    else:
        text = ".".join(chance.choices(SENTENCES, k=chance.randint(1, 4)))
        seeds[name] = Story(text, chance.choice([None, date(2024, 5, 31), date(2024, 6, 1)]))


def by_table(found: dict[tuple[str, str], tuple[int, int]]) -> dict[str, tuple[int, int]]:
    tables: dict[str, tuple[int, int]] = {}
    for (table, _), (added, removed) in found.items():
        was = tables.get(table, (0, 0))
        tables[table] = (was[0] + added, was[1] + removed)
    return tables
