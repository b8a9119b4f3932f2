"""What the warehouse already holds of a text: which pipeline made it, and its tokens, for facts to be found anew.

A pipeline is described in a file of its own, `pipelines/<pipeline>.parquet`, written before the first
rows that it makes. It is only read to see what changed since: where it is missing, everything is
taken to have changed.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts, and `literal` quotes paths
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.catalog import DERIVED, define_macros, literal, mart_sql, names, read_files
from warehouse.contracts import ARTICLES, FACTS, FILES, MARTS, REJECTS, Table
from warehouse.settle import Settled
from warehouse.store import Store

_OF_ARTICLES: Final = tuple(table for table in FACTS if table.owner == "article_id" and table not in DERIVED)
_DESCRIPTIONS: Final = "pipelines"
_BLOCK: Final = 1_000  # texts that are looked at together
_WORD: Final = 6  # characters of a word with its space, about


# --- which pipeline made what ----------------------------------------------------------------------------


def keep_description(store: Store, pipeline: str, describe: Callable[[], pa.Table]) -> None:
    """Write down what a pipeline is, unless it is known; what no row was made by any more is forgotten."""
    known = set(store.disk.files(_DESCRIPTIONS))
    if (name := _description_of(pipeline)) in known:
        return
    made = store.staging("pipeline") / "description.parquet"
    pq.write_table(describe(), made, compression="zstd")
    store.disk.put(made, name)
    store.disk.sync([_DESCRIPTIONS])
    standing = list_pipelines(store)
    store.disk.remove(known - {_description_of(like) for like in {*standing, *standing.values()}})


def find_description(store: Store, pipeline: str) -> pa.Table | None:
    """Return what a pipeline is, if that was kept."""
    name = _description_of(pipeline)
    return pq.read_table(store.disk.fetch(name)) if name in store.disk.files(_DESCRIPTIONS) else None


def _description_of(pipeline: str) -> str:
    return f"{_DESCRIPTIONS}/{pipeline}.parquet"


def list_pipelines(store: Store) -> dict[str, str]:
    """Return every pipeline that stands beside rows, and the last one that would have made the same rows.

    Each run that left nothing stale has seen to it that all is as its own pipeline makes it; what
    other pipelines were at work since can only be taken at their word.
    """
    with closing(store.session()) as con:
        made = con.execute(
            "select pipeline from head.articles union select pipeline from head.files order by pipeline"
        ).fetchall()
        whole = con.execute(
            "select pipeline, finished_at from head.runs where left_stale = 0 order by finished_at desc, run_id limit 1"
        ).fetchall()
        if not whole:
            return {pipeline: pipeline for (pipeline,) in made}
        [(last, finished_at)] = whole
        since = con.execute("select distinct pipeline from head.runs where finished_at >= ?", [finished_at]).fetchall()
    return {pipeline: pipeline if (pipeline,) in since else last for (pipeline,) in made}


def list_mixed_files(store: Store, pipelines: Collection[str]) -> list[str]:
    """Return the files that another pipeline read last, of which an article stands as one of `pipelines` made it."""
    with closing(store.session()) as con:
        con.register("pipelines", _column("pipeline", pipelines))
        rows = con.execute(
            """select distinct file from head.articles a join head.files f using (file)
               where a.pipeline in (from pipelines) and f.pipeline not in (from pipelines)"""
        ).fetchall()
    return [file for (file,) in rows]


def find_last_run(store: Store) -> datetime | None:
    """Return when the last run ended; None before the first."""
    with closing(store.session()) as con:
        [(moment,)] = con.execute("select max(finished_at)::timestamp from head.runs").fetchall()
    return moment.replace(tzinfo=UTC) if moment else None


# --- which articles a change can touch ---------------------------------------------------------------------


class Holdings:
    """The articles that some pipelines made, to be searched for what a change can touch."""

    def __init__(self, store: Store, pipelines: Collection[str]) -> None:
        self._con = store.session()
        self._con.register("pipelines", _column("pipeline", pipelines))
        self._con.execute(
            "create temp table ours as select article_id from head.articles semi join pipelines using (pipeline)"
        )

    def close(self) -> None:
        """Let go of the warehouse."""
        self._con.close()

    def read_texts(self, column: str) -> Iterator[tuple[str, str]]:
        """Yield the id of each article with its `text` or `raw_text`."""
        rows = self._con.sql(f"select article_id, {column} from head.articles semi join ours using (article_id)")
        for block in rows.to_arrow_reader(_BLOCK):
            yield from zip(block["article_id"].to_pylist(), block[column].to_pylist(), strict=True)

    def list_names(self, label: str) -> list[str]:
        """Return the names with a label, as they are written in the articles."""
        return self._values(f"select distinct text from {_ours('mentions')} where label = {literal(label)}")

    def with_names(self, label: str, texts: Collection[str]) -> list[str]:
        """Return the articles in which one of these names has a label."""
        self._con.register("texts", _column("text", texts))
        return self._values(
            f"select distinct article_id from {_ours('mentions')} semi join texts using (text)"
            f" where label = {literal(label)}"
        )

    def with_entities(self, entities: Collection[str], countries: Collection[str]) -> list[str]:
        """Return the articles in which one of these entities appears, or a body that is named by its country."""
        self._con.register("entities", _column("entity_id", entities))
        self._con.register("countries", _column("country_code", countries))
        return self._values(
            f"""select distinct article_id from {_ours("appearances")}
                where entity_id in (from entities) or split_part(entity_id, '@', 2) in (from countries)"""
        )

    def list_words(self, articles: Collection[str]) -> list[tuple[str, list[str], str, list[str]]]:
        """Return the words of some articles as they were cut: text, proclitics, stem, enclitics."""
        self._con.register("chosen", _column("article_id", articles))
        return self._con.execute(
            "select distinct text, proclitics, stem, enclitics from head.tokens semi join chosen using (article_id)"
        ).fetchall()

    def with_words(self, texts: Collection[str]) -> list[str]:
        """Return those of the articles of `list_words` that hold one of these words."""
        self._con.register("texts", _column("text", texts))
        return self._values(
            "select distinct article_id from head.tokens semi join chosen using (article_id)"
            " semi join texts using (text)"
        )

    def failed(self) -> list[str]:
        """Return the articles on which a rule broke: what they hold is not known."""
        return self._values(
            """select article_id from head.articles semi join ours using (article_id)
               semi join (select source from head.rejects where reason = 'failed') using (source)"""
        )

    def files_of(self, articles: Collection[str]) -> list[str]:
        """Return the seed files that hold some articles."""
        self._con.register("chosen", _column("article_id", articles))
        return self._values("select distinct file from head.articles semi join chosen using (article_id)")

    def _values(self, query: str) -> list[str]:
        return [value for (value,) in self._con.execute(query).fetchall()]


def _ours(table: str) -> str:
    return f"(from head.{table} semi join ours using (article_id))"


def _column(name: str, values: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.array(sorted(values), pa.string())})


def count_made(store: Store, pipelines: Collection[str]) -> int:
    """Count the articles that some pipelines made, and the files of which they made none."""
    with closing(store.session()) as con:
        con.register("pipelines", _column("pipeline", pipelines))
        ((count,),) = con.execute(
            """select count(*) from (
                   select article_id from head.articles semi join pipelines using (pipeline)
                   union all
                   select file from head.files semi join pipelines using (pipeline) where article_count = 0
               )"""
        ).fetchall()
    return int(count)


# --- facts anew ----------------------------------------------------------------------------------------


def list_again(
    store: Store, pipeline: str, others: Collection[str], named: Collection[str], files: Collection[str]
) -> pa.Table:
    """Return the articles to be extracted again: all that `others` made, and those named.

    Left out are those that `pipeline` made already, that hold no word, or that come in `files`, which
    are read again. They come as they lie in the warehouse, each with its size in characters, about.
    """
    with closing(store.session()) as con:
        con.register("others", _column("pipeline", others))
        con.register("named", _column("article_id", named))
        con.register("anyhow", _column("file", files))
        rows = con.sql(
            f"""select article_id, ({_WORD} * token_count)::integer as size
                from head.meta.articles
                where (pipeline in (from others) or article_id in (from named)) and pipeline <> ?
                    and token_count > 0 and file not in (from anyhow)
                order by rev, article_id""",
            params=[pipeline],
        )
        found: pa.Table = rows.to_arrow_table()
    return found


# What is taken up.
_AGAIN: Final = """
create temp table again as
    select article_id, source, file, rev, batch
    from head.meta.articles join wanted using (article_id) where pipeline <> ?
