"""One article as a web page with its facts marked in place: self-contained, right to left, nothing fetched."""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any, Final, NamedTuple

import duckdb

STYLE: Final = """
:root { color-scheme: light dark; --ink: light-dark(#1c1c1c, #e8e6e0); --paper: light-dark(#fffdf8, #17181a) }
body { font: 1.15rem/2.1 "Noto Naskh Arabic", Amiri, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--ink); background: var(--paper) }
p { white-space: pre-wrap; margin: 0 } h1 { font-size: 1.5rem; line-height: 1.5 }
.quotes { background: light-dark(#fdf3c7, #463d18) } .dates { border-bottom: 2px dotted #0e8a8a }
.quantities { border-bottom: 2px dotted #b0368f } .events { outline: 1px solid #c77700; border-radius: 3px }
.mentions { border-bottom: 2px solid } .PER { border-color: #2b8a3e } .LOC { border-color: #1864ab }
.ORG { border-color: #c92a2a } .NORP { border-color: #4dabf7 } .MISC { border-color: #9c36b5 }
footer { margin-top: 2rem; font-size: .9rem } footer span { margin-inline-end: 1rem }
"""

FACTS: Final = """
    select 'quotes' as layer, '' as label, start_char, end_char,
        concat_ws(' · ', kind, speaker_text, cue_text) as note from quotes where article_id = $id
    union all select 'dates', '', start_char, end_char, value from dates where article_id = $id
    union all select 'quantities', '', start_char, end_char, concat_ws(' ', value, unit, object)
        from quantities where article_id = $id
    union all select 'mentions', label, start_char, end_char, concat_ws(' · ', label, entity_id)
        from mentions where article_id = $id
    union all select 'events', '', start_char, end_char,
        concat_ws(' · ', event_type, mode, status, if(is_negated, 'negated', null)) from events where article_id = $id
"""


class Mark(NamedTuple):
    """A fact over the code points `start` to `end` of the raw text."""

    layer: str
    label: str
    start: int
    end: int
    note: str


def make_page(connection: duckdb.DuckDBPyConnection, article: dict[str, Any]) -> str:
    """Return the page of an article: a row of `articles`, read from the same connection."""
    marks = [Mark(*row) for row in connection.execute(FACTS, {"id": article["article_id"]}).fetchall()]
    title = escape(article["title"] or article["source"])
    heading = f"<h1>{title}</h1>" if article["title"] and article["title"] not in article["raw_text"] else ""
    layers = (
        "mentions PER",
        "mentions LOC",
        "mentions ORG",
        "mentions NORP",
        "quotes",
        "dates",
        "quantities",
        "events",
    )
    legend = "".join(f'<span class="{layer}">{layer.split()[-1]}</span>' for layer in layers)
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<body>{heading}<p>{mark_text(article['raw_text'], marks)}</p>"
        f'<footer dir="ltr">{legend}<br>{escape(article["source"])}</footer></body></html>\n'
    )


def mark_text(text: str, marks: Sequence[Mark]) -> str:
    """Return the text as HTML, cut wherever a mark begins or ends; each piece carries the marks that cover it.

    >>> mark_text("قال <س>", [Mark("events", "", 0, 3, "past")])
    '<span class="events" title="past">قال</span> &lt;س&gt;'
    """
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    return "".join(
        _piece(text[start:end], [mark for mark in marks if mark.start <= start and end <= mark.end])
        for start, end in pairwise(cuts)
    )


def _piece(text: str, marks: Sequence[Mark]) -> str:
    if not marks:
        return escape(text)
    classes = " ".join(dict.fromkeys(f"{mark.layer} {mark.label}".strip() for mark in marks))
    notes = escape("\n".join(mark.note for mark in marks if mark.layer != "quotes") or marks[0].note)
    return f'<span class="{classes}" title="{notes}">{escape(text)}</span>'
