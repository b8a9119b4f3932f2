"""The store in a bucket: what holds in a folder holds here, and of two writers one is told that it lost."""

import logging
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.warehouse.newsroom import (
    Story,
    carry_through_stages,
    contents,
    ingest,
    marts_differ,
    read,
    refresh,
    write,
)
from tests.warehouse.test_store import (  # noqa: F401 - run here on a store in a bucket
    TWO,
    Death,
    die,
    test_a_reader_keeps_its_snapshot_across_a_commit,
    test_no_warehouse_says_so,
)
from warehouse import disk as disk_module
from warehouse import upkeep
from warehouse.catalog import CheckFailed, Snapshot
from warehouse.contracts import RUNS
from warehouse.disk import CannotWrite
from warehouse.store import Busy, NoWarehouse, Store

pytest.importorskip("moto.server", reason="moto, which stands for S3, is among the dev dependencies")
boto3 = pytest.importorskip("boto3", reason="boto3 is the extra s3")


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Run an S3 of our own on the loopback."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "eu-central-1", "AWS_CONFIG_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    bucket = boto3.resource("s3").create_bucket(
        Bucket="newsroom", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    yield bucket
    bucket.objects.delete()
    bucket.delete()


PLACE = "s3://newsroom/it's [odd] * {a,b} مستودع"


@pytest.fixture
def store(bucket: Any) -> Store:
    return Store(PLACE)


def names(bucket: Any) -> set[str]:
    return {item.key.partition("/")[2] for item in bucket.objects.all()}


POINTS = ["written runs", "catalog built", "snapshot put", "link made", "committed"]


# --- the life of a warehouse ---------------------------------------------------------------------------


def test_the_same_rows_as_in_a_folder(store: Store, bucket: Any, tmp_path: Path) -> None:
    folder = Store(tmp_path / "folder")
    for disk in (store, folder):
        refresh(disk, TWO)
        refresh(disk, {"a.txt": Story("تونس زار مصر"), "c.txt": Story("اليابان قال لا")})
    assert contents(store) == contents(folder)
    assert marts_differ(store) == []
    assert store.head().files.keys() == folder.head().files.keys()
    found, local = names(bucket), folder.disk.files(".")
    assert {name for name in found if not name.startswith("data")} == {
        "head", "warehouse.duckdb",
        *(name for name in local if name.startswith("snapshots")),
    }  # fmt: skip
    assert sum(name.startswith("data") for name in found) == sum(name.startswith("data") for name in local)
    copy = bucket.Object("it's [odd] * {a,b} مستودع/warehouse.duckdb").get()["Body"].read()
    assert copy == store.disk.fetch("snapshots/000002/warehouse.duckdb").read_bytes()


def test_nothing_to_do_publishes_nothing(store: Store, bucket: Any) -> None:
    first = refresh(store, TWO)
    before = names(bucket)
    assert refresh(store, TWO) == first
    assert names(bucket) == before


def test_upkeep(store: Store, bucket: Any) -> None:
    refresh(store, TWO)
    refresh(store, {"a.txt": Story("تونس زار مصر")})
    before = contents(store)
    with store.writing():
        upkeep.compact(store, everything=True)
        assert contents(store) == before
        assert upkeep.roll_back(store, 1).number == 4
        assert read(store, "select count(*) from articles") == [(2,)]
        expired = upkeep.expire(store, keep=1, older_than=timedelta(0))
    assert expired.snapshots == [1, 2, 3]
    assert list(upkeep.verify(store, lambda evidence, text: evidence == text)) == []
    assert {name.split("/")[1] for name in names(bucket) if name.startswith("snapshots")} == {"000004"}
    with pytest.raises(NoWarehouse, match="no snapshot 3"):
        Store(PLACE).connect(3)


def test_a_failing_check_leaves_the_old_snapshot_and_no_file(store: Store, bucket: Any, tmp_path: Path) -> None:
    refresh(store, TWO)
    before, files = contents(store), names(bucket)
    folder = ingest(tmp_path / "batch", {"a.txt": Story("مصر")}, "p1")
    carry_through_stages(folder)
    (folder / "files.parquet").unlink()
    with store.writing(), pytest.raises(CheckFailed, match="nothing_is_live_twice"):
        store.commit([folder])
    assert contents(store) == before
    assert names(bucket) == files


def test_a_death_at_any_point_leaves_one_whole_snapshot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "first")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_discard", lambda store, number: None)  # the dead do not clean up
        for point in POINTS:
            assert runs(store) == ["first"]
            with meanwhile(point, partial(die, point)), pytest.raises(Death, match=point):
                add(store, "second")
    assert runs(store) == ["first", "second"]
    assert add(store, "third").number == 5, "a number that was taken is not taken again"
    expire(store)
    assert runs(store) == ["first", "second", "third"]
    assert is_sound(store)


def add(store: Store, run: str) -> Snapshot:
    """Commit the record of a run, which is the least that can be committed."""
    with store.writing():
        return add_locked(store, run)


def add_locked(store: Store, run: str) -> Snapshot:
    row = {column.name: 0 for column in RUNS.schema} | {"run_id": run, "pipeline": "p1"}
    write(folder := store.staging(uuid4().hex), "runs", [row])
    return store.commit([folder])


def runs(store: Store) -> list[object]:
    return [run for (run,) in read(store, "select run_id from runs order by 1")]


def expire(store: Store) -> None:
    with store.writing():
        upkeep.expire(store, keep=1, older_than=timedelta(0))


