"""Likeness: which articles say nearly the same as another, when some come and some go.

Whether two articles are near-duplicates follows from their two signatures alone: a band is equal and
so are `LEAST_EQUAL` characters. An article points at the one with the smallest source among its
near-duplicates that stand before it. So A may point at B and B at C where A and C are not alike; and
nothing depends on what came first. Exact duplicates take no part: their original does.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts
from collections.abc import Iterable
from datetime import date  # noqa: F401 - for the doctest
from typing import Final

import duckdb

from warehouse.catalog import Snapshot
from warehouse.contracts import BANDS

# Of the 128 characters of a signature: six in ten of the runs of four words in common. In 9,800 articles
# of one outlet, all pairs above were one text edited, but for two notices of one kind of match.
LEAST_EQUAL: Final = 77

# A text is a band of its own, so that exact duplicates are found the same way.
TEXT_BAND: Final = "(('0x' || content_sha256[:8])::bigint - 2_147_483_648)::integer"

# Given: `entering` (article_id, source, is_live) and `dropped` (article_id), the articles that from now on
# do and do not take part; `signatures` of what comes; `found` (article_id), of which a band was looked up; `head`.
_ASK: Final = """
-- Who pointed at an article that no longer takes part looks for another.
create temp table asking as
    from entering
    union all
    select article_id, source, true from head.articles
    anti join dropped using (article_id) anti join entering using (article_id)
    where near_duplicate_of in (select article_id from dropped);
"""

# `$live` is the condition that an article asks and is live.
_KNOW: Final = """
create temp table known as
    select article_id, source, null::varchar as was, true as is_asking, signature, bands
    from asking join (
        from signatures semi join (from asking where not is_live) using (article_id)
        union all
        from head.signatures where $live
    ) using (article_id);

create temp table late as
    select distinct unnest(bands) as band from known where $live;
"""

_COMPARE: Final = f"""
insert into known
    select article_id, source, near_duplicate_of, false, signature, bands
    from (select distinct article_id from found
        anti join dropped using (article_id) anti join asking using (article_id))
    join (select article_id, source, near_duplicate_of from head.articles
        where duplicate_of is null and $found) using (article_id)
    join (from head.signatures where $found) using (article_id);

create temp table alike as
    with banded as (select article_id, is_asking, unnest(bands) as band from known),
    pairs as (
        select distinct a.article_id as a, b.article_id as b
        from banded a join banded b using (band)
        where a.is_asking and a.article_id <> b.article_id
    )
    select a.article_id as a, a.source as a_source, b.article_id as b, b.source as b_source, b.is_asking
    from pairs join known a on a.article_id = pairs.a join known b on b.article_id = pairs.b
    where 128 - hamming(a.signature, b.signature) >= {LEAST_EQUAL};

-- An article that does not ask keeps what it points at, unless one that does stands before that.
create temp table near_duplicates as
    with places as (
        select a as article_id, b as earlier, b_source as source from alike where b_source < a_source
        union
        select b, a, a_source from alike where a_source < b_source and not is_asking
    ),
    changed as (
        from places
        union
        select k.article_id, e.article_id, e.source
        from known k semi join places using (article_id)
        join (select article_id, source from head.articles where article_id in (select was from known)) e
            on e.article_id = k.was
    )
    select article_id, arg_min(earlier, changed.source) as near_duplicate_of from changed group by article_id
    union all
    select article_id, null from asking anti join changed using (article_id);
"""


def look_up(con: duckdb.DuckDBPyConnection, head: Snapshot, bands: str) -> str:
    """Return SQL for the live articles that have one of some bands, which SQL gives.

    Of the index only the narrow column is read whole; the rows that hold what was found in it are then
    asked for by name, and not by a join, so that DuckDB reads nothing else of the others.
    """
    hits = con.execute(
        f"select distinct band from ({head.rows_of(BANDS)}) semi join ({bands}) using (band) order by band"
    )
    return f"select article_id from head.bands where {is_one_of('band', hits.fetchall())}"


def find_near_duplicates(con: duckdb.DuckDBPyConnection, head: Snapshot) -> None:
    """Create `near_duplicates` (article_id, near_duplicate_of): every article of which that may have changed.

    Reads the tables `entering`, `dropped`, `signatures` and `found`, and `head`.
    """
    con.execute(_ASK)
    live = con.execute("select article_id from asking where is_live order by article_id").fetchall()
    con.execute(_KNOW.replace("$live", is_one_of("article_id", live)))
    con.execute(f"insert into found {look_up(con, head, 'from late')}")
    found = con.execute("select distinct article_id from found order by all").fetchall()
    con.execute(_COMPARE.replace("$found", is_one_of("article_id", found)))


def is_one_of(column: str, values: Iterable[tuple[object]]) -> str:
    """Write the SQL condition that a column has one of some numbers, days or ids, given as rows of one.

    Unlike a join it tells DuckDB beforehand which row groups to read, and that it need read none.

    >>> is_one_of("band", [(3,), (7,)]), is_one_of("told_on", [(date(2024, 5, 17),)])
    ('band in (3, 7)', "told_on in ('2024-05-17')")
    """
    listed = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for (value,) in values)
    return f"{column} in ({listed})" if listed else "false"
