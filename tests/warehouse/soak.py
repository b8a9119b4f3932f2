"""Kill the writer at every point of the protocol and at random times, while readers look, and compare what is left.

    python -m tests.warehouse.soak --kills 500 --seed 7

A writer does one operation after another: refresh to other seeds, compact, expire, roll back. Most of
them are killed, by SIGKILL. After each, what is published must be what was before, or what was to be,
and nothing between; the next operation goes on without a hand. Two readers open the warehouse all the
while, keep what they opened for a time, and must find it the same again. What was to be is a fresh
warehouse of the same seeds. A sabotaged store must be found out.
"""

import argparse
import hashlib
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table as Grid

from tests.warehouse.newsroom import Seeds, Story, refresh
from warehouse import catalog, disk, upkeep
from warehouse.catalog import Snapshot
from warehouse.contracts import PUBLISHED
from warehouse.disk import LINK, Folder
from warehouse.store import Store, folder_of

SERVER = multiprocessing.get_context("forkserver")
# The imports take longer than the work.
SERVER.set_forkserver_preload(["tests.warehouse.newsroom", "warehouse.upkeep", "rich.progress", "rich.table"])

GRACE = 6.0  # seconds for which `expire` leaves what was replaced
HOLD = 2.0  # seconds at most for which a reader keeps a snapshot; the rest of the grace is for a slow machine
KEEP = 1
FAN_IN = 3  # so that compaction has work more often
SPARED = 0.2  # so many operations more are not killed
ENOUGH = 20  # violations after which to stop
PATIENCE = 10  # times that a sabotaged store may go unnoticed
AT_RANDOM = "a random time"

SENTENCES = [
    "مصر قال نعم", "تونس زار مصر", "اليابان وكندا معا", "كندا زار اليابان", "مصر مصر تونس", "حقوق مصر", "من يدري",
]  # fmt: skip
DAYS = [None, date(2024, 5, 31), date(2024, 6, 1)]


class State(NamedTuple):
    """Seeds, the pipeline that reads them, and a digest of the warehouse that they give."""

    seeds: Seeds
    pipeline: str
    digest: str


class Deed(NamedTuple):
    """One operation of a writer: which, to which seeds or back to which snapshot, and where it dies."""

    name: str
    seeds: Seeds
    pipeline: str
    number: int
    everything: bool
    point: str | None = None
    passing: int = 1
    sabotage: str | None = None


def do_refresh(store: Store, deed: Deed) -> object:
    return refresh(store, deed.seeds, pipeline=deed.pipeline, batch_chars=500)


def do_compact(store: Store, deed: Deed) -> object:
    with putting(upkeep, "FAN_IN", FAN_IN), store.writing():
        return upkeep.compact(store, everything=deed.everything)


def do_expire(store: Store, deed: Deed) -> object:
    with store.writing():
        return upkeep.expire(store, KEEP, timedelta(seconds=GRACE))


def do_roll_back(store: Store, deed: Deed) -> object:
    with store.writing():
        return upkeep.roll_back(store, deed.number)


DEEDS = {"refresh": do_refresh, "compact": do_compact, "expire": do_expire, "roll_back": do_roll_back}


# --- what must be -------------------------------------------------------------------------------------


def make_states(folder: Path, dice: random.Random, count: int) -> list[State]:
    """Return seeds that follow from each other by additions, changes, removals and copies, and what they give."""
    states: list[State] = []
    seeds: dict[str, Story] = {}
    while len(states) < count:
        for _ in range(dice.randint(1, 4)):
            change(seeds, dice)
        # Another number of everything each time, so that no mart is left without a difference.
        always = (f"مصر قال نعم {n}.تونس زار كندا {n}" for n in range(1 + len(states) % 4))
        seeds["always.txt"] = Story(".".join(always))
        seeds["never.txt"] = Story("", date(2024, 1, 1 + len(states)))
        store = Store(folder / f"state-{len(states)}")
        pipeline = f"p{len(states) % 3 // 2}"
        refresh(store, seeds, pipeline=pipeline, batch_chars=500)
        states.append(State(dict(seeds), pipeline, digest(store)))
    return states


def change(seeds: dict[str, Story], dice: random.Random) -> None:
    file = f"{dice.choice('abcdefgh')}.txt"
    if file in seeds and dice.random() < 0.3:
        del seeds[file]
    elif seeds and dice.random() < 0.3:
        seeds[file] = seeds[dice.choice(sorted(seeds))]
    else:
        text = ".".join(dice.choices(SENTENCES, k=dice.randint(1, 3))) if dice.random() > 0.1 else ""
        seeds[file] = Story(text, dice.choice(DAYS))


