"""What extraction costs, and how far each rule of it goes: `python -m benchmarks.extract [--write]`.

Prints the share of each stage of a refresh, and of each layer of `extract`, on articles of ../shared/data/ant.
`--write` counts the events of each rule on all of them, and writes rules.json and docs/extraction.md.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from tasks import extract
from tasks.analysis import known_words
from tasks.arabic.alignment import Alignment
from tasks.arabic.document import Document
from tasks.arabic.fixes import fix_text
from tasks.arabic.reading import read
from tasks.arabic.triggers import TriggerRow
from tasks.lexicons.events import read_rows

ANT = Path(__file__).parents[2] / "shared" / "data" / "ant" / "articles.jsonl.gz"
COUNTS = Path(__file__).with_name("rules.json")
PAGE = Path(__file__).parents[1] / "docs" / "extraction.md"
TIMED = 300  # articles
LAYERS = ("find_mentions", "find_dates", "find_quantities", "find_quotes", "find_events")


def main(write: Annotated[bool, typer.Option("--write", help="Count all rules and write the page.")] = False) -> None:
    if not ANT.exists():
        raise SystemExit(f"the articles are not at {ANT}; there is nothing to measure")
    texts = list(read_texts())
    if write:
        counts = count_events(texts)
        COUNTS.write_text(json.dumps(counts, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        PAGE.write_text(describe_rules(counts), encoding="utf-8")
        return
    for name, shares in (("stages", time_stages(texts[:TIMED])), ("layers", time_layers(texts[:TIMED]))):
        total = sum(shares.values())
        print(f"{name}, {total:.2f} s:", ", ".join(f"{key} {100 * s / total:.0f} %" for key, s in shares.items()))


def read_texts() -> Iterator[str]:
    """Yield the articles of the corpus, the title as their first line."""
    with gzip.open(ANT, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield f"{row['title']}\n{row['text']}"


# --- time ------------------------------------------------------------------------------------------


def time_stages(texts: list[str]) -> dict[str, float]:
    """Return the seconds of each stage of a refresh of these articles, as the warehouse records them."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for n, text in enumerate(texts):
            (seeds / f"{n}.txt").write_text(text, encoding="utf-8")
        env = os.environ | {"WARRAQ_SEEDS": str(seeds), "WARRAQ_WAREHOUSE": f"{folder}/warehouse"}
        subprocess.run([sys.executable, "-m", "flows", "refresh"], check=True, env=env, stdout=subprocess.DEVNULL)
        with duckdb.connect(f"{folder}/warehouse/warehouse.duckdb", read_only=True) as connection:
            rows = connection.execute("select stage, sum(seconds) from run_stages group by all order by all").fetchall()
    return dict(rows)


def time_layers(texts: list[str]) -> dict[str, float]:
    """Return the processor seconds of each layer of `extract` for these articles."""
    knowledge, articles = extract.load_knowledge(), [read_article(text) for text in texts]
    spent = dict.fromkeys(LAYERS, 0.0)
    rules = {name: getattr(extract, name) for name in LAYERS}
    for name, rule in rules.items():
        setattr(extract, name, timed(rule, name, spent))
    for article in articles:
        extract.extract_article(article, knowledge)
    for name, rule in rules.items():
        setattr(extract, name, rule)
    return spent


def timed(rule: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Return a rule that adds up the processor seconds that it takes."""

    def run(*given: object) -> object:
        began = time.process_time()
        found = rule(*given)
        spent[name] += time.process_time() - began
        return found

    return run


def read_article(text: str) -> extract.Article:
    """Return an article as `extract` has it; clean and raw text are one here."""
    clean = fix_text(text).text
    document: Document = read(clean, known_words())
    return extract.Article("0", "0", "0", date(2017, 1, 1), document, Alignment.from_rows([]))


# --- rules -----------------------------------------------------------------------------------------


def count_events(texts: list[str]) -> dict[str, int]:
    """Count the events of each rule."""
    knowledge = extract.load_knowledge()
    rows = (extract.extract_article(read_article(text), knowledge)["events"] for text in texts)
    return dict(Counter(event["method"] for events in rows for event in events))


def describe_rules(counts: dict[str, int]) -> str:
    """Return the page of the rules: what each one looks for, and how many events it found."""
    rows = read_rows()
    lines = [
        "# What finds an event",
        "",
        "Written by `python -m benchmarks.extract --write` from `tasks/lexicons/events.csv`; the last column counts "
        f"the {sum(counts.values()):,} events that were found in 9,991 articles of radio news (ANT 1.1).",
        "",
        "A rule has the words that it begins with, in all their forms, and what they need: one word of each group "
        "`after` it, one `before` it, none of `unless` beside it. `<name>`, `<person>` and `<number>` stand for any "
        "such. The actor is the subject, or the noun in the genitive; the recipient is the object, or stands after one "
        "of the prepositions. Of a reciprocal rule all who take part are actors. A weak rule gives way to another of "
        "its type in the sentence, a named one needs a name there, an ongoing one tells of what lasts. The order "
        "counts: the first rule that fits a word wins. How a subject is found, and what makes an event past, "
        "ongoing, future or hypothetical, is said in `tasks/arabic/roles.py` and `tasks/arabic/modality.py`.",
    ]
    for event_type in dict.fromkeys(row.event_type for row in rows):
        own = [row for row in rows if row.event_type == event_type]
        lines += [
            "",
            f"## {event_type}",
            "",
            "| rule | words | needs | recipient | is | events |",
            "|---|---|---|---|---|---|",
        ]
        lines += [describe_rule(row, counts.get(row.rule, 0)) for row in own]
    return "\n".join(lines) + "\n"


def describe_rule(row: TriggerRow, count: int) -> str:
    """Return the line of a rule in the table of its type."""
    words = " ".join(filter(None, (row.verb, row.passive, row.noun, row.participle)))
    needs = [(name, shorten(text)) for name in ("after", "before", "unless") if (text := getattr(row, name))]
    cells = (f"`{row.rule}`", words, "; ".join(f"{name} {text}" for name, text in needs), row.recipient, row.flags)
    return "| " + " | ".join((*cells, f"{count:,}")) + " |"


def shorten(words: str) -> str:
    """Return the first five of the words of each group."""
    groups = (group.split() for group in words.split(" + "))
    return " + ".join(" ".join(group[:5]) + (" …" if len(group) > 5 else "") for group in groups).replace("<", r"\<")


if __name__ == "__main__":
    typer.run(main)
