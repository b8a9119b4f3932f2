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

# `coming` are the articles to link: those that come, and those whose story loses an article. Given: `come`, `leaving`,
# and `told`, the stories that stand and may hold one that leaves.
_GATHER: Final = f"""
create temp table broken as
    select distinct story_id from told semi join leaving using (article_id);

create temp table loose as
    select article_id from told semi join broken using (story_id) anti join leaving using (article_id);

create temp table coming as
    select {_PLACE} from come
    union all
    select {_PLACE} from head.articles semi join loose using (article_id);
"""

_LINK: Final = f"""
create temp table alike as
    with asked as (
        select * replace (told_on + days as told_on)
        from words cross join (select unnest(range(-{MOST_DAYS}, {MOST_DAYS} + 1))::integer as days)
    )
    select a.article_id, b.article_id as other, told_on
    from near_words b join asked a using (word, told_on)
    where a.article_id <> b.article_id
    group by all
    having count(*) >= {LEAST_SHARED}
        and count(*) filter (a.is_name and b.is_name) >= {LEAST_NAMES}
        and 5 * sum(least(a.weight, b.weight)) >= any_value(a.article_weight) + any_value(b.article_weight);

-- What points at an article that is new, and not only told anew, is new itself.
create temp table copies as
    with known as (select article_id from leaving union select article_id from loose),
    standing as (
        select article_id, duplicate_of as other
        from head.articles a semi join known k on a.duplicate_of = k.article_id
        union all
        select article_id, near_duplicate_of
        from head.articles a semi join known k on a.near_duplicate_of = k.article_id
    )
    select article_id, coalesce(duplicate_of, near_duplicate_of) as other from coming where other is not null
    union all
    from standing semi join coming on other = coming.article_id
    anti join leaving using (article_id) anti join coming using (article_id);

create temp table days as
    with linked as (select article_id from copies union select other from copies)
    select article_id, published_on from coming
    union all
    select article_id, published_on from head.articles
    semi join linked using (article_id) anti join coming using (article_id) anti join leaving using (article_id);

create temp table links as
    select article_id, other from alike
    union all
    select c.article_id, c.other
    from copies c join days a on a.article_id = c.article_id join days b on b.article_id = c.other
    where coalesce(abs(a.published_on - b.published_on) <= {MOST_DAYS}, true);

insert into days
    select distinct other, told_on from alike anti join days on other = days.article_id;
"""

_JOIN: Final = """
-- A story that loses nobody stays together: its articles need not be linked anew.
create temp table touched as
    with linked as (select article_id from links union select other from links)
    select distinct story_id, first_day, last_day
    from told semi join linked using (article_id) anti join broken using (story_id);

insert into links
    select article_id, story_id from told semi join touched using (story_id);
"""

# The first article of what a story was is known, and no other of it can be the first now.
_TELL: Final = """
    with firsts as (
        select article_id, published_on as first_day, published_on as last_day from days
        union all
        select story_id, first_day, last_day from touched
    ),
    stories as (
        select
            cluster,
            first(article_id order by first_day nulls last, article_id) as story_id,
            min(first_day) as first_day,
            max(last_day) as last_day
        from members join firsts using (article_id)
        group by cluster
    )
    select story_id, article_id, first_day, last_day from members join stories using (cluster)
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
        con.register("leave", pa.table({"article_id": pa.array(leaving, pa.string())}))
        con.execute("create temp table leaving as from leave")
        con.execute(f"create temp view come as {_read(ARTICLES, incoming)}")
        _gather_told(con, "head.articles semi join leaving using (article_id)")
        con.execute(_GATHER)
        _gather_words(con, incoming)
        con.execute(_LINK)
        _gather_told(con, "days anti join coming using (article_id)")
        con.execute(_JOIN)
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


def _gather_told(con: duckdb.DuckDBPyConnection, articles: str) -> None:
    """Create `told` of the stories in which some articles may stand, by their days; one without a day, in any."""
    ((first, last, dated),) = con.execute(
        "select min(published_on), max(published_on), coalesce(bool_and(published_on is not null), true)"
        f" from {articles}"
    ).fetchall()
    near = f"first_day <= '{last}' and last_day >= '{first}'" if first else "false"
    con.execute(f"create or replace temp table told as from head.story_articles where {near if dated else 'true'}")


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
