"""The `warraq` command: refresh the warehouse, look at its state, search it, ask it in SQL, see the facts in a text."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.settings import Settings
from flows.terminal import BUSY, CANNOT_WRITE, Seeds, Warehouse, console
from flows.terminal import fail as _fail
from flows.upkeep import app as upkeep

# Prefect reads these when it is imported, which the commands below do late, so that help is quick.
# An embedded server is a part of this command: it calls nobody, and says nothing unless it is asked.
QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what fails is said below; ERROR shows where
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}

app = typer.Typer(
    help="""Arabic news articles into a DuckDB warehouse of what they say.

    \b
    warraq refresh                          read what is new in seeds/ into warehouse/
    warraq status                           what is in the warehouse, what waits in seeds/
    warraq search "العقوبات على روسيا"       find the sentences that hold some words
    warraq sql "from entities limit 10"     ask; any DuckDB opens warehouse/warehouse.duckdb too
    warraq explain article.txt              one article with every fact marked in it
    warraq diff                             what the last run changed
    warraq rollback 41                      publish again what snapshot 41 held
    """,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _settings(seeds: Path | None, warehouse: str | None) -> Settings:
    settings = Settings.given(seeds=seeds, warehouse=warehouse)
    if not settings.seeds.is_dir():
        raise _fail(f"there is no folder {settings.seeds}; name yours with --seeds DIR or WARRAQ_SEEDS")
    return settings


@app.command()
def refresh(
    seeds: Seeds = None,
    warehouse: Warehouse = None,
    only_new: Annotated[bool, typer.Option("--only-new", help="Leave what another pipeline made for later.")] = False,
) -> None:
    """Read what is new, changed or gone in the seeds folder into the warehouse.

    Runs in an embedded Prefect unless PREFECT_API_URL is set. A second run with nothing changed
    writes nothing. After an upgrade, or with a changed lexicon, it also makes anew what would now come
    out otherwise: --only-new leaves that for another run. Exit code 3: another refresh is at work; 4: the
    disk is full or read-only.

    Example: warraq refresh --seeds ~/articles --warehouse ~/warehouse
    """
    settings = _settings(seeds, warehouse)
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET.items()})
    with console.status("Starting Prefect …"):
        from flows.plan import EmptySeeds
        from flows.refresh import refresh as flow
        from warehouse.catalog import CheckFailed
        from warehouse.store import Busy, CannotWrite, NoWarehouse
    from flows.summary import show_summary

    try:
        outcome = flow(settings.seeds, settings.warehouse, only_new=only_new)
    except Busy as error:
        raise _fail(str(error), BUSY) from None
    except CannotWrite as error:
        raise _fail(str(error), CANNOT_WRITE) from None
    except (EmptySeeds, NoWarehouse) as error:
        raise _fail(str(error)) from None
    except CheckFailed as error:
        raise _fail(f"a check failed, so that nothing was published: {error}") from None
    except Exception as error:
        raise _fail(
            f"the refresh failed: {error!r}. What was committed before stays. "
            "PREFECT_LOGGING_LEVEL=ERROR shows where it failed."
        ) from error
    show_summary(console, settings, outcome)


@app.command()
def status(seeds: Seeds = None, warehouse: Warehouse = None) -> None:
    """Show what the warehouse holds, the last runs, and what waits in the seeds folder."""
    settings = _settings(seeds, warehouse)
    from flows.summary import show_status
    from warehouse.store import NoWarehouse

    try:
        show_status(console, settings)
    except NoWarehouse as error:
        raise _fail(str(error)) from None


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="SQL as DuckDB understands it; `-` reads it from standard input.")],
    warehouse: Warehouse = None,
    seeds: Seeds = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Ask the warehouse in SQL; it is opened read-only.

    Example: warraq sql "select name_ar, mention_count from entities order by all desc limit 5"
    """
    import duckdb

    from flows.answers import FORMATS, print_answer
    from warehouse.store import NoWarehouse, Store

    if output not in FORMATS:
        raise _fail(f"--format is one of {', '.join(FORMATS)}, not {output}")
    text = sys.stdin.read() if query == "-" else query
    try:
        with Store(Settings.given(seeds=seeds, warehouse=warehouse).warehouse).connect() as connection:
            print_answer(console, connection, text, output)
    except NoWarehouse as error:
        raise _fail(str(error)) from None
    except duckdb.Error as error:
        raise _fail(str(error)) from None


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="Arabic words, in any spelling of hamza, with or without clitics.")],
    limit: Annotated[int, typer.Option(min=1, help="Sentences to show.")] = 10,
    warehouse: Warehouse = None,
    seeds: Seeds = None,
) -> None:
    """Find the sentences that hold these words, the best first; any of the words may be missing.

    Rare words weigh more than common ones, and short sentences more than long ones (BM25). Clitics are
    looked through: العقوبات finds وبعقوباتها too. Function words are not searched for. In SQL it is
    `select * from search('العقوبات على روسيا')`, and `from readings('…')` shows how a query is read.

    Example: warraq search "العقوبات على روسيا" --limit 5
    """
    from flows.answers import print_search
    from warehouse.store import NoWarehouse, Store

    try:
        with Store(Settings.given(seeds=seeds, warehouse=warehouse).warehouse).connect() as connection:
            print_search(console, connection, words, limit)
    except NoWarehouse as error:
        raise _fail(str(error)) from None


@app.command()
def explain(
    source: Annotated[str, typer.Argument(help="Path of the article in the seeds folder, or its article_id.")],
    html: Annotated[Path | None, typer.Option(help="Write a web page instead.", show_default=False)] = None,
    warehouse: Warehouse = None,
    seeds: Seeds = None,
) -> None:
    """Show one article with every fact marked in place, and list what was found.

    Example: warraq explain "feeds/wire.jsonl#sanctions-1102" --html sanctions.html
    """
    from flows.explain import UnknownArticle, find_article, show_article
    from flows.page import make_page
    from warehouse.store import NoWarehouse, Store

    try:
        with Store(Settings.given(seeds=seeds, warehouse=warehouse).warehouse).connect() as connection:
            article = find_article(connection, source)
            if html:
                html.write_text(make_page(connection, article), encoding="utf-8")
                console.print(f"Written to {html}", soft_wrap=True)
            else:
                show_article(console, connection, article)
    except (NoWarehouse, UnknownArticle) as error:
        raise _fail(str(error)) from None


@app.command()
def export_delta(
    folder: Annotated[Path, typer.Argument(help="Folder of the Delta tables; made when it is missing.")],
    snapshot: Annotated[
        int | None, typer.Option(help="Number of an earlier snapshot to export.", show_default=False)
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Write every table of a snapshot as a Delta table, and read each back.

    A later export into the same folder adds a version to each table. Files without dead rows are shared
    with the warehouse, not copied: `warraq compact --all` leaves no other.

    Example: warraq export-delta ~/delta
    """
    from flows.answers import make_table
    from warehouse.store import NoWarehouse, Store

    try:
        from warehouse.export import ExportFailed, export_delta
    except ImportError as error:
        raise _fail(f"this needs deltalake: pip install 'warraq[delta]' ({error})") from None
    try:
        done = list(export_delta(Store(Settings.given(warehouse=warehouse).warehouse), folder, snapshot))
    except (NoWarehouse, ExportFailed) as error:
        raise _fail(str(error)) from None
    console.print(make_table(["table", "version", "rows", "files shared", "files written"], done))
    console.print(f"Read back and found equal: {len(done)} tables in {folder}", soft_wrap=True)


app.add_typer(upkeep)
