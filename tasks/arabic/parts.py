"""Parts of speech: what the tagger is told of a word.

A word is known by its letters, its clitics, how often it is written with the article and without, and
what its lemma is; its neighbours are known by less. Each of these features has a weight for each part of
speech, and so has the part before (`tasks.taggers.parts`).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from tasks.arabic.document import Token
from tasks.arabic.normalize import norm

PARTS: Final = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X",
)  # fmt: skip
START: Final = len(PARTS)  # stands for the part before the first word
_ARTICLE: Final = "ال"


class Traits(NamedTuple):
    """The features of a word: its own, and those that it has for the word after it and the word before it."""

    own: tuple[str, ...]
    for_next: tuple[str, ...]
    for_last: tuple[str, ...]


class Knowledge(NamedTuple):
    """What is known of words beyond their letters: counts, kinds of names, classes of words that are used alike."""

    words: Mapping[str, int]
    names: Mapping[str, str] = MappingProxyType({})
    clusters: Mapping[str, Sequence[int]] = MappingProxyType({})


def describe(token: Token, lemma: str | None, known: Knowledge) -> Traits:
    """Return the features of a word, by its lemma and what is known of its letters."""
    stem, before = token.stem_norm, "".join(token.proclitics)
    has_article = token.proclitics[-1:] == (_ARTICLE,)
    article = int(has_article)
    key = norm(lemma or "")
    closed = token.upos or "-"
    written, words = _ARTICLE + stem if has_article else stem, known.words
    name = known.names.get(written, "-")
    classes = [f"k{size}={cluster}" for size, cluster in enumerate(known.clusters.get(written, ()))]
    near = [f"{stem}.{article}", f"a{article}{stem[-2:]}", f"u{closed}", f"c{before}", f"l{key}", f"y{name}{article}"]
    near += classes
    own = [
        f"w{stem}.{article}", f"t{token.norm}", f"l{key}", f"c{before}", f"n{''.join(token.enclitics)}", f"u{closed}",
        f"s{_shape(token)}", f"i{_ending(token.stem)}", f"m{_compare(stem, key)}", f"f{_share(stem, words)}",
        f"fl{_share(key, words)}", f"z{min(len(stem), 8)}", "bias",
        f"y{name}", f"y{name}{_share(stem, words)}", *classes,
    ]  # fmt: skip
    if token.text[:1].isalpha():
        own += [f"p{n}{stem[:n]}" for n in (1, 2, 3)] + [f"e{n}{stem[-n:]}" for n in (1, 2, 3, 4)]
        own += [f"a{article}e{stem[-2:]}", f"a{article}p{stem[:2]}", f"x{stem[:1]}{len(stem)}{stem[-1:]}"]
    return Traits(tuple(own), tuple(f"<{x}" for x in near), tuple(f">{x}" for x in near))


def _shape(token: Token) -> str:
    first = token.text[0]
    return "d" if first.isdigit() else "L" if first.isascii() and first.isalpha() else "a" if first.isalpha() else "m"


def _ending(stem: str) -> str:
    """Return what the matching key does not tell of the end of a word."""
    return stem[-1] if stem[-1] in "ةىئء\N{ARABIC FATHATAN}\N{ARABIC KASRATAN}" else "-"


def _compare(stem: str, lemma: str) -> str:
    """Return what was taken off a word to find its lemma, at both ends.

    >>> _compare("كبيره", "كبير"), _compare("يطلقون", "اطلق"), _compare("صواريخ", "صاروخ")
    ('-ه', 'ا-', '=')
    """
    if stem == lemma:
        return "same"
    if lemma and stem.startswith(lemma):
        return "-" + stem[len(lemma) :]
    if lemma[:1] != stem[:1] and stem[:1] in "يتنا":
        return f"{lemma[:1]}-"
    return "="


def _share(key: str, words: Mapping[str, int]) -> str:
    """Return how often a word is written, and how often with the article, both as powers of two."""
    bare, definite = words.get(key, 0), words.get(_ARTICLE + key, 0)
    return f"{min((bare + 1).bit_length() // 2, 7)}.{min((16 * definite // (bare + 1) + 1).bit_length(), 8)}"
