"""Watch the seeds folder and wake the deployment: `python -m flows.watch`, beside a worker.

Level-triggered: a change in the folder only makes the watcher look. What it sees in comparison with
the warehouse decides, so that a missed event costs time and never data.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from prefect.events import emit_event
from watchfiles import watch

from flows.plan import Plan, make_plan
from flows.settings import Settings
from tasks.stage import fingerprint
from warehouse.contracts import FILES
from warehouse.store import Store

EVENT = "warraq.seeds.changed"
LOOK_EVERY_MS = 60_000  # also without an event: network folders send none

logger = logging.getLogger("warraq.watch")


def watch_seeds(settings: Settings) -> Iterator[Plan]:
    """Yield a plan whenever the folder may have changed and there is something to do."""
    for _ in watch(settings.seeds, debounce=1_600, rust_timeout=LOOK_EVERY_MS, yield_on_timeout=True):
        if plan := look(settings):
            yield plan


def look(settings: Settings) -> Plan:
    """Compare the folder with the warehouse."""
    files = Store(settings.warehouse).live(FILES).to_pylist()
    return make_plan(settings, {row["file"]: row for row in files}, fingerprint())


def wake(seeds: Path, plan: Plan) -> None:
    """Emit the event that the deployment's trigger in prefect.yaml waits for."""
    emit_event(
        EVENT,
        resource={"prefect.resource.id": f"warraq.seeds.{seeds.resolve().name}"},
        payload={"new": len(plan.new), "changed": len(plan.changed), "gone": len(plan.gone), "stale": len(plan.stale)},
    )


def main() -> None:
    """Wake the deployment for what is there already, then for every change."""
    logging.basicConfig(level="INFO", format="%(asctime)s %(name)s %(message)s")
    settings = Settings.given()
    if plan := look(settings):
        wake(settings.seeds, plan)
    logger.info("watching %s", settings.seeds.resolve())
    for plan in watch_seeds(settings):
        logger.info(
            "%d new, %d changed, %d gone, %d stale", len(plan.new), len(plan.changed), len(plan.gone), len(plan.stale)
        )
        wake(settings.seeds, plan)


if __name__ == "__main__":
    main()
