"""Answers of the warehouse on a terminal: tables that keep right-to-left text legible, CSV, JSON."""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

import csv
import json
import sys
from collections.abc import Sequence
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tasks.arabic.letters import is_arabic

FORMATS = ("table", "csv", "json")
SHOWN = 500  # rows of a table on a terminal

# A terminal that reorders right-to-left text would reorder neighbouring cells with it: isolate each.
ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def print_answer(console: Console, connection: duckdb.DuckDBPyConnection, query: str, output: str = "table") -> None:
    """Run a query and print its rows in one of `FORMATS`."""
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    if output == "table":
        rows = answer.fetchmany(SHOWN + 1)
        console.print(make_table(names, rows[:SHOWN]))
        if len(rows) > SHOWN:
            console.print(f"[dim]The first {SHOWN} rows; --format csv prints all.[/dim]")
    elif output == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(names)
        writer.writerows(answer.fetchall())
    else:
        records = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        sys.stdout.write(json.dumps(records, ensure_ascii=False, indent=2, default=str) + "\n")


def print_search(console: Console, connection: duckdb.DuckDBPyConnection, words: str, limit: int) -> None:
    """Print the sentences that answer a query best, or why there are none."""
    rows = connection.execute(
        "select round(score, 1), source, text from search(?, best := ?)", [words, limit]
    ).fetchall()
    if rows:
        console.print(make_table(["score", "source", "sentence"], rows))
        return
    console.print("Nothing found.")
    readings = connection.execute(
        "select distinct word, term is null from readings(?) order by all", [words]
    ).fetchall()
    if readings and all(is_function_word for _, is_function_word in readings):
        console.print("Function words are not searched for.")


def make_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Lay rows out: numbers and Arabic to the right, other text to the left."""
    table = Table(header_style="bold", show_edge=False)
    for position, name in enumerate(names):
        values = [row[position] for row in rows if row[position] is not None]
        right = bool(values) and all(isinstance(v, int | float) or is_arabic(str(v)) for v in values)
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(show_value, row))
    return table


def show_value(value: Any) -> Text:
    """Write one value for a terminal: null as nothing, Arabic isolated from what stands beside it."""
    if value is None:
        return Text()
    text = f"{value:,.6g}" if isinstance(value, float) else str(value)
    return Text(f"{ISOLATE}{text}{END}" if is_arabic(text) else text)
