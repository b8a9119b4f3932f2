"""A newsroom small enough to reason about: seeds are a dict, and facts follow from a few words.

A full stop ends a sentence, a known country is a mention, `قال` after a country makes it the speaker
of its sentence, `زار` (visited) makes an event of the countries before and after it.
"""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from tasks.signatures import sign
from tasks.telling import find_telling_words
from warehouse import catalog
from warehouse.catalog import Snapshot
from warehouse.contracts import (
    APPEARANCES,
    ARTICLES,
    BY_NAME,
    DATES,
    EVENTS,
    FILES,
    INTAKE,
    MENTIONS,
    PUBLISHED,
    QUANTITIES,
    QUOTES,
    REJECTS,
    SENTENCES,
    SIGNATURES,
    TELLING_WORDS,
    TOKENS,
    conform,
    rows_of,
)
from warehouse.settle import Settled, settle
from warehouse.store import Store
from warehouse.stories import retell_stories

COUNTRIES = {"مصر": "EG", "تونس": "TN", "اليابان": "JP", "كندا": "CA"}


class Story(NamedTuple):
    text: str
    day: date | None = date(2024, 5, 17)


Seeds = Mapping[str, Story]


def article_id(source: str) -> str:
    return digest(source)[:16]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def refresh(store: Store, seeds: Seeds, folder: str = "run", pipeline: str = "p1", batch_chars: int = 60) -> Snapshot:
    """Bring the warehouse up to date with the seeds, as the flow does; an empty text is a reject."""
    with store.writing():
        return refresh_locked(store, seeds, folder, pipeline, batch_chars)[1]


def refresh_locked(
    store: Store, seeds: Seeds, folder: str = "run", pipeline: str = "p1", batch_chars: int = 60
) -> tuple[Settled, Snapshot]:
    before = {row["file"]: row for row in store.live(FILES).to_pylist()}
    work = {
        file: story for file, story in seeds.items()
        if file not in before or (before[file]["sha256"], before[file]["pipeline"]) != (digest(str(story)), pipeline)
    }  # fmt: skip
    out = store.staging(folder)
    settled = settle(
        store,
        ingested=[ingest(out / "ingest", work, pipeline)],
        replaced=before.keys() & (work.keys() | (before.keys() - seeds.keys())),
        out=out,
        batch_chars=batch_chars,
    )
    for batch in settled.batches:
        carry_through_stages(batch)
    incoming = [*settled.batches, *settled.incoming]
    stories = retell_stories(store, incoming, settled.gone["article_id"], out / "stories")
    gone = settled.gone | {"story_id": stories.gone}
    return settled, store.commit([*incoming, stories.folder], settled.outgoing, gone, pipeline)


def ingest(folder: Path, work: Seeds, pipeline: str) -> Path:
    good = {file: story for file, story in work.items() if story.text}
    rejects = [
        {"source": file, "file": file, "reason": "empty", "detail": "0 bytes"} for file in work if not work[file].text
    ]
    files = [
        {
            "file": file, "size": len(story.text), "mtime_ns": 0, "sha256": digest(str(story)), "pipeline": pipeline,
            "article_count": int(bool(story.text)), "reject_count": int(not story.text),
        }
        for file, story in work.items()
    ]  # fmt: skip
    intake = [
        {
            "article_id": article_id(file), "source": file, "file": file, "content_sha256": digest(story.text),
            "record_sha256": digest(str(story)), "encoding": "utf_8", "language": "ar", "published_on": story.day,
            "raw_text": story.text, "pipeline": pipeline,
        }
        for file, story in good.items()
    ]  # fmt: skip
    signed = [
        {"article_id": article_id(file)} | found._asdict()
        for file, story in good.items()
        if (found := sign(story.text))
    ]
    for table, rows in ((INTAKE, intake), (FILES, files), (REJECTS, rejects), (SIGNATURES, signed)):
        write(folder, table.name, rows)
    return folder


