"""Mentions of names: by lexicon, by the words around them, by what the article says elsewhere, and by a model.

Candidates come from small independent rules (a lexicon name, a demonym, a body after its head noun, a
run of name-like words); the longest of those that overlap stays. Then the article is read once more:
a name found anywhere is a name everywhere, and a last name alone means the full name before it. A
trained model is told all of this word by word, and has the last word on what is a name.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from tasks.arabic.candidates import (
    ARTICLE,
    OPENING,
    ORDINARY,
    SURE,
    Candidate,
    Reading,
    is_adjective_of,
    is_definite,
    own,
    start_reading,
)
from tasks.arabic.document import Document
from tasks.arabic.facts import Entity
from tasks.arabic.gazetteer import Beginning, Gazetteer, Hit, compact, without_article
from tasks.arabic.heads import HEADS, find_bracketed, find_headed
from tasks.arabic.linking import Found, find_same, link
from tasks.arabic.persons import find_person
from tasks.arabic.tagging import Answer, Hint, Question, Tagged, Tagger, to_labels

_OF_PLACE: Final = frozenset(
    ("في", "الي", "من", "نحو", "قرب", "شمال", "جنوب", "شرق", "غرب", "العاصمه", "وسط", "باتجاه")
)
# Differences of logarithms. On the development set of news_ner F1 is within half a point of its best for a trust from 1
# to 3; the upper end, so that lexicons that are edited have their say.
_TRUST: Final = 3.0  # a name that a rule found stays unless another reading is twenty times as likely
_SURE: Final = 0.5  # a name that only the model found is taken if it is 1.6 times as likely as any other reading
BATCH: Final = 2_500  # words of documents that are tagged at a time: more gain nothing
Thing = TypeVar("Thing")
__all__ = ("Found", "find_all_mentions", "find_mentions", "in_batches")


def find_mentions(document: Document, gazetteer: Gazetteer, tagger: Tagger) -> Found:
    """Find the names of an article and say which of them are the same.

    >>> from tasks.arabic.reading import read
    >>> from tasks.arabic.gazetteer import build_gazetteer
    >>> from tasks.arabic.tagging import Answer, Tagged
    >>> class Persons:
    ...     def tag_all(self, questions):
    ...         return [Answer([Tagged(2, 4, "PER")], [5.0], [0.0 for _ in q.asked]) for q in questions]
    >>> egypt = Entity("iso:EG", "LOC", "مصر", kind="country")
    >>> roles = {"title": frozenset({"السيد"})}
    >>> gazetteer = build_gazetteer([(egypt, ("مصر",))], {"مصري": egypt}, {"سعيد": 90.0}, {"البلتاجي": 90.0}, roles)
    >>> document = read("وصل السيد سعيد البلتاجي إلى مصر. وقال البلتاجي إن المنتخب المصري جاهز.")
    >>> found = find_mentions(document, gazetteer, Persons())
    >>> [(document.text_of(m.span), m.label, m.method) for m in found.mentions]  # doctest: +NORMALIZE_WHITESPACE
    [('سعيد البلتاجي', 'PER', 'title_rule'), ('مصر', 'LOC', 'lexicon'), ('البلتاجي', 'PER', 'coreference'),
     ('المصري', 'NORP', 'demonym')]
    >>> found.mentions[0].entity_id == found.mentions[2].entity_id
    True
    """
    return find_all_mentions([document], gazetteer, tagger)[0]


def find_all_mentions(documents: Iterable[Document], gazetteer: Gazetteer, tagger: Tagger) -> list[Found]:
    """Find the names of several articles, of each as if it were alone: a tagger has less to do for many at a time."""
    readings = [start_reading(document, gazetteer) for document in documents]
    for reading in readings:
        find_by_rules(reading)
    answers = tagger.tag_all([_ask(reading) for reading in readings])
    for reading, answer in zip(readings, answers, strict=True):
        _settle(reading, answer)
        own(reading, [*find_bracketed(reading)])
        own(reading, [*find_same(reading)])
    return [link(reading) for reading in readings]


def in_batches(
    things: Iterable[Thing], document_of: Callable[[Thing], Document], most: int = BATCH
) -> Iterator[list[Thing]]:
    """Yield things that have documents in lists whose names may be found at a time: as fast as can be, in little room.

    >>> text = Document("", [None] * 900, [])
    >>> [len(batch) for batch in in_batches([text] * 8, lambda document: document)]
    [3, 3, 2]
    """
    batch: list[Thing] = []
    words = 0
    for thing in things:
        batch.append(thing)
        words += len(document_of(thing).tokens)
        if words >= BATCH or len(batch) >= most:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch


def hint(document: Document, gazetteer: Gazetteer) -> list[Hint]:
    """Return what lexicons and rules take each token of a document for."""
    reading = start_reading(document, gazetteer)
    find_by_rules(reading)
    return hints_of(reading)


def find_by_rules(reading: Reading) -> None:
    """Give tokens to the names that lexicons and rules find."""
    own(reading, [*_lexicon_names(reading)])
    own(reading, [*_demonyms(reading)])
    known = _names_of(reading)
    ruled = [candidate for at in _starts(reading) for candidate in _by_rule(reading, at)]
    reading.owners[:] = [None] * len(reading.owners)  # a longer name may hold a known one: سفارة |مصر|
    own(reading, known + ruled)
    own(reading, [*find_bracketed(reading)])
    own(reading, [*find_same(reading)])


def hints_of(reading: Reading) -> list[Hint]:
    """Return what the rules take each token for, and why."""
    names = _names_of(reading)
    labels = to_labels((Tagged(c.first, c.last, c.label) for c in names), len(reading.tokens))
    heads = {owner: _head_of(reading, owner) for owner in names}
    return [
        Hint(label, owner.method, heads[owner]) if owner else Hint(label, "", "")
        for label, owner in zip(labels, reading.owners, strict=True)
    ]


def _head_of(reading: Reading, candidate: Candidate) -> str:
    """Return the first word of a name, or else the word before, that does something beside names: وزارة, السيد."""
    if reading.words[candidate.first].roles:
        return reading.key_of(candidate.first, candidate.skip)
    is_led = candidate.first > 0 and reading.follows_directly(candidate.first)
    return reading.tokens[candidate.first - 1].norm if is_led and reading.words[candidate.first - 1].roles else ""


def _ask(reading: Reading) -> Question:
    """Return what the tagger is asked about an article: what the names of the rules would cost."""
    asked = [Tagged(c.first, c.last, c.label) for c in _names_of(reading)]
    return Question(reading.document, hints_of(reading), asked)


def _names_of(reading: Reading) -> list[Candidate]:
    return [owner for owner in dict.fromkeys(reading.owners) if owner]


def _settle(reading: Reading, answer: Answer) -> None:
    """Give the tokens anew: to names of rules, unless the model is too sure of something else, then to its own."""
    ruled = _names_of(reading)
    reading.owners[:] = [None] * len(reading.owners)
    costs = zip(ruled, answer.costs, strict=True)
    own(reading, [c for c, cost in costs if cost <= _trust(c, answer.names)])
    own(
        reading,
        [
            _read_tagged(reading, name, margin)
            for name, margin in zip(answer.names, answer.margins, strict=True)
            if margin >= _SURE and not _is_ala(reading, name.first)
        ],
    )


def _trust(candidate: Candidate, names: Sequence[Tagged]) -> float:
    """Return how much less likely than another reading a name of a rule may be.

    A lexicon's name counts by the word, and a place once more where the model has no name at all.
    """
    if candidate.method != "lexicon":
        return _TRUST
    is_met = any(name.first < candidate.last and candidate.first < name.last for name in names)
    return _TRUST * (candidate.last - candidate.first + (candidate.label == "LOC" and not is_met))


def _is_ala(reading: Reading, at: int) -> bool:
    """Tell whether a word is على, of which the matching key makes علي."""
    return reading.tokens[at].upos is not None and reading.tokens[at].text.endswith("ى")


def _read_tagged(reading: Reading, name: Tagged, margin: float) -> Candidate:
    """Return what the model found as a candidate; a name that a lexicon has with this label is that entity."""
    first = reading.tokens[name.first]
    ways = {way.skip: way.key for way in reading.words[name.first].ways}
    skip = first.name_start - first.start
    if skip not in ways:
        skip = 0
    rest = "".join(compact(token.norm) for token in reading.tokens[name.first + 1 : name.last])
    entity = reading.gazetteer.names.get(compact(ways[skip]) + rest)
    is_same = entity is not None and entity.label == name.label
    return Candidate(name.first, name.last, skip, name.label, "model", entity if is_same else None, margin)


def _starts(reading: Reading) -> Iterator[int]:
    """Yield the tokens where a rule may find a name to begin."""
    for at, (token, word) in enumerate(zip(reading.tokens, reading.words, strict=True)):
        has_sign = word.may_be_person or word.is_latin or not HEADS.isdisjoint(word.roles)
        if (has_sign or reading.label_at(at) == "PER") and token.text[0].isalpha():
            yield at


def _by_rule(reading: Reading, at: int) -> list[Candidate]:
    """Return what the rules read at a word."""
    return [*find_headed(reading, at)] or [*find_person(reading, at)]


def _lexicon_names(reading: Reading) -> Iterator[Candidate]:
    """Yield the lexicon names, a doubtful one only where the article speaks of its country elsewhere."""
    tokens, gazetteer = reading.tokens, reading.gazetteer
    doubtful: list[Candidate] = []
    homes: set[str | None] = set()
    ends: set[int] = set()
    places = ((at, s.last) for s in reading.document.sentences for at in range(s.first, s.last))
    for at, end in places:
        for hit in gazetteer.find(tokens, at, end, reading.words[at].openings):
            if _is_outlet(reading, hit):
                continue
            if at in ends and not hit.skip and _is_adjective_form(reading, at):
                continue  # مكة |السعودية|: the adjective of the place before
            candidate = Candidate(hit.first, hit.last, hit.skip, hit.entity.label, "lexicon", hit.entity)
            if _is_doubtful(reading, hit):
                doubtful.append(candidate)
                continue
            yield candidate
            if hit.entity.label == "LOC":
                homes |= {hit.entity.country_code, hit.entity.entity_id}
                ends.add(hit.last)
    yield from (c for c in doubtful if _is_at_home(reading, c, homes - {None}, ends))


def _is_outlet(reading: Reading, hit: Hit) -> bool:
    """Tell whether a place's name is a medium's here: صحيفة |القدس|."""
    if hit.entity.label != "LOC" or hit.skip or not hit.first or hit.last - hit.first > 1:
        return False
    is_after = reading.has_role(hit.first - 1, "outlet") and reading.follows_directly(hit.first)
    return is_after and is_definite(reading.tokens[hit.first].norm)


def _is_at_home(reading: Reading, doubtful: Candidate, homes: set[str | None], ends: set[int]) -> bool:
    """Tell whether a doubtful place follows another place with و, or its country is in the article."""
    entity, token = doubtful.entity, reading.tokens[doubtful.first]
    if entity is None or entity.label != "LOC" or token.upos or _is_adjective(reading, doubtful.first):
        return False
    is_joined = doubtful.first in ends and token.text.startswith("و") and doubtful.skip > 0
    is_town = entity.kind == "city" and reading.gazetteer.words.get(token.norm, 0) < ORDINARY
    return is_joined or entity.entity_id in homes or (is_town and entity.country_code in homes)


def _is_doubtful(reading: Reading, found: Hit) -> bool:
    """Tell whether a name that is an ordinary word as well stands where nothing speaks for the name."""
    token = reading.tokens[found.first]
    key = reading.key_of(found.first, found.skip)
    if found.entity.label == "ORG" and not found.skip and _is_of_minister(reading, found.first):
        return True
    if found.last - found.first > 1:
        return False
    if found.entity.label == "LOC" and not found.skip and _is_adjective(reading, found.first):
        return True
    if found.entity.label == "LOC" and token.text.endswith("ى") and not found.skip:
        return token.upos is not None
    if not _is_ambiguous(reading.gazetteer, found.entity, key):
        return token.upos is not None
    before = found.first - 1
    if before < 0 or not reading.follows_directly(found.first):
        return True
    if found.entity.label == "LOC" and (
        reading.tokens[before].norm in _OF_PLACE or token.text[: found.skip].endswith("ب")
    ):
        return False
    if reading.tokens[before].text in OPENING and before:
        before -= 1
    roles = {"LOC": ("place",), "ORG": ("outlet", "party", "company"), "PER": ("title", "role")}
    return not any(reading.has_role(before, role) for role in roles.get(found.entity.label, ()))


def _is_of_minister(reading: Reading, at: int) -> bool:
    """Tell whether the field of a ministry is a minister's, or an adjective: وزير |الخارجية| الروسي."""
    if reading.has_role(at, "ministry"):
        return is_adjective_of(reading, at)
    return at > 0 and reading.has_role(at - 1, "minister")


