"""Status and negation: whether what an event word names has happened, goes on, is to come, or is only thought of.

What decides stands before the word, nearest first: a particle, a modal verb, a word for a plan or a
possibility, the verb that carries a noun. A time to come after it decides too.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from tasks.arabic.document import Document, Sentence, Token
from tasks.arabic.participants import CLAUSES, PREPOSITIONS, is_boundary, keys
from tasks.arabic.triggers import NOUN, PRESENT, Hit

MODAL: Final = 8  # words from a modal word to what it makes possible
CLAUSE: Final = 16  # words from a clause's أن, or its condition, to an event word in it
LATER: Final = 8  # words from an event word to its time

_NEGATIONS: Final = keys("لم لن لا ليس ليست عدم دون بدون")
_DENIALS: Final = keys("نفى نفت نفوا ينفي تنفي ينفون")
_CANCELLED: Final = keys("إلغاء ألغى ألغت ألغي ألغيت يلغي تلغي")
_CONDITIONS: Final = keys("إذا لو ربما")
_HYPOTHETICAL: Final = keys(
    """
    يمكن امكانيه امكان احتمال احتمالات ربما محتمل محتمله خطر مخاوف خشيه مقترح اقتراح مشروع فرضيه حال
    يحتمل يرجح مرجح شائعات مخطط مزاعم يشتبه تشتبه مفترض
    متوقع يتوقع تتوقع توقع توقعت توقعات اقترح اقترحت يقترح تقترح استعداد مستعد مستعدة فرصة ينبغي يجب ضرورة
    يستبعد تستبعد استبعد استبعدت مستبعد لمنع تفادي لتفادي تجنب لتجنب
    جهود مساعي مساع سعي سعيا يسعى تسعى يسعون يهدف تهدف بهدف هدف أجل رغبة إذا لو
    يريد تريد يرغب ترغب يأمل تأمل يطمح تطمح يدرس تدرس
    """
)
_FUTURE: Final = keys(
    """
    سوف لن يعتزم تعتزم يعتزمون اعتزام ينوي تنوي نيه يخطط تخطط يستعد تستعد مقرر مزمع مرتقب قبيل موعد
    مذكرات اوامر تعهد تعهدت يتعهد تتعهد
    منتظر ينتظر قرر قررت قرروا عزم تأجيل إرجاء أجل أجلت بصدد تمهيدا استعدادا تحضيرا وعد وعدت وشك
    """
)
_FUTURE_AFTER: Final = keys(
    "مقبل مقبله قادم قادمه مرتقب مرتقبه مقرر مقرره مزمع مزمعه منتظر منتظره غدا وشيك وشيكة يعتزم تعتزم ينوي تنوي"
)
_TOMORROW: Final = keys("مقبل مقبلة مقبلين قادم قادمة قادمين غدا غد")
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
    شن شنت نفذ نفذت اختتم اختتمت اندلع اندلعت استضاف استضافت شارك شاركت حضر حضرت جرى جرت دارت انعقد انعقدت وقع وقعت
    """
)
_SINCE: Final = keys("بعد عقب اثر غداة")
_PARTING: Final = keys("الذي التي الذين حيث بينما فيما لكن بعدما مما إذ عندما كما")  # what is before is no modal of it
_WAS: Final = keys("كان كانت كانوا كانا")
# Past tenses that begin like an imperfect: قد تم, قد توصل.
_PAST_IN_TA: Final = keys("تم توصل تعرض تبنى تلقى تسبب تولى تسلم تمكن تقدم تحول تراجع توجه تدخل تبادل تجاوز توفي")


def find_status(document: Document, sentence: Sentence, hit: Hit) -> tuple[str, bool]:
    """Return the status of what an event word names, and whether the text denies it."""
    tokens = document.tokens
    words = _words_before(tokens, sentence, hit.at, MODAL)
    is_negated = _is_negated(hit, words)
    if tokens[sentence.last - 1].norm == "؟":
        return "hypothetical", is_negated
    if hit.form.aspect == PRESENT:
        return _status_of_present(document, sentence, hit, words), is_negated
    if any(w in _DENIALS for w in _words_before(tokens, sentence, hit.at, 2 * MODAL)):
        return "hypothetical", True
    if hit.form.aspect == NOUN:
        is_cancelled = any(w in _CANCELLED for w in words[-3:])
        return _status_of_noun(tokens, sentence, hit, words), is_negated or is_cancelled
    return ("hypothetical" if any(w in _CONDITIONS for w in words) else "past"), is_negated


def _is_negated(hit: Hit, words: list[str]) -> bool:
    """Tell whether a particle denies the verb, or the verb that carries the noun: لم تستخدم روسيا الفيتو."""
    last = words[-1] if words else ""
    if hit.form.aspect != NOUN:
        return last in _NEGATIONS
    near = words[-3:]
    carries = any(w in ("لم", "لن") for w in near) and not any(w in PREPOSITIONS for w in near)
    return carries or last in _NEGATIONS


