"""Aggregate: the facts of a batch become rows of the marts, and of the indexes that a query gives."""

import pyarrow as pa

from tasks.stage import stage
from warehouse import catalog
from warehouse.catalog import DERIVED
from warehouse.contracts import APPEARANCES, ARTICLES, EVENTS, MENTIONS, QUOTES, SENTENCES, TOKENS

READS = (ARTICLES, SENTENCES, TOKENS, MENTIONS, APPEARANCES, QUOTES, EVENTS)


def aggregate_facts(*facts: pa.Table) -> tuple[pa.Table, ...]:
    """Count the facts of one batch; the tables are `READS` in that order, the rows those of `DERIVED`.

    Rows of several batches add up, so that the same function serves for what comes and, with the
    sign turned by the store, for what goes.
    """
    rows = catalog.mart_rows({table.name: fact for table, fact in zip(READS, facts, strict=True)})
    return tuple(rows[table.name] for table in DERIVED)


aggregate = stage(aggregate_facts, reads=READS, writes=DERIVED)
