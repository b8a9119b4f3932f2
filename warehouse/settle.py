"""Settle what an ingested chunk means for the warehouse, before any stage reads a text.

Which articles are new, which are as they were, which go; and which of several articles with the same
text, or nearly the same, is the first one. All that the stages need not work out again is written
here, ready to commit.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts, and `literal` quotes paths
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.catalog import DERIVED, define_macros, literal, mart_sql, names, read_files
from warehouse.contracts import (
    ARTICLES,
    BANDS,
    FACTS,
    FILES,
    INTAKE,
    REJECTS,
    SIGNATURES,
    TELLING_WORDS,
    Table,
)
from warehouse.likeness import TEXT_BAND, find_near_duplicates, is_one_of, look_up
from warehouse.store import Store

# What a query derives is derived again: it says something else of an article that is a copy, or no longer is.
_OF_ARTICLES: Final = tuple(table for table in FACTS if table.owner == "article_id" and table not in DERIVED)

# `intake` and `rejects` hold what was ingested, `replaced` the files that the warehouse knows otherwise, `head` the
# warehouse; `standing` are pipelines that would make the same of an article, unless it is one of `stale`.
_HOLD: Final = """
create temp table held as
    select article_id, content_sha256, record_sha256, pipeline
    from head.articles semi join replaced using (file) where $any
"""
_COMPARE: Final = f"""
create temp table unchanged as
    select article_id
    from intake i
    join held h using (article_id, record_sha256)
    where h.pipeline = i.pipeline or (h.pipeline in (from standing) and article_id not in (from stale));

create temp table fresh as
    select article_id, source, content_sha256 from intake anti join unchanged using (article_id);

create temp table gone as
    select article_id, content_sha256 from held anti join unchanged using (article_id);

create temp view wanted as
    select {TEXT_BAND} as band from fresh
    union all
    select {TEXT_BAND} from gone
    union all
    select unnest(bands) from signatures semi join fresh using (article_id);
"""

# `found` are the live articles that have a band in common with what comes or goes, `$found` the condition to be one.
_PLACE: Final = """
-- Among the articles with one text that will be live, the one with the smallest source is the first.
create temp table copies as
    with texts as (select content_sha256 from fresh union select content_sha256 from gone)
    select article_id, source, content_sha256, null as duplicate_of, null as near_duplicate_of, false as is_live
    from fresh
    union all
    select article_id, source, content_sha256, duplicate_of, near_duplicate_of, true
    from (from head.articles where $found) semi join texts using (content_sha256) anti join gone using (article_id);

create temp table placed as
    select article_id, source, is_live, duplicate_of as was, near_duplicate_of as near_was,
        nullif(first_value(article_id) over (partition by content_sha256 order by source), article_id) as duplicate_of
    from copies;

create temp table entering as
    select article_id, source, is_live from placed where duplicate_of is null and (not is_live or was is not null);

create temp table dropped as
    select article_id from gone
    union all
    select article_id from placed where is_live and duplicate_of is not null and was is null;
"""

_MOVE: Final = """
-- A live article whose place changed is written again, as it is except for that place.
create temp table moved as
    with places as (
        select coalesce(p.article_id, n.article_id) as article_id, p.duplicate_of,
            case when p.duplicate_of is not null then null
                when n.article_id is not null then n.near_duplicate_of
                else p.near_was end as near_duplicate_of
        from (from placed where is_live) p
        full join (from near_duplicates anti join fresh using (article_id)) n on p.article_id = n.article_id
    )
    select p.article_id, p.duplicate_of, p.near_duplicate_of, a.published_on
    from places p
    join (select article_id, duplicate_of, near_duplicate_of, published_on from head.articles
        semi join places using (article_id)) a using (article_id)
    where p.duplicate_of is distinct from a.duplicate_of or p.near_duplicate_of is distinct from a.near_duplicate_of;

