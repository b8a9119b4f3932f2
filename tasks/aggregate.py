"""Aggregate: the facts of a batch become rows of marts and indexes: what is counted, and what is looked up."""

import pyarrow as pa

from tasks.stage import stage
from tasks.telling import find_telling_words
from warehouse import catalog
from warehouse.catalog import DERIVED
from warehouse.contracts import (
    APPEARANCES,
    ARTICLES,
    DATES,
    EVENTS,
    MENTIONS,
    QUOTES,
    SENTENCES,
    TELLING_WORDS,
    TOKENS,
)

READS = (ARTICLES, SENTENCES, TOKENS, MENTIONS, APPEARANCES, QUOTES, DATES, EVENTS)
WRITES = (*DERIVED, TELLING_WORDS)


def aggregate_facts(*facts: pa.Table) -> tuple[pa.Table, ...]:
    """Count the facts of one batch; the tables are `READS` in that order, the rows those of `WRITES`.

    Rows of several batches add up, so that the same function serves for what comes and, with the
    sign turned by the store, for what goes.
    """
    given = {table.name: fact for table, fact in zip(READS, facts, strict=True)}
    rows = catalog.mart_rows(given)
    return *(rows[table.name] for table in DERIVED), find_telling_words(given)


aggregate = stage(aggregate_facts, reads=READS, writes=WRITES)
