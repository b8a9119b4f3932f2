"""Upkeep: make many small files few, forget old snapshots, go back to one, compare two, prove all of it sound.

All that writes goes the way of a refresh: new files, checks, one swap of the pointer.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

# ruff: noqa: S608 - the names in SQL are those of the contracts
import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf, log
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import duckdb
import pyarrow.parquet as pq

from warehouse import disk
from warehouse.catalog import (
    DERIVED,
    CheckFailed,
    DataFile,
    Snapshot,
    add_up,
    build,
    design_digest,
    find_faults,
    literal,
    mart_digest,
    mart_sql,
    names,
)
from warehouse.contracts import ARTICLES, FACTS, MARTS, TOMBSTONES, Table
from warehouse.store import LIMITS, CannotWrite, NoWarehouse, Store, folder_of, number_of

# Parts of like size are merged when there are this many of them, so that a row is written anew a
# logarithmic number of times, and a table has fewer files than this a tier.
FAN_IN: Final = 4
# One merge takes no more parts than this, so that what it reads, writes and holds on disk twice is bounded.
_AT_ONCE: Final = 16
# Parts of this many bytes are left as they are, unless many of their rows are dead.
_LARGE: Final = 1 << 30
# A part is written anew, alone if need be, when this share of its articles is dead.
_DEAD_SHARE: Final = 0.3

# More parts than this slow readers down (a query opens a file a part), so that a refresh merges some;
# but none that are larger, as somebody waits for it.
MANY: Final = 16
_QUICK: Final = 16 << 20


# --- compaction --------------------------------------------------------------------------------------


def compact(store: Store, *, everything: bool = False, below: int = _LARGE) -> Snapshot | None:
    """Merge parts of the published snapshot that are many of one size, or that hold many dead rows; add up marts.

    The rows stay the same; those that are dead go. One call does one merge, of parts smaller than
    `below` bytes; with `everything` one part is left. Of a mart, all files smaller than that become one,
    as a mart of one file is read as quickly as a table. Returns what was published, or None where
    nothing is worth merging. Must run inside `store.writing()`.
    """
    head = store.head()
    with store.drafting("compact") as draft, closing(store.session()) as con:
        con.execute("use head")
        merge = _everything(head) if everything else choose_parts(head, _count_dead(con), below)
        marts = {
            mart: added for mart in MARTS if len(added := _small_files(head, mart, inf if everything else below)) > 1
        }
        if not (merge or marts):
            return None
        files = dict(head.files)
        for fact in FACTS if merge else ():
            rows = f"select * replace ({draft.number} as rev) from ({head.live_rows(fact, merge, at_once=True)})"
            left = [file for file in head.files.get(fact.name, ()) if file.rev not in merge]
            files[fact.name] = left + store.write(con, fact, draft.number, rows)
        for mart, added in marts.items():
            rows = add_up(mart, head.rows_of(mart, {file.rev for file in added}))
            left = [file for file in head.files[mart.name] if file not in added]
            files[mart.name] = left + store.write(con, mart, draft.number, rows)
        after = replace(draft, files=files)
        return store.publish(_without_dead(store, con, after, merge) if merge else after)


def _small_files(snapshot: Snapshot, mart: Table, below: float) -> list[DataFile]:
    return [file for file in snapshot.files.get(mart.name, ()) if file.bytes < below]


def choose_parts(snapshot: Snapshot, dead: Mapping[int, int], below: int = _LARGE) -> set[int]:
    """Return the parts to merge next: some of the smallest size of which there are enough, else largely dead ones.

    `dead` says how many articles of a part are dead. A large part that is largely dead is taken alone.
    Each merge leaves fewer parts or fewer dead, so that to merge until nothing is chosen comes to an end.
    """
    sizes = sizes_of(snapshot)
    tiers: defaultdict[int, list[int]] = defaultdict(list)
    for part in sorted(sizes, key=lambda part: (sizes[part], part)):
        if sizes[part] < below:
            tiers[int(log(max(sizes[part], 1), FAN_IN))].append(part)
    for parts in tiers.values():
        if len(parts) >= FAN_IN:
            return set(parts[:_AT_ONCE])
    articles = {file.rev: file.rows for file in snapshot.files.get(ARTICLES.name, ())}
    dying = [part for part in sorted(sizes, key=lambda part: (sizes[part], part))
             if dead.get(part, 0) > articles.get(part, 0) * _DEAD_SHARE]  # fmt: skip
    small = [part for part in dying if sizes[part] < below]
    return set(small[:_AT_ONCE] or (dying[:1] if below >= _LARGE else ()))


def sizes_of(snapshot: Snapshot) -> dict[int, int]:
    """Return the bytes of facts of each part. A part has one file a table, so that parts bound what a query opens."""
    sizes: Counter[int] = Counter()
    for fact in FACTS:
        for file in snapshot.files.get(fact.name, ()):
            sizes[file.rev] += file.bytes
    return dict(sizes)


def tidy(store: Store, keep: int, older_than: timedelta) -> None:
    """After a commit: where parts became many, merge small ones and expire. Fails without failing the commit.

    Keeps reading quick where articles come one at a time all day, whether or not `maintain` ever runs.
    Must run inside `store.writing()`.
    """
    try:
        if len(sizes_of(store.head())) > MANY and compact(store, below=_QUICK):
            expire(store, keep, older_than)
    except (OSError, duckdb.Error, CannotWrite, CheckFailed) as error:  # published is published; `maintain` fails aloud
        logging.getLogger(__name__).warning("Small files stay as they are for now: %s", error)


def _count_dead(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    rows = con.execute(f"select rev, count(*) from meta.dead where owner_column = '{ARTICLES.owner}' group by rev")
    return dict(rows.fetchall())


def _everything(snapshot: Snapshot) -> set[int]:
    parts = set(sizes_of(snapshot))
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


def history(store: Store, number: int | None = None) -> Iterator[Snapshot]:
    """Yield a snapshot, the published one unless a number is given, and those before it, as far as they are kept."""
    at = store.disk.head() if number is None else number
    while at:
        try:
            snapshot = store.snapshot(at)
        except NoWarehouse:
            return
        yield snapshot
        at = snapshot.parent


def count_articles(store: Store, snapshot: Snapshot) -> int:
    """Count the live articles of a snapshot by its manifest, without opening it."""
    buried = (
        pq.read_table(store.disk.fetch(file.path), columns=["owner_column"])["owner_column"]
        .to_pylist()
        .count(ARTICLES.owner)
        for file in snapshot.files.get(TOMBSTONES.name, ())
    )
    stored = sum(file.rows for file in snapshot.files.get(ARTICLES.name, ()))
    return stored - len(snapshot.dead.get(ARTICLES.owner, ())) - sum(buried)


class Expired(NamedTuple):
    """What `expire` removed: snapshots, data files that none of those left names, and the bytes of all."""

    snapshots: list[int]
    files: int
    bytes: int


def expire(store: Store, keep: int, older_than: timedelta) -> Expired:
    """Forget all snapshots but those of `find_kept`, and the files that none of these needs.

    Takes what killed commits left, too. Must run inside `store.writing()`.
    """
    kept = find_kept(store, keep, older_than)
    forgotten = find_forgotten(store, kept)
    orphans = find_orphans(store, kept)
    freed = sum(orphans.values())
    # Another writer may be about to publish what was found here, and, after that, to go back to a snapshot
    # that it still saw.
    store.disk.fence()
    # The snapshot goes before its files, after a power loss too, so that none that is left ever names a
    # file that is not there.
    for number in forgotten:
        files = store.disk.files(folder_of(number))
        store.disk.remove(files)
        freed += sum(files.values())
        disk.reached("snapshot forgotten")
    store.disk.sync(["snapshots"] if forgotten else [])
    store.disk.fence()
    store.disk.remove(orphans)
    return Expired(forgotten, len(orphans), freed)


def find_kept(store: Store, keep: int, older_than: timedelta) -> list[Snapshot]:
    """Return the `keep` newest snapshots, and those that were still the published one `older_than` ago or later.

    A reader of a snapshot that is forgotten gets an error at its next query. It opened the snapshot
    while that was published, so that `older_than` is the time that a query may take.
    """
    now = datetime.now(UTC)
    kept: list[Snapshot] = []
    replaced_at = now
    for snapshot in history(store):
        if len(kept) >= max(keep, 1) and now - replaced_at >= older_than:
            break
        kept.append(snapshot)
        replaced_at = datetime.fromisoformat(snapshot.published_at or "")
    return kept


def find_forgotten(store: Store, kept: Iterable[Snapshot]) -> list[int]:
    """Return the numbers of the snapshots that lie there and are not kept: old ones, and any never published."""
    numbers = {snapshot.number for snapshot in kept}
    return [number for number in store.numbers() if number not in numbers]


def find_orphans(store: Store, snapshots: Iterable[Snapshot]) -> dict[str, int]:
    """Return the data files that none of the snapshots names, and their bytes."""
    named = _files_of(snapshots)
    return {name: size for name, size in store.disk.files("data").items() if name not in named}


def roll_back(store: Store, number: int) -> Snapshot:
    """Publish what snapshot `number` held, as a new snapshot, after looking at every byte and every row of it.

    Raises `NoWarehouse` where it has expired or was never published, `CheckFailed` where it is not
    sound. The next refresh compares the seeds with what is published then, and does again what was
    undone, unless they, or the code, are mended before. Must run inside `store.writing()`.
    """
    wanted = next((snapshot for snapshot in history(store) if snapshot.number == number), None)
    if wanted is None:
        raise NoWarehouse(
            f"there is no snapshot {number} to go back to in {store.disk.place}; `warraq snapshots` lists them"
        )
    if faults := list(_faults_of_files(store, [wanted])):
        raise CheckFailed(f"a look at the files of snapshot {number}", [f"{name} {what}" for name, what in faults[:3]])
    with store.drafting(f"rollback to {number}") as draft:
        same = replace(wanted, number=draft.number, parent=draft.parent, operation=draft.operation)
        return store.publish(same, thorough=True)


def _files_of(snapshots: Iterable[Snapshot]) -> dict[str, DataFile]:
    return {file.path: file for snapshot in snapshots for file in snapshot.all_files()}


# --- comparing ---------------------------------------------------------------------------------------


@contextmanager
def compare(store: Store, a: int, b: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a scratch database that says what differs from snapshot `a` to snapshot `b`; 0 is the empty one.

    Its table `diff` has ("table", owner, source, added, removed), one row a table and owner of rows;
    `source` names the article of rows of an article. For each table of facts there is a view
    `diff_<table>` of the rows themselves with `change`, + or -. Parts that both snapshots have are not
    read, but for the rows that died between them. Raises `NoWarehouse` where one of them has expired.
    """
    sides = {"a": _snapshot(store, a), "b": _snapshot(store, b)}
    with _scratch(store) as con:
        for side, snapshot in sides.items():
            # Not the catalogs as they lie there: those of a moved warehouse name files that are elsewhere.
            con.execute(f"attach ':memory:' as {side}; use {side}")
            build(con, replace(snapshot, root=store.disk.place))
            con.execute("use memory")
        con.execute(
            "create table died as select 'a' as side, * from (from b.meta.dead except from a.meta.dead)"
            " union all select 'b', * from (from a.meta.dead except from b.meta.dead)"
        )
        for table in FACTS:
            added, removed = _only(con, table, "b", sides), _only(con, table, "a", sides)
            con.execute(
                f"create view diff_{table.name} as select '+' as change, * from ({added} except all {removed})"
                f" union all select '-', * from ({removed} except all {added})"
            )
        con.execute(f"create table diff as {' union all '.join(map(_counts, FACTS))} order by all")
        yield con


