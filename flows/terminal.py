"""What all commands share: where things lie, what is printed where, and how a failure ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

# Exit codes: somebody else writes; the disk is full or read-only; `verify` found faults. 1 is any other failure.
BUSY, CANNOT_WRITE, FAULTY = 3, 4, 5

Seeds = Annotated[
    Path | None, typer.Option(help="Folder of the articles [WARRAQ_SEEDS, else seeds/].", show_default=False)
]
Warehouse = Annotated[
    str | None,
    typer.Option(help="Folder of the warehouse, or s3://… [WARRAQ_WAREHOUSE, else warehouse/].", show_default=False),
]
console = Console()


def fail(message: str, code: int = 1) -> typer.Exit:
    """Say on standard error what is wrong and what mends it; return what ends the command."""
    Console(stderr=True).print(f"[red]warraq:[/red] {escape(message)}", highlight=False, soft_wrap=True)
    return typer.Exit(code)


@contextmanager
def explained() -> Iterator[None]:
    """End the command in a sentence where the warehouse is taken, absent, full, or would not be sound."""
    import duckdb

    from warehouse.catalog import CheckFailed
    from warehouse.store import Busy, CannotWrite, NoWarehouse

    try:
        yield
    except Busy as error:
        raise fail(f"{error}; wait for it, or set WARRAQ_PATIENCE to the seconds to wait", BUSY) from None
    except CheckFailed as error:
        raise fail(f"nothing was published: {error}") from None
    except CannotWrite as error:
        raise fail(str(error), CANNOT_WRITE) from None
    except (NoWarehouse, duckdb.Error) as error:
        raise fail(str(error)) from None
