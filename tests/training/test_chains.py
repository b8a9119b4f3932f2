"""Chances of labels as the sum over all chains gives them, and weights that tell what the sentences tell."""

from itertools import pairwise, product

import numpy as np
from scipy import sparse

from flows.training.chains import Batch, Sentences, average, expect, fit
from tasks.arabic.tagging import LABELS, may_follow

LENGTHS = (3, 2, 1)


def make_batch() -> Batch:
    words, lengths = sum(LENGTHS), np.array(LENGTHS)
    labels = np.zeros(words, np.int64)
    return Batch(sparse.csr_matrix((words, 1)), np.array([0]), labels, np.cumsum(lengths) - lengths, lengths)


def is_whole(chain: tuple[int, ...]) -> bool:
    labels = [LABELS[number] for number in chain]
    return (
        labels[0][0] in "OBU"
        and labels[-1][0] in "OLU"
        and all(may_follow(label, before) for before, label in pairwise(labels))
    )


def test_chances_are_those_of_all_chains_together() -> None:
    random = np.random.default_rng(3)
    batch = make_batch()
    total = random.normal(size=(sum(LENGTHS), len(LABELS))).astype(np.float32)
    steps = random.normal(size=(len(LABELS), len(LABELS))).astype(np.float32)
    chances, pairs = np.zeros(total.shape), np.zeros(steps.shape)
    for start, length in zip(batch.starts, batch.lengths, strict=True):
        chains = [chain for chain in product(range(len(LABELS)), repeat=int(length)) if is_whole(chain)]
        scores = [
            sum(total[start + at, label] for at, label in enumerate(chain))
            + sum(steps[before, label] for before, label in pairwise(chain))
            for chain in chains
        ]
        parts = np.exp(scores) / np.exp(scores).sum()
        for chain, part in zip(chains, parts, strict=True):
            for at, label in enumerate(chain):
                chances[start + at, label] += part
            for before, label in pairwise(chain):
                pairs[before, label] += part
    found, found_pairs = expect(total, steps, batch)
    np.testing.assert_allclose(found, chances, atol=1e-5)
    np.testing.assert_allclose(found_pairs, pairs, atol=1e-5)


def test_features_that_tell_a_label_weigh_most_for_it() -> None:
    sentences = Sentences()
    for _ in range(30):
        sentences.add([[1, 5], [2, 5]], ["O", "U-LOC"])
        sentences.add([[2], [3, 5], [4]], ["O", "B-PER", "L-PER"], is_other=True)
    fitted = fit(sentences, 1)
    weights = fitted.to_integers()
    heaviest = {
        int(feature): LABELS[row.argmax()] for feature, row in zip(weights.features, weights.weights, strict=True)
    }
    assert (heaviest[1], heaviest[3], heaviest[4]) == ("O", "B-PER", "L-PER")
    assert heaviest[2] == "U-LOC", "what other guidelines say of a word stays with their own features"
    assert heaviest.keys() <= {1, 2, 3, 4, 5}
    of_others = fitted.to_integers(is_other=True)
    assert of_others.weights[list(of_others.features).index(2)].argmax() == LABELS.index("O")
    again = average([fit(sentences, 1)] * 2).to_integers()
    assert all(np.array_equal(one, other) for one, other in zip(weights, again, strict=True))
