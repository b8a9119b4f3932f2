"""Names by a transformer: any token-classification model, by its folder or its name on the hub.

Needs `pip install 'warraq[transformer]'`. The model is given words as they are written, whole sentences in
windows as long as it takes; what it says of the first piece of a word is taken for the word. Its labels are
read by a map into PER, LOC, ORG, NORP and MISC; names begin after their clitics, whatever it was trained on.
A text is read in windows of its own, so that it comes out the same in any company.
"""

from bisect import bisect
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from tasks.arabic.candidates import Candidate, Reading, own, start_reading
from tasks.arabic.document import Document
from tasks.arabic.facts import Entity
from tasks.arabic.gazetteer import Gazetteer, compact
from tasks.arabic.letters import strip_marks
from tasks.arabic.linking import Found, link

# What models call their labels, without B- and I-, in capitals. All else is no name.
LABELS: Final[Mapping[str, str]] = {
    label: ours
    for ours, labels in {
        "PER": "PER PERS PERSON",
        "LOC": "LOC LOCATION GPE FAC",
        "ORG": "ORG ORGANIZATION ORGANISATION",
        "NORP": "NORP NAT NATIONALITY",
        "MISC": "MISC EVENT PRODUCT LAW WORK_OF_ART",
    }.items()
    for label in labels.split()
}
LONGEST: Final = 512  # pieces in a window, where the model names no limit of its own
BATCH: Final = 8  # windows at a time
_BEGINS: Final = "BSU"
_ENDS: Final = "ELSU"


class TransformerError(RuntimeError):
    """There is no such model, it does not fit, or what runs it is not installed."""


class Name(NamedTuple):
    """A name at tokens `first` to `last` (exclusive)."""

    first: int
    last: int
    label: str


