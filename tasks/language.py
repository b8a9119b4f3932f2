"""`ar_warraq`: what Warraq knows of Arabic as a spaCy pipeline, to be used without the rest of it.

    >>> import spacy
    >>> nlp = spacy.blank("ar_warraq")
    >>> doc = nlp("وصل وزير الخارجية العماني بالطائرة إلى باريس وبغداد. وسيلتقيه نظيره التونسي غدا.")
    >>> [sentence.text for sentence in doc.sents]
    ['وصل وزير الخارجية العماني بالطائرة إلى باريس وبغداد.', 'وسيلتقيه نظيره التونسي غدا.']
    >>> [(name._.name, name.label_, name.kb_id_) for name in doc.ents]  # doctest: +NORMALIZE_WHITESPACE
    [('العماني', 'NORP', 'iso:OM'), ('باريس', 'LOC', 'geo:2988507'), ('بغداد', 'LOC', 'geo:98182'),
     ('التونسي', 'NORP', 'iso:TN')]
    >>> doc[9].lemma_, doc[9].pos_, doc[9]._.proclitics, doc[9]._.stem, doc[9]._.enclitics
    ('التقى', 'VERB', ('و', 'س'), 'يلتقي', ('ه',))

Nothing of it is to be downloaded, so that it comes ready from `spacy.blank`;
`nlp.to_disk` and `spacy.load` work too. A token is a word as written, its clitics included; what is
known of the word without them is in the extensions:

- `token._.proclitics`, `token._.stem`, `token._.enclitics`: the clitics, and the word between them;
- `name._.name`, for one of `doc.ents`: the name without the clitics around it, القاهرة of بالقاهرة, at
  `name._.name_start` to `name._.name_end` in code points of the text.

`name.ent_id_` is the same for all mentions of one thing in a `Doc`; `name.kb_id_` too, for what Warraq knows:
iso:OM for Oman, geo:98182 for Baghdad, as in the table `entities`.

Text is taken as it is. The components expect what `tasks.arabic.fixes.fix_text` has mended: quotation marks,
spaces and letters, as typesetters leave them.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final

import numpy as np
from spacy.lang.ar import Arabic, ArabicDefaults
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.symbols import IDS as POS
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc, Span, Token
from spacy.util import load_config_from_str, registry

from tasks.analysis import analyser, known_words
from tasks.arabic.clitics import Split, split
from tasks.arabic.document import Document
from tasks.arabic.letters import is_arabic
from tasks.arabic.linking import Found
from tasks.arabic.names import find_all_mentions, in_batches
from tasks.arabic.reading import read_tokens
from tasks.arabic.tokens import make_tokenizer
from tasks.lexicons.names import gazetteer
from tasks.taggers.names import load_tagger

_CONFIG: Final = """
[nlp]
pipeline = ["warraq_words", "warraq_sentences", "warraq_names"]

[nlp.tokenizer]
@tokenizers = "warraq.Tokenizer.v1"

[components]

[components.warraq_words]
factory = "warraq_words"

[components.warraq_sentences]
factory = "warraq_sentences"

[components.warraq_names]
factory = "warraq_names"
"""


class ArWarraqDefaults(ArabicDefaults):
    """spaCy's Arabic, with a tokenizer and components of its own."""

    config = load_config_from_str(_CONFIG)


class ArWarraq(Arabic):  # type: ignore[no-untyped-call]
    """The language `ar_warraq`, which has a pipeline from the start."""

    lang = "ar_warraq"
    Defaults = ArWarraqDefaults


