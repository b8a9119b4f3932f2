"""Reporting words in all their written forms, and the small words around reported speech.

The reporting words themselves come in as data (`Word`); particles, prepositions and words of time are
closed classes and stand here.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tasks.arabic.inflection import inflect_participle, inflect_past, inflect_present
from tasks.arabic.normalize import norm


class Word(NamedTuple):
    """A row of the lexicon.

    `kind` is verb, source (بحسب), role (a noun for somebody who speaks: مسؤول), document (بيان),
    outlet (a noun before a name: وكالة) or opener (a noun that begins reported content: ارتفاع).
    A verb is given in the third person singular, with its participle and verbal noun. `complements`
    says what may follow it: clause, object or a preposition; a question mark behind one means that
    it makes a quote only with quoted words in it; `quote` alone means quoted words or a colon.
    """

    word: str
    kind: str
    imperfect: str = ""
    participle: str = ""
    noun: str = ""
    complements: tuple[str, ...] = ()


class Form(NamedTuple):
    """A written form of a reporting word, by matching key; `tail` counts the letters of a pronoun on it."""

    word: str
    kind: str
    complements: frozenset[str]
    is_past: bool = False
    tail: int = 0


class Cues(NamedTuple):
    """The reporting words as the rules look them up: by matching key."""

    forms: dict[str, Form]
    roles: frozenset[str]
    documents: frozenset[str]
    outlets: frozenset[str]
    openers: frozenset[str]


_PRONOUNS: Final = ("ه", "ها", "هم", "هما")
SHORT_VERB: Final = 3  # letters of a verb that is often written like a noun: كشف، ردا، نقلا


def compile_cues(words: Iterable[Word]) -> Cues:
    """Spell out every form of the lexicon's words.

    >>> cues = compile_cues([Word("أكد", "verb", "يؤكد", "مؤكد", "تأكيد", ("clause",)), Word("وزير", "role")])
    >>> [cues.forms[norm(w)].kind for w in ("أكدت", "يؤكدون", "أكّده", "مؤكدةً", "تأكيدها")]
    ['verb', 'verb', 'verb', 'participle', 'noun']
    >>> "وزير" in cues.roles
    True
    """
    forms: dict[str, Form] = {}
    nouns: dict[str, set[str]] = {"role": set(), "document": set(), "outlet": set(), "opener": set()}
    for word in words:
        if word.kind in nouns:
            nouns[word.kind].add(norm(word.word))
            continue
        for key, form in _inflect(word):
            forms.setdefault(key, form)
    roles, documents, outlets, openers = (frozenset(found) for found in nouns.values())
    return Cues(forms, roles | documents | outlets, documents, outlets, openers)


def _inflect(word: Word) -> Iterator[tuple[str, Form]]:
    """Yield the forms of a word; of two readings of one form the likelier comes first."""
    base = Form(word.word, word.kind, frozenset(map(norm, word.complements)))
    if word.kind == "source":
        yield norm(word.word), base
        return
    finite = [(key, base._replace(is_past=True)) for key in _past_forms(word.word)]
    if word.imperfect:
        finite += [(future + key, base) for key in inflect_present(word.imperfect) for future in ("", "س")]
    yield from finite
    for key in inflect_participle(word.participle) if word.participle else ():
        yield key, base._replace(kind="participle")
    if word.noun:
        yield norm(word.noun), base._replace(kind="noun")
    for key, form in finite:
        yield from ((key + pronoun, form._replace(tail=len(pronoun))) for pronoun in _PRONOUNS)
    yield from _nouns_with_pronoun(norm(word.noun), base._replace(kind="noun"))


def _past_forms(past: str) -> Iterator[str]:
    """Yield the past tense, but not the dual of a short verb: it is written like a noun (ردا، نقلا)."""
    is_short = len(past) <= SHORT_VERB and past[1] != "ا"
    yield from (form for form in inflect_past(past) if not (is_short and form == norm(past) + "ا"))


def _nouns_with_pronoun(noun: str, form: Form) -> Iterator[tuple[str, Form]]:
    stem = noun[:-1] + "ت" if noun.endswith("ه") else noun
    for pronoun in _PRONOUNS if noun else ():
        yield stem + pronoun, form._replace(tail=len(pronoun))


# --- closed classes ----------------------------------------------------------------------------------


def keys(text: str) -> frozenset[str]:
    """Return the matching keys of the words of a text."""
    return frozenset(map(norm, text.split()))


THAT: Final = keys("أن إن بأن ألا وأن فإن")
THAT_WITH_PRONOUN: Final = keys("أنه أنها أنهم أنهما أنهن أنني أننا أني أنك بأنه بأنها بأنهم بأنهما بأننا بأنني")
# With one of these before it, أن opens an adverbial clause, or one that nobody says.
NOT_BEFORE_THAT: Final = keys(
    "بعد قبل إلا غير رغم دون كما منذ مع بيد لولا بمجرد يمكن يجب ينبغي يفترض شأن لابد بد سبق يذكر ومع ورغم وبعد وقبل"
)
# Without a subject these are nobody's words: يُذكر أن، تبيّن أن.
IMPERSONAL: Final = keys("يذكر يعتقد يتوقع يرجح يقال يعلن يستبعد تبين يتبين")
RELATIVE: Final = keys("الذي التي الذين اللذين اللذان اللتين اللتان اللواتي اللاتي حيث والذي والتي")
# A name behind one of these is not the subject.
GOVERNING: Final = RELATIVE | keys("مع خلال بعد قبل أمام إلى على حول بشأن عقب إثر لدى ضد بخصوص تجاه أن إذا أثناء بين")
PREPOSITIONS: Final = GOVERNING | keys("في من عن منذ حتى عبر ضمن بسبب رغم دون بحضور فوق تحت وسط نحو ردا تعليقا ل ب")
# Words of time and manner between a verb and its subject.
ADVERBS: Final = keys(
    """اليوم أمس الآن الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت اثنين ثلاثاء أربعاء خميس جمعة سبت صباح مساء
    ظهر عصر فجر ليلة ليل نهار يوم الماضي المقبل الجاري الحالي أيضا كذلك علنا مجددا لاحقا سابقا رسميا حاليا غدا
    أخيرا مؤخرا بدوره بدورها بدورهم حينها آنذاك مرارا صراحة بوضوح بشدة عام سنة وقت هنا هناك صباحا فيه فيها به بها
    عنه منه عليه عليها منها"""
)
SAME: Final = keys("ذات نفس")
# The speaker's own: وفق تعبيره، حسب قولها.
OWN: Final = keys(
    """قوله قولها قولهم قولهما تعبيره تعبيرها تعبيرهم رأيه رأيها رأيهم كلامه كلامها كلامهم وصفه وصفها وصفهم زعمه زعمها
    تصريحاته تصريحاتها تقديره تقديرها تقديرهم كتابه كتابها بيانه بيانها بلاغه بلاغها اعتقاده روايته روايتها روايتهم"""
)
SAYING: Final = keys("بالقول القول بقوله بقولها بقولهم قوله قولها")
CONNECTIVES: Final = keys("لكنه لكنها لكنهم كما فيما بينما لكن ثم وقد فقد ولكن حيث حين إذ وكما أما")
SO: Final = keys("فإن فقد فإنه فإنها فإنهم إن إنه إنها")  # between a source in front and what it says
OPENINGS: Final = keys("و وقد فقد كما يذكر وكما ويذكر قد وكان كان")
AUXILIARIES: Final = keys("قد لم لن لا وقد كان كانت وكان وكانت ما")
COPULAS: Final = keys("كان كانت يكون تكون بات باتت ليس ليست أصبح أصبحت وكان وكانت")
NEGATIONS: Final = keys("لم لن")
SUBORDINATORS: Final = keys("كي لكي أن")
NOUN_LIKE: Final = keys("كشف ذكر بين وصف نفي حذر نقل كتب شرح طلب رد حث عقب علق وعد رفض شكا")
IDIOMS: Final = keys("هامش رأسها غرار صعيد وجه حد")  # على هامش: no complement of a verb
BA_ADVERBS: Final = keys(
    """اسم باسم دور شكل شأن خصوص حضور مناسبة حسب بحسب بعد بين بعض بدءا سبب بسبب وقت صفة حق بخصوص بشأن قول القول بدون
    هذا ذلك قيمة نسبة واقع هدف غرض نحو حوالي أكثر أقل نفس"""
)
COMMAS: Final = frozenset("،,")
ENDS: Final = frozenset(".؟?!؛;")
STOPS: Final = COMMAS | ENDS | frozenset(":…»")
VERB_FOLLOWS: Final = STOPS | CONNECTIVES | RELATIVE | keys("و قد ما لما حسبما وفقما بحسبما أيضا (")
