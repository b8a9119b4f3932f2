"""The record of a run: what it planned, wrote and took. It is committed with the facts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flows.plan import Chunk, Plan
from tasks.stage import Batch, Step, write_table
from warehouse.contracts import RUN_STAGES, RUNS, rows_of
from warehouse.settle import Settled


class Outcome(NamedTuple):
    """What a refresh did, for the summary and for tests; `seconds` are those of work, by stage."""

    run_id: str
    snapshot: int
    new: int
    changed: int
    gone: int
    stale: int
    again: int
    waiting: int
    unchanged: int
    articles_written: int
    articles_removed: int
    rejects: int
    rows: dict[str, int]
    seconds: dict[str, float]

    @property
    def did_work(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.new or self.changed or self.gone or self.stale or self.again)


class Record:
    """Counts of one run. It grows by what each chunk did, and each commit carries it as it then is."""

    def __init__(self, run_id: str, plan: Plan, pipeline: str, after: datetime | None = None) -> None:
        self.run_id = run_id
        self.plan = plan
        self.pipeline = pipeline
        self.started_at = datetime.now(UTC)
        self.after = after  # a clock may go back, and runs have an order
        self.commits = 0
        self._known = {*plan.changed, *plan.stale}
        self.left_stale = len(plan.stale) + plan.again.num_rows + plan.standing.waiting
        self.articles_written = self.articles_removed = self.rejects = 0
        self.batches: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def take_replaced(self, chunk: Chunk) -> list[str]:
        """Return the files of a chunk that were read before, and, with the first commit, those that are gone."""
        again = [row["file"] for row in chunk.files if row["file"] in self._known]
        return again if self.commits else [*again, *self.plan.gone]

    def earlier(self) -> dict[str, list[str]]:
        """Return what the rows of this commit replace: those that the run wrote with the one before."""
        return {"run_id": [self.run_id]} if self.commits else {}

    def count(self, chunk: Chunk, settled: Settled, batches: Iterable[Batch]) -> None:
        """Count what a chunk came to, and the steps its batches went through."""
        stale = set(self.plan.stale)
        self.left_stale -= len(chunk.again) + sum(row["file"] in stale for row in chunk.files)
        self.articles_written += settled.fresh
        self.articles_removed += settled.removed
        self.rejects += settled.rejects
        for batch in batches:
            for step in batch.log:
                self._count_step(step)

    def close_commit(self, seconds: float) -> None:
        """Count a commit; its seconds show in the rows of the next one."""
        self.commits += 1
        self._count_step(Step("commit", 0, seconds))

    def _count_step(self, step: Step) -> None:
        self.batches[step.stage] += 1
        self.rows[step.stage] += step.rows
        self.seconds[step.stage] += step.seconds

    def write(self, folder: Path) -> Path:
        """Write the rows of `runs` and `run_stages` as they are now, and return the folder."""
        now = datetime.now(UTC)
        if self.after:
            now = max(now, self.after + timedelta(microseconds=1))
        run = {
            "run_id": self.run_id, "started_at": self.started_at, "finished_at": now,
            "planned_new": len(self.plan.new), "planned_changed": len(self.plan.changed),
            "planned_gone": len(self.plan.gone), "planned_stale": len(self.plan.stale),
            "planned_again": self.plan.again.num_rows, "left_stale": self.left_stale,
            "unchanged": self.plan.unchanged, "articles_written": self.articles_written,
            "articles_removed": self.articles_removed, "files_rejected": self.rejects,
            "seconds": (now - self.started_at).total_seconds(), "pipeline": self.pipeline,
        }  # fmt: skip
        stages = [
            {
                "run_id": self.run_id,
                "stage": stage,
                "batches": count,
                "rows": self.rows[stage],
                "seconds": self.seconds[stage],
            }
            for stage, count in self.batches.items()
        ]
        write_table(folder, RUNS, rows_of(RUNS, [run]))
        write_table(folder, RUN_STAGES, rows_of(RUN_STAGES, stages))
        return folder

    def outcome(self, snapshot: int) -> Outcome:
        """Return the counts, with the snapshot that is published now."""
        plan = self.plan
        return Outcome(
            self.run_id, snapshot, len(plan.new), len(plan.changed), len(plan.gone), len(plan.stale),
            plan.again.num_rows, plan.standing.waiting, plan.unchanged,
            self.articles_written, self.articles_removed, self.rejects, dict(self.rows), dict(self.seconds),
        )  # fmt: skip
