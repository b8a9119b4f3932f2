"""Aggregate: the facts of a batch become rows of the marts."""

import pyarrow as pa

from tasks.stage import stage
from warehouse import catalog
from warehouse.contracts import APPEARANCES, ARTICLES, EVENTS, MARTS, MENTIONS, QUOTES, SENTENCES, TOKENS

READS = (ARTICLES, SENTENCES, TOKENS, MENTIONS, APPEARANCES, QUOTES, EVENTS)


def aggregate_facts(*facts: pa.Table) -> tuple[pa.Table, ...]:
    """Count the facts of one batch; the tables are `READS` in that order, the rows those of `MARTS`.

    Rows of several batches add up, so that the same function serves for what comes and, with the
    sign turned by the store, for what goes.
    """
    rows = catalog.mart_rows({table.name: fact for table, fact in zip(READS, facts, strict=True)})
    return tuple(rows[mart.name] for mart in MARTS)


aggregate = stage(aggregate_facts, reads=READS, writes=MARTS)
