"""A warehouse in a bucket of S3: the files of a folder, and for the link an object that is swapped on condition.

    head                          {"number": 124, "token": "…"}: which snapshot is published; swapping it is the commit
    snapshots/000124/…            as in a folder; who creates the manifest has taken the number
    data/<table>/…                as in a folder
    warehouse.duckdb              a copy of the published catalog, for those who know nothing of `head`

There is no lock, as that of a dead writer could not be told from that of a slow one. A writer sees
the snapshot that it found at the start, and can swap `head` only while it is what it was then (a
conditional put), so that of two writers the slower one gets `Busy` and has published nothing.

All but reading by DuckDB goes through boto3: pyarrow has no conditional put, takes three requests to
write a small file, and leaves an object for the folder where it removes one.
"""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

import atexit
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkdtemp
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError
from fsspec.implementations.arrow import ArrowFSWrapper
from pyarrow import NativeFile
from pyarrow.fs import S3FileSystem

from warehouse.disk import LINK, Busy, CannotWrite, NoWarehouse, reached

if TYPE_CHECKING:
    import duckdb

MANIFEST = "manifest.json"
_AT_ONCE = 1000  # objects that one request removes, at most


class _Head(NamedTuple):
    """What `head` holds, and the tag by which the store knows these bytes from others."""

    number: int = 0
    token: str = ""
    etag: str | None = None


