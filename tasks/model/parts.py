"""The file of the tagger of parts of speech: weights of features, as numbers in compressed JSON."""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from tasks.arabic.parts import PARTS

FILE: Final = Path(__file__).parent / "parts.bin"


class PartModel(NamedTuple):
    """Weights of features by part of speech, of the part before by part, and the words of names that they knew.

    The names are those of the day of training: an edit of a lexicon is no reason to tag a text anew.
    """

    weights: Mapping[str, Mapping[int, int]]
    steps: Sequence[list[int]]
    names: Mapping[str, str]


class PartModelError(RuntimeError):
    """There is no model, or none that this version can read."""


def load_part_model() -> PartModel:
    """Return the model that is shipped; raises `PartModelError`."""
    return read_model(FILE)


@cache
def read_model(path: Path) -> PartModel:
    """Read a model; raises `PartModelError`."""
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
        weights = {
            feature: dict(zip(cells[::2], cells[1::2], strict=True)) for feature, cells in content["weights"].items()
        }
        model = PartModel(weights, content["steps"], content["names"])
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise PartModelError(
            f"no model of parts of speech at {path} ({error}); run python -m flows.train_parts"
        ) from error
    if content["parts"] != list(PARTS):
        raise PartModelError(f"{path} was trained for other parts of speech than this version's; train it anew")
    return model


def write_model(path: Path, model: PartModel) -> None:
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
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
