"""The plan: what a refresh has to do, from the seed files as they are and as they were when last read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from flows.settings import Settings
from flows.standing import ALL_STANDS, Standing, judge
from tasks.ingest import Limits, Seed, digest_of_file, find_seeds
from tasks.stage import fingerprint
from warehouse.contracts import FILES
from warehouse.reread import list_again
from warehouse.store import Store


class EmptySeeds(FileNotFoundError):  # noqa: N818 - it says what is the case
    """All seed files are gone at once: more likely a folder that is not there than a wish."""


class Chunk(NamedTuple):
    """What is committed together: seed files to read, or articles to be extracted again from their tokens."""

    files: list[dict[str, Any]]
    again: Sequence[dict[str, Any]] = ()


class Plan(NamedTuple):
    """Seed files by what became of them; `work` are the rows of `contracts.SEEDS` to read.

    `again` are articles, with their sizes, of files that need not be read: their tokens stand, and
    their facts do not. `standing` says what of the warehouse stands, and what waits for another run.
    """

    new: list[str]
    changed: list[str]
    gone: list[str]
    stale: list[str]
    unchanged: int
    work: list[dict[str, Any]]
    again: pa.Table = pa.table({"article_id": pa.array([], pa.string()), "size": pa.array([], pa.int32())})
    standing: Standing = ALL_STANDS

    def __bool__(self) -> bool:
        return bool(self.work or self.gone or self.again.num_rows)

    def chunks(self, settings: Settings) -> Iterator[Chunk]:
        """Cut the work into what is committed together; an empty chunk where files only went, or nothing is to do."""
        for files in cut_rows(self.work, settings.chunk_bytes, settings.chunk_articles):
            yield Chunk(files)
        if not self.work and (self.gone or not self.again.num_rows):
            yield Chunk([])
        rows = chain.from_iterable(block.to_pylist() for block in self.again.to_batches(max_chunksize=10_000))
        for again in cut_rows(rows, settings.chunk_bytes, settings.chunk_articles):
            yield Chunk([], again)


def plan_refresh(settings: Settings, store: Store, *, only_new: bool = False) -> Plan:
    """Compare the seeds folder, and the pipeline, with the warehouse."""
    before = {row["file"]: row for row in store.live(FILES).to_pylist()}
    standing = judge(store, only_new=only_new)
    plan = make_plan(settings, before, fingerprint(), standing)
    if not (standing.misjudged or standing.articles):
        return plan
    anyhow = [*plan.gone, *(row["file"] for row in plan.work)]
    return plan._replace(again=list_again(store, fingerprint(), standing.misjudged, standing.articles, anyhow))


def cut_rows(rows: Iterable[dict[str, Any]], size: int, count: int) -> Iterator[list[dict[str, Any]]]:
    """Cut seed files, in order, into groups of at most `size` bytes and `count` files, or of one larger file."""
    group: list[dict[str, Any]] = []
    filled = 0
    for row in rows:
        if group and (len(group) >= count or filled + row["size"] > size):
            yield group
            group, filled = [], 0
        group.append(row)
        filled += row["size"]
    if group:
        yield group


def make_plan(
    settings: Settings, before: Mapping[str, Mapping[str, Any]], pipeline: str, standing: Standing = ALL_STANDS
) -> Plan:
    """Compare the seeds folder with the `files` rows of the warehouse, by file.

    Size and modification time are the fast path; where they differ, SHA-256 decides. A file that
    `pipeline` would read otherwise than before is read again.
    """
    plan = Plan([], [], [], [], 0, [], standing=standing)
    unchanged, seen, closed = 0, set[str](), set[str]()
    for seed in find_seeds(settings.seeds, Limits(settings.max_file_bytes, settings.max_jsonl_bytes)):
        seen.add(seed.file)
        if seed.problem and seed.problem.reason == "unreadable":
            closed.add(f"{seed.file}/")
        was = before.get(seed.file)
        digest = _digest_if_touched(seed, was)
        if was is None:
            plan.new.append(seed.file)
        elif digest != was["sha256"]:
            plan.changed.append(seed.file)
        elif was["pipeline"] != pipeline and (was["pipeline"] in standing.misread or seed.file in standing.files):
            plan.stale.append(seed.file)
        else:
            unchanged += 1
            continue
        plan.work.append(
            {
                "file": seed.file, "path": seed.path, "size": seed.size, "mtime_ns": seed.mtime_ns,
                "sha256": digest, "max_bytes": seed.max_bytes, "pipeline": pipeline,
            }
        )  # fmt: skip
    # What lies in a folder that cannot be opened now is out of sight, and not gone.
    plan.gone.extend(sorted(file for file in before.keys() - seen if not file.startswith(tuple(closed))))
    if before and not seen and not settings.allow_empty:
        raise EmptySeeds(
            f"{settings.seeds.resolve()} holds no article, and the warehouse has {len(before):,} files from there: "
            "is the folder mounted? WARRAQ_ALLOW_EMPTY=1 forgets them all"
        )
    plan.work.sort(key=lambda row: row["file"])
    return plan._replace(unchanged=unchanged)


def _digest_if_touched(seed: Seed, was: Mapping[str, Any] | None) -> str:
    """Return the digest of a seed's bytes; nothing is read of what can not be used anyway."""
    if seed.problem:
        return ""
    if was is not None and was["sha256"] and (was["size"], was["mtime_ns"]) == (seed.size, seed.mtime_ns):
        return str(was["sha256"])  # empty where it could not be read: to permit that leaves size and time alone
    return digest_of_file(seed.path)
