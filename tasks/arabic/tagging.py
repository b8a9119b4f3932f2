"""Names by a trained model: what the model is told of each word, and how its labels are read.

The model is a chain: a label a word, each of them weighed by features of the word and its neighbours and
by the label before. A document is read twice: the second time each word is also told what the same word
was taken for where else it stands. A feature is a short string that stands for itself by its checksum.
Training and tagging make features by this module only; weights and decoding lie in `tasks.taggers`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any, Final, NamedTuple, Protocol
from zlib import crc32

from tasks.arabic.document import Document, Token
from tasks.arabic.gazetteer import Gazetteer

ARTICLE: Final = "ال"
OUTSIDE: Final = "O"
NAMES: Final = ("PER", "LOC", "ORG", "NORP", "MISC")
# B-egin, I-nside and L-ast word of a longer name, U for a name of one word.
LABELS: Final = (OUTSIDE, *(f"{place}-{name}" for name in NAMES for place in "BILU"))
PLACES: Final = (0, -1, 1, -2, 2, -3, 3)  # where a word stands, as seen from the word to be labelled
HINTED: Final = (0, -1, 1, -2, 2)  # where a hint stands, as seen from the word to be labelled
REACH: Final = 6  # words to the left among which a title or a verb counts
FAR: Final = 4  # distances beyond this are one
UNCLUSTERED: Final = (-1, -1, -1)
OPENING_ROLES: Final = (
    "title", "role", "body", "party", "outlet", "company", "place", "site", "event", "ministry", "verb",
)  # fmt: skip
FIRST_WORD: Final = crc32(b"first")
LAST_WORD: Final = crc32(b"last")
PAIR_BEFORE: Final = 1  # salts, by which features of two words differ that are made of the same checksums
PAIR_AFTER: Final = 2
CLUSTERS_BEFORE: Final = (3, 4)
CLUSTERS_AFTER: Final = (5, 6)
_LEFT, _RIGHT, _SALT, _ALL = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0xFFFFFFFF
_SEEDS: Final = {place: crc32(b"%d" % place) for place in PLACES}
_TANWEEN: Final = "\N{ARABIC FATHATAN}"
_PATTERN: Final = re.compile("[^اويهتمنء]")


class Tagged(NamedTuple):
    """A name at tokens `first` to `last` (exclusive)."""

    first: int
    last: int
    label: str


class Hint(NamedTuple):
    """What lexicons and rules take a word for: its label, how the name was found, and the noun that heads it."""

    label: str
    method: str
    head: str


class Question(NamedTuple):
    """What a tagger is asked: the names of a document, and what some names would cost."""

    document: Document
    hints: Sequence[Hint]
    asked: Sequence[Tagged] = ()


class Answer(NamedTuple):
    """What a tagger says of a document.

    `names` are those that it finds, in order and apart from one another; `margins` how much surer it is of each than
    of the best reading without it, and `costs` how much less sure of the best reading with each name that it was asked
    about than of its own: differences of logarithms, 0 for what it finds itself.
    """

    names: list[Tagged]
    margins: list[float]
    costs: list[float]


class Tagger(Protocol):
    """Anything that finds names in documents."""

    def tag_all(self, questions: Sequence[Question]) -> list[Answer]:
        """Answer for several documents at a time, each as if it were alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What is known of words beyond their letters, all by matching key.

    `clusters` holds the classes of words that are used alike, coarse to fine; `counts` how often a word
    is written, `roles` what it does beside names (`titles.csv`), `stops` what ends one (`name_stops.csv`).
    """

    clusters: Mapping[str, Sequence[int]]
    counts: Mapping[str, int]
    roles: Mapping[str, tuple[str, ...]]
    stops: Mapping[str, tuple[str, ...]]


class Traits(NamedTuple):
    """What the model is told of a word wherever it stands: checksums of its features by `PLACES`.

    `topic` is what the word is known by elsewhere in the document, 0 where it is no word for a name.
    """

    key: int
    features: tuple[tuple[int, ...], ...]
    clusters: Sequence[int]
    role: str | None
    topic: int


def build_vocabulary(gazetteer: Gazetteer, clusters: Mapping[str, Sequence[int]]) -> Vocabulary:
    """Take what the model needs out of the gazetteer."""
    stops = {group: words for group, words in gazetteer.stops.items() if group in ("ends", "time")}
    return Vocabulary(clusters, gazetteer.words, _by_word(gazetteer.roles), _by_word(stops))


def _by_word(groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in sorted(groups):
        for word in groups[group]:
            found[word] = (*found.get(word, ()), group)
    return found


def key_of(token: Token) -> str:
    """Return the key that the model knows a word by: without clitics, the article kept.

    >>> from tasks.arabic.reading import read
    >>> [key_of(token) for token in read("في القاهرة وبيروت", {"بيروت": 900}).tokens]
    ['في', 'القاهره', 'بيروت']
    """
    stem = token.stem_norm or token.norm
    return ARTICLE + stem if token.proclitics[-1:] == (ARTICLE,) else stem


def describe_word(token: Token, vocabulary: Vocabulary) -> Traits:
    """Return what the model is told of a word."""
    key, stem = key_of(token), token.stem_norm or token.norm
    before = "".join(clitic for clitic in token.proclitics if clitic != ARTICLE)
    shape = _shape(token.text)
    clusters = vocabulary.clusters.get(key, UNCLUSTERED)
    roles = next((vocabulary.roles[word] for word in (token.norm, key, stem) if word in vocabulary.roles), ())
    ends = vocabulary.stops.get(token.norm, ())
    known = [f"r={role}" for role in roles]
    classes = [f"k{size}={cluster}" for size, cluster in enumerate(clusters)]
    closed = [f"h={shape}"] * bool(shape) + [f"u={token.upos}"] * bool(token.upos)
    far = [f"s={key}", *closed[bool(shape) :], *known, *classes[:2]]
    near = [f"s={key}", f"b={stem}", f"e3={stem[-3:]}", f"c={before}", f"g={_band(vocabulary, key)}", *closed, *known]
    near += [*classes, *(f"st={group}" for group in ends)]
    own = [f"w={token.norm}", f"s={key}", f"b={stem}", *closed, *known, *classes, *(f"st={group}" for group in ends)]
    own += [*_counted(vocabulary, token.norm, key, stem), *(f"t={ending}" for ending in _endings(token.text))]
    if not shape and token.upos != "PUNCT":
        own += _spelled(stem, before, token.enclitics, has_article=key != stem)
    places = (own, near, near, far, far, far[:1], far[:1])
    hashed = tuple(
        tuple(map(crc32, map(str.encode, features), repeat(_SEEDS[place])))
        for place, features in zip(PLACES, places, strict=True)
    )
    role = next((role for role in roles if role in OPENING_ROLES), None)
    may_be_name = not token.upos and len(token.norm) > 2 and token.text[0].isalpha()
    return Traits(crc32(key.encode()), hashed, clusters, role, crc32(key.encode()) * may_be_name)


def _shape(text: str) -> str:
    if text.isdigit():
        return f"d{min(len(text), 4)}"
    if not (text[0].isascii() and text[0].isalpha()):
        return ""
    return "L" + ("u" if text[0].isupper() else "l") + ("U" if text.isupper() else "")


def _endings(text: str) -> list[str]:
    """Return what the matching key of a word does not tell: على is not علي, and مساءً is no name."""
    return ["y"] * text.endswith("ى") + ["an"] * (_TANWEEN in text[-2:])


def _band(vocabulary: Vocabulary, key: str) -> int:
    """Return how often a word is written, as a power of two."""
    return (vocabulary.counts.get(key, 0) + 1).bit_length() - 1


def _counted(vocabulary: Vocabulary, norm: str, key: str, stem: str) -> list[str]:
    band = _band(vocabulary, key)
    return [f"f={_band(vocabulary, norm)}", f"g={band}", f"fh={band}.{_band(vocabulary, stem)}"]


def _spelled(stem: str, before: str, after: Sequence[str], *, has_article: bool) -> list[str]:
    """Return the features of a word's letters and clitics."""
    letters = [f"p{n}={stem[:n]}" for n in (1, 2, 3, 4)] + [f"e{n}={stem[-n:]}" for n in (1, 2, 3, 4)]
    clitics = [f"c={before}", f"ar={int(has_article)}", f"en={''.join(after)}", f"l={min(len(stem), 9)}"]
    bound = [f"sc={stem}{int(has_article)}{before[-1]}"] if before else []
    pattern = _PATTERN.sub("X", stem)[:8]
    return [*letters, *clitics, *bound, f"pe={stem[:2]}~{stem[-2:]}", f"pt={pattern}"]