create temp table leaving as
    select article_id from gone union all select article_id from moved;
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
    replaced: Iterable[str],
    out: Path,
    batch_chars: int,
    standing: Iterable[str] = (),
    stale: Iterable[str] = (),
) -> Settled:
    """Compare the articles that ingest gave with those of the warehouse.

    `ingested` are folders with intake, files, rejects and signatures; `replaced` the files of which the
    warehouse holds rows, and that were read again for them or are no longer there. An article is unchanged
    when the file says the same of it as before and the same pipeline read it, or one of `standing` and it
    is not in `stale`. The result does not depend on the order in which articles arrive. Folders are written
    below `out`; a batch holds at most `batch_chars` characters, or one longer article.
    """
    replaced = sorted(replaced)
    with closing(store.session()) as con:
        con.register("replaced", pa.table({"file": pa.array(replaced, pa.string())}))
        con.register("standing", pa.table({"pipeline": pa.array(list(standing), pa.string())}))
        con.register("stale", pa.table({"article_id": pa.array(list(stale), pa.string())}))
        for table in (INTAKE, FILES, REJECTS, SIGNATURES):
            rows = read_files(table, [folder / f"{table.name}.parquet" for folder in ingested])
            con.execute(f"create temp view {table.name} as select {names(table.columns)} from ({rows})")
        con.execute(_HOLD.replace("$any", str(bool(replaced))))  # where it is false, DuckDB reads nothing at all
        con.execute(_COMPARE)
        con.execute(f"create temp table found as {look_up(con, store.head(), 'from wanted')}")
        found = con.execute("from found order by all").fetchall()
        con.execute(_PLACE.replace("$found", is_one_of("article_id", found)))
        find_near_duplicates(con, store.head())
        con.execute(_MOVE)
        outgoing, moved = _write_leaving(con, out)
        return Settled(
            batches=list(_write_batches(con, out, batch_chars)),
            incoming=[_write_ingested(con, out / "ingested"), *moved],
            outgoing=outgoing,
            gone={"article_id": _values(con, "leaving", "article_id"), "file": replaced},
            fresh=_count(con, "fresh"),
            unchanged=_count(con, "unchanged"),
            removed=_count(con, "gone"),
            moved=_count(con, "moved"),
            rejects=_count(con, "rejects"),
        )


def _write_batches(con: duckdb.DuckDBPyConnection, out: Path, batch_chars: int) -> Iterator[Path]:
    rows = con.sql(
        "select i.* replace (p.duplicate_of as duplicate_of, n.near_duplicate_of as near_duplicate_of)"
        " from intake i join placed p on p.article_id = i.article_id and not p.is_live"
        " left join near_duplicates n on n.article_id = i.article_id order by i.source"
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


def _write_ingested(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    for table in (FILES, REJECTS):
        _write(con, f"from {table.name}", folder, table)
    signatures = "from signatures semi join fresh using (article_id)"
    _write(con, signatures, folder, SIGNATURES)
    _write(con, _bands_of("from fresh", signatures), folder, BANDS)
    return folder


def _bands_of(articles: str, signatures: str) -> str:
    return (
        f"select {TEXT_BAND} as band, article_id from ({articles})"
        f" union select unnest(bands), article_id from ({signatures})"
    )


def _write_leaving(con: duckdb.DuckDBPyConnection, out: Path) -> tuple[list[Path], list[Path]]:
    """Write the facts and mart rows that leave the warehouse, and those that come back with another `duplicate_of`."""
    if not _count(con, "leaving"):
        return [], []
    leaving, moved = out / "leaving", out / "moved"
    for table, columns in read_by_marts().items():
        rows = f"select {names(columns)} from head.{table.name} semi join leaving using (article_id)"
        _write(con, rows, leaving, table)
    define_macros(con)
    _write_derived(con, leaving)
    if not _count(con, "moved"):
        return [leaving], []
    for table in _OF_ARTICLES:
        _write(con, _rows_of_moved(con, table), moved, table)
    _write_derived(con, moved)
    return [leaving], [moved]


@cache
def read_by_marts() -> dict[Table, list[str]]:
    """Return the columns that marts may read: of what leaves, no others need be read."""
    of_marts = [set(re.findall(r"\w+", mart_sql(mart))) for mart in DERIVED]
    words = {table: set().union(*(words for words in of_marts if table.name in words)) for table in _OF_ARTICLES}
    return {table: [column for column in table.columns if column in words[table]] for table in words if words[table]}


def _rows_of_moved(con: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Return SQL for the rows of moved articles, as they will be."""
    if table is ARTICLES:
        place = "m.duplicate_of as duplicate_of, m.near_duplicate_of as near_duplicate_of"
        return f"select a.* replace ({place}) from head.articles a join moved m using (article_id)"
    if table is BANDS:  # which is not sorted by article
        articles, signatures = (
            f"from head.{name} semi join moved using (article_id)" for name in ("articles", "signatures")
        )
        return _bands_of(articles, signatures)
    days = con.execute("select distinct published_on from moved where published_on is not null order by 1").fetchall()
    where = f"where {is_one_of('told_on', days)}" if table is TELLING_WORDS else ""
    return f"from head.{table.name} semi join moved using (article_id) {where}"


def _write_derived(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Count the facts of a folder: in DuckDB and not in a stage, as all that the warehouse holds may leave at once."""
    for table in read_by_marts():
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
