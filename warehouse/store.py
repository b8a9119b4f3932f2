"""The store: immutable Parquet files, and snapshots that say which of them make up the warehouse.

    warehouse.duckdb -> snapshots/000124/warehouse.duckdb    what readers open; swapping the link is the commit
    snapshots/000124/{warehouse.duckdb, manifest.json}       a state of the warehouse, for readers and for the writer
    data/<table>/<snapshot>-<uuid>.parquet                   never changed once written
    writer.lock                                              one writer at a time
    .staging/                                                what the writer works on; swept at the next start

A reader keeps the snapshot that it opened, and never waits. A writer that dies, at whatever point,
leaves the last snapshot as it was: all that it wrote is unnamed until the link is swapped.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts, and `literal` quotes paths
import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import duckdb
import pyarrow as pa

from warehouse import disk
from warehouse.catalog import (
    DERIVED,
    DataFile,
    Snapshot,
    add_up,
    build,
    design_digest,
    literal,
    mart_digest,
    mart_sql,
    names,
    read_files,
    shape_of,
    write_catalog,
)
from warehouse.contracts import (
    ARTICLES,
    BANDS,
    DATES,
    EVENTS,
    FACTS,
    FILES,
    FORMS,
    MARTS,
    MENTIONS,
    QUANTITIES,
    QUOTES,
    REJECTS,
    RUN_STAGES,
    RUNS,
    SENTENCES,
    SIGNATURES,
    STORY_ARTICLES,
    TELLING_WORDS,
    TOMBSTONES,
    Table,
)
from warehouse.disk import LINK, Busy, CannotWrite, Disk, NoWarehouse, disk_at

__all__ = ["Busy", "CannotWrite", "NoWarehouse", "Store"]

# Sorting spills to disk beyond this, so that memory does not grow with what is written. More threads
# would each hold a row group of their own. The footer of a large file is parsed once, and not by each query.
LIMITS: Final = (
    "set memory_limit = '2GB'; set threads = 4; set enable_progress_bar = false; set parquet_metadata_cache = true"
)

# 1M rows make tokens 45 % smaller and 5 times faster to filter than DuckDB's default. Articles hold
# their whole text twice, and a row group is held in memory; of the others here somebody wants a few
# rows of many, and reads whole row groups to get them.
_ROW_GROUP: Final = 1_000_000
_ROW_GROUPS: Final = {
    ARTICLES: 10_000, SENTENCES: 5_000, FORMS: 10_000, STORY_ARTICLES: 20_000,
    SIGNATURES: 10_000, BANDS: 40_000, TELLING_WORDS: 50_000,
    MENTIONS: 20_000, QUOTES: 5_000, DATES: 20_000, QUANTITIES: 20_000, EVENTS: 20_000,
}  # fmt: skip

# More tombstones than this go to a file, so that a manifest is read and written in milliseconds.
_IN_MANIFEST: Final = 10_000

# Where to look up which snapshot wrote the rows of an owner. All facts of an article are written with it.
_OWNERS: Final = {
    "article_id": (ARTICLES,),
    "file": (FILES, REJECTS),
    "story_id": (STORY_ARTICLES,),
    "run_id": (RUNS, RUN_STAGES),
}


class Store:
    """A warehouse on a disk. Reading needs no lock; writing happens inside `writing()`."""

    def __init__(self, place: Path | str | Disk) -> None:
        self.disk: Disk = disk_at(place) if isinstance(place, Path | str) else place
        self._is_writing = False

    @property
    def root(self) -> Path:
        """The folder, where the warehouse lies in one."""
        return Path(self.disk.place)

    # --- reading ---------------------------------------------------------------------------------

    def head(self) -> Snapshot:
        """Return the published snapshot; number 0, without files, before the first commit."""
        if number := self.disk.head():
            return self.snapshot(number)
        return Snapshot(root=self.disk.place, design=design_digest(self.disk.place))

    def snapshot(self, number: int) -> Snapshot:
        """Return a snapshot by its number. Raises `NoWarehouse` if it is not there, or no longer."""
        try:
            return Snapshot.parse(self.disk.fetch(f"{folder_of(number)}/manifest.json").read_bytes())
        except FileNotFoundError:
            raise NoWarehouse(
                f"there is no snapshot {number} in {self.disk.place}; `warraq snapshots` lists them"
            ) from None

    def connect(self, number: int | None = None) -> duckdb.DuckDBPyConnection:
        """Open the published snapshot, or an earlier one, for reading. Raises `NoWarehouse` if there is none."""
        head = self.head() if number is None else self.snapshot(number)
        if not head.number:
            raise NoWarehouse(f"no warehouse in {self.disk.place}: run `warraq refresh` first")
        if head.root != self.disk.place:
            raise NoWarehouse(
                f"the warehouse in {self.disk.place} was moved from {head.root}: the next refresh mends it"
            )
        con = duckdb.connect(self._catalog_of(head), read_only=True)
        self.disk.equip(con)
        return con

    def session(self) -> duckdb.DuckDBPyConnection:
        """Open a scratch database with the published snapshot attached as `head`, or empty tables if there is none."""
        con = self._scratch()
        head = self.head()
        with suppress(duckdb.IOException):  # root, say, has it open for writing; the manifest says the same
            if head.number:
                con.execute(f"attach {literal(self._catalog_of(head))} as head (read_only)")
                return con
        con.execute("attach ':memory:' as head; use head")
        build(con, head)
        con.execute("use memory")
        return con

    def live(self, table: Table, columns: Sequence[str] | None = None, where: str = "true") -> pa.Table:
        """Return the live rows of a table for which the SQL condition `where` holds."""
        columns = columns or table.columns
        with closing(self.session()) as con:
            rows: pa.Table = con.sql(f"select {names(columns)} from head.{table.name} where {where}").to_arrow_table()
        return rows.cast(pa.schema([table.schema.field(column) for column in columns]))

    def _scratch(self) -> duckdb.DuckDBPyConnection:
        """Open an empty database that spills to the disk of the warehouse; readers' spills a writer would sweep."""
        spill = self.disk.staging if self._is_writing else Path(tempfile.gettempdir())
        spill.mkdir(parents=True, exist_ok=True)
        con = duckdb.connect()
        con.execute(f"{LIMITS}; set temp_directory = {literal(spill)}")
        self.disk.equip(con)
        return con

    def _catalog_of(self, snapshot: Snapshot) -> str:
        return str(self.disk.fetch(f"{folder_of(snapshot.number)}/{LINK}"))

    # --- writing ---------------------------------------------------------------------------------

    @contextmanager
    def writing(self, patience: float = 0) -> Iterator[None]:
        """Hold the writer's lock, for which to wait `patience` seconds at most.

        Raises `Busy`, which says who holds it since when, if it is taken, and `CannotWrite` where the
        disk is full or read-only. Publishes the head anew if the folder was moved or a mart, view or
        comment was changed since.
        """
        with self.disk.writing(patience):
            self._is_writing = True
            try:
                self._keep_up()
                yield
            finally:
                self._is_writing = False

    def staging(self, name: str) -> Path:
        """Return an empty folder for work in progress, on the disk of the warehouse."""
        folder = self.disk.staging / name
        folder.mkdir(parents=True)
        return folder

    def commit(
        self,
        incoming: Iterable[Path] = (),
        outgoing: Iterable[Path] = (),
        gone: Mapping[str, Collection[str]] | None = None,
        pipeline: str | None = None,
    ) -> Snapshot:
        """Publish a snapshot: the head without the rows of `gone` owners, with those of `incoming`.

        `incoming` are folders of `<table>.parquet`, facts and mart rows as their contracts say, any of
        them absent. `outgoing` are folders of `<mart>.parquet` to be subtracted. `gone` lists owners by
        owner column: {"article_id": [...], "file": [...], "run_id": [...]}; they may come back in the
        same commit. Where nothing changes, the head is returned and nothing is published.

        Raises `CheckFailed`, and leaves the head published, when the new state breaks a check.
        """
        with self.drafting("refresh") as draft, closing(self.session()) as con:
            written = self._write_incoming(con, draft, list(incoming), list(outgoing))
            buried = {column: _find_dead(con, column, owners) for column, owners in (gone or {}).items()}
            if not written and not any(buried.values()):
                return self.head()
            after = self.bury(con, replace(draft, files=_joined(draft.files, written), pipeline=pipeline), buried)
            return self.publish(after)

    @contextmanager
    def drafting(self, operation: str) -> Iterator[Snapshot]:
        """Give what follows the head: its files under the next number. What is written is discarded on failure."""
        assert self._is_writing, "write inside `with store.writing()`"
        number = 1 + max(self.numbers(), default=0)
        try:
            head = self.head()
            yield replace(head, number=number, parent=head.number, operation=operation)
        except BaseException:
            if self.disk.head() != number:
                self._discard(number)
            raise

    def numbers(self) -> list[int]:
        """Return the numbers of all snapshots that lie there, those never published too."""
        return sorted({int(name.split("/")[1]) for name in self.disk.files("snapshots")})

    def write(self, con: duckdb.DuckDBPyConnection, table: Table, number: int, rows: str) -> list[DataFile]:
        """Write rows of a table as one data file, if there are any, in its order; facts with their `rev`."""
        name = f"data/{table.name}/{number:06d}-{uuid4().hex[:12]}.parquet"
        made = self.disk.staging / name.replace("/", "-")
        columns = [*table.columns, "rev"] if table in FACTS else table.columns
        made.parent.mkdir(parents=True, exist_ok=True)
        order = names(table.order or table.key)
        con.execute(
            f"copy (select {names(columns)} from ({rows}) order by {order}) to {literal(made)}"
            " (format parquet, compression zstd, compression_level 3,"
            f" row_group_size {_ROW_GROUPS.get(table, _ROW_GROUP)})"
        )
        ((count,),) = con.fetchall()
        if not count:
            made.unlink()
            return []
        with made.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        file = DataFile(name, count, made.stat().st_size, number, shape_of(table), digest)
        self.disk.put(made, name)
        disk.reached(f"written {table.name}")
        return [file]

    def publish(self, draft: Snapshot, *, thorough: bool = False) -> Snapshot:
        """Make a snapshot durable, check it, and swap the pointer. The order of the steps is the safety.

        Recomputes the marts whose definition has changed. A `thorough` check looks at all live rows and
        not only at those that come.
        """
        draft = replace(self._redefine(draft), published_at=datetime.now(UTC).isoformat())
        self.disk.sync(sorted({file.path.rpartition("/")[0] for file in draft.all_files()}))
        disk.reached("data synced")
        making = self.staging(f"snapshot-{draft.number:06d}")
        with closing(self._scratch()) as con:
            write_catalog(con, making / LINK, draft, thorough=thorough)
        assert not (making / f"{LINK}.wal").exists(), "the catalog was not checkpointed"
        disk.reached("catalog built")
        (making / "manifest.json").write_text(draft.to_json())
        (making / LINK).chmod(0o444)
        self.disk.put(making, folder_of(draft.number))
        disk.reached("snapshot put")
        self.disk.sync(["snapshots"])
        disk.reached("snapshot synced")
        self.disk.point(draft.number, draft.parent)
        return draft

    # --- parts of a commit -----------------------------------------------------------------------

    def _keep_up(self) -> None:
        """Publish the head anew where its catalog would now be another one."""
        head = self.head()
        if head.number and head.design != design_digest(self.disk.place):
            with self.drafting("redesign") as draft:
                self.publish(draft)

    def _write_incoming(
        self, con: duckdb.DuckDBPyConnection, draft: Snapshot, incoming: Sequence[Path], outgoing: Sequence[Path]
    ) -> dict[str, list[DataFile]]:
        files = {}
        for fact in FACTS:
            if paths := _paths(incoming, fact):
                rows = f"select *, {draft.number} as rev from ({read_files(fact, paths)})"
                files[fact.name] = self.write(con, fact, draft.number, rows)
        for mart in MARTS:
            if partials := _partials(mart, incoming, outgoing):
                files[mart.name] = self.write(con, mart, draft.number, add_up(mart, partials))
        return {name: written for name, written in files.items() if written}

    def bury(
        self, con: duckdb.DuckDBPyConnection, draft: Snapshot, dying: Mapping[str, Sequence[tuple[str, int]]]
    ) -> Snapshot:
        """Return the draft with more (owner, rev) among its dead; past a number they lie in a file."""
        dead = {column: [*draft.dead.get(column, ()), *dying.get(column, ())] for column in _OWNERS}
        dirty = {
            column: sorted({*draft.dirty.get(column, ()), *(rev for _, rev in dying.get(column, ()))})
            for column in _OWNERS
        }
        draft = replace(draft, dead=dead, dirty=dirty)
        rows = [(column, owner, rev) for column, found in dead.items() for owner, rev in found]
        if len(rows) <= _IN_MANIFEST:
            return draft
        values = dict(zip(TOMBSTONES.columns, zip(*rows, strict=True), strict=True))
        con.register("buried", pa.table(values, TOMBSTONES.schema))
        written = {TOMBSTONES.name: self.write(con, TOMBSTONES, draft.number, "from buried")}
        return replace(draft, files=_joined(draft.files, written), dead={})

    def _redefine(self, draft: Snapshot) -> Snapshot:
        """Derive anew the marts and indexes whose SQL is no longer that of the head."""
        digests = {table.name: mart_digest(table) for table in DERIVED}
        changed = [table for table in DERIVED if draft.marts.get(table.name) != digests[table.name]]
        draft = replace(draft, root=self.disk.place, design=design_digest(self.disk.place), marts=digests)
        if not draft.parent or not changed:
            return draft
        with closing(self.session()) as con:
            con.execute("attach ':memory:' as draft; use draft")
            build(con, replace(draft, files=draft.files | {table.name: [] for table in changed}))
            new = {table.name: list(self._derive(con, table, draft)) for table in changed}
        return replace(draft, files=draft.files | new)

    def _derive(self, con: duckdb.DuckDBPyConnection, table: Table, draft: Snapshot) -> Iterator[DataFile]:
        """Write a table from the facts in the catalog; an index by parts, as its rows die with their article."""
        if table in MARTS:
            yield from self.write(con, table, draft.number, mart_sql(table))
            return
        rows = f"select d.*, rev from ({mart_sql(table)}) d join meta.articles using (article_id)"
        con.execute(f"create temp table derived as {rows}")
        for part in sorted({file.rev for file in draft.files.get(ARTICLES.name, ())}):
            yield from self.write(con, table, part, f"from derived where rev = {part}")
        con.execute("drop table derived")

    def _discard(self, number: int) -> None:
        """Remove what a failed commit wrote; a killed one leaves it, unnamed and harmless."""
        shutil.rmtree(self.disk.staging / f"snapshot-{number:06d}", ignore_errors=True)
        with disk.blaming(self.disk.place):
            self.disk.discard(name for name in self.disk.files("data") if number_of(name) == number)
            self.disk.discard(self.disk.files(folder_of(number)))


