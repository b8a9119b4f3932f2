"""Annotated corpora as the product reads them: clean text, our tokens, a label a token.

A model must be trained on the segmentation that it will meet, so every text goes through the same
cleaning and tokenization as an article does, and annotations are laid on the tokens afterwards.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tasks.arabic.alignment import Alignment
from tasks.arabic.document import Document, Span
from tasks.arabic.fixes import fix_text
from tasks.arabic.reading import read
from tasks.arabic.tagging import Tagged

OUTSIDE: Final = "O"
_TEXT_SENTENCES: Final = 25  # of a corpus without texts: as many sentences stand for one
_MARKED: Final = re.compile(r"([^\[]+)|\[([A-Z]+) ([^\]]+)\]")
Marked = tuple[int, int, str]  # code points of the raw text, and a label


class Example(NamedTuple):
    """A text with the names in it: `marked` in raw code points, `labels` (B-PER, I-PER, O) by token."""

    name: str
    document: Document
    alignment: Alignment
    marked: tuple[Marked, ...]
    labels: tuple[str, ...]


def read_example(name: str, raw: str, marked: Iterable[Marked], words: Mapping[str, int]) -> Example:
    """Clean and tokenize a text, and lay its annotations on the tokens.

    >>> example = read_example("x", "زار الوفد تونس", [(10, 14, "LOC")], {})
    >>> [(t.text, label) for t, label in zip(example.document.tokens, example.labels)]
    [('زار', 'O'), ('الوفد', 'O'), ('تونس', 'B-LOC')]
    """
    fixed = fix_text(raw)
    document = read(fixed.text, words)
    marked = tuple(sorted(marked))
    spans = [
        (Span(fixed.alignment.to_clean(start), fixed.alignment.to_clean(end - 1) + 1), label)
        for start, end, label in marked
    ]
    return Example(name, document, fixed.alignment, marked, tuple(label_tokens(document, spans)))


def label_tokens(document: Document, spans: Iterable[tuple[Span, str]]) -> list[str]:
    """Return a label a token: B- for the first of a name, I- for the others."""
    labels = [OUTSIDE] * len(document.tokens)
    at = 0
    for span, label in spans:
        while at < len(labels) and document.tokens[at].end <= span.start:
            at += 1
        first = at
        while at < len(labels) and document.tokens[at].start < span.end:
            labels[at] = f"{'B' if at == first else 'I'}-{label}"
            at += 1
    return labels


def read_news(path: Path, words: Mapping[str, int]) -> Iterator[Example]:
    """Yield the texts of a file of annotated sentences, one text a line."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            raw, marked = "", []
            for sentence in row["sentences"]:
                marked += [(len(raw) + start, len(raw) + end, label) for start, end, label in sentence["entities"]]
                raw += sentence["text"] + "\n"
            yield read_example(row["id"], raw, marked, words)


def read_columns(path: Path, words: Mapping[str, int], labels: Sequence[str]) -> Iterator[Example]:
    """Yield pieces of a corpus of a word and its label a line, other labels than the given ones left out."""
    blocks = [block for block in path.read_text(encoding="utf-8").split("\n\n") if block.strip()]
    for no in range(0, len(blocks), _TEXT_SENTENCES):
        raw = ""
        marked: list[Marked] = []
        for block in blocks[no : no + _TEXT_SENTENCES]:
            for line in block.splitlines():
                word, _, label = line.partition("\t")
                kind, _, name = label.partition("-")
                if name in labels:
                    if kind == "I" and marked and marked[-1][1] == len(raw) - 1:
                        marked[-1] = (marked[-1][0], len(raw) + len(word), marked[-1][2])
                    else:
                        marked.append((len(raw), len(raw) + len(word), name))
                raw += word + " "
            raw = raw[:-1] + "\n"
        yield read_example(f"{path.parent.name}/{path.stem}-{no}", raw, marked, words)


def read_marked(path: Path, words: Mapping[str, int]) -> Iterator[Example]:
    """Yield sentences, one a line, whose names are written in brackets with their label: زار [PER سمير] تونس."""
    for no, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        raw = ""
        marked: list[Marked] = []
        for plain, label, name in _MARKED.findall(line):
            raw += plain
            if label:
                marked.append((len(raw), len(raw) + len(name), label))
            raw += name
        yield read_example(f"{path.stem}-{no}", raw + "\n", marked, words)


def names_of(example: Example) -> list[Tagged]:
    """Return the names that the labels of an example spell; none goes on in another sentence."""
    ends = {sentence.last for sentence in example.document.sentences}
    names: list[Tagged] = []
    for at, label in enumerate(example.labels):
        kind, _, name = label.partition("-")
        if kind == "B" or (kind == "I" and at in ends):
            names.append(Tagged(at, at + 1, name))
        elif kind == "I":
            names[-1] = names[-1]._replace(last=at + 1)
    return names


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the lines of running text, gzipped: articles of .jsonl with their ids, or the texts of an encyclopedia."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            if ".jsonl" in path.name:
                row = json.loads(line)
                yield from ((row["id"], part) for part in (row["title"], *row["text"].split("\n")))
            elif not line.startswith(("<doc", "</doc")):
                yield "", line
