"""The catalog of a snapshot: a small DuckDB file of views over Parquet, with comments, marts and checks.

Readers open it and find every table of the contracts. It holds no facts, only the names of the files
that hold them, so that it is written anew for each snapshot. Schema `main` is for analysts; schema
`meta` says which snapshot this is, which rows are dead, and gives the facts with their hidden
column `rev`, the number of the snapshot that wrote the row.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts, and `literal` quotes paths
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from warehouse.contracts import FACTS, MARTS, PUBLISHED, VIEWS, Table, conform, doc_of

HERE: Final = Path(__file__).parent

# Clients of DuckDB 1.x cannot read what 2.0 writes by default.
STORAGE: Final = "v1.0.0"


@dataclass(frozen=True)
class DataFile:
    """An immutable Parquet file: its path below the warehouse, and the snapshot that wrote it."""

    path: str
    rows: int
    bytes: int
    rev: int
    shape: str


@dataclass(frozen=True)
class Snapshot:
    """What a manifest says: all that makes up one state of the warehouse. Number 0 is the empty one.

    `dead` lists (owner, rev) by owner column: rows of that owner written by that snapshot are gone.
    `marts` and `design` are digests of the SQL, so that a changed definition is noticed.
    """

    number: int = 0
    parent: int = 0
    root: str = ""
    published_at: str | None = None
    pipeline: str | None = None
    design: str = ""
    marts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[DataFile]] = field(default_factory=dict)
    dead: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    @classmethod
    def parse(cls, manifest: dict[str, Any]) -> Snapshot:
        """Build a snapshot from the JSON of its manifest."""
        files = {name: [DataFile(**file) for file in files] for name, files in manifest["files"].items()}
        dead = {owner: [(value, rev) for value, rev in rows] for owner, rows in manifest["dead"].items()}
        return cls(**{**manifest, "files": files, "dead": dead})

    def rows_of(self, table: Table, *, rev: int | None = None) -> str:
        """Return SQL for the stored rows of a table, dead ones too; of one snapshot only, if `rev` is given."""
        files = [file for file in self.files.get(table.name, ()) if rev in (None, file.rev)]
        paths = [Path(self.root, file.path) for file in files]
        return read_files(table, paths, grown=any(file.shape != shape_of(table) for file in files))


class CheckFailed(RuntimeError):  # noqa: N818 - it says what is the case
    """A check found rows that it must not find, so that the snapshot was not published."""

    def __init__(self, check: str, rows: list[Any]) -> None:
        super().__init__(f"{check} found {', '.join(map(str, rows))}")
        self.check = check
        self.rows = rows


# --- SQL from contracts ------------------------------------------------------------------------------


def literal(text: str | Path) -> str:
    """Write a text as an SQL literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def names(columns: Iterable[str]) -> str:
    """Write column names as a list in SQL.

    >>> names(["day", "entity_id"])
    '"day", "entity_id"'
    """
    return ", ".join(f'"{column}"' for column in columns)


@cache
def types_of(table: Table) -> dict[str, str]:
    """Return the DuckDB type of each column."""
    with duckdb.connect() as con:
        empty = con.from_arrow(table.schema.empty_table())
        return dict(zip(empty.columns, map(str, empty.types), strict=True))


def read_files(table: Table, paths: Iterable[Path], *, grown: bool = False) -> str:
    """Return SQL that reads Parquet files of a table; without any, it gives no rows of the right types.

    `grown` says that some of the files were written before the table got its present columns: theirs
    are null then.
    """
    nothing = ", ".join(f'null::{dtype} as "{column}"' for column, dtype in types_of(table).items())
    nothing = f"select {nothing}, null::integer as rev where false"
    files = ", ".join(map(literal, paths))
    if not files:
        return nothing
    return f"from read_parquet([{files}]" + (f", union_by_name = true) union all by name {nothing}" if grown else ")")


def add_up(mart: Table, partials: str) -> str:
    """Return SQL that adds up signed partials; what cancels out is left out."""
    types = types_of(mart)
    sums = ", ".join(f'sum("{column}")::{types[column]} as "{column}"' for column in mart.measures)
    something = " or ".join(f'sum("{column}") <> 0' for column in mart.measures)
    return f"select {names(mart.key)}, {sums} from ({partials}) group by {names(mart.key)} having {something}"


def mart_sql(table: Table) -> str:
    """Return the SQL of a mart or view: one select over bare table names, its columns in the order of the contract."""
    return f"select {names(table.columns)} from (\n{(HERE / 'marts' / f'{table.name}.sql').read_text()})"


def shape_of(table: Table) -> str:
    """Return a digest of the columns of a table."""
    return _digest(str(types_of(table)))


