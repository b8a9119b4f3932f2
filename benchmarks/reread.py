"""What a change costs, against a full run: `python -m benchmarks.reread`.

Each change is made in a copy of the code, and each refresh runs in a process of its own, Prefect's
start included. The ratios of processor seconds, and no seconds, are what holds on another machine.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.generate import FAMILY, GIVEN, write_articles

ROOT = Path(__file__).parents[1]
CODE = ("flows", "tasks", "warehouse")


def nothing(code: Path) -> None:
    """Change nothing: what a run costs that only looks."""


def change_rule(code: Path) -> None:
    """Change the code of a rule, if not what it does."""
    with (code / "tasks/arabic/speech.py").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")


def add_person(code: Path) -> None:
    """Make one of the persons of the articles a known one."""
    path = code / "tasks/lexicons/people.csv"
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    row = dict.fromkeys(columns, "") | {"name_ar": f"{GIVEN[0]} {FAMILY[0]}", "label": "PER", "kind": "person"}
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, lineterminator="\n").writerow(row | {"name_en": "Somebody Known", "source": "-"})


def drop_verb(code: Path) -> None:
    """Drop the commonest of the reporting verbs, which nearly every article has."""
    path = code / "tasks/lexicons/speech.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("قال,")), encoding="utf-8")


CHANGES: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("nothing", nothing),
    ("a person in people.csv", add_person),
    ("قال out of speech.csv", drop_verb),
    ("a rule of extract", change_rule),
)


def refresh(code: Path, seeds: Path, warehouse: Path) -> tuple[float, float]:
    """Return seconds on the clock and of processor time that a refresh takes."""
    env = os.environ | {"WARRAQ_SEEDS": str(seeds), "WARRAQ_WAREHOUSE": str(warehouse)}
    began = perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "flows", "refresh"], cwd=code, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"warraq refresh ended with {child.returncode}")
    return perf_counter() - began, usage.ru_utime + usage.ru_stime


def count_written(warehouse: Path) -> int:
    """Return how many articles the last run wrote."""
    import duckdb

    with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        return int(
            connection.execute("select articles_written from runs order by finished_at desc limit 1").fetchall()[0][0]
        )


def main(articles: Annotated[int, typer.Option(min=1, help="How many to generate")] = 2_000) -> None:
    """Measure a full run, then what each change costs."""
    table = Table("changed", "articles again", "seconds", "processor s", "times faster", title="warraq refresh")
    with tempfile.TemporaryDirectory() as folder:
        seeds, code, warehouse = (Path(folder, name) for name in ("seeds", "code", "warehouse"))
        write_articles(seeds, articles, seed=7)
        for part in CODE:
            ignore = shutil.ignore_patterns("__pycache__", "data", "snapshots")
            shutil.copytree(ROOT / part, code / part, ignore=ignore)
        seconds, whole = refresh(code, seeds, warehouse)
        table.add_row("everything", f"{articles:,}", f"{seconds:.1f}", f"{whole:.1f}", "")
        for name, change in CHANGES:
            change(code)
            seconds, processor = refresh(code, seeds, warehouse)
            again = 0 if change is nothing else count_written(warehouse)
            table.add_row(name, f"{again:,}", f"{seconds:.1f}", f"{processor:.1f}", f"{whole / processor:.1f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