def mix(left: Any, right: Any, salt: int) -> Any:
    """Return the checksum of two checksums, or of two arrays of them (unsigned, of 32 bits).

    >>> mix(crc32(b"a"), crc32(b"b"), 1) == mix(crc32(b"b"), crc32(b"a"), 1)
    False
    """
    return (left * _LEFT + right * _RIGHT + (salt * _SALT & _ALL)) & _ALL


def opening(traits: Sequence[Traits], at: int) -> int | None:
    """Return the feature of the title, head or verb that comes last before a word, if it is near."""
    for distance in range(1, min(at, REACH) + 1):
        role = traits[at - distance].role
        if role:
            return opening_of(role, distance)
    return None


@cache
def opening_of(role: str, distance: int) -> int:
    """Return the feature of a role so many words before."""
    return crc32(f"rl={role}{min(distance, FAR)}".encode())


def describe_sentence(
    traits: Sequence[Traits], hints: Sequence[Hint], elsewhere: Sequence[Sequence[int]] = ()
) -> list[list[int]]:
    """Return the features of each word of a sentence; `elsewhere` are those by `describe_elsewhere`."""
    features = [list(_describe_place(traits, at)) for at in range(len(traits))]
    for own, told in zip(features, elsewhere, strict=False):
        own += told
    for at, hint in enumerate(hints):
        for place in HINTED:
            if 0 <= at - place < len(features):
                features[at - place] += hinted(hint, place)
    return features


