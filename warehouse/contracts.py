"""Every table and every column, once: Arrow type, key and documentation.

All else is derived from here: the shape that a stage may write (`conform`), the comments that
DuckDB shows on tables and columns, and the table page of the README. A fact points at its evidence
with `article_id, start_char, end_char`: code points into `articles.raw_text`, end exclusive.

Tables come in five kinds:

* `internal`: handed from stage to stage, never published;
* `fact`: stored as immutable Parquet; each row belongs to one `owner`, and goes when its owner goes;
* `index`: worked out from facts so that a question is answered faster, and stored as they are;
* `mart`: additive measures over the facts, stored as signed deltas;
* `view`: a query over facts and marts, computed when it is asked.
"""

from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["internal", "fact", "index", "mart", "view"]


class Table(NamedTuple):
    """A named Arrow schema, the key that makes each row unique, and the column that owns a row.

    Rows lie in the order of the key, or in `order` where questions are about something else.
    """

    name: str
    doc: str
    key: tuple[str, ...]
    schema: pa.Schema
    kind: Kind = "fact"
    owner: str = "article_id"
    measures: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.schema.names)


class ContractError(ValueError):
    """Rows do not have the shape of the table they are written to."""


def conform(rows: pa.Table, table: Table) -> pa.Table:
    """Return `rows` with the columns, order and types of `table`.

    Raises `ContractError` where a column is unknown or missing, a value does not fit its type, a
    required column holds a null, or two rows share a key. Nulls in a key count as equal.
    """
    unknown = sorted(set(rows.column_names) - set(table.columns))
    missing = sorted(set(table.columns) - set(rows.column_names))
    if unknown or missing:
        raise ContractError(f"{table.name}: missing columns {missing}, unknown columns {unknown}")
    try:
        rows = rows.select(table.columns).cast(table.schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise ContractError(f"{table.name}: {error}") from error
    for field in table.schema:
        if not field.nullable and rows[field.name].null_count:
            raise ContractError(f"{table.name}.{field.name}: null in a required column")
    _refuse_duplicates(rows, table)
    return rows


def _refuse_duplicates(rows: pa.Table, table: Table) -> None:
    groups = rows.group_by(list(table.key)).aggregate([([], "count_all")])
    if groups.num_rows < rows.num_rows:
        twice = groups.filter(pc.field("count_all") > 1).slice(0, 3)
        raise ContractError(f"{table.name}: {table.key} twice: {twice.drop(['count_all']).to_pylist()}")


def rows_of(table: Table, rows: list[dict[str, object]]) -> pa.Table:
    """Build an Arrow table of `table` from plain rows; a column absent from a row is null."""
    return pa.Table.from_pylist(rows, schema=table.schema)


# --- columns -------------------------------------------------------------------------------------
# A quantity that stands in several tables has one definition, so that it has one name and one text.

Field: TypeAlias = "pa.Field[Any]"  # generic in the stubs only

STRING: Final = pa.string()
INT: Final = pa.int32()
FLOAT: Final = pa.float64()
BOOL: Final = pa.bool_()
DATE: Final = pa.date32()
MOMENT: Final = pa.timestamp("us", tz="UTC")
STRINGS: Final = pa.list_(pa.field("item", STRING))


def column(name: str, dtype: pa.DataType, doc: str, *, nullable: bool = False) -> Field:
    """Describe one column; it is required unless said otherwise."""
    return pa.field(name, dtype, nullable=nullable, metadata={"doc": doc})


def optional(name: str, dtype: pa.DataType, doc: str) -> Field:
    """Describe a column that may hold nulls."""
    return column(name, dtype, doc, nullable=True)


def doc_of(field: Field) -> str:
    """Return what a column's documentation says."""
    return (field.metadata or {})[b"doc"].decode()


FILE = column("file", STRING, "Path of the seed file, relative to the seeds folder, with forward slashes")
SOURCE = column("source", STRING, "Where the article stands: the file's path, or `file.jsonl#id` for a line of one")
ARTICLE_ID = column("article_id", STRING, "First 16 hex digits of the SHA-256 of `source`; it survives an edit of the text")
SENTENCE_NO = column("sentence_no", INT, "Position of the sentence in its article, from 0")
START = column("start_char", INT, "First code point of the evidence in `articles.raw_text`")
END = column("end_char", INT, "Code point after the last one of the evidence in `articles.raw_text`")
TEXT = column("text", STRING, "The evidence after cleaning; the raw one is `raw_text[start_char:end_char]`")
TITLE = optional("title", STRING, "Title, where the file states one")
PUBLISHED_ON = optional("published_on", DATE, "Day of publication as the file states it; null where it does not")
NORM = column("norm", STRING, "Matching key of the whole token: no diacritics or tatweel, one alef, one ya, ha for ta marbuta")
PIPELINE = column("pipeline", STRING, "Fingerprint of stage code, language rules, lexicons and model that made the rows; one that would make the same rows leaves it as it is")
EDITS_TYPE = pa.list_(pa.field("item", pa.list_(pa.field("item", INT))))
EDITS_DOC = "Where clean and raw text differ: [clean_start, clean_end, raw_start, raw_end], in order; equal elsewhere"
ENTITY_ID = column("entity_id", STRING, "One id for one thing: a Wikidata id, `geo:` + GeoNames id, `iso:` + ISO 3166 code, a lexicon name, or `name:` + a digest of label and matching key")
LABEL = column("label", STRING, "PER, LOC, ORG, NORP or MISC")
KIND_OF_ENTITY = optional("kind", STRING, "Finer kind where it is known: country, city, region, demonym, person, ministry, party, company, media, armed group, treaty, …")
NAME_AR = column("name_ar", STRING, "Arabic name")
NAME_EN = optional("name_en", STRING, "English name, where a lexicon gives it")
WIKIDATA_ID = optional("wikidata_id", STRING, "Wikidata id, where it was looked up")
COUNTRY_CODE = optional("country_code", STRING, "ISO 3166-1 alpha-2 code of the country it is, lies in or belongs to")
LATITUDE = optional("latitude", FLOAT, "Degrees north, WGS 84 (GeoNames)")
LONGITUDE = optional("longitude", FLOAT, "Degrees east, WGS 84 (GeoNames)")
IS_KNOWN = column("is_known", BOOL, "Whether the entity stands in a lexicon")
METHOD = column("method", STRING, "What found it: of a name lexicon, demonym, name_rule, title_rule, coreference, model, or the name of a transformer; of an event the rule, as docs/extraction.md lists them")
CONFIDENCE = column("confidence", FLOAT, "0 to 1; the measured precision of what was found so, not a probability of the row")
DATE_FROM = optional("date_from", DATE, "First day of the period meant; null without an anchor")
DATE_TO = optional("date_to", DATE, "Last day of the period meant; null without an anchor")
RUN_ID = column("run_id", STRING, "Prefect's id of the flow run")
TOKEN_COUNT = column("token_count", pa.int64(), "Tokens, without repeated and boilerplate sentences")
MENTION_COUNT = column("mention_count", pa.int64(), "Mentions, without repeated and boilerplate sentences")
ARTICLE_COUNT = column("article_count", pa.int64(), "Distinct articles")
EVENT_COUNT = column("event_count", pa.int64(), "Events, without repeated and boilerplate sentences")
STORY_ID = column("story_id", STRING, "article_id of the first article of the story: by day of publication, then by article_id")
FIRST_DAY = optional("first_day", DATE, "First day on which an article of the story was published; null where none states one")
LAST_DAY = optional("last_day", DATE, "Last day on which an article of the story was published")
DAY = optional("day", DATE, "Day of publication; null gathers the articles that state none")
MONTH = optional("month", DATE, "First day of the month of publication; null gathers the articles that state none")


def fact(
    name: str,
    doc: str,
    key: tuple[str, ...],
    *columns: Field,
    owner: str = "article_id",
    order: tuple[str, ...] = (),
) -> Table:
    """Describe a stored table."""
    return Table(name, doc, key, pa.schema(columns), "fact", owner, order=order)


def index(name: str, doc: str, key: tuple[str, ...], *columns: Field, owner: str = "article_id") -> Table:
    """Describe a stored table that facts could give again; it lies sorted by its key."""
    return Table(name, doc, key, pa.schema(columns), "index", owner)


def internal(name: str, doc: str, key: tuple[str, ...], *columns: Field) -> Table:
    """Describe a table that stages hand on."""
    return Table(name, doc, key, pa.schema(columns), "internal")


def mart(name: str, doc: str, *columns: Field, measures: tuple[str, ...]) -> Table:
    """Describe an additive table; what is no measure is its key."""
    key = tuple(field.name for field in columns if field.name not in measures)
    return Table(name, doc, key, pa.schema(columns), "mart", measures=measures)


def view(name: str, doc: str, key: tuple[str, ...], *columns: Field) -> Table:
    """Describe a query."""
    return Table(name, doc, key, pa.schema(columns), "view")


SPAN: Final = ("article_id", "start_char", "end_char")

# --- between stages ------------------------------------------------------------------------------

SEEDS = internal(
    "seeds", "Seed files that a run has to read: the input of ingest.", ("file",),
    FILE,
    column("path", STRING, "Absolute path to read"),
    column("size", pa.int64(), "Bytes"),
    column("mtime_ns", pa.int64(), "Modification time, nanoseconds since 1970"),
    column("sha256", STRING, "SHA-256 of the bytes"),
    column("max_bytes", pa.int64(), "Largest size in bytes that is read"),
    PIPELINE,
)

AS_TAKEN_IN: Final = (
    ARTICLE_ID, SOURCE, FILE,
    column("content_sha256", STRING, "SHA-256 of `raw_text` in UTF-8: equal for exact duplicates"),
    column("record_sha256", STRING, "SHA-256 of all that the file says of the article: text, title, date, …"),
    column("encoding", STRING, "Encoding the file was decoded with (Python's name)"),
    column("language", STRING, "ISO 639-1 code of the language; only `ar` articles give facts"),
    TITLE,
    optional("byline", STRING, "Author, where the file states one"),
    optional("outlet", STRING, "Outlet or agency, where the file states one"),
    optional("dateline", STRING, "Place, agency or day as the dateline gives them"),
    PUBLISHED_ON,
    column("raw_text", STRING, "Decoded text of a .txt, `text` of a .jsonl line, extracted text of a .html: every offset points into it"),
    optional("duplicate_of", STRING, "Article with the same raw text and the smallest source; marts count only that one"),
    optional("near_duplicate_of", STRING, "Of the articles that say nearly the same (see `signatures`) and stand before it by source, the first; null for an exact duplicate, which has that of its original"),
    PIPELINE,
)  # fmt: skip

INTAKE = internal("intake", "Articles as ingest takes them in, before any stage reads their text.", ("article_id",), *AS_TAKEN_IN)

DOCUMENTS = internal(
    "documents", "The clean text of an article and how it lies on the raw one.", ("article_id",),
    ARTICLE_ID,
    column("text", STRING, "Clean text"),
    column("edits", EDITS_TYPE, EDITS_DOC),
    column("fixes", STRINGS, "Names of the fixes that changed the text, in the order of application"),
    column("boilerplate", pa.list_(pa.field("item", pa.list_(pa.field("item", INT), 2))),
           "Clean spans that belong to the page and not to the article: footers, links to read more"),
)

# --- kept by the store -----------------------------------------------------------------------------

TOMBSTONES = internal(
    "tombstones", "Which owners' rows of which snapshot are dead, where they are too many for a manifest.",
    ("owner_column", "owner", "rev"),
    column("owner_column", STRING, "Column by which tables own rows: article_id, file, story_id, run_id"),
    column("owner", STRING, "Whose rows are dead"),
    column("rev", INT, "Snapshot that wrote the rows"),
)

# --- facts ---------------------------------------------------------------------------------------

FILES = fact(
    "files", "Every seed file that was read, and what it was when it was read: the plan compares with it.", ("file",),
    FILE,
    column("size", pa.int64(), "Bytes"),
    column("mtime_ns", pa.int64(), "Modification time, nanoseconds since 1970"),
    column("sha256", STRING, "SHA-256 of the bytes"),
    column("article_count", INT, "Articles that the file gave"),
    column("reject_count", INT, "Rejects that the file gave"),
    PIPELINE,
    owner="file",
)

ARTICLES = fact(
    "articles", "One row an article, with its raw and its clean text.", ("article_id",),
    *AS_TAKEN_IN,
    column("text", STRING, "Clean text"),
    optional("edits", EDITS_TYPE, EDITS_DOC + "; null where `text` is the raw one"),
    column("fixes", STRINGS, "Names of the fixes that changed the text, in the order of application"),
    column("sentence_count", INT, "Sentences"),
    column("token_count", INT, "Tokens"),
)

REJECTS = fact(
    "rejects", "Every file, or line of one, that could not be used, and why.", ("source",),
    SOURCE, FILE,
    column("reason", STRING, "unreadable, empty, binary, too_large, undecodable, not_arabic, outside_seeds, not_a_file, bad_json, duplicate_id or failed"),
    column("detail", STRING, "What was found, and what would mend it"),
    owner="file",
)

SENTENCES = fact(
    "sentences", "Sentences, titles and other lines of an article.", ("article_id", "sentence_no"),
    ARTICLE_ID, SENTENCE_NO, START, END, TEXT,
    column("is_repeat", BOOL, "Whether it repeats an earlier sentence of the article (a lede or a pull quote)"),
    column("is_boilerplate", BOOL, "Whether it belongs to the page and not to the article"),
)

TOKENS = fact(
    "tokens", "Words and punctuation marks, with the clitics split off.", ("article_id", "token_no"),
    ARTICLE_ID,
    column("token_no", INT, "Position of the token in its article, from 0"),
    SENTENCE_NO, START, END, TEXT,
    NORM,
    optional("lemma", STRING, "Dictionary form, unvocalised: singular, masculine of an adjective, perfect of a verb (الصواريخ: صاروخ, وسيطلقونها: أطلق). By rule and word list, so that an unknown word may stand for itself; null for marks"),
    optional("upos", STRING, "Universal part of speech of the stem, by a tagger trained on UD_Arabic-PUD; numbers in digits and marks by rule"),
    column("proclitics", STRINGS, "Clitics before the stem, in order: و ف ب ل ك س ال"),
    column("stem", STRING, "The token without its clitics"),
    column("enclitics", STRINGS, "Pronouns after the stem"),
    column("is_stop", BOOL, "Whether the stem is a function word"),
)

MENTIONS = fact(
    "mentions", "Names in the text.", SPAN,
    ARTICLE_ID, START, END, SENTENCE_NO, TEXT, LABEL, ENTITY_ID,
    METHOD, CONFIDENCE,
)

APPEARANCES = fact(
    "appearances", "Which entity stands in which article, what is known of it, and how often it is mentioned there.", ("article_id", "entity_id"),
    ARTICLE_ID, ENTITY_ID, LABEL, KIND_OF_ENTITY, NAME_AR, NAME_EN, WIKIDATA_ID, COUNTRY_CODE, LATITUDE, LONGITUDE, IS_KNOWN,
    column("mention_count", INT, "Mentions in the article"),
)

QUOTES = fact(
    "quotes", "What somebody is reported to have said.", SPAN,
    ARTICLE_ID, START, END, SENTENCE_NO, TEXT,
    column("kind", STRING, "direct, indirect or mixed"),
    optional("speaker_start_char", INT, "First code point of the words that name the speaker, in this sentence or before; null where nobody is found"),
    optional("speaker_end_char", INT, "Code point after the last one of the speaker"),
    optional("speaker_text", STRING, "The speaker as written"),
    optional("speaker_entity_id", STRING, "Entity of the speaker, where it is resolved"),
    optional("cue_start_char", INT, "First code point of the reporting word"),
    optional("cue_end_char", INT, "Code point after the last one of the reporting word"),
    optional("cue_text", STRING, "The reporting word: قال، مشيراً، بحسب"),
)

DATES = fact(
    "dates", "Dates, durations and repeated times.", SPAN,
    ARTICLE_ID, START, END, SENTENCE_NO, TEXT,
    column("kind", STRING, "date, duration, set or relative"),
    column("value", STRING, "TIMEX3 value as the text gives it: 2024-06-19, P70Y, -P9M, month:-1"),
    optional("mod", STRING, "START, MID, END or APPROX"),
    DATE_FROM, DATE_TO,
    optional("precision", STRING, "day, week, month, quarter, year or decade: the width of date_from to date_to"),
)

QUANTITIES = fact(
    "quantities", "Numbers that count or measure.", SPAN,
    ARTICLE_ID, START, END, SENTENCE_NO, TEXT,
    optional("value", FLOAT, "The number; null for a vague one (عشرات)"),
    optional("unit", STRING, "Unit: percent, an ISO 4217 code, or a unit of measure in English"),
    optional("object", STRING, "What is counted, as written"),
)

EVENTS = fact(
    "events", "Who did what to whom: PLOVER events.", SPAN,
    ARTICLE_ID, START, END, SENTENCE_NO, TEXT,
    column("event_type", STRING, "PLOVER type: AGREE, CONSULT, SUPPORT, CONCEDE, COOPERATE, AID, RETREAT, REQUEST, ACCUSE, REJECT, THREATEN, PROTEST, SANCTION, MOBILIZE, COERCE or ASSAULT"),
    optional("mode", STRING, "PLOVER mode, as in CONSULT/visit"),
    column("actor_entity_ids", STRINGS, "Entities that act, a public figure with the country they act for; all participants of a reciprocal event"),
    column("recipient_entity_ids", STRINGS, "Entities that are acted on"),
    column("status", STRING, "past, ongoing, future or hypothetical"),
    column("is_negated", BOOL, "Whether the text denies it"),
    DATE_FROM, DATE_TO,
    column("score", FLOAT, "PLOVER's cooperation (+10) to conflict (-10) score of type and mode"),
    METHOD, CONFIDENCE,
)

STORY_ARTICLES = fact(
    "story_articles", "Which article tells which story; an article that alone tells of its event stands in none.", ("story_id", "article_id"),
    STORY_ID, ARTICLE_ID, FIRST_DAY, LAST_DAY,
    owner="story_id", order=("first_day", "story_id", "article_id"),  # a story is looked for among those of its days
)

RUNS = fact(
    "runs", "What each refresh planned, wrote and took.", ("run_id",),
    RUN_ID,
    column("started_at", MOMENT, "Start of the run"),
    column("finished_at", MOMENT, "Moment of the commit that wrote the row"),
    column("planned_new", INT, "Seed files not seen before"),
    column("planned_changed", INT, "Seed files with other bytes than before"),
    column("planned_gone", INT, "Seed files that are no longer there"),
    column("planned_stale", INT, "Seed files that another pipeline read otherwise"),
    optional("planned_again", INT, "Articles that another pipeline read alike, and that were to be extracted again from their tokens"),
    column("unchanged", INT, "Seed files left as they are"),
    optional("left_stale", INT, "Stale files and articles not done when the row was written; at 0, the whole warehouse is as `pipeline` makes it"),
    column("articles_written", INT, "Articles written"),
    column("articles_removed", INT, "Articles removed or replaced"),
    column("files_rejected", INT, "Rejects written"),
    column("seconds", FLOAT, "Wall-clock seconds"),
    PIPELINE,
    owner="run_id",
)

RUN_STAGES = fact(
    "run_stages", "Seconds and rows of each stage of a refresh.", ("run_id", "stage"),
    RUN_ID,
    column("stage", STRING, "ingest, clean, tokenize, extract, aggregate or commit"),
    column("batches", INT, "Batches that passed the stage"),
    column("rows", pa.int64(), "Rows that the stage wrote"),
    column("seconds", FLOAT, "Seconds of work, summed over the batches"),
    owner="run_id",
)

# --- indexes --------------------------------------------------------------------------------------------

POSTINGS = index(
    "postings", "Which sentences hold a term: what the macro `search` looks into. Copies of articles, repeated and boilerplate sentences are left out.",
    ("term", "article_id", "sentence_no"),
    column("term", STRING, "Matching key of the lemma, or of the stem where there is none"),
    ARTICLE_ID, SENTENCE_NO,
    column("frequency", INT, "How often the sentence holds the term"),
    column("sentence_terms", INT, "Content words and numbers of the sentence"),
)

SIGNATURES = index(
    "signatures", "How alike texts are, without the texts: two articles say nearly the same when a band is equal and so are 77 of the 128 characters. Texts of fewer than 30 words have none.", ("article_id",),
    ARTICLE_ID,
    column("signature", STRING, "MinHash of the runs of four words in `raw_text`: 128 values, the lowest six bits of each as a character"),
    column("bands", pa.list_(pa.field("item", INT)), "Digests of five values each; what shares none is not compared"),
)

BANDS = index(
    "bands", "The bands of the signatures, and for every text the first 32 bits of `content_sha256`, in order: where copies of a text, exact or near, are looked up.", ("band", "article_id"),
    column("band", INT, "What texts have to share before they are compared"),
    ARTICLE_ID,
)

TELLING_WORDS = index(
    "telling_words", "The words by which an article's event is known, at most 16, of articles whose day is known.", ("told_on", "word", "article_id"),
    column("told_on", DATE, "Day of publication"),
    column("word", STRING, "Matching key of the stem"),
    ARTICLE_ID,
    column("is_name", BOOL, "Whether it is part of a name in this article"),
    column("weight", INT, "How telling it is: the rarer in Arabic, the more; more in a title, or where it is repeated"),
    column("article_weight", INT, "Sum of the weights of the article"),
)

# --- marts and views: one file of the same name in warehouse/marts -----------------------------------

ENTITY_DAILY = mart(
    "entity_daily", "How often an entity was mentioned, by day of publication.",
    DAY, ENTITY_ID, MENTION_COUNT, ARTICLE_COUNT,
    measures=("mention_count", "article_count"),
)

ENTITY_PAIRS = mart(
    "entity_pairs", "Which entities stand in one sentence, by month.",
    MONTH,
    column("entity_id_a", STRING, "The smaller entity_id of the pair"),
    column("entity_id_b", STRING, "The larger entity_id of the pair"),
    column("sentence_count", pa.int64(), "Sentences that hold both"),
    ARTICLE_COUNT,
    measures=("sentence_count", "article_count"),
)

DYADS_MONTHLY = mart(
    "dyads_monthly", "Events between countries, by month and type. A participant counts for its country.",
    MONTH,
    column("actor_country", STRING, "ISO 3166-1 code of the acting country"),
    column("recipient_country", STRING, "ISO 3166-1 code of the country acted on; for a reciprocal event, of each other participant"),
    column("event_type", STRING, "PLOVER type"),
    EVENT_COUNT,
    column("score_sum", pa.decimal128(18, 1), "Sum of the scores; divided by event_count it is the mean tone"),
    measures=("event_count", "score_sum"),
)

SPEAKERS = mart(
    "speakers", "Who is quoted, by month and kind of quote.",
    MONTH,
    column("speaker_entity_id", STRING, "Entity of the speaker"),
    column("kind", STRING, "direct, indirect or mixed"),
    column("quote_count", pa.int64(), "Quotes, without repeated and boilerplate sentences"),
    ARTICLE_COUNT,
    measures=("quote_count", "article_count"),
)

TERMS = mart(
    "terms", "Content words by month.",
    MONTH,
    column("term", STRING, "Lemma, or the stem where there is none"),
    TOKEN_COUNT, ARTICLE_COUNT,
    measures=("token_count", "article_count"),
)

FORMS = mart(
    "forms", "As which terms of `postings` the written forms, and their stems, are read.",
    NORM,
    optional("term", STRING, "Term of `postings`; null where the form is a function word"),
    TOKEN_COUNT,
    measures=("token_count",),
)

VOLUME = mart(
    "volume", "How much was published, by day: what frequencies are divided by. Without copies of articles.",
    DAY, ARTICLE_COUNT,
    column("sentence_count", pa.int64(), "Sentences, without repeated and boilerplate ones"),
    TOKEN_COUNT,
    column("term_count", pa.int64(), "Content words and numbers among the tokens: the sum of `sentence_terms` over the sentences"),
    measures=("article_count", "sentence_count", "token_count", "term_count"),
)

ENTITY_NAMES = mart(
    "entity_names", "Every name and description under which an entity appeared.",
    ENTITY_ID, LABEL, KIND_OF_ENTITY, NAME_AR, NAME_EN, WIKIDATA_ID, COUNTRY_CODE, LATITUDE, LONGITUDE, IS_KNOWN,
    column("mention_count", pa.int64(), "Mentions"), ARTICLE_COUNT,
    measures=("mention_count", "article_count"),
)

ENTITIES = view(
    "entities", "One row an entity that some article mentions, under its commonest name.", ("entity_id",),
    ENTITY_ID, LABEL, KIND_OF_ENTITY, NAME_AR, NAME_EN, WIKIDATA_ID, COUNTRY_CODE, LATITUDE, LONGITUDE, IS_KNOWN,
    column("mention_count", pa.int64(), "Mentions under all names"), ARTICLE_COUNT,
)

TIMELINE = view(
    "timeline", "Events whose day or period the text fixes, in order.", SPAN,
    DATE_FROM, DATE_TO, column("event_type", STRING, "PLOVER type"), ARTICLE_ID, START, END, SENTENCE_NO,
    column("trigger", STRING, "The word that names the event"),
    column("sentence", STRING, "The sentence that holds it"),
    column("actor_entity_ids", STRINGS, "Entities that act"),
    column("recipient_entity_ids", STRINGS, "Entities that are acted on"),
    column("status", STRING, "past, ongoing, future or hypothetical"),
    column("is_negated", BOOL, "Whether the text denies it"),
)

STORIES = view(
    "stories", "One row an event that several articles tell of, exact and near copies among them, under the title of the first; `story_articles` lists them.", ("story_id",),
    STORY_ID,
    TITLE, ARTICLE_COUNT,
    column("copy_count", pa.int64(), "Articles that are exact or near copies of others"),
    column("outlet_count", pa.int64(), "Distinct outlets, as far as the files state them"),
    FIRST_DAY, LAST_DAY,
)

TABLES: Final = (
    SEEDS, INTAKE, DOCUMENTS, TOMBSTONES,
    FILES, ARTICLES, REJECTS, SENTENCES, TOKENS, MENTIONS, APPEARANCES, QUOTES, DATES, QUANTITIES, EVENTS,
    STORY_ARTICLES, RUNS, RUN_STAGES,
    POSTINGS, SIGNATURES, BANDS, TELLING_WORDS,
    ENTITY_DAILY, ENTITY_PAIRS, DYADS_MONTHLY, SPEAKERS, TERMS, FORMS, VOLUME, ENTITY_NAMES,
    ENTITIES, TIMELINE, STORIES,
)  # fmt: skip
INDEXES: Final = tuple(table for table in TABLES if table.kind == "index")
FACTS: Final = tuple(table for table in TABLES if table.kind == "fact") + INDEXES
MARTS: Final = tuple(table for table in TABLES if table.kind == "mart")
VIEWS: Final = tuple(table for table in TABLES if table.kind == "view")
PUBLISHED: Final = FACTS + MARTS + VIEWS
BY_NAME: Final = {table.name: table for table in TABLES}