def carry_through_stages(folder: Path) -> None:
    """Write the facts and mart rows of a batch beside its `intake.parquet`."""
    found = {table.name: [] for table in (ARTICLES, SENTENCES, TOKENS, MENTIONS, APPEARANCES, QUOTES, EVENTS)}
    for article in pq.read_table(folder / "intake.parquet").to_pylist():
        for name, rows in facts_of(article).items():
            found[name] += rows
    for name, rows in found.items():
        write(folder, name, rows)
    for empty in (DATES, QUANTITIES):
        write(folder, empty.name, [])
    tables = {name: rows_of(BY_NAME[name], rows) for name, rows in found.items()}
    counted = catalog.mart_rows(tables)
    words = find_telling_words(tables | {"dates": DATES.schema.empty_table()})
    pq.write_table(words, folder / f"{TELLING_WORDS.name}.parquet")
    for table in catalog.DERIVED:
        pq.write_table(counted[table.name], folder / f"{table.name}.parquet")


def facts_of(article: dict[str, object]) -> dict[str, list[dict[str, object]]]:
    """Read one article."""
    raw, owner = str(article["raw_text"]), {"article_id": article["article_id"]}
    rows: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("sentences", "tokens", "mentions", "quotes", "events")
    }
    start, seen = 0, set()
    for no, sentence in enumerate(raw.split(".")):
        place = owner | {"sentence_no": no}
        span = {"start_char": start, "end_char": start + len(sentence), "text": sentence}
        rows["sentences"].append(place | span | {"is_repeat": sentence in seen, "is_boilerplate": "حقوق" in sentence})
        seen.add(sentence)
        read_words(sentence, start, place, rows)
        start += len(sentence) + 1
    names = [row["text"] for row in rows["mentions"]]
    appearances = [
        owner | {
            "entity_id": f"iso:{code}", "label": "LOC", "kind": "country", "name_ar": name, "country_code": code,
            "latitude": 1.5, "is_known": True, "mention_count": names.count(name),
        }
        for name, code in COUNTRIES.items() if name in names
    ]  # fmt: skip
    whole = article | {
        "text": raw, "fixes": [], "sentence_count": len(rows["sentences"]), "token_count": len(rows["tokens"])
    }  # fmt: skip
    return {**rows, "articles": [whole], "appearances": appearances}


def read_words(sentence: str, start: int, place: dict[str, object], rows: dict[str, list[dict[str, object]]]) -> None:
    words = sentence.split(" ")
    here = start
    for at, word in enumerate(words):
        span = {"start_char": here, "end_char": here + len(word), "text": word}
        here += len(word) + 1
        token = {"norm": word, "proclitics": [], "stem": word, "enclitics": [], "is_stop": word == "من"}
        rows["tokens"].append(place | span | token | {"token_no": len(rows["tokens"])})
        sides = [[f"iso:{COUNTRIES[w]}" for w in part if w in COUNTRIES] for part in (words[:at], words[at + 1 :])]
        if word in COUNTRIES:
            mention = {"label": "LOC", "entity_id": f"iso:{COUNTRIES[word]}", "method": "lexicon", "confidence": 1.0}
            rows["mentions"].append(place | span | mention)
        if word == "قال" and sides[0]:
            rows["quotes"].append(place | span | {"kind": "indirect", "speaker_entity_id": sides[0][-1]})
        if word == "زار" and sides[0]:
            event = {
                "event_type": "CONSULT", "mode": "visit", "actor_entity_ids": sides[0],
                "recipient_entity_ids": sides[1], "status": "past", "is_negated": False, "score": 1.9,
                "method": "CONSULT/visit زار", "confidence": 0.81,
                "date_from": date(2024, 5, 1),
            }  # fmt: skip
            rows["events"].append(place | span | event)


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    table = BY_NAME[name]
    pq.write_table(conform(rows_of(table, rows), table), folder / f"{name}.parquet")


def read(store: Store, sql: str) -> list[tuple[object, ...]]:
    with closing(store.connect()) as con:
        return con.execute(sql).fetchall()


def marts_differ(store: Store) -> list[str]:
    """Name the marts and indexes whose rows are not those of a full recomputation from the live facts."""
    with closing(store.connect()) as con:
        return [
            mart.name for mart in catalog.DERIVED
            if con.execute(
                f"(from {mart.name} except all ({catalog.mart_sql(mart)}))"
                f" union all (({catalog.mart_sql(mart)}) except all from {mart.name})"
            ).fetchall()
        ]  # fmt: skip


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every published table, in order."""
    with closing(store.connect()) as con:
        return {table.name: con.execute(f"from {table.name} order by all").fetchall() for table in PUBLISHED}
