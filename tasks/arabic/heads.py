"""Names found by their head noun: a body or place with it (وزارة الدفاع), a medium after it (صحيفة |المرسى|)."""

from collections.abc import Iterator
from typing import Final

from tasks.arabic.candidates import ARTICLE, CLOSING, Candidate, Reading, grade, is_adjective_of, is_definite
from tasks.arabic.gazetteer import Beginning
from tasks.arabic.letters import OPENING_QUOTES

_BODY_WORDS: Final = 8
_ADJECTIVES: Final = ("ي", "يه", "يين", "ين")  # what may follow a nationality: الهيئة السعودية |العلمية|
_WITH_HEAD: Final = (("body", "ORG"), ("site", "LOC"), ("event", "MISC"))
_NAMES_NEXT: Final = frozenset(("company", "outlet"))
_AFTER_HEAD: Final = (("party", "ORG"), ("outlet", "ORG"), ("company", "ORG"), ("place", "LOC"))
HEADS: Final = frozenset(("ministry", *(role for role, _ in (*_WITH_HEAD, *_AFTER_HEAD))))


def find_headed(reading: Reading, at: int) -> Iterator[Candidate]:
    """Yield the name that a head noun at a token opens or leads up to, or that a run of Latin words is."""
    word = reading.words[at]
    if word.is_latin:
        yield from _latin_names(reading, at)
        return
    if _is_before_name(reading, at):
        yield from _named_after(reading, at, "company", "ORG")
        return
    if "ministry" in word.roles:
        yield from _ministry_in_short(reading, at)
        return
    for role, label in _WITH_HEAD:
        if role in word.roles:
            heads = reading.gazetteer.roles[role]
            way = next(way for way in word.ways if way.key in heads)
            yield from _headed(reading, at, way, role, label)
            return
    for role, label in _AFTER_HEAD:
        if role in word.roles:
            yield from _named_after(reading, at, role, label)
            return


def _ministry_in_short(reading: Reading, at: int) -> Iterator[Candidate]:
    """Yield a ministry that is called by its field: قالت |الخارجية الهندية|, but السياسة الخارجية الهندية."""
    heads, after = reading.gazetteer.roles["ministry"], at + 1
    way = next(way for way in reading.words[at].ways if way.key in heads)
    if after >= len(reading.tokens) or reading.label_at(after) != "NORP" or not reading.follows_directly(after):
        return
    if (not way.skip and is_adjective_of(reading, at)) or not reading.tokens[after].norm.endswith("يه"):
        return
    owner = reading.owners[after]
    yield Candidate(at, owner.last if owner else after + 1, way.skip, "ORG", "name_rule")


def _is_before_name(reading: Reading, at: int) -> bool:
    """Tell whether a company or medium and not a body is named: بنك |سولانا|, but بنك مصر."""
    after = at + 1
    if _NAMES_NEXT.isdisjoint(reading.words[at].roles) or after >= len(reading.tokens):
        return False
    key = reading.tokens[after].norm
    return reading.follows_directly(after) and not is_definite(key) and _is_name_word(reading, after, "company")


def _headed(reading: Reading, at: int, way: Beginning, role: str, label: str) -> Iterator[Candidate]:
    """Yield a name that holds its head noun: وزارة الدفاع, مطار القاهرة, اتفاقية باريس."""
    last, is_name = at + 1, role != "site" or way.key.startswith(ARTICLE)
    while last < len(reading.tokens) and last - at < _BODY_WORDS:
        step = _continues(reading, at, last, way.key)
        if not step:
            break
        is_name = is_name or reading.label_at(last) in ("LOC", "PER", "ORG") or grade(reading, last) > 0
        last += step
    if last == at + 2 and reading.label_at(at + 1) == "NORP" and way.key.startswith(ARTICLE):
        is_name = reading.has_role(at, "national")  # الجيش الهندي, but اللجنة |الهندية|
    if last > at + 1 and is_name:
        yield Candidate(at, last, way.skip, label, "name_rule")


def _continues(reading: Reading, first: int, at: int, head: str) -> int:
    """Return how many tokens from `at` go on with the name that began at `first`; 0 where it ends."""
    token = reading.tokens[at]
    if not reading.follows_directly(at):
        return 0
    if token.text in OPENING_QUOTES and at == first + 1:
        return _quoted(reading, at)
    if token.upos or reading.is_stop(at, "ends") or reading.is_stop(at, "time"):
        return 0
    if _starts_other(reading, first, at) or (reading.label_at(at) == "NORP" and reading.label_at(at - 1) == "LOC"):
        return 0
    if is_definite(token.norm):
        return int(not _names_country(reading, at - 1) or token.norm.endswith(_ADJECTIVES))
    return _continues_indefinite(reading, first, at, head)


def _names_country(reading: Reading, at: int) -> bool:
    """Tell whether a name's word says where the body is; what follows is hardly a part of the name."""
    label = reading.label_at(at)
    return label in ("NORP", "LOC") or (label == "ORG" and any(entity for _, entity in reading.words[at].nations))


def _starts_other(reading: Reading, first: int, at: int) -> bool:
    key = reading.tokens[at].norm
    roles = reading.gazetteer.roles
    owner = reading.owners[at]
    if owner and owner.label == "PER" and owner.entity:
        return True
    if at == first + 1 and not reading.tokens[first].norm.startswith(ARTICLE):
        return False
    is_body = is_definite(key) and key in roles.get("body", ())
    return is_body or any(key in roles.get(role, ()) for role in ("title", "role"))


