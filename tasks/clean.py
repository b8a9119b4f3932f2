"""Clean: articles become documents, clean texts that know where each character came from."""

from typing import Any

import pyarrow as pa

from tasks.arabic.fixes import find_boilerplate, fix_text
from tasks.stage import stage
from warehouse.contracts import DOCUMENTS, INTAKE, rows_of


def clean_articles(intake: pa.Table) -> pa.Table:
    """Fix the text of each Arabic article; articles in other languages have no document."""
    wanted = intake.select(["article_id", "language", "raw_text"]).to_pylist()
    return rows_of(DOCUMENTS, [_clean(row) for row in wanted if row["language"] == "ar"])


def _clean(row: dict[str, Any]) -> dict[str, object]:
    fixed = fix_text(row["raw_text"])
    return {
        "article_id": row["article_id"],
        "text": fixed.text,
        "edits": fixed.alignment.changes,
        "fixes": fixed.fixes,
        "boilerplate": find_boilerplate(fixed.text),
    }


clean = stage(clean_articles, reads=(INTAKE,), writes=(DOCUMENTS,))
