"""Upkeep: make many small files few, forget old snapshots, go back to one, compare two, prove one sound.

All that writes goes the way of a refresh: new files, checks, one swap of the pointer.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow.parquet as pq

from warehouse import disk
from warehouse.catalog import DataFile, Snapshot, add_up, find_faults, literal, mart_sql, names
from warehouse.contracts import ARTICLES, FACTS, MARTS, TOMBSTONES, Table
from warehouse.store import NoWarehouse, Store, folder_of

# Parts of like size are merged when there are this many of them, so that a row is written anew a
# logarithmic number of times, and a table has at most this many files a tier.
FAN_IN: Final = 8
# Parts that one merge has grown to this many bytes are left as they are.
_LARGE: Final = 8 << 30
# A part is written anew, alone if need be, when this share of its owners is dead.
_DEAD_SHARE: Final = 0.3


# --- compaction --------------------------------------------------------------------------------------


def compact(store: Store, *, everything: bool = False) -> Snapshot | None:
    """Merge the parts of the published snapshot that are many of one size, or hold many dead rows.

    The rows stay the same; those that are dead go. With `everything` one part is left. Returns what
    was published, or None where nothing was worth merging. Must run inside `store.writing()`.
    """
    head = store.head()
    if not head.number:
        return None
    with store.drafting("compact") as draft, closing(store.session()) as con:
        con.execute("use head")
        if not (merge := _everything(head) if everything else choose_parts(head, _count_dead(con))):
            return None
        files = {name: [file for file in files if file.rev not in merge] for name, files in head.files.items()}
        for fact in FACTS:
            rows = f"select * replace ({draft.number} as rev) from ({head.live_rows(fact, merge)})"
            files.setdefault(fact.name, []).extend(store.write(con, fact, draft.number, rows))
        for mart in MARTS:
            rows = add_up(mart, head.rows_of(mart, merge))
            files.setdefault(mart.name, []).extend(store.write(con, mart, draft.number, rows))
        return store.publish(_without_dead(store, con, replace(draft, files=files), merge))


def choose_parts(snapshot: Snapshot, dead: Mapping[int, int]) -> set[int]:
    """Return the parts to merge: the smallest size of which there are enough, and parts that are largely dead.

    `dead` says how many articles of a part are dead.
    """
    tiers: defaultdict[int, set[int]] = defaultdict(set)
    for part, size in _sizes(snapshot).items():
        if size < _LARGE:
            tiers[int(log(max(size, 1), FAN_IN))].add(part)
    full = [parts for _, parts in sorted(tiers.items()) if len(parts) >= FAN_IN]
    largely_dead = {
        file.rev for file in snapshot.files.get(ARTICLES.name, ()) if dead.get(file.rev, 0) > file.rows * _DEAD_SHARE
    }
    return (full[0] if full else set()) | largely_dead


def _count_dead(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    rows = con.execute(f"select rev, count(*) from meta.dead where owner_column = '{ARTICLES.owner}' group by rev")
    return dict(rows.fetchall())


def _sizes(snapshot: Snapshot) -> dict[int, int]:
    sizes: defaultdict[int, int] = defaultdict(int)
    for file in snapshot.all_files():
        sizes[file.rev] += file.bytes
    return dict(sizes)


def _everything(snapshot: Snapshot) -> set[int]:
    parts = set(_sizes(snapshot))
    return parts if len(parts) > 1 or any(snapshot.dirty.values()) else set()


def _without_dead(store: Store, con: duckdb.DuckDBPyConnection, draft: Snapshot, merged: Collection[int]) -> Snapshot:
    """Forget the tombstones of parts that are no more."""
    gone = ", ".join(map(str, merged))
    left = con.execute(f"select owner_column, owner, rev from meta.dead where rev not in ({gone}) order by all")
    dying: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for column, owner, rev in left.fetchall():
        dying[column].append((owner, rev))
    files = {name: files for name, files in draft.files.items() if files and name != TOMBSTONES.name}
    return store.bury(con, replace(draft, files=files, dead={}, dirty={}), dying)


# --- history -----------------------------------------------------------------------------------------


def history(store: Store) -> Iterator[Snapshot]:
    """Yield the published snapshot and those before it, as far back as they are kept."""
    number = store.disk.head()
    while number:
        try:
            snapshot = store.snapshot(number)
        except NoWarehouse:
            return
        yield snapshot
        number = snapshot.parent


class Expired(NamedTuple):
    """What `expire` removed: snapshots, files of no snapshot that is left, and the bytes of these."""

    snapshots: list[int]
    files: int
    bytes: int


def expire(store: Store, keep: int = 10, older_than: timedelta = timedelta(days=7)) -> Expired:
    """Forget snapshots beyond the `keep` newest that are older than `older_than`, and files that no other needs.

    Takes what killed commits left, too. A reader of a forgotten snapshot gets an error at its next
    query, so that `older_than` is the time that a query may take. Must run inside `store.writing()`.
    """
    now = datetime.now(UTC)
    kept = [
        snapshot for at, snapshot in enumerate(history(store))
        if at < max(keep, 1) or now - datetime.fromisoformat(snapshot.published_at or "") <= older_than
    ]  # fmt: skip
    numbers = {snapshot.number for snapshot in kept}
    forgotten = [number for number in store.numbers() if number not in numbers]
    # The snapshot goes before its files, so that none that is left ever names a file that is not there.
    for number in forgotten:
        store.disk.remove(store.disk.files(folder_of(number)))
        disk.reached("snapshot forgotten")
    orphans = find_orphans(store, kept)
    store.disk.remove(orphans)
    return Expired(forgotten, len(orphans), sum(orphans.values()))


def find_orphans(store: Store, snapshots: Iterable[Snapshot]) -> dict[str, int]:
    """Return the data files that none of the snapshots names, and their bytes."""
    named = {file.path for snapshot in snapshots for file in snapshot.all_files()}
    return {name: size for name, size in store.disk.files("data").items() if name not in named}


def roll_back(store: Store, number: int) -> Snapshot:
    """Publish what snapshot `number` held, as a new snapshot, after looking at every row of it.

    Raises `NoWarehouse` where it has expired. The next refresh compares the seeds with what is
    published then, and does again what was undone unless they, or the code, are mended before.
    Must run inside `store.writing()`.
    """
    wanted = store.snapshot(number)
    with store.drafting(f"rollback to {number}") as draft:
        same = replace(wanted, number=draft.number, parent=draft.parent, operation=draft.operation)
        return store.publish(replace(same, published_at=draft.published_at), thorough=True)


# --- comparing ---------------------------------------------------------------------------------------


def compare(store: Store, a: int, b: int) -> duckdb.DuckDBPyConnection:
    """Open a scratch database that says what differs from snapshot `a` to snapshot `b`.

    Its table `diff` has ("table", owner, source, added, removed), one row a table and owner of rows. For
    each table of facts there is a view `diff_<table>` of the rows themselves with `change`, + or -.
    Files that both snapshots have are not read, but for the rows that died between them. Raises
    `NoWarehouse` where one of them has expired.
    """
    before, after = store.snapshot(a), store.snapshot(b)
    con = store.session()
    for name, snapshot in (("a", before), ("b", after)):
        con.execute(
            f"attach {literal(store.disk.fetch(f'{folder_of(snapshot.number)}/{disk.LINK}'))} as {name} (read_only)"
        )
    con.execute("create table died as select 'a' as side, * from b.meta.dead except select 'a', * from a.meta.dead")
    con.execute("insert into died select 'b', * from a.meta.dead except select 'b', * from b.meta.dead")
    counts = []
    for table in FACTS:
        common = {file.rev for file in before.files.get(table.name, ())} & {
            f.rev for f in after.files.get(table.name, ())
        }
        added, removed = (_only(table, side, common) for side in ("b", "a"))
        con.execute(
            f"create view diff_{table.name} as select '+' as change, * from ({added} except all {removed})"
            f" union all select '-', * from ({removed} except all {added})"
        )
        counts.append(_counts(table))
    con.execute(f"create table diff as {' union all '.join(counts)} order by all")
    return con


def _only(table: Table, side: str, common: Collection[int]) -> str:
    """Return SQL for the live rows of one side that may not be on the other."""
    shared = ", ".join(map(str, sorted(common))) or "null"
    return (
        f"select {names(table.columns)} from {side}.meta.{table.name} f where coalesce(rev not in ({shared}), true)"
        f" or exists (from died d where d.side = '{side}' and d.owner_column = '{table.owner}'"
        f" and d.owner = f.{table.owner} and d.rev = f.rev)"
    )


def _counts(table: Table) -> str:
    of_articles = table.owner == ARTICLES.owner
    source = "coalesce(any_value(n.source), any_value(o.source))" if of_articles else f"d.{table.owner}"
    names_of_articles = "left join b.articles n using (article_id) left join a.articles o using (article_id)"
    return (
        f"select '{table.name}' as \"table\", d.{table.owner} as owner, {source} as source,"
        " count(*) filter (change = '+') as added, count(*) filter (change = '-') as removed"
        f" from diff_{table.name} d {names_of_articles if of_articles else ''} group by d.{table.owner}"
    )


# --- proving -----------------------------------------------------------------------------------------


class Fault(NamedTuple):
    """Something that is not as it must be: where, and what was found."""

    where: str
    what: str


def verify(store: Store, agree: Callable[[str, str], bool], began: Callable[[str], object] = str) -> Iterator[Fault]:
    """Look at everything there is, and yield what is wrong: nothing, in a sound warehouse.

    Each file of each snapshot has its bytes, rows and checksum; no check query finds a row; each mart
    is what the facts give; each evidence says what the row says, for which `agree(evidence, text)` is
    asked where they are not the same characters; no file belongs to no snapshot. `began` is told of
    each step. Reads only, and needs no lock; a refresh meanwhile may show its files as orphans.
    """
    snapshots = list(history(store))
    began("files")
    yield from _faults_of_files(store, snapshots)
    if not snapshots:
        return
    with closing(store.session()) as con:
        con.execute("use head")
        began("checks")
        for check, rows in find_faults(con, snapshots[0], None):
            yield Fault(f"check {check}", ", ".join(map(str, rows)))
        for mart in MARTS:
            began(f"mart {mart.name}")
            yield from _faults_of_mart(con, mart)
        for table, prefix in _pointers():
            began(f"evidence of {table.name}")
            yield from _faults_of_evidence(con, table, prefix, agree)


def _faults_of_files(store: Store, snapshots: Collection[Snapshot]) -> Iterator[Fault]:
    sizes = store.disk.files("data")
    for file in {file.path: file for snapshot in snapshots for file in snapshot.all_files()}.values():
        if file.path not in sizes:
            yield Fault(file.path, "is missing")
        elif sizes[file.path] != file.bytes:
            yield Fault(file.path, f"has {sizes[file.path]} bytes instead of {file.bytes}")
        else:
            yield from _faults_of_file(store.disk.fetch(file.path), file)
    for name in find_orphans(store, snapshots):
        yield Fault(name, "belongs to no snapshot: `upkeep.expire` removes it")


def _faults_of_file(path: Path, file: DataFile) -> Iterator[Fault]:
    with path.open("rb") as data:
        if hashlib.file_digest(data, "sha256").hexdigest() != file.sha256:
            yield Fault(file.path, "has other bytes than were written")
        elif (rows := pq.read_metadata(data).num_rows) != file.rows:
            yield Fault(file.path, f"has {rows} rows instead of {file.rows}")


def _faults_of_mart(con: duckdb.DuckDBPyConnection, mart: Table) -> Iterator[Fault]:
    again = f"({mart_sql(mart)})"
    differ = f"(from {mart.name} except all {again}) union all ({again} except all from {mart.name})"
    if rows := con.execute(differ).fetchmany(3):
        yield Fault(f"mart {mart.name}", f"is not what the facts give: {', '.join(map(str, rows))}")


def _pointers() -> Iterator[tuple[Table, str]]:
    """Yield the tables that point at evidence, and what their columns begin with."""
    for table in FACTS:
        for column in table.columns:
            prefix = column.removesuffix("start_char")
            if prefix != column and f"{prefix}text" in table.columns:
                yield table, prefix


def _faults_of_evidence(
    con: duckdb.DuckDBPyConnection, table: Table, prefix: str, agree: Callable[[str, str], bool]
) -> Iterator[Fault]:
    pairs = con.execute(
        f"""
        select substr(raw_text, {prefix}start_char + 1, {prefix}end_char - {prefix}start_char) as evidence,
            f.{prefix}text as said, any_value(source), any_value({prefix}start_char)
        from {table.name} f join articles using (article_id)
        where evidence is distinct from said
        group by all
        """
    )
    for evidence, said, source, start in pairs.fetchall():
        if not agree(evidence or "", said or ""):
            yield Fault(f"{table.name} of {source}", f"says {said!r} where character {start} begins {evidence!r}")
