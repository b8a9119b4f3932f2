"""Refresh: the pipeline on one screen. Plan, carry batches through the stages, commit in chunks."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from prefect import Task, flow
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.plan import Plan, cut_rows, make_plan
from flows.progress import Bars, show_progress
from flows.record import Outcome, Record
from flows.settings import Settings
from tasks.aggregate import aggregate
from tasks.clean import clean
from tasks.extract import extract
from tasks.ingest import ingest
from tasks.stage import Batch, fingerprint, write_table
from tasks.tokenize import tokenize
from warehouse.contracts import FILES, SEEDS, rows_of
from warehouse.settle import settle
from warehouse.store import Store

STAGES = (clean, tokenize, extract, aggregate)


@flow(name="refresh", flow_run_name="refresh-{reason}")
def refresh(seeds: Path | None = None, warehouse: Path | None = None, reason: str = "manual") -> Outcome:  # noqa: ARG001 - names the run
    """Bring the warehouse up to date with the seeds folder.

    Reads what is new, changed or made by another pipeline, forgets what is gone, and leaves the rest
    alone. With nothing to do it writes nothing. Raises `store.Busy` while another refresh runs.
    """
    settings = Settings.given(seeds=seeds, warehouse=warehouse)
    store = Store(settings.warehouse)
    with store.writing():
        plan = make_plan(settings, {row["file"]: row for row in store.live(FILES).to_pylist()}, fingerprint())
        record = Record(str(flow_run.get_id()), plan, fingerprint())
        if not plan:
            return record.outcome(store.head().number)
        with make_runner(settings, plan) as runner, show_progress(len(plan.work)) as bars:
            for chunk in plan.chunks(settings):
                refresh_chunk(store, settings, runner, bars, record, chunk)
        return record.outcome(store.head().number)


def refresh_chunk(
    store: Store, settings: Settings, runner: TaskRunner[Any], bars: Bars, record: Record, chunk: list[dict[str, Any]]
) -> None:
    """Carry one chunk of seed files through the stages and commit it; what is gone goes with the first chunk."""
    folder = store.staging(f"{record.run_id}-{record.commits:04d}")
    ingested = carry(runner, [ingest], write_seeds(folder, chunk, settings.batch_chars))
    bars.advance("ingest", len(chunk))
    settled = settle(
        store,
        ingested=[Path(batch.folder) for batch in ingested],
        processed=[row["file"] for row in chunk],
        removed=record.take_removed(),
        out=folder / "settled",
        batch_chars=settings.batch_chars,
    )
    bars.expect("batches", len(settled.batches))
    done = carry(runner, STAGES, [Batch(str(batch)) for batch in settled.batches], lambda: bars.advance("batches"))
    record.count(settled, [*ingested, *done])
    began = time.perf_counter()
    store.commit(
        incoming=[*settled.batches, *settled.incoming, record.write(folder / "run")],
        outgoing=settled.outgoing,
        gone=settled.gone | record.earlier(),
        pipeline=record.pipeline,
    )
    record.close_commit(time.perf_counter() - began)


def make_runner(settings: Settings, plan: Plan) -> TaskRunner[Any]:
    """Return what runs the tasks: this process, or as many more as the operator allows and the work fills."""
    batches = sum(row["size"] for row in plan.work) // settings.batch_chars
    workers = min(settings.workers, batches)
    return ProcessPoolTaskRunner(max_workers=workers) if workers > 1 else ThreadPoolTaskRunner(max_workers=1)


def carry(
    runner: TaskRunner[Any],
    stages: Sequence[Task[[Batch], Batch]],
    batches: Iterable[Batch],
    done: Callable[[], None] = lambda: None,
) -> list[Batch]:
    """Carry each batch through the stages in turn; return the batches in order."""
    chains = [_submit(runner, stages, batch) for batch in batches]
    results = []
    for chain in chains:
        for future in chain:  # in order, so that what is raised is the failure itself and not its consequence
            carried = future.result()
        results.append(carried)
        done()
    return results


def _submit(
    runner: TaskRunner[Any], stages: Sequence[Task[[Batch], Batch]], batch: Batch
) -> list[PrefectFuture[Batch]]:
    futures: list[Any] = [batch]
    for stage in stages:
        futures.append(runner.submit(stage, {"batch": futures[-1]}))
    return futures[1:]


def write_seeds(folder: Path, rows: Sequence[dict[str, Any]], size: int) -> Iterator[Batch]:
    """Write the input of ingest, about `size` bytes of seed files a batch."""
    for no, group in enumerate(cut_rows(rows, size, len(rows))):
        target = folder / f"ingest-{no:06d}"
        write_table(target, SEEDS, rows_of(SEEDS, group))
        yield Batch(str(target))