def _is_ambiguous(gazetteer: Gazetteer, entity: Entity, key: str) -> bool:
    """Tell whether a name is also an ordinary word, or a town's name also a person's."""
    is_first_name = entity.label == "LOC" and entity.kind == "city" and gazetteer.given.get(key, 0) >= SURE
    return is_first_name or key in gazetteer.stops.get("ambiguous", frozenset())


def _is_adjective(reading: Reading, at: int) -> bool:
    """Tell whether a country's name that is an adjective too agrees with the word before it: العاصمة |السعودية|."""
    if not at or not _is_adjective_form(reading, at):
        return False
    before = reading.tokens[at - 1]
    return ARTICLE in before.proclitics and reading.follows_directly(at) and not before.upos


def _is_adjective_form(reading: Reading, at: int) -> bool:
    key = reading.tokens[at].norm
    return is_definite(key) and without_article(key) in reading.gazetteer.demonyms


def _demonyms(reading: Reading) -> Iterator[Candidate]:
    """Yield nationalities and peoples, of two words where the second narrows the first (الكوري الشمالي)."""
    tokens = reading.tokens
    for at, word in enumerate(reading.words):
        if reading.owners[at]:
            continue
        for way, one in word.nations:
            two = _demonym_of_two(reading, at, way)
            entity = two or one
            if entity and (not way.skip or reading.gazetteer.may_skip(tokens[at], way.skip, way.key)):
                yield Candidate(at, at + (2 if two else 1), way.skip, "NORP", "demonym", entity)
                break


def _demonym_of_two(reading: Reading, at: int, way: Beginning) -> Entity | None:
    if at + 1 >= len(reading.tokens) or reading.owners[at + 1] or not reading.follows_directly(at + 1):
        return None
    second = reading.tokens[at + 1].norm
    if way.key.startswith(ARTICLE) != second.startswith(ARTICLE):
        return None
    return reading.gazetteer.demonyms.get(without_article(way.key) + without_article(second))
