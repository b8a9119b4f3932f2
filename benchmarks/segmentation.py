"""Score the clitic splitter on UD_Arabic-PUD, whose sentences 801-1000 the weights have not seen."""

import time
from collections.abc import Mapping
from pathlib import Path

from flows.treebank import SEEN, list_surfaces, read_sentences
from tasks.arabic.clitics import ARTICLE, Split, split
from tasks.arabic.letters import is_arabic
from tasks.tokenize import known_words

PUD = Path(__file__).parents[2] / "shared" / "data" / "pud" / "test.conllu"


def main() -> None:
    if not PUD.exists():
        raise SystemExit(f"UD_Arabic-PUD is not at {PUD}; there is nothing to measure")
    sentences = read_words(PUD)
    words = known_words()
    for name, part in (("chosen on", sentences[:SEEN]), ("test", sentences[SEEN:])):
        gold = [word for sentence in part for word in sentence]
        began = time.process_time()
        right = sum(cut(word, words) == word for word in gold)
        speed = len(gold) / (time.process_time() - began)
        share = 100 * right / len(gold)
        print(f"{name:>10}: {share:.1f} % of {len(gold):,} words cut as annotated; {speed:,.0f} words/s")


def read_words(path: Path) -> list[list[tuple[str, ...]]]:
    """Return the Arabic words of each sentence, each as the segments that UD writes."""
    sentences = ([tuple(w.form for w in word) for word in list_surfaces(s)] for s in read_sentences(path))
    return [[word for word in sentence if all(map(is_arabic, word))] for sentence in sentences]


def cut(word: tuple[str, ...], words: Mapping[str, int]) -> tuple[str, ...]:
    """Cut a word as UD does."""
    surface = "".join(word)
    return join(split(surface, words), surface)


def join(found: Split, surface: str) -> tuple[str, ...]:
    """Return the segments of a word, the article left on as UD does."""
    before = tuple(clitic for clitic in found.proclitics if clitic != ARTICLE)
    parts = (*before, surface[found.name_start : found.stem_end], surface[found.stem_end :])
    return tuple(part for part in parts if part)


if __name__ == "__main__":
    main()
