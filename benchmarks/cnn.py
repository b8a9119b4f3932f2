"""A spaCy network for names, trained as a user of spaCy would: `python -m benchmarks.cnn FOLDER`.

The architecture of spaCy's small models (hashed words and affixes, four convolutions, transitions) learns from
`news_ner` beside the project. spaCy names whole words: a name after a clitic (القاهرة in بالقاهرة) is the word.
"""

import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
import typer
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import compounding, filter_spans, fix_random_seed, minibatch

NEWS_NER = Path(__file__).parents[2] / "shared" / "data" / "news_ner"
TRAIN, DEV = "train.jsonl.gz", "dev.jsonl"
SEED = 2026
ROUNDS = 8
TOK2VEC = {
    "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 96, "depth": 4,
    "embed_size": 2000, "window_size": 1, "maxout_pieces": 3, "subword_features": True,
}  # fmt: skip

Gold = list[tuple[int, int, str]]


def main(folder: Path, rounds: int = ROUNDS) -> None:
    """Train, score, and write the pipeline to a folder."""
    began = time.process_time()
    nlp = train(rounds)
    nlp.to_disk(folder)
    typer.echo(f"F1 {score(nlp):.1f} on {DEV}, {rounds} rounds, {time.process_time() - began:,.0f} s")


def read_texts(file: str) -> Iterator[tuple[str, Gold]]:
    """Yield each text, a sentence a line, and its names."""
    path = NEWS_NER / file
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text, names = "", []
            for sentence in json.loads(line)["sentences"]:
                text += "\n" * bool(text)
                names += [(start + len(text), end + len(text), label) for start, end, label in sentence["entities"]]
                text += sentence["text"]
            yield text, names


def train(rounds: int) -> Language:
    """Train on whole texts, in another order each round."""
    fix_random_seed(SEED)
    nlp = spacy.blank("ar")
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": False,
        "hidden_width": 64, "maxout_pieces": 2, "use_upper": True, "tok2vec": TOK2VEC,
    }  # fmt: skip
    nlp.add_pipe("ner", config={"model": model})
    examples = [Example(nlp.make_doc(text), widen(nlp.make_doc(text), names)) for text, names in read_texts(TRAIN)]
    optimizer = nlp.initialize(lambda: examples)
    dice = random.Random(SEED)
    for _ in range(rounds):
        dice.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in minibatch(examples, size=compounding(4, 32, 1.01)):
            nlp.update(batch, drop=0.1, sgd=optimizer, losses=losses)
        typer.echo(losses)
    return nlp


def widen(doc: Doc, names: Gold) -> Doc:
    """Set the names of a text, each as wide as the tokens that hold it."""
    spans: Sequence[Span | None] = [doc.char_span(*name, alignment_mode="expand") for name in names]
    doc.set_ents(filter_spans([span for span in spans if span]))
    return doc


def score(nlp: Language) -> float:
    """Return F1 on the development set, of names that are widened to whole tokens in the gold too."""
    counts = [0, 0, 0]
    for text, names in read_texts(DEV):
        found = {(name.start, name.end, name.label_) for name in nlp(text).ents}
        gold = {(name.start, name.end, name.label_) for name in widen(nlp.make_doc(text), names).ents}
        add(counts, found, gold)
    return f1(counts)


def add(counts: list[int], found: set[Any], gold: set[Any]) -> None:
    """Count what was found, what was to be found, and what is both."""
    for at, some in enumerate((found, gold, found & gold)):
        counts[at] += len(some)


def f1(counts: Sequence[int]) -> float:
    """Return F1 in a hundred."""
    return 200 * counts[2] / (counts[0] + counts[1])


if __name__ == "__main__":
    typer.run(main)