def folder_of(number: int) -> str:
    """Return the folder of a snapshot, relative to the root."""
    return f"snapshots/{number:06d}"


def number_of(name: str) -> int:
    """Return the number of the snapshot that a data file was written for."""
    return int(Path(name).name.partition("-")[0])


def _joined(a: Mapping[str, list[DataFile]], b: Mapping[str, list[DataFile]]) -> dict[str, list[DataFile]]:
    return {name: [*a.get(name, ()), *b.get(name, ())] for name in dict.fromkeys((*a, *b))}


def _find_dead(con: duckdb.DuckDBPyConnection, column: str, owners: Collection[str]) -> list[tuple[Any, ...]]:
    """Return (owner, rev) of the owners that have live rows."""
    if not owners:
        return []
    con.register("gone", pa.table({column: pa.array(owners, pa.string())}))
    rows = " union ".join(f"select {column}, rev from head.meta.{table.name}" for table in _OWNERS[column])
    return con.execute(f"select {column}, rev from ({rows}) semi join gone using ({column}) order by all").fetchall()


def _paths(folders: Iterable[Path], table: Table) -> list[Path]:
    return [path for folder in folders if (path := Path(folder) / f"{table.name}.parquet").exists()]


def _partials(mart: Table, incoming: Iterable[Path], outgoing: Iterable[Path]) -> str:
    """Return SQL for the mart rows that come and, with the sign turned, those that go; empty if there are no files."""
    minus = ", ".join(f'-"{column}" as "{column}"' for column in mart.measures)
    come, go = _paths(incoming, mart), _paths(outgoing, mart)
    parts = [f"select {names(mart.columns)} from ({read_files(mart, come)})"] if come else []
    parts += [f"select {names(mart.key)}, {minus} from ({read_files(mart, go)})"] if go else []
    return " union all ".join(parts)
