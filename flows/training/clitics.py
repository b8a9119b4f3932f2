"""Fit the weights of the clitic splitter to sentences 1-800 of UD_Arabic-PUD, and to words of news of our own.

The likelihood of the cuts as annotated, among all ways to cut a word, is made as large as it gets;
the same sentences and the same word list give the same weights.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from scipy.optimize import minimize

from flows.training.score_words import join, list_words
from flows.training.treebank import Word
from tasks.analysis import known_words
from tasks.arabic.clitics import CLOSED, find_ways, place, weigh
from tasks.arabic.letters import strip_marks
from tasks.arabic.normalize import norm

OWN: Final = Path(__file__).parents[2] / "training" / "cuts.txt"
PRIOR: Final = 0.5  # how strongly weights are drawn towards nothing
HEAD: Final = '''"""Weights of the clitic splitter, written by `flows.train`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
'''

Ways = list[tuple[bool, dict[str, float]]]  # of a word: whether it is annotated so, and what speaks for it


def learn_clitics(sentences: Iterable[list[Word]]) -> dict[str, float]:
    """Return the weights by name."""
    own = [tuple(word.split("+")) for word in OWN.read_text(encoding="utf-8").split()]
    words = chain(list_words(sentences), own)
    weights = fit([ways for ways in map(read_ways, words) if any(right for right, _ in ways)])
    return {name: weight for name, weight in sorted(weights.items()) if weight}


def write_clitics(path: Path, weights: Mapping[str, float]) -> None:
    """Write the weights as a module."""
    lines = "".join(f'        "{name}": {weight},\n' for name, weight in weights.items())
    path.write_text(f"{HEAD}{lines}    }}\n)\n", encoding="utf-8")


def read_ways(word: tuple[str, ...]) -> Ways:
    """Return the ways to cut a word; none where the counts are not asked."""
    surface, counts = "".join(word), known_words()
    plain = strip_marks(surface)
    if norm(plain) in CLOSED:
        return []
    ways = find_ways(plain, counts, is_accusative="\N{ARABIC FATHATAN}" in surface)
    return [
        (join(place(surface, way.proclitics, way.enclitics), surface) == word, dict(weigh(way, plain, counts)))
        for way in ways
    ]


def fit(examples: Sequence[Ways]) -> dict[str, float]:
    """Return the weights under which the annotated ways are likeliest."""
    names = sorted({name for ways in examples for _, reasons in ways for name in reasons})
    column = {name: at for at, name in enumerate(names)}
    table = np.zeros((sum(map(len, examples)), len(names)))
    for row, reasons in enumerate(reasons for ways in examples for _, reasons in ways):
        for name, value in reasons.items():
            table[row, column[name]] = value
    right = np.array([is_right for ways in examples for is_right, _ in ways])
    sizes = np.array([len(ways) for ways in examples])
    starts, word = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(sizes)), sizes)

    def lose(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        likely = np.exp(scores - np.maximum.reduceat(scores, starts)[word])
        all_ways, right_ways = np.add.reduceat(likely, starts), np.add.reduceat(likely * right, starts)
        loss = np.log(all_ways).sum() - np.log(right_ways).sum() + PRIOR * (weights @ weights) / 2
        expected, annotated = likely / all_ways[word], likely * right / right_ways[word]
        return loss, table.T @ (expected - annotated) + PRIOR * weights

    found = minimize(lose, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 2) for name, weight in zip(names, found, strict=True)}
