"""What a chunk comes to: fresh, unchanged, gone and moved articles, and which duplicate is the first."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.warehouse.newsroom import (
    Story,
    article_id,
    carry_through_stages,
    contents,
    ingest,
    marts_differ,
    read,
    refresh,
    refresh_locked,
)
from warehouse.catalog import CheckFailed
from warehouse.contracts import INTAKE
from warehouse.settle import read_by_marts, settle
from warehouse.store import Store

SAME = Story("مصر زار تونس.مصر قال نعم")
OTHER = Story("كندا زار اليابان")
DUPLICATES = "select source, duplicate_of from articles order by source"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


def test_articles_are_told_apart(store: Store) -> None:
    with store.writing():
        settled, _ = refresh_locked(store, {"a.txt": SAME, "b.txt": OTHER, "c.txt": Story("")}, "first")
        assert (settled.fresh, settled.unchanged, settled.removed, settled.rejects) == (2, 0, 0, 1)
        assert settled.gone == {"article_id": [], "file": []}
        settled, _ = refresh_locked(store, {"a.txt": SAME, "b.txt": Story("اليابان")}, "second")
        assert (settled.fresh, settled.unchanged, settled.removed) == (1, 0, 1)
        assert settled.gone == {"article_id": [article_id("b.txt")], "file": ["b.txt", "c.txt"]}
        settled, _ = refresh_locked(store, {"a.txt": SAME, "b.txt": Story("اليابان")}, "third", pipeline="p2")
        assert (settled.fresh, settled.unchanged, settled.removed) == (2, 0, 2)


def test_an_article_of_which_the_file_says_the_same_is_left_alone(store: Store) -> None:
    """As when one line of a .jsonl changes: the file is read again, its other articles are as they were."""
    with store.writing():
        refresh_locked(store, {"a.txt": SAME, "b.txt": OTHER}, "first")
        out = store.staging("second")
        settled = settle(
            store, ingested=[ingest(out / "i", {"a.txt": SAME}, "p1")], replaced=["a.txt"], out=out, batch_chars=100
        )
        assert (settled.fresh, settled.unchanged, settled.removed, settled.batches) == (0, 1, 0, [])
        assert settled.gone == {"article_id": [], "file": ["a.txt"]}
        store.commit([*settled.batches, *settled.incoming], settled.outgoing, settled.gone)
    assert read(store, "select source, rev from meta.articles order by 1") == [("a.txt", 1), ("b.txt", 1)]
    assert read(store, "select file, rev from meta.files order by 1") == [("a.txt", 2), ("b.txt", 1)]


def test_a_file_that_was_there_is_not_taken_for_a_new_one(store: Store) -> None:
    """What `replaced` leaves out would stand there twice: the commit is refused, of the file and of its articles."""
    with store.writing():
        refresh_locked(store, {"a.txt": SAME}, "first")
        out = store.staging("second")
        ingested = ingest(out / "i", {"a.txt": OTHER}, "p1")
        for number, replaced in enumerate(([], ["a.txt"])):
            settled = settle(store, [ingested], replaced, out / str(number), batch_chars=100)
            for batch in settled.batches:
                carry_through_stages(batch)
            gone = {"file": settled.gone["file"]}
            with pytest.raises(CheckFailed, match="nothing_is_live_twice"):
                store.commit([*settled.batches, *settled.incoming], gone=gone)


def test_of_what_leaves_only_what_marts_read_is_read() -> None:
    columns = {table.name: columns for table, columns in read_by_marts().items()}
    assert columns["articles"] == ["article_id", "published_on", "duplicate_of", "sentence_count", "token_count"]
    assert "text" not in columns["tokens"]
    assert "dates" not in columns


def test_duplicates_do_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    found = []
    for order in (("a.txt", "b.txt", "ج.txt"), ("ج.txt", "b.txt", "a.txt"), ("b.txt", "ج.txt", "a.txt")):
        store = Store(tmp_path / "".join(order))
        for count in (1, 2, 3):
            refresh(store, dict.fromkeys(order[:count], SAME), folder=str(count))
            assert marts_differ(store) == []
        found.append(contents(store))
    assert all(each == found[0] for each in found)
    first = article_id("a.txt")
    assert read(store, DUPLICATES) == [("a.txt", None), ("b.txt", first), ("ج.txt", first)]
    assert read(store, "select sum(event_count), sum(score_sum) from dyads_monthly")[0][0] == 1


def test_the_next_duplicate_takes_the_place_of_one_that_goes(store: Store) -> None:
    refresh(store, {"a.txt": SAME, "b.txt": SAME, "c.txt": SAME})
    refresh(store, {"b.txt": SAME, "c.txt": SAME})
    assert read(store, DUPLICATES) == [("b.txt", None), ("c.txt", article_id("b.txt"))]
    assert marts_differ(store) == []
    refresh(store, {"b.txt": OTHER, "c.txt": SAME})
    assert read(store, DUPLICATES) == [("b.txt", None), ("c.txt", None)]
    assert marts_differ(store) == []
    refresh(store, {"c.txt": SAME, "d.txt": SAME, "b.txt": SAME})
    assert read(store, DUPLICATES) == [("b.txt", None), ("c.txt", article_id("b.txt")), ("d.txt", article_id("b.txt"))]
    assert marts_differ(store) == []


def test_a_moved_article_keeps_its_facts(store: Store) -> None:
    refresh(store, {"b.txt": SAME})
    tables = ("tokens", "sentences", "mentions", "quotes", "events", "appearances")
    before = {table: read(store, f"from {table} order by all") for table in tables}
    with store.writing():
        settled, _ = refresh_locked(store, {"a.txt": SAME, "b.txt": SAME})
    assert (settled.fresh, settled.moved, settled.removed) == (1, 1, 0)
    assert {
        t: read(store, f"from {t} where article_id = '{article_id('b.txt')}' order by all") for t in tables
    } == before


def test_a_sentence_is_posted_once_however_its_copies_come_and_go(store: Store) -> None:
    posted = "select distinct source from postings join articles using (article_id)"
    for seeds, first in (("b", "b"), ("bc", "b"), ("abc", "a"), ("bc", "b"), ("c", "c")):
        refresh(store, {f"{name}.txt": SAME for name in seeds}, folder=seeds)
        assert read(store, posted) == [(f"{first}.txt",)]
        assert marts_differ(store) == []


def test_batches_are_cut_in_the_order_of_sources(store: Store) -> None:
    seeds = {
        f"{name}.txt": Story(name * length) for name, length in (("د", 5), ("ا", 3), ("ج", 30), ("ب", 7), ("ه", 5))
    }
    with store.writing():
        settled, _ = refresh_locked(store, seeds, batch_chars=10)
        batches = [pq.read_table(folder / "intake.parquet") for folder in settled.batches]
    cut = [[len(text) for text in batch["raw_text"].to_pylist()] for batch in batches]
    assert cut == [[3, 7], [30], [5, 5]]
    assert [source[0] for batch in batches for source in batch["source"].to_pylist()] == ["ا", "ب", "ج", "د", "ه"]
    assert all(batch.schema == INTAKE.schema for batch in batches)


def test_all_may_go(store: Store) -> None:
    refresh(store, {"a.txt": SAME, "b.txt": SAME, "c.txt": Story("")})
    refresh(store, {})
    assert {table: rows for table, rows in contents(store).items() if rows} == {}
    refresh(store, {"a.txt": SAME})
    assert read(store, DUPLICATES) == [("a.txt", None)]
