"""The documentation of the tables, written from the contracts: `python -m warehouse.describe`.

README.md lists the tables between two marks, docs/tables.md has every column and macro. A test compares both
with what this module would write.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from warehouse.catalog import MACROS, describe_macro, sign_macro
from warehouse.contracts import FACTS, INDEXES, MARTS, VIEWS, Table, doc_of

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
PAGE: Final = ROOT / "docs" / "tables.md"
BEGIN: Final = "<!-- tables: written by `make readme` -->"
END: Final = "<!-- end of tables -->"
KINDS: Final = (
    ("Facts", tuple(table for table in FACTS if table not in INDEXES)),
    ("Indexes", INDEXES),
    ("Marts", MARTS),
    ("Views", VIEWS),
)


def list_tables() -> str:
    """Return one line a published table."""
    rows = [f"| `{t.name}` | {', '.join(t.key)} | {t.doc} |" for _, tables in KINDS for t in tables]
    return "\n".join(["| table | key | one row is, or says |", "|---|---|---|", *rows])


def describe_tables() -> str:
    """Return the page of all published tables, their columns, and the macros."""
    return "\n".join(_lines())


def put_list(readme: str) -> str:
    """Return the text of README.md with the list of tables as it should be."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{list_tables()}\n{END}{after}"


def _lines() -> Iterator[str]:
    yield "# Tables"
    yield ""
    yield "Written from `warehouse/contracts.py` by `make readme`; DuckDB shows the same texts as comments:"
    yield "`select column_name, comment from duckdb_columns() where table_name = 'events'`."
    for heading, tables in KINDS:
        yield f"\n## {heading}"
        for table in tables:
            yield from _describe(table)
    yield "\n## Macros"
    for name in MACROS:
        yield f"\n### {sign_macro(name)}\n\n{describe_macro(name)}"


def _describe(table: Table) -> Iterator[str]:
    yield f"\n### {table.name}\n\n{table.doc} Key: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | type | meaning |\n|---|---|---|"
    for field in table.schema:
        nullable = ", may be null" if field.nullable else ""
        dtype = str(field.type).replace("list<item: string>", "list of string")
        yield f"| `{field.name}` | {dtype}{nullable} | {doc_of(field)} |"


if __name__ == "__main__":
    README.write_text(put_list(README.read_text(encoding="utf-8")), encoding="utf-8")
    PAGE.write_text(describe_tables() + "\n", encoding="utf-8")