def digest(store: Store) -> str:
    """Return a digest of all that readers see."""
    with closing(store.connect()) as con:
        return digest_of(con)


def digest_of(con: duckdb.DuckDBPyConnection) -> str:
    found = hashlib.sha256()
    for table in PUBLISHED:
        found.update(repr(con.execute(f"from {table.name} order by all").fetchall()).encode())
    return found.hexdigest()[:16]


def find_points(folder: Path, states: Sequence[State]) -> dict[str, Counter[str]]:
    """Return the points that each operation passes, and how often, by doing each once."""
    store, points = Store(folder / "points"), {}
    orphan = store.root / "data/tokens/000009-killed.parquet"
    for name, deed in (
        ("", deed_of("refresh", states[0])), ("", deed_of("refresh", states[1])),
        ("refresh", deed_of("refresh", states[2])), ("compact", deed_of("compact")),
        ("roll_back", deed_of("roll_back", number=1)), ("expire", deed_of("expire")),
    ):  # fmt: skip
        seen: Counter[str] = Counter()
        if name == "expire":
            orphan.touch()
        with (
            putting(disk, "reached", lambda point, seen=seen: seen.update([point])),
            putting(sys.modules[__name__], "GRACE", 0),
        ):
            DEEDS[deed.name](store, deed)
        points[name] = seen
    del points[""]
    return points


@contextmanager
def putting(owner: Any, name: str, value: object) -> Iterator[None]:
    was = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, was)


def deed_of(name: str, state: State | None = None, number: int = 0) -> Deed:
    seeds, pipeline = (state.seeds, state.pipeline) if state else ({}, "")
    return Deed(name, seeds, pipeline, number, everything=True)


# --- the writer that dies -----------------------------------------------------------------------------


def write(root: Path, deed: Deed, parent: Connection) -> None:
    """Do it, and die at its point; what goes wrong is told to the parent."""
    passed: Counter[str] = Counter()

    def die(point: str) -> None:
        passed[point] += 1
        if (point, passed[point]) == (deed.point, deed.passing):
            os.kill(os.getpid(), signal.SIGKILL)

    disk.reached = die
    if deed.sabotage:
        SABOTAGE[deed.sabotage].spoil()
    store = Store(root)
    parent.send("began")
    try:
        DEEDS[deed.name](store, deed)
    except Exception as error:
        parent.send(f"{type(error).__name__}: {error}")
        sys.exit(1)
    parent.send("")


class End(NamedTuple):
    """How a writer ended: killed, or with what it said, and the seconds it had."""

    killed: bool
    said: str
    seconds: float


def run_writer(root: Path, deed: Deed, patience: float | None) -> End:
    """Run a writer until it dies at its point, or is killed when patience ends, or has done its work."""
    ours, theirs = SERVER.Pipe()
    with closing(ours):
        process = SERVER.Process(target=write, args=(root, deed, theirs))
        process.start()
        theirs.close()
        assert ours.recv() == "began"
        began = time.monotonic()
        process.join(patience)
        process.kill()
        process.join()
        killed = process.exitcode == -signal.SIGKILL
        try:
            said = ours.recv()
        except EOFError:
            said = "" if killed else f"nothing, and ended with {process.exitcode}"
        return End(killed, said, time.monotonic() - began)


# --- sabotage: what the soak must find out ------------------------------------------------------------


def point_first() -> None:
    """Publish before the snapshot is there."""
    put, point = Folder.put, Folder.point

    def put_late(self: Folder, made: Path, name: str) -> None:
        if name.startswith("snapshots/"):
            point(self, int(Path(name).name), self.head())
        put(self, made, name)

    Folder.put = put_late  # type: ignore[method-assign]
    Folder.point = lambda self, number, was: None  # type: ignore[method-assign]


def forget_tombstones() -> None:
    """Publish rows that are dead, unchecked."""
    Snapshot.live_rows = Snapshot.rows_of  # type: ignore[method-assign]
    catalog._checks = lambda: iter(())


def forget_marts() -> None:
    """Commit without subtracting from the marts what goes."""
    commit = Store.commit
    Store.commit = lambda self, incoming, outgoing, *more: commit(self, incoming, (), *more)  # type: ignore


def edit_in_place() -> None:
    """Write into a file that is published."""
    sync = Folder.sync

    def sync_and_edit(self: Folder, folders: Sequence[str]) -> None:
        sync(self, folders)
        for path in sorted((self.root / "data/tokens").glob("*"))[:1]:
            path.write_bytes(path.read_bytes()[:-1] + b"?")

    Folder.sync = sync_and_edit  # type: ignore[method-assign, assignment]


