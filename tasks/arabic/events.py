"""Events: which word says that something happened between political actors, to whom, and whether it did.

A trigger is a word of the lexicon in a form that its place in the sentence allows; some need a second
word (أطلق + النار, قطع + العلاقات). One row stands for one incident of a sentence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Sentence, Span, Token
from tasks.arabic.facts import Date, Entity, Event, Mention
from tasks.arabic.inflection import inflect_noun, inflect_participle, inflect_past, inflect_present
from tasks.arabic.participants import (
    NOBODY,
    PREPOSITIONS,
    Name,
    Names,
    Phrase,
    after_preposition,
    agents,
    before,
    find_names,
    is_boundary,
    keys,
    preposition_of,
    read_phrase,
    recut_names,
    topic,
)

Words = frozenset[str]

AFTER_VERB: Final = 14  # words from a verb to the word it needs: the subject may stand between
AFTER_NOUN: Final = 4
BEFORE_VERB: Final = 10
BEFORE_NOUN: Final = 3
GROUPS: Final = 6  # words from one needed word to the next
GOVERNED: Final = 10  # words from a demand or a threat to the preposition of what it is about
CHAIN: Final = 6  # words from that preposition to an event word in its phrase
MODAL: Final = 5  # words from a modal word to what it makes possible

PAST, PRESENT, PASSIVE, NOUN, PARTICIPLE = "past", "present", "passive", "noun", "participle"
VERBAL: Final = frozenset((PAST, PRESENT, PASSIVE))


class TriggerRow(NamedTuple):
    """A row of the lexicon: lemmas and conditions as written, parted by spaces."""

    verb: str
    passive: str
    noun: str
    participle: str
    event_type: str
    mode: str
    recipient: str
    after: str
    before: str
    unless: str
    flags: str


class Trigger(NamedTuple):
    """What an event word means and needs.

    `after` holds groups of words, of each of which one has to follow; of `before` one has to precede;
    of `unless` none may stand beside it. `prepositions` mark the recipient.
    """

    event_type: str
    mode: str | None
    score: float
    prepositions: Words
    takes_object: bool
    after: tuple[Words, ...]
    before: Words
    unless: Words
    is_reciprocal: bool
    is_ongoing: bool
    is_weak: bool
    is_named: bool


class Form(NamedTuple):
    """A written form of a trigger: past, present, passive, noun or participle."""

    trigger: Trigger
    aspect: str


Triggers = Mapping[str, Sequence[Form]]


class Hit(NamedTuple):
    """A trigger at a token; `used` are the tokens that its conditions took, `span` is the bare word."""

    at: int
    form: Form
    used: tuple[int, ...]
    span: Span


def make_triggers(rows: Iterable[TriggerRow], scores: Mapping[tuple[str, str | None], float]) -> Triggers:
    """Spell out all forms of the rows; the row that comes first wins. Raises `ValueError` without a score."""
    forms: dict[str, list[Form]] = {}
    for row in rows:
        trigger = _trigger(row, scores)
        for key, aspect in _inflect(row):
            known = forms.setdefault(key, [])
            if Form(trigger, aspect) not in known:
                known.append(Form(trigger, aspect))
    return forms


def _trigger(row: TriggerRow, scores: Mapping[tuple[str, str | None], float]) -> Trigger:
    mode = row.mode or None
    if (row.event_type, mode) not in scores:
        raise ValueError(f"no score for {row.event_type}/{mode}")
    marks, flags = keys(row.recipient), set(row.flags.split())
    return Trigger(
        row.event_type, mode, scores[row.event_type, mode], marks - {"object"}, "object" in marks,
        tuple(keys(group) for group in row.after.split("+")) if row.after else (),
        keys(row.before), keys(row.unless),
        "reciprocal" in flags, "ongoing" in flags, "weak" in flags, "named" in flags,
    )  # fmt: skip


def _inflect(row: TriggerRow) -> Iterator[tuple[str, str]]:
    for lemma in row.verb.split():
        if lemma.startswith("ي"):
            yield from ((key, PRESENT) for key in inflect_present(lemma))
        else:
            yield from ((key, PAST) for key in inflect_past(lemma))
    for lemma in row.passive.split():
        yield from ((key, PASSIVE) for key in inflect_past(lemma))
    for lemma in row.noun.split():
        yield from ((key, NOUN) for key in inflect_noun(lemma))
    for lemma in row.participle.split():
        yield from ((key, PARTICIPLE) for key in inflect_participle(lemma))


def find_events(
    document: Document,
    mentions: Sequence[Mention],
    entities: Mapping[str, Entity],
    dates: Sequence[Date],
    triggers: Triggers,
) -> list[Event]:
    """Return the events of a document in order of their triggers, no two at one span.

    `entities` holds what the mentions' ids stand for. A repeated sentence has its events again; those who
    count leave it out. Of `dates` an event takes the one of its clause, else the only one of its sentence.

    >>> from tasks.arabic.reading import read
    >>> row = TriggerRow("قصف يقصف", "", "قصف", "", "ASSAULT", "", "object على", "", "", "", "")
    >>> triggers = make_triggers([row], {("ASSAULT", None): -9.0})
    >>> document = read("قد يقصف الجيش الميناء. لم يقصف الميناء.")
    >>> [(e.event_type, e.status, e.is_negated) for e in find_events(document, [], {}, [], triggers)]
    [('ASSAULT', 'hypothetical', False), ('ASSAULT', 'past', True)]
    """
    document = recut_names(document, mentions)
    names = find_names(document, mentions, entities)
    inside = _tokens_inside_names(names)
    events: dict[Span, Event] = {}
    for sentence in document.sentences:
        found = _drop_repeated(document.tokens, _find_hits(document, sentence, names, inside, triggers))
        hits = _drop_weak(_drop_governed(document.tokens, found))
        for hit in hits:
            event = _read_event(document, sentence, hit, names, dates)
            events.setdefault(event.span, event)
    return list(events.values())


def _tokens_inside_names(names: Names) -> frozenset[int]:
    return frozenset(i for n in names.starting.values() if n.label != "NORP" for i in range(n.first, n.last + 1))


# --- triggers ------------------------------------------------------------------------------------


def _find_hits(
    document: Document, sentence: Sentence, names: Names, inside: frozenset[int], triggers: Triggers
) -> Iterator[Hit]:
    used: set[int] = set()
    for at in range(sentence.first, sentence.last):
        if at in used or at in inside:
            continue
        hit = next(_match(document.tokens, sentence, at, names, triggers), None)
        if hit is not None:
            used.update(hit.used)
            yield hit


def _match(tokens: Sequence[Token], sentence: Sentence, at: int, names: Names, triggers: Triggers) -> Iterator[Hit]:
    token = tokens[at]
    for key, start in _lookup_keys(token):
        forms = triggers.get(key)
        if forms is None:
            continue
        fitting = [form for form in forms if _fits(tokens, sentence, at, form, forms, names)]
        verbs = {form.trigger.event_type for form in fitting if form.aspect in VERBAL}
        for form in fitting:
            if form.aspect == NOUN and form.trigger.event_type in verbs:
                continue  # قتل جنديان: where it can be a verb, it is one
            used = _meet_conditions(tokens, sentence, at, form, names)
            if used is not None:
                yield Hit(at, form, used, Span(start, token.end))


def _lookup_keys(token: Token) -> Iterator[tuple[str, int]]:
    """Yield the stem, then the word with no more than a conjunction or the future prefix off, and where each begins."""
    yield token.stem_norm, token.name_start
    if "ال" in token.proclitics:
        return
    if token.norm != token.stem_norm:
        yield token.norm, token.start
    if token.norm[:1] in ("و", "ف", "س") and token.norm[1:] != token.stem_norm:
        yield token.norm[1:], token.start + 1


_VERB_PARTICLES: Final = keys("قد لقد لم لن سوف")
_BEFORE_NOUN: Final = keys(
    """
    يواصل تواصل واصل واصلت يستانف تستانف استانف استانفت نفي نفت تنفي ينفي اعلن اعلنت بدا بدات يبدا تبدا
    تم يتم
    """
)
_NOT_BEFORE_VERB: Final = PREPOSITIONS | keys(
    "هذا هذه ذلك تلك كل اي بعض عدم غير سوي اول اخر عمليه حادث حادثه قرار جريمه محاوله"
)


def _fits(
    tokens: Sequence[Token], sentence: Sentence, at: int, form: Form, forms: Sequence[Form], names: Names
) -> bool:
    """Tell whether the clitics and the word before allow a verb, or a noun."""
    token, aspect = tokens[at], form.aspect
    previous = tokens[at - 1].stem_norm if at > sentence.first and at - 1 not in names.ending else ""
    if aspect in VERBAL:
        if any(c in ("ال", "ب", "ك") for c in token.proclitics) or ("ل" in token.proclitics and aspect != PRESENT):
            return False
        is_also_noun = Form(form.trigger, NOUN) in forms
        if is_also_noun and _wants_noun(tokens, sentence, at):
            return False
        return previous not in _NOT_BEFORE_VERB or (previous == "من" and not is_also_noun)  # هو من اقتحم
    if aspect == PARTICIPLE and token.proclitics[-1:] in (("ال",), ("ب",), ("ل",)):
        return False
    return previous not in _VERB_PARTICLES


def _wants_noun(tokens: Sequence[Token], sentence: Sentence, at: int) -> bool:
    """Tell whether a word that is verb and verbal noun is the noun: قصفاً, تواصل القوات قصف المدينة."""
    earlier = range(max(at - BEFORE_NOUN, sentence.first), at)
    return tokens[at].norm.endswith("ا") or any(tokens[i].stem_norm in _BEFORE_NOUN for i in earlier)


def _meet_conditions(
    tokens: Sequence[Token], sentence: Sentence, at: int, form: Form, names: Names
) -> tuple[int, ...] | None:
    """Return the tokens that meet the trigger's conditions, or None where one is not met."""
    trigger = form.trigger
    if _is_excluded(tokens, sentence, at, trigger):
        return None
    if trigger.before and not _find_before(tokens, sentence, at, form):
        return None
    if trigger.is_named and not any(i in names.starting for i in range(sentence.first, sentence.last)):
        return None
    reach = AFTER_NOUN if form.aspect == NOUN else AFTER_VERB
    used: list[int] = []
    for group in trigger.after:
        start = used[-1] if used else at
        found = _find_after(tokens, range(start + 1, sentence.last), GROUPS if used else reach, group, names)
        if found is None:
            return None
        used.append(found)
    return tuple(i for i in used if preposition_of(tokens[i]) is None and i not in names.starting)