def _continues_indefinite(reading: Reading, first: int, at: int, head: str) -> int:
    owner, token = reading.owners[at], reading.tokens[at]
    definite_head = head.startswith(ARTICLE)
    if owner and owner.label == "LOC" and owner.first == at:
        is_local = token.text.startswith("ب") and reading.has_role(first, "local")
        return owner.last - at if is_local or (owner.skip == 0 and not definite_head) else 0
    if owner and owner.label == "NORP":
        return 0
    if token.norm.startswith("وال") and len(token.norm) > 5 and at > first + 1:
        return 0 if _joins_other(reading, at) else 1
    if (definite_head or (at > first + 1 and not is_definite(reading.tokens[at - 1].norm))) and _is_purpose(
        reading, at
    ):
        return 1
    follows_name = at == first + 1 or not is_definite(reading.tokens[at - 1].norm)
    if grade(reading, at) > 0 and not definite_head and follows_name and token.start == token.name_start:
        return 1
    return int(at == first + 1 and not definite_head and _is_idafa(reading, at))


def _is_purpose(reading: Reading, at: int) -> bool:
    """Tell whether ل leads to what a body is for: الجمعية |للرفق| بالحيوان, الاتحاد |لكرة| القدم."""
    token = reading.tokens[at]
    if token.norm.startswith("لل"):
        return len(token.norm) > 4
    return token.proclitics == ("ل",) and at + 1 < len(reading.tokens) and is_definite(reading.tokens[at + 1].norm)


def _joins_other(reading: Reading, at: int) -> bool:
    """Tell whether و + article begins something else: another body, or a word after a nationality."""
    rest = reading.tokens[at].norm[1:]
    is_other = any(rest in reading.gazetteer.roles.get(role, ()) for role in ("body", "title", "role", "event", "site"))
    return is_other or reading.label_at(at) is not None or reading.label_at(at - 1) == "NORP"


def _is_idafa(reading: Reading, at: int) -> bool:
    """Tell whether an indefinite noun stands between the head and a definite one: مجلس |نواب| الشعب."""
    if at + 1 >= len(reading.tokens) or reading.tokens[at].proclitics or reading.is_stop(at, "verb"):
        return False
    after = reading.tokens[at + 1]
    if not reading.follows_directly(at + 1) or reading.is_stop(at + 1, "ends") or reading.is_stop(at + 1, "time"):
        return False
    if reading.label_at(at + 1) == "LOC":
        return after.start == after.name_start  # وزارة |خارجية| روسيا
    return is_definite(after.norm) and reading.label_at(at + 1) != "NORP" and not _starts_other(reading, at, at + 1)


def _quoted(reading: Reading, at: int) -> int:
    """Return the length of a short quoted name, its marks included; 0 for a longer quotation."""
    for last in range(at + 2, min(at + 6, len(reading.tokens))):
        if reading.tokens[last].text in CLOSING:
            return last + 1 - at
        if reading.tokens[last].upos in ("PUNCT", "PRON", "SCONJ"):
            break
    return 0


def _named_after(reading: Reading, at: int, role: str, label: str) -> Iterator[Candidate]:
    """Yield the name that follows a generic head, which stays outside: صحيفة |المرسى|, مدينة |صرمان|."""
    first = at + 1
    if first >= len(reading.tokens) or not reading.follows_directly(first):
        return
    if reading.tokens[first].text in OPENING_QUOTES + '"':
        size = _quoted(reading, first)
        if size > 2:
            yield Candidate(first + 1, first + size - 1, 0, label, "name_rule")
        return
    if reading.owners[first]:
        return
    last = first
    while last < len(reading.tokens) and last - first < 3 and _is_name_word(reading, last, role):
        last += 1
    if last == first and role == "party":
        last = _end_of_party(reading, first)
    if last > first:
        yield Candidate(first, last, 0, label, "name_rule")


def _end_of_party(reading: Reading, first: int) -> int:
    """Return where a party's name of definite words ends; one word alone is too little: حزب |العدالة والبناء|."""
    last = first
    while last < len(reading.tokens) and is_definite(reading.tokens[last].norm.removeprefix("و")):
        if not _continues(reading, first - 1, last, ARTICLE) or reading.label_at(last):
            break
        last += 1
    return last if last - first > 1 else first


def _is_name_word(reading: Reading, at: int, role: str) -> bool:
    token = reading.tokens[at]
    if token.upos or reading.owners[at] or not reading.follows_directly(at):
        return False
    if reading.is_stop(at, "ends") or reading.is_stop(at, "time") or token.start != token.name_start:
        return False
    if is_definite(token.norm) and role == "outlet":
        return not reading.has_role(at, "adjective")
    return grade(reading, at) > 0


def _latin_names(reading: Reading, at: int) -> Iterator[Candidate]:
    """Yield a run of Latin words: in Arabic news mostly a company or a body."""
    if at and reading.words[at - 1].is_latin and reading.follows_directly(at):
        return
    last = at + 1
    while last < len(reading.tokens) and reading.words[last].is_latin and reading.follows_directly(last):
        last += 1
    text = reading.document.text[reading.tokens[at].start : reading.tokens[last - 1].end]
    if text[0].isupper() and len(text) > 1:
        yield Candidate(at, last, 0, "ORG", "name_rule")


def find_bracketed(reading: Reading) -> Iterator[Candidate]:
    """Yield the short form in brackets after a body's name, as the same body."""
    for candidate in dict.fromkeys(reading.owners):
        if candidate is None or candidate.label != "ORG" or candidate.last + 2 >= len(reading.tokens):
            continue
        opening, first = candidate.last, candidate.last + 1
        if reading.tokens[opening].text != "(" or reading.owners[first]:
            continue
        closings = (at for at in range(first, min(first + 4, len(reading.tokens))) if reading.tokens[at].text == ")")
        last = next(closings, first)
        if last > first and all(reading.words[at].is_latin or grade(reading, at) for at in range(first, last)):
            yield Candidate(first, last, 0, "ORG", "coreference", candidate.entity)
