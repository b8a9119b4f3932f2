"""The plan: what a refresh has to do, from the seed files as they are and as they were when last read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from flows.settings import Settings
from tasks.ingest import Limits, Seed, digest_of_file, find_seeds


class EmptySeeds(FileNotFoundError):  # noqa: N818 - it says what is the case
    """All seed files are gone at once: more likely a folder that is not there than a wish."""


class Plan(NamedTuple):
    """Seed files by what became of them; `work` are the rows of `contracts.SEEDS` to read."""

    new: list[str]
    changed: list[str]
    gone: list[str]
    stale: list[str]
    unchanged: int
    work: list[dict[str, Any]]

    def __bool__(self) -> bool:
        return bool(self.work or self.gone)

    def chunks(self, settings: Settings) -> Iterator[list[dict[str, Any]]]:
        """Cut the work into what is committed together; one empty chunk where files only went."""
        yield from cut_rows(self.work, settings.chunk_bytes, settings.chunk_articles) if self.work else [[]]


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


def make_plan(settings: Settings, before: Mapping[str, Mapping[str, Any]], pipeline: str) -> Plan:
    """Compare the seeds folder with the `files` rows of the warehouse, by file.

    Size and modification time are the fast path; where they differ, SHA-256 decides. A file last
    read by another pipeline is stale, and read again.
    """
    plan = Plan([], [], [], [], 0, [])
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
        elif was["pipeline"] != pipeline:
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
