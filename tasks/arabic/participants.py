"""Who takes part: the names around an event word, read off word order and prepositions.

No parser: a noun phrase is a run of words that holds one name and ends at a preposition, a clause or a
second name; a person's name wins over the office before it (وزير الدفاع الروسي سيرغي شويغو).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Token
from tasks.arabic.facts import Entity, Mention
from tasks.arabic.normalize import norm


def keys(words: str) -> frozenset[str]:
    """Return the matching keys of words parted by spaces.

    >>> sorted(keys("إلى بأن"))
    ['الي', 'بان']
    """
    return frozenset(norm(word) for word in words.split())


PREPOSITIONS: Final = keys(
    """
    في من الي علي عن مع منذ خلال حتي ضد دون لدي نحو حول عبر بين تحت فوق امام وراء قرب رغم بعد قبل اثر
    عقب اثناء بسبب بشان تجاه ازاء بحق باتجاه حيال قبيل غداه وسط جراء بدون ضمن مقابل
    """
)
# Words that begin another clause.
CLAUSES: Final = keys(
    """
    ان انه انها انهم بان لان الذي التي الذين اللذان اللذين اللتين حيث اذ بينما فيما عندما كما لكن لكنه
    لكنها لكي كي اذا لو مما ما قال قالت اعلن اعلنت اكد اكدت وذلك بعدما قبلما كان كانت
    """
)
_STRONG_MARKS: Final = frozenset("؛;:.؟?!…")
_QUOTES: Final = frozenset("«»\"'“”-–—")
_PLACES: Final = keys(
    """
    غرب شرق شمال جنوب غربي شرقي شمالي جنوبي وسط قرب مدينه بلده محافظه ولايه قريه حي عاصمه منطقه ضواحي
    مطار شارع جامعه خارج داخل بمدينه
    """
)
SIDES: Final = keys("غرب شرق شمال جنوب غربي شرقي شمالي جنوبي")  # after another word they say where: مناورات شرق كريت
_ROLE_PREPOSITIONS: Final = frozenset(("في", "عن", "ب", "ل", "لدي", "من"))
_LIGHT_PREPOSITIONS: Final = frozenset(("ب", "ل", "ك"))
_CLITICS: Final = frozenset("وفبلك")
# Whose adjective goes before a name: الرئيسة الفرنسية ليلى, but not الشرطة الفرنسية ليلى.
_OFFICES: Final = keys(
    """
    رئيس وزير ملك امير زعيم قائد متحدث ناطق سفير مبعوث مستشار مندوب نائب امين مدير عضو مرشح سيناتور مفوض منسق
    عاهل نظير وكيل قيادي مسؤول مسؤولين مسؤولون اعضاء قاده قياديه رئيسه وزيره ملكه اميره زعيمه قائده متحدثه ناطقه
    سفيره مبعوثه مستشاره مندوبه نائبه مديره مرشحه مفوضه منسقه نظيره
    """
)
_PARTS: Final = keys("عدد عددا عشرات مئات آلاف بعض كثير عديد مجموعة كل أحد إحدى واحد واحدا واحدة سلسلة مزيد جزء")
NEAR: Final = 3  # words from a preposition to the place that it may govern
MAX_GAP: Final = 6  # words of titles and adverbs before a name
REACH: Final = 16  # words from an event word to the preposition of its recipient


class Name(NamedTuple):
    """A mention on the tokens `first` to `last`, both inclusive, with the ids it takes part under.

    A place takes part as its country; a public figure with the country that they act for.
    """

    first: int
    last: int
    entity_ids: tuple[str, ...]
    label: str


class Names(NamedTuple):
    """The names of a document by their first and by their last token."""

    starting: Mapping[int, Name]
    ending: Mapping[int, Name]


class Phrase(NamedTuple):
    """The ids that a noun phrase names, the label of the last one, and the token after it."""

    ids: tuple[str, ...]
    label: str | None
    end: int


NOBODY: Final[tuple[str, ...]] = ()


def find_names(document: Document, mentions: Sequence[Mention], entities: Mapping[str, Entity]) -> Names:
    """Lay the mentions that can act onto tokens: all but MISC; a place takes part as its country."""
    starts = [token.start for token in document.tokens]
    starting: dict[int, Name] = {}
    ending: dict[int, Name] = {}
    for mention in mentions:
        if mention.label == "MISC" or not starts:
            continue
        first = max(bisect_right(starts, mention.span.start) - 1, 0)
        last = max(bisect_right(starts, mention.span.end - 1) - 1, first)
        name = Name(first, last, _acting_ids(mention, entities), mention.label)
        starting[first] = ending[last] = name
    return Names(starting, ending)


def recut_names(document: Document, mentions: Sequence[Mention]) -> Document:
    """Return the document with the clitics of a mention's first token cut where the mention begins: ليلى, ل|لبنان."""
    starts = [token.start for token in document.tokens]
    tokens = list(document.tokens)
    for mention in mentions:
        at = bisect_right(starts, mention.span.start) - 1
        if at < 0:
            continue
        token = tokens[at]
        prefix = norm(document.text[token.start : mention.span.start])
        article = ("ال",) if "ال" in token.proclitics else ()
        proclitics = (*prefix, *article)
        if proclitics != token.proclitics and _CLITICS.issuperset(prefix):
            stem = norm(document.text[mention.span.start : token.end])
            tokens[at] = token._replace(proclitics=proclitics, stem_norm=stem.removeprefix("ال") if article else stem)
    return document._replace(tokens=tokens)


