"""What is pointed at is on disk before: the order of syncs, as no test can bring about a loss of power."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.warehouse.newsroom import Story, refresh
from warehouse import disk, upkeep
from warehouse.catalog import Snapshot
from warehouse.disk import LINK
from warehouse.store import Store, folder_of

ONE, OTHER = {"a.txt": Story("مصر قال نعم")}, {"b.txt": Story("كندا زار اليابان"), "c.txt": Story("تونس")}


class Event(NamedTuple):
    """A sync of a file or folder, which keeps its inode when it is renamed, or a name that is made or unmade."""

    act: str
    inode: int = 0
    path: Path = Path()


Log = list[Event]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """Return what the disk is asked for, as it happens."""
    events: Log = []
    fsync, rename, replace, unlink = os.fsync, Path.rename, Path.replace, Path.unlink

    def record_sync(descriptor: int) -> None:
        events.append(Event("sync", os.fstat(descriptor).st_ino))
        fsync(descriptor)

    def record(act: Callable[..., Path]) -> Callable[..., Path]:
        def do(path: Path, to: Path) -> Path:
            events.append(Event("name", path=Path(to)))
            return act(path, to)

        return do

    def record_unlink(path: Path, missing_ok: bool = False) -> None:
        events.append(Event("unlink", path=path))
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "fsync", record_sync)
    monkeypatch.setattr(Path, "rename", record(rename))
    monkeypatch.setattr(Path, "replace", record(replace))
    monkeypatch.setattr(Path, "unlink", record_unlink)
    return events


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


def unsynced(store: Store, snapshot: Snapshot, log: Log) -> Iterator[str]:
    """Yield what might be lost with the power although the snapshot is published, or was said to be."""
    root, folder, snapshots = store.root, store.root / folder_of(snapshot.number), store.root / "snapshots"
    put, pointed = named(log, folder), named(log, root / LINK)
    for path in [*folder.iterdir(), folder]:
        if not synced(log[:put], path):
            yield f"{path.name} before it gets its name"
    for path in (snapshots, root):
        if not synced(log[put:pointed], path):
            yield f"{path.name} before the pointer is swapped"
    if not synced(log[pointed:], root):
        yield "the pointer"
    for file in snapshot.all_files():
        if file.rev == snapshot.number:
            yield from unsynced_file(store, root / file.path, put, log)


def unsynced_file(store: Store, path: Path, put: int, log: Log) -> Iterator[str]:
    at = named(log, path)
    if not synced(log[:at], path):
        yield f"{path} before it gets its name"
    for above in (path.parent, path.parent.parent, store.root):
        if not synced(log[at:put], above):
            yield f"the names in {above} before the manifest says them"


def named(log: Log, path: Path) -> int:
    return log.index(Event("name", path=path))


def synced(log: Log, path: Path) -> bool:
    return Event("sync", path.stat().st_ino) in log


def all_that_publish(store: Store, log: Log) -> Iterator[Snapshot]:
    """Publish in every way there is."""
    for act in (
        lambda: refresh(store, ONE),
        lambda: refresh(store, OTHER),
        lambda: upkeep.compact(store, everything=True),
        lambda: upkeep.roll_back(store, 1),
    ):
        log.clear()
        with store.writing() if store.head().number > 1 else no_lock():
            published = act()
        assert published is not None
        yield published


@contextmanager
def no_lock() -> Iterator[None]:
    yield


def test_all_is_on_disk_before_it_is_pointed_at(store: Store, log: Log) -> None:
    for number, snapshot in enumerate(all_that_publish(store, log), 1):
        assert snapshot.number == number
        assert list(unsynced(store, snapshot, log)) == []


FORGOTTEN: dict[str, Callable[[Path], bool]] = {
    "data files": lambda path: path.suffix == ".parquet",
    "folders of data files": lambda path: path.parent.name == "data",
    "folder of tables": lambda path: path.name == "data",
    "catalog": lambda path: path.name == LINK,
    "manifest": lambda path: path.name == "manifest.json",
    "snapshot": lambda path: path.name.startswith("snapshot-"),
    "folder of snapshots": lambda path: path.name == "snapshots",
    "root": lambda path: path.name == "warehouse",
}


@pytest.mark.parametrize("forgotten", FORGOTTEN)
def test_a_forgotten_sync_is_noticed(store: Store, log: Log, monkeypatch: pytest.MonkeyPatch, forgotten: str) -> None:
    forget = FORGOTTEN[forgotten]
    sync = disk._sync
    monkeypatch.setattr(disk, "_sync", lambda *paths: sync(*(path for path in paths if not forget(path))))
    assert list(unsynced(store, refresh(store, ONE), log))


def test_what_was_published_by_one_who_died_is_on_disk_before_anything_goes(store: Store, log: Log) -> None:
    refresh(store, ONE)
    log.clear()
    with store.writing():
        assert synced(log, store.root)


def test_snapshots_are_gone_from_disk_before_their_files(store: Store, log: Log) -> None:
    refresh(store, ONE)
    refresh(store, OTHER)
    log.clear()
    with store.writing():
        upkeep.compact(store, everything=True)
        log.clear()
        upkeep.expire(store, keep=1, older_than=timedelta(0))
    below = [event.path.relative_to(store.root).parts[0] if event.act == "unlink" else event.act for event in log]
    last, first = len(below) - 1 - below[::-1].index("snapshots"), below.index("data")
    assert synced(log[last:first], store.root / "snapshots")
