"""Where a warehouse rests: names below a root, one writer at a time, and one pointer that is swapped.

The store asks for no more than `Disk` says, so that it need not know a folder from an object store.
"""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    import duckdb

LINK = "warehouse.duckdb"


class Busy(RuntimeError):  # noqa: N818 - it says what is the case, like BlockingIOError
    """Another process writes to the warehouse."""


class NoWarehouse(RuntimeError):  # noqa: N818 - as above
    """There is nothing to read: no refresh has committed yet, or the folder was moved since."""


class CannotWrite(RuntimeError):  # noqa: N818 - as above
    """The disk is full, or does not let itself be written to. What was published before stays."""


class Disk(Protocol):
    """A place for immutable files, put there whole, and for a pointer that says which snapshot is published."""

    place: str
    """What the path of a file begins with in SQL."""
    staging: Path
    """A local folder for work in progress; what is put is moved, or copied, from there."""

    def writing(self, patience: float) -> AbstractContextManager[None]:
        """Hold the right to write, for which to wait `patience` seconds at most. Raises `Busy`, `CannotWrite`."""

    def head(self) -> int:
        """Return the number of the published snapshot; 0 before the first."""

    def files(self, folder: str) -> dict[str, int]:
        """Return the names of all files below a folder, relative to the root, in order, and their bytes."""

    def put(self, made: Path, name: str) -> None:
        """Give a finished file, or a folder of files, its name for good."""

    def sync(self, folders: Iterable[str]) -> None:
        """Make the names in folders durable; what was put there may be pointed at after that."""

    def point(self, number: int, was: int) -> None:
        """Publish snapshot `number` in place of `was`: the commit. Raises `Busy` if another was published meanwhile."""

    def fetch(self, name: str) -> Path:
        """Return a local path at which the file can be read."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and folders that become empty by it."""

    def discard(self, names: Iterable[str]) -> None:
        """Remove, of the files of a commit that failed, those that this writer put."""

    def fence(self) -> None:
        """Make sure that no other writer publishes what it began before now. Raises `Busy` if one just did."""

    def equip(self, con: "duckdb.DuckDBPyConnection") -> None:
        """Teach a connection to read paths that begin with `place`."""


def disk_at(place: Path | str) -> Disk:
    """Return the disk that a path, or the URL of a bucket, stands for. Raises `NoWarehouse` without boto3."""
    if not str(place).startswith("s3://"):
        return Folder(Path(place))
    try:
        from warehouse.bucket import Bucket  # late, as it is an extra
    except ImportError as error:
        raise NoWarehouse(f"{place} needs boto3 and fsspec: pip install 'warraq[s3]' ({error})") from error
    return Bucket(str(place))


class Folder:
    """A folder of a local file system. The pointer is a link, `warehouse.duckdb`, that any DuckDB opens."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root).resolve()
        self.place = str(self.root)
        self.staging = self.root / ".staging"

    @contextmanager
    def writing(self, patience: float = 0) -> Iterator[None]:
        """Lock `writer.lock`, and sweep what a dead writer left."""
        with blaming(self.place):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "writer.lock").open("a+")
        with blaming(self.place), lock:  # which says that the disk is full when it is closed
            _take(lock, patience)
            _sync(self.root)  # a writer that was killed may have swapped the pointer and no more
            self._sweep()
            try:
                yield
            finally:
                self._sweep()

    def head(self) -> int:
        """Read the link."""
        try:
            return int((self.root / LINK).readlink().parent.name)
        except FileNotFoundError:
            return 0
        except OSError as error:
            fix = "copy a warehouse with its links: cp -a, rsync -a"
            raise NoWarehouse(f"{self.root / LINK} is not the link to a snapshot that it must be; {fix}") from error

    def files(self, folder: str) -> dict[str, int]:
        """Walk the folder."""
        found = sorted(path for path in (self.root / folder).rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)): path.stat().st_size for path in found}

    def put(self, made: Path, name: str) -> None:
        """Sync and rename, which is atomic as staging lies on the same file system."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if made.is_dir():
            _sync(*made.iterdir())
        _sync(made)
        made.rename(target)

    def sync(self, folders: Iterable[str]) -> None:
        """Sync the folders and all that they lie in, up to the root."""
        below = {self.root / folder for folder in folders}
        _sync(*sorted({p for folder in below for p in (folder, *folder.parents) if p.is_relative_to(self.root)}))

    def point(self, number: int, was: int) -> None:
        """Swap the link; nobody else can have, under the lock."""
        assert self.head() == was, "published without the lock"
        folder = f"{number:06d}"
        link = self.root / f".{LINK}-{folder}"
        link.symlink_to(Path("snapshots", folder, LINK))
        reached("link made")
        link.replace(self.root / LINK)
        reached("committed")
        _sync(self.root)

    def fetch(self, name: str) -> Path:
        """Return the path itself."""
        return self.root / name

    def remove(self, names: Iterable[str]) -> None:
        """Unlink, and drop the folder of the last file, unless it is one of those that always stand."""
        for name in names:
            path = self.root / name
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()
            reached("removed")

    def discard(self, names: Iterable[str]) -> None:
        """Remove them; under the lock there is no other writer."""
        self.remove(names)

    def fence(self) -> None:
        """Do nothing, as above."""

    def equip(self, con: "duckdb.DuckDBPyConnection") -> None:
        """Leave the connection as it is: DuckDB reads local files."""

    def _sweep(self) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        for path in self.root.glob(f".{LINK}-*"):
            path.unlink()


def reached(point: str) -> None:
    """Mark a point of the protocol; crash tests put something deadly in its place."""


@contextmanager
def blaming(place: str) -> Iterator[None]:
    """Say in one sentence that the disk is at fault where it is, and what to do."""
    try:
        yield
    except Exception as error:
        if not (blame := _blame(error, place)):
            raise
        raise CannotWrite(f"cannot write to {place}: {blame}. What was published stays as it was.") from error


_FULL = "the disk is full; free some space (`warraq expire` may) and run again"
_CLOSED = "it is read-only here; mount it for writing, or give the user of this process the right to write"
_BLAME = {
    errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EFBIG: "a file would be larger than is allowed here (ulimit -f)",
    errno.EROFS: _CLOSED, errno.EACCES: _CLOSED, errno.EPERM: _CLOSED,
}  # fmt: skip


def _blame(error: Exception, place: str) -> str | None:
    if isinstance(error, OSError):
        names = [str(name) for name in (error.filename, error.filename2) if name is not None]
        here = not names or any(Path(name).is_relative_to(place) for name in names)
        return _BLAME.get(error.errno or 0) if here else None
    if type(error).__module__.partition(".")[0] not in ("duckdb", "_duckdb"):
        return None
    # DuckDB gives the system's message, and no number; where it spills, it gives up before the disk is full.
    if "max_temp_directory_size" in str(error):
        return _FULL
    return next((blame for number, blame in _BLAME.items() if os.strerror(number) in str(error)), None)


def _take(lock: TextIO, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                lock.seek(0)
                raise Busy(f"{lock.name} is held by {lock.read().strip() or 'another process'}") from None
            time.sleep(0.2)
    lock.truncate(0)
    lock.write(f"process {os.getpid()} since {datetime.now(UTC).isoformat(timespec='seconds')}")
    lock.flush()


def _sync(*paths: Path) -> None:
    """Force files, or the names in folders, to disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
