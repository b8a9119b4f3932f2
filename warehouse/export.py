"""A snapshot as Delta tables, for those whose tools read these: the same Parquet files, registered.

    <folder>/<table>/_delta_log/…                     what Delta knows
    <folder>/<table>/<snapshot>-<uuid>.parquet        a data file of the warehouse: a second name for it, or a copy
    <folder>/<table>/<snapshot>-rows-<uuid>.parquet   rows that lie in no file as they are: live ones beside dead
                                                      ones, marts of several files, views

A later snapshot becomes the next version of each table, so that Delta's time travel works. Tables are
committed one by one, as Delta knows no more; each version says of which snapshot it is, under
`warraq.snapshot`.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from warehouse.catalog import DataFile, Snapshot, literal, names, shape_of, types_of
from warehouse.contracts import FACTS, PUBLISHED, Table, doc_of
from warehouse.store import Store

_NUMBER: Final = "warraq.snapshot"


class Exported(NamedTuple):
    """A table that was exported, and read back: its version and rows, and how many files were shared and written."""

    table: str
    version: int
    rows: int
    shared: int
    written: int


class ExportFailed(RuntimeError):  # noqa: N818 - it says what is the case
    """What Delta gives back is not what the snapshot holds."""


def export_delta(store: Store, folder: Path, number: int | None = None) -> Iterator[Exported]:
    """Write the published snapshot, or an earlier one, as a Delta table a table; yield each when it was read back.

    What the last version has of it already stays. Raises `NoWarehouse` where there is no such snapshot,
    `ExportFailed` where rows that are read back differ, and leaves the version before as the last.
    """
    snapshot = store.head() if number is None else store.snapshot(number)
    with closing(store.connect(snapshot.number or None)) as con:
        for table in PUBLISHED:
            delta = _open(folder / table.name, table)
            shared, written = 0, 0
            if delta.history(1)[0].get(_NUMBER) != snapshot.number:
                ready, rest = _split(table, snapshot)
                shared = sum(_share(store, file, folder / table.name) for file in ready)
                made = _write(con, table, snapshot.number, rest, folder / table.name) if rest else []
                written = len(made)
                delta = _commit(delta, snapshot.number, {Path(file.path).name: file for file in (*ready, *made)})
            try:
                rows = _compare(con, table, delta)
            except ExportFailed:
                delta.restore(max(delta.version() - 1, 0))
                raise
            yield Exported(table.name, delta.version(), rows, shared, written)


def _open(folder: Path, table: Table) -> DeltaTable:
    """Return the Delta table, made if it is missing, and made anew, as its next version, if it has other columns."""
    fields = [field.with_metadata({"comment": doc_of(field)}) for field in table.schema]
    schema = Schema.from_arrow(pa.schema(fields))
    try:
        delta = DeltaTable(folder)
        if delta.schema() == schema:
            return delta
    except TableNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    return DeltaTable.create(folder, schema, mode="overwrite", name=table.name, description=table.doc)


def _split(table: Table, snapshot: Snapshot) -> tuple[list[DataFile], str]:
    """Return the files of a table that hold its rows as they are, and SQL for the rows that lie in no such file."""
    files = snapshot.files.get(table.name, [])
    if table not in FACTS:
        return (files, "") if len(files) == 1 else ([], f"from {table.name}")
    dirty = snapshot.dirty.get(table.owner, ())
    ready = [file for file in files if file.rev not in dirty and file.shape == shape_of(table)]
    rest = {file.rev for file in files} - {file.rev for file in ready}
    return ready, snapshot.live_rows(table, rest) if rest else ""


def _share(store: Store, file: DataFile, folder: Path) -> bool:
    """Give a data file a second name in a folder, or copy it there; say whether it was not there."""
    source, target = store.disk.fetch(file.path), folder / Path(file.path).name
    if target.exists() and target.stat().st_size == file.bytes:
        return False
    target.unlink(missing_ok=True)  # half a copy
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
    target.chmod(0o444)
    return True


def _write(con: duckdb.DuckDBPyConnection, table: Table, number: int, rows: str, folder: Path) -> list[DataFile]:
    path = folder / f"{number:06d}-rows-{uuid4().hex[:12]}.parquet"
    con.execute(
        f"copy (select {names(table.columns)} from ({rows}) order by {names(table.key)}) to {literal(path)}"
        " (format parquet, compression zstd)"
    )
    ((count,),) = con.fetchall()
    return [DataFile(path.name, count, path.stat().st_size, number, shape_of(table), "")]


def _commit(delta: DeltaTable, number: int, files: dict[str, DataFile]) -> DeltaTable:
    """Commit a version that has these files and no other."""
    now, there = time.time_ns() // 1_000_000, {Path(uri).name for uri in delta.file_uris()}
    actions: list[Any] = [
        AddAction(name, files[name].bytes, {}, now, True, json.dumps({"numRecords": files[name].rows}))
        for name in files.keys() - there
    ]
    actions += [RemoveAction(name, data_change=True, deletion_timestamp=now) for name in there - files.keys()]
    properties = CommitProperties(custom_metadata={_NUMBER: number})
    delta.create_write_transaction(actions, "append", delta.schema(), commit_properties=properties)
    return DeltaTable(delta.table_uri)


def _compare(con: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable) -> int:
    """Return the rows that the last version has. Raises `ExportFailed` where they are not those of the snapshot."""
    con.register("exported", delta.to_pyarrow_dataset())
    columns = ", ".join(f'"{column}"::{dtype}' for column, dtype in types_of(table).items())
    summary = f"select count(*), coalesce(sum(hash({columns})::hugeint), 0)"
    ((rows, digest),) = con.execute(f"{summary} from {table.name}").fetchall()
    try:
        ((count, found),) = con.execute(f"{summary} from exported").fetchall()
    except duckdb.Error as error:
        raise ExportFailed(f"{delta.table_uri} cannot be read back: {error}") from error
    if (count, found) != (rows, digest):
        raise ExportFailed(f"{delta.table_uri} gives back {count:,} rows that are not the {rows:,} of {table.name}")
    return int(rows)
