"""Roles: who does what an event word says, and to whom, read off the frame of the word.

A verb has its subject after it or before it, its object after that, and its recipient after the preposition of
its frame. A verbal noun has subject or object in the genitive, and the other one after a preposition.
"""

from collections.abc import Sequence
from typing import Final

from tasks.arabic.document import Sentence, Token
from tasks.arabic.participants import (
    NOBODY,
    SIDES,
    Names,
    Phrase,
    after_preposition,
    agents,
    before,
    keys,
    preposition_of,
    read_phrase,
    topic,
)
from tasks.arabic.triggers import AFTER_NOUN, NOUN, PARTICIPLE, PASSIVE, VERB_PARTICLES, Hit

BEFALLEN: Final = 7  # words from what befell the subject to the name of it
Ids = tuple[str, ...]
Participants = tuple[Ids, Ids]


def find_participants(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> Participants:
    """Return the ids of those who act, and of those who are acted on."""
    find = _around_noun if hit.form.aspect == NOUN else _around_verb
    return find(tokens, sentence, hit, names)


# --- verbs -----------------------------------------------------------------------------------------


def _around_verb(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> Participants:
    trigger, at = hit.form.trigger, hit.at
    first, stop = sentence.first, sentence.last
    by = agents(tokens, at + 1, stop, names)
    if by is not None or hit.form.aspect == PASSIVE or _DAMMA in tokens[at].stem[1:2]:
        sufferers = read_phrase(tokens, at + 1, stop, names, trigger.prepositions).ids
        return by or NOBODY, sufferers or before(tokens, at, first, names)
    actors, rest = _subject(tokens, sentence, hit, names)
    recipients = NOBODY
    if trigger.takes_object:
        recipients = read_phrase(tokens, rest, stop, names, trigger.prepositions).ids
    prepositions = trigger.prepositions or _CONTENT.get(trigger.event_type, frozenset())
    if not recipients and prepositions:
        recipients = after_preposition(tokens, rest, stop, names, prepositions)
    return actors, recipients


def _subject(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> tuple[Ids, int]:
    """Return who acts, and the token where the rest of the clause begins."""
    at, begin = hit.at, _skip_particles(tokens, sentence, hit.at)
    if "و" not in tokens[at].proclitics and (ahead := before(tokens, begin, sentence.first, names)):
        return ahead, at + 1
    if _has_plain_subject(tokens, sentence, begin):
        return NOBODY, at + 1
    if hit.form.aspect == PARTICIPLE or _is_dropped(tokens, sentence, at) or _has_pronoun(tokens, begin, sentence, at):
        return _resume(tokens, sentence, at, names), at + 1
    if tokens[at].stem_norm.endswith(_PLURAL):
        return NOBODY, at + 1  # a plural verb follows its subject: المحتجون منعوا الجنود
    if _is_possessed(tokens, at + 1, sentence):
        return topic(tokens, sentence.first, at, names), at + 2
    phrase = read_phrase(tokens, at + 1, sentence.last, names, hit.form.trigger.prepositions)
    is_plain = tokens[at + 1].proclitics == ("ال",)  # اعتقلته الشرطة
    if not phrase.ids and not is_plain and (tokens[at].enclitics or at + 1 in hit.used):
        return topic(tokens, sentence.first, at, names), at + 1
    return phrase.ids, phrase.end if phrase.ids else at + 1


def _is_dropped(tokens: Sequence[Token], sentence: Sentence, at: int) -> bool:
    """Tell whether no subject stands after a verb."""
    return at + 1 >= sentence.last or tokens[at + 1].upos == "PUNCT" or preposition_of(tokens[at + 1]) is not None


def _has_plain_subject(tokens: Sequence[Token], sentence: Sentence, begin: int) -> bool:
    """Tell whether nobody by name is the subject between أن and the verb: قالت الوكالة إن النائب العام وافق."""
    if begin <= sentence.first or tokens[begin - 1].proclitics != ("ال",):
        return False
    return any(tokens[i].norm in ("ان", "بان") for i in range(max(begin - 4, sentence.first), begin - 1))


def _has_pronoun(tokens: Sequence[Token], begin: int, sentence: Sentence, at: int) -> bool:
    """Tell whether the subject is a pronoun before the verb: إنها سترسل, القوات التي قصفت, قالت إن قواتها قصفت."""
    if begin <= sentence.first:
        return False
    last, norm = tokens[at - 1].stem_norm, tokens[begin - 1].norm
    if last in _RELATIVES:
        return not tokens[at].enclitics
    return norm in _THAT_ONE or _is_possessed(tokens, begin - 1, sentence)


def _resume(tokens: Sequence[Token], sentence: Sentence, at: int, names: Names) -> Ids:
    """Return the subject that goes on: the one of this sentence, or, for its first verb, that of the last."""
    found = topic(tokens, sentence.first, at, names)
    if found or at - sentence.first > 1:
        return found
    return NOBODY


def _is_possessed(tokens: Sequence[Token], at: int, sentence: Sentence) -> bool:
    """Tell whether a word stands for whom its pronoun means: قالت فرنسا إن قواتها قصفت, إن بلاده تدعم."""
    return sentence.first <= at < sentence.last and bool(tokens[at].enclitics) and tokens[at].stem_norm in _OWN


# With a pronoun they stand for the one that the pronoun means.
_OWN: Final = keys(
    "بلاد بلد حكومة قوات جيش قوة طائرات طيران وحدات عناصر مقاتلي مسلحي سلطات دولة حزب حركة جماعة تنظيم وزارة إدارة"
)
_THAT_ONE: Final = keys("أنه أنها أنهم أنهما بأنه بأنها بأنهم لأنه لأنها لأنهم")
_PLURAL: Final = ("وا", "ون")
_DAMMA: Final = "\N{ARABIC DAMMA}"  # after the first letter it marks a passive: قُتل
_PARTICLES: Final = VERB_PARTICLES | keys("لا ما الذي التي الذين كان كانت ان")
# What is threatened tells whom: هدد بفرض عقوبات على, بقطع العلاقات مع.
_CONTENT: Final = {"THREATEN": keys("على ضد مع أمام")}


def _skip_particles(tokens: Sequence[Token], sentence: Sentence, at: int) -> int:
    while at > sentence.first and tokens[at - 1].stem_norm in _PARTICLES:
        at -= 1
    return at


# --- verbal nouns ----------------------------------------------------------------------------------


def _around_noun(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> Participants:
    trigger, at, stop = hit.form.trigger, hit.at, sentence.last
    rest = max((at, *hit.used)) + 1
    together = _together(tokens, hit, rest, stop, names)
    if together:
        return together, NOBODY
    phrase = Phrase(NOBODY, None, rest)
    if _has_genitive(tokens, hit, rest, stop):
        phrase = read_phrase(tokens, rest, stop, names, trigger.prepositions)
    actors = agents(tokens, at + 1, stop, names) or _relative_subject(tokens, at, stop, names)
    recipients = _target(tokens, hit, stop, names)
    if not recipients and trigger.prepositions:
        recipients = after_preposition(tokens, phrase.end, stop, names, trigger.prepositions)
    if not recipients and _is_object(tokens, hit, phrase, rest, names):
        recipients = phrase.ids
    else:
        actors = actors or _doers(hit, phrase)
    if not actors and not _has_doer(tokens, hit, rest) and _may_act(tokens, sentence, hit):
        actors = topic(tokens, _clause_start(tokens, sentence, at), at, names)
    return actors, recipients


def _has_genitive(tokens: Sequence[Token], hit: Hit, rest: int, stop: int) -> bool:
    """Tell whether what follows a noun may be in the genitive: no preposition, no verb, no side of a place."""
    if tokens[hit.at].enclitics or rest >= stop or preposition_of(tokens[rest]) is not None:
        return False
    return tokens[rest].stem_norm not in (_HITTING | SIDES if hit.used else _HITTING)


def _together(tokens: Sequence[Token], hit: Hit, rest: int, stop: int, names: Names) -> Ids:
    """Return both sides of what goes on between two: قصف بين الطرفين, لقاء جمع فلاناً وفلاناً."""
    between = after_preposition(tokens, rest, stop, names, _BETWEEN, AFTER_NOUN)
    if between or not hit.form.trigger.is_reciprocal:
        return between
    for at in range(hit.at + 1, min(hit.at + AFTER_NOUN, stop)):
        if tokens[at].stem_norm in _GATHERING:
            return read_phrase(tokens, at + 1, stop, names, frozenset()).ids
    return NOBODY


def _relative_subject(tokens: Sequence[Token], at: int, stop: int, names: Names) -> Ids:
    """Return the subject of the clause that describes the event: عقوبات فرضها المجلس, زيارة يقوم بها الوزير."""
    for verb in range(at + 1, min(at + 5, stop - 1)):
        token = tokens[verb]
        is_relative = tokens[verb - 1].stem_norm in _RELATIVES and bool(token.enclitics)
        if is_relative or (tokens[verb - 1].stem_norm in _DOING and token.norm in ("به", "بها")):
            return read_phrase(tokens, verb + 1, stop, names, frozenset()).ids
    return NOBODY


def _target(tokens: Sequence[Token], hit: Hit, stop: int, names: Names) -> Ids:
    """Return whom a clause says that it hit: هجوم استهدف قاعدة أميركية, القصف الذي طال المدينة."""
    if hit.form.trigger.event_type not in ("ASSAULT", "COERCE"):
        return NOBODY
    for at in range(hit.at + 1, min(hit.at + 5, stop - 1)):
        if tokens[at].stem_norm in _HITTING:
            own = 1 if tokens[at].enclitics else 0
            return NOBODY if own else read_phrase(tokens, at + 1, stop, names, frozenset()).ids
    return NOBODY


def _doers(hit: Hit, phrase: Phrase) -> Ids:
    """Return who acts of those in the genitive; crowds act in a place, and no place protests."""
    return NOBODY if hit.form.trigger.event_type == "PROTEST" and phrase.label == "LOC" else phrase.ids


def _is_object(tokens: Sequence[Token], hit: Hit, phrase: Phrase, rest: int, names: Names) -> bool:
    """Tell whether the noun after a verbal noun is whom it happens to: اعتقال الناشط, but not in زيارة الوزير."""
    trigger = hit.form.trigger
    if not trigger.takes_object or _is_described(tokens, hit.at, names):
        return False
    if trigger.mode == "visit" and (phrase.label != "LOC" or rest not in names.starting):
        return False  # زيارة قبرص, but not زيارة رئيس قبرص
    if trigger.event_type in ("ASSAULT", "COERCE") and not trigger.is_weak and tokens[rest].stem_norm in _FORCES:
        return False
    follows = tokens[phrase.end] if phrase.end < len(tokens) else None
    return follows is None or preposition_of(follows) not in trigger.prepositions & _OBJECT_MARKS


def _has_doer(tokens: Sequence[Token], hit: Hit, rest: int) -> bool:
    """Tell whether a noun in the genitive, named or not, is who acts: اتهامات المعارضة."""
    trigger, token = hit.form.trigger, tokens[hit.at]
    is_bound = not token.enclitics and "ال" not in token.proclitics and rest == hit.at + 1 < len(tokens)
    return is_bound and not trigger.takes_object and tokens[rest].proclitics == ("ال",)


def _may_act(tokens: Sequence[Token], sentence: Sentence, hit: Hit) -> bool:
    """Tell whether the subject of the clause may be who does what a noun names: no crowd, nor whom something befell."""
    if hit.form.trigger.event_type == "PROTEST":
        return False
    earlier = range(max(hit.at - BEFALLEN, sentence.first), hit.at)
    return not any(tokens[i].stem_norm in _BEFALLING for i in earlier)


def _clause_start(tokens: Sequence[Token], sentence: Sentence, at: int) -> int:
    """Return the token after the last أن or إن: who says that something happened did not do it."""
    heads = (i + 1 for i in range(at - 1, sentence.first - 1, -1) if tokens[i].stem_norm in _SAYING_THAT)
    return next(heads, sentence.first)


_BETWEEN: Final = keys("بين")
_RELATIVES: Final = keys("الذي التي الذين")
_DOING: Final = keys("يقوم تقوم قام قامت بدأ يبدأ")
_GATHERING: Final = keys("جمع جمعت يجمع تجمع ضم ضمت يضم تضم")
_HITTING: Final = keys("استهدف استهدفت يستهدف تستهدف طال طالت ضرب ضربت هز هزت")
_FORCES: Final = keys("قوات جيش شرطة سلطات طيران طائرات مقاتلات مدفعية ميليشيا ميليشيات مسلحي مقاتلي أجهزة مخابرات")
_OBJECT_MARKS: Final = keys("ل إلى")
_SAYING_THAT: Final = keys("أن بأن أنه أنها")
# Before a noun they say that its clause's subject did not do it, but saw it, suffered it or condemned it.
_BEFALLING: Final = keys(
    """
    تم تمت يتم جري جرت شهد شهدت يشهد تشهد تعرض تعرضت يتعرض تتعرض صد صدت احبط احبطت استنكر استنكرت ادان ادانت دان
    دانت ندد نددت احتج احتجت رحب رحبت ضحايا ضحية
    """
)


def _is_described(tokens: Sequence[Token], at: int, names: Names) -> bool:
    """Tell whether a nationality agrees with the noun as its adjective: القصف الإسرائيلي, ضربة جوية أميركية."""
    for place in (at + 1, at + 2):
        name = names.starting.get(place)
        if name is not None:
            is_people = tokens[place].stem_norm.endswith(("ين", "ون"))
            return name.label == "NORP" and not is_people and _agree(tokens, at, place)
    return False


def _agree(tokens: Sequence[Token], at: int, place: int) -> bool:
    """Tell whether all words from a noun to an adjective have the article, or none; one between is an adjective too."""
    between = tokens[at + 1 : place]
    is_definite = "ال" in tokens[at].proclitics
    if any(not word.stem_norm.endswith(("ي", "يه")) for word in between):
        return False
    return all(("ال" in word.proclitics) == is_definite for word in (*between, tokens[place]))
