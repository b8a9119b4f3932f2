"""Score the lemmas on UD_Arabic-PUD, whose sentences 801-1000 no rule was written on.

Two lemmas are one if their matching keys are (`tasks.arabic.normalize.norm`): vowel signs, hamza seats
and ta marbuta do not count. Marks and symbols are left out.
"""

from collections.abc import Iterator
from typing import Final

from benchmarks.segmentation import PUD
from flows.treebank import CONTENT, SEEN, Word, head_of, is_scored, list_surfaces, read_sentences
from tasks.arabic.clitics import ARTICLE, PRONOUNS, split
from tasks.arabic.letters import is_arabic, strip_marks
from tasks.arabic.normalize import norm
from tasks.tokenize import known_words, lemmatizer

_SHORT_PRONOUNS: Final = ("ي", "ك")


def main() -> None:
    if not PUD.exists():
        raise SystemExit(f"UD_Arabic-PUD is not at {PUD}; there is nothing to measure")
    sentences = list(read_sentences(PUD))
    for name, part in (("written on", sentences[:SEEN]), ("test", sentences[SEEN:])):
        for how, score in (("its segments", score_segments), ("our segments", score_surface)):
            pairs = [pair for sentence in part for pair in score(sentence)]
            content = [is_right for upos, is_right in pairs if upos in CONTENT]
            right = [is_right for _, is_right in pairs]
            print(
                f"{name:>10}, {how}: {100 * sum(right) / len(right):.1f} % of {len(right):,} words, "
                f"{100 * sum(content) / len(content):.1f} % of {len(content):,} content words"
            )


def score_segments(sentence: list[Word]) -> Iterator[tuple[str, bool]]:
    """Yield part of speech and success of every word, cut as the corpus cuts it (the article stays on there)."""
    find = lemmatizer().find
    for before, word, after in zip([None, *sentence], sentence, [*sentence[1:], None], strict=False):
        if not is_scored(word):
            continue
        joined = before.form if before is not None and before.is_joined else ""
        pronoun = [after.form] if word.is_joined and after is not None and after.upos == "PRON" else []
        if word.upos == "PRON" and joined and norm(word.form) in (*PRONOUNS, *_SHORT_PRONOUNS):
            found: str | None = "هو"  # a token of ours keeps its pronoun, and that one needs no rule
        else:
            found = find(*cut_article(word, joined), pronoun)
        yield word.upos, norm(found or "") == norm(word.lemma)


def cut_article(word: Word, joined: str) -> tuple[str, list[str]]:
    """Return what stands after the article, and the clitics before it."""
    form = word.form
    if joined == "ل" and form.startswith("ل") and len(form) > 2 and "Definite=Def" in word.features:
        return form[1:], ["ل", ARTICLE]
    if strip_marks(form).startswith(ARTICLE) and split(form).proclitics == (ARTICLE,):
        return split(form).stem, [ARTICLE]
    return form, [joined] if joined else []


def score_surface(sentence: list[Word]) -> Iterator[tuple[str, bool]]:
    """Yield part of speech and success of every written word, cut by our rules: one lemma, that of its stem."""
    words, find = known_words(), lemmatizer().find
    for surface in list_surfaces(sentence):
        text = "".join(word.form for word in surface)
        head = surface[head_of(surface)]
        if is_arabic(text) and is_scored(head):
            cut = split(text, words)
            found = find(cut.stem, cut.proclitics, cut.enclitics)
            yield head.upos, norm(found or "") == norm(head.lemma)


if __name__ == "__main__":
    main()
