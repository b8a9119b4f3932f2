"""Write what README.md, docs/scale.md and docs/language.md show anew: an answer on the samples, scores, costs.

`make readme` refreshes the samples first. A test compares the pages with what this module would write.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.language import FIGURES, WHOLE
from benchmarks.warehouse import ASKED, ASKED_IN_WORDS, SPENT, quotient
from flows.summary import TRY
from warehouse.describe import PAGE, README, describe_tables, put_list

FLOORS = Path(__file__).with_name("floors.json")
COSTS = Path(__file__).with_name("warehouse.json")
SCALE = PAGE.with_name("scale.md")
LANGUAGE = PAGE.with_name("language.md")
LAYERS = (
    "entities core", "entities PER", "entities LOC", "entities ORG", "entities NORP", "entities MISC", "linking b3",
    "quotes", "quotes with the right speaker", "dates", "dates with the right value", "quantities with the right value",
    "events", "event participants", "sentences", "repeats",
)  # fmt: skip


def main() -> None:
    page = put_list(README.read_text(encoding="utf-8"))
    page = put(page, "answer", answer(Path("warehouse")))
    page = put(page, "scores", scores())
    page = put(page, "costs", costs())
    page = put(page, "language", language())
    README.write_text(page, encoding="utf-8")
    PAGE.write_text(describe_tables() + "\n", encoding="utf-8")
    page = SCALE.read_text(encoding="utf-8")
    for name, lines in (("curve", curve()), ("queries", queries()), ("bytes", weights()), ("rest", rest())):
        page = put(page, name, lines)
    SCALE.write_text(page, encoding="utf-8")
    LANGUAGE.write_text(put(LANGUAGE.read_text(encoding="utf-8"), "language", language_costs()), encoding="utf-8")


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


def read_costs() -> tuple[dict[str, Any], int, dict[str, Any]]:
    """Return the figures of the store, and its largest size with those of it."""
    figures = json.loads(COSTS.read_text(encoding="utf-8"))
    largest = max(map(int, figures["sizes"]))
    return figures, largest, figures["sizes"][str(largest)]


def costs() -> list[str]:
    """Return the costs of the store as ratios, which hold on another machine."""
    figures, _, found = read_costs()
    short = sorted(figures["short"].items(), key=lambda item: int(item[0]))
    (fewest, first), (most, last) = short[0], short[-1]
    grown = {unit: last["append"][unit] / first["append"][unit] for unit in ("seconds", "cpu_seconds")}
    stored, raw = found["bytes"]["stored"], found["bytes"]["raw_text"]
    rows = [
        [f"100 articles appended to {int(most):,}, against {int(fewest):,}: by the clock, of processors",
         ", ".join(f"{ratio:.2f}" for ratio in grown.values())],
        *([f"queries over {what}, against native tables: middle, worst", _spread(found["queries"]["night"], marts)]
          for what, marts in (("facts", False), ("marts", True))),
        ["bytes stored, against those of the text", _ratio(stored / raw)],
        ["bytes stored, against those of native DuckDB tables", _ratio(stored / found["native_bytes_an_article"])],
    ]  # fmt: skip
    return list(_table(["cost", "ratio"], rows))


def curve() -> list[str]:
    """Return seconds by articles in the warehouse."""
    figures, _, _ = read_costs()
    rows = [
        [f"{int(size):,}{what}", *(found[name]["cpu_seconds"] for name in SPENT)]
        for kind, what in (("sizes", ""), ("short", ", short"))
        for size, found in figures[kind].items()
    ]
    return list(_table(["articles", *(f"{name} 100" for name in SPENT)], rows))


def queries() -> list[str]:
    """Return the ratios of all queries to native tables."""
    _, _, found = read_costs()
    asked = found["queries"]
    rows = [
        [name.replace("_", " "), "mart" if _is_of_marts(name) else "fact", pair["ours"]["seconds"],
         *(_ratio(quotient(asked[state][name])) for state in ("night", "fresh", "day"))]
        for name, pair in asked["night"].items()
    ]  # fmt: skip
    return list(_table(["query", "over", "seconds", "ratio", "new connection", "after a day"], rows))


def weights() -> list[str]:
    """Return bytes an article, by table."""
    _, _, found = read_costs()
    weighed = found["bytes"]
    heaviest = sorted(weighed["tables"].items(), key=lambda item: -item[1])
    rows = [[f"`{name}`", f"{weight:,.0f}"] for name, weight in heaviest if weight >= 1]
    native = found["native_bytes_an_article"]
    sums = {"all": weighed["stored"], "the text itself": weighed["raw_text"], "native": native}
    return list(_table(["table", "bytes an article"], rows + [[name, f"{sums[name]:,.0f}"] for name in sums]))


def rest() -> list[str]:
    """Return what dead rows, small parts and a plan with nothing to do cost."""
    figures, _, found = read_costs()
    alive = sum(timing["cpu_seconds"] for timing in found["dead"][0]["queries"].values())
    rows = [
        [f"{dead['dead']:,} tombstones: all queries over facts, against {found['dead'][0]['dead']:,}",
         _ratio(sum(timing["cpu_seconds"] for timing in dead["queries"].values()) / alive)]
        for dead in found["dead"][1:]
    ]  # fmt: skip
    parts, plan = figures["parts"], figures["plan"]
    rows.append([f"commit {parts['commits']} without compaction, against the first", _ratio(
        parts["last_cpu_seconds"] / parts["first_cpu_seconds"])])  # fmt: skip
    seconds = plan["reading"]["cpu_seconds"] + plan["planning"]["cpu_seconds"]
    rows.append([f"a plan with nothing to do, {plan['files']:,} files", f"{seconds:.2g} s"])
    return list(_table(["what", "cost"], rows))


def language() -> list[str]:
    """Return what `ar_warraq` and others give, and how fast they are against it."""
    found = json.loads(FIGURES.read_text(encoding="utf-8"))
    rows = [
        [name, row["gives"], _times(row, found[WHOLE]), row.get("f1", "")]
        for name, row in found.items()
        if name == WHOLE or not name.startswith(f"{WHOLE}:")
    ]
    return list(_table(["", "gives", "speed", "F1 of names"], rows))


def language_costs() -> list[str]:
    """Return words a second, loading time and memory of `ar_warraq` and others."""
    found = json.loads(FIGURES.read_text(encoding="utf-8"))
    rows = [
        [name, row["gives"], f"{row['words_a_second']:,}", _times(row, found[WHOLE]), row["load_seconds"],
         row["load_mib"], row["mib"], row.get("f1", "")]
        for name, row in found.items()
    ]  # fmt: skip
    return list(_table(["", "gives", "words/s", "ratio", "load, s", "MiB, loaded", "MiB, then", "F1 of names"], rows))


def _times(row: dict[str, Any], whole: dict[str, Any]) -> str:
    ratio = row["words_a_second"] / whole["words_a_second"]
    return f"{ratio:.1f}" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"


def _is_of_marts(name: str) -> bool:
    return (ASKED_IN_WORDS | ASKED)[name].marts


def _spread(asked: dict[str, Any], marts: bool) -> str:
    ratios = sorted(quotient(pair) for name, pair in asked.items() if _is_of_marts(name) == marts)
    return f"{_ratio(median(ratios))}, {_ratio(ratios[-1])}"


def _ratio(value: float) -> str:
    return f"{value:.1f}"


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


if __name__ == "__main__":
    main()
