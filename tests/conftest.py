"""Shared by all tests: cases as data, the user's own articles where they are, one Prefect a session."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no defect of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# The dice of a run: one throw for all of its processes.
SEED = int(os.environ.setdefault("WARRAQ_TEST_SEED", str(random.randrange(10_000))))

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[2] / "shared"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `case` on every line of the file its module names as CASES."""
    if "case" not in metafunc.fixturenames:
        return
    lines = (CASES / metafunc.module.CASES).read_text(encoding="utf-8").splitlines()
    metafunc.parametrize("case", [as_param(json.loads(line)) for line in lines if line.strip()])


def as_param(case: dict[str, object]) -> object:
    marks = [pytest.mark.xfail(strict=True, reason="known failure")] if case.get("known_failure") else []
    return pytest.param(case, id=str(case["label"]), marks=marks)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"the same dice again: WARRAQ_TEST_SEED={SEED} make test")


@pytest.fixture(scope="session")
def seed() -> int:
    return SEED


@pytest.fixture
def real_articles() -> Path:
    """Return the folder of the user's own articles, which are no part of the project."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the user's own articles are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """Run an embedded Prefect for the session."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield
