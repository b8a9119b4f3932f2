"""Articles by the million for the benchmarks of the store: facts drawn in SQL, no text of anybody's.

The store does not care what a text says, only how much there is of everything and how often the same
comes back. So words, names and figures are drawn by Zipf's law, in the proportions that the pipeline
found in 2,498 articles of radio news: 139 tokens an article, and of 1,000 tokens 72 names, 25 dates, 18
numbers and 16 words of events; four sentences of nine quote somebody. Positions fit the text, every
table keeps its contract and passes the checks of the store. `drawn/*.sql` says how.
"""

from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from warehouse.catalog import literal, mart_rows, types_of
from warehouse.contracts import BY_NAME, FACTS, RUN_STAGES, RUNS, Table

PIECE: Final = 20_000  # articles drawn at a time, so that memory stays under 3 GB
DRAWN: Final = Path(__file__).with_name("drawn")
OF_RUNS: Final = (RUNS, RUN_STAGES)


class Press:
    """Writes any articles of an endless newspaper, as folders that the store takes in.

    Article n is the same in every warehouse, whatever others it holds. Half of the articles have fewer
    words and marks than `tokens`.
    """

    def __init__(self, spill: Path, tokens: int = 120) -> None:
        self._tokens = tokens
        self._con = duckdb.connect()
        self._con.execute(f"set memory_limit = '3GB'; set temp_directory = {literal(spill)}")
        self._con.execute((DRAWN / "words.sql").read_text(encoding="utf-8"))
        of_runs = {table.name for table in OF_RUNS}
        self._tables = [BY_NAME[path.stem] for path in sorted(DRAWN.glob("tables/*.sql")) if path.stem not in of_runs]

    def close(self) -> None:
        self._con.close()

    def write(self, out: Path, numbers: range, edition: int = 0) -> list[Path]:
        """Write what ingest and the later stages give for articles by their numbers, mart rows too.

        In another edition the same articles have another text.
        """
        pieces = [numbers[first : first + PIECE] for first in range(0, len(numbers), PIECE)]
        return [self._write_piece(out / f"{no:06}", piece, edition) for no, piece in enumerate(pieces)]

    def write_run(self, folder: Path, run_id: str) -> Path:
        """Write what a refresh records of itself."""
        folder.mkdir(parents=True)
        for table in OF_RUNS:
            self._copy(table, folder, {"$run": literal(run_id)})
        return folder

    def _write_piece(self, folder: Path, numbers: range, edition: int) -> Path:
        folder.mkdir(parents=True)
        values = {"$first": numbers.start, "$end": numbers.stop, "$step": numbers.step, "$edition": edition}
        values["$tokens"] = self._tokens
        self._con.execute(fill((DRAWN / "texts.sql").read_text(encoding="utf-8"), values))
        for table in self._tables:
            self._copy(table, folder)
        facts = {path.stem: pq.read_table(path) for path in folder.iterdir() if BY_NAME[path.stem] in FACTS}
        for name, rows in mart_rows(facts).items():
            pq.write_table(rows, folder / f"{name}.parquet")
        return folder

    def _copy(self, table: Table, folder: Path, values: dict[str, object] | None = None) -> None:
        """Write the rows of a table as its contract wants them; a column that is not drawn holds nothing."""
        rows = fill((DRAWN / "tables" / f"{table.name}.sql").read_text(encoding="utf-8"), values or {})
        given = self._con.sql(rows).columns
        columns = ", ".join(
            f'{column if column in given else _nothing(table, column, dtype)}::{dtype} as "{column}"'
            for column, dtype in types_of(table).items()
        )
        path = literal(folder / f"{table.name}.parquet")
        self._con.execute(f"copy (select {columns} from ({rows})) to {path} (format parquet)")


def fill(sql: str, values: dict[str, object]) -> str:
    """Put values, written as SQL, in the place of their names."""
    for name, value in values.items():
        sql = sql.replace(name, str(value))
    return sql


def _nothing(table: Table, column: str, dtype: str) -> str:
    if table.schema.field(column).nullable:
        return "null"
    return "[]" if dtype.endswith("[]") else "0"
