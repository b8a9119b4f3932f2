import pyarrow as pa
import pytest

from warehouse.contracts import (
    BY_NAME,
    FACTS,
    MARTS,
    TABLES,
    ContractError,
    Table,
    column,
    conform,
    doc_of,
    fact,
    optional,
    rows_of,
)

SHOPS = fact(
    "shops", "Shops of the papermakers.", ("street", "number"),
    column("street", pa.string(), "Street"),
    optional("number", pa.int32(), "House number"),
    column("is_open", pa.bool_(), "Whether it is open"),
    owner="street",
)  # fmt: skip
GOOD = {"street": ["سوق الورّاقين", "سوق الورّاقين", "باب البحر"], "number": [1, None, 1], "is_open": [True, False, True]}


def shops(**changes: object) -> pa.Table:
    """Return good rows with some columns changed; a column of None is left out."""
    return pa.table({name: values for name, values in (GOOD | changes).items() if values is not None})


# --- conform -----------------------------------------------------------------------------------------


def test_what_conforms_gets_the_order_and_types_of_its_table() -> None:
    rows = conform(shops().select(["is_open", "number", "street"]), SHOPS)
    assert rows.schema.equals(SHOPS.schema, check_metadata=True)
    assert rows.to_pydict() == GOOD


def test_no_rows_conform() -> None:
    assert conform(SHOPS.schema.empty_table(), SHOPS).num_rows == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"owner": ["سعاد"] * 3}, r"shops: missing columns \[\], unknown columns \['owner'\]"),
        ({"is_open": None}, r"shops: missing columns \['is_open'\], unknown columns \[\]"),
        ({"is_open": [True, None, True]}, r"shops: .*'is_open' with null"),
        ({"street": [None, "أ", "ب"]}, r"shops: .*'street' with null"),
        ({"number": ["3", "واحد", "5"]}, r"shops: .*واحد"),
        ({"number": [1, 2, 2**40]}, r"shops: .*1099511627776"),
        ({"number": [1.5, 2.0, 3.0]}, r"shops: .*truncated"),
        ({"is_open": [["لا"], [], []]}, r"shops: .*list"),
        ({"street": ["أ", "أ", "ب"], "number": [7, 7, 7]}, r"shops: \('street', 'number'\) twice: .*'أ'.*7"),
        ({"street": ["أ", "أ", "ب"], "number": [None, None, 7]}, r"shops: .* twice: .*'أ'.*None"),
    ],
)  # fmt: skip
def test_what_does_not_conform_is_refused_by_name(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        conform(shops(**changes), SHOPS)


def test_rows_lack_no_column_and_may_lack_values() -> None:
    rows = conform(rows_of(SHOPS, [{"street": "سوق الورّاقين", "is_open": True}]), SHOPS)
    assert rows.to_pylist() == [{"street": "سوق الورّاقين", "number": None, "is_open": True}]


# --- the tables --------------------------------------------------------------------------------------

SUMS = "a count within one article or file, and a sum over many of them"
# The same word for two things, each the natural one in its table; all other columns have one type and one text.
TWO_TYPES = {
    "value": "what a date says in TIMEX3, and the number of a quantity",
    "article_count": SUMS,
    "sentence_count": SUMS,
    "token_count": SUMS,
    "mention_count": SUMS,
}
TWO_TEXTS = TWO_TYPES | {
    "text": "the clean text of an article, and the clean evidence of a fact",
    "kind": "of an entity, of a quote and of a date",
    "speaker_entity_id": "may be null in a quote, and is the key of a mart",
    "event_type": "the types are listed once, in `events`",
    "actor_entity_ids": "reciprocal events are explained once, in `events`",
    "seconds": "of a run, and of its stages",
    "edits": "of every text, and kept only where there are any",
    "term": "as it is read in `terms`, and its matching key where it is looked up",
}
WITHIN_WHICH_NULLS = ("value", "kind", "speaker_entity_id", "edits", "term")


def definitions() -> dict[str, list[pa.Field]]:
    found: dict[str, list[pa.Field]] = {}
    for table in TABLES:
        for field in table.schema:
            found.setdefault(field.name, []).append(field)
    return found


DEFINITIONS = definitions()


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_column_is_defined_once(name: str) -> None:
    fields = DEFINITIONS[name]
    assert (len({str(field.type) for field in fields}) > 1) == (name in TWO_TYPES)
    assert (len({doc_of(field) for field in fields}) > 1) == (name in TWO_TEXTS)
    assert (len({field.nullable for field in fields}) > 1) == (name in WITHIN_WHICH_NULLS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_says_what_it_is(table: Table) -> None:
    assert BY_NAME[table.name] is table
    assert table.doc.endswith(".")
    assert all(doc_of(field) and not doc_of(field).endswith(".") for field in table.schema)
    assert len(set(table.columns)) == len(table.columns)
    assert set(table.key) <= set(table.columns)
    assert set(table.measures) <= set(table.columns) - set(table.key)


@pytest.mark.parametrize("table", FACTS, ids=lambda table: table.name)
def test_a_fact_has_an_owner_and_its_key_holds_no_null(table: Table) -> None:
    required = {field.name for field in table.schema if not field.nullable}
    assert {table.owner, *table.key} <= required


@pytest.mark.parametrize("table", [t for t in FACTS if "start_char" in t.columns], ids=lambda table: table.name)
def test_a_fact_in_the_text_points_at_it(table: Table) -> None:
    assert {"article_id", "sentence_no", "start_char", "end_char", "text"} <= set(table.columns)


@pytest.mark.parametrize("table", MARTS, ids=lambda table: table.name)
def test_a_mart_adds_up_numbers(table: Table) -> None:
    exact = {name for name in table.measures if not pa.types.is_floating(table.schema.field(name).type)}
    assert exact == set(table.measures), "sums of floats depend on their order"
    assert set(table.key) | exact == set(table.columns)
