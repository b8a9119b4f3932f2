"""A refresh that is killed, at whatever moment, leaves a warehouse that reads, and the next one ends its work."""

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

from benchmarks.generate import write_articles
from flows import refresh as flow
from tests.workshop import Here
from warehouse.contracts import PUBLISHED
from warehouse.store import Store

ARTICLES, FILES_A_COMMIT, KILLS = 24, 4, 2
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["flows.refresh"])  # the imports take longer than the work


def refresh_here(seeds: Path, warehouse: Path) -> None:
    """Run the flow itself in this process, without Prefect."""
    os.environ["WARRAQ_CHUNK_ARTICLES"] = str(FILES_A_COMMIT)
    flow.make_runner = lambda settings, plan: Here()  # type: ignore[assignment, return-value]
    flow.flow_run = SimpleNamespace(get_id=uuid4)  # type: ignore[assignment]
    flow.refresh.fn(seeds, warehouse)


def start(seeds: Path, warehouse: Path) -> BaseProcess:
    process = SERVER.Process(target=refresh_here, args=(seeds, warehouse))
    process.start()
    return process


def wait_for_commit(process: BaseProcess, store: Store, after: int) -> None:
    deadline = time.monotonic() + 120
    while store.head().number == after:
        assert process.is_alive(), "the refresh ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def contents(store: Store) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Yield the rows of every table that does not tell one run from another."""
    with closing(store.connect()) as con:
        for table in PUBLISHED:
            if table.owner != "run_id":
                yield table.name, con.execute(f"from {table.name} order by all").fetchall()


def count_articles(store: Store) -> int:
    with closing(store.connect()) as con:
        ((whole,),) = con.execute("select count(*) from articles semi join sentences using (article_id)").fetchall()
        ((all_of_them,),) = con.execute("select count(*) from articles").fetchall()
    assert whole == all_of_them
    return int(whole)


def test_a_killed_refresh_is_taken_up_by_the_next(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    seeds, store = tmp_path / "seeds", Store(tmp_path / "w")
    write_articles(seeds, ARTICLES, seed)
    was = 0
    for _ in range(KILLS):
        process = start(seeds, store.root)
        wait_for_commit(process, store, after=store.head().number)
        time.sleep(dice.random() * 0.3)
        process.kill()
        process.join()
        assert process.exitcode == -9, "the refresh ended before it could be killed"
        has = count_articles(store)
        assert was < has < ARTICLES
        was = has
    last, fresh = start(seeds, store.root), start(seeds, tmp_path / "fresh")
    for process in (last, fresh):
        process.join()
        assert process.exitcode == 0
    assert count_articles(store) == ARTICLES
    assert dict(contents(store)) == dict(contents(Store(tmp_path / "fresh")))