class Bucket:
    """Objects below `s3://bucket/prefix`. Where the store is and who asks, the usual AWS_* variables say."""

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/")
        self._bucket, _, prefix = self.place.removeprefix("s3://").partition("/")
        self._root = f"{prefix}/" if prefix else ""
        session = boto3.Session()
        self._client: Any = session.client("s3")
        self._objects = _Objects(
            S3FileSystem(
                endpoint_override=self._client.meta.endpoint_url,
                region=session.region_name,
            )
        )
        self._local = Path(mkdtemp(prefix="warraq-"))
        atexit.register(shutil.rmtree, self._local, ignore_errors=True)
        self.staging = self._local / "staging"
        self._found: _Head | None = None
        self._mine: set[str] = set()

    # --- the pointer -----------------------------------------------------------------------------

    @contextmanager
    def writing(self, patience: float = 0) -> Iterator[None]:  # noqa: ARG002 - there is nobody to wait for
        """Note what `head` holds: nothing else will be published over."""
        self._forget()
        self._found = self._look()
        self._prove_conditions(self._found)
        try:
            yield
        finally:
            self._forget()

    def head(self) -> int:
        """Read the pointer; while writing, say what was found at the start."""
        return (self._look() if self._found is None else self._found).number

    def point(self, number: int, was: int) -> None:
        """Swap the pointer on condition, and copy the catalog to where a plain client looks for it."""
        assert self.head() == was, "follows another snapshot than was found at the start"
        self._mine.clear()  # from here on they may be published, even if the answer is lost
        reached("link made")
        self._swap(number)
        reached("committed")
        source = {"Bucket": self._bucket, "Key": f"{self._root}snapshots/{number:06d}/{LINK}"}
        with suppress(ClientError, BotoCoreError):  # the snapshot is published all the same
            self._client.copy_object(**self._at(LINK), CopySource=source)

    def fence(self) -> None:
        """Swap the pointer for one to the same snapshot, so that whoever noted it before is refused."""
        self._swap(self.head())

    def _swap(self, number: int) -> None:
        assert self._found is not None, "swapped outside `writing()`"
        token, etag = uuid4().hex, self._found.etag
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = json.dumps({"number": number, "token": token}).encode()
        with self._blaming("It is not known whether the snapshot was published: `warraq snapshots` says"):
            etag = self._create(body, "head", condition)
        self._found = _Head(number, token, etag) if etag else self._look()
        # What is refused may have been a second try of boto3's, after the answer to the first was lost.
        if self._found.token != token:
            raise Busy(f"another writer published snapshot {self._found.number} of {self.place} meanwhile; run again")

    def _look(self) -> _Head:
        try:
            found = self._client.get_object(**self._at("head"))
            said = json.loads(found["Body"].read())
        except self._client.exceptions.NoSuchKey:
            return _Head()
        except (ClientError, BotoCoreError) as error:
            raise NoWarehouse(f"cannot read {self.place}: {error}") from error
        return _Head(said["number"], said["token"], found["ETag"])

    def _prove_conditions(self, found: _Head) -> None:
        """Create what is there already; a store that lets us does not look at conditions, and would lose commits."""
        body = json.dumps({"number": found.number, "token": found.token}).encode()
        with self._blaming("Nothing was published"):
            if found.etag and self._create(body, "head", {"IfNoneMatch": "*"}):
                raise CannotWrite(f"{self.place} lies in a store without conditional puts, which would lose commits")

    # --- files -----------------------------------------------------------------------------------

    def files(self, folder: str) -> dict[str, int]:
        """List the objects, a request for each thousand of them."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{self._root}{folder}/"
        )
        found = (item for page in pages for item in page.get("Contents", ()))
        return {item["Key"].removeprefix(self._root): item["Size"] for item in found}

    def put(self, made: Path, name: str) -> None:
        """Upload. The manifest of a snapshot is created before the rest, by one writer only: `Busy` for the others."""
        with self._blaming("Nothing was published, the last snapshot stays as it was"):
            for path in sorted(made.iterdir(), key=lambda path: path.name != MANIFEST) if made.is_dir() else [made]:
                self._upload(path, f"{name}/{path.name}" if made.is_dir() else name)
        shutil.rmtree(made) if made.is_dir() else made.unlink()

    def _upload(self, path: Path, name: str) -> None:
        if path.name == MANIFEST:
            body = path.read_bytes()
            if not self._create(body, name, {"IfNoneMatch": "*"}) and self.fetch(name).read_bytes() != body:
                raise Busy(f"another writer has taken {name} of {self.place}; run again")
        else:  # in a folder that is taken, or with a name that is nobody else's; in parts, where it is large
            self._client.upload_file(str(path), self._bucket, f"{self._root}{name}")
        self._mine.add(name)

    def sync(self, folders: Iterable[str]) -> None:
        """Do nothing: what is uploaded is durable."""

    def fetch(self, name: str) -> Path:
        """Download, once while a writer writes or a reader reads; of data files only the last is kept."""
        path = self._local / "fetched" / ("data" if name.startswith("data/") else name)
        if path.name == "data" or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(uuid4().hex)
            try:
                with part.open("wb") as file:
                    shutil.copyfileobj(self._client.get_object(**self._at(name))["Body"], file)
            except self._client.exceptions.NoSuchKey as error:
                raise FileNotFoundError(name) from error
            part.replace(path)  # whoever has the old file open keeps it
        return path

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects, many a request."""
        keys = [{"Key": f"{self._root}{name}"} for name in names]
        for start in range(0, len(keys), _AT_ONCE):
            wanted = {"Objects": keys[start : start + _AT_ONCE], "Quiet": True}
            if failed := self._client.delete_objects(Bucket=self._bucket, Delete=wanted).get("Errors"):
                raise CannotWrite(f"cannot remove from {self.place}: {failed[0]}")
            reached("removed")

    def discard(self, names: Iterable[str]) -> None:
        """Remove of these what was put since the last commit; another writer's may bear the same number."""
        self.remove(sorted(self._mine.intersection(names)))

    def equip(self, con: duckdb.DuckDBPyConnection) -> None:
        """Register the file system; the extension httpfs, where it can be installed, reads the same paths."""
        if not con.filesystem_is_registered("s3"):
            con.register_filesystem(self._objects)
            con.execute("set validate_external_file_cache = 'NO_VALIDATION'")  # an object never changes

    # --- asking ----------------------------------------------------------------------------------

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._root}{name}"}

    def _create(self, body: bytes, name: str, condition: dict[str, str]) -> str | None:
        """Put an object on a condition; return its tag, or None where the condition does not hold."""
        try:
            return str(self._client.put_object(**self._at(name), Body=body, **condition)["ETag"])
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                return None
            raise

    @contextmanager
    def _blaming(self, outcome: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise CannotWrite(f"cannot write to {self.place}: {error}. {outcome}.") from error

    def _forget(self) -> None:
        self._found = None
        self._mine.clear()
        for folder in self._local.iterdir():
            shutil.rmtree(folder)


class _Objects(ArrowFSWrapper):  # type: ignore[misc]
    """What DuckDB reads through: names mean themselves, and an object never changes, so that its size is asked once."""

    cachable = False

    def __init__(self, store: S3FileSystem) -> None:
        super().__init__(store)
        self.info = cache(self._ask)

    def _ask(self, path: str, **_: object) -> dict[str, Any]:
        found: dict[str, Any] = super().info(path)
        return found

    def open(self, path: str, *_: object, **__: object) -> _Object:
        """Open nothing yet: DuckDB opens files that it then finds in its cache."""
        return _Object(self.fs, self._strip_protocol(path))

    def glob(self, path: str, **_: object) -> list[str]:
        """Give the path itself, whatever is in it."""
        return [path]

    def modified(self, path: str) -> datetime:
        """Say when the object was made."""
        made: datetime = self.info(path)["mtime"]
        return made

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path.removeprefix("s3://")


class _Object:
    """An object that is opened, which takes a request, when it is first read.

    Threads of DuckDB share it, and each goes to a place and reads there, so that each has a place of its own.
    """

    def __init__(self, store: S3FileSystem, path: str) -> None:
        self.path = path
        self._store = store
        self._places: dict[int, int] = {}

    @cached_property
    def _stream(self) -> NativeFile:
        return self._store.open_input_file(self.path)

    def seek(self, place: int) -> int:
        """Go to a place."""
        self._places[get_ident()] = place
        return place

    def tell(self) -> int:
        """Say where this thread is."""
        return self._places.get(get_ident(), 0)

    def read(self, size: int) -> bytes:
        """Read on from there."""
        read: bytes = self._stream.read_at(size, self.tell())  # type: ignore[call-arg]
        self.seek(self.tell() + len(read))
        return read

    def close(self) -> None:
        """Close what was opened."""
        if "_stream" in vars(self):
            self._stream.close()
