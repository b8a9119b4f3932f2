"""Upkeep keeps the rows: merged, gone back to, compared, forgotten and proved, on a real DuckDB."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.warehouse.newsroom import Story, contents, marts_differ, read, refresh
from warehouse import upkeep
from warehouse.store import NoWarehouse, Store


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a warehouse of nine small parts, in the last of which an article was changed."""
    store, seeds = Store(tmp_path_factory.mktemp("busy") / "w"), {}
    for step in range(9):
        seeds[f"{step % 8}.txt"] = Story(f"مصر قال نعم {step}.تونس زار كندا")
        refresh(store, seeds, folder=str(step))
    return store


def faults(store: Store) -> list[upkeep.Fault]:
    return list(upkeep.verify(store, lambda evidence, text: evidence == text))


def test_what_changed_is_told_by_table_and_article(busy: Store) -> None:
    with closing(upkeep.compare(busy, 8, 9)) as con:
        assert con.execute("select source, added, removed from diff where \"table\" = 'articles'").fetchall() == [
            ("0.txt", 1, 1)
        ]
    with closing(upkeep.compare(busy, 2, 2)) as con:
        assert con.execute("from diff").fetchall() == []
    with pytest.raises(NoWarehouse, match="no snapshot 77"):
        upkeep.compare(busy, 1, 77)


def test_merging_going_back_and_forgetting_keep_what_was(busy: Store) -> None:
    before = contents(busy)
    with busy.writing():
        merged = upkeep.compact(busy)
        assert merged is not None
        assert upkeep.compact(busy) is None
    assert {len(files) for files in merged.files.values()} == {1}
    assert contents(busy) == before
    with closing(upkeep.compare(busy, 9, merged.number)) as con:
        assert con.execute("from diff").fetchall() == []

    with busy.writing():
        assert upkeep.roll_back(busy, 3).operation == "rollback to 3"
    assert read(busy, "select count(*) from articles") == [(3,)]
    with busy.writing():
        upkeep.roll_back(busy, merged.number)
        assert upkeep.expire(busy, keep=2, older_than=timedelta(0)).snapshots == list(range(1, merged.number + 1))
    assert contents(busy) == before
    assert marts_differ(busy) == []
    assert faults(busy) == []
    with pytest.raises(NoWarehouse):
        busy.snapshot(3)


def test_damage_is_found(busy: Store, tmp_path: Path) -> None:
    tokens = busy.root / busy.head().files["tokens"][0].path
    (tokens.parent / "000001-stray.parquet").write_bytes(b"")
    whole = bytearray(tokens.read_bytes())
    whole[100] ^= 1
    tokens.write_bytes(whole)
    assert {fault.what.split(":")[0] for fault in upkeep._faults_of_files(busy, list(upkeep.history(busy)))} == {
        "has other bytes than were written", "belongs to no snapshot",
    }  # fmt: skip