def mart_digest(mart: Table) -> str:
    """Return a digest that changes when rows of the mart could: of its SQL and its columns."""
    return _digest(mart_sql(mart) + shape_of(mart))


def design_digest(root: Path) -> str:
    """Return a digest of all that a catalog is made from, its snapshot apart: place, contracts, marts, views."""
    comments = (doc_of(column) for table in PUBLISHED for column in table.schema)
    return _digest("\n".join([str(root), *map(shape_of, FACTS), *map(mart_digest, (*MARTS, *VIEWS)), *comments]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- building ------------------------------------------------------------------------------------------


def write_catalog(path: Path, snapshot: Snapshot) -> None:
    """Write the catalog file of a snapshot. Raises `CheckFailed` when one of the checks finds a row."""
    with duckdb.connect() as con:
        con.execute(f"attach {literal(path)} as draft (storage_version '{STORAGE}'); use draft; begin")
        build(con, snapshot)
        con.execute("commit; checkpoint draft")
        run_checks(con, snapshot)
        con.execute("use memory; detach draft")


def build(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Create the tables and views of a snapshot in the current database of the connection."""
    con.execute("create schema meta")
    con.execute(
        "create table meta.snapshot as select ?::integer as number, ?::integer as parent,"
        " ?::timestamptz as published_at, ?::varchar as pipeline",
        [snapshot.number, snapshot.parent, snapshot.published_at, snapshot.pipeline],
    )
    con.execute("create table meta.dead (owner_column varchar, owner varchar, rev integer)")
    for column, dead in snapshot.dead.items():
        owners, revs = [owner for owner, _ in dead], [rev for _, rev in dead]
        con.execute(
            "insert into meta.dead select ?, unnest(?::varchar[]), unnest(?::integer[])", [column, owners, revs]
        )
    for table in FACTS:
        con.execute(f"create view meta.{table.name} as {_live_rows(table, snapshot)}")
        con.execute(f"create view {table.name} as select {names(table.columns)} from meta.{table.name}")
    for mart in MARTS:
        con.execute(f"create view {mart.name} as {_mart_rows(mart, snapshot)}")
    for view in VIEWS:
        con.execute(f"create view {view.name} as {mart_sql(view)}")
    con.execute(";".join(_comments()))


def _live_rows(table: Table, snapshot: Snapshot) -> str:
    rows = f"select {names([*table.columns, 'rev'])} from ({snapshot.rows_of(table)}) f"
    if not snapshot.dead.get(table.owner):
        return rows
    return (
        f"{rows} where not exists (from meta.dead d"
        f" where d.owner_column = '{table.owner}' and d.owner = f.{table.owner} and d.rev = f.rev)"
    )


def _mart_rows(mart: Table, snapshot: Snapshot) -> str:
    rows = snapshot.rows_of(mart)
    if len(snapshot.files.get(mart.name, ())) > 1:
        return add_up(mart, rows)
    return f"select {names(mart.columns)} from ({rows})"


def _comments() -> Iterator[str]:
    for table in PUBLISHED:
        yield f"comment on view {table.name} is {literal(table.doc)}"
        for column in table.schema:
            yield f'comment on column {table.name}."{column.name}" is {literal(doc_of(column))}'


def mart_rows(facts: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the rows of all additive marts over some facts; a table that is not given has no rows.

    The SQL is that of the published marts, so that rows of parts add up to rows of the whole, as long
    as the facts of an article stand in one part.
    """
    with duckdb.connect() as con:
        for table in FACTS:
            con.register(table.name, facts.get(table.name, table.schema.empty_table()))
        rows = {mart: con.sql(f"{mart_sql(mart)} order by all").to_arrow_table() for mart in MARTS}
        return {mart.name: conform(found, mart) for mart, found in rows.items()}


# --- checks --------------------------------------------------------------------------------------------


def run_checks(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Run every check on the current database; `incoming.<table>` are the rows that this snapshot wrote.

    Most checks look at `incoming` only: what was there before was checked when it came. Raises
    `CheckFailed` with the first rows that a check finds.
    """
    con.execute("attach ':memory:' as incoming")
    for table in FACTS:
        rows = snapshot.rows_of(table, rev=snapshot.number)
        con.execute(f"create view incoming.{table.name} as select {names(table.columns)} from ({rows})")
    for check, sql in _checks():
        if found := con.execute(sql).fetchmany(3):
            raise CheckFailed(check, found)


def _checks() -> Iterator[tuple[str, str]]:
    for table in FACTS:
        keys = names(table.key)
        yield f"{table.name}: unique key", f"select {keys} from incoming.{table.name} group by all having count(*) > 1"
    for path in sorted((HERE / "checks").glob("*.sql")):
        yield path.stem, path.read_text()
