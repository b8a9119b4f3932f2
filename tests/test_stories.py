"""Stories: which of two articles tell of one event, from their texts to the link."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tasks.clean import clean_articles
from tasks.extract import extract_tokens
from tasks.telling import find_telling_words
from tasks.tokenize import tokenize_documents
from tests.conftest import CASES as FOLDER
from warehouse.contracts import ARTICLES, INTAKE, STORY_ARTICLES, TELLING_WORDS, rows_of
from warehouse.store import Store
from warehouse.stories import retell_stories

CASES = "stories.jsonl"


def article(label: str, side: str, stated: dict, **pointers: str) -> dict:
    ids = dict.fromkeys(("article_id", "source", "file"), f"{label}/{side}")
    day = stated["day"] and date.fromisoformat(stated["day"])
    rest = dict.fromkeys(("content_sha256", "record_sha256", "encoding", "pipeline"), "-")
    return rest | ids | pointers | {
        "language": "ar", "title": stated["title"], "published_on": day, "raw_text": stated["text"],
    }  # fmt: skip


@pytest.fixture(scope="module")
def read() -> dict[str, pa.Table]:
    """Return the articles of all cases, and their telling words, as the stages give them."""
    intake = []
    for case in map(json.loads, (FOLDER / CASES).read_text("utf-8").splitlines()):
        copies = {case["copy"]: f"{case['label']}/a"} if "copy" in case else {}
        intake += [article(case["label"], "a", case["a"]), article(case["label"], "b", case["b"], **copies)]
    rows = rows_of(INTAKE, intake)
    documents = clean_articles(rows)
    articles, sentences, tokens = tokenize_documents(rows, documents)
    mentions, _, _, dates, *_ = extract_tokens(articles, sentences, tokens)
    facts = {"articles": articles, "sentences": sentences, "tokens": tokens, "mentions": mentions, "dates": dates}
    return {ARTICLES.name: articles, TELLING_WORDS.name: find_telling_words(facts)}


def test_articles_of_one_event_are_told_from_others(case: dict, read: dict[str, pa.Table], tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for name, rows in read.items():
        own = pc.is_in(rows["article_id"], pa.array([f"{case['label']}/{side}" for side in "ab"]))
        pq.write_table(rows.filter(own), incoming / f"{name}.parquet")
    told = retell_stories(Store(tmp_path / "warehouse"), [incoming], [], tmp_path / "told")
    assert told.gone == []
    assert pq.read_table(told.folder / f"{STORY_ARTICLES.name}.parquet").num_rows == (2 if case["same"] else 0)
