"""What a person sees after a refresh, and when asking for the state of things."""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

import os
import shutil
import sys
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape

from flows.answers import make_table
from flows.plan import EmptySeeds, plan_refresh
from flows.record import Outcome, Record
from flows.settings import Settings
from warehouse.disk import LINK
from warehouse.store import NoWarehouse, Store

TRY = "select name_ar, label, mention_count, article_count from entities order by mention_count desc, name_ar limit 5"
HOLDINGS = ("articles", "sentences", "tokens", "mentions", "entities", "quotes", "dates", "quantities", "events")


def show_summary(console: Console, settings: Settings, outcome: Outcome) -> None:
    """Say what a refresh did, what the warehouse now holds, and how to ask it."""
    if not outcome.did_work:
        console.print(f"Nothing to do: {outcome.unchanged:,} seed files are as they were. Nothing was written.")
        show_waiting(console, outcome)
        return
    written, removed = outcome.articles_written, outcome.articles_removed
    console.print(f"[bold]{written:,} articles[/bold] written, {removed:,} removed or replaced.")
    console.print(f"Seed files: {count_files(outcome)}.")
    if outcome.again:
        console.print(f"Of unchanged files, {outcome.again:,} articles were extracted again from their tokens.")
    show_waiting(console, outcome)
    console.print()
    store = Store(settings.warehouse)
    with store.connect() as connection:
        show_holdings(console, connection)
    seconds = "  ".join(f"{stage} {spent:.1f}" for stage, spent in outcome.seconds.items())
    console.print(f"\nSeconds of work: {seconds}", soft_wrap=True)
    console.print(f"Warehouse:       {escape(store.disk.place)}/{LINK}", soft_wrap=True)
    console.print(f'Try:             {_command()} sql "{TRY}"{_where(settings)}', soft_wrap=True)


def show_waiting(console: Console, outcome: Outcome) -> None:
    """Say what `--only-new` left."""
    if outcome.waiting:
        console.print(f"{outcome.waiting:,} stale articles wait for the nightly run, or `warraq refresh`.")


def show_holdings(console: Console, connection: duckdb.DuckDBPyConnection) -> None:
    """Print rows by table, and rejects by reason."""
    counts = [(table, connection.table(table).count("*").fetchall()[0][0]) for table in HOLDINGS]
    console.print(make_table(["table", "rows"], counts))
    rejects = connection.execute(
        "select reason, count(*), min(source) from rejects group by reason order by count(*) desc, reason"
    ).fetchall()
    if rejects:
        console.print()
        console.print(make_table(["rejected", "files", "for example"], rejects))


def show_status(console: Console, settings: Settings) -> None:
    """Print what the warehouse holds, its last runs, and what a refresh would do now."""
    store = Store(settings.warehouse)
    try:
        with store.connect() as connection:
            console.print(f"[bold]Snapshot {store.head().number}[/bold] in {escape(store.disk.place)}")
            show_holdings(console, connection)
            runs = connection.execute(
                """select strftime(finished_at, '%Y-%m-%d %H:%M'), articles_written, articles_removed,
                       files_rejected, round(seconds, 1)
                   from runs order by finished_at desc limit 5"""
            ).fetchall()
            console.print()
            console.print(make_table(["last runs (UTC)", "written", "removed", "rejects", "seconds"], runs))
    except NoWarehouse as error:
        console.print(str(error), soft_wrap=True)
    try:
        plan = plan_refresh(settings, store)
    except EmptySeeds as error:
        console.print(f"\n{error}", soft_wrap=True)
        return
    planned = count_files(Record("", plan, "").outcome(0))
    if plan.again.num_rows:
        planned += f"; {plan.again.num_rows:,} articles of unchanged files to extract again"
    advice = "`warraq refresh` reads them." if plan else "The warehouse is up to date."
    console.print(f"\nIn {settings.seeds.resolve()}: {planned}. {advice}", soft_wrap=True)


def count_files(outcome: Outcome) -> str:
    """Say in words what became of the seed files."""
    names = ("new", "changed", "gone", "stale", "unchanged")
    return ", ".join(f"{getattr(outcome, name):,} {name}" for name in names)


def _command() -> str:
    """Return what to type: the bare name where the shell finds it, else the way to it."""
    return "warraq" if shutil.which("warraq") else os.path.relpath(Path(sys.executable).with_name("warraq"))


def _where(settings: Settings) -> str:
    return "" if settings.warehouse == "warehouse" else f" --warehouse {settings.warehouse}"