def expire_at_once() -> None:
    """Give readers no grace."""
    expire = upkeep.expire
    upkeep.expire = lambda store, keep, older_than: expire(store, keep, timedelta(0))  # type: ignore


class Sabotage(NamedTuple):
    """How to spoil the store, by which operations that shows, and where they are to be killed."""

    spoil: Callable[[], None]
    deeds: Sequence[str]
    point: str | None = None


SABOTAGE = {
    "point_first": Sabotage(point_first, ["refresh"], "committed"),
    "forget_tombstones": Sabotage(forget_tombstones, ["refresh"]),
    "forget_marts": Sabotage(forget_marts, ["refresh"]),
    "edit_in_place": Sabotage(edit_in_place, ["refresh"]),
    "expire_at_once": Sabotage(expire_at_once, ["refresh", "compact", "expire"]),
}


# --- readers ------------------------------------------------------------------------------------------


def read(root: Path, seed: int, stop: Event, parent: Connection) -> None:
    """Open the warehouse again and again, keep it a while, and tell what was seen and what went wrong."""
    dice = random.Random(seed)
    seen: dict[int, str] = {}
    wrong: list[str] = []
    reads = late = last = 0
    while not stop.is_set() and (soak := multiprocessing.parent_process()) and soak.is_alive():
        opened = time.monotonic()
        try:
            with closing(connect(root, dice)) as con:
                con.execute("set threads = 1")
                ((number,),) = con.execute("select number from meta.snapshot").fetchall()
                first = digest_of(con)
                stop.wait(HOLD * dice.random())
                again = digest_of(con)
        except Exception as error:
            if time.monotonic() - opened < GRACE / 2:
                wrong.append(f"a reader got {type(error).__name__}: {error}")
            else:
                late += 1
            continue
        reads += 2
        if first != again or seen.setdefault(number, first) != first:
            wrong.append(f"a reader found snapshot {number} changed")
        if number < last:
            wrong.append(f"a reader found snapshot {number} after {last}")
        last = number
    parent.send((reads, late, seen, wrong))


def connect(root: Path, dice: random.Random) -> duckdb.DuckDBPyConnection:
    """Open it as any client does, or as ours do."""
    return duckdb.connect(str(root / LINK), read_only=True) if dice.random() < 0.5 else Store(root).connect()


@contextmanager
def readers(root: Path, seed: int, found: "Found", published: Mapping[int, str]) -> Iterator[None]:
    """Let two readers read meanwhile; add what they found."""
    stop = SERVER.Event()
    pipes, processes = [], []
    for no in range(2):
        ours, theirs = SERVER.Pipe()
        processes.append(SERVER.Process(target=read, args=(root, seed + no, stop, theirs)))
        processes[-1].start()
        theirs.close()
        pipes.append(ours)
    try:
        yield
    finally:
        stop.set()
        for pipe, process in zip(pipes, processes, strict=True):
            found.take(pipe, published)
            process.join()


# --- the soak -----------------------------------------------------------------------------------------


@dataclass
class Found:
    """What a soak saw."""

    seed: int
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    finished: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    late: int = 0
    snapshots: set[int] = field(default_factory=set)
    published: int = 0
    forgotten: int = 0
    wrong: list[str] = field(default_factory=list)

    def take(self, pipe: Connection, published: Mapping[int, str]) -> None:
        """Add what a reader tells, and compare it with what was published."""
        try:
            reads, late, seen, wrong = pipe.recv()
        except EOFError:
            self.wrong.append("a reader died")
            return
        self.reads += reads
        self.late += late
        self.snapshots |= seen.keys()
        self.wrong += wrong
        self.wrong += [
            f"a reader saw in snapshot {n} what was never there" for n in seen if seen[n] != published.get(n)
        ]


class Blow(NamedTuple):
    """A kill that is wanted."""

    name: str
    point: str | None
    passing: int
    tries: int = 4


