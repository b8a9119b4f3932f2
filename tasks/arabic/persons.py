"""Persons: runs of given, family and rare words, with a title, a role or a reporting verb to vouch for them."""

from collections.abc import Iterator, Sequence
from typing import Final

from tasks.arabic.candidates import (
    ARTICLE,
    CLOSING,
    FAMILY,
    GIVEN,
    NEEDS_MORE,
    OPENING,
    ORDINARY,
    PARTICLES,
    SURE,
    Candidate,
    Reading,
    grade,
    is_definite,
    speaks,
)
from tasks.arabic.gazetteer import SHORT, Beginning
from tasks.arabic.letters import FULL_STOPS

_PERSON_WORDS: Final = 7
_TITLE_REACH: Final = 9  # words between a role and the name that fills it: رئيس مجلس إدارة البنك المركزي التونسي السابق
_SECOND_HALVES: Final = frozenset(("الدين", "الله", "الاسلام", "الحق", "الزمان", "العابدين"))  # نور الدين، نصر الله


def find_person(reading: Reading, at: int) -> Iterator[Candidate]:
    """Yield a person whose name begins at a token, where given and family names or a title vouch for it."""
    owner = reading.owners[at]
    if owner and (owner.label != "PER" or owner.last - owner.first > 1):
        return
    for way in _person_beginnings(reading, at):
        last = _end_of_person(reading, at, way)
        method = _voucher(reading, at, last, way)
        if method:
            yield Candidate(at, last, way.skip, "PER", method)
            return


def _person_beginnings(reading: Reading, at: int) -> Iterator[Beginning]:
    """Yield the readings of a first word, given names before rare words."""
    token, word = reading.tokens[at], reading.words[at]
    if not (word.may_be_person or (word.grades and reading.label_at(at) == "PER")):
        return
    ways = [(w, grade(reading, at, w.key)) for w in word.ways]
    known = [w for w, rank in ways if rank >= FAMILY or w.key in NEEDS_MORE]
    if known:
        yield from known
    else:
        skips = (token.name_start - token.start, 0)
        yield from (w for skip in dict.fromkeys(skips) for w, rank in ways if rank and w.skip == skip)


def _end_of_person(reading: Reading, first: int, way: Beginning) -> int:
    """Return the token after the last word of a name."""
    last = first + 1
    after_particle = way.key in NEEDS_MORE
    while last < len(reading.tokens) and last - first < _PERSON_WORDS:
        step = _person_step(reading, last, after_particle)
        if not step:
            break
        after_particle = reading.tokens[last + step - 1].norm in NEEDS_MORE
        last += step
    while last > first + 1 and reading.tokens[last - 1].norm in NEEDS_MORE:
        last -= 1
    return last


def _person_step(reading: Reading, at: int, after_particle: bool) -> int:
    """Return how many tokens from `at` go on with a person's name."""
    token = reading.tokens[at]
    if token.text in "-–" and at + 1 < len(reading.tokens):
        glued = reading.tokens[at - 1].end == token.start and token.end == reading.tokens[at + 1].start
        return 2 if glued and grade(reading, at + 1) else 0
    if not reading.follows_directly(at) or token.upos == "PUNCT":
        return 0
    if _has_hyphen_after(reading, at):
        return 3
    if token.norm in PARTICLES and at + 1 < len(reading.tokens) and reading.tokens[at + 1].upos is None:
        return 1
    if after_particle or token.norm in _SECOND_HALVES:
        return int(token.upos is None)
    if reading.label_at(at) in ("ORG", "LOC", "NORP"):
        return int(reading.gazetteer.family.get(token.norm, 0) >= SURE or _is_family_by_nisba(reading, at))
    if not grade(reading, at):
        return int(_is_middle(reading, at) or _is_family_by_article(reading, at))
    return int(_may_be_last(reading, at))


def _has_hyphen_after(reading: Reading, at: int) -> bool:
    """Tell whether a word and the next one are one part of a name, with a hyphen and no space: تي-مينغ."""
    if at + 2 >= len(reading.tokens) or reading.tokens[at].upos or reading.tokens[at + 2].upos:
        return False
    word, hyphen, other = reading.tokens[at : at + 3]
    is_glued = word.end == hyphen.start and hyphen.end == other.start
    return is_glued and hyphen.text in "-–" and not reading.owners[at] and len(word.norm) <= SHORT


def _is_given(reading: Reading, at: int) -> bool:
    """Tell whether a word is a given name, with or without clitics (ومريم)."""
    return any(grade(reading, at, way.key) == GIVEN for way in reading.words[at].ways)


def _is_middle(reading: Reading, at: int) -> bool:
    """Tell whether an ordinary word stands between a given and a family name: كريم |بدر| الحمداني."""
    token = reading.tokens[at]
    if at + 1 >= len(reading.tokens) or not reading.follows_directly(at + 1):
        return False
    if token.upos or token.proclitics[:1] not in ((), (ARTICLE,)) or not _is_given(reading, at - 1):
        return False
    is_last_next = grade(reading, at + 1) == FAMILY
    return is_last_next and not reading.has_role(at, "verb") and not reading.has_role(at, "role")


