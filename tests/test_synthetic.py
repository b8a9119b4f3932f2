"""What the benchmarks draw is a warehouse like any other: it keeps the contracts, the checks and the marts."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from benchmarks.synthetic import Press
from benchmarks.warehouse import build, build_native, change, questions
from warehouse.catalog import mart_rows
from warehouse.contracts import FACTS, MARTS, conform
from warehouse.store import Store

ARTICLES = 100


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    with closing(Press(tmp_path_factory.mktemp("spill"))) as press:
        yield press


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Store:
    """A warehouse that the checks let through, as they run at each commit."""
    store = Store(tmp_path_factory.mktemp("warehouse"))
    with store.writing():
        build(store, press, ARTICLES)
    return store


def ask(store: Store, sql: str) -> list[tuple[object, ...]]:
    with closing(store.connect()) as con:
        return con.execute(sql).fetchall()


def test_every_fact_keeps_its_contract(store: Store) -> None:
    for table in FACTS:
        assert conform(store.live(table), table).num_rows, f"{table.name} has rows"


def test_tables_have_the_shape_of_news(store: Store) -> None:
    ((articles, copies, tokens, names),) = ask(
        store,
        "select count(*), count(duplicate_of), (select count(*) from tokens),"
        " (select count(*) from mentions) from articles",
    )
    assert (articles, copies) == (ARTICLES, ARTICLES // 50)
    assert tokens / articles == pytest.approx(139, rel=0.35)  # lengths are skewed
    assert names / tokens == pytest.approx(0.072, rel=0.1)


def test_evidence_is_what_the_text_says(store: Store) -> None:
    for table in ("sentences", "tokens", "mentions", "quotes", "dates", "quantities", "events"):
        evidence = "raw_text[start_char + 1 : end_char]"
        wrong = f"from {table} f join articles a using (article_id) where {evidence} <> f.text"
        assert not ask(store, wrong), table


def test_marts_add_up_to_those_of_the_facts(store: Store) -> None:
    facts = {table.name: store.live(table) for table in FACTS}
    expected = mart_rows(facts)
    for mart in MARTS:
        rows = store.live(mart).sort_by([(name, "ascending") for name in mart.key])
        assert rows.equals(expected[mart.name].sort_by([(name, "ascending") for name in mart.key])), mart.name


def test_an_article_is_the_same_in_every_warehouse(tmp_path: Path, press: Press) -> None:
    ((several,), (alone,)) = (
        duckdb.sql(f"from '{folder}/articles.parquet' where source = '0000/0000007.txt'").fetchall()
        for folder in (*press.write(tmp_path / "a", range(20)), *press.write(tmp_path / "b", range(7, 8)))
    )
    assert several == alone


def test_what_comes_changes_and_goes_is_settled_like_any_other(tmp_path: Path, press: Press) -> None:
    store = Store(tmp_path)
    with store.writing():
        build(store, press, ARTICLES)
        steps = [
            change(store, press, "append", range(ARTICLES, ARTICLES + 10)),
            change(store, press, "change", range(0, ARTICLES, 10), edition=1),
            change(store, press, "remove", range(5, ARTICLES, 10), is_gone=True),
        ]
    assert all({"settled", "data written", "catalog built"} <= set(step) for step in steps)
    assert ask(store, "select count(*) from articles") == [(ARTICLES,)]


def test_every_query_finds_the_same_in_native_tables(tmp_path: Path, store: Store) -> None:
    build_native(store, tmp_path / "native.duckdb")
    with closing(store.connect()) as ours, closing(duckdb.connect(str(tmp_path / "native.duckdb"))) as native:
        for name, query in questions(ours).items():
            rows = ours.execute(query.sql).fetchall()
            assert sorted(map(str, rows)) == sorted(map(str, native.execute(query.sql).fetchall())), name
            assert rows, name