@cache
def hinted(hint: Hint, place: int) -> tuple[int, ...]:
    """Return the features of a hint on the word at a place: its label, and on the word itself how it was found."""
    label = crc32(f"o={hint.label}".encode(), _SEEDS[place])
    found = f"{hint.label}.{hint.method}"
    return (label,) if place else (label, crc32(f"m={found}".encode()), crc32(f"mh={found}.{hint.head}".encode()))


def describe_elsewhere(topics: Sequence[int], labels: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the features of what each word of a document, and its neighbours, are taken for in its other places.

    >>> told = describe_elsewhere([7, 8, 0, 7, 9], ["U-LOC", "O", "O", "O", "O"])
    >>> [len(features) for features in told]
    [3, 1, 1, 3, 1]
    """
    places: dict[int, list[str]] = {}
    for topic, label in zip(topics, labels, strict=True):
        if topic:
            places.setdefault(topic, []).append(label)
    told = {
        topic: {label: _tell(Counter(own), label) for label in set(own)}
        for topic, own in places.items()
        if len(own) > 1
    }
    found: list[tuple[int, ...]] = [()] * len(topics)
    for at, (topic, label) in enumerate(zip(topics, labels, strict=True)):
        if topic not in told:
            continue
        place, name, any_name = told[topic][label]
        found[at] = told_of("place", place) + told_of("name", name) + told_of("any", any_name) + found[at]
        if at:
            found[at - 1] += told_of("after", any_name)
        if at + 1 < len(found):
            found[at + 1] = told_of("before", any_name)
    return found


def _tell(counts: Counter[str], own: str) -> tuple[str, str, str]:
    """Return the commonest label of the other places, the commonest kind of name or none, and of name."""
    names: Counter[str] = Counter()
    most, label = 0, OUTSIDE
    for other, count in sorted(counts.items()):
        count -= other == own
        names[other[2:]] += count
        if count > most:
            most, label = count, other
    name = max(sorted(names), key=names.__getitem__)
    del names[""]
    any_name = max(sorted(names), key=names.__getitem__, default="")
    return label, name, any_name if names[any_name] > 0 else ""


@cache
def told_of(what: str, name: str) -> tuple[int]:
    """Return the feature of what a word is elsewhere."""
    return (crc32(f"d={what}.{name}".encode()),)


def _describe_place(traits: Sequence[Traits], at: int) -> Iterator[int]:
    word, last = traits[at], len(traits) - 1
    for index, place in enumerate(PLACES):
        if 0 <= at + place <= last:
            yield from traits[at + place].features[index]
    if at:
        yield mix(traits[at - 1].key, word.key, PAIR_BEFORE)
        yield from pair_clusters(traits[at - 1], word, CLUSTERS_BEFORE)
    else:
        yield FIRST_WORD
    if at < last:
        yield mix(word.key, traits[at + 1].key, PAIR_AFTER)
        yield from pair_clusters(word, traits[at + 1], CLUSTERS_AFTER)
    else:
        yield LAST_WORD
    found = opening(traits, at)
    if found is not None:
        yield found


def pair_clusters(left: Traits, right: Traits, salts: Sequence[int]) -> Iterator[int]:
    """Yield the features of two neighbours' classes."""
    if left.clusters[0] >= 0 and right.clusters[0] >= 0:
        for size, salt in enumerate(salts):
            yield mix(left.clusters[size], right.clusters[size], salt)


def to_labels(names: Iterable[Tagged], length: int) -> list[str]:
    """Return a label a word.

    >>> to_labels([Tagged(1, 2, "LOC"), Tagged(2, 4, "PER")], 5)
    ['O', 'U-LOC', 'B-PER', 'L-PER', 'O']
    """
    labels = [OUTSIDE] * length
    for first, last, name in names:
        labels[first:last] = [f"I-{name}"] * (last - first)
        labels[last - 1] = f"L-{name}"
        labels[first] = f"{'U' if last == first + 1 else 'B'}-{name}"
    return labels


def to_names(labels: Sequence[str], first: int = 0) -> Iterator[Tagged]:
    """Yield the names that labels spell, `first` being the place of the first label.

    >>> list(to_names(["O", "U-LOC", "B-PER", "L-PER", "O"]))
    [Tagged(first=1, last=2, label='LOC'), Tagged(first=2, last=4, label='PER')]
    """
    start = 0
    for at, label in enumerate(labels):
        if label[0] in "BU":
            start = at
        if label[0] in "LU":
            yield Tagged(first + start, first + at + 1, label[2:])


def may_follow(label: str, before: str) -> bool:
    """Tell whether a label may stand after another: I and L go on with the name that B began.

    >>> may_follow("L-PER", "B-PER"), may_follow("L-PER", "B-LOC"), may_follow("O", "B-LOC")
    (True, False, False)
    """
    if before[0] in "BI":
        return label[0] in "IL" and label[2:] == before[2:]
    return label[0] in "OBU"
