"""The soak in short: `make soak` kills some hundred times."""

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.warehouse.soak import SABOTAGE, State, be_sabotaged, find_points, make_states, soak
from warehouse import catalog

KILLS, SECONDS = 5, 15  # the longer of both; a kill takes less than a second on a machine with nothing else to do

Points = dict[str, Counter[str]]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory, seed: int) -> list[State]:
    return make_states(tmp_path_factory.mktemp("states"), random.Random(seed), 4)


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory, states: list[State]) -> Points:
    return find_points(tmp_path_factory.mktemp("points"), states)


def test_killed_writers_leave_what_was_or_what_was_to_be(
    tmp_path: Path, states: list[State], points: Points, seed: int
) -> None:
    found = soak(tmp_path, seed, states, points, KILLS, SECONDS)
    assert not found.wrong, f"seed {seed}"
    assert found.reads > 3


def test_the_soak_comes_to_every_point_there_is(points: Points) -> None:
    marks = [re.findall(r'reached\(f?"(.*?)[{"]', code.read_text()) for code in catalog.HERE.glob("*.py")]
    named = {point for found in marks for point in found}
    assert len(named) > 8
    passed = {point for of_deed in points.values() for point in of_deed}
    assert {point for point in named if not any(each.startswith(point) for each in passed)} == set()


@pytest.mark.parametrize("sabotage", ["point_first", "forget_marts"])
def test_a_sabotaged_store_is_found_out(tmp_path: Path, states: list[State], seed: int, sabotage: str) -> None:
    assert sabotage in SABOTAGE
    assert be_sabotaged(tmp_path, seed, states, sabotage).wrong
