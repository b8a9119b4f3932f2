"""Stories: clusters of articles on the same event, computed anew only where something came or went.

Two articles are linked when one is an exact or near duplicate of the other, or when their telling
words agree: at least `LEAST_SHARED` in common, `LEAST_NAMES` of them parts of names in both, which
carry a quarter of what the words of both weigh together (the overlap of two weighted sets, as in
Jaccard's index). Articles that state their day are linked only when `MOST_DAYS` lie between at most, so
that yesterday's weather and last year's final stay apart; without days only copies are. A story is
what links connect, directly or through others. All of this follows from the articles alone, and in no
way from the order in which they came.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from warehouse.catalog import literal, read_files
from warehouse.contracts import ARTICLES, STORY_ARTICLES, TELLING_WORDS, Table
from warehouse.likeness import is_one_of
from warehouse.store import Store

# Chosen by reading pairs of 9,800 articles of one outlet. Without names in common, four in five pairs were
# forecasts of other days; at three days and more, matches of the next round.
LEAST_SHARED: Final = 5
LEAST_NAMES: Final = 2
MOST_DAYS: Final = 2

_PLACE: Final = "article_id, source, published_on, duplicate_of, near_duplicate_of"

# `coming` are the articles to link: those that come, and those whose story loses an article.
_GATHER: Final = f"""
create temp table broken as
    select distinct story_id from head.story_articles semi join leaving using (article_id);

create temp table loose as
    select article_id from head.story_articles
    semi join broken using (story_id) anti join leaving using (article_id);

create temp table coming as
    select {_PLACE} from come
    union all
    select {_PLACE} from head.articles semi join loose using (article_id);
"""

_LINK: Final = f"""
create temp table links as
    with asked as (
        select * replace (told_on + days as told_on)
        from words cross join (select unnest(range(-{MOST_DAYS}, {MOST_DAYS} + 1))::integer as days)
    )
    select a.article_id, b.article_id as other
    from near_words b join asked a using (word, told_on)
    where a.article_id <> b.article_id
    group by all
    having count(*) >= {LEAST_SHARED}
        and count(*) filter (a.is_name and b.is_name) >= {LEAST_NAMES}
        and 5 * sum(least(a.weight, b.weight)) >= any_value(a.article_weight) + any_value(b.article_weight);

create temp table copies as
    with pointing as (
        select article_id, duplicate_of, near_duplicate_of from coming
        union all
        select article_id, duplicate_of, near_duplicate_of
        from head.articles anti join leaving using (article_id) anti join coming using (article_id)
        where duplicate_of in (select article_id from coming) or near_duplicate_of in (select article_id from coming)
    )
    select article_id, coalesce(duplicate_of, near_duplicate_of) as other from pointing
    where other is not null;

create temp table days as
    with linked as (select article_id from copies union select other from copies)
    select article_id, published_on from coming semi join linked using (article_id)
    union all
    select article_id, published_on from head.articles
    semi join linked using (article_id) anti join coming using (article_id) anti join leaving using (article_id);

insert into links
    select c.article_id, c.other
    from copies c join days a on a.article_id = c.article_id join days b on b.article_id = c.other
    where coalesce(abs(a.published_on - b.published_on) <= {MOST_DAYS}, true);

-- A story that loses nobody stays together: its articles need not be linked anew.
create temp table touched as
    with linked as (select article_id from links union select other from links)
    select distinct story_id
    from head.story_articles semi join linked using (article_id) anti join broken using (story_id);

insert into links
    select article_id, story_id from head.story_articles semi join touched using (story_id);
"""

_TELL: Final = """
    with places as (
        select article_id, source, published_on from coming
        union all
        select article_id, source, published_on
        from head.articles semi join members using (article_id) anti join coming using (article_id)
    )
    select
        first_value(article_id) over (partition by cluster order by published_on nulls last, source) as story_id,
        article_id
    from members join places using (article_id)
"""


class Retold(NamedTuple):
    """Stories to commit: a folder with `story_articles`, and the story_ids whose rows it replaces."""

    folder: Path
    gone: list[str]


def retell_stories(store: Store, incoming: Sequence[Path], leaving: Collection[str], out: Path) -> Retold:
    """Work out the stories that change when articles come and go.

    `incoming` are folders with articles and telling words, `leaving` the article_ids whose rows go;
    what is changed does both. The result is written to `out`.
    """
    with closing(store.session()) as con:
        con.register("leaving", pa.table({"article_id": pa.array(leaving, pa.string())}))
        con.execute(f"create temp view come as {_read(ARTICLES, incoming)}")
        con.execute(_GATHER)
        _gather_words(con, incoming)
        con.execute(_LINK)
        articles, clusters = join_links(con.execute("from links order by all").fetchall())
        members = {"article_id": pa.array(articles, pa.string()), "cluster": pa.array(clusters, pa.int64())}
        con.register("members", pa.table(members))
        out.mkdir(parents=True, exist_ok=True)
        path = literal(out / f"{STORY_ARTICLES.name}.parquet")
        con.execute(f"copy ({_TELL}) to {path} (format parquet, compression zstd)")
        gone = con.execute("select story_id from broken union select story_id from touched order by all").fetchall()
    return Retold(out, [story_id for (story_id,) in gone])


def _read(table: Table, folders: Iterable[Path]) -> str:
    return read_files(table, [path for folder in folders if (path := folder / f"{table.name}.parquet").exists()])


def _gather_words(con: duckdb.DuckDBPyConnection, incoming: Sequence[Path]) -> None:
    """Create `words` of the articles to link, and the view `near_words` of all articles of days near to theirs."""
    days = con.execute("select distinct published_on from coming semi join loose using (article_id)").fetchall()
    con.execute(
        f"create temp table words as select * exclude (rev) from ({_read(TELLING_WORDS, incoming)} union all by name"
        f" select *, null as rev from head.telling_words semi join loose using (article_id) where {_is_near(days, 0)})"
    )
    days = con.execute("select distinct told_on from words").fetchall()
    con.execute(
        "create temp view near_words as from words union all by name from head.telling_words"
        f" anti join leaving using (article_id) anti join coming using (article_id) where {_is_near(days, MOST_DAYS)}"
    )


def _is_near(days: Iterable[tuple[date | None]], most: int) -> str:
    """Write the SQL condition that a day is near to one of some days: by name, so that DuckDB reads only those."""
    near = {day + timedelta(offset) for (day,) in days if day for offset in range(-most, most + 1)}
    return is_one_of("told_on", ((day,) for day in sorted(near)))


def join_links(links: Iterable[tuple[str, str]]) -> tuple[list[str], list[int]]:
    """Return the articles that are linked, and of each the number of its cluster.

    >>> join_links([("a", "b"), ("c", "d"), ("b", "e")])
    (['a', 'b', 'c', 'd', 'e'], [0, 0, 1, 1, 0])
    """
    parents: dict[str, str] = {}

    def find_root(article: str) -> str:
        parent = parents.setdefault(article, article)
        while parent != parents[parent]:
            parents[article] = parent = parents[parent]
        return parent

    for a, b in links:
        root = find_root(a)
        parents[root] = find_root(b)
    numbers: dict[str, int] = {}
    return list(parents), [numbers.setdefault(find_root(article), len(numbers)) for article in parents]
