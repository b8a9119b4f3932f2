"""The deployment as prefect.yaml states it, and the watcher that wakes it. Neither needs a server here."""

import asyncio
import os
import time
from datetime import UTC, date, datetime
from datetime import time as clock
from inspect import signature
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from prefect.events.schemas.deployment_triggers import DeploymentEventTrigger
from prefect.events.schemas.events import Resource, ResourceSpecification
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.server.schemas.schedules import CronSchedule
from prefect.utilities.schema_tools.validation import is_valid

from flows import watch
from flows.maintain import maintain
from flows.settings import Settings

ROOT = Path(__file__).parents[1]
ARTICLE = "قال حارس المنارة إن السفينة عبرت المضيق قبل الفجر."
HOUR = 3600


STATED: dict[str, Any] = {
    stated["name"]: stated
    for stated in yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
}


@pytest.fixture
def deployment() -> dict[str, Any]:
    """Return the only deployment of refresh: Prefect limits runs by deployment, so that two would run at once."""
    (only,) = (stated for stated in STATED.values() if stated["entrypoint"].endswith(":refresh"))
    return only


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "seeds").mkdir()
    return Settings(seeds=tmp_path / "seeds", warehouse=tmp_path / "warehouse")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect the events that are emitted while no run is due."""
    emitted: list[dict[str, Any]] = []
    monkeypatch.setattr(watch, "is_run_due", lambda: False)
    monkeypatch.setattr(watch, "emit_event", lambda event, **rest: emitted.append({"event": event, **rest}))
    return emitted


def drop(settings: Settings, name: str, age: float = HOUR) -> None:
    path = settings.seeds / name
    path.write_text(ARTICLE, encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)


# --- prefect.yaml -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STATED)
def test_the_flow_takes_every_parameter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    deployment = STATED[name]
    path, _, function = deployment["entrypoint"].partition(":")
    assert Path(path).is_file()
    flow: Flow[..., Any] = load_flow_from_entrypoint(f"{path.removesuffix('.py').replace('/', '.')}.{function}")
    assert flow.name == function
    schema = {**flow.parameters.model_dump(), "additionalProperties": False}
    assert not is_valid({"season": "event"}, schema)
    for caller in (deployment, *deployment["schedules"], *deployment.get("triggers", ())):
        assert is_valid(caller.get("parameters", {}), schema)


def test_schedule_and_trigger_share_one_slot_in_which_runs_wait(deployment: dict[str, Any]) -> None:
    assert deployment["schedules"]
    assert deployment["triggers"]
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


@pytest.mark.parametrize("name", STATED)
def test_runs_that_meet_wait_for_each_other(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other than a command, at which somebody sits who is told at once."""
    assert STATED[name]["work_pool"]["name"] == STATED["warraq"]["work_pool"]["name"]
    environment = STATED[name]["work_pool"]["job_variables"]["env"]
    assert all(isinstance(value, str) for value in environment.values()), "Prefect takes nothing else"
    assert environment.keys() <= {f"WARRAQ_{field}".upper() for field in Settings.model_fields}
    assert Settings().patience == 0
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert Settings().patience >= HOUR


def test_no_template_is_left_unfilled() -> None:
    """Prefect stores `{{ $NAME }}` as it stands where NAME is not set."""
    assert "{{" not in str(STATED)


@pytest.mark.parametrize(
    ("name", "slug", "runs"),
    [
        ("warraq", "nightly", "1 02:30, 2 02:30, 3 02:30, 4 02:30, 5 02:30, 6 02:30, 0 02:30"),
        ("maintain", "nightly", "1 04:00, 2 04:00, 3 04:00, 4 04:00, 5 04:00, 6 04:00, 1 04:00"),
        ("maintain", "weekly", ", ".join(["0 04:00"] * 7)),
    ],
)
@pytest.mark.parametrize("start", [date(2026, 1, 4), date(2026, 7, 5)], ids=["winter", "summer"])
def test_schedule_is_by_the_local_clock(name: str, slug: str, runs: str, start: date) -> None:
    """From a Sunday noon on: the day of the week, and the hour."""
    (stated,) = (schedule for schedule in STATED[name]["schedules"] if schedule["slug"] == slug)
    schedule = CronSchedule(cron=stated["cron"], timezone=stated["timezone"])
    dates = asyncio.run(schedule.get_dates(7, start=datetime.combine(start, clock(12), UTC)))
    zone = ZoneInfo(stated["timezone"])
    assert ", ".join(f"{run.astimezone(zone):%w %H:%M}" for run in dates) == runs


def test_the_proof_is_left_to_sunday() -> None:
    schedules = {schedule["slug"]: schedule["parameters"] for schedule in STATED["maintain"]["schedules"]}
    assert signature(maintain.fn).parameters["proving"].default is True
    assert {slug: given.get("proving", True) for slug, given in schedules.items()} == {"nightly": False, "weekly": True}


def test_trigger_fires_on_what_the_watcher_emits(
    deployment: dict[str, Any], settings: Settings, events: list[dict[str, Any]]
) -> None:
    drop(settings, "خبر.txt")
    watch.wake(watch.look(settings))
    (event,) = events
    (trigger,) = (DeploymentEventTrigger.model_validate(given) for given in deployment["triggers"])
    assert trigger.expect == {watch.EVENT} == {event["event"]}
    assert ResourceSpecification.model_validate(trigger.match).matches(Resource(event["resource"]))
    assert not trigger.within, "an event within that time of another would be ignored"
    assert deployment["name"] == watch.DEPLOYMENT


# --- the watcher --------------------------------------------------------------------------------------


def test_look_sees_what_is_new_and_nothing_else(settings: Settings) -> None:
    assert not watch.look(settings)
    drop(settings, "خبر.txt")
    drop(settings, "خبر.txt.part")
    drop(settings, ".خبر.txt")
    assert watch.look(settings).new == ["خبر.txt"]


def test_file_still_written_is_waited_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(settings, "growing.txt", age=0)
    waits: list[float] = []

    def pass_time(seconds: float) -> None:
        waits.append(seconds)
        drop(settings, "growing.txt", age=HOUR)

    monkeypatch.setattr(time, "sleep", pass_time)
    assert watch.look_until_settled(settings).new == ["growing.txt"]
    assert len(waits) == 1


def test_endless_writer_holds_up_no_other_file(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waited"))
    drop(settings, "endless.txt", age=0)
    drop(settings, "whole.txt")
    assert watch.look_until_settled(settings).new == ["endless.txt", "whole.txt"]


def test_no_event_while_a_run_is_due(
    settings: Settings, events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "is_run_due", lambda: True)
    drop(settings, "خبر.txt")
    watch.wake(watch.look(settings))
    assert events == []


def test_watcher_outlives_a_server_and_tries_again(
    settings: Settings, events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask() -> bool:
        asked.append(True)
        if len(asked) == 1:
            raise httpx.ConnectError("refused")
        return False

    monkeypatch.setattr(watch, "is_run_due", ask)
    monkeypatch.setattr(watch, "watch", lambda *paths, **options: iter([set(), set()]))
    drop(settings, "خبر.txt")
    watch.watch_seeds(settings)
    assert len(events) == 2, "at once it failed, then once a look: the run that was woken did nothing yet"


def test_watcher_names_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_SEEDS", str(tmp_path / "nowhere"))
    with pytest.raises(SystemExit, match="nowhere"):
        watch.main()
