"""Snapshots as Delta tables, written and read back with the real library."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.warehouse.newsroom import Story, refresh
from warehouse import upkeep
from warehouse.contracts import ARTICLES, PUBLISHED, doc_of
from warehouse.store import NoWarehouse, Store

deltalake = pytest.importorskip("deltalake", reason="deltalake is the extra delta, and among the dev dependencies")

ONE = {"a.txt": Story("مصر قال نعم.مصر زار تونس"), "b.txt": Story("كندا زار اليابان.حقوق كندا", None)}
TWO = {"b.txt": ONE["b.txt"], "c.txt": Story("تونس زار مصر")}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


def export(store: Store, folder: Path, number: int | None = None) -> dict[str, tuple[int, ...]]:
    from warehouse.export import export_delta

    return {name: numbers for name, *numbers in export_delta(store, folder, number)}


def rows(
    store: Store, folder: Path, number: int, version: int | None = None
) -> Iterator[tuple[str, list[object], list[object]]]:
    """Yield each table with its rows in the snapshot and in the Delta table."""
    with closing(store.connect(number)) as con:
        for table in PUBLISHED:
            con.register("exported", deltalake.DeltaTable(folder / table.name, version=version).to_pyarrow_dataset())
            yield (
                table.name,
                con.execute(f"from {table.name} order by all").fetchall(),
                con.execute("from exported order by all").fetchall(),
            )


def test_each_snapshot_is_a_version(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    first = export(store, tmp_path / "delta")
    assert first.keys() == {table.name for table in PUBLISHED}
    assert first["articles"] == [1, 2, 1, 0]
    assert {version for version, *_ in first.values()} == {1}
    refresh(store, TWO)
    second = export(store, tmp_path / "delta")
    assert second["articles"] == [2, 2, 1, 1], (
        "the file without dead rows is shared, the live rows of the other written"
    )
    for number in (1, 2):
        for name, here, there in rows(store, tmp_path / "delta", number, version=number):
            assert there == here, name


def test_files_without_dead_rows_are_the_same_files(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    refresh(store, TWO)
    with store.writing():
        snapshot = upkeep.compact(store, everything=True)
    exported = export(store, tmp_path / "delta")
    assert snapshot is not None
    for name, (file,) in snapshot.files.items():
        (uri,) = deltalake.DeltaTable(tmp_path / "delta" / name).file_uris()
        assert Path(uri).samefile(store.root / file.path)
        assert not Path(uri).stat().st_mode & 0o222, "who writes into it would write into the warehouse"
        assert exported[name][2:] == [1, 0]
    for _, here, there in rows(store, tmp_path / "delta", 3, version=1):
        assert there == here


def test_the_same_snapshot_again_is_only_read_back(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    first = export(store, tmp_path / "delta")
    again = export(store, tmp_path / "delta")
    assert {name: (version, count) for name, (version, count, *_) in first.items()} == {
        name: (version, count) for name, (version, count, *_) in again.items()
    }
    assert {(shared, written) for _, _, shared, written in again.values()} == {(0, 0)}


def test_an_earlier_snapshot_becomes_the_next_version(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    refresh(store, TWO)
    export(store, tmp_path / "delta")
    export(store, tmp_path / "delta", 1)
    history = deltalake.DeltaTable(tmp_path / "delta/articles").history()
    assert [entry.get("warraq.snapshot") for entry in history] == [1, 2, None]
    for _, here, there in rows(store, tmp_path / "delta", 1, version=2):
        assert there == here


def test_comments_come_along(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    export(store, tmp_path / "delta")
    for table in PUBLISHED:
        delta = deltalake.DeltaTable(tmp_path / "delta" / table.name)
        assert delta.metadata().description == table.doc
        comments = [field.metadata["comment"] for field in delta.schema().fields]
        assert comments == [doc_of(field) for field in table.schema]
        assert delta.schema().to_arrow().names == table.columns, "`rev` stays hidden"


def test_a_table_whose_columns_changed_keeps_its_versions(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    older = deltalake.Schema.from_arrow(PUBLISHED[0].schema.remove(1))
    deltalake.DeltaTable.create(tmp_path / "delta" / PUBLISHED[0].name, older)
    assert export(store, tmp_path / "delta")[PUBLISHED[0].name][0] == 2
    for _, here, there in rows(store, tmp_path / "delta", 1):
        assert there == here


def test_rows_that_come_back_otherwise_fail(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse import export as module

    refresh(store, ONE)
    whole = module._split
    wrong = "select * replace ('another.txt' as source) from articles"
    monkeypatch.setattr(module, "_split", lambda table, of: ([], wrong) if table is ARTICLES else whole(table, of))
    with pytest.raises(module.ExportFailed, match="2 rows that are not the 2 of articles"):
        export(store, tmp_path / "delta")
    assert deltalake.DeltaTable(tmp_path / "delta/articles").count() == 0
    monkeypatch.undo()
    assert export(store, tmp_path / "delta")["articles"] == [3, 2, 1, 0]
    (uri,) = deltalake.DeltaTable(tmp_path / "delta/articles").file_uris()
    Path(uri).unlink()  # it is a second name of the warehouse's own file
    Path(uri).write_bytes(b"something else")
    with pytest.raises(module.ExportFailed, match="cannot be read back"):
        export(store, tmp_path / "delta")


def test_no_warehouse_says_so(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse, match="warraq refresh"):
        export(store, tmp_path / "delta")
    assert not (tmp_path / "delta").exists()


def test_the_command(store: Store, tmp_path: Path) -> None:
    refresh(store, ONE)
    options = [str(tmp_path / "delta"), "--warehouse", str(store.root)]
    result = CliRunner().invoke(app, ["export-delta", *options])
    assert result.exit_code == 0, result.output
    assert "Read back and found equal" in result.output
    result = CliRunner().invoke(app, ["export-delta", *options, "--snapshot", "7"])
    assert (result.exit_code, "no snapshot 7" in result.output) == (1, True)
