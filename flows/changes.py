"""What differs between two snapshots, as a person or a program wants to read it."""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts
import re
from contextlib import closing
from datetime import datetime

import duckdb

from flows.answers import END, ISOLATE, make_table, print_answer
from flows.terminal import console
from warehouse.contracts import ARTICLES, BY_NAME, FACTS
from warehouse.store import Store
from warehouse.upkeep import history

LONGEST = 60  # characters of a cell on a terminal
MOST_CHANGED = 10

_HIDDEN = re.compile("^(article_id|end_char|sentence_no|pipeline|raw_text|source)$|_(start|end)_char$|_sha256$")

_OF_ARTICLES = ", ".join(f"'{table.name}'" for table in FACTS if table.owner == ARTICLES.owner)
_TABLES = """
    select "table", sum(added)::bigint as added, sum(removed)::bigint as removed, count(*) as owners
    from diff group by "table"
"""
_ARTICLES = f"""
    select source,
        case coalesce(sum(added - removed) filter ("table" = 'articles'), 0)
            when 1 then 'new' when -1 then 'gone' else 'changed' end as is,
        sum(added)::bigint as added, sum(removed)::bigint as removed
    from diff where "table" in ({_OF_ARTICLES})
    group by source order by sum(added + removed) desc, source
"""


def before_last_run(store: Store, number: int) -> int:
    """Return the snapshot before the run that gave snapshot `number` its rows: a run may commit many times.

    What only wrote the same rows anew is passed over. 0, the empty snapshot, is before the first.
    """
    snapshots = list(history(store, number))
    last = next((s for s in snapshots if s.operation not in ("compact", "redesign")), None)
    if last is None or last.operation != "refresh":
        return (last or store.snapshot(number)).parent
    with closing(store.connect(last.number)) as con:
        ((started,),) = con.execute("select epoch(max(started_at)) from runs").fetchall()
    if started is None:
        return last.parent
    earlier = (s.number for s in snapshots if datetime.fromisoformat(s.published_at or "").timestamp() < started)
    return next(earlier, snapshots[-1].parent)


def print_changes(con: duckdb.DuckDBPyConnection, output: str) -> None:
    """Print counts by table and the articles that changed most; for a program, all counts by table and article."""
    if output != "table":
        print_answer(console, con, "from diff", output)
        return
    counts = {row[0]: row for row in con.execute(_TABLES).fetchall()}
    if not counts:
        console.print("The same facts, row for row.")
        return
    rows = [counts[table.name] for table in FACTS if table.name in counts]
    console.print(make_table(["table", "added", "removed", "articles, files or runs"], rows))
    articles = con.execute(_ARTICLES).fetchall()
    if articles:
        console.print(f"\n{len(articles):,} articles; the most changed:")
        console.print(make_table(["article", "is", "rows added", "rows removed"], articles[:MOST_CHANGED]))


def print_rows(con: duckdb.DuckDBPyConnection, name: str, output: str) -> None:
    """Print the rows of a table that came and went; on a terminal one line each, long texts cut, nulls as -."""
    table = BY_NAME[name]
    keys = ", ".join(f'd."{column}"' for column in table.key)
    join = "left join b.articles n using (article_id) left join a.articles o using (article_id)"
    source = "coalesce(n.source, o.source)" if table.owner == ARTICLES.owner else f"d.{table.owner}"
    if output == "table":
        shown = [column for column in table.columns if not _HIDDEN.search(column) and column != table.owner]
        cells = ", ".join(map(_cut, shown))
        columns = f"{source} as source, concat_ws(' · ', {cells}) as \"{' · '.join(shown)}\""
    else:
        columns = ("" if "source" in table.columns else f"{source} as source, ") + "d.* exclude (change)"
    rows = f"from diff_{name} d {join if table.owner == ARTICLES.owner else ''}"
    print_answer(console, con, f"select change, {columns} {rows} order by {source}, {keys}, change desc", output)


def _cut(column: str) -> str:
    text = f'd."{column}"::varchar'
    cut = f"case when length({text}) > {LONGEST} then left({text}, {LONGEST}) || '…' else {text} end"
    return f"coalesce('{ISOLATE}' || {cut} || '{END}', '-')"
