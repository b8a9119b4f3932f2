"""The commands of an operator: what snapshots there are, what changed, go back, compact, expire, verify."""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.filesize import decimal

from flows.settings import Settings
from flows.terminal import FAULTY, Warehouse, console, explained, fail

if TYPE_CHECKING:
    from warehouse.catalog import Snapshot
    from warehouse.store import Store

app = typer.Typer()
SHOWN = 50  # faults that are listed; who has more needs a backup and not a longer list

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_duration(text: str | timedelta) -> timedelta:
    """Read a duration as people write it.

    >>> read_duration("12h"), read_duration("7d"), read_duration("0")
    (datetime.timedelta(seconds=43200), datetime.timedelta(days=7), datetime.timedelta(0))
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([smhdw])|(0)", str(text))
    if not match:
        raise typer.BadParameter(f"{text!r} is no duration; write 90s, 30m, 12h, 7d, 2w or 0")
    return timedelta(**{_UNITS[match[2]]: float(match[1])}) if match[1] else timedelta()


@app.command()
def snapshots(
    warehouse: Warehouse = None,
    last: Annotated[int, typer.Option(help="How many to show, from the newest; 0 shows all.")] = 20,
) -> None:
    """List the snapshots: when each was published, by what, and what it holds.

    The one marked ● is what readers get. `warraq diff A B` tells two apart, `warraq rollback N` goes back to one.

    Example: warraq snapshots --last 5
    """
    with explained():
        from flows.answers import make_table
        from warehouse.upkeep import history

        store, _ = open_store(warehouse)
        rows: list[list[object]] = []
        for snapshot in history(store):
            if 0 < last <= len(rows):
                break
            rows.append(describe_snapshot(store, snapshot, is_published=not rows))
        names = ["no", "published", "operation", "parent", "articles", "files", "new"]
        console.print(make_table(names, rows))
        if before := rows[-1][3]:
            console.print(f"[dim]Snapshot {before} and those before are not shown, or have expired.[/dim]")


def describe_snapshot(store: "Store", snapshot: "Snapshot", *, is_published: bool) -> list[object]:
    """Return the cells of a row of `warraq snapshots`."""
    from warehouse.upkeep import count_articles

    at = datetime.fromisoformat(snapshot.published_at or "").astimezone()
    files = list(snapshot.all_files())
    new = sum(file.bytes for file in files if file.rev == snapshot.number)
    return [
        f"{'●' if is_published else ' '} {snapshot.number}", f"{at:%Y-%m-%d %H:%M}", snapshot.operation,
        snapshot.parent, count_articles(store, snapshot), len(files), decimal(new),
    ]  # fmt: skip


@app.command()
def diff(
    a: Annotated[int | None, typer.Argument(help="Snapshot before; else the one before the last run.")] = None,
    b: Annotated[int | None, typer.Argument(help="Snapshot after; else the published one.")] = None,
    table: Annotated[
        str | None, typer.Option(help="Show the rows themselves of one table, with + or -.", show_default=False)
    ] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    warehouse: Warehouse = None,
) -> None:
    """Show which facts came and went between two snapshots, by table and article.

    Without numbers: what the last run changed. With csv or json: one record a table and article.

    \b
    Example: warraq diff
    Example: warraq diff 41 44 --table mentions
    Example: warraq diff 41 --format csv > changes.csv
    """
    with explained():
        from flows.answers import FORMATS
        from flows.changes import before_last_run, print_changes, print_rows
        from warehouse.contracts import FACTS
        from warehouse.upkeep import compare

        if output not in FORMATS:
            raise fail(f"--format is one of {', '.join(FORMATS)}, not {output}")
        if table and table not in {fact.name for fact in FACTS}:
            raise fail(f"--table is one of {', '.join(fact.name for fact in FACTS)}, not {table}")
        store, _ = open_store(warehouse)
        after = store.head().number if b is None else b
        before = before_last_run(store, after) if a is None else a
        with compare(store, before, after) as con:
            if output == "table":
                console.print(f"From snapshot {before or '0, the empty one,'} to {after}:\n")
            if table:
                print_rows(con, table, output)
            else:
                print_changes(con, output)


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(help="Snapshot to go back to; `warraq snapshots` lists them.")],
    warehouse: Warehouse = None,
) -> None:
    """Publish again what an earlier snapshot held, after looking at every byte and row of it.

    It becomes a new snapshot: nothing is lost, and a rollback can be rolled back. The next refresh reads
    again whatever differs from the seeds, so mend these, or the code, before; pause the schedule and the watcher.

    Example: warraq rollback 41
    """
    with explained():
        from warehouse.upkeep import roll_back

        store, settings = open_store(warehouse)
        with store.writing(settings.patience):
            if store.head().number == number:
                raise fail(f"snapshot {number} is the published one")
            published = roll_back(store, number)
        console.print(f"Snapshot {published.number} is published: what snapshot {number} held.")
        console.print(f"`warraq diff {published.parent} {published.number}` shows what that undid;", end=" ")
        console.print(f"`warraq rollback {published.parent}` takes it back.")


@app.command()
def compact(
    everything: Annotated[bool, typer.Option("--all", help="Leave one part, however much is written for it.")] = False,
    warehouse: Warehouse = None,
) -> None:
    """Merge small files, so that queries stay quick, and leave out rows that are dead.

    The facts stay the same, and so do the snapshots before: `warraq expire` frees their files.

    Example: warraq compact
    """
    with explained():
        from warehouse import upkeep

        store, settings = open_store(warehouse)
        with store.writing(settings.patience):
            before = store.head()
            with console.status("Merging …"):
                while upkeep.compact(store, everything=everything):
                    pass
            after = store.head()
        if after.number == before.number:
            console.print(f"Nothing is worth merging in {len(upkeep.sizes_of(after))} parts.")
            return
        for what, snapshot in (("before", before), ("now", after)):
            files = [file.bytes for file in snapshot.all_files()]
            parts = len(upkeep.sizes_of(snapshot))
            console.print(f"{what:>6}: {parts:,} parts, {len(files):,} files, {decimal(sum(files))}", highlight=False)
        console.print(f"Snapshot {after.number} is published. The old files go with the snapshots that name them.")


@app.command()
def expire(
    keep: Annotated[
        int | None, typer.Option(min=1, help="Newest snapshots to keep [WARRAQ_KEEP_SNAPSHOTS, else 10].")
    ] = None,
    older_than: Annotated[
        timedelta | None,
        typer.Option(
            parser=read_duration,
            metavar="DURATION",
            show_default=False,
            help="Keep also what was the published one so short a time ago: 12h, 7d, 0 [WARRAQ_KEEP_DAYS, else 7d].",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    warehouse: Warehouse = None,
) -> None:
    """Forget old snapshots, and remove the files that only they need.

    Removes what killed runs left, too. Facts of the snapshots that stay are not touched.

    \b
    Example: warraq expire
    Example: warraq expire --keep 3 --older-than 12h --yes
    """  # fmt: skip
    with explained():
        from warehouse import upkeep

        store, settings = open_store(warehouse)
        default_keep, default_age = settings.retention
        retention = (default_keep if keep is None else keep, default_age if older_than is None else older_than)
        kept = upkeep.find_kept(store, *retention)
        if going := upkeep.find_forgotten(store, kept):
            console.print(
                f"[bold]{len(going):,} snapshots will be gone for good:[/bold] {', '.join(join_runs(going))}.\n"
                "Nothing can be rolled back to them, and who still reads one gets an error at the next query.\n"
                f"{len(kept):,} stay.",
                highlight=False,
            )
            if not yes:
                typer.confirm("Forget them?", abort=True)
        with store.writing(settings.patience):
            gone = upkeep.expire(store, *retention)
        console.print(
            f"{len(gone.snapshots):,} snapshots forgotten, {gone.files:,} data files removed:"
            f" {decimal(gone.bytes)} freed.",
            highlight=False,
        )


@app.command()
def verify(warehouse: Warehouse = None) -> None:
    """Prove the warehouse sound: every file, every check, every mart, the evidence of every fact.

    Reads everything and changes nothing; runs beside a refresh. Exit code 4: faults were found.

    Example: warraq verify && echo sound
    """
    with explained():
        from tasks.arabic.evidence import agree
        from warehouse import upkeep

        store, _ = open_store(warehouse)
        began, count = time.perf_counter(), 0

        def show(step: str) -> None:
            console.print(f"[dim]{time.perf_counter() - began:7.1f} s[/dim]  {step}", highlight=False)

        for fault in upkeep.verify(store, agree, show):
            count += 1
            if count <= SHOWN:
                console.print(f"           {fault.where} {fault.what}", style="red", markup=False, soft_wrap=True)
        show("done")
        if count:
            raise fail(
                f"{count:,} fault{'s' * (count > 1)}. Put back damaged files from a backup, or go back to a sound"
                " snapshot with `warraq rollback N`; `warraq refresh` into a new folder makes all anew from the seeds",
                FAULTY,
            )
        console.print("Sound.")


def open_store(warehouse: str | None) -> tuple["Store", Settings]:
    """Return the store, and the settings. Raises `NoWarehouse` where there is none, so that none is made by mistake."""
    from warehouse.store import NoWarehouse, Store

    settings = Settings.given(warehouse=warehouse)
    store = Store(settings.warehouse)
    if not store.head().number:
        raise NoWarehouse(
            f"no warehouse in {store.root}: name yours with --warehouse DIR, or run `warraq refresh` first"
        )
    return store, settings


def join_runs(numbers: list[int]) -> Iterator[str]:
    """Write numbers in order, those in a row by the first and the last.

    >>> ", ".join(join_runs([1, 2, 3, 7, 9, 10]))
    '1-3, 7, 9-10'
    """
    first = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield str(number) if first == at else f"{numbers[first]}-{number}"
            first = at + 1