@registry.tokenizers("warraq.Tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """Return what makes the tokenizer of a pipeline."""
    return make_tokenizer


@Language.component("warraq_words", assigns=["token.norm", "token.lemma", "token.pos"])
def read_words(doc: Doc) -> Doc:
    """Set `norm_`, `lemma_` where there is one, and `pos_`."""
    document, add = _read(doc), doc.vocab.strings.add
    known = zip(document.tokens, analyser().analyse_document(document), strict=True)
    rows = [(add(word.norm), add(lemma or ""), POS[upos]) for word, (lemma, upos) in known]
    values: Any = doc.to_array(["NORM", "LEMMA", "POS"])
    values[_places_of_words(doc)] = np.array(rows, np.uint64).reshape(-1, 3)
    return doc.from_array(["NORM", "LEMMA", "POS"], values)


@Language.component("warraq_sentences", assigns=["token.is_sent_start", "doc.sents"])
def cut_sentences(doc: Doc) -> Doc:
    """Set where sentences begin: titles, datelines and lines too."""
    document = _read(doc)
    starts = {document.tokens[sentence.first].start for sentence in document.sentences}
    places: Any = doc.to_array("IDX")  # one by one, spaCy would look through all for each
    values: Any = np.where(np.isin(places, list(starts)), 1, -1).astype(np.int64).astype(np.uint64)
    return doc.from_array(["SENT_START"], values)


class NameFinder(Pipe):
    """Sets `ents` to the names of people, places, organisations, nationalities and works."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the names of one text."""
        return self._find([(doc, _read(doc))])[0]

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1_000) -> Iterator[Doc]:
        """Find the names of several texts at a time, which is faster; a text has the same names in any company."""
        for batch in in_batches(((doc, _read(doc)) for doc in stream), itemgetter(1), batch_size):
            try:
                docs = self._find(batch)
            except Exception:
                docs = list(super().pipe((doc for doc, _ in batch), batch_size=1))  # which tells the one that fails
            yield from docs

    def _find(self, batch: Sequence[tuple[Doc, Document]]) -> list[Doc]:
        found = find_all_mentions([document for _, document in batch], gazetteer(), load_tagger(gazetteer()))
        return [_set_names(*own, names) for own, names in zip(batch, found, strict=True)]


@Language.factory("warraq_names", assigns=["doc.ents", "span._.name_start", "span._.name_end"])
def create_names(nlp: Language, name: str) -> NameFinder:  # noqa: ARG001
    """Return what sets `ents` to the names."""
    return NameFinder(name)


@Language.factory(
    "warraq_transformer_names",
    default_config={"labels": {}},
    assigns=["doc.ents", "span._.name_start", "span._.name_end"],
)
def create_transformer_names(nlp: Language, name: str, model: str, labels: dict[str, str]) -> Callable[[Doc], Doc]:  # noqa: ARG001
    """Return what sets `ents` to the names that a token-classification model finds, by its folder or name on the hub.

    `labels` says what its labels mean, as {"PERSONNE": "PER"}, besides those of `tasks.transformer.LABELS`.
    """
    from tasks.transformer import find_names, load_transformer

    find = partial(find_names, load_transformer(model, frozenset(labels.items())), gazetteer())
    return partial(_set_found, find)


def _set_found(find: Callable[[Document], Found], doc: Doc) -> Doc:
    document = _read(doc)
    return _set_names(doc, document, find(document))


def _set_names(doc: Doc, document: Document, found: Found) -> Doc:
    unknown = {entity.entity_id for entity in found.entities}
    starts = [word.start for word in document.tokens]
    places = _places_of_words(doc)
    names = []
    for span, label, entity_id, *_ in found.mentions:
        first, last = (places[bisect(starts, position) - 1] for position in (span.start, span.end - 1))
        name = Span(doc, first, last + 1, label, kb_id="" if entity_id in unknown else entity_id, span_id=entity_id)
        name._.name_start, name._.name_end = span
        names.append(name)
    doc.set_ents(names)
    return doc


def _places_of_words(doc: Doc) -> list[int]:
    is_space: Any = doc.to_array("IS_SPACE")
    places: list[int] = np.flatnonzero(is_space == 0).tolist()
    return places


class _Reader:
    """Reads a `Doc` as the rules want it, and remembers the last one, as every component asks for it."""

    def __init__(self) -> None:
        self._last: tuple[Doc, Document] | None = None

    def __call__(self, doc: Doc) -> Document:
        last = self._last
        if last is None or last[0] is not doc:
            last = self._last = doc, read_tokens(doc.text, doc, known_words())
        return last[1]


_read: Final = _Reader()


def _cut(token: Token) -> Split:
    return split(token.text, known_words()) if is_arabic(token.text) else Split((), token.text, (), 0, len(token), 0)


for _name, _of_word in {
    "proclitics": lambda token: _cut(token).proclitics,
    "stem": lambda token: _cut(token).stem,
    "enclitics": lambda token: _cut(token).enclitics,
}.items():
    Token.set_extension(_name, getter=_of_word, force=True)
for _name in ("name_start", "name_end"):
    Span.set_extension(_name, default=None, force=True)
Span.set_extension("name", getter=lambda span: span.doc.text[span._.name_start : span._.name_end], force=True)
