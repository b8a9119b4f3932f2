"""Search in SQL: what is found, in which order, and that the macros read words as the stages do."""

import json
from collections.abc import Iterator
from contextlib import closing
from math import log
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tasks import lexicons
from tasks.arabic.normalize import norm
from tasks.tokenize import tokenize_documents
from tests.warehouse.newsroom import Story, article_id, marts_differ, read, refresh
from warehouse import catalog
from warehouse.contracts import DOCUMENTS, INTAKE, rows_of
from warehouse.store import Store

CASES = "search.jsonl"


# --- what is found -----------------------------------------------------------------------------------


def test_found(case: dict) -> None:
    with closing(corpus(case["sentences"])) as con:
        found = [
            int(article) for (article,) in con.execute("select article_id from search(?)", [case["query"]]).fetchall()
        ]
    assert sorted(found) == sorted(case["found"])
    assert found == case["found"] or case.get("in_any_order")


def corpus(sentences: list[str]) -> duckdb.DuckDBPyConnection:
    """Return a database of articles of one sentence each, read as the stages read them."""
    intake = [
        {
            "article_id": f"{no:03d}", "source": f"{no}.txt", "file": f"{no}.txt", "content_sha256": f"{no}",
            "record_sha256": f"{no}", "encoding": "utf_8", "language": "ar", "raw_text": text, "pipeline": "p",
        }
        for no, text in enumerate(sentences)
    ]  # fmt: skip
    documents = [
        {"article_id": row["article_id"], "text": row["raw_text"], "edits": [], "fixes": [], "boilerplate": []}
        for row in intake
    ]
    read_texts = tokenize_documents(rows_of(INTAKE, intake), rows_of(DOCUMENTS, documents))
    facts = dict(zip(("articles", "sentences", "tokens"), read_texts, strict=True))
    con = duckdb.connect()
    for name, rows in (facts | catalog.mart_rows(facts)).items():
        con.register("rows", rows)
        con.execute(f"create table {name} as from rows")
    con.execute("create schema meta; create view meta.forms as from main.forms")
    catalog.define_macros(con, catalog.MACROS)
    return con


# --- in a warehouse ----------------------------------------------------------------------------------