def _words_before(tokens: Sequence[Token], sentence: Sentence, at: int, reach: int) -> list[str]:
    """Return the last words before a trigger, back to the next mark or the beginning of its clause."""
    words: list[str] = []
    for i in range(at - 1, max(at - 1 - reach, sentence.first - 1), -1):
        if tokens[i].upos == "PUNCT" or tokens[i].stem_norm in _PARTING:
            break
        words.append(tokens[i].stem_norm)
    return words[::-1]


# --- verbs -----------------------------------------------------------------------------------------


def _status_of_present(document: Document, sentence: Sentence, hit: Hit, words: list[str]) -> str:
    tokens = document.tokens
    token, last = tokens[hit.at], words[-1] if words else ""
    if "س" in token.proclitics or token.norm.startswith("س") or last in ("سوف", "لن"):
        return "future"
    if last in ("قد", "اذا", "لو") or any(w in _HYPOTHETICAL for w in words):
        return "hypothetical"
    if last == "ان" and not tokens[hit.at - 1].enclitics:
        return _status_after_an(words)
    if last == "لم" or any(w in _WAS for w in words) or _is_title(document, sentence):
        return "past"
    return "future" if _is_tomorrow(tokens, sentence, hit.at) else "ongoing"


def _status_after_an(words: Sequence[str]) -> str:
    """Return the status of a verb after أن: what comes before that tells whether it was planned, or has been."""
    if any(w in ("قبل", "بعد", "منذ") for w in words[-3:]):
        return "past"
    return "future" if any(w in _FUTURE for w in words) else "hypothetical"


def _is_tomorrow(tokens: Sequence[Token], sentence: Sentence, at: int) -> bool:
    """Tell whether a time to come is named in the clause after a word: يزور تركيا الثلاثاء المقبل."""
    for place in range(at + 1, min(at + 1 + LATER, sentence.last)):
        if is_boundary(tokens[place]) or tokens[place].stem_norm in CLAUSES:
            return False
        if tokens[place].stem_norm in _TOMORROW:
            return True
    return False


# --- verbal nouns ----------------------------------------------------------------------------------


def _status_of_noun(tokens: Sequence[Token], sentence: Sentence, hit: Hit, words: list[str]) -> str:
    after = {tokens[i].stem_norm for i in range(hit.at + 1, min(hit.at + 5, sentence.last))}
    if _is_possible(words) or after & _HYPOTHETICAL_AFTER or any(w in _HYPOTHETICAL for w in words):
        return "hypothetical"
    ahead = range(hit.at - len(words), hit.at)
    if after & _FUTURE_AFTER or any(w in _FUTURE for w in words) or any("س" in tokens[i].proclitics for i in ahead):
        return "future"
    if (status := _status_of_clause(tokens, sentence, hit.at)) is not None:
        return status
    if _is_tomorrow(tokens, sentence, hit.at):
        return "future"
    begun = range(max(hit.at - 2 * MODAL, sentence.first), hit.at)
    has_begun = any(tokens[i].stem_norm in _BEGUN for i in begun) or (words[-1:] and words[-1] in _SINCE)
    if (hit.form.trigger.is_ongoing and not has_begun) or after & _ONGOING_AFTER or any(w in _ONGOING for w in words):
        return "ongoing"
    return "past"


def _is_possible(words: Iterable[str]) -> bool:
    """Tell whether قد stands before an imperfect: قد تفرض, but not قد تم."""
    return any(
        w == "قد" and v[:1] in ("ي", "ت") and v not in _PAST_IN_TA and not (v[0] == "ت" and v[-1] in "تا")
        for w, v in pairwise(words)
    )


def _status_of_clause(tokens: Sequence[Token], sentence: Sentence, at: int) -> str | None:
    """Return the status that a clause with أن before it gives a noun: من المنتظر أن ينفذ العمال غداً إضراباً."""
    for place in range(at - 1, max(at - CLAUSE, sentence.first), -1):
        if is_boundary(tokens[place]):
            return None
        if tokens[place].norm == "ان" and tokens[place + 1].norm[:1] in ("ي", "ت", "ن"):
            words = [token.stem_norm for token in tokens[max(place - MODAL, sentence.first) : place]]
            is_told = not any(w in _FUTURE or w in _HYPOTHETICAL for w in words)
            return None if is_told else _status_after_an(words)
    return None


def _is_title(document: Document, sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading, which tells the past in the present tense."""
    return sentence.no == 0 and document.tokens[sentence.last - 1].norm not in (".", "؟", "!")
