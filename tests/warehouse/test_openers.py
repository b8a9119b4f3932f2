"""Whoever opens the warehouse, in whatever way, holds up no refresh, and no refresh holds up a reader."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.warehouse.newsroom import Story, marts_differ, read, refresh
from warehouse import upkeep
from warehouse.store import Store

ONE, OTHER = {"a.txt": Story("مصر قال نعم")}, {"b.txt": Story("كندا زار اليابان"), "c.txt": Story("تونس")}
COUNT = "select count(*) from articles"
OPEN = """
import itertools, sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
if sys.argv[2] == "write":
    con.execute("create table scribble as select 1 as one")
for line in itertools.chain([COUNT], sys.stdin):
    print(con.execute(line).fetchone()[0], flush=True)
""".replace("COUNT", repr(COUNT))

Ask = Callable[[], int]


@contextmanager
def opened(store: Store, mode: str, python: str = sys.executable, articles: int = 1) -> Iterator[Ask]:
    """Open the warehouse in another process, as any client does; give what counts its articles there."""
    command = [python, "-c", OPEN, str(store.root / "warehouse.duckdb"), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(text: str = f"{COUNT}\n") -> int:
            process.stdin.write(text)
            process.stdin.flush()
            return int(process.stdout.readline())

        assert process.stdout.readline() == f"{articles}\n"
        try:
            yield ask
        finally:
            process.kill()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "warehouse")
    refresh(store, ONE)
    return store


@pytest.fixture
def old_python() -> str:
    """Return a Python with a DuckDB of the 1.x series."""
    if not (python := os.environ.get("WARRAQ_OLD_DUCKDB")):
        pytest.skip("WARRAQ_OLD_DUCKDB names no Python that has duckdb 1.x")
    return python


def check_that_work_goes_on(store: Store, asks: list[Ask]) -> None:
    """Refresh, compact and expire, while others have the first snapshot open."""
    assert refresh(store, OTHER).number == 2
    with store.writing():
        upkeep.compact(store, everything=True)
        upkeep.expire(store, keep=1, older_than=timedelta(minutes=10))
    assert [ask() for ask in asks] == [1] * len(asks), "they keep what they opened"
    assert read(store, COUNT) == [(2,)]
    assert marts_differ(store) == []


def test_readers_hold_up_nobody(store: Store) -> None:
    with ExitStack() as stack, closing(store.connect()):
        check_that_work_goes_on(store, [stack.enter_context(opened(store, "read")) for _ in range(3)])


def test_a_client_of_duckdb_1_holds_up_nobody(store: Store, old_python: str) -> None:
    with opened(store, "read", old_python) as ask, opened(store, "read") as ask_too:
        check_that_work_goes_on(store, [ask, ask_too])
    with opened(store, "write", old_python, 2) if os.geteuid() == 0 else ExitStack():
        refresh(store, ONE)


def test_who_opens_it_for_writing_holds_up_no_refresh(store: Store) -> None:
    """The file is read-only, so that only root can."""
    if os.geteuid():
        command = [sys.executable, "-c", OPEN, str(store.root / "warehouse.duckdb"), "write"]
        assert "Permission denied" in subprocess.run(command, stderr=subprocess.PIPE, text=True).stderr
        return
    with opened(store, "write") as ask:
        check_that_work_goes_on(store, [ask])


@pytest.mark.skipif(os.geteuid() != 0, reason="nobody but root can open it for writing")
def test_who_dies_while_writing_leaves_what_expire_takes(store: Store) -> None:
    with opened(store, "write"):
        pass
    (log,) = store.root.rglob("*.wal")
    assert log.parent.name == "000001", "not beside the link, where it would spoil what comes"
    assert read(store, COUNT) == [(1,)]
    refresh(store, OTHER)
    with closing(store.connect()) as con:
        assert con.execute("select table_name from duckdb_tables() where table_name = 'scribble'").fetchall() == []
    with store.writing():
        upkeep.expire(store, keep=1, older_than=timedelta(0))
    assert not log.parent.exists()
    assert not [*upkeep.verify(store, lambda evidence, text: evidence == text)]
