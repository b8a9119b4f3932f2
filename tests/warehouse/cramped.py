"""Refresh a warehouse while the disk lets nothing be written: `python -m tests.warehouse.cramped HOW FOLDER`.

A process of its own, as it fills a disk, makes it read-only, or forbids itself to write. Prints a line
of JSON for each attempt, for `test_cannot_write.py`.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.warehouse.newsroom import Story, contents, refresh
from warehouse import disk, upkeep
from warehouse import store as store_module
from warehouse.store import Store

BEFORE = {"a.txt": Story("مصر قال نعم.مصر زار تونس"), "b.txt": Story("كندا زار اليابان.حقوق كندا"), "c.txt": Story("")}
AFTER = {"a.txt": BEFORE["a.txt"], "b.txt": Story("تونس قال لا.كندا زار مصر"), "d.txt": Story("اليابان زار تونس")}
LARGE = "create table t as select range as i, hash(range)::varchar || repeat('x', 50) as v from range(4000000)"

Fill = Callable[[int], None]


@contextmanager
def full_disk(folder: Path) -> Iterator[Fill]:
    """Give what fills the disk, but for some bytes, and takes all names; free it in the end."""
    ballast = folder / "ballast"

    def fill(left: int) -> None:
        ballast.mkdir()
        with suppress(OSError), (ballast / "bytes").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with suppress(FileNotFoundError), (ballast / "bytes").open("r+b") as file:
            file.truncate(max(0, (ballast / "bytes").stat().st_size - left))
        with suppress(OSError):
            for no in count() if not left else ():
                (ballast / str(no)).touch()

    try:
        yield fill
    finally:
        subprocess.run(["rm", "-rf", ballast], check=True)


@contextmanager
def short_files(folder: Path) -> Iterator[Fill]:
    """Give what forbids this process files longer than some bytes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda left: resource.setrlimit(resource.RLIMIT_FSIZE, (left, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def attempt(what: str, act: Callable[[], object], store: Store) -> bool:
    """Do it, print how it ended, what is left behind, and whether what was published is as it was; return if it did."""
    before, error = read_all(store), None
    try:
        act()
    except Exception as raised:
        error = raised
    print(
        json.dumps(
            {
                "what": what,
                "error": error and type(error).__name__,
                "says": str(error),
                "intact": read_all(store) == before,
                "left": sorted(upkeep.find_orphans(store, upkeep.history(store))),
            }
        ),
        flush=True,
    )
    return not error


def read_all(store: Store) -> object:
    return contents(store) if store.head().number else None


def points_of_a_refresh(folder: Path) -> list[str]:
    """Return the points that a refresh passes, without the tables between the first and the last."""
    seen: list[str] = []
    store = Store(folder)
    with at_points(seen.append):
        refresh(store, BEFORE)
    subprocess.run(["rm", "-rf", folder], check=True)
    written = [point for point in seen if point.startswith("written")]
    return [point for point in seen if point not in written[1:-1]]


@contextmanager
def at_points(act: Callable[[str], None]) -> Iterator[None]:
    was, disk.reached = disk.reached, act
    try:
        yield
    finally:
        disk.reached = was


def run_out(folder: Path, squeeze: Callable[[Path], Any], sizes: range, points: Sequence[str] = ()) -> None:
    """Refresh with no room from the start, with a little, and with none from a point on."""
    store = Store(folder / "w")
    with squeeze(folder) as fill:
        fill(0)
        attempt("first", lambda: refresh(store, BEFORE), store)
    attempt("first, with room", lambda: refresh(store, BEFORE), store)
    for left in random.choices(sizes, k=3):
        with squeeze(folder) as fill:
            fill(left)
            attempt(f"{left} bytes", lambda: refresh(store, AFTER), store)
    seeds = [AFTER, BEFORE]
    for point in points:
        with squeeze(folder) as fill, at_points(lambda at, point=point, fill=fill: fill(0) if at == point else None):
            if attempt(point, lambda: refresh(store, seeds[0]), store):
                seeds.reverse()
    attempt("last, with room", lambda: refresh(store, seeds[0]), store)
    refresh(Store(folder / "fresh"), seeds[0])
    assert contents(store) == contents(Store(folder / "fresh"))


def run_out_while_spilling(folder: Path) -> None:
    """Sort more than fits into memory and disk; then expire, which must not need any room."""
    store = Store(folder / "w")
    refresh(store, BEFORE)
    refresh(store, AFTER)
    store_module.LIMITS = "set memory_limit = '60MB'; set threads = 1"  # type: ignore[misc]

    def spill() -> None:
        with store.writing(), closing(store.session()) as con:
            con.execute(LARGE)

    attempt("spill", spill, store)

    def expire() -> None:
        with store.writing():
            assert upkeep.expire(store, keep=1, older_than=timedelta(0)).snapshots == [1]

    with full_disk(folder) as fill:
        fill(0)
        attempt("expire, full", expire, store)


def close(folder: Path) -> None:
    """Refresh on a disk that is mounted read-only, and again when it is writable."""
    store = Store(folder / "w")
    refresh(store, BEFORE)
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    attempt("refresh", lambda: refresh(store, AFTER), store)
    attempt("first", lambda: refresh(Store(folder / "new"), BEFORE), store)
    attempt("verify", lambda: print_faults(store), store)
    attempt("command", lambda: run_command(folder), store)
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    attempt("refresh, with room", lambda: refresh(store, AFTER), store)


def run_command(folder: Path) -> None:
    """Run `warraq refresh` itself; raise what it says."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "seeds").mkdir()
        (Path(home) / "seeds/a.txt").write_text("زار وزير خارجية مصر تونس يوم الاثنين وقال إن الزيارة ناجحة.")
        command = [sys.executable, "-m", "flows", "refresh", "--seeds", f"{home}/seeds", "--warehouse", f"{folder}/w"]
        done = subprocess.run(
            command, env=os.environ | {"PREFECT_HOME": home, "COLUMNS": "500"}, capture_output=True, text=True
        )
    if done.returncode:
        raise SystemError(f"{done.returncode}: {done.stderr.strip()}")


def print_faults(store: Store) -> None:
    assert not list(upkeep.verify(store, lambda evidence, text: evidence == text))


HOW: dict[str, Callable[[Path], None]] = {
    "full": lambda folder: run_out(folder, full_disk, range(0, 900_000, 4096), points_of_a_refresh(folder / "points")),
    "short": lambda folder: run_out(folder, short_files, range(100, 200_000, 100)),
    "spill": run_out_while_spilling,
    "closed": close,
}

if __name__ == "__main__":
    HOW[sys.argv[1]](Path(sys.argv[2]).resolve())