def _is_excluded(tokens: Sequence[Token], sentence: Sentence, at: int, trigger: Trigger) -> bool:
    """Tell whether a word of `unless` stands beside; for an outcome (قتل), whether the sentence has one (زلزال)."""
    if not trigger.unless:
        return False
    if not trigger.unless.isdisjoint(tokens[at].proclitics):
        return True
    first, last = (0, len(tokens)) if trigger.is_weak else (at - 1, at + 4)
    return any(_is_in(tokens[i], trigger.unless) for i in range(max(first, sentence.first), min(last, sentence.last)))


def _find_before(tokens: Sequence[Token], sentence: Sentence, at: int, form: Form) -> bool:
    """Tell whether a word or a clitic of `before` precedes."""
    wanted = form.trigger.before
    first = max(at - (BEFORE_NOUN if form.aspect == NOUN else BEFORE_VERB), sentence.first)
    return not wanted.isdisjoint(tokens[at].proclitics) or any(_is_in(tokens[i], wanted) for i in range(first, at))


def _is_in(token: Token, words: Words) -> bool:
    return token.stem_norm in words or token.norm in words or token.stem_norm.removesuffix("ا") in words


def _find_after(tokens: Sequence[Token], places: range, reach: int, group: Words, names: Names) -> int | None:
    """Return the token within `reach` words that is one of the group; a whole name counts as one word."""
    end = places.start
    for at in places:
        token, name = tokens[at], names.starting.get(at)
        if reach <= 0 or is_boundary(token):
            return None
        if _is_in(token, group) or not group.isdisjoint(token.proclitics) or not group.isdisjoint(_kinds(token, name)):
            return at
        if at >= end:
            reach -= token.upos != "PUNCT"
        if name is not None:
            end = name.last + 1
    return None


