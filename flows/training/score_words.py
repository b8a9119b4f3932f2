"""How words are cut, lemmatized and tagged, beside the treebanks: UD_Arabic-PUD's sentences 801-1000, and PADT's test.

Two lemmas are one if their matching keys are (`tasks.arabic.normalize.norm`): vowel signs, hamza seats
and ta marbuta do not count. Of PADT, which leaves words tagged X whole, those words are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from flows.training.parts import score_parts
from flows.training.treebank import SEEN, Word, is_scored, list_surfaces, read_padt, read_sentences
from tasks.analysis import Analyser, known_words, lemmatizer
from tasks.arabic.clitics import ARTICLE, PRONOUNS, Split, split
from tasks.arabic.letters import is_arabic, strip_marks
from tasks.arabic.normalize import norm

_SHORT_PRONOUNS: Final = ("ي", "ك")


def score_all_words(data: Path, analyser: Analyser) -> dict[str, dict[str, float]]:
    """Return the shares of words that are right, in per cent, by set and by what is asked of them."""
    sentences = list(read_sentences(data / "pud" / "test.conllu"))[SEEN:]
    lemmas = (is_right for sentence in sentences for is_right in score_lemmas(sentence))
    return {
        "PUD test": {
            "clitics": score_cuts(list_words(sentences)),
            "lemmas": _share(lemmas),
            "parts": score_parts(sentences, analyser),
        },
        "PADT test": {"clitics": score_cuts(read_padt(data / "padt" / "test.conllu"))},
    }


def list_words(sentences: Iterable[list[Word]]) -> Iterator[tuple[str, ...]]:
    """Yield the Arabic words of sentences, each as the segments that UD writes."""
    words = (tuple(w.form for w in word) for sentence in sentences for word in list_surfaces(sentence))
    return (word for word in words if all(map(is_arabic, word)))


def score_cuts(words: Iterable[tuple[str, ...]]) -> float:
    """Return how many of a hundred words are cut as they are annotated."""
    return _share(cut(word, known_words()) == word for word in words)


def cut(word: tuple[str, ...], words: Mapping[str, int]) -> tuple[str, ...]:
    """Cut a word as UD does."""
    surface = "".join(word)
    return join(split(surface, words), surface)


def join(found: Split, surface: str) -> tuple[str, ...]:
    """Return the segments of a word, the article left on as UD does."""
    before = tuple(clitic for clitic in found.proclitics if clitic != ARTICLE)
    parts = (*before, surface[found.name_start : found.stem_end], surface[found.stem_end :])
    return tuple(part for part in parts if part)


def score_lemmas(sentence: list[Word]) -> Iterator[bool]:
    """Yield for every word whether its lemma is found, cut as the corpus cuts it (the article stays on there)."""
    find = lemmatizer().find
    for before, word, after in zip([None, *sentence], sentence, [*sentence[1:], None], strict=False):
        if not is_scored(word):
            continue
        joined = before.form if before is not None and before.is_joined else ""
        pronoun = [after.form] if word.is_joined and after is not None and after.upos == "PRON" else []
        if word.upos == "PRON" and joined and norm(word.form) in (*PRONOUNS, *_SHORT_PRONOUNS):
            found: str | None = "هو"  # a token of ours keeps its pronoun, and that one needs no rule
        else:
            found = find(*_cut_article(word, joined), pronoun)
        yield norm(found or "") == norm(word.lemma)


def _cut_article(word: Word, joined: str) -> tuple[str, list[str]]:
    """Return what stands after the article, and the clitics before it."""
    form = word.form
    if joined == "ل" and form.startswith("ل") and len(form) > 2 and "Definite=Def" in word.features:
        return form[1:], ["ل", ARTICLE]
    if strip_marks(form).startswith(ARTICLE) and split(form).proclitics == (ARTICLE,):
        return split(form).stem, [ARTICLE]
    return form, [joined] if joined else []


def _share(right: Iterable[bool]) -> float:
    found = list(right)
    return round(100 * sum(found) / max(len(found), 1), 1)
