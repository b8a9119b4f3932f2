"""Maintain: merge small files, forget old snapshots, and, once a week, prove the warehouse sound; see prefect.yaml."""

from pathlib import Path
from typing import NamedTuple

from prefect import flow, task

from flows.settings import Settings
from tasks.arabic.evidence import agree
from warehouse import upkeep
from warehouse.store import Store
from warehouse.upkeep import Expired

LISTED = 20  # faults that the message of a failed run lists


class Unsound(RuntimeError):  # noqa: N818 - it says what is the case
    """Verify found faults."""


class Maintained(NamedTuple):
    """What was done: merges, what was forgotten, and the snapshot that is published now."""

    merges: int
    expired: Expired
    snapshot: int


@flow(name="maintain", flow_run_name="maintain-{reason}")
def maintain(
    warehouse: Path | None = None,
    reason: str = "manual",  # noqa: ARG001 - names the run
    proving: bool = True,
) -> Maintained:
    """Compact, expire, and verify, which reads every byte, unless `proving` is false.

    Waits WARRAQ_PATIENCE seconds while a refresh writes, and raises `store.Busy` after that. Raises
    `Unsound` with a list of what `verify` found; what is published stays.
    """
    settings = Settings.given(warehouse=warehouse)
    merges = compact(settings)
    expired = expire(settings)
    if proving:
        verify(settings)
    return Maintained(merges, expired, Store(settings.warehouse).head().number)


@task
def compact(settings: Settings) -> int:
    """Merge until nothing is worth it; return how often."""
    store = Store(settings.warehouse)
    merges = 0
    with store.writing(settings.patience):
        while upkeep.compact(store):
            merges += 1
    return merges


@task
def expire(settings: Settings) -> Expired:
    """Forget what is beyond WARRAQ_KEEP_SNAPSHOTS and WARRAQ_KEEP_DAYS."""
    store = Store(settings.warehouse)
    with store.writing(settings.patience):
        return upkeep.expire(store, *settings.retention)


@task
def verify(settings: Settings) -> None:
    """Raise `Unsound` if anything is not as it must be."""
    faults = list(upkeep.verify(Store(settings.warehouse), agree))
    if faults:
        listed = "\n".join(f"{fault.where} {fault.what}" for fault in faults[:LISTED])
        raise Unsound(f"{len(faults):,} faults in {settings.warehouse}; `warraq verify` shows them again:\n{listed}")