def _kinds(token: Token, name: Name | None) -> tuple[str, ...]:
    """Return the kinds that a lexicon row can ask for instead of a word."""
    if name is not None:
        return ("<name>", "<person>") if name.label == "PER" else ("<name>",)
    return ("<number>",) if token.upos == "NUM" else ()


def _drop_repeated(tokens: Sequence[Token], hits: Iterable[Hit]) -> list[Hit]:
    """Leave out a second name of the same thing in brackets: حق النقض (الفيتو)."""
    kept: list[Hit] = []
    for hit in hits:
        between = tokens[kept[-1].at + 1 : hit.at] if kept else []
        is_again = bool(between) and all(t.upos == "PUNCT" for t in between) and "و" not in tokens[hit.at].proclitics
        if not (is_again and kept[-1].form.trigger.event_type == hit.form.trigger.event_type):
            kept.append(hit)
    return kept


_GOVERNING: Final = frozenset(("REQUEST", "THREATEN"))


def _drop_governed(tokens: Sequence[Token], hits: list[Hit]) -> list[Hit]:
    """Leave out what is only demanded or threatened: دعا إلى وقف القصف is a request, no assault."""
    kept: list[Hit] = []
    for hit in hits:
        governors = [k for k in kept if k.form.trigger.event_type in _GOVERNING]
        if not (governors and hit.form.aspect == NOUN and _is_governed(tokens, governors[-1], hit)):
            kept.append(hit)
    return kept


