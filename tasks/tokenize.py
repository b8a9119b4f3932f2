"""Tokenize: documents become sentences and tokens, and articles whole."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from tasks import lexicons
from tasks.arabic.alignment import Alignment
from tasks.arabic.document import Document, Span, Token
from tasks.arabic.lemmas import Lemmatizer
from tasks.arabic.normalize import norm
from tasks.arabic.parts import Knowledge, describe
from tasks.arabic.reading import read
from tasks.model.parts import PartTagger, Scores, load_part_model
from tasks.stage import stage
from warehouse.contracts import ARTICLES, DOCUMENTS, INTAKE, SENTENCES, TOKENS, Table

# A name of the lexicons counts as a word seen this often, so that no clitic is cut off بكين.
NAME_COUNT = 20_000
MOST_KNOWN = 1 << 16  # words, some 40 MB


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


@cache
def known_words() -> Mapping[str, int]:
    """Return the word list that clitics are weighed by: written words and the first words of names."""
    words = dict(lexicons.words())
    for entity in lexicons.entities():
        for name in entity.names:
            first = norm(name.partition(" ")[0])
            words[first] = max(words.get(first, 0), NAME_COUNT)
    return words


@cache
def lemmatizer() -> Lemmatizer:
    """Return what gives tokens their lemmas; of names it knows nothing, only of written words."""
    return Lemmatizer(lexicons.words(), lexicons.verbs(), lexicons.lemma_forms())


Known = tuple[str | None, Scores]  # a lemma, and what a word weighs for the tagger


class Analyser:
    """Finds what is to be known of a word without its neighbours; keeps it of the words that it saw last."""

    def __init__(self, lemmatizer: Lemmatizer, tagger: PartTagger, knowledge: Knowledge) -> None:
        """Take what finds lemmas, what weighs parts of speech, and what that one goes by."""
        self.tagger = tagger
        self._lemmatizer = lemmatizer
        self._knowledge = knowledge
        self._known: dict[tuple[object, ...], Known] = {}

    def analyse(self, token: Token) -> Known:
        """Return a word's lemma, and what it weighs for the parts of speech of itself and its neighbours."""
        word = (token.text, token.proclitics, token.enclitics)
        known = self._known.get(word)
        if known is None:
            lemma = self._lemmatizer.find(token.stem, token.proclitics, token.enclitics)
            known = (lemma, self.tagger.weigh(describe(token, lemma, self._knowledge)))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[word] = known
        return known

    def analyse_document(self, document: Document) -> list[tuple[str | None, str]]:
        """Return the lemma and the part of speech of each word of a document."""
        known = list(map(self.analyse, document.tokens))
        parts = self.tagger.tag([scores for _, scores in known], [s.first for s in document.sentences])
        return [
            (lemma, word.upos if word.upos in ("NUM", "PUNCT") else part)
            for word, (lemma, _), part in zip(document.tokens, known, parts, strict=True)
        ]


@cache
def analyser() -> Analyser:
    """Return the analyser of a process."""
    model = load_part_model()
    return Analyser(lemmatizer(), PartTagger(model.weights, model.steps), Knowledge(lexicons.words(), model.names))


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