def _is_family_by_article(reading: Reading, at: int) -> bool:
    """Tell whether an ordinary word with the article follows a given name as a family name: رامي |النجار|."""
    token, before = reading.tokens[at], reading.tokens[at - 1]
    if token.upos or not is_definite(token.norm) or before.norm == "علي" or not _is_given(reading, at - 1):
        return False
    if any(reading.has_role(at, role) for role in ("title", "role", "adjective")):
        return False
    if reading.is_stop(at, "ends") or reading.is_stop(at, "time"):
        return False
    return reading.gazetteer.words.get(token.norm, 0) < ORDINARY


def _is_family_by_nisba(reading: Reading, at: int) -> bool:
    """Tell whether a nationality is a family name here: it follows a given name (زينب |الشامي|)."""
    if reading.label_at(at) != "NORP" or not _is_given(reading, at - 1) or reading.tokens[at - 1].norm == "علي":
        return False
    return is_definite(reading.tokens[at].norm) and reading.tokens[at].norm.endswith("ي")


def _may_be_last(reading: Reading, at: int) -> bool:
    """Tell whether a word after a name still belongs to it: و before it begins another name."""
    token = reading.tokens[at]
    is_known = token.norm in reading.gazetteer.family or token.norm in reading.gazetteer.given
    return is_known or (token.start == token.name_start and not reading.has_role(at, "verb"))


def _voucher(reading: Reading, first: int, last: int, way: Beginning) -> str | None:
    """Return the method by which a run of words is a person, or None."""
    if way.skip and last > first + 1 and grade(reading, first + 1) == GIVEN and _is_line_start(reading, first):
        return None  # و and a verb that is spelled like a name, before the name
    words = [way.key, *(reading.tokens[at].norm for at in range(first + 1, last))]
    grades = [grade(reading, first, way.key), *(grade(reading, at) for at in range(first + 1, last))]
    is_particle = words[0] in NEEDS_MORE and len(words) > 1
    if grades[0] == GIVEN and len(words) > 1 and words[0] != "علي":
        return "title_rule" if _is_titled(reading, first, way) else "name_rule"
    if not (grades[0] or is_particle):
        return None
    if _is_titled(reading, first, way):
        return "title_rule" if _fits_title(words, grades, is_particle, reading, first) else None
    if len(words) > 1 and all(grades) and not way.skip and not _is_verb_like(reading, first):
        if first and reading.label_at(first - 1) == "NORP" and is_definite(reading.tokens[first - 1].norm):
            return "title_rule"
        if reading.label_at(last - 1) == "PER":
            return "name_rule"
    if max(grades[1:], default=0) >= FAMILY and (grades[0] >= FAMILY or is_particle):
        return "name_rule"
    if speaks(reading, first, last) and (len(words) > 1 or grades[0] >= FAMILY):
        return "name_rule"
    return None


def _is_line_start(reading: Reading, at: int) -> bool:
    return not at or reading.tokens[at - 1].upos == "PUNCT" or not reading.follows_directly(at)


def _fits_title(words: Sequence[str], grades: Sequence[int], is_particle: bool, reading: Reading, first: int) -> bool:
    if grades[0] < FAMILY and not is_particle and _is_verb_like(reading, first):
        return False
    if len(words) > 1:
        return is_particle or sum(g > 0 for g in grades) >= 2
    is_noun = is_definite(words[0]) or words[0].endswith(("ان", "ين", "ون", "يه", "ه"))
    return grades[0] >= FAMILY or (first > 0 and reading.has_role(first - 1, "title") and not is_noun)


def _is_verb_like(reading: Reading, at: int) -> bool:
    """Tell whether an unknown word may be a verb in the imperfect: تتأخر, يسير."""
    return reading.tokens[at].norm[0] in "يتن" and grade(reading, at) < FAMILY and len(reading.tokens[at].norm) < 6


def _is_titled(reading: Reading, first: int, way: Beginning) -> bool:
    """Tell whether a title or a role phrase leads up to a token: وزير الخارجية الروسي السابق |...|."""
    if way.skip and reading.tokens[first].text[0] not in "ل":
        return False
    for at in range(first - 1, max(first - _TITLE_REACH, -1), -1):
        if reading.tokens[at].text in CLOSING or reading.tokens[at].text in OPENING:
            continue
        if not reading.follows_directly(at + 1) or reading.tokens[at].text in FULL_STOPS:
            return False
        if reading.has_role(at, "title") or reading.has_role(at, "role"):
            return True
        if not _is_of_role(reading, at, first):
            return False
    return False


def _is_of_role(reading: Reading, at: int, first: int) -> bool:
    """Tell whether a token may stand between a role and the name that fills it."""
    token = reading.tokens[at]
    if reading.label_at(at) in ("NORP", "LOC", "ORG"):
        return True
    if reading.has_role(at, "verb") or reading.is_stop(at, "time"):
        return False
    if token.norm in ("باسم", "في", "لدي", "عن"):
        return at < first - 1
    if token.upos:
        return False
    return is_definite(token.norm) or token.norm.startswith(("لل", "وال")) or at < first - 1
