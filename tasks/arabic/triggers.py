"""Event words: which word may say that something happened, and whether it says so where it stands.

A trigger is a word of the lexicon in a form that its place in the sentence allows; some need a second
word (أطلق + النار, قطع + العلاقات).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tasks.arabic.document import Document, Sentence, Span, Token
from tasks.arabic.inflection import inflect_noun, inflect_participle, inflect_past, inflect_present
from tasks.arabic.participants import PREPOSITIONS, Name, Names, is_boundary, keys, preposition_of

Words = frozenset[str]

AFTER_VERB: Final = 14  # words from a verb to the word it needs: the subject may stand between
AFTER_NOUN: Final = 4
BEFORE_VERB: Final = 10
BEFORE_NOUN: Final = 3
GROUPS: Final = 6  # words from one needed word to the next
GOVERNED: Final = 10  # words from a demand or a threat to the preposition of what it is about
CHAIN: Final = 6  # words from that preposition to an event word in its phrase

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

    @property
    def rule(self) -> str:
        """The rule's name: type, mode, first lemma, and what first sets it apart from others of that lemma.

        >>> TriggerRow("أطلق يطلق", "", "إطلاق", "", "ASSAULT", "firearms", "على", "نار رصاص", "", "", "").rule
        'ASSAULT/firearms أطلق + نار'
        """
        kind = f"{self.event_type}/{self.mode}" if self.mode else self.event_type
        lemma = (self.verb or self.passive or self.participle).split()[:1] or ["ال" + self.noun.split()[0]]
        words = (*self.before.split()[:1], *lemma, *self.after.split()[:1])
        return f"{kind} {' + '.join(words)}"


class Trigger(NamedTuple):
    """What an event word means and needs.

    `after` holds groups of words, of each of which one has to follow; of `before` one has to precede;
    of `unless` none may stand beside it. `prepositions` mark the recipient.
    """

    rule: str
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
    """Spell out all forms of the rows; the row that comes first wins.

    Raises `ValueError` for a type and mode without a score, and for two rules of one name.
    """
    forms: dict[str, list[Form]] = {}
    names: set[str] = set()
    for row in rows:
        trigger = _trigger(row, scores)
        if trigger.rule in names:
            raise ValueError(f"two rules are called {trigger.rule}")
        names.add(trigger.rule)
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
        row.rule, row.event_type, mode, scores[row.event_type, mode], marks - {"object"}, "object" in marks,
        tuple(_spell(group) for group in row.after.split("+")) if row.after else (),
        _spell(row.before), _spell(row.unless),
        "reciprocal" in flags, "ongoing" in flags, "weak" in flags, "named" in flags,
    )  # fmt: skip


def _spell(words: str) -> Words:
    """Return the keys of words, in the accusative too."""
    return frozenset(form for key in keys(words) for form in (key, key + "ا"))


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


def find_hits(
    document: Document, sentence: Sentence, names: Names, inside: frozenset[int], triggers: Triggers
) -> list[Hit]:
    """Return the triggers of a sentence that tell of an incident each; none of the tokens `inside` names is one."""
    tokens = document.tokens
    found = _drop_repeated(tokens, _match_all(tokens, sentence, names, inside, triggers))
    if found and _is_sport(document, sentence):
        found = [hit for hit in found if hit.form.trigger.event_type not in _PLAYED]
    return _drop_known(tokens, _drop_weak(_drop_governed(tokens, found)))


# Matches are told in words of war and of talks.
_SPORT: Final = keys(
    """
    مباراة مباريات لاعب لاعبين لاعبون لاعبي ملعب ملاعب مرمى شباك هداف مهاجم مدرب مدربين منتخب منتخبات كأس دوري
    بطولة بطولات هدف هدفين أهداف نقاط نقطة جولة ركلة ركنية تسلل حكم مونديال أولمبياد أولمبية شوط فريق نادي ناد
    أندية تتويج ميدالية رياضي رياضية كرة مشجع مشجعين جماهير
    """
)
_IN_SPORT_ONLY: Final = keys(
    """
    مباراة مباريات لاعب لاعبين لاعبون لاعبي ملعب ملاعب شباك هداف مدرب مدربين منتخب منتخبات دوري ركلة ركنية مونديال
    ميدالية كرة مشجع مشجعين
    """
)
_PLAYED: Final = frozenset(
    (
        "CONSULT",
        "ASSAULT",
        "AGREE",
        "SUPPORT",
        "MOBILIZE",
        "RETREAT",
        "CONCEDE",
        "AID",
        "COOPERATE",
        "THREATEN",
        "REJECT",
    )
)


def _is_sport(document: Document, sentence: Sentence) -> bool:
    """Tell whether a sentence is about sport: two words of it, of which the text has one of nothing else."""
    stems = {token.stem_norm for token in document.words(sentence)} & _SPORT
    if len(stems) < 2 and not stems & _IN_SPORT_ONLY:
        return False
    known = sum(token.stem_norm in _IN_SPORT_ONLY for token in document.tokens)
    return known > 2 or (len(stems) > 1 and not stems.isdisjoint(_IN_SPORT_ONLY))


def _match_all(
    tokens: Sequence[Token], sentence: Sentence, names: Names, inside: frozenset[int], triggers: Triggers
) -> Iterator[Hit]:
    used: set[int] = set()
    for at in range(sentence.first, sentence.last):
        token = tokens[at]
        is_known = token.stem_norm in triggers or token.norm in triggers or token.norm[1:] in triggers
        if not is_known or at in used or at in inside:
            continue
        hit = next(_match(tokens, sentence, at, names, triggers), None)
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


VERB_PARTICLES: Final = keys("قد لقد لم لن سوف")
_BEFORE_NOUN: Final = keys(
    """
    يواصل تواصل واصل واصلت يستانف تستانف استانف استانفت نفي نفت تنفي ينفي اعلن اعلنت بدا بدات يبدا تبدا
    تم يتم يدرس تدرس يعتزم تعتزم ينوي تنوي يريد تريد قرر قررت يحاول تحاول حاول حاولت
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
    previous = tokens[at - 1] if at > sentence.first and at - 1 not in names.ending else None
    word = previous.stem_norm if previous is not None else ""
    if aspect in VERBAL:
        return _fits_verb(tokens, sentence, at, form, forms, previous)
    if aspect == PARTICIPLE and (token.proclitics[-1:] in (("ال",), ("ب",), ("ل",)) or _is_counted(previous)):
        return False
    return word not in VERB_PARTICLES


