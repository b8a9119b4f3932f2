"""Read a clean text: its tokens with their clitics, and its sentences, as the rules see them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from spacy.lang.ar.stop_words import STOP_WORDS
from spacy.tokenizer import Tokenizer
from spacy.tokens import Token as SpacyToken

from tasks.arabic.clitics import split
from tasks.arabic.document import Document, Sentence, Span, Token
from tasks.arabic.letters import is_arabic
from tasks.arabic.normalize import norm
from tasks.arabic.sentences import find_repeats, find_sentences
from tasks.arabic.tokens import IS_MARK, IS_NUMBER, make_tokenizer

# Closed classes, by matching key. spaCy's list of stop words also serves as `is_stop`.
_CLOSED_CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: upos
        for upos, words in (
            ("ADP", "في من الي علي عن مع منذ خلال حتي ضد دون لدي نحو حول عبر بين تحت فوق امام وراء قرب رغم"),
            ("CCONJ", "و او ام ثم بل لكن لكنه لكنها"),
            ("SCONJ", "ان اذا لان كي لكي بان حيث بينما فيما عندما كما اذ لو"),
            ("PRON", "هو هي هم هما هن انا نحن انت هذا هذه ذلك تلك هؤلاء اولئك"),
            ("PRON", "الذي التي الذين اللذان اللذين اللتان اللاتي"),
            ("PART", "لا لم لن ما قد سوف هل ليس ليست"),
            ("AUX", "كان كانت كانوا يكون تكون"),
        )
        for word in words.split()
    }
)
_STOPS: Final = frozenset(map(norm, STOP_WORDS)) | frozenset(_CLOSED_CLASSES)


@cache
def _tokenizer() -> Tokenizer:
    return make_tokenizer()


def read(text: str, words: Mapping[str, int] = MappingProxyType({}), boilerplate: Sequence[Span] = ()) -> Document:
    """Read a clean text.

    `words` is the word list of `clitics.split`; `boilerplate` are the spans that belong to the page.

    >>> document = read("أعلنت الحكومة «خطة». رفضتها المعارضة.", {"رفضت": 9})
    >>> [document.text_of(s) for s in document.sentences]
    ['أعلنت الحكومة «خطة».', 'رفضتها المعارضة.']
    >>> [(t.proclitics, t.stem, t.enclitics) for t in document.words(document.sentences[1])][0]
    ((), 'رفضت', ('ها',))
    """
    return read_tokens(text, _tokenizer()(text), words, boilerplate)


def read_tokens(
    text: str, tokens: Iterable[SpacyToken], words: Mapping[str, int], boilerplate: Sequence[Span] = ()
) -> Document:
    """Read a clean text that spaCy has cut into tokens; those of white space are left out."""
    read = [_token(t.text, t.idx, words) for t in tokens if not t.is_space]
    return Document(text, read, _sentences(text, read, boilerplate))


def _token(text: str, start: int, words: Mapping[str, int]) -> Token:
    key = norm(text) or text  # rules look at the first letter; a vowel sign may stand alone
    if not is_arabic(text):
        upos = closed_class(text, key, ())
        end = start + len(text)
        return Token(start, end, text, key, (), text, (), start, end, start, key, upos, is_stop=upos is not None)
    cut = split(text, words)
    stem_norm = norm(cut.stem)
    upos = closed_class(text, stem_norm, cut.proclitics)
    return Token(
        start, start + len(text), text, key, cut.proclitics, cut.stem, cut.enclitics,
        start + cut.stem_start, start + cut.stem_end, start + cut.name_start, stem_norm, upos,
        is_stop=stem_norm in _STOPS or key in _STOPS,
    )  # fmt: skip


@lru_cache(maxsize=1 << 17)
def closed_class(text: str, stem_norm: str, proclitics: tuple[str, ...]) -> str | None:
    """Return the part of speech of a mark, a number or a function word; None for all other words.

    >>> closed_class("وعلى", "علي", ("و",)), closed_class("2024", "2024", ()), closed_class("مدينة", "مدينه", ())
    ('ADP', 'NUM', None)
    """
    if not is_arabic(text):
        return "NUM" if IS_NUMBER.fullmatch(text) else "PUNCT" if IS_MARK.fullmatch(text) else None
    return _CLOSED_CLASSES.get(stem_norm) if proclitics[-1:] != ("ال",) else None


def _sentences(text: str, tokens: Sequence[Token], boilerplate: Sequence[Span]) -> list[Sentence]:
    spans = find_sentences(text)
    bounds = _token_bounds(spans, tokens)
    keys = [[t.norm for t in tokens[first:last] if t.upos != "PUNCT"] for first, last in bounds]
    repeats = find_repeats(keys)
    return [
        Sentence(no, span.start, span.end, first, last, no in repeats, any(b.overlaps(span) for b in boilerplate))
        for no, (span, (first, last)) in enumerate(zip(spans, bounds, strict=True))
    ]


def _token_bounds(spans: Sequence[Span], tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the first token of each sentence and the one after its last; both sequences are in order."""
    bounds, at = [], 0
    for span in spans:
        while at < len(tokens) and tokens[at].end <= span.start:
            at += 1
        first = at
        while at < len(tokens) and tokens[at].start < span.end:
            at += 1
        bounds.append((first, at))
    return bounds