def _snapshot(store: Store, number: int) -> Snapshot:
    return store.snapshot(number) if number else Snapshot()


def _only(con: duckdb.DuckDBPyConnection, table: Table, side: str, sides: Mapping[str, Snapshot]) -> str:
    """Return SQL for the live rows of one side that may not be on the other: of its own parts, and what died there."""
    own, others = ({file.rev for file in sides[s].files.get(table.name, ())} for s in (side, "ab".replace(side, "")))
    dead = con.execute("select distinct rev from died where side = ? and owner_column = ?", [side, table.owner])
    died = {rev for (rev,) in dead.fetchall()} & own & others
    rows = f"(select {names(table.columns)} from {side}.meta.{table.name} f where rev"
    buried = f"select 1 from died d where d.side = '{side}' and d.owner_column = '{table.owner}'"
    return (
        f"({rows} in ({_listed(own - others)})) union all {rows} in ({_listed(died)})"
        f" and exists ({buried} and d.owner = f.{table.owner} and d.rev = f.rev)))"
    )


def _listed(revs: Collection[int]) -> str:
    return ", ".join(map(str, sorted(revs))) or "null"


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

    Each catalog opens; each file of each snapshot has its bytes, rows and checksum, and none belongs to
    no snapshot; no check query finds a row; each mart is what the facts give; each evidence says what
    its row says, for which `agree(evidence, text)` is asked where they are not the same characters.
    `began` is told of each step. Reads only, and needs no lock: what another process publishes or
    forgets meanwhile is no fault.
    """
    there = store.disk.files("data")  # before the snapshots, which then name what a commit wrote meanwhile
    began("snapshots")
    snapshots: list[Snapshot] = []
    try:
        snapshots.extend(history(store))
    except ValueError as error:
        number = snapshots[-1].parent if snapshots else store.disk.head()
        yield Fault(f"{folder_of(number)}/manifest.json", f"can not be read: {error}")
        return
    if not snapshots:
        return
    broken = list(_faults_of_catalogs(store, snapshots))
    yield from broken
    began("files")
    for fault in _faults_of_files(store, snapshots):
        broken.append(fault)
        yield fault
    yield from _find_strays(store, snapshots, there)
    faulty = {fault.where for fault in broken}
    if faulty.intersection([*_files_of(snapshots[:1]), f"{folder_of(snapshots[0].number)}/{disk.LINK}"]):
        yield Fault("checks, marts and evidence", "could not be looked at, as what is published is damaged")
        return
    try:
        with _scratch(store) as con:
            yield from _faults_of_rows(con, _show_published(con, store, snapshots[0]), agree, began)
    except duckdb.Error as error:
        yield Fault(folder_of(snapshots[0].number), f"can not be read: {str(error).splitlines()[0]}")


def _show_published(con: duckdb.DuckDBPyConnection, store: Store, head: Snapshot) -> Snapshot:
    """Show a connection what readers see; where other code made it, or elsewhere, what the next writer publishes."""
    if head.design == design_digest(store.disk.place):
        link = store.disk.fetch(f"{folder_of(head.number)}/{disk.LINK}")
        con.execute(f"attach {literal(link)} as published (read_only); use published")
        return head
    con.execute("attach ':memory:' as published; use published")
    head = replace(head, root=store.disk.place)
    build(con, head)
    return head


def _faults_of_rows(
    con: duckdb.DuckDBPyConnection, head: Snapshot, agree: Callable[[str, str], bool], began: Callable[[str], object]
) -> Iterator[Fault]:
    began("checks")
    for check, rows in find_faults(con, head, None):
        yield Fault(f"check {check}", f"finds {', '.join(map(str, rows))}")
    for mart in DERIVED:
        if head.marts.get(mart.name) == mart_digest(mart):  # else the next writer works it out anew
            began(mart.name)
            yield from _faults_of_mart(con, mart)
    for table, prefix in _pointers():
        began(f"evidence of {table.name}" + (f", {prefix.rstrip('_')}" if prefix else ""))
        yield from _faults_of_evidence(con, table, prefix, agree)


def _faults_of_catalogs(store: Store, snapshots: Iterable[Snapshot]) -> Iterator[Fault]:
    for snapshot in snapshots:
        name = f"{folder_of(snapshot.number)}/{disk.LINK}"
        try:
            with duckdb.connect(store.disk.fetch(name), read_only=True) as con:
                ((number,),) = con.execute("select number from meta.snapshot").fetchall()
                con.execute("select count(sql), (select count(owner) from meta.recently_dead) from duckdb_views()")
            what = "" if number == snapshot.number else f"is that of snapshot {number}"
        except duckdb.Error as error:
            what = f"can not be read: {str(error).splitlines()[0]}"
        if what and snapshot.number in store.numbers():
            yield Fault(name, what)


def _faults_of_files(store: Store, snapshots: Collection[Snapshot]) -> Iterator[Fault]:
    sizes = store.disk.files("data")
    for file in _files_of(snapshots).values():
        if sizes.get(file.path) != file.bytes:
            what = f"has {sizes[file.path]:,} bytes instead of {file.bytes:,}" if file.path in sizes else "is missing"
        else:
            what = _fault_of_file(store, file)
        if what and file.path in _files_of(history(store)):
            yield Fault(file.path, what)


def _fault_of_file(store: Store, file: DataFile) -> str:
    try:
        with store.disk.fetch(file.path).open("rb") as data:
            if hashlib.file_digest(data, "sha256").hexdigest() != file.sha256:
                return "has other bytes than were written"
            rows = pq.read_metadata(data).num_rows
    except OSError as error:
        return f"can not be read: {error.strerror}"
    return "" if rows == file.rows else f"has {rows:,} rows instead of {file.rows:,}"


def _find_strays(store: Store, snapshots: Sequence[Snapshot], there: Collection[str]) -> Iterator[Fault]:
    """Yield what belongs to no snapshot. What has a number above that of the published one may be in the making."""
    lost = "belongs to no snapshot: `warraq expire` removes it"
    newest = snapshots[0].number
    for name in find_orphans(store, snapshots):
        if name in there and number_of(name) <= newest:
            yield Fault(name, lost)
    for number in find_forgotten(store, snapshots):
        if number < newest:
            yield Fault(
                folder_of(number), "was never published, or lies before one that is gone: `warraq expire` removes it"
            )


def _faults_of_mart(con: duckdb.DuckDBPyConnection, mart: Table) -> Iterator[Fault]:
    again = f"({mart_sql(mart)})"
    differ = f"(from {mart.name} except all {again}) union all ({again} except all from {mart.name})"
    if rows := con.execute(differ).fetchmany(3):
        yield Fault(mart.name, f"is not what the facts give: {', '.join(map(str, rows))}")


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
    start, end = f"{prefix}start_char", f"{prefix}end_char"
    pairs = con.execute(
        f"""
        select source, {start}, substr(raw_text, {start} + 1, {end} - {start}) as evidence, f.{prefix}text as said
        from {table.name} f join articles using (article_id)
        where evidence is distinct from said
        """
    )
    while rows := pairs.fetchmany(10_000):  # a stream: most rows of a badly set article differ
        for source, at, evidence, said in rows:
            if not agree(evidence or "", said or ""):
                yield Fault(f"{table.name} of {source}", f"says {said!r} where character {at} begins {evidence!r}")


@contextmanager
def _scratch(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a scratch database that spills where no writer sweeps."""
    with TemporaryDirectory(prefix="warraq-") as spill, closing(duckdb.connect()) as con:
        con.execute(f"{LIMITS}; set temp_directory = {literal(spill)}")
        store.disk.equip(con)
        yield con