class Transformer:
    """Finds names in documents by a model."""

    def __init__(self, name: str, tokenizer: Any, model: Any, labels: Mapping[str, str]) -> None:
        """Take the model, what cuts words into its pieces, and what its labels mean."""
        self.name = name
        self._tokenizer = tokenizer
        self._model = model.eval()
        own_limit = getattr(model.config, "max_position_embeddings", None) or LONGEST
        padding = tokenizer.pad_token_id or -1  # RoBERTa counts positions from the one after it
        self._longest = min(LONGEST, own_limit - padding - 1) - 2
        named: Mapping[int, str] = model.config.id2label
        self._labels = [_read_label(named[at], labels) for at in range(len(named))]
        if not any(label for _, label in self._labels):
            known = ", ".join(named.values())
            raise TransformerError(f"{name} has the labels {known}; say in `labels` what they mean")

    def find(self, document: Document) -> list[Name]:
        """Return the names of a document, in order; none crosses a line or a sentence."""
        begins = {sentence.first for sentence in document.sentences}
        return [name for first, best in self._label(document) for name in self._read(first, best, begins)]

    def _label(self, document: Document) -> Iterator[tuple[int, list[int]]]:
        """Yield the first token of each window, and the number of the best label of each of its tokens."""
        pieces = self._cut([strip_marks(token.text) or token.text for token in document.tokens])
        starts = [sentence.first for sentence in document.sentences]
        windows = list(_pack(starts, [len(piece) for piece in pieces], self._longest))
        for at in range(0, len(windows), BATCH):
            batch = windows[at : at + BATCH]
            labels = self._run([pieces[first:last] for first, last in batch])
            yield from zip((first for first, _ in batch), labels, strict=True)

    def _cut(self, words: Sequence[str]) -> list[list[int]]:
        """Cut words into pieces; one that is none at all becomes the unknown one."""
        if not words:
            return []
        cut = self._tokenizer([f" {word}" for word in words], add_special_tokens=False)["input_ids"]
        return [ids[: self._longest] or [self._tokenizer.unk_token_id] for ids in cut]

    def _run(self, windows: Sequence[Sequence[Sequence[int]]]) -> Iterator[list[int]]:
        import torch

        begin, end = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        rows = [[begin, *chain(*window), end] for window in windows]
        width, padding = max(map(len, rows)), self._tokenizer.pad_token_id
        ids = torch.tensor([row + [padding] * (width - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        with torch.inference_mode():
            best = self._model(input_ids=ids, attention_mask=mask).logits.argmax(-1).tolist()
        for window, row in zip(windows, best, strict=True):
            yield [row[first] for first in accumulate(map(len, window[:-1]), initial=1)]

    def _read(self, start: int, best: Sequence[int], begins: Container[int]) -> Iterator[Name]:
        """Read the best labels of a window as names; what goes on with nothing begins a name."""
        names: list[Name] = []
        open_label = ""
        for at, (place, label) in enumerate((self._labels[number] for number in best), start):
            if label and (label != open_label or place in _BEGINS or at in begins):
                names.append(Name(at, at + 1, label))
            elif label:
                names[-1] = names[-1]._replace(last=at + 1)
            open_label = "" if place in _ENDS else label
        return iter(names)


def _read_label(name: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return the place in a name and the label of ours that a model's label stands for; no label for what is no name.

    >>> _read_label("B-PERS", LABELS), _read_label("GPE", LABELS), _read_label("O", LABELS)
    (('B', 'PER'), ('I', 'LOC'), ('', ''))
    """
    place, dash, rest = name.upper().partition("-")
    if not dash or place not in "BILUSE":
        place, rest = "I", name.upper()
    label = labels.get(rest, "")
    return (place, label) if label else ("", "")


def _pack(starts: Iterable[int], lengths: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    """Pack whole sentences into windows of so many pieces; one that is longer is cut between words.

    >>> list(_pack([0, 2, 4], [1, 1, 1, 1, 3, 3], longest=4))
    [(0, 4), (4, 5), (5, 6)]
    """
    first = filled = 0
    for start, end in pairwise((*dict.fromkeys((0, *starts)), len(lengths))):
        if filled + sum(lengths[start:end]) > longest:
            if filled:
                yield first, start
            first, filled = start, 0
        for at in range(start, end):
            if filled + lengths[at] > longest:
                yield first, at
                first, filled = at, 0
            filled += lengths[at]
    if filled:
        yield first, len(lengths)


def find_names(model: Transformer, gazetteer: Gazetteer, document: Document) -> Found:
    """Find the names of an article by a model alone; the lexicons only say who or what each is."""
    reading = start_reading(document, gazetteer)
    own(reading, [_read_name(reading, name, model.name) for name in model.find(document)])
    return link(reading)


def add_names(model: Transformer, gazetteer: Gazetteer, document: Document, found: Found) -> Found:
    """Add what a model finds where nothing else was found, and say anew which names are the same."""
    reading = start_reading(document, gazetteer)
    starts = [token.start for token in document.tokens]
    for mention in found.mentions:
        first, last = (bisect(starts, position) - 1 for position in (mention.span.start, mention.span.end - 1))
        skip, entity = mention.span.start - starts[first], _entities(gazetteer).get(mention.entity_id)
        own(reading, [Candidate(first, last + 1, skip, mention.label, mention.method, entity)])
    own(reading, [_read_name(reading, name, model.name) for name in model.find(document)])
    return link(reading)


@cache
def _entities(gazetteer: Gazetteer) -> Mapping[str, Entity]:
    return {entity.entity_id: entity for names in (gazetteer.demonyms, gazetteer.names) for entity in names.values()}


def _read_name(reading: Reading, name: Name, method: str) -> Candidate:
    first, known = reading.tokens[name.first], reading.gazetteer
    keys = {way.skip: way.key for way in reading.words[name.first].ways}
    skip = first.name_start - first.start
    skip = skip if skip in keys else 0
    words = [keys[skip], *(token.norm for token in reading.tokens[name.first + 1 : name.last])]
    entity = known.demonym(keys[skip]) if name.label == "NORP" else known.names.get("".join(map(compact, words)))
    is_known = entity is not None and name.label in ("NORP", entity.label)
    return Candidate(name.first, name.last, skip, name.label, method, entity if is_known else None)


@cache
def load_transformer(model: str, labels: frozenset[tuple[str, str]] = frozenset()) -> Transformer:
    """Return a model, once a process; raises `TransformerError`.

    A folder is read without a look at any network; a name goes to the hub, or to what was fetched from there before.
    `labels` says what labels mean, besides `LABELS`.
    """
    try:
        import torch  # noqa: F401 - transformers names it too late
        from transformers import AutoModelForTokenClassification, AutoTokenizer
    except ImportError as error:
        message = f"{error.name} is not installed, which runs {model}: pip install 'warraq[transformer]'"
        raise TransformerError(message) from error
    is_folder = Path(model).is_dir()
    try:
        tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=is_folder)
        network = AutoModelForTokenClassification.from_pretrained(model, local_files_only=is_folder)
    except (OSError, ValueError) as error:
        where = "holds no model for tokens" if is_folder else "is no folder, and not to be had from the hub"
        raise TransformerError(f"{model} {where}: {error}") from error
    meanings = dict(LABELS) | {name.upper(): ours for name, ours in labels}
    return Transformer(Path(model).name, tokenizer, network, meanings)