def _acting_ids(mention: Mention, entities: Mapping[str, Entity]) -> tuple[str, ...]:
    entity = entities.get(mention.entity_id)
    if entity is None or not entity.country_code:
        return (mention.entity_id,)
    country = f"iso:{entity.country_code}"
    if entity.label == "LOC":
        return (country,)
    return (mention.entity_id, country) if entity.label == "PER" else (mention.entity_id,)


def read_phrase(tokens: Sequence[Token], start: int, stop: int, names: Names, closed: frozenset[str]) -> Phrase:
    """Read the noun phrase that begins at token `start`, with what و adds to it.

    `closed` are prepositions that end it in any case, being those of the event's recipient.
    """
    ids: list[str] = []
    held: Name | None = None
    at, gap = start, 0
    while at < stop:
        name = names.starting.get(at)
        if name is None:
            if _ends_phrase(tokens, at, start, held, closed, names):
                break
            gap += tokens[at].upos != "PUNCT" and held is None
            if gap > MAX_GAP:
                break
            at += 1
            continue
        if at > start and _governed(tokens, at, start, closed if held is None else _LIGHT_PREPOSITIONS):
            break
        joined = held is not None and _is_joined(tokens, held.last + 1, at)
        if held is not None and not joined and not _renames(tokens, held, name, start):
            break
        if held is not None and joined:
            ids += held.entity_ids
        held, at = name, name.last + 1
    if held is not None:
        ids += held.entity_ids
    return Phrase(tuple(dict.fromkeys(ids)), held.label if held else None, at)