class Soak:
    """A warehouse under torture, and what must be in it."""

    def __init__(self, folder: Path, seed: int, states: Sequence[State], sabotage: str | None = None) -> None:
        self.dice = random.Random(seed)
        self.states = states
        self.sabotage = sabotage
        self.store = Store(folder / f"warehouse-{sabotage}")
        refresh(self.store, states[0].seeds, pipeline=states[0].pipeline, batch_chars=500)
        self.published = {1: states[0].digest}
        self.head = 1
        self.longest: defaultdict[str, float] = defaultdict(lambda: 1.0)
        self.found = Found(seed)

    def strike(self, name: str, point: str | None = None, passing: int = 1, *, spare: bool = False) -> bool:
        """Do an operation, and look at what is left. Returns whether it was killed.

        It is killed at a point, or without one at a random time, unless it is spared.
        """
        deed = self._choose(name)._replace(point=point, passing=passing, sabotage=self.sabotage)
        kept = [snapshot.number for snapshot in upkeep.history(self.store)][:KEEP]
        random_time = self.dice.random() * self.longest[name]
        end = run_writer(self.store.root, deed, None if point or spare else random_time)
        if end.killed:
            self.found.kills[name, point or AT_RANDOM] += 1
        else:
            self.found.finished[name] += 1
            self.longest[name] = 0.5 * (self.longest[name] + end.seconds)
        wrong = [f"it said {end.said}"] * bool(end.said)
        try:
            wrong += [*self._look(deed, end), *self._look_at_history(kept, deed, end)]
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        ended = f"was killed at {point or AT_RANDOM}" if end.killed else "ended"
        after = f"after {self.found.kills.total()} kills, when {name} {ended}"
        self.found.wrong += [f"{after}: {what}" for what in wrong]
        return end.killed

    def suffer(self, blow: Blow) -> None:
        """Strike as is wanted; where there was nothing to do at that point, give it something and try again."""
        hit = self.strike(blow.name, blow.point, blow.passing)
        while blow.point and not hit and (blow := blow._replace(tries=blow.tries - 1, passing=1)).tries:
            self.strike("refresh", spare=True)
            hit = self.strike(blow.name, blow.point, blow.passing)
        if self.dice.random() < SPARED:
            self.strike(self.dice.choice(list(DEEDS)), spare=True)

    def _choose(self, name: str) -> Deed:
        deed = deed_of(name)
        if name == "refresh":
            others = [state for state in self.states if state.digest != self.published[self.head]]
            deed = deed_of(name, self.dice.choice(others))
        if name == "roll_back":
            deed = deed_of(name, number=self.dice.choice([s.number for s in upkeep.history(self.store)]))
        return deed._replace(everything=self.dice.random() < 0.5)

    def _due(self, deed: Deed) -> str:
        """Return the digest of what is published when the deed is done."""
        if deed.name == "refresh":
            (due,) = {s.digest for s in self.states if (s.seeds, s.pipeline) == (deed.seeds, deed.pipeline)}
            return due
        return self.published[deed.number or self.head]

    def _look(self, deed: Deed, end: End) -> Iterator[str]:
        """Compare what is published with what was before and with what was to be."""
        was, head = self.head, self.store.head()
        now = digest(self.store)
        if head.number == was:
            if now != self.published[was]:
                yield f"snapshot {was} changed"
            if (deed.point == "committed" and end.killed) or (not end.killed and deed.name in ("refresh", "roll_back")):
                yield "nothing was published"
        else:
            if deed.name == "expire" or head.number < was or head.parent != was:
                yield f"snapshot {head.number}, child of {head.parent}, is published after {was}"
            if end.killed and deed.point not in (None, "committed"):
                yield "published before its time"
            if now != self._due(deed):
                yield f"snapshot {head.number} holds something else than was to be"
            self.published[head.number] = self._due(deed)
            self.head = head.number
            self.found.published += 1

    def _look_at_history(self, kept: Sequence[int], deed: Deed, end: End) -> Iterator[str]:
        """Prove all snapshots sound; what is killed may leave files that `expire` takes."""
        snapshots = list(upkeep.history(self.store))
        if not set(kept) <= {snapshot.number for snapshot in snapshots}:
            yield f"of the snapshots {kept} some are gone"
        orphans = upkeep.find_orphans(self.store, snapshots)
        if deed.name == "expire" and not end.killed:
            if orphans or self.store.numbers() != sorted(snapshot.number for snapshot in snapshots):
                yield f"expire left {[*orphans, *self.store.numbers()]}"
            self.found.forgotten = snapshots[-1].number - 1
        orphans |= dict.fromkeys(map(folder_of, upkeep.find_forgotten(self.store, snapshots)), 0)
        for fault in upkeep.verify(self.store, lambda evidence, text: evidence == text):
            if fault.where not in orphans:
                yield f"{fault.where} {fault.what}"

    def close(self) -> None:
        """Forget all but the head, when nobody reads any more: nothing else must be left."""
        with self.store.writing():
            upkeep.expire(self.store, keep=1, older_than=timedelta(0))
        head, root = self.store.head(), self.store.root
        named = {file.path for file in head.all_files()}
        named |= {f"snapshots/{head.number:06d}/{name}" for name in (LINK, "manifest.json")} | {LINK, "writer.lock"}
        left = {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}
        if left != named:
            self.found.wrong.append(f"left in the end, or gone: {sorted(left ^ named)}")
        if digest(self.store) != self.published[self.head]:
            self.found.wrong.append("expire took more than history")