def _is_governed(tokens: Sequence[Token], governor: Hit, hit: Hit) -> bool:
    """Tell whether the last preposition before the hit is the one that says what is demanded."""
    for at in range(hit.at, max(governor.at, hit.at - CHAIN), -1):
        if is_boundary(tokens[at]) or tokens[at].norm == "،":
            return False
        preposition = preposition_of(tokens[at])
        if preposition is not None:
            return preposition in ("الي", "ب", "علي", "ل", "من") and at - governor.at <= GOVERNED
    return False


def _drop_weak(hits: list[Hit]) -> list[Hit]:
    """Leave out words of outcome (مقتل، استهدف) where the sentence names the act itself, and keep one of them."""
    strong = {h.form.trigger.event_type for h in hits if not h.form.trigger.is_weak}
    kept: list[Hit] = []
    for hit in hits:
        trigger = hit.form.trigger
        if trigger.is_weak:
            if trigger.event_type in strong:
                continue
            strong.add(trigger.event_type)
        kept.append(hit)
    return kept


# --- one event ---------------------------------------------------------------------------------


def _read_event(document: Document, sentence: Sentence, hit: Hit, names: Names, dates: Sequence[Date]) -> Event:
    trigger = hit.form.trigger
    actors, recipients = _find_participants(document.tokens, sentence, hit, names)
    if trigger.is_reciprocal:
        actors, recipients = tuple(dict.fromkeys(actors + recipients)), NOBODY
    status, is_negated = _find_status(document, sentence, hit)
    day = _find_date(document, sentence, hit, dates)
    return Event(
        hit.span, trigger.event_type, trigger.mode, actors,
        tuple(r for r in recipients if r not in actors), status, is_negated, trigger.score, *day,
    )  # fmt: skip


Participants = tuple[tuple[str, ...], tuple[str, ...]]


