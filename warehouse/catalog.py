"""The catalog of a snapshot: a small DuckDB file of views over Parquet, with comments, marts and checks.

Readers open it and find every table of the contracts. It holds no facts, only the names of the files
that hold them, so that it is written anew for each snapshot. Schema `main` is for analysts; schema
`meta` says which snapshot this is, which rows are dead, gives the facts with their hidden column
`rev`, the number of the snapshot that wrote the row, and the marts before they are summed up.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts, and `literal` quotes paths
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from warehouse.contracts import FACTS, INDEXES, MARTS, PUBLISHED, TOMBSTONES, VIEWS, Table, conform, doc_of

HERE: Final = Path(__file__).parent

# Clients of DuckDB 1.x cannot read what 2.0 writes by default.
STORAGE: Final = "v1.0.0"

# What a query over facts gives, an article at a time as well as for all at once.
DERIVED: Final = (*(table for table in INDEXES if (HERE / "marts" / f"{table.name}.sql").exists()), *MARTS)

# In the order in which they build on each other. Those on words need no tables, and the marts use them.
WORD_MACROS: Final = ("norm", "is_content", "terms_of")
MACROS: Final = (*WORD_MACROS, "readings", "search")


@dataclass(frozen=True)
class DataFile:
    """An immutable Parquet file: its path below the warehouse, and the snapshot that wrote all its rows."""

    path: str
    rows: int
    bytes: int
    rev: int
    shape: str
    sha256: str


@dataclass(frozen=True)
class Snapshot:
    """What a manifest says: all that makes up one state of the warehouse. Number 0 is the empty one.

    The files that one snapshot wrote are a part; rows of a part go by `dead`, which lists (owner, rev)
    by owner column: rows of that owner written by that snapshot are gone. What is too much for a
    manifest lies in files of `TOMBSTONES`. `dirty` lists by owner column the parts that hold dead rows,
    so that the others are read as they lie. `marts` and `design` are digests of the SQL, so that a
    changed definition is noticed.
    """

    number: int = 0
    parent: int = 0
    root: str = ""
    published_at: str | None = None
    operation: str = ""
    pipeline: str | None = None
    design: str = ""
    marts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[DataFile]] = field(default_factory=dict)
    dead: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    dirty: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def parse(cls, manifest: bytes) -> Snapshot:
        """Build a snapshot from the JSON of its manifest."""
        fields = json.loads(manifest)
        fields["files"] = {name: [DataFile(**file) for file in files] for name, files in fields["files"].items()}
        fields["dead"] = {owner: [(value, rev) for value, rev in rows] for owner, rows in fields["dead"].items()}
        return cls(**fields)

    def to_json(self) -> str:
        """Write the manifest."""
        return json.dumps(vars(self), default=vars)  # in C: indented, or by `asdict`, 200 parts take 0.4 s

    def all_files(self) -> Iterator[DataFile]:
        """Yield the files of every table."""
        for files in self.files.values():
            yield from files

    def rows_of(self, table: Table, revs: Collection[int] | None = None) -> str:
        """Return SQL for the stored rows of a table, dead ones too; of some parts only, if `revs` is given."""
        files = [file for file in self.files.get(table.name, ()) if revs is None or file.rev in revs]
        paths = [f"{self.root}/{file.path}" for file in files]
        return read_files(table, paths, grown=any(file.shape != shape_of(table) for file in files))

    def live_rows(self, table: Table, revs: Collection[int] | None = None, *, at_once: bool = False) -> str:
        """Return SQL for the live rows of a fact table and their `rev`; only parts with dead rows are compared.

        `at_once` reads and compares all parts in one scan, for whoever sorts the rows: DuckDB 2.0 holds a
        sorted union in memory, however large, and spills a sorted scan.
        """
        parts = {file.rev for file in self.files.get(table.name, ()) if revs is None or file.rev in revs}
        dirty = parts.intersection(self.dirty.get(table.owner, ()))
        compared = parts if at_once and dirty else dirty
        columns = names([*table.columns, "rev"])
        clean = f"select {columns} from ({self.rows_of(table, parts - compared)})"
        alive = (
            f"select {columns} from ({self.rows_of(table, compared)}) f where not exists (from meta.dead d"
            f" where d.owner_column = '{table.owner}' and d.owner = f.{table.owner} and d.rev = f.rev)"
        )
        if not compared:
            return clean
        return f"{clean} union all {alive}" if parts - compared else alive


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


_open_one_database: Final = cache(duckdb.connect)  # a database for each table would take longer than all the types


@cache
def types_of(table: Table) -> dict[str, str]:
    """Return the DuckDB type of each column."""
    with _open_one_database().cursor() as con:
        empty = con.from_arrow(table.schema.empty_table())
        return dict(zip(empty.columns, map(str, empty.types), strict=True))


def read_files(table: Table, paths: Iterable[Path | str], *, grown: bool = False) -> str:
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
    """Return a digest that changes when rows of the mart could: of its SQL, the macros in it and its columns."""
    sql = mart_sql(mart)
    return _digest("\n".join([sql, *(macro_sql(name) for name in WORD_MACROS if f"{name}(" in sql), shape_of(mart)]))


def macro_sql(name: str) -> str:
    """Return the SQL that creates a macro; its first line is a comment that says what it gives."""
    return (HERE / "macros" / f"{name}.sql").read_text()


def describe_macro(name: str) -> str:
    """Return what the comment at the head of a macro says."""
    lines = takewhile(lambda line: line.startswith("-- "), macro_sql(name).splitlines())
    return " ".join(line.removeprefix("-- ") for line in lines)


def sign_macro(name: str) -> str:
    """Return a macro with its parameters.

    >>> sign_macro("search")
    'search(query, best := 10)'
    """
    _, _, rest = macro_sql(name).partition("create macro ")
    return f"{rest.partition(')')[0]})"


def define_macros(con: duckdb.DuckDBPyConnection, macros: Iterable[str] = WORD_MACROS) -> None:
    """Create macros in the current database of the connection; those on words are what marts need."""
    for name in macros:
        sql = macro_sql(name)
        kind = "macro table" if ") as table" in sql else "macro"
        con.execute(f"{sql}; comment on {kind} {name} is {literal(describe_macro(name))}")


def design_digest(root: str) -> str:
    """Return a digest of all that a catalog is made from, its snapshot apart: place, contracts, marts, views."""
    comments = (doc_of(column) for table in PUBLISHED for column in table.schema)
    tables = [*map(shape_of, FACTS), *map(mart_digest, (*DERIVED, *VIEWS)), *map(macro_sql, MACROS)]
    return _digest("\n".join([root, *tables, *comments]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- building ------------------------------------------------------------------------------------------


def write_catalog(con: duckdb.DuckDBPyConnection, path: Path, snapshot: Snapshot, *, thorough: bool = False) -> None:
    """Write the catalog file of a snapshot. Raises `CheckFailed` when one of the checks finds a row."""
    con.execute(f"attach {literal(path)} as draft (storage_version '{STORAGE}'); use draft; begin")
    build(con, snapshot)
    con.execute("commit; checkpoint draft")
    for check, rows in find_faults(con, snapshot, None if thorough else {snapshot.number}):
        raise CheckFailed(check, rows)
    con.execute("use memory; detach draft")


def build(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Create the tables and views of a snapshot in the current database of the connection."""
    con.execute("create schema meta")
    con.execute(
        "create table meta.snapshot as select ?::integer as number, ?::integer as parent,"
        " ?::timestamptz as published_at, ?::varchar as operation, ?::varchar as pipeline",
        [snapshot.number, snapshot.parent, snapshot.published_at, snapshot.operation, snapshot.pipeline],
    )
    con.execute("create table meta.recently_dead (owner_column varchar, owner varchar, rev integer)")
    for column, dead in snapshot.dead.items():
        owners, revs = [owner for owner, _ in dead], [rev for _, rev in dead]
        con.execute(
            "insert into meta.recently_dead select ?, unnest(?::varchar[]), unnest(?::integer[])",
            [column, owners, revs],
        )
    columns = names(TOMBSTONES.columns)
    con.execute(
        f"create view meta.dead as select {columns} from meta.recently_dead"
        f" union all select {columns} from ({snapshot.rows_of(TOMBSTONES)})"
    )
    for table in FACTS:
        con.execute(f"create view meta.{table.name} as {snapshot.live_rows(table)}")
        con.execute(f"create view {table.name} as select {names(table.columns)} from meta.{table.name}")
    for mart in MARTS:
        con.execute(f"create view meta.{mart.name} as {snapshot.rows_of(mart)}")
        con.execute(f"create view {mart.name} as {_mart_rows(mart, snapshot)}")
    define_macros(con, MACROS)
    for view in VIEWS:
        con.execute(f"create view {view.name} as {mart_sql(view)}")
    con.execute(";".join(_comments()))


