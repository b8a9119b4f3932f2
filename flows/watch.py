"""Watch the seeds folder and wake the deployment: `python -m flows.watch`, beside a worker.

Level-triggered: a change in the folder only makes the watcher look. What it sees in comparison with
the warehouse decides, so that a missed event, a failed run or an absent server costs time and never data.
"""

import time
from datetime import UTC, datetime, timedelta
from itertools import chain

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter
from prefect.events import emit_event
from prefect.logging import get_logger
from prefect.settings import PREFECT_API_URL
from watchfiles import watch

from flows.plan import Plan, plan_refresh
from flows.settings import Settings
from warehouse.store import Store

DEPLOYMENT, EVENT, RESOURCE = "warraq", "warraq.seeds.changed", "warraq.seeds"  # as in prefect.yaml
LOOK_EVERY_MS = 60_000  # also without a change: network folders report none, and runs fail
BURST_MS = 10_000  # files that come one after the other wake one run, but wait no longer than this
SETTLE_MS = 2_000  # a file that was written to more recently may not be whole yet

logger = get_logger("watch")


def look(settings: Settings) -> Plan:
    """Compare the folder with the warehouse; what only another pipeline makes stale waits for the night."""
    return plan_refresh(settings, Store(settings.warehouse), only_new=True)


def look_until_settled(settings: Settings) -> Plan:
    """Look until there is nothing to do, or something that is whole: an endless writer holds up no other file."""
    while (plan := look(settings)) and not plan.gone:
        ages = [abs(time.time_ns() - row["mtime_ns"]) for row in plan.work]
        if max(ages) >= SETTLE_MS * 1_000_000:
            break
        time.sleep(SETTLE_MS / 1_000)
    return plan


def is_run_due() -> bool:
    """Tell whether a run waits for its turn or for a worker; once begun, it sees all that there is by then."""
    due = {
        "state": {"type": {"any_": ["SCHEDULED"]}},
        "expected_start_time": {"before_": datetime.now(UTC) + timedelta(milliseconds=LOOK_EVERY_MS)},
    }
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter.model_validate(due),
            deployment_filter=DeploymentFilter.model_validate({"name": {"any_": [DEPLOYMENT]}}),
            limit=1,
        )
    return bool(runs)


def wake(plan: Plan) -> None:
    """Emit the event that the deployment's trigger waits for, unless a run is due anyway."""
    counts = {"new": len(plan.new), "changed": len(plan.changed), "gone": len(plan.gone)}
    seen = "%d new, %d changed, %d gone: "
    if is_run_due():
        logger.info(seen + "a run is due already", *counts.values())
        return
    logger.info(seen + "waking %s", *counts.values(), DEPLOYMENT)
    emit_event(EVENT, resource={"prefect.resource.id": RESOURCE}, payload=counts)


def watch_seeds(settings: Settings) -> None:
    """Wake the deployment for what is there already, then for every change; whatever fails is tried again."""
    changes = watch(
        settings.seeds, debounce=BURST_MS, step=SETTLE_MS, rust_timeout=LOOK_EVERY_MS, yield_on_timeout=True,
        ignore_permission_denied=True,
    )  # fmt: skip
    for _ in chain([None], changes):
        try:
            if plan := look_until_settled(settings):
                wake(plan)
        except (OSError, httpx.HTTPError) as error:  # the folder is away, or the server
            logger.warning("Not now, again in a minute: %r", error)


def main() -> None:
    """Watch until Ctrl-C."""
    settings = Settings.given()
    if not settings.seeds.is_dir():
        raise SystemExit(f"watch: there is no folder {settings.seeds}; name yours in WARRAQ_SEEDS")
    if not PREFECT_API_URL.value():
        raise SystemExit("watch: no Prefect server is known; see the commands in prefect.yaml")
    logger.info("Watching %s; Ctrl-C ends it", settings.seeds.resolve())
    try:
        watch_seeds(settings)
    except KeyboardInterrupt:
        logger.info("Stopped")


if __name__ == "__main__":
    main()