"""
# An owner's rows go together: the file of an article that failed before is written again, without that reject.
_HEALED: Final = """
create temp table healed as
    select source, file from again semi join (select source from head.rejects where reason = 'failed') using (source)
"""


def take_up(
    store: Store, batches: Iterable[Collection[str]], out: Path, pipeline: str, remade: Collection[str]
) -> Settled:
    """Take up articles, given by id in batches, with what was read of them: as `settle` does from their text.

    The batches are for the stages that write the tables named in `remade`. All else that an article
    owns is copied, as its rows keep to one commit. What is gone by now, or made by `pipeline`, is left out.
    """
    kept = [table for table in _OF_ARTICLES if table.name not in remade]
    with closing(store.session()) as con:
        wanted = [(article_id, number) for number, ids in enumerate(batches) for article_id in ids]
        ids, numbers = zip(*wanted, strict=True)
        con.register("wanted", pa.table({"article_id": ids, "batch": pa.array(numbers, pa.int32())}))
        con.execute(_AGAIN, [pipeline])
        con.execute(_HEALED)
        folders = list(_write_kept(con, kept, out, pipeline))
        _write_leaving(con, kept, folders, out / "leaving")
        for table in (FILES, REJECTS):
            rows = f"from head.{table.name} semi join healed using (file)"
            _copy(con, f"{rows} anti join healed using (source)" if table is REJECTS else rows, out / "files", table)
        gone = {
            "article_id": [row for (row,) in con.execute("select article_id from again order by all").fetchall()],
            "file": [row for (row,) in con.execute("select distinct file from healed order by all").fetchall()],
        }
    count = len(gone["article_id"])
    return Settled(
        batches=folders, incoming=[out / "files"], outgoing=[out / "leaving"], gone=gone,
        fresh=count, unchanged=0, removed=count, moved=0, rejects=0,
    )  # fmt: skip


def _write_kept(con: duckdb.DuckDBPyConnection, kept: Iterable[Table], out: Path, pipeline: str) -> Iterator[Path]:
    """Write a folder a batch, with the rows that stay as they are but for the pipeline."""
    for (batch,) in con.execute("select distinct batch from again order by all").fetchall():
        folder = out / f"batch-{batch:06d}"
        for table in kept:
            change = f"replace ({literal(pipeline)} as pipeline)" if table is ARTICLES else ""
            _copy(con, f"select * {change} from ({_rows_of(con, table, f'where batch = {batch}')})", folder, table)
        yield folder


def _write_leaving(con: duckdb.DuckDBPyConnection, kept: Sequence[Table], folders: Iterable[Path], out: Path) -> None:
    """Write the facts that go, and their mart rows; what is kept goes too, and comes with the batches."""
    for table in _OF_ARTICLES:
        if table in kept:
            paths = [folder / f"{table.name}.parquet" for folder in folders]
        else:
            paths = [_copy(con, _rows_of(con, table), out, table)]
        con.execute(f"create temp view {table.name} as {read_files(table, paths)}")
    define_macros(con)
    for mart in MARTS:
        _copy(con, mart_sql(mart), out, mart)


def _rows_of(con: duckdb.DuckDBPyConnection, table: Table, condition: str = "") -> str:
    """Return SQL for the rows of what is taken up; it lies in few of the files, as `rev` tells."""
    [(first, last)] = con.execute("select coalesce(min(rev), 0), coalesce(max(rev), 0) from again").fetchall()
    return (
        f"select {names(table.columns)} from head.meta.{table.name}"
        f" semi join (from again {condition}) using (article_id, rev) where rev between {first} and {last}"
    )


def _copy(con: duckdb.DuckDBPyConnection, rows: str, folder: Path, table: Table) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table.name}.parquet"
    con.execute(f"copy ({rows}) to {literal(path)} (format parquet, compression zstd)")
    return path
