"""What stands for somebody named before: the role of a person or a body, both of two, an event told already.

الحركة is the movement that was named last, الوزير who was last called minister, الجانبان those who met, and
الاتفاق the one that a sentence before told of.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from tasks.arabic.document import Sentence, Token
from tasks.arabic.facts import Event
from tasks.arabic.participants import NOBODY, Name, Names, keys, preposition_of
from tasks.arabic.triggers import NOUN, Hit

TITLES: Final = 5  # words before a person's name that may be their title
DUAL: Final = 4  # words from an event word to the two who do it
_BODIES: Final = keys(
    """
    حركة جماعة منظمة حزب شركة نقابة هيئة لجنة مجلس اتحاد حلف تحالف تنظيم جبهة رابطة جمعية بنك مصرف صندوق وكالة
    محكمة جامعة تيار ائتلاف مؤسسة مركز وزارة بعثة كتلة ميليشيا
    """
)
_OFFICES: Final = keys(
    """
    رئيس رئيسة وزير وزيرة ملك أمير زعيم زعيمة قائد مبعوث مبعوثة سفير سفيرة متحدث متحدثة ناطق نائب مفوض مستشار
    مستشارة مدير مديرة مرشح ناشط ناشطة صحافي صحافية صحفي صحفية معارض بابا جنرال
    """
)
_TWO: Final = keys(
    """
    جانبان جانبين طرفان طرفين بلدان بلدين دولتان دولتين رئيسان رئيسين وزيران وزيرين زعيمان زعيمين حكومتان حكومتين
    مسؤولان مسؤولين جيشان جيشين حليفان حليفين جارتان جارتين خصمان خصمين وفدان وفدين
    """
)


def add_roles(tokens: Sequence[Token], names: Names) -> Names:
    """Return the names with those nouns that stand for one: الحركة, الوزير, without a name or adjective after them."""
    holders: dict[str, Name] = {}
    starting, ending = dict(names.starting), dict(names.ending)
    for at, token in enumerate(tokens):
        name = names.starting.get(at)
        if name is not None:
            _remember(tokens, name, holders)
        elif token.stem_norm in holders and _stands_alone(tokens, at, names):
            starting[at] = ending[at] = holders[token.stem_norm]._replace(first=at, last=at)
    return Names(starting, ending)


def _remember(tokens: Sequence[Token], name: Name, holders: dict[str, Name]) -> None:
    if name.label == "ORG":
        for at in (name.first, name.first - 1):
            if at >= 0 and tokens[at].stem_norm in _BODIES:
                holders[tokens[at].stem_norm] = name
                return
    if name.label == "PER":
        for at in range(name.first - 1, max(name.first - 1 - TITLES, -1), -1):
            if tokens[at].upos == "PUNCT":
                return
            if tokens[at].stem_norm in _OFFICES:
                holders[tokens[at].stem_norm] = name
                return


def _stands_alone(tokens: Sequence[Token], at: int, names: Names) -> bool:
    """Tell whether a noun has the article, and nothing after it says which one it is."""
    if "ال" not in tokens[at].proclitics or at in names.ending:
        return False
    return at + 1 == len(tokens) or (at + 1 not in names.starting and tokens[at + 1].proclitics != ("ال",))


def recall(
    tokens: Sequence[Token], sentence: Sentence, hit: Hit, told: Sequence[Event]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who took part in what was told before, where an event names nobody: both of two, or the same event."""
    if _names_two(tokens, sentence, hit.at):
        return _last(event for event in reversed(told) if len({*event.actors, *event.recipients}) > 1)
    if hit.form.aspect == NOUN and "ال" in tokens[hit.at].proclitics:
        return _last(event for event in reversed(told) if event.event_type == hit.form.trigger.event_type)
    return NOBODY, NOBODY


def _names_two(tokens: Sequence[Token], sentence: Sentence, at: int) -> bool:
    """Tell whether both of two stand before a word, or after it with nothing but بين between: اتفق الجانبان."""
    for place in (at - 1, at - 2, *range(at + 1, min(at + 1 + DUAL, sentence.last))):
        token = tokens[place]
        if place >= sentence.first and token.stem_norm in _TWO and "ال" in token.proclitics:
            return True
        if place > at and preposition_of(token) not in (None, "بين"):
            return False
    return False


def _last(events: Iterable[Event]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    event = next(iter(events), None)
    return (NOBODY, NOBODY) if event is None else (event.actors, event.recipients)