def is_sound(store: Store) -> bool:
    return not [*upkeep.verify(store, lambda evidence, text: evidence == text)]


@contextmanager
def meanwhile(point: str, act: Callable[[], object]) -> Iterator[None]:
    """Do something, once, when a writer reaches a point; or at once, where it has begun."""
    acts = [act]

    def reached(at: str) -> None:
        if at == point and acts:
            acts.pop()()

    reached("begun")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk_module, "reached", reached)
        patch.setattr("warehouse.bucket.reached", reached)
        yield


# --- two writers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["begun", "catalog built", "snapshot put", "link made"])
def test_of_two_writers_one_is_told_and_nothing_is_lost(store: Store, point: str) -> None:
    add(store, "first")
    lost = pytest.raises(Busy, match=r"another writer .* run again")
    with store.writing(), meanwhile(point, lambda: add(Store(PLACE), "theirs")), lost:
        add_locked(store, "ours")
    assert runs(store) == ["first", "theirs"]
    assert add(store, "ours").parent == store.head().parent
    assert runs(store) == ["first", "ours", "theirs"]
    expire(store)
    assert is_sound(store)


def test_expire_takes_nothing_that_is_published_meanwhile(store: Store) -> None:
    add(store, "first")
    with meanwhile("snapshot put", lambda: expire(Store(PLACE))), pytest.raises(Busy):
        add(store, "ours")
    assert runs(store) == ["first"]
    expire(store)
    assert is_sound(store)


def test_expire_takes_nothing_that_is_gone_back_to_meanwhile(store: Store) -> None:
    add(store, "first")
    with store.writing():
        store.commit(gone={"run_id": ["first"]})
    with store.writing(), meanwhile("snapshot put", lambda: expire(Store(PLACE))), pytest.raises(Busy):
        upkeep.roll_back(store, 1)
    assert runs(store) == []
    expire(store)
    assert is_sound(store)


def test_expire_stops_before_it_removes_where_another_published(store: Store, bucket: Any) -> None:
    add(store, "first")
    with store.writing():
        add(Store(PLACE), "theirs")
        before = names(bucket)
        with pytest.raises(Busy):
            upkeep.expire(store, keep=1, older_than=timedelta(0))
    assert names(bucket) == before
    assert is_sound(store)


def test_threads_that_share_a_file_each_read_where_they_went(store: Store) -> None:
    (file,) = add(store, "first").files["runs"]
    whole = store.disk.fetch(file.path).read_bytes()
    shared = store.disk._objects.open(f"{PLACE}/{file.path}")
    shared.seek(4)
    with ThreadPoolExecutor(1) as another:
        another.submit(shared.seek, 40).result()
        assert shared.read(8) == whole[4:12]
        assert another.submit(shared.read, 8).result() == whole[40:48]
    assert shared.read(8) == whole[12:20]


# --- the commands --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bucket", "prefect")
def test_the_commands_take_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/a.txt").write_text("زار وزير الخارجية المصري تونس يوم الاثنين.", encoding="utf-8")

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*arguments, "--seeds", str(tmp_path / "seeds"), "--warehouse", PLACE])
        assert result.exit_code == code, result.output
        return " ".join(result.output.split())

    assert "run `warraq refresh` first" in run("sql", "from articles", code=1)
    assert f"{PLACE}/warehouse.duckdb" in run("refresh")
    assert "Nothing to do" in run("refresh")
    assert "up to date" in run("status")
    assert "تونس" in run("sql", "select text from mentions", "--format", "csv")


# --- stores that misbehave -------------------------------------------------------------------------------


class Asked:
    """A client that does something else for `put_object`."""

    def __init__(self, client: Any, put_object: Callable[..., Any]) -> None:
        self._client, self.put_object = client, put_object

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def test_a_put_whose_answer_is_lost_and_that_is_tried_again_is_no_other_writer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = store.disk._client

    def put_twice(**what: Any) -> Any:
        client.put_object(**what)
        return client.put_object(**what)

    monkeypatch.setattr(store.disk, "_prove_conditions", lambda found: None)
    monkeypatch.setattr(store.disk, "_client", Asked(client, put_twice))
    add(store, "first")
    assert add(store, "second").number == 2
    assert runs(store) == ["first", "second"]


def test_a_store_that_ignores_conditions_is_not_written_to(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "first")
    client = store.disk._client

    def put_anyway(IfMatch: str = "", IfNoneMatch: str = "", **what: Any) -> Any:  # noqa: N803 - as boto3 has it
        return client.put_object(**what)

    monkeypatch.setattr(store.disk, "_client", Asked(client, put_anyway))
    with pytest.raises(CannotWrite, match="without conditional puts"):
        add(store, "second")
    assert runs(store) == ["first"]


def test_no_bucket_and_no_credentials_say_so(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Store("s3://nowhere/warehouse")
    with pytest.raises(NoWarehouse, match=r"cannot read s3://nowhere/warehouse: .*bucket does not exist"):
        nowhere.connect()
    with pytest.raises(NoWarehouse, match="NoSuchBucket"):
        add(nowhere, "first")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    with pytest.raises(NoWarehouse, match="Unable to locate credentials"):
        Store(PLACE).connect()


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "warehouse.bucket", raising=False)
    with pytest.raises(NoWarehouse, match=r"pip install 'warraq\[s3\]'"):
        Store("s3://newsroom/warehouse")