def _find_participants(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> Participants:
    if hit.form.aspect == NOUN:
        return _around_noun(tokens, sentence, hit, names)
    return _around_verb(tokens, sentence, hit, names)


def _around_verb(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> Participants:
    trigger, at = hit.form.trigger, hit.at
    first, stop = sentence.first, sentence.last
    actors, rest = _subject(tokens, sentence, hit, names)
    by = agents(tokens, at + 1, stop, names)
    if by is not None or hit.form.aspect == PASSIVE or _DAMMA in tokens[at].stem[1:2]:
        sufferers = read_phrase(tokens, at + 1, stop, names, trigger.prepositions).ids
        return by or NOBODY, sufferers or before(tokens, at, first, names)
    recipients = NOBODY
    if trigger.takes_object:
        recipients = read_phrase(tokens, rest, stop, names, trigger.prepositions).ids
    if not recipients and trigger.prepositions:
        recipients = after_preposition(tokens, rest, stop, names, trigger.prepositions)
    return actors, recipients


def _subject(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> tuple[tuple[str, ...], int]:
    """Return who acts, and the token where the rest of the clause begins."""
    at, begin = hit.at, _skip_particles(tokens, sentence, hit.at)
    if "و" not in tokens[at].proclitics and (ahead := before(tokens, begin, sentence.first, names)):
        return ahead, at + 1
    is_dropped = at + 1 >= sentence.last or tokens[at + 1].upos == "PUNCT" or preposition_of(tokens[at + 1]) is not None
    if hit.form.aspect == PARTICIPLE or is_dropped or _follows_noun(tokens, sentence, hit):
        return topic(tokens, sentence.first, at, names), at + 1
    phrase = read_phrase(tokens, at + 1, sentence.last, names, hit.form.trigger.prepositions)
    if not phrase.ids and tokens[at].enclitics:
        return topic(tokens, sentence.first, at, names), at + 1
    return phrase.ids, phrase.end if phrase.ids else at + 1


def _follows_noun(tokens: Sequence[Token], sentence: Sentence, hit: Hit) -> bool:
    """Tell whether a present tense comes after its subject: إن بلاده تدعم ..."""
    before_it = tokens[hit.at - 1] if hit.at > sentence.first else None
    return hit.form.aspect == PRESENT and before_it is not None and before_it.stem_norm == "بلاد"


_DAMMA: Final = "\N{ARABIC DAMMA}"  # after the first letter it marks a passive: قُتل
_PARTICLES: Final = _VERB_PARTICLES | keys("لا ما الذي التي الذين كان كانت ان")


def _skip_particles(tokens: Sequence[Token], sentence: Sentence, at: int) -> int:
    while at > sentence.first and tokens[at - 1].stem_norm in _PARTICLES:
        at -= 1
    return at


def _around_noun(tokens: Sequence[Token], sentence: Sentence, hit: Hit, names: Names) -> Participants:
    trigger, at, stop = hit.form.trigger, hit.at, sentence.last
    rest = max((at, *hit.used)) + 1
    if trigger.prepositions >= _BETWEEN:
        between = after_preposition(tokens, rest, stop, names, _BETWEEN, AFTER_NOUN)
        if between:
            return between, NOBODY
    phrase = Phrase(NOBODY, None, rest)
    if not tokens[at].enclitics and rest < stop and preposition_of(tokens[rest]) is None:
        phrase = read_phrase(tokens, rest, stop, names, trigger.prepositions)
    actors = agents(tokens, at + 1, stop, names) or _relative_subject(tokens, at, stop, names)
    recipients = NOBODY
    if trigger.prepositions:
        recipients = after_preposition(tokens, phrase.end, stop, names, trigger.prepositions)
    if not recipients and _is_object(tokens, hit, phrase, names):
        recipients = phrase.ids
    else:
        actors = actors or phrase.ids
    if not actors and tokens[at - 1].stem_norm not in _BARE_PASSIVE:
        actors = topic(tokens, _clause_start(tokens, sentence, at), at, names)
    return actors, recipients


def _relative_subject(tokens: Sequence[Token], at: int, stop: int, names: Names) -> tuple[str, ...]:
    """Return the subject of the clause that describes the event: العقوبات التي فرضها مجلس الأمن."""
    for relative in range(at + 1, min(at + 4, stop - 2)):
        if tokens[relative].stem_norm in ("الذي", "التي") and tokens[relative + 1].enclitics:
            return read_phrase(tokens, relative + 2, stop, names, frozenset()).ids
    return NOBODY


def _is_object(tokens: Sequence[Token], hit: Hit, phrase: Phrase, names: Names) -> bool:
    """Tell whether the noun after a verbal noun is whom it happens to: اعتقال الناشط, but not in زيارة الوزير."""
    trigger = hit.form.trigger
    if not trigger.takes_object or _is_described(tokens, hit.at, names):
        return False
    if trigger.mode == "visit" and phrase.label != "LOC":
        return False
    follows = tokens[phrase.end] if phrase.end < len(tokens) else None
    return not (follows is not None and "ل" in trigger.prepositions and preposition_of(follows) == "ل")


def _clause_start(tokens: Sequence[Token], sentence: Sentence, at: int) -> int:
    """Return the token after the last أن or إن: who says that something happened did not do it."""
    heads = (
        i + 1 for i in range(at - 1, sentence.first - 1, -1) if tokens[i].stem_norm in ("ان", "بان", "انه", "انها")
    )
    return next(heads, sentence.first)


_BETWEEN: Final = keys("بين")
_BARE_PASSIVE: Final = keys("تم تمت يتم جري جرت")


def _is_described(tokens: Sequence[Token], at: int, names: Names) -> bool:
    """Tell whether a nationality agrees with the noun as its adjective: القصف الإسرائيلي, ضربة أميركية."""
    for place in (at + 1, at + 2):
        name = names.starting.get(place)
        if name is not None:
            is_people = tokens[place].stem_norm.endswith(("ين", "ون"))
            return name.label == "NORP" and not is_people and _is_definite(tokens[place]) == _is_definite(tokens[at])
    return False


def _is_definite(token: Token) -> bool:
    return "ال" in token.proclitics


# --- status and date -----------------------------------------------------------------------------

_NEGATIONS: Final = keys("لم لن لا ليس ليست عدم دون بدون")
_DENIALS: Final = keys("نفي نفت نفوا ينفي تنفي ينفون")
_HYPOTHETICAL: Final = keys(
    """
    يمكن امكانيه امكان احتمال احتمالات ربما محتمل محتمله خطر مخاوف خشيه مقترح اقتراح مشروع فرضيه حال
    يحتمل يرجح مرجح شائعات مخطط مزاعم يشتبه تشتبه مفترض
    """
)
_FUTURE: Final = keys(
    """
    سوف لن يعتزم تعتزم يعتزمون اعتزام ينوي تنوي نيه يخطط تخطط يستعد تستعد مقرر مزمع مرتقب قبيل موعد
    مذكرات اوامر تعهد تعهدت يتعهد تتعهد
    """
)
_FUTURE_AFTER: Final = keys("مقبل مقبله قادم قادمه مرتقب مرتقبه مقرر مقرره مزمع مزمعه منتظر منتظره غدا")
_HYPOTHETICAL_AFTER: Final = keys("محتمل محتمله مفترض مفترضه مزعوم مزعومه ممكن ممكنه")
_ONGOING: Final = keys(
    """
    يواصل تواصل يواصلون مواصله استمرار يستمر تستمر تشهد يشهد استمرت تتواصل يتواصل رهن يودي تودي يجري
    تجري
    """
)
_ONGOING_AFTER: Final = keys(
    """
    مستمر مستمره متواصل متواصله جار جاريه حالي حاليه راهن راهنه دائر دائره متصاعد متصاعده
    """
)
_BEGUN: Final = keys(
    """
    فرض فرضت فرضوا اجري اجرت اجروا عقد عقدت عقدوا اطلق اطلقت انهي انهت انتهت خاض خاضت اعلن اعلنت
    """
)
_WAS: Final = keys("كان كانت كانوا كانا")


def _find_status(document: Document, sentence: Sentence, hit: Hit) -> tuple[str, bool]:
    words = _words_before(document.tokens, sentence, hit.at, MODAL)
    is_negated = _is_negated(hit, words)
    if document.tokens[sentence.last - 1].norm == "؟":
        return "hypothetical", is_negated
    if hit.form.aspect == PRESENT:
        return _status_of_present(document, sentence, hit, words), is_negated
    if any(w in _DENIALS for w in _words_before(document.tokens, sentence, hit.at, 3 * MODAL)):
        return "hypothetical", True
    if hit.form.aspect == NOUN:
        return _status_of_noun(document.tokens, sentence, hit, words), is_negated
    return ("hypothetical" if any(w in ("اذا", "لو", "ربما") for w in words) else "past"), is_negated


def _is_negated(hit: Hit, words: list[str]) -> bool:
    """Tell whether a particle denies the verb, or the verb that carries the noun: لم تستخدم روسيا الفيتو."""
    last = words[-1] if words else ""
    if hit.form.aspect != NOUN:
        return last in _NEGATIONS
    near = words[-3:]
    carries = any(w in ("لم", "لن") for w in near) and not any(w in PREPOSITIONS for w in near)
    return carries or last in _NEGATIONS


def _words_before(tokens: Sequence[Token], sentence: Sentence, at: int, reach: int) -> list[str]:
    """Return the last words before a trigger, back to the next mark."""
    words: list[str] = []
    for i in range(at - 1, max(at - 1 - reach, sentence.first - 1), -1):
        if tokens[i].upos == "PUNCT":
            break
        words.append(tokens[i].stem_norm)
    return words[::-1]


def _status_of_present(document: Document, sentence: Sentence, hit: Hit, words: list[str]) -> str:
    token, last = document.tokens[hit.at], words[-1] if words else ""
    if "س" in token.proclitics or token.norm.startswith("س") or last in ("سوف", "لن"):
        return "future"
    if last in ("قد", "اذا", "لو") or any(w in _HYPOTHETICAL for w in words):
        return "hypothetical"
    if last == "ان" and not document.tokens[hit.at - 1].enclitics:
        return _status_after_an(words)
    if last == "لم" or any(w in _WAS for w in words) or _is_title(document, sentence):
        return "past"
    return "ongoing"


def _status_after_an(words: list[str]) -> str:
    if any(w in ("قبل", "بعد", "منذ") for w in words[-3:]):
        return "past"
    return "future" if any(w in _FUTURE for w in words) else "hypothetical"


def _status_of_noun(tokens: Sequence[Token], sentence: Sentence, hit: Hit, words: list[str]) -> str:
    after = {tokens[i].stem_norm for i in range(hit.at + 1, min(hit.at + 5, sentence.last))}
    is_possible = any(w == "قد" and v[:1] in ("ي", "ت") for w, v in pairwise(words))
    if is_possible or after & _HYPOTHETICAL_AFTER or any(w in _HYPOTHETICAL for w in words):
        return "hypothetical"
    ahead = range(hit.at - len(words), hit.at)
    if after & _FUTURE_AFTER or any(w in _FUTURE for w in words) or any("س" in tokens[i].proclitics for i in ahead):
        return "future"
    begun = range(max(hit.at - 3 * MODAL, sentence.first), hit.at)
    is_state = hit.form.trigger.is_ongoing and not any(tokens[i].stem_norm in _BEGUN for i in begun)
    if is_state or after & _ONGOING_AFTER or any(w in _ONGOING for w in words):
        return "ongoing"
    return "past"


def _is_title(document: Document, sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading, which tells the past in the present tense."""
    return sentence.no == 0 and document.tokens[sentence.last - 1].norm not in (".", "؟", "!")


def _find_date(
    document: Document, sentence: Sentence, hit: Hit, dates: Sequence[Date]
) -> tuple[date | None, date | None]:
    """Return the days of the one date in the trigger's clause, else of the one in its sentence."""
    at = document.tokens[hit.at].start
    known = [d for d in dates if d.date_from is not None and sentence.start <= d.span.start < sentence.end]
    near = [d for d in known if not _parts_clauses(document.text, at, d.span.start)]
    for found in (near, known):
        days = {(d.date_from, d.date_to) for d in found}
        if len(days) == 1:
            return days.pop()
    return None, None


def _parts_clauses(text: str, one: int, other: int) -> bool:
    return any(mark in text[min(one, other) : max(one, other)] for mark in "،؛,;:")