def _fits_verb(
    tokens: Sequence[Token], sentence: Sentence, at: int, form: Form, forms: Sequence[Form], previous: Token | None
) -> bool:
    clitics = tokens[at].proclitics
    if any(c in ("ال", "ب", "ك") for c in clitics) or ("ل" in clitics and form.aspect != PRESENT):
        return False
    is_also_noun = Form(form.trigger, NOUN) in forms
    if is_also_noun and _wants_noun(tokens, sentence, at):
        return False
    if _is_counted(previous) and form.aspect == PAST and not tokens[at].norm.endswith("ت"):
        return False
    word = previous.stem_norm if previous is not None else ""
    return word not in _NOT_BEFORE_VERB or (word == "من" and not is_also_noun)  # هو من اقتحم


_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")


def _is_counted(previous: Token | None) -> bool:
    """Tell whether a number stands before, of which the word is the noun: 24 عارضاً."""
    return previous is not None and previous.upos == "NUM" and not _YEAR.fullmatch(previous.norm)


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
    """Tell whether a token is one of the words; مساعده, his helper, is not مساعدة."""
    return token.stem_norm in words or (not token.enclitics and token.norm in words)


def _find_after(tokens: Sequence[Token], places: range, reach: int, group: Words, names: Names) -> int | None:
    """Return the token within `reach` words that is one of the group; a whole name counts as one word."""
    end = places.start
    for at in places:
        token, name = tokens[at], names.starting.get(at)
        if reach <= 0 or is_boundary(token):
            return None
        if _is_in(token, group) or not group.isdisjoint((*token.proclitics, *_kinds(token, name))):
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


# --- one row an incident ---------------------------------------------------------------------------


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


_TOLD_ONCE: Final = frozenset(("ASSAULT", "PROTEST", "COERCE"))


def _drop_known(tokens: Sequence[Token], hits: list[Hit]) -> list[Hit]:
    """Leave out the attack that the sentence has told of already: قصفت القرية ... وأدى القصف إلى."""
    kept: list[Hit] = []
    told: set[str] = set()
    for hit in hits:
        event_type, clitics = hit.form.trigger.event_type, tokens[hit.at].proclitics
        is_known = hit.form.aspect == NOUN and "ال" in clitics and "و" not in clitics
        if not (is_known and event_type in told & _TOLD_ONCE):
            kept.append(hit)
        told.add(event_type)
    return kept
