"""A document with its reporting words and its names marked: what the rules of speech look at."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tasks.arabic.cues import COPULAS, NOUN_LIKE, SHORT_VERB, VERB_FOLLOWS, Cues, Form
from tasks.arabic.document import Document, Token
from tasks.arabic.facts import Mention
from tasks.arabic.letters import strip_marks

_PREFIXES: Final = (("ل",), ("ب",), ("ك",))


class Hit(NamedTuple):
    """A reporting word at token `at`; `conj` counts the letters of a conjunction written before it."""

    at: int
    form: Form
    conj: int


class Name(NamedTuple):
    """A mention, and the tokens that it covers."""

    first: int
    last: int
    mention: Mention


class Marked(NamedTuple):
    """A document, and by token the names and reporting words in it."""

    document: Document
    cues: Cues
    names: Mapping[int, Name]
    hits: dict[int, Hit]

    @property
    def tokens(self) -> Sequence[Token]:
        """The words and marks of the document."""
        return self.document.tokens

    def key(self, at: int) -> str:
        """Return the matching key of a token."""
        return self.tokens[at].norm

    def close_of(self, at: int, last: int) -> int:
        """Return the token that closes the quotation opened at `at`; without one, `last`."""
        depth = 0
        for close in range(at, last):
            key = self.tokens[close].norm
            depth += (key == "«") - (key == "»")
            if depth == 0:
                return close
        return last

    def is_prefixed(self, at: int) -> bool:
        """Tell whether a preposition is written onto a token."""
        return self.tokens[at].proclitics[:1] in _PREFIXES

    def is_role(self, at: int) -> bool:
        """Tell whether a token is a noun for somebody who speaks."""
        return at < len(self.tokens) and bool({self.tokens[at].stem_norm, self.tokens[at].norm} & self.cues.roles)


def mark(document: Document, mentions: Sequence[Mention], cues: Cues) -> Marked:
    """Find the reporting words of a document, and which mention covers each token."""
    marked = Marked(document, cues, _index_names(document, mentions), {})
    for at in range(len(document.tokens)):
        if (hit := _find_hit(marked, at)) is not None:
            marked.hits[at] = hit
    return marked


def _index_names(document: Document, mentions: Sequence[Mention]) -> dict[int, Name]:
    index: dict[int, Name] = {}
    tokens, at = document.tokens, 0
    for mention in sorted(mentions, key=lambda m: m.span):
        while at < len(tokens) and tokens[at].end <= mention.span.start:
            at += 1
        last = at
        while last < len(tokens) and tokens[last].start < mention.span.end:
            last += 1
        for covered in range(at, last):
            index.setdefault(covered, Name(at, last, mention))
    return index


def _find_hit(marked: Marked, at: int) -> Hit | None:
    key, forms = marked.key(at), marked.cues.forms
    conj = 0
    form = forms.get(key)
    if form is None and key[:1] in ("و", "ف"):
        conj, form = 1, forms.get(key[1:])
    if form is None:
        return None
    hit = Hit(at, form, conj)
    return None if _is_no_report(marked, hit) else hit


def _is_no_report(marked: Marked, hit: Hit) -> bool:
    """Refuse words inside names, participles after كان, and short verbs where a noun would stand."""
    name = marked.names.get(hit.at)
    if name is not None and name.last - name.first > 1:
        return True
    if hit.form.kind == "participle":
        return hit.at > 0 and marked.key(hit.at - 1) in COPULAS
    is_short = len(hit.form.word) <= SHORT_VERB and marked.key(hit.at)[hit.conj :] in NOUN_LIKE
    return is_short and not _opens_clause(marked, hit)


def _opens_clause(marked: Marked, hit: Hit) -> bool:
    """Tell whether a word that may be a noun or a preposition (كشف، بين) stands where a verb would."""
    if hit.at == 0 or hit.conj:
        return True
    before, token = marked.tokens[hit.at - 1], marked.tokens[hit.at]
    is_first = "\n" in marked.document.text[before.end : token.start]
    return is_first or before.norm in VERB_FOLLOWS or hit.at - 1 in marked.names


def skip_letters(token: Token, letters: int) -> int:
    """Return the position after the first `letters` letters of a token, with the vowel signs on them."""
    if not letters:
        return token.start
    at = token.start + letters
    while len(strip_marks(token.text[: at - token.start])) < letters:
        at += 1
    while at < token.end and not strip_marks(token.text[at - token.start]):
        at += 1
    return at


def cut_letters(token: Token, letters: int) -> int:
    """Return the position before the last `letters` letters of a token."""
    end = token.end
    while letters and len(strip_marks(token.text[end - token.start :])) < letters:
        end -= 1
    return end
