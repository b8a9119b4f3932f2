"""What the warehouse costs as it grows: `make bench`, or `python -m benchmarks.warehouse --full --write`.

For each size a warehouse of synthetic articles goes through the real store and is compacted; then 100
articles are appended, changed and removed, each time with all that a refresh does in the store
(`settle`, `retell_stories`, `Store.commit` and `tidy`), the stages' work being ready. At the largest size,
analysts' queries are asked of the published catalog and of native DuckDB tables that hold the same
rows. A million articles are short ones, so that they are built in minutes: what is appended reads no
text of what is there, and is as short at the size that it is compared with. Ratios hold on another
machine, seconds do not.
"""

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple
from unittest.mock import patch

import duckdb
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.synthetic import Press, fill
from flows.plan import make_plan
from flows.settings import Settings
from tasks.stage import write_table
from warehouse import disk
from warehouse.catalog import MACROS, define_macros, literal, mart_sql, names
from warehouse.contracts import BANDS, FACTS, FILES, INTAKE, MARTS, REJECTS, SIGNATURES, VIEWS, rows_of
from warehouse.settle import settle
from warehouse.store import Store
from warehouse.stories import retell_stories
from warehouse.upkeep import compact, expire, tidy

SIZES: Final = (1_000, 10_000, 100_000)
OF_SHORT: Final = (1_000, 100_000, 1_000_000)
SHORT: Final = 12  # tokens
PART, CHANGE, TIMES = 50_000, 100, 5  # articles a commit, articles that come, repetitions of which the median counts
RESULTS: Final = Path(__file__).with_name("warehouse.json")
QUERIES: Final = Path(disk.__file__).with_name("queries")
PIPELINE: Final = "synthetic"

Figures = dict[str, Any]
SPENT: Final = ("append", "change", "remove")


class Query(NamedTuple):
    """A question of an analyst; `marts` says that it is answered from marts alone."""

    sql: str
    marts: bool = False


# $id, $entity, $month stand for what the warehouse holds.
ASKED: Final = {
    "all facts of an article": Query("""
        select 'mention' as what, start_char, end_char, text from mentions where article_id = $id
        union all select 'quote', start_char, end_char, text from quotes where article_id = $id
        union all select 'date', start_char, end_char, text from dates where article_id = $id
        union all select 'event', start_char, end_char, text from events where article_id = $id
        order by start_char, what"""),
    "outlets of a month": Query("""
        select outlet, count(*), sum(token_count)::bigint from articles
        where published_on between $month and last_day($month) group by all order by outlet"""),
    "mentions of an entity, with sentences": Query("""
        select published_on, source, m.text, s.text as sentence
        from mentions m join sentences s using (article_id, sentence_no) join articles using (article_id)
        where entity_id = $entity order by published_on desc, source, m.start_char limit 100"""),
    "mentions by label and method": Query("select label, method, count(*) from mentions group by all order by all"),
    "the most quoted, with names": Query("""
        select name_ar, q.kind, count(*) as quotes, count(distinct article_id) as articles
        from quotes q join entities on entity_id = speaker_entity_id
        group by all order by quotes desc, name_ar, q.kind limit 20"""),
    "sentences that hold a phrase": Query("select count(*), min(article_id) from sentences where text like '%زع بض%'"),
    "an entity day by day": Query(
        "select day, mention_count from entity_daily where entity_id = $entity order by day", marts=True
    ),
}
SUBJECT: Final = "محادثات مع مصر"  # of the query that searches; no drawn word is in it
OF_MARTS: Final = ("how_countries_get_on", "which_words_rise", "who_is_in_the_news")
ASKED_IN_WORDS: Final = {
    path.stem: Query(path.read_text(encoding="utf-8"), path.stem in OF_MARTS) for path in sorted(QUERIES.glob("*.sql"))
}


