"""The whole pipeline, in a real Prefect, into a real warehouse."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from benchmarks import readme
from flows.cli import BUSY, app
from flows.refresh import refresh
from tasks.arabic.fixes import fix_text
from tasks.arabic.letters import is_arabic
from warehouse import describe
from warehouse.contracts import PUBLISHED
from warehouse.store import Busy, Store

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures("prefect")

# What differs from run to run, and is left out where two warehouses are compared.
OF_RUNS = {"files": ["mtime_ns"], "runs": None, "run_stages": None}
WITH_EVIDENCE = [t for t in PUBLISHED if t.kind == "fact" and {"start_char", "end_char", "text"} <= set(t.columns)]

Query = Callable[[str], list[tuple[object, ...]]]


def ask(warehouse: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def dump(warehouse: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every published row, in order, without what tells one run from another."""
    tables = {}
    for table in PUBLISHED:
        hidden = OF_RUNS.get(table.name, [])
        if hidden is not None:
            columns = ", ".join(f'"{c}"' for c in table.columns if c not in hidden)
            tables[table.name] = ask(warehouse, f"select {columns} from {table.name} order by all")
    return tables


def snapshot_of(warehouse: Path) -> dict[str, int]:
    return {str(p): p.stat().st_mtime_ns for p in warehouse.rglob("*") if p.is_file() and p.name != "writer.lock"}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, prefect: None) -> Path:
    """Return a warehouse of the sample articles; tests only read it."""
    warehouse = tmp_path_factory.mktemp("samples")
    refresh(ROOT / "seeds", warehouse)
    return warehouse


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Return a folder with some of the sample articles, free to be changed."""
    folder = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds" / "marsa", folder / "marsa")
    shutil.copytree(ROOT / "seeds" / "feeds", folder / "feeds")
    return folder


# --- what comes out -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", WITH_EVIDENCE, ids=lambda table: table.name)
def test_every_row_points_at_its_evidence(samples: Path, table) -> None:
    rows = ask(
        samples,
        f"select raw_text[start_char + 1 : end_char], f.text from {table.name} f join articles using (article_id)",
    )
    assert rows
    for evidence, text in rows:
        assert skeleton(str(evidence)) == skeleton(str(text))


@pytest.mark.parametrize("part", ["speaker", "cue"])
def test_parts_of_quotes_point_at_their_evidence(samples: Path, part: str) -> None:
    rows = ask(
        samples,
        f"""select raw_text[{part}_start_char + 1 : {part}_end_char], {part}_text
            from quotes join articles using (article_id) where {part}_text is not null""",
    )
    assert rows
    assert all(skeleton(str(evidence)) == skeleton(str(text)) for evidence, text in rows)


def skeleton(text: str) -> str:
    """Return what no fix may change: the letters and digits of the cleaned text."""
    return "".join(char for char in fix_text(text).text if char.isalnum())


def test_every_table_joins(samples: Path) -> None:
    facts = ("sentences", "tokens", "mentions", "quotes", "dates", "quantities", "events", "appearances")
    joins = " ".join(f"semi join {fact} using (article_id)" for fact in facts)
    assert ask(samples, f"select count(*) from articles {joins}")[0][0] >= 10


@pytest.mark.parametrize("table", PUBLISHED, ids=lambda table: table.name)
def test_every_table_has_rows_of_its_contract(samples: Path, table) -> None:
    assert ask(samples, f"select count(*) from {table.name}")[0][0] > 0
    key = ", ".join(table.key)
    assert ask(samples, f"select {key} from {table.name} group by all having count(*) > 1") == []


def test_a_copy_points_at_the_first_and_counts_once(samples: Path) -> None:
    [(copy, first)] = ask(
        samples,
        "select c.source, f.source from articles c join articles f on c.duplicate_of = f.article_id",
    )
    assert str(first) < str(copy)
    assert {str(first), str(copy)} == {"أرشيف/نسخة (2) من محادثات مسقط.txt", "الأفق العربي/محادثات مسقط.txt"}
    counted = (
        "select count(*) from mentions join sentences using (article_id, sentence_no) join articles using (article_id)"
    )
    live = f"{counted} where duplicate_of is null and not is_repeat and not is_boilerplate"
    assert ask(samples, "select sum(mention_count)::bigint from entity_daily") == ask(samples, live)


def test_another_language_is_kept_without_facts(samples: Path) -> None:
    assert ask(samples, "select language, token_count from articles where source = 'mombasa-port.txt'") == [("en", 0)]
    assert ("mombasa-port.txt", "not_arabic") in ask(samples, "select source, reason from rejects")


def test_encodings_are_told_apart(samples: Path) -> None:
    found = dict(ask(samples, "select file, encoding from articles where file not like '%.jsonl'"))
    assert found["malaab/كاف-غرامة.txt"] == "cp1256"
    assert str(found["dana/oil-2026-09-24.txt"]).replace("-", "_") in {"iso8859_6", "iso_8859_6"}
    assert str(found["marsa/2026-09-03_border-clash.txt"]).startswith("utf")
    assert all(
        is_arabic(str(text))
        for (text,) in ask(samples, "select title from articles where language = 'ar' and title is not null")
    )


# --- what a second refresh does ------------------------------------------------------------------------


def test_a_second_refresh_writes_nothing(seeds: Path, tmp_path: Path) -> None:
    first = refresh(seeds, tmp_path / "w")
    before = snapshot_of(tmp_path / "w")
    second = refresh(seeds, tmp_path / "w")
    assert (second.did_work, second.snapshot) == (False, first.snapshot)
    assert snapshot_of(tmp_path / "w") == before


def touch(seeds: Path) -> None:
    os.utime(seeds / "feeds" / "wire.jsonl", ns=(time.time_ns(), time.time_ns()))


def add(seeds: Path) -> None:
    shutil.copy(ROOT / "seeds" / "راديو المرفأ.txt", seeds / "راديو.txt")


def change(seeds: Path) -> None:
    path = seeds / "marsa" / "2026-09-08_ceasefire.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("قيرغيزستان", "أوزبكستان"), encoding="utf-8")


def rename(seeds: Path) -> None:
    (seeds / "marsa" / "2026-09-08_ceasefire.txt").rename(seeds / "هدنة.txt")


def remove(seeds: Path) -> None:
    (seeds / "marsa" / "2026-09-08_ceasefire.txt").unlink()


def change_one_line(seeds: Path) -> None:
    path = seeds / "feeds" / "wire.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0].replace("2026-10", "2026-09"), *lines[1:]]), encoding="utf-8")


@pytest.mark.parametrize("act", [add, change, rename, remove, change_one_line, touch])
def test_a_change_touches_only_its_own_rows(seeds: Path, tmp_path: Path, act: Callable[[Path], None]) -> None:
    warehouse = tmp_path / "w"
    refresh(seeds, warehouse)
    written = dict(ask(warehouse, "select source, rev from meta.articles"))
    act(seeds)
    refresh(seeds, warehouse)
    now = dict(ask(warehouse, "select source, rev from meta.articles"))
    assert len(now.items() ^ written.items()) <= 2  # a row that went, a row that came
    fresh = tmp_path / "fresh"
    refresh(seeds, fresh)
    assert dump(warehouse) == dump(fresh)


def test_two_warehouses_of_one_folder_are_equal(samples: Path, tmp_path: Path) -> None:
    refresh(ROOT / "seeds", tmp_path)
    assert dump(tmp_path) == dump(samples)


def test_chunks_and_batches_make_no_difference(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_CHUNK_ARTICLES", "4")
    monkeypatch.setenv("WARRAQ_BATCH_CHARS", "3000")
    refresh(ROOT / "seeds", tmp_path)
    assert ask(tmp_path, "select count(distinct rev) from meta.articles") > [(3,)]
    assert dump(tmp_path) == dump(samples)


def test_only_one_refresh_at_a_time(seeds: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "w").writing(), pytest.raises(Busy, match=str(os.getpid())):
        refresh(seeds, tmp_path / "w")


def test_the_users_own_articles(real_articles: Path, tmp_path: Path) -> None:
    outcome = refresh(real_articles, tmp_path)
    assert (outcome.articles_written, outcome.rejects) == (5, 0)
    assert ask(tmp_path, "select count(*) from articles where sentence_count > 5 and language = 'ar'") == [(5,)]


# --- the command ----------------------------------------------------------------------------------------


@pytest.fixture
def command(samples: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    monkeypatch.setenv("WARRAQ_WAREHOUSE", str(samples))
    monkeypatch.setenv("WARRAQ_SEEDS", str(ROOT / "seeds"))

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_sql_in_three_formats(command: Callable[..., str]) -> None:
    query = "select source, title from articles where file = 'راديو المرفأ.txt'"
    assert "راديو" in command("sql", query)
    assert command("sql", query, "--format", "csv").startswith("source,title\n")
    assert '"source": "راديو المرفأ.txt"' in command("sql", query, "--format", "json")


def test_sql_says_what_is_wrong(command: Callable[..., str]) -> None:
    assert "nonsense" in command("sql", "from nonsense", code=1)
    assert "read-only" in command("sql", "create table x (y int)", code=1)


def test_search_shows_sentences_or_says_why_there_are_none(command: Callable[..., str]) -> None:
    shown = command("search", "بعواصمنا الكُبرى", "--limit", "1")
    assert "عواصمنا" in shown
    assert "Nothing found" not in shown
    assert command("search", "قسطنطينية") == "Nothing found.\n"
    assert command("search", "") == "Nothing found.\n"
    assert command("search", "من على") == "Nothing found.\nFunction words are not searched for.\n"


def test_explain_marks_an_article(command: Callable[..., str]) -> None:
    shown = command("explain", "راديو المرفأ.txt")
    assert "mentions" in shown
    assert "the nearest are" in command("explain", "راديو.txt", code=1)


def test_status_and_refresh_have_nothing_to_do(command: Callable[..., str]) -> None:
    assert "up to date" in command("status")
    assert "Nothing to do" in command("refresh")


def test_a_second_refresh_at_once_ends_with_a_code_of_its_own(command: Callable[..., str], samples: Path) -> None:
    with Store(samples).writing():
        command("refresh", code=BUSY)


def test_help_teaches() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert all(name in shown for name in ("refresh", "status", "search", "sql", "explain"))


# --- the page --------------------------------------------------------------------------------------------


def test_readme_shows_what_comes_out(samples: Path) -> None:
    page = readme.README.read_text(encoding="utf-8")
    assert "\n".join(readme.answer(samples)) in page, "`make readme` writes it anew"
    assert "\n".join(readme.scores()) in page, "`make readme` writes it anew"


def test_documentation_of_tables_is_that_of_the_contracts() -> None:
    page = readme.README.read_text(encoding="utf-8")
    assert describe.put_list(page) == page, "`make readme` writes it anew"
    assert describe.PAGE.read_text(encoding="utf-8") == describe.describe_tables() + "\n", (
        "`make readme` writes it anew"
    )


def test_explain_writes_a_page(command: Callable[..., str], tmp_path: Path) -> None:
    command("explain", "راديو المرفأ.txt", "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in page
    assert "http" not in page
