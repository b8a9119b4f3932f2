"""Turn a pure function over Arrow tables into a Prefect task over a batch on disk.

The one deep module of the pipeline. A stage is written as `f(table, ...) -> table | (table, ...)`;
`stage` reads its inputs from the batch's folder, holds its outputs to their contracts, writes them
as Parquet beside the inputs and hands on a reference. No table ever passes between tasks.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from prefect import Task, task

from tasks.chosen import identify_model
from warehouse import contracts, likeness, stories
from warehouse.contracts import Table, conform

Transform = Callable[..., pa.Table | tuple[pa.Table, ...]]

# What the rows depend on: the code of the stages with language rules, lexicons and model below it,
# the shape of the tables, what makes articles alike, and the libraries that read text.
CODE: Final = Path(__file__).parent
SOURCES: Final = ("*.py", "*.csv", "*.bin")
LIBRARIES: Final = ("spacy", "babel", "charset-normalizer", "trafilatura", "py3langid", "datasketch")

# The tables that each stage writes, by its module.
WRITTEN: Final[dict[str, tuple[Table, ...]]] = {}


class Step(NamedTuple):
    """What a stage did to a batch."""

    stage: str
    rows: int
    seconds: float


class Batch(NamedTuple):
    """Reference to a folder of Parquet tables: all that tasks hand to each other.

    `digest` covers what the stages wrote there so far, `log` says what each of them did.
    """

    folder: str
    digest: str = ""
    log: tuple[Step, ...] = ()


@cache
def fingerprint() -> str:
    """Return 16 hex digits that change when any row could: stage code, language rules, lexicons, model, libraries."""
    files = sorted(p for pattern in SOURCES for p in CODE.rglob(pattern))
    digest = hashlib.sha256()
    rules = [Path(str(module.__file__)) for module in (contracts, likeness, stories)]
    for file in (*files, *rules):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    digest.update(identify_model())
    return digest.hexdigest()[:16]


def table_path(folder: str | Path, table: Table) -> Path:
    """Return where a table lies in the folder of a batch."""
    return Path(folder) / f"{table.name}.parquet"


def read_table(folder: str | Path, table: Table) -> pa.Table:
    """Read one table of a batch."""
    return pq.read_table(table_path(folder, table), partitioning=None)


def write_table(folder: str | Path, table: Table, rows: pa.Table) -> Path:
    """Write rows that keep the table's contract; raises `ContractError` for others."""
    path = table_path(folder, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(conform(rows, table), path, compression="zstd")
    return path


def apply(transform: Transform, reads: Iterable[Table], writes: Iterable[Table], batch: Batch) -> Batch:
    """Run one stage on one batch, in this process."""
    began = time.perf_counter()
    made = transform(*(read_table(batch.folder, table) for table in reads))
    tables = made if isinstance(made, tuple) else (made,)
    digest = hashlib.sha256(batch.digest.encode())
    for table, rows in zip(writes, tables, strict=True):
        digest.update(write_table(batch.folder, table, rows).read_bytes())
    step = Step(transform.__name__.split("_")[0], sum(rows.num_rows for rows in tables), time.perf_counter() - began)
    return Batch(batch.folder, digest.hexdigest(), (*batch.log, step))


def stage(transform: Transform, *, reads: tuple[Table, ...], writes: tuple[Table, ...]) -> Task[[Batch], Batch]:
    """Wrap `transform` as the Prefect task that carries a batch through it."""
    WRITTEN[transform.__module__] = writes

    def run(batch: Batch) -> Batch:
        return apply(transform, reads, writes, batch)

    return task(name=transform.__name__, description=transform.__doc__, persist_result=False)(run)