def _is_joined(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a name is added by و: on itself, or on the title that goes before it."""
    return any("و" in tokens[i].proclitics or tokens[i].norm in ("و", "-") for i in range(start, at + 1))


def _renames(tokens: Sequence[Token], held: Name, name: Name, start: int) -> bool:
    """Tell whether the next name is the person who holds the office just named: الوزير الروسي لافروف."""
    if held.label == "NORP" and tokens[held.last].stem_norm.endswith("ه") and name.label == "PER":
        return any(tokens[at].stem_norm in _OFFICES for at in range(start, held.first))
    if held.label == "NORP":
        return name.label == "PER" or name.first == held.last + 1
    return name.label == "PER" and held.label != "PER" and held.first > start


def _ends_phrase(
    tokens: Sequence[Token], at: int, start: int, held: Name | None, closed: frozenset[str], names: Names
) -> bool:
    token = tokens[at]
    if token.upos == "PUNCT":
        return _mark_ends_phrase(tokens, at, held, names)
    if token.stem_norm in CLAUSES or token.norm in CLAUSES or (token.stem_norm in SIDES and at > start):
        return True
    preposition = preposition_of(token)
    if preposition is not None and token.stem_norm != "اسم":
        if held is not None or preposition in closed or at == start:
            return True
        return not _is_crossed(tokens, at, start, names)
    if held is None or (held.label in ("NORP", "ORG", "LOC") and "ال" in token.proclitics):
        return False
    return not ("و" in token.proclitics and _name_near(at, names))


def _is_crossed(tokens: Sequence[Token], at: int, start: int, names: Names) -> bool:
    """Tell whether a phrase goes on after a preposition: an office of a body, one of several; no place."""
    preposition = preposition_of(tokens[at])
    if preposition not in _ROLE_PREPOSITIONS or (preposition == "في" and _is_place(names.starting.get(at + 1))):
        return False
    if not any(_is_place(names.starting.get(i)) for i in range(at, at + NEAR)):
        return True
    is_part = preposition == "من" and (tokens[at - 1].upos == "NUM" or tokens[at - 1].stem_norm in _PARTS)
    return is_part or any(tokens[i].stem_norm in _OFFICES for i in range(start, at + 1))


def _mark_ends_phrase(tokens: Sequence[Token], at: int, held: Name | None, names: Names) -> bool:
    mark = tokens[at].norm
    if mark in _QUOTES or mark in "()":
        return False
    if mark in _STRONG_MARKS:
        return True
    following = names.starting.get(at + 1)
    if held is None:
        return following is None or following.label != "PER"
    is_added = at + 1 < len(tokens) and "و" in tokens[at + 1].proclitics and _name_near(at + 1, names)
    return not (is_added or (following is not None and following.label == "PER" and held.label != "PER"))


def _name_near(at: int, names: Names) -> bool:
    return any(i in names.starting for i in range(at, at + 4))


def _is_place(name: Name | None) -> bool:
    return name is not None and name.label == "LOC"


def _governed(tokens: Sequence[Token], at: int, start: int, prepositions: frozenset[str]) -> bool:
    """Tell whether a preposition on a name ends the phrase; ل after an office does not: الأمين العام للحلف."""
    if prepositions.isdisjoint(tokens[at].proclitics):
        return False
    is_genitive = "ل" in tokens[at].proclitics and prepositions is not _LIGHT_PREPOSITIONS
    return not (is_genitive and any(tokens[i].stem_norm in _OFFICES for i in range(max(start, at - 2), at)))


def preposition_of(token: Token) -> str | None:
    """Return the preposition that a token is or begins with."""
    if token.stem_norm in PREPOSITIONS and "ال" not in token.proclitics:
        return token.stem_norm
    if token.norm in ("ب", "ل", "ك", "وب", "ول"):
        return token.norm[-1]
    return next((clitic for clitic in token.proclitics if clitic in _LIGHT_PREPOSITIONS), None)


def is_boundary(token: Token) -> bool:
    """Tell whether a token parts clauses for good."""
    return token.norm in _STRONG_MARKS


def before(tokens: Sequence[Token], at: int, first: int, names: Names) -> tuple[str, ...]:
    """Return the names of the noun phrase that ends right before token `at`: السعودية والإمارات تعلنان."""
    name = _name_before(tokens, at, first, names)
    found: list[Name] = []
    while name is not None:
        found.append(name)
        head = name
        if not ("و" in tokens[name.first].proclitics or tokens[name.first - 1].norm in ("و", "-")):
            break
        name = names.ending.get(_skip_marks(tokens, name.first - 1, first))
    if not found or _is_placed(tokens, head, first, names):
        return NOBODY
    return tuple(dict.fromkeys(entity_id for name in reversed(found) for entity_id in name.entity_ids))


def _name_before(tokens: Sequence[Token], at: int, first: int, names: Names) -> Name | None:
    """Return the name that ends at most two plain words before token `at`."""
    plain = 0
    for end in range(at - 1, first - 1, -1):
        if end in names.ending:
            return names.ending[end]
        token = tokens[end]
        if token.upos == "PUNCT":
            if token.norm not in _QUOTES:
                return None
            continue
        plain += 1
        if plain > 2 or preposition_of(token) is not None or token.stem_norm in CLAUSES:
            return None
    return None


def _skip_marks(tokens: Sequence[Token], at: int, first: int) -> int:
    while at >= first and (tokens[at].norm in _QUOTES or tokens[at].norm == "و"):
        at -= 1
    return at


def _is_placed(tokens: Sequence[Token], name: Name, first: int, names: Names) -> bool:
    """Tell whether a preposition or a word of place governs a name: في باريس، غرب ألمانيا، بموجب قرارات المجلس."""
    if preposition_of(tokens[name.first]) is not None:
        return True
    for at in range(name.first - 1, max(name.first - 4, first - 1), -1):
        if tokens[at].upos == "PUNCT" or at in names.ending:
            return False
        if preposition_of(tokens[at]) is not None or (name.label == "LOC" and tokens[at].stem_norm in _PLACES):
            return True
    return False


def topic(tokens: Sequence[Token], first: int, at: int, names: Names) -> tuple[str, ...]:
    """Return the nearest name before `at` that no preposition governs: the likely subject of what goes on."""
    for end in range(at - 1, max(first - 1, at - 3 * REACH), -1):
        if is_boundary(tokens[end]) and end < at - 1:
            return NOBODY
        name = names.ending.get(end)
        if name is not None and not _is_placed(tokens, name, first, names):
            return before(tokens, end + 1, first, names)
    return NOBODY


def after_preposition(
    tokens: Sequence[Token], start: int, stop: int, names: Names, prepositions: frozenset[str], reach: int = REACH
) -> tuple[str, ...]:
    """Return the names of the first phrase that one of the prepositions governs, within `reach` words."""
    for at in _prepositions(tokens, start, min(stop, start + reach), prepositions):
        is_apart = tokens[at].stem_norm in PREPOSITIONS or len(tokens[at].norm) <= 2
        phrase = read_phrase(tokens, at + 1 if is_apart and at not in names.starting else at, stop, names, frozenset())
        is_where = "مع" in prepositions and phrase.label == "LOC" and preposition_of(tokens[at]) == "ب"
        if phrase.ids and not is_where:  # اجتمع بالوزير, but not اجتمع بتونس
            return phrase.ids
    return NOBODY


def _prepositions(tokens: Sequence[Token], start: int, stop: int, wanted: frozenset[str]) -> Iterator[int]:
    for at in range(start, stop):
        if is_boundary(tokens[at]):
            return
        if preposition_of(tokens[at]) in wanted:
            yield at


_BY: Final = (("من", "قبل"), ("من", "طرف"), ("من", "جانب"), ("علي", "يد"), ("علي", "ايدي"))


_WEAPONS: Final = keys("رصاص نيران قذائف صواريخ")  # قتل برصاص القوات


def agents(tokens: Sequence[Token], start: int, stop: int, names: Names) -> tuple[str, ...] | None:
    """Return whom a passive names (من قبل الشرطة، على يد القوات، برصاص الجيش), or None where it names nobody so."""
    for at in range(start, min(stop, start + REACH) - 1):
        if (tokens[at].stem_norm, tokens[at + 1].stem_norm) in _BY:
            return read_phrase(tokens, at + 2, stop, names, frozenset()).ids
        if tokens[at].stem_norm in _WEAPONS and "ب" in tokens[at].proclitics:
            return read_phrase(tokens, at + 1, stop, names, frozenset()).ids or None
        if is_boundary(tokens[at]):
            break
    return None
