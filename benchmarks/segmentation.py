"""Score the clitic splitter on UD_Arabic-PUD, whose sentences 801-1000 the weights have not seen."""

import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from tasks.arabic.clitics import ARTICLE, Split, split
from tasks.arabic.letters import is_arabic
from tasks.tokenize import known_words

PUD = Path(__file__).parents[2] / "shared" / "data" / "pud" / "test.conllu"
SEEN = 800  # sentences the weights were chosen on


def main() -> None:
    if not PUD.exists():
        raise SystemExit(f"UD_Arabic-PUD is not at {PUD}; there is nothing to measure")
    sentences = read_sentences(PUD)
    words = known_words()
    for name, part in (("chosen on", sentences[:SEEN]), ("test", sentences[SEEN:])):
        gold = [word for sentence in part for word in sentence]
        began = time.process_time()
        right = sum(cut(word, words) == word for word in gold)
        speed = len(gold) / (time.process_time() - began)
        share = 100 * right / len(gold)
        print(f"{name:>10}: {share:.1f} % of {len(gold):,} words cut as annotated; {speed:,.0f} words/s")


def read_sentences(path: Path) -> list[list[tuple[str, ...]]]:
    """Return the Arabic words of each sentence, each as the segments that UD writes."""
    sentences = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if not line.startswith("#")]
        ends = [
            -1,
            *(
                i
                for i, row in enumerate(rows)
                if "SpaceAfter=No" not in row[9] or row[3] == "PUNCT" or i == len(rows) - 1
            ),
        ]
        words = [tuple(row[1] for row in rows[a + 1 : b + 1] if row[3] != "PUNCT") for a, b in pairwise(ends)]
        sentences.append([word for word in words if word and all(map(is_arabic, word))])
    return sentences


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