def main(
    sizes: Annotated[
        list[int] | None, typer.Argument(help="Articles in the warehouse; by default 1k, 10k, 100k")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Short articles too, 1,000,000 of them: half an hour")] = False,
    plan_files: Annotated[int, typer.Option(help="Small files of the plan with nothing to do")] = 100_000,
    commits: Annotated[int, typer.Option(help="Commits without compaction in between")] = 30,
    write: Annotated[
        bool, typer.Option("--write", help=f"Write the figures to {RESULTS.name}, for README and docs.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(help="Where the warehouses are built, to be deleted afterwards")
    ] = None,
) -> None:
    figures: Figures = {}
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name)
        if plan_files:
            figures["plan"] = measure_plan(work / "plan", plan_files)
        with closing(Press(work / "spill")) as press:
            if commits:
                figures["parts"] = measure_parts(work / "parts", press, commits)
            figures["sizes"] = measure_all(work, press, sizes or SIZES, with_queries=True)
        if full:
            with closing(Press(work / "spill", tokens=SHORT)) as press:
                figures["short"] = measure_all(work, press, OF_SHORT)
    show(figures)
    if write:
        RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measure_all(work: Path, press: Press, sizes: Sequence[int], *, with_queries: bool = False) -> Figures:
    """Measure sizes in turn; queries and dead rows only at the last one."""
    found = {}
    for size in sizes:
        found[str(size)] = measure(work / str(size), press, size, with_queries=with_queries and size == sizes[-1])
        Console().print(f"{size:,}:", {name: found[str(size)][name]["cpu_seconds"] for name in SPENT})
        shutil.rmtree(work / str(size))
    return found


def measure(root: Path, press: Press, size: int, *, with_queries: bool) -> Figures:
    """Build a warehouse, compact it, and measure it."""
    store = Store(root / "warehouse")
    with store.writing():
        build(store, press, size)
        compact(store, everything=True)
        expire(store, keep=1, older_than=timedelta(0))
    return measure_built(store, press, size, with_queries=with_queries)


def measure_built(store: Store, press: Press, size: int, *, with_queries: bool) -> Figures:
    """Measure what a warehouse of articles 0 to `size` costs.

    Queries are asked of what a day of changes leaves, which is one large part, small ones and dead rows,
    and of what the nightly upkeep makes of it.
    """
    figures: Figures = {"bytes": weigh(store, size)}
    with store.writing():
        figures |= measure_changes(store, press, size)
        if with_queries:
            native = build_native(store, store.root.with_name("native.duckdb"))
            figures["queries"] = {"day": compare_open(store, native)}
            while compact(store):
                pass
            figures["queries"] |= {"night": compare_open(store, native), "fresh": compare_fresh(store, native)}
            figures["native_bytes_an_article"] = native.stat().st_size / (size + CHANGE * TIMES)
            figures["dead"] = measure_dead(store, press, size)
    return rounded(figures)


def build(store: Store, press: Press, size: int) -> None:
    """Commit articles 0 to `size`."""
    for first in range(0, size, PART):
        with staged(store) as folder:
            facts = press.write(folder / "facts", range(first, min(first + PART, size)))
            stories = retell_stories(store, facts, (), folder / "stories")
            incoming = [*facts, stories.folder, press.write_run(folder / "run", f"part-{first}")]
            store.commit(incoming, gone={"story_id": stories.gone}, pipeline=PIPELINE)


@contextmanager
def staged(store: Store) -> Iterator[Path]:
    folder = store.staging("benchmark")
    yield folder
    shutil.rmtree(folder)


# --- what comes, changes and goes ------------------------------------------------------------------------


class Clock:
    """Says how long each step of a commit took, by the points that the store marks; and how busy the process was."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._last, self._busy = time.perf_counter(), time.process_time()

    def __call__(self, point: str) -> None:
        now = time.perf_counter()
        step = "data written" if point.startswith("written") else point
        self.steps[step] = self.steps.get(step, 0.0) + now - self._last
        self._last = now

    def read(self) -> dict[str, float]:
        """Return the seconds in all, those of all cores together, and those of each step."""
        return {"seconds": sum(self.steps.values()), "cpu_seconds": time.process_time() - self._busy, **self.steps}


def measure_changes(store: Store, press: Press, size: int) -> Figures:
    """Append, change and remove 100 articles, some times each; what is removed was drawn all over the warehouse."""
    step = size // CHANGE
    appended = [
        change(store, press, f"append-{no}", range(size + no * CHANGE, size + (no + 1) * CHANGE)) for no in range(TIMES)
    ]
    changed = [
        change(store, press, f"change-{no}", range(no, size, step), edition=1) for no in range(min(TIMES, step // 2))
    ]
    removed = [
        change(store, press, f"remove-{no}", range(no, size, step), is_gone=True)
        for no in range(step // 2, min(step // 2 + TIMES, step - 1))
    ]
    return {"append": median_of(appended), "change": median_of(changed), "remove": median_of(removed)}


def change(
    store: Store, press: Press, name: str, numbers: range, edition: int = 0, *, is_gone: bool = False
) -> dict[str, float]:
    """Do what a refresh does in the store, and return the seconds of each step."""
    with staged(store) as folder:
        run = press.write_run(folder / "run", name)
        facts = press.write(folder / "facts", numbers, edition)
        ingested = [take_apart(path) for path in facts]
        files = [file for path in ingested for file in pq.read_table(path / "files.parquet")["file"].to_pylist()]
        if is_gone:
            ingested, facts = [], []
        clock = Clock()
        settled = settle(
            store,
            ingested=ingested,
            replaced=files if is_gone or edition else [],
            out=folder / "settled",
            batch_chars=1_000_000,
        )
        clock("settled")
        assert settled.fresh == len(numbers) * (not is_gone)
        assert settled.removed == len(numbers) * (is_gone or edition > 0)
        incoming = [*facts, *settled.incoming]
        stories = retell_stories(store, incoming, settled.gone["article_id"], folder / "stories")
        clock("stories told")
        with patch.object(disk, "reached", clock):
            gone = settled.gone | {"story_id": stories.gone}
            store.commit([*incoming, stories.folder, run], settled.outgoing, gone, PIPELINE)
        tidy(store, keep=10, older_than=timedelta(days=7))
        clock("tidied")
        return clock.read()


def take_apart(facts: Path) -> Path:
    """Move what ingest gives into a folder of its own, so that the rest is what the later stages give."""
    ingested = facts.with_name(f"{facts.name}-ingested")
    ingested.mkdir()
    for table in (INTAKE, FILES, REJECTS, SIGNATURES):
        (facts / f"{table.name}.parquet").rename(ingested / f"{table.name}.parquet")
    (facts / f"{BANDS.name}.parquet").unlink()  # settle writes it
    return ingested


def median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of the whole, and of each step."""
    return {step: statistics.median(run.get(step, 0.0) for run in runs) for step in runs[0]}


def measure_parts(root: Path, press: Press, count: int) -> Figures:
    """Append 100 articles again and again to a small warehouse, without compaction."""
    store, seconds = Store(root), []
    with store.writing():
        build(store, press, SIZES[0])
        for no in range(count):
            numbers = range(SIZES[0] + no * CHANGE, SIZES[0] + (no + 1) * CHANGE)
            seconds.append(change(store, press, f"append-{no}", numbers)["cpu_seconds"])
    shutil.rmtree(root)
    tenth = max(count // 10, 1)
    ends = [statistics.median(seconds[first : first + tenth]) for first in (0, count - tenth)]
    return rounded({"commits": count, "first_cpu_seconds": ends[0], "last_cpu_seconds": ends[1]})


def measure_dead(store: Store, press: Press, size: int) -> list[Figures]:
    """Ask the same questions with more and more dead rows, which lie all over the warehouse."""
    found = []
    for dead in (0, 1_000, 100_000):
        if dead and dead > size // 10:
            break
        if dead:
            bury(store, press, range(size // dead - 1, size, size // dead))
        with closing(store.connect()) as con:
            ((rows,),) = con.execute("select count(*) from meta.dead").fetchall()
            asked = {name: query for name, query in questions(con).items() if not query.marts}
            times = {name: timed(partial(ask, con, query.sql), TIMES)[0]._asdict() for name, query in asked.items()}
        found.append({"dead": rows, "queries": times})
    return found


def bury(store: Store, press: Press, numbers: range) -> None:
    """Remove articles in one commit; those that an earlier measurement removed stay removed."""
    with staged(store) as folder:
        facts = press.write(folder / "facts", numbers)
        owners = [row for path in facts for row in pq.read_table(path / "articles.parquet")["article_id"].to_pylist()]
        store.commit(outgoing=facts, gone={"article_id": owners}, pipeline=PIPELINE)


# --- the plan ----------------------------------------------------------------------------------------------


def measure_plan(root: Path, count: int) -> Figures:
    """Plan a refresh of small files that are all as they were."""
    seeds = root / "seeds"
    for number in range(count):
        path = seeds / f"{number // 1000:04}" / f"{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"خبر {number}", encoding="utf-8")
    settings = Settings.given(seeds=seeds, warehouse=root / "warehouse")
    store = Store(settings.warehouse)
    with store.writing():
        first, _ = timed(lambda: make_plan(settings, {}, PIPELINE))
        work = make_plan(settings, {}, PIPELINE).work
        rows = [{**row, "article_count": 1, "reject_count": 0} for row in work]
        rows = [{name: row[name] for name in FILES.columns} for row in rows]
        write_table(root / "facts", FILES, rows_of(FILES, rows))
        store.commit([root / "facts"], pipeline=PIPELINE)
        reading, before = timed(lambda: {row["file"]: row for row in store.live(FILES).to_pylist()})
        planning, plan = timed(lambda: make_plan(settings, before, PIPELINE))
    assert not plan
    assert plan.unchanged == count
    shutil.rmtree(root)
    steps = {"first": first, "reading": reading, "planning": planning}
    return rounded({"files": count} | {name: step._asdict() for name, step in steps.items()})


class Timing(NamedTuple):
    """Seconds by the clock on the wall, and those of all cores of this process, which neighbours disturb less."""

    seconds: float
    cpu_seconds: float


def timed(work: Callable[[], Any], times: int = 3) -> tuple[Timing, Any]:
    """Return the medians, and the last result."""
    found = []
    for _ in range(times):
        wall, busy = time.perf_counter(), time.process_time()
        result = work()
        found.append((time.perf_counter() - wall, time.process_time() - busy))
    return Timing(*map(statistics.median, zip(*found, strict=True))), result


# --- queries -------------------------------------------------------------------------------------------------


def compare_open(store: Store, native: Path) -> Figures:
    """Ask the same of the catalog and of native tables, in turn, over an open connection."""
    with closing(store.connect()) as ours, closing(duckdb.connect(str(native), read_only=True)) as theirs:
        found = {}
        for name, query in questions(ours).items():
            assert len(ask(ours, query.sql)) == len(ask(theirs, query.sql)), name
            found[name] = time_both(partial(ask, ours, query.sql), partial(ask, theirs, query.sql))
        return found


def compare_fresh(store: Store, native: Path) -> Figures:
    """Ask the same over a new connection each time: a process has one DuckDB a file, so that none else may be open."""
    catalog = store.root / "warehouse.duckdb"
    with closing(store.connect()) as ours:
        asked = questions(ours)
    return {
        name: time_both(partial(ask_fresh, catalog, query.sql), partial(ask_fresh, native, query.sql))
        for name, query in asked.items()
    }


def build_native(store: Store, path: Path) -> Path:
    """Create DuckDB tables of all facts and marts, ordered by key, and the same views over them; return the file."""
    with closing(duckdb.connect(str(path))) as con:
        con.execute(f"set memory_limit = '4GB'; set temp_directory = {literal(path.with_suffix('.spill'))}")
        con.execute(f"attach {literal(store.root / 'warehouse.duckdb')} as head (read_only)")
        for table in (*FACTS, *MARTS):
            con.execute(f"create table {table.name} as from head.{table.name} order by {names(table.key)}")
        con.execute("create schema meta")
        for mart in MARTS:
            con.execute(f"create view meta.{mart.name} as from main.{mart.name}")
        define_macros(con, MACROS)
        for view in VIEWS:
            con.execute(f"create view {view.name} as {mart_sql(view)}")
        con.execute("checkpoint")
    return path


def questions(con: duckdb.DuckDBPyConnection) -> dict[str, Query]:
    """Return the queries, about an article, an entity, a month and words from the middle of this warehouse."""
    ((article, month),) = con.execute(
        "select quantile_disc(article_id, 0.5), date_trunc('month', quantile_disc(published_on, 0.5))::date"
        " from articles"
    ).fetchall()
    ((entity,),) = con.execute(
        "select entity_id from entities order by mention_count desc, entity_id limit 1 offset 19"
    ).fetchall()
    terms = con.execute(
        "select term from terms group by term order by sum(token_count) desc, term limit 2 offset 300"
    ).fetchall()
    values = {
        "$id": literal(article), "$entity": literal(entity), "$month": f"date '{month}'",
        SUBJECT: " ".join(term for (term,) in terms),
    }  # fmt: skip
    return {name: query._replace(sql=fill(query.sql, values)) for name, query in (ASKED_IN_WORDS | ASKED).items()}


def time_both(ours: Callable[[], Any], native: Callable[[], Any]) -> dict[str, Figures]:
    """Time both in turn, so that other load on the machine hits both."""
    pairs = [(timed(ours, 1)[0], timed(native, 1)[0]) for _ in range(TIMES)]
    found = (Timing(*map(statistics.median, zip(*side, strict=True))) for side in zip(*pairs, strict=True))
    return dict(zip(("ours", "native"), (timing._asdict() for timing in found), strict=True))


def ask(con: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return con.execute(sql).fetchall()


def ask_fresh(path: Path, sql: str) -> list[Any]:
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        return ask(con, sql)


def quotient(pair: Figures) -> float:
    """Return our processor time over that of native tables."""
    return float(pair["ours"]["cpu_seconds"] / pair["native"]["cpu_seconds"])


# --- bytes -----------------------------------------------------------------------------------------------------


def weigh(store: Store, size: int) -> Figures:
    """Return bytes an article, by table, and those of the raw text."""
    with closing(store.connect()) as con:
        ((text,),) = con.execute("select sum(strlen(raw_text)) from articles").fetchall()
    tables = {
        table.name: sum(file.stat().st_size for file in (store.root / "data" / table.name).glob("*")) / size
        for table in (*FACTS, *MARTS)
    }
    return {"raw_text": text / size, "stored": sum(tables.values()), "tables": tables}


# --- what is shown ---------------------------------------------------------------------------------------------


def rounded(figures: Any) -> Any:
    """Round to what the measurement can tell: three digits."""
    if isinstance(figures, float):
        return float(f"{figures:.3g}")
    if isinstance(figures, dict):
        return {name: rounded(value) for name, value in figures.items()}
    return [rounded(value) for value in figures] if isinstance(figures, list) else figures


def show(figures: Figures) -> None:
    """Print tables of all figures, in processor seconds."""
    out = Console()
    columns = (*(f"{name} 100" for name in SPENT), "bytes", "of raw text")
    table = Table("articles", *columns, title="the store, processor seconds, bytes an article")
    for kind, what in (("sizes", ""), ("short", " short")):
        for size, found in figures.get(kind, {}).items():
            spent = [f"{found[name]['cpu_seconds']:.2f}" for name in SPENT]
            weights = [f"{found['bytes'][name]:,.0f}" for name in ("stored", "raw_text")]
            table.add_row(f"{int(size):,}{what}", *spent, *weights)
    out.print(table)
    sizes = figures["sizes"]
    last = sizes[max(sizes, key=int)]
    of_marts = {name for name, query in (ASKED_IN_WORDS | ASKED).items() if query.marts}
    table = Table("query", "s", "native", "ratio", "of the day", "fresh", title="queries, processor seconds")
    for name, pair in last["queries"]["night"].items():
        ratios = [quotient(last["queries"][state][name]) for state in ("night", "day", "fresh")]
        cells = [f"{value:.3g}" for value in (pair["ours"]["cpu_seconds"], pair["native"]["cpu_seconds"], *ratios)]
        table.add_row(f"{name}{' (mart)' * (name in of_marts)}", *cells)
    out.print(table)
    for dead in last["dead"]:
        spent = sum(timing["cpu_seconds"] for timing in dead["queries"].values())
        out.print(f"{dead['dead']:,} dead: {spent:.3g} s for all queries over facts")
    out.print("many small parts:", figures.get("parts"))
    out.print("a plan with nothing to do:", figures.get("plan"))


if __name__ == "__main__":
    typer.run(main)
