"""A copy of the pipeline's code and words, free to be changed, and a refresh that needs no server of Prefect."""

import csv
import shutil
from collections.abc import Callable, Collection
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from flows import refresh as flow
from flows.record import Outcome
from tasks import extract, footprints, ingest, lexicons, stage, tokenize
from warehouse.catalog import names
from warehouse.contracts import PUBLISHED
from warehouse.store import Store

Row = dict[str, str]
CODE = Path(stage.__file__).parent
# By their names: `tasks.lexicons` itself has a function called `words`.
LOADERS = {
    name: import_module(f"tasks.lexicons.{name}")
    for name in ("events", "lemmas", "months", "names", "places", "speech", "table", "units", "words")
}

# What is cached that depends on them.
WORKED_OUT = frozenset(
    """ambiguous analyser countries demonym_forms describe entities fingerprint gazetteer groups header_words
    hijri_month_names known_words lemma_forms lemmatizer load_cues load_knowledge load_tagger load_triggers
    month_names named_places units verbs words""".split()
)


class Here:
    """Runs tasks on the spot: a server of Prefect for each refresh would take longer than the test."""

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, task: Any, parameters: dict[str, Any]) -> SimpleNamespace:
        batch = parameters["batch"]
        done = task.fn(batch.result() if isinstance(batch, SimpleNamespace) else batch)
        return SimpleNamespace(result=lambda: done)


class Workshop:
    """The copy. What changes in `code` counts from the next refresh on; CSV files are also read from there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.code = folder / "tasks"
        shutil.copytree(CODE, self.code, ignore=shutil.ignore_patterns("__pycache__"))
        lexicon = self.code / "lexicons"
        monkeypatch.setattr(stage, "CODE", self.code)
        for module in (lexicons, *LOADERS.values()):
            for name in ("FOLDER", "_FOLDER"):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, lexicon)
        monkeypatch.setattr(flow, "make_runner", lambda settings, plan: Here())
        monkeypatch.setattr(flow, "flow_run", SimpleNamespace(get_id=uuid4))
        forget()

    def refresh(self, seeds: Path, warehouse: Path, **options: bool) -> Outcome:
        """Run the flow as a new process would, with the code and words as they are now."""
        return flow.refresh.fn(seeds, warehouse, **options)

    def touch(self, file: str) -> None:
        """Change the code of a module, or a model, but not what it does."""
        with (self.code / file).open("a", encoding="utf-8") as opened:
            opened.write("\n# changed\n")
        forget(("fingerprint", "describe"))

    def read(self, name: str) -> list[Row]:
        """Return the rows of a lexicon."""
        with self._path(name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def edit(self, name: str, change: Callable[[list[Row]], Any]) -> None:
        """Change the rows of a lexicon in place."""
        rows = self.read(name)
        columns = list(rows[0])
        change(rows)
        with self._path(name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        forget()

    def _path(self, name: str) -> Path:
        return self.code / "lexicons" / f"{name}.csv"


def forget(names: Collection[str] = ()) -> None:
    """Forget what was worked out from the code and the CSV files, as the end of a process does."""
    for module in (lexicons, *LOADERS.values(), extract, tokenize, ingest, stage, footprints):
        for name, function in vars(module).items():
            if hasattr(function, "cache_clear") and name in (names or WORKED_OUT):
                function.cache_clear()


def dump(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a warehouse, in order, without what tells runs and pipelines apart."""
    tables = {}
    with closing(Store(warehouse).connect()) as connection:
        for table in PUBLISHED:
            if table.owner != "run_id":
                columns = names(column for column in table.columns if column not in ("pipeline", "mtime_ns"))
                tables[table.name] = connection.execute(f"select {columns} from {table.name} order by all").fetchall()
    return tables


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(Store(warehouse).connect()) as connection:
        return connection.execute(query).fetchall()
