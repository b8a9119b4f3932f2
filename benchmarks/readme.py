"""Write what README.md shows anew: the answer of its query on the sample articles, and the scores.

`make readme` refreshes the samples first. A test compares the page with what this module would write.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from flows.summary import TRY
from warehouse.describe import PAGE, README, describe_tables, put_list

FLOORS = Path(__file__).with_name("floors.json")
LAYERS = (
    "entities core", "entities PER", "entities LOC", "entities ORG", "entities NORP", "entities MISC", "linking b3",
    "quotes", "quotes with the right speaker", "dates", "dates with the right value", "quantities with the right value",
    "events", "event participants", "sentences", "repeats",
)  # fmt: skip


def main() -> None:
    page = put_list(README.read_text(encoding="utf-8"))
    page = put(page, "answer", answer(Path("warehouse")))
    page = put(page, "scores", scores())
    README.write_text(page, encoding="utf-8")
    PAGE.write_text(describe_tables() + "\n", encoding="utf-8")


def put(page: str, name: str, lines: Sequence[str]) -> str:
    """Return the page with these lines between the marks of a block."""
    before, rest = page.split(f"<!-- {name}", 1)
    mark, rest = rest.split("-->\n", 1)
    after = rest.split(f"<!-- end of {name} -->", 1)[1]
    text = "\n".join(lines)
    return f"{before}<!-- {name}{mark}-->\n{text}\n<!-- end of {name} -->{after}"


def answer(warehouse: Path) -> list[str]:
    """Return the answer of the first query as a table."""
    with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        asked = connection.execute(TRY)
        return list(_table([column[0] for column in asked.description or ()], asked.fetchall()))


def scores() -> list[str]:
    """Return the floors as a table: the layers by the sets they were measured on."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    rows = [[layer, *(floors[name]["scores"].get(layer, "") for name in floors)] for layer in LAYERS]
    return list(_table(["F1", *(f"{name} ({floors[name]['articles']})" for name in floors)], rows))


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


if __name__ == "__main__":
    main()
