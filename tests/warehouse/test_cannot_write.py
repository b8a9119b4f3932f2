"""A disk that is full, or lets nobody write: one clear sentence, the old snapshot as it was, and no hand needed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.cli import CANNOT_WRITE
from tests.warehouse.newsroom import Story, contents, refresh
from warehouse.disk import CannotWrite, blaming
from warehouse.store import Store


class Attempt(NamedTuple):
    what: str
    error: str | None
    says: str
    intact: bool
    left: list[str]


def attempts(how: str, folder: Path, size: str = "", privately: bool = True) -> dict[str, Attempt]:
    """Return what `cramped` attempted on a small disk in memory, or in the folder itself."""
    command = [sys.executable, "-m", "tests.warehouse.cramped", how, str(folder)]
    if privately:
        private = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
        mounting = f'mount -t tmpfs -o size={size},nr_inodes=4000 none "$0" && exec "$@"'
        if subprocess.run([*private, mounting, str(folder), "true"], capture_output=True).returncode:
            pytest.skip("no mount namespaces here (unshare --map-root-user --mount)")
        command = [*private, mounting, str(folder), *command]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    found = [Attempt(**json.loads(line)) for line in done.stdout.splitlines()]
    return {attempt.what: attempt for attempt in found}


def check(attempt: Attempt, says: str) -> None:
    assert attempt.error == "CannotWrite", attempt
    assert re.search(rf"cannot write to /.*: .*{says}.*What was published stays as it was\.$", attempt.says)
    assert "\n" not in attempt.says
    assert attempt.intact
    assert not attempt.left, "what a failed commit wrote is taken away"


def test_no_room_from_any_point_on(tmp_path: Path) -> None:
    found = attempts("full", tmp_path, size="12m")
    assert {"written files", "data synced", "catalog built", "snapshot put", "snapshot synced"} < found.keys()
    check_all(found, "disk is full; free some space", {"link made", "committed"})


def test_no_file_of_that_length(tmp_path: Path) -> None:
    check_all(attempts("short", tmp_path, privately=False), "ulimit -f", set())


def check_all(found: dict[str, Attempt], says: str, harmless: set[str]) -> None:
    """Check that all failed that were to, and that what came after them did not."""
    harmless = harmless | {"first, with room", "last, with room"}
    assert {attempt.what for attempt in found.values() if not attempt.error} == harmless
    for attempt in found.values():
        if attempt.error:
            check(attempt, says)


def test_no_room_to_sort(tmp_path: Path) -> None:
    found = attempts("spill", tmp_path, size="20m")
    check(found["spill"], "disk is full")
    assert not found["expire, full"].error, "what frees space needs none"


def test_a_disk_that_is_mounted_read_only(tmp_path: Path) -> None:
    found = attempts("closed", tmp_path, size="20m")
    check(found["refresh"], "read-only here; mount it for writing")
    check(found["first"], "read-only here")
    assert not found["verify"].error
    said = found["command"].says.splitlines()[0]
    assert re.fullmatch(rf"{CANNOT_WRITE}: warraq: cannot write to /.* read-only here.*", said)
    assert found["command"].intact
    assert not found["refresh, with room"].error


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write where nobody may")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    store = Store(tmp_path)
    refresh(store, {"a.txt": Story("مصر")})
    before = contents(store)
    tmp_path.chmod(0o555)
    with pytest.raises(CannotWrite, match="the right to write"):
        refresh(store, {})
    assert contents(store) == before
    tmp_path.chmod(0o755)
    refresh(store, {})


def test_only_the_disk_of_the_warehouse_is_blamed(tmp_path: Path) -> None:
    for error in (
        PermissionError(13, "Permission denied", "/w-seeds/a.txt"), OSError(28, "No space left on device", "/var/log"),
        FileNotFoundError(2, "No such file", "/w/data"), ValueError("No space left on device"),
    ):  # fmt: skip
        with pytest.raises(type(error)), blaming("/w"):
            raise error
