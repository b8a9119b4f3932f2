"""Event words: which word says which PLOVER event, and the score of each type and mode."""

import csv
from functools import cache
from pathlib import Path
from typing import Final

from tasks.arabic.triggers import TriggerRow, Triggers, make_triggers

_FOLDER: Final = Path(__file__).parent


@cache
def load_triggers() -> Triggers:
    """Read `events.csv` and `plover.csv`; raises `ValueError` where a row has no score."""
    scores = {(row["event_type"], row["mode"] or None): float(row["score"]) for row in _rows("plover.csv")}
    return make_triggers(read_rows(), scores)


def read_rows() -> list[TriggerRow]:
    """Read the rules of `events.csv`, in their order."""
    return [TriggerRow(**row) for row in _rows("events.csv")]


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
