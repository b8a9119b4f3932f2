"""Settle what an ingested chunk means for the warehouse, before any stage reads a text.

Which articles are new, which are as they were, which go; and which of several articles with the same
text is the first one. All that the stages need not work out again is written here, ready to commit.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts, and `literal` quotes paths
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.catalog import DERIVED, define_macros, literal, mart_sql, names, read_files
from warehouse.contracts import ARTICLES, FACTS, FILES, INTAKE, REJECTS, Table
from warehouse.store import Store

# What a query derives is derived again: it says something else of an article that is a copy, or no longer is.
_OF_ARTICLES: Final = tuple(table for table in FACTS if table.owner == "article_id" and table not in DERIVED)

# `intake` and `rejects` hold what was ingested, `touched` the files that were read or are gone, `head` the warehouse.
_COMPARE: Final = """
create temp table unchanged as
    select article_id from intake join head.articles using (article_id, record_sha256, pipeline);

create temp table fresh as
    select article_id, source, content_sha256 from intake anti join unchanged using (article_id);

create temp table gone as
    select article_id, content_sha256
    from head.articles semi join touched using (file) anti join unchanged using (article_id);

-- Among the articles with one text that will be live, the one with the smallest source is the first.
create temp table copies as
    with texts as (select content_sha256 from fresh union select content_sha256 from gone)
    select article_id, source, content_sha256, null as duplicate_of, false as is_live from fresh
    union all
    select article_id, source, content_sha256, duplicate_of, true
    from head.articles semi join texts using (content_sha256) anti join gone using (article_id);

create temp table placed as
    select article_id, is_live, duplicate_of as was,
        nullif(first_value(article_id) over (partition by content_sha256 order by source), article_id) as duplicate_of
    from copies;

-- A live article whose place changed is written again, as it is except for `duplicate_of`.
create temp table moved as
    select article_id, duplicate_of from placed where is_live and was is distinct from duplicate_of;

create temp table leaving as
    select article_id from gone union all select article_id from moved;

create temp table read_before as
    from touched semi join (select file from head.files union select file from head.rejects) using (file);
"""


class Settled(NamedTuple):
    """What a chunk comes to.

    `batches` are folders with `intake.parquet`, for the stages from clean to aggregate. `incoming`,
    `outgoing` and `gone` go to `Store.commit` as they are, `incoming` beside the finished batches.
    """

    batches: list[Path]
    incoming: list[Path]
    outgoing: list[Path]
    gone: dict[str, list[str]]
    fresh: int
    unchanged: int
    removed: int
    moved: int
    rejects: int


def settle(
    store: Store,
    ingested: Sequence[Path],
    processed: Iterable[str],
    removed: Iterable[str],
    out: Path,
    batch_chars: int,
) -> Settled:
    """Compare the articles that ingest gave with those of the warehouse.

    `ingested` are folders with intake, files and rejects; `processed` the files that were read for
    them, `removed` those that are no longer there. An article is unchanged when the file says the same
    of it as before and the same pipeline read it. The result does not depend on the order in which
    articles arrive. Folders are written below `out`; a batch holds at most `batch_chars` characters,
    or one longer article.
    """
    with closing(store.session()) as con:
        con.register("touched", pa.table({"file": pa.array([*processed, *removed], pa.string())}))
        for table in (INTAKE, FILES, REJECTS):
            rows = read_files(table, [folder / f"{table.name}.parquet" for folder in ingested])
            con.execute(f"create temp view {table.name} as select {names(table.columns)} from ({rows})")
        con.execute(_COMPARE)
        outgoing, moved = _write_leaving(con, out)
        return Settled(
            batches=list(_write_batches(con, out, batch_chars)),
            incoming=[_write_files(con, out / "files"), *moved],
            outgoing=outgoing,
            gone={"article_id": _values(con, "leaving", "article_id"), "file": _values(con, "read_before", "file")},
            fresh=_count(con, "fresh"),
            unchanged=_count(con, "unchanged"),
            removed=_count(con, "gone"),
            moved=_count(con, "moved"),
            rejects=_count(con, "rejects"),
        )


def _write_batches(con: duckdb.DuckDBPyConnection, out: Path, batch_chars: int) -> Iterator[Path]:
    rows = con.sql(
        "select i.* replace (p.duplicate_of as duplicate_of)"
        " from intake i join placed p on p.article_id = i.article_id and not p.is_live order by i.source"
    )
    for number, batch in enumerate(_cut(rows.to_arrow_reader(1_000), batch_chars)):
        folder = out / f"batch-{number:06d}"
        folder.mkdir(parents=True)
        pq.write_table(batch.cast(INTAKE.schema), folder / "intake.parquet", compression="zstd")
        yield folder


def _cut(blocks: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """Cut articles into tables of at most `size` characters, or of one longer article."""
    held: list[pa.RecordBatch] = []
    room = size
    for block in blocks:
        first = 0
        for row, text in enumerate(block["raw_text"]):
            length = len(text.as_py())
            if length > room and (held or row > first):
                yield pa.Table.from_batches([*held, block.slice(first, row - first)])
                held, first, room = [], row, size
            room -= length
        held.append(block.slice(first))
    if held:
        yield pa.Table.from_batches(held)


def _write_files(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    for table in (FILES, REJECTS):
        _write(con, f"from {table.name}", folder, table)
    return folder


def _write_leaving(con: duckdb.DuckDBPyConnection, out: Path) -> tuple[list[Path], list[Path]]:
    """Write the facts and mart rows that leave the warehouse, and those that come back with another `duplicate_of`."""
    if not _count(con, "leaving"):
        return [], []
    leaving, moved = out / "leaving", out / "moved"
    for table in _OF_ARTICLES:
        _write(con, f"from head.{table.name} semi join leaving using (article_id)", leaving, table)
    define_macros(con)
    _write_derived(con, leaving)
    if not _count(con, "moved"):
        return [leaving], []
    for table in _OF_ARTICLES:
        change = "replace (m.duplicate_of as duplicate_of)" if table is ARTICLES else ""
        rows = read_files(table, [leaving / f"{table.name}.parquet"])
        _write(con, f"select f.* {change} from ({rows}) f join moved m using (article_id)", moved, table)
    _write_derived(con, moved)
    return [leaving], [moved]


def _write_derived(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Count the facts of a folder: in DuckDB and not in a stage, as all that the warehouse holds may leave at once."""
    for table in _OF_ARTICLES:
        rows = read_files(table, [folder / f"{table.name}.parquet"])
        con.execute(f"create or replace temp view {table.name} as {rows}")
    for table in DERIVED:
        _write(con, mart_sql(table), folder, table)


def _write(con: duckdb.DuckDBPyConnection, rows: str, folder: Path, table: Table) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    con.execute(f"copy ({rows}) to {literal(folder / f'{table.name}.parquet')} (format parquet, compression zstd)")


def _values(con: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    return [value for (value,) in con.execute(f"select {column} from {table} order by all").fetchall()]


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = con.execute(f"select count(*) from {table}").fetchall()
    return int(count)
