"""What an analyst finds: every table of the contracts with its comments, right sums, and checks that catch."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.newsroom import Story, article_id, carry_through_stages, ingest, read, refresh
from warehouse import catalog
from warehouse.catalog import CheckFailed
from warehouse.contracts import BY_NAME, FACTS, MARTS, PUBLISHED, REJECTS, SENTENCES, VIEWS, doc_of, rows_of
from warehouse.store import Store

MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
SEEDS = {
    "a.txt": Story("مصر زار تونس.مصر قال نعم.مصر زار تونس.حقوق كندا", date(2024, 5, 17)),
    "b.txt": Story("مصر زار تونس.مصر قال نعم.مصر زار تونس.حقوق كندا", date(2024, 5, 17)),
    "c.txt": Story("تونس مصر زار", date(2024, 6, 2)),
    "d.txt": Story("تونس مصر زار كندا اليابان", None),
    "e.txt": Story(""),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("catalog") / "warehouse")
    refresh(store, SEEDS)
    return store


# --- tables ------------------------------------------------------------------------------------------


def test_tables_and_comments_are_those_of_the_contracts(store: Store) -> None:
    columns = read(
        store,
        "select table_name, column_name, data_type, comment from duckdb_columns()"
        " where schema_name = 'main' and not internal order by table_name, column_index",
    )
    assert columns == [
        (table.name, column.name, catalog.types_of(table)[column.name], doc_of(column))
        for table in sorted(PUBLISHED) for column in table.schema
    ]  # fmt: skip
    views = read(store, "select view_name, comment from duckdb_views() where schema_name = 'main' and not internal")
    assert dict(views) == {table.name: table.doc for table in PUBLISHED}


def test_the_rows_themselves_have_the_types_of_the_contracts(store: Store) -> None:
    with closing(store.connect()) as con:
        for table in PUBLISHED:
            assert dict(
                con.execute(f"select column_name, column_type from (describe from {table.name})").fetchall()
            ) == (catalog.types_of(table)), table.name


def test_an_empty_warehouse_has_every_table(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        catalog.write_catalog(con, tmp_path / "w.duckdb", catalog.Snapshot())
    with duckdb.connect(tmp_path / "w.duckdb", read_only=True) as con:
        for table in PUBLISHED:
            assert con.execute(f"from {table.name}").fetchall() == []
            assert dict(
                con.execute(f"select column_name, column_type from (describe from {table.name})").fetchall()
            ) == (catalog.types_of(table)), table.name


def test_other_clients_can_attach_it_under_any_name(store: Store) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{store.root / 'warehouse.duckdb'}' as news (read_only)")
        assert con.execute("select count(*) from news.timeline").fetchall() == [(3,)]
        assert con.execute("select count(*) from news.entities").fetchall() == [(4,)]
        tags = con.execute("select tags from duckdb_databases() where database_name = 'news'").fetchall()
    assert "v1.0.0" in str(tags)


# --- marts and views -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        pytest.param(
            "from entity_daily order by all",
            [
                (date(2024, 5, 17), "iso:EG", 2, 1), (date(2024, 5, 17), "iso:TN", 1, 1),
                (date(2024, 6, 2), "iso:EG", 1, 1), (date(2024, 6, 2), "iso:TN", 1, 1),
                (None, "iso:CA", 1, 1), (None, "iso:EG", 1, 1), (None, "iso:JP", 1, 1), (None, "iso:TN", 1, 1),
            ],
            id="no duplicates, repeats or boilerplate; a null day gathers the rest",
        ),
        pytest.param(
            "from entity_pairs where month is not null order by all",
            [(MAY, "iso:EG", "iso:TN", 1, 1), (JUNE, "iso:EG", "iso:TN", 1, 1)],
            id="pairs in one order",
        ),
        pytest.param(
            "from dyads_monthly order by all",
            [
                (MAY, "EG", "TN", "CONSULT", 1, Decimal("1.9")),
                (JUNE, "EG", "TN", "CONSULT", 1, Decimal("1.9")),
                *((None, actor, to, "CONSULT", 1, Decimal("1.9")) for actor in ("EG", "TN") for to in ("CA", "JP")),
            ],
            id="a reciprocal event is written once, with the smaller code as the actor",
        ),
        pytest.param("from speakers", [(MAY, "iso:EG", "indirect", 1, 1)], id="speakers"),
        pytest.param(
            "from terms where term = 'زار' order by all",
            [(MAY, "زار", 1, 1), (JUNE, "زار", 1, 1), (None, "زار", 1, 1)],
            id="terms",
        ),
        pytest.param(
            "select entity_id, name_ar, mention_count, article_count from entities order by 1",
            [("iso:CA", "كندا", 2, 2), ("iso:EG", "مصر", 5, 3), ("iso:JP", "اليابان", 1, 1), ("iso:TN", "تونس", 4, 3)],
            id="entities count all mentions",
        ),
        pytest.param(
            "select trigger, sentence, recipient_entity_ids from timeline order by len(sentence), 3 desc",
            [
                ("زار", "مصر زار تونس", ["iso:TN"]), ("زار", "تونس مصر زار", []),
                ("زار", "تونس مصر زار كندا اليابان", ["iso:CA", "iso:JP"]),
            ],
            id="timeline",
        ),
        pytest.param(
            "select article_count, copy_count, outlet_count, first_day, last_day from stories",
            [(2, 1, 0, date(2024, 5, 17), date(2024, 5, 17))],
            id="stories",
        ),
    ],
)  # fmt: skip
def test_marts(store: Store, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert read(store, sql) == rows


@pytest.mark.parametrize(
    ("token", "term"),
    [
        ({"stem": "كتاب"}, "كتاب"),
        ({"stem": "كتب", "lemma": "كتاب"}, "كتاب"),
        ({"stem": "من", "is_stop": True}, None),
        ({"stem": "،", "upos": "PUNCT"}, None),
        ({"stem": "٢٠٢٤"}, None),
        ({"stem": "م"}, None),
    ],
)
def test_terms_are_content_words(tmp_path: Path, token: dict[str, object], term: str | None) -> None:
    facts = batch(tmp_path)
    facts["tokens"] = change(facts["tokens"].slice(0, 1), "tokens", **token)
    assert catalog.mart_rows(facts)["terms"]["term"].to_pylist() == ([term] if term else [])


@pytest.mark.parametrize(
    ("event", "dyads"),
    [
        ({}, [("EG", "TN")]),
        ({"actor_entity_ids": ["iso:TN"], "recipient_entity_ids": ["iso:EG"]}, [("TN", "EG")]),
        ({"actor_entity_ids": ["iso:TN", "iso:EG"], "recipient_entity_ids": []}, [("EG", "TN")]),
        ({"actor_entity_ids": ["iso:EG"], "recipient_entity_ids": ["iso:EG"]}, []),
        ({"actor_entity_ids": []}, []),
        ({"is_negated": True}, []),
        ({"status": "future"}, []),
        ({"status": "ongoing"}, [("EG", "TN")]),
    ],
)
def test_dyads_are_events_that_happened(tmp_path: Path, event: dict[str, object], dyads: list[tuple[str, str]]) -> None:
    facts = batch(tmp_path)
    facts["events"] = change(facts["events"], "events", **event)
    rows = catalog.mart_rows(facts)["dyads_monthly"].to_pylist()
    assert [(row["actor_country"], row["recipient_country"]) for row in rows] == dyads


def test_mart_rows_of_nothing_are_empty() -> None:
    rows = catalog.mart_rows({})
    assert {name: table.num_rows for name, table in rows.items()} == {table.name: 0 for table in catalog.DERIVED}
    assert all(rows[table.name].schema == table.schema for table in catalog.DERIVED)


def test_each_mart_says_what_it_answers() -> None:
    for table in PUBLISHED:
        path = catalog.HERE / "marts" / f"{table.name}.sql"
        assert path.exists() == (table in (*catalog.DERIVED, *VIEWS))
        assert not path.exists() or path.read_text().startswith("-- ")
    assert set(MARTS) <= set(catalog.DERIVED)
    assert {path.stem for path in (catalog.HERE / "marts").glob("*.sql")} <= BY_NAME.keys()


QUERIES = sorted((catalog.HERE / "queries").glob("*.sql"))


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_the_cookbook_runs(store: Store, query: Path) -> None:
    assert query.read_text().startswith("-- ")
    assert read(store, query.read_text()) != []


# --- checks ----------------------------------------------------------------------------------------------


def batch(folder: Path) -> dict[str, pa.Table]:
    """Return the facts of one article."""
    ingest(folder, {"a.txt": SEEDS["a.txt"]._replace(text="مصر زار تونس.مصر قال نعم")}, "p1")
    carry_through_stages(folder)
    return {fact.name: pq.read_table(path) for fact in FACTS if (path := folder / f"{fact.name}.parquet").exists()}


def change(rows: pa.Table, name: str, **values: object) -> pa.Table:
    first, *rest = rows.to_pylist()
    return rows_of(BY_NAME[name], [first | values, *rest])


@pytest.mark.parametrize(
    ("table", "values", "check"),
    [
        ("sentences", {"start_char": 4, "end_char": 4}, "evidence_lies_in_the_text"),
        ("sentences", {"start_char": -1}, "evidence_lies_in_the_text"),
        ("events", {"end_char": 999}, "evidence_lies_in_the_text"),
        ("quotes", {"cue_start_char": 3, "cue_end_char": 2}, "evidence_lies_in_the_text"),
        ("quotes", {"speaker_start_char": 3}, "evidence_lies_in_the_text"),
        ("tokens", {"end_char": 14}, "facts_lie_in_their_sentence"),
        ("tokens", {"sentence_no": 7}, "facts_lie_in_their_sentence"),
        ("mentions", {"sentence_no": 7}, "facts_lie_in_their_sentence"),
        ("sentences", {"article_id": "nowhere"}, "facts_have_an_article"),
        ("mentions", {"entity_id": "name:unheard"}, "entities_appear_in_the_article"),
        ("quotes", {"speaker_entity_id": "name:unheard"}, "entities_appear_in_the_article"),
        ("events", {"actor_entity_ids": ["iso:EG", "name:unheard"]}, "entities_appear_in_the_article"),
        ("articles", {"duplicate_of": "nowhere"}, "duplicates_point_at_the_first"),
        ("articles", {"duplicate_of": article_id("a.txt")}, "duplicates_point_at_the_first"),
        ("tokens", {"token_no": 1}, "tokens: unique key"),
        (None, {}, None),
    ],
)
def test_checks_catch(tmp_path: Path, table: str | None, values: dict[str, object], check: str | None) -> None:
    facts = batch(tmp_path)
    if table:
        facts[table] = change(facts[table], table, **values)
    assert first_failure(tmp_path, facts) == check


def test_a_reject_has_a_known_reason(tmp_path: Path) -> None:
    reasons = doc_of(REJECTS.schema.field("reason")).replace(" or ", ", ").split(", ")
    rows = [{"source": reason, "file": reason, "reason": reason, "detail": ""} for reason in reasons]
    assert first_failure(tmp_path, {"rejects": rows_of(REJECTS, rows)}) is None
    rows[0]["reason"] = "a whim"
    assert first_failure(tmp_path, {"rejects": rows_of(REJECTS, rows)}) == "reject_reasons_are_known"


def first_failure(folder: Path, facts: dict[str, pa.Table]) -> str | None:
    """Write a catalog over some facts, and return the check that it fails."""
    files = {}
    for name, rows in facts.items():
        pq.write_table(rows.append_column("rev", pa.array([1] * rows.num_rows, pa.int32())), folder / f"{name}.rev")
        files[name] = [catalog.DataFile(f"{name}.rev", rows.num_rows, 1, 1, catalog.shape_of(BY_NAME[name]), "")]
    (folder / "w.duckdb").unlink(missing_ok=True)
    try:
        with duckdb.connect() as con:
            snapshot = catalog.Snapshot(number=1, root=str(folder), files=files)
            catalog.write_catalog(con, folder / "w.duckdb", snapshot)
    except CheckFailed as failure:
        return failure.check
    return None


def test_a_failing_check_shows_the_first_rows(tmp_path: Path) -> None:
    facts = {"sentences": SENTENCES.schema.empty_table()} | batch(tmp_path)
    facts["mentions"] = change(facts["mentions"], "mentions", entity_id="name:unheard")
    with pytest.raises(
        CheckFailed, match=f"entities_appear_in_the_article found .*{article_id('a.txt')}.*name:unheard"
    ):
        raise_first(tmp_path, facts)


def raise_first(folder: Path, facts: dict[str, pa.Table]) -> None:
    store = Store(folder / "warehouse")
    for name, rows in facts.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    with store.writing():
        store.commit([folder])
