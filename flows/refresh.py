"""Refresh: the pipeline on one screen. Plan, carry batches through the stages, commit in chunks."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from prefect import Task, flow
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.plan import Chunk, Plan, cut_rows, plan_refresh
from flows.progress import Bars, show_progress
from flows.record import Outcome, Record
from flows.settings import Settings
from tasks import fingerprints
from tasks.aggregate import aggregate
from tasks.clean import clean
from tasks.extract import extract
from tasks.footprints import describe
from tasks.ingest import ingest
from tasks.stage import WRITTEN, Batch, fingerprint, write_table
from tasks.tokenize import tokenize
from warehouse.contracts import SEEDS, rows_of
from warehouse.reread import find_last_run, keep_description, take_up
from warehouse.settle import Settled, settle
from warehouse.store import Store
from warehouse.stories import retell_stories
from warehouse.upkeep import tidy

Stages = Sequence[Task[[Batch], Batch]]

READING: Stages = (clean, tokenize)  # from what ingest took in to tokens
RULES: Stages = (extract, aggregate)  # from tokens to facts and marts
REMADE = {table.name for name in fingerprints.RULES for table in WRITTEN[name]}


@flow(name="refresh", flow_run_name="refresh-{reason}")
def refresh(
    seeds: Path | None = None,
    warehouse: str | Path | None = None,
    reason: str = "manual",  # noqa: ARG001 - names the run
    only_new: bool = False,
) -> Outcome:
    """Bring the warehouse up to date with the seeds folder.

    Reads what is new, changed or made otherwise by another pipeline, forgets what is gone, and leaves
    the rest alone; `only_new` leaves what another pipeline made for a later run. With nothing to do it
    writes nothing. Raises `store.Busy` while another process writes, after WARRAQ_PATIENCE seconds.
    """
    settings = Settings.given(seeds=seeds, warehouse=warehouse)
    store = Store(settings.warehouse)
    with store.writing(settings.patience):
        plan = plan_refresh(settings, store, only_new=only_new)
        record = Record(str(flow_run.get_id()), plan, fingerprint(), after=find_last_run(store))
        if not (plan or plan.standing.is_other):
            return record.outcome(store.head().number)
        keep_description(store, fingerprint(), lambda: describe().to_table())
        with make_runner(settings, plan) as runner, show_progress(len(plan.work)) as bars:
            for chunk in plan.chunks(settings):
                refresh_chunk(store, settings, runner, bars, record, chunk)
        return record.outcome(store.head().number)


def refresh_chunk(
    store: Store, settings: Settings, runner: TaskRunner[Any], bars: Bars, record: Record, chunk: Chunk
) -> None:
    """Carry one chunk through the stages that it needs, and commit it."""
    folder = store.staging(f"{record.run_id}-{record.commits:04d}")
    ingested = carry(runner, [ingest], write_seeds(folder, chunk.files, settings.batch_chars))
    bars.advance("ingest", len(chunk.files))
    settled, stages = settle_chunk(store, settings, record, chunk, ingested, folder / "settled")
    bars.expect("batches", len(settled.batches))
    done = carry(runner, stages, [Batch(str(batch)) for batch in settled.batches], lambda: bars.advance("batches"))
    record.count(chunk, settled, [*ingested, *done])
    began = time.perf_counter()
    incoming = [*settled.batches, *settled.incoming]
    stories = retell_stories(store, incoming, settled.gone["article_id"], folder / "stories")
    store.commit(
        incoming=[*incoming, stories.folder, record.write(folder / "run")],
        outgoing=settled.outgoing,
        gone=settled.gone | {"story_id": stories.gone} | record.earlier(),
        pipeline=record.pipeline,
    )
    tidy(store, *settings.retention)
    record.close_commit(time.perf_counter() - began)


def settle_chunk(
    store: Store, settings: Settings, record: Record, chunk: Chunk, ingested: Sequence[Batch], out: Path
) -> tuple[Settled, Stages]:
    """Settle what a chunk means for the warehouse, and by which stages: from the intake, or from tokens that stand."""
    if chunk.again:
        batches = cut_rows(chunk.again, settings.batch_chars, len(chunk.again))
        ids = [[row["article_id"] for row in batch] for batch in batches]
        return take_up(store, ids, out, record.pipeline, remade=REMADE), RULES
    settled = settle(
        store,
        ingested=[Path(batch.folder) for batch in ingested],
        replaced=record.take_replaced(chunk),
        out=out,
        batch_chars=settings.batch_chars,
        standing=record.plan.standing.alike,
        stale=record.plan.standing.articles,
    )
    return settled, (*READING, *RULES)


def make_runner(settings: Settings, plan: Plan) -> TaskRunner[Any]:
    """Return what runs the tasks: this process, or as many more as the operator allows and the work fills."""
    size = sum(row["size"] for row in plan.work) + (pc.sum(plan.again["size"]).as_py() or 0)
    batches = size // settings.batch_chars
    workers = min(settings.workers, batches)
    return ProcessPoolTaskRunner(max_workers=workers) if workers > 1 else ThreadPoolTaskRunner(max_workers=1)


def carry(
    runner: TaskRunner[Any],
    stages: Stages,
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


def _submit(runner: TaskRunner[Any], stages: Stages, batch: Batch) -> list[PrefectFuture[Batch]]:
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
