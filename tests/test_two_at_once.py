"""Two refreshes at once, as two commands: the second says who is at work and ends, the first does its work."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from benchmarks.generate import write_articles
from flows.cli import BUSY
from warehouse.store import Store

PATIENCE = 300


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flows", "refresh", "--seeds", str(folder / "seeds"), "--warehouse"]
    return subprocess.Popen(
        [*command, str(folder / "warehouse")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PREFECT_HOME": str(folder / name), "COLUMNS": "500"},
    )  # fmt: skip


def test_the_second_refresh_names_the_first(tmp_path: Path) -> None:
    write_articles(tmp_path / "seeds", 10, 1)
    lock, deadline = tmp_path / "warehouse/writer.lock", time.monotonic() + PATIENCE
    with start(tmp_path, "first") as first, start(tmp_path, "second") as second:
        while not (lock.exists() and lock.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        at_work = int(re.findall(r"process (\d+) since", lock.read_text())[0])
        winner, loser = (first, second) if first.pid == at_work else (second, first)
        os.kill(at_work, signal.SIGSTOP)  # so that it is still at work when the other one gets there
        try:
            _, said = loser.communicate(timeout=PATIENCE)
        finally:
            os.kill(at_work, signal.SIGCONT)
        assert loser.returncode == BUSY
        assert re.match(rf"warraq: .*writer\.lock is held by process {at_work} since 20\d\d-", said)
        winner.communicate(timeout=PATIENCE)
        assert winner.returncode == 0
    with closing(Store(tmp_path / "warehouse").connect()) as con:
        assert con.execute("select count(*) from articles").fetchall() == [(10,)]