def _mart_rows(mart: Table, snapshot: Snapshot) -> str:
    """Return SQL for a mart: its largest file as it lies, but for the keys that later files add to."""
    files = sorted(snapshot.files.get(mart.name, ()), key=lambda file: file.rows)
    if len(files) < 2:
        return f"select {names(mart.columns)} from ({snapshot.rows_of(mart)})"
    largest = snapshot.rows_of(mart, {files.pop().rev})
    later = snapshot.rows_of(mart, {file.rev for file in files})
    same = " and ".join(f'l."{column}" is not distinct from b."{column}"' for column in mart.key)
    touched = f"select {names(mart.columns)} from b where exists (from l where {same})"
    untouched = f"select {names(mart.columns)} from b where not exists (from l where {same})"
    summed = add_up(mart, f"select {names(mart.columns)} from l union all {touched}")
    return f"with b as ({largest}), l as ({later}) {untouched} union all {summed}"


def _comments() -> Iterator[str]:
    for table in PUBLISHED:
        yield f"comment on view {table.name} is {literal(table.doc)}"
        for column in table.schema:
            yield f'comment on column {table.name}."{column.name}" is {literal(doc_of(column))}'


def mart_rows(facts: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the rows of all `DERIVED` tables over some facts; a table that is not given has no rows.

    The SQL is that of the published marts, so that rows of parts add up to rows of the whole, as long
    as the facts of an article stand in one part.
    """
    with duckdb.connect() as con:
        define_macros(con)
        for table in FACTS:
            con.register(table.name, facts.get(table.name, table.schema.empty_table()))
        rows = {mart: con.sql(f"{mart_sql(mart)} order by all").to_arrow_table() for mart in DERIVED}
        return {mart.name: conform(found, mart) for mart, found in rows.items()}


# --- checks --------------------------------------------------------------------------------------------


def find_faults(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, revs: Collection[int] | None
) -> Iterator[tuple[str, list[Any]]]:
    """Run every check on the current database; yield those that find rows, with the first of these.

    Most checks look at `incoming.<table>` only, which are the rows of the parts `revs`: what was there
    before was checked when it came. With None they are all live rows.
    """
    ((here,),) = con.execute("select current_database()").fetchall()
    con.execute("attach ':memory:' as incoming")
    for table in FACTS:
        rows = f"from {here}.meta.{table.name}" if revs is None else snapshot.rows_of(table, revs)
        con.execute(f"create view incoming.{table.name} as select {names(table.columns)} from ({rows})")
    for check, sql in _checks():
        if found := con.execute(sql).fetchmany(3):
            yield check, found
    con.execute("detach incoming")


def _checks() -> Iterator[tuple[str, str]]:
    for table in FACTS:
        keys = names(table.key)
        yield f"{table.name}: unique key", f"select {keys} from incoming.{table.name} group by all having count(*) > 1"
    for path in sorted((HERE / "checks").glob("*.sql")):
        yield path.stem, path.read_text()
