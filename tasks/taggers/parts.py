"""The tagger of parts of speech, and its file: weights of features, as numbers in compressed JSON.

Weights are integers, so that the sums are exact and a text is read alike on any machine.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.arabic.parts import PARTS, START, Traits
from tasks.taggers.store import FOLDER, ModelError

Scores = NDArray[np.int32]  # by part of speech: of a word itself, of the word after it, of the word before it
_BITS: Final = len(PARTS).bit_length()
_MASK: Final = (1 << _BITS) - 1
_WIDTH: Final = 4  # bytes of a packed weight
_HALF: Final = 1 << 31  # stands for 0 in a sum, so that no part borrows from the next
FILE: Final = "parts.bin"


class PartModel(NamedTuple):
    """Weights of features by part of speech, of the part before by part, and the words of names that they knew.

    The names are those of the day of training: an edit of a lexicon is no reason to tag a text anew.
    """

    weights: Mapping[str, Mapping[int, int]]
    steps: Sequence[list[int]]
    names: Mapping[str, str]


def _pack(parts: Mapping[int, int]) -> int:
    """Return the weights of all parts as one whole number, for Python adds one as fast as many."""
    return sum(weight << (8 * _WIDTH * part) for part, weight in parts.items())


_ZERO: Final = _pack(dict.fromkeys(range(len(PARTS)), _HALF))


class PartTagger:
    """Tags words from left to right."""

    def __init__(self, weights: Mapping[str, Mapping[int, int]], steps: Sequence[Sequence[int]]) -> None:
        """Take the weights of features by part, and those of the part before by part."""
        self._weights = {feature: _pack(parts) for feature, parts in weights.items()}
        self._steps = np.array(steps, np.int32)

    def weigh(self, traits: Traits) -> Scores:
        """Return the sums of a word's weights."""
        weights = self._weights
        sums = [sum([weights[feature] for feature in features if feature in weights], _ZERO) for features in traits]
        packed = b"".join([total.to_bytes(_WIDTH * len(PARTS), "little") for total in sums])
        return (np.frombuffer(packed, "<u4").reshape(len(traits), -1) ^ np.uint32(_HALF)).view(np.int32)

    def tag(self, words: Sequence[Scores], starts: Sequence[int] = ()) -> list[str]:
        """Return the part of each word, `starts` being where sentences begin besides the first."""
        if not words:
            return []
        told = np.array(words)
        total = told[:, 0].copy()
        inside = np.ones((len(words), 1), np.int32)
        inside[list(starts)] = 0
        total[1:] += told[:-1, 1] * inside[1:]
        total[:-1] += told[1:, 2] * inside[1:]
        choices = self._choose(total).tolist()
        begins = set(starts)
        part, parts = START, []
        for at, choice in enumerate(choices):
            part = choice[START if at in begins else part]
            parts.append(PARTS[part])
        return parts

    def _choose(self, total: Scores) -> Scores:
        """Return the best part of each word after each part: the last bits of the highest sum are its part."""
        best = np.full((len(total), START + 1), np.iinfo(np.int32).min, np.int32)
        for part in range(len(PARTS)):
            np.maximum(best, ((total[:, part, None] + self._steps[:, part]) << _BITS) + (_MASK - part), out=best)
        return _MASK - (best & _MASK)


def load_part_model(folder: Path = FOLDER) -> PartModel:
    """Read a model; raises `ModelError`."""
    path = folder / FILE
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
        weights = {
            feature: dict(zip(cells[::2], cells[1::2], strict=True)) for feature, cells in content["weights"].items()
        }
        model = PartModel(weights, content["steps"], content["names"])
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise ModelError(f"no model of parts of speech at {path} ({error}); run python -m flows.train") from error
    if content["parts"] != list(PARTS):
        raise ModelError(f"{path} was trained for other parts of speech than this version's; train it anew")
    return model


def write_part_model(folder: Path, model: PartModel) -> None:
    """Write a model; the same model gives the same bytes."""
    weights = {
        feature: [cell for pair in sorted(parts.items()) for cell in pair]
        for feature, parts in sorted(model.weights.items())
    }
    content = {
        "parts": list(PARTS),
        "steps": model.steps,
        "names": dict(sorted(model.names.items())),
        "weights": weights,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    unix = b"\x03"  # the system that wrote it, of which Python versions say different things
    (folder / FILE).write_bytes(packed[:9] + unix + packed[10:])
