"""Score the models in use on the corpora beside the project, before rules say anything of names: `make model-scores`.

What it finds is what their card says (`tasks/model/meta.json`), or something has changed since the training. How fast
they are stands under the tables.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from flows.training.card import WORDS, list_names, list_words, read_card
from flows.training.score_names import read_tests, score_articles, score_sets
from flows.training.score_words import score_all_words
from tasks.analysis import analyser
from tasks.arabic.names import hint
from tasks.arabic.tagging import NAMES
from tasks.lexicons.names import gazetteer
from tasks.taggers.names import load_tagger

DATA = Path(__file__).parents[2] / "shared" / "data"
WIDTH = 40


def main() -> None:
    if not DATA.is_dir():
        raise SystemExit(f"the corpora are not at {DATA}; there is nothing to score")
    began = time.process_time()
    tagger = load_tagger(gazetteer())
    analyser()
    loaded = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
    tests = read_tests(DATA)
    scores = (
        score_all_words(DATA, analyser()) | score_sets(tagger, tests) | score_articles(tagger, DATA.parent / "eval")
    )
    print_table(("%", *WORDS), list_words(scores))
    print_table(("F1 of names", "micro", *NAMES), list_names(scores))
    card = read_card()["scores"]
    for name in sorted(card.keys() - scores.keys()):
        print(f"{name}: {card[name]['micro']} when it was trained")
    for name in scores:
        if scores[name] != card.get(name):
            print(f"{name}: the card says {card.get(name)}")
    documents = [example.document for test in tests.values() for example in test.examples]
    words = sum(len(document.tokens) for document in documents)
    hints: list[list[object]] = []
    measure("lexicons and rules", words, lambda: hints.extend(hint(document, gazetteer()) for document in documents))
    for what in ("model, words not met before", "model, again"):
        if "not met" in what:
            tagger.forget()
        measure(what, words, lambda: [tagger.tag(*pair) for pair in zip(documents, hints, strict=True)])
    print(f"{loaded:.1f} s to load, the lexicons included; {memory:.0f} MiB then")


def print_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    for first, *cells in (heads, *rows):
        print(f"{first:{WIDTH}}" + "".join(f"{cell:>9}" for cell in cells))


def measure(what: str, words: int, work: Callable[[], object]) -> None:
    began = time.process_time()
    work()
    print(f"{words / (time.process_time() - began):,.0f} words/s ({what})")


if __name__ == "__main__":
    main()
