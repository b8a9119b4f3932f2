"""Tokenize: documents become sentences and tokens, and articles whole."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tasks.analysis import analyser, known_words
from tasks.arabic.alignment import Alignment
from tasks.arabic.document import Document, Span
from tasks.arabic.reading import read
from tasks.stage import stage
from warehouse.contracts import ARTICLES, DOCUMENTS, INTAKE, SENTENCES, TOKENS, Table


def tokenize_documents(intake: pa.Table, documents: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Split each document into sentences and tokens; return articles, sentences and tokens.

    An article without a document (one that is not Arabic) keeps its raw text as its text.
    """
    sentences = _Rows(SENTENCES.columns)
    tokens = _Rows(TOKENS.columns)
    reading: dict[str, dict[str, Any]] = {}
    for document in documents.to_pylist():
        read_document = read(document["text"], known_words(), [Span(*span) for span in document["boilerplate"]])
        alignment = Alignment.from_rows(document["edits"])
        _add_sentences(sentences, document["article_id"], read_document, alignment)
        count = _add_tokens(tokens, document["article_id"], read_document, alignment)
        reading[document["article_id"]] = {
            "text": document["text"],
            "edits": document["edits"],
            "fixes": document["fixes"],
            "sentence_count": len(read_document.sentences),
            "token_count": count,
        }
    articles = [row | reading.get(row["article_id"], _unread(row)) for row in intake.to_pylist()]
    return pa.Table.from_pylist(articles, schema=ARTICLES.schema), sentences.table(SENTENCES), tokens.table(TOKENS)


class _Rows:
    """Columns that grow row by row: an Arrow table without a dictionary a row."""

    def __init__(self, columns: list[str]) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in columns}
        self._append = [values.append for values in self.columns.values()]

    def add(self, *values: object) -> None:
        for append, value in zip(self._append, values, strict=True):
            append(value)

    def table(self, contract: Table) -> pa.Table:
        return pa.table(self.columns, schema=contract.schema)


def _unread(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": row["raw_text"], "fixes": [], "sentence_count": 0, "token_count": 0}


def _add_sentences(rows: _Rows, article_id: str, document: Document, alignment: Alignment) -> None:
    for s in document.sentences:
        start, end = alignment.to_raw(s.start, s.end)
        rows.add(article_id, s.no, start, end, document.text_of(s), s.is_repeat, s.is_boilerplate)


def _add_tokens(rows: _Rows, article_id: str, document: Document, alignment: Alignment) -> int:
    known = analyser().analyse_document(document)
    no = 0
    for sentence in document.sentences:
        own = slice(sentence.first, sentence.last)
        for t, (lemma, upos) in zip(document.tokens[own], known[own], strict=True):
            start, end = alignment.to_raw(t.start, t.end)
            rows.add(
                article_id,
                no,
                sentence.no,
                start,
                end,
                t.text,
                t.norm,
                lemma,
                upos,
                t.proclitics,
                t.stem,
                t.enclitics,
                t.is_stop,
            )
            no += 1
    return no


tokenize = stage(tokenize_documents, reads=(INTAKE, DOCUMENTS), writes=(ARTICLES, SENTENCES, TOKENS))