def choose_blows(points: Mapping[str, Mapping[str, int]], dice: random.Random) -> Iterator[Blow]:
    """Yield what to kill and where, without end: at a point and at a random time by turns.

    Every point of every operation comes before any comes again; at first one table stands for all.
    """
    named = [(name, point) for name, passed in points.items() for point in passed]
    tables = {name: dice.choice([*filter(is_of_a_table, passed), ""]) for name, passed in points.items()}
    deck = [(name, point) for name, point in named if not is_of_a_table(point) or tables[name] == point]
    passing = 1
    while True:
        for name, point in dice.sample(deck, len(deck)):
            yield Blow(name, point, dice.randint(1, min(passing, points[name][point])))
            yield Blow(dice.choice(list(DEEDS)), None, 1)
        deck, passing = named, 1_000


def is_of_a_table(point: str) -> bool:
    return point.startswith("written")


def soak(
    folder: Path, seed: int, states: Sequence[State], points: Mapping[str, Mapping[str, int]], kills: int,
    seconds: float = 0, tell: Callable[[int], object] = str,
) -> Found:  # fmt: skip
    """Kill so many times, and so long, while two readers look; `tell` is given the number of kills."""
    torture = Soak(folder, seed, states)
    deadline = time.monotonic() + seconds
    blows = choose_blows(points, torture.dice)
    with readers(torture.store.root, seed, torture.found, torture.published):
        while torture.found.kills.total() < kills or time.monotonic() < deadline:
            torture.suffer(next(blows))
            tell(torture.found.kills.total())
            if len(torture.found.wrong) > ENOUGH:
                return torture.found
    torture.close()
    return torture.found


def be_sabotaged(folder: Path, seed: int, states: Sequence[State], sabotage: str) -> Found:
    """Use a sabotaged store until the damage shows."""
    torture = Soak(folder, seed, states, sabotage)
    _, deeds, point = SABOTAGE[sabotage]
    with readers(torture.store.root, seed, torture.found, torture.published):
        for _ in range(PATIENCE):
            for name in deeds:
                torture.strike(name, point, spare=not point)
            if torture.found.wrong:
                break
    return torture.found


# --- the command --------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill the writer of a warehouse, over and over.")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    given = parser.parse_args()
    console, dice = Console(), random.Random(given.seed)
    console.print(f"seed {given.seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        states = make_states(folder, dice, 20)
        points = find_points(folder, states)
        with Progress(console=console, refresh_per_second=1) as progress:
            task = progress.add_task("killing", total=given.kills)
            found = soak(
                folder, given.seed, states, points, given.kills, tell=lambda done: progress.update(task, completed=done)
            )
        spoiled = [
            (sabotage, be_sabotaged(folder, given.seed, states, sabotage))
            for sabotage in track(SABOTAGE, "sabotage", console=console)
        ]
    missed = [pair for pair in pairs(points) if not found.kills[pair]]
    console.print(make_grid(found, points))
    for line in (
        f"{found.kills.total()} kills, {found.finished.total()} operations not killed",
        f"{found.published} snapshots published, {found.forgotten} forgotten",
        f"{found.reads} reads of {len(found.snapshots)} snapshots, {found.late} errors of readers after the grace time",
        f"{time.monotonic() - began:.0f} seconds",
        *(f"sabotage {name}: violations: {len(each.wrong)} {str(each.wrong[:1])[:150]}" for name, each in spoiled),
        *(f"VIOLATION {wrong}" for wrong in found.wrong),
        f"points never killed at: {missed or 'none'}",
        f"violations: {len(found.wrong)}",
    ):  # fmt: skip
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    sys.exit(bool(found.wrong or missed or not all(each.wrong for _, each in spoiled)))


def pairs(points: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(name, point) for name, passed in points.items() for point in passed]


def make_grid(found: Found, points: Mapping[str, Iterable[str]]) -> Grid:
    """Show kills by point and operation."""
    grid = Grid("killed at", *DEEDS)
    for point in [*dict.fromkeys(point for passed in points.values() for point in passed), AT_RANDOM]:
        grid.add_row(point, *(str(found.kills[name, point] or "") for name in DEEDS))
    grid.add_section()
    grid.add_row("not killed", *(str(found.finished[name]) for name in DEEDS))
    return grid


if __name__ == "__main__":
    main()
