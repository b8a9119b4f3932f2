"""One article with its facts marked in place: what the pipeline saw, and where."""

from __future__ import annotations  # DuckDB's types in annotations would outlive DuckDB, and complain at exit

from typing import Any, Final

import duckdb
from rich.console import Console
from rich.text import Text

from flows.answers import make_table

# What is drawn later lies over what was drawn before: wide facts first.
MARKS: Final = {
    "quotes": "italic yellow",
    "dates": "underline cyan",
    "quantities": "underline magenta",
    "mentions": "underline bold",
    "events": "reverse",
}
LABELS: Final = {"PER": "green", "LOC": "blue", "ORG": "red", "NORP": "bright_blue", "MISC": "bright_magenta"}
LISTS: Final = {
    "mentions": "select label, text, entity_id, method from mentions where article_id = ? order by start_char",
    "quotes": """select kind, speaker_text, speaker_entity_id, cue_text, text
        from quotes where article_id = ? order by start_char""",
    "dates": "select text, kind, value, date_from, date_to from dates where article_id = ? order by start_char",
    "quantities": "select text, value, unit, object from quantities where article_id = ? order by start_char",
    "events": """select text, event_type, mode, status, is_negated, actor_entity_ids, recipient_entity_ids, score
        from events where article_id = ? order by start_char""",
}


class UnknownArticle(LookupError):  # noqa: N818 - it says what is the case
    """No article has the source or id that was asked for."""


def show_article(console: Console, connection: duckdb.DuckDBPyConnection, article: dict[str, Any]) -> None:
    """Print an article's head, its raw text with every fact marked, and the facts as tables."""
    for name in (
        "source",
        "title",
        "byline",
        "outlet",
        "dateline",
        "published_on",
        "encoding",
        "fixes",
        "duplicate_of",
    ):
        if article[name]:
            console.print(Text.assemble((f"{name:>13}  ", "dim"), str(article[name])))
    console.print()
    console.print(mark_facts(connection, article))
    console.print(legend())
    for table, query in LISTS.items():
        answer = connection.execute(query, [article["article_id"]])
        names = [column[0] for column in answer.description or ()]
        if rows := answer.fetchall():
            console.print(f"\n[bold]{table}[/bold]")
            console.print(make_table(names, rows))


def find_article(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, Any]:
    """Return the `articles` row whose source or article_id is `source`.

    Raises `UnknownArticle`, naming the sources most like it, where there is none.
    """
    answer = connection.execute("select * from articles where source = ? or article_id = ?", [source, source])
    names = [column[0] for column in answer.description or ()]
    if row := answer.fetchone():
        return dict(zip(names, row, strict=True))
    near = connection.execute(
        "select source from articles order by jaro_winkler_similarity(source, ?) desc, source limit 3", [source]
    ).fetchall()
    hint = ", ".join(s for (s,) in near)
    raise UnknownArticle(f"no article has the source {source}" + (f"; the nearest are {hint}" if hint else ""))


def mark_facts(connection: duckdb.DuckDBPyConnection, article: dict[str, Any]) -> Text:
    """Return the raw text with a style over the evidence of every fact."""
    text = Text(article["raw_text"])
    for table, style in MARKS.items():
        label = "label" if table == "mentions" else "null"
        facts = connection.execute(
            f"select start_char, end_char, {label} from {table} where article_id = ?",  # noqa: S608 - names of our own
            [article["article_id"]],
        )
        for start, end, kind in facts.fetchall():
            text.stylize(f"{style} {LABELS.get(kind, '')}".strip(), start, end)
    return text


def legend() -> Text:
    """Return one line that shows every mark with its name."""
    layers = [(name, style) for name, style in MARKS.items() if name != "mentions"]
    labels = [(label, f"{MARKS['mentions']} {colour}") for label, colour in LABELS.items()]
    parts: list[Any] = ["\n"]
    for name, style in (*labels, *layers):
        parts += [(name, style), "  "]
    return Text.assemble(*parts)