SEEDS = {
    "a.txt": Story("مصر زار تونس.كندا قال نعم.مصر زار تونس.حقوق مصر"),
    "b.txt": Story("مصر زار تونس.كندا قال نعم.مصر زار تونس.حقوق مصر"),
    "c.txt": Story("تونس زار اليابان من كندا"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("search") / "warehouse")
    refresh(store, SEEDS)
    return store


def test_an_answer_points_at_its_evidence(store: Store) -> None:
    rows = read(
        store,
        "select s.source, sentence_no, raw_text[s.start_char + 1 : s.end_char], s.text, s.published_on"
        " from search('مصر وكندا') s join articles using (article_id) order by s.source, sentence_no",
    )
    day = SEEDS["a.txt"].day
    assert [(source, no) for source, no, *_ in rows] == [("a.txt", 0), ("a.txt", 1), ("c.txt", 0)]
    assert all(raw == text and published == day for _, _, raw, text, published in rows)


def test_a_sentence_is_found_once_and_the_page_around_it_never(store: Store) -> None:
    assert read(store, "select source, sentence_no from search('مصر')") == [("a.txt", 0)]
    assert read(store, "from search('حقوق')") == []


def test_scores_are_those_of_bm25(store: Store) -> None:
    """Three sentences of 3, 3 and 4 content words; two hold تونس."""
    mean, weight = 10 / 3, log(1 + 1.5 / 2.5)
    expected = [weight * 2.2 / (1 + 1.2 * (0.25 + 0.75 * length / mean)) for length in (3, 4)]
    assert [score for (score,) in read(store, "select score from search('تونس')")] == pytest.approx(expected)


def test_as_many_as_are_wanted(store: Store, tmp_path: Path) -> None:
    many = Store(tmp_path / "many")
    refresh(many, {f"{no:02d}.txt": Story("زار كندا" + " نعم" * no) for no in range(30)}, batch_chars=10_000)
    assert len(read(many, "from search('كندا')")) == 10
    assert len(read(many, "from search('كندا', best := 25)")) == 25
    best = read(many, "select source from search('كندا') limit 2")
    assert best == [("00.txt",), ("01.txt",)]
    assert read(many, "select source from search('كندا', best := 2)") == best


def test_readings_say_how_a_query_is_read(store: Store) -> None:
    assert read(store, "from readings('من وتونس') order by all") == [
        ("من", 0, "من", None),
        ("وتونس", 1, "تونس", "تونس"),
    ]
    assert read(store, "from readings(null)") == []


def test_the_volume_counts_what_is_searched(store: Store) -> None:
    assert read(store, "from volume") == [(SEEDS["a.txt"].day, 2, 3, 11, 10)]
    assert read(
        store, "select sum(sentence_terms) from (select distinct article_id, sentence_no, sentence_terms from postings)"
    ) == [(10,)]


def test_an_empty_warehouse_is_searched_in_vain(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        catalog.write_catalog(con, tmp_path / "w.duckdb", catalog.Snapshot())
    with duckdb.connect(tmp_path / "w.duckdb", read_only=True) as con:
        assert con.execute("from search('مصر')").fetchall() == []


def test_what_is_gone_is_not_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "warehouse")
    refresh(store, SEEDS)
    refresh(store, {"b.txt": SEEDS["b.txt"], "c.txt": Story("اليابان")}, folder="second")
    assert read(store, "select source, sentence_no from search('مصر تونس')") == [("b.txt", 0)]
    assert marts_differ(store) == []


def test_a_warehouse_without_an_index_is_given_one(tmp_path: Path) -> None:
    """And its rows go with their articles, as if they had come with them."""
    store = Store(tmp_path / "warehouse")
    refresh(store, SEEDS)
    refresh(store, SEEDS | {"d.txt": Story("اليابان")}, folder="second")
    forget(store, "postings")
    refresh(store, SEEDS | {"d.txt": Story("اليابان"), "e.txt": Story("مصر")}, folder="third")
    assert read(store, "select source from search('اليابان')") == [("d.txt",), ("c.txt",)]
    assert marts_differ(store) == []
    refresh(store, {"e.txt": Story("مصر")}, folder="fourth")
    assert read(store, "select article_id, term from postings") == [(article_id("e.txt"), "مصر")]


def forget(store: Store, table: str) -> None:
    """Make the head what a version that did not know the table would have left."""
    manifest = store.root / "snapshots" / f"{store.head().number:06d}" / "manifest.json"
    head = json.loads(manifest.read_text())
    del head["files"][table], head["marts"][table]
    manifest.write_text(json.dumps(head | {"design": "older"}))


# --- macros ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        catalog.define_macros(con)
        yield con


def test_norm_is_that_of_the_stages(words: duckdb.DuckDBPyConnection) -> None:
    """For all that a newspaper prints; a few letters that case folding spells out are left as they are."""
    letters = [chr(code) for code in (*range(0x20, 0x370), *range(0x400, 0x530), *range(0x600, 0x700), 0x20AC)]
    forms = [*letters, *lexicons.words(), *(name for entity in lexicons.entities() for name in entity.names)]
    forms += [
        "أُوكْرانيا", "مُحَمَّـــد", "ٱلْقَاهِرَة", "گوگل", "ڤيينا", "پاریس", "٢٠٢٤", "۱۴۰۳", "Straße", "İstanbul", "THE HILL",
    ]  # fmt: skip
    words.register("forms", pa.table({"form": forms}))
    different = [
        form for form, key in words.execute("select form, norm(form) from forms").fetchall() if key != norm(form)
    ]
    assert different == ["ŉ", "ǰ", "\N{COMBINING GREEK YPOGEGRAMMENI}"]


@pytest.mark.parametrize(
    ("stem", "terms"),
    [
        ("حكومت", ["حكومت", "حكومه"]),
        ("شركاي", ["شركاي", "شركاء"]),
        ("شركاو", ["شركاو", "شركاء"]),
        ("مطالب", ["مطالب"]),
    ],
)
def test_a_stem_before_a_pronoun_may_be_several_words(
    words: duckdb.DuckDBPyConnection, stem: str, terms: list[str]
) -> None:
    assert words.execute("select terms_of(?, true), terms_of(?, false)", [stem, stem]).fetchone() == (terms, [stem])


def test_macros_are_documented(store: Store) -> None:
    comments = read(store, "select function_name, comment from duckdb_functions() where not internal order by 1")
    assert comments == [(name, catalog.describe_macro(name)) for name in sorted(catalog.MACROS)]
    assert {path.stem for path in (catalog.HERE / "macros").glob("*.sql")} == set(catalog.MACROS)
