"""Whatever noise a text holds, every row of every table points at the raw characters it came from."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import extract
from tasks.analysis import known_words
from tasks.arabic import names
from tasks.arabic.candidates import Reading
from tasks.arabic.document import Document
from tasks.arabic.evidence import agree
from tasks.arabic.fixes import find_boilerplate, fix_text
from tasks.arabic.names import find_by_rules
from tasks.arabic.reading import read
from tasks.clean import clean_articles
from tasks.extract import WRITES, extract_tokens
from tasks.tokenize import tokenize_documents
from warehouse.contracts import ARTICLES, DOCUMENTS, INTAKE, SENTENCES, TOKENS, conform, rows_of

Row = dict[str, Any]
FACTS = ("mentions", "quotes", "dates", "quantities", "events")


def run_stages(texts: list[str]) -> dict[str, list[Row]]:
    """Carry raw texts through clean, tokenize and extract; return the rows of each table, held to its contract."""
    intake = rows_of(INTAKE, [take_in(number, text) for number, text in enumerate(texts)])
    documents = conform(clean_articles(intake), DOCUMENTS)
    read = tokenize_documents(intake, documents)
    articles, sentences, tokens = (conform(t, c) for t, c in zip(read, (ARTICLES, SENTENCES, TOKENS), strict=True))
    found = extract_tokens(articles, sentences, tokens)
    tables = {"articles": articles, "sentences": sentences, "tokens": tokens}
    tables |= {table.name: conform(rows, table) for table, rows in zip(WRITES, found, strict=True)}
    return {name: rows.to_pylist() for name, rows in tables.items()}


def take_in(number: int, text: str) -> Row:
    stated = dict.fromkeys((name for name in INTAKE.columns if not INTAKE.schema.field(name).nullable), "-")
    day = date(2024, 2, 29) if number % 2 else None
    return stated | {
        "article_id": f"a{number}",
        "source": f"{number}.txt",
        "language": "ar",
        "raw_text": text,
        "published_on": day,
    }


def find_faults(rows: Mapping[str, list[Row]]) -> list[str]:
    """Say what is wrong with the evidence of any row."""
    faults = [f"failed: {row['detail']}" for row in rows["rejects"]]
    for article in rows["articles"]:
        own = {name: [r for r in found if r.get("article_id") == article["article_id"]] for name, found in rows.items()}
        faults += [f"{fault} in {article['raw_text']!r}" for fault in faults_of(article, own)]
    return faults


def faults_of(article: Row, own: Mapping[str, list[Row]]) -> list[str]:
    raw = article["raw_text"]
    faults = [
        f"{name} {row} points at {raw[row['start_char'] : row['end_char']]!r}"
        for name in ("sentences", "tokens", *FACTS)
        for row in own[name]
        if not is_evidence(raw, row["start_char"], row["end_char"], row["text"])
    ]
    faults += [
        f"{part} of {row}"
        for row in own["quotes"]
        for part in ("speaker", "cue")
        if not is_evidence_or_nothing(raw, *(row[f"{part}_{column}"] for column in ("start_char", "end_char", "text")))
    ]
    faults += misplaced(own)
    faults += [] if article["sentence_count"] == len(own["sentences"]) else ["sentence_count"]
    faults += [] if article["token_count"] == len(own["tokens"]) else ["token_count"]
    return faults


def is_evidence(raw: str, start: int, end: int, text: str) -> bool:
    evidence = raw[start:end]
    is_tight = evidence.strip(DROPPED) in (evidence, "")
    return 0 <= start < end <= len(raw) and is_tight and agree(evidence, text)


DROPPED = " \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NON-JOINER}\N{RIGHT-TO-LEFT MARK}\N{SOFT HYPHEN}"


def is_evidence_or_nothing(raw: str, start: int | None, end: int | None, text: str | None) -> bool:
    if start is None or end is None or text is None:
        return start is end is text
    return is_evidence(raw, start, end, text)


def misplaced(own: Mapping[str, list[Row]]) -> list[str]:
    """Say which rows do not stand where their sentence does, or not in order."""
    at = {row["sentence_no"]: row for row in own["sentences"]}
    faults = [
        f"numbers of {name}" for name, number in NUMBERED if [r[number] for r in own[name]] != [*range(len(own[name]))]
    ]
    for name in ("sentences", "tokens"):
        faults += [f"{name} overlap: {a} {b}" for a, b in pairwise(own[name]) if a["end_char"] > b["start_char"]]
    for name in ("tokens", *FACTS):
        faults += [
            f"{name} outside its sentence: {row}" for row in own[name] if not lies_in(row, at[row["sentence_no"]], name)
        ]
    return faults


NUMBERED = (("sentences", "sentence_no"), ("tokens", "token_no"))


def lies_in(row: Row, sentence: Row, name: str) -> bool:
    """A quote may go on in the next sentence; all else lies in its own, but for the known failure below."""
    starts = sentence["start_char"] <= row["start_char"] < sentence["end_char"]
    return starts and (name == "quotes" or row["end_char"] <= sentence["end_char"])


# --- noise -------------------------------------------------------------------------------------------

WORDS = """الوزير الرئيس الحكومة السفير الشرطة مدينة شركة وفد اتفاقية قمة بالمدينة وللحكومة كأنهم فسيقولون مدرستها
قال وقالت أكد وأضاف أعلنت مشيرا أن إن بأن بحسب وفق زار التقى هاجمت قصف وقّعت اتفاقا رفضت أدانت تظاهر سيزور لم لن
مصر القاهرة باريس روسيا الأمم المتحدة بوتين فلاديمير محمد بن أحمد عبد الله آل صالح حزب مجلس الأمن بيونغ يانغ ميناء صور
أمس اليوم غدا الأحد الماضي منذ ثلاثة أيام شهر كانون الثاني يناير رمضان ١٤٤٥ عام ٢٠٢٤ 2024 12/05/2021 ۱۲ 7 نيسان/أبريل
خمسة وعشرين ألف مليون نصف بالمئة 1,500 3.5% 15" دولار كيلومترا عشرات ثلاثون مائة وعشرة أول الثالث الساعة 10:30
Nokia AFP R&D e.g. U.S. www.x.com د. أ.ف.ب""".split()
NOISE = [
    *"«»\"“”„‘’'()[]،,؛;.…؟?!:-–—/%*•|#&٫٬", "''", "``", "..",
    *"\n\r\t \v\f\x02", "\n\n", "\r\n", "  ", "\n ",
    "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH NON-JOINER}", "\N{RIGHT-TO-LEFT MARK}", "\N{SOFT HYPHEN}", "\N{NEXT LINE}",
    "\N{LINE SEPARATOR}", "\N{IDEOGRAPHIC SPACE}", "\N{LEFT-TO-RIGHT OVERRIDE}", "\N{ZERO WIDTH NO-BREAK SPACE}",
    "\N{ARABIC TATWEEL}", "ـــ", "بـ", "الـ", "\N{ARABIC FATHA}", "\N{ARABIC SHADDA}", "\N{ARABIC KASRATAN}",
    "\N{ARABIC LETTER SUPERSCRIPT ALEF}", "\N{ARABIC HAMZA ABOVE}", "\N{ARABIC MADDAH ABOVE}",
    *"ﻻﻷﲷﷺ﴾﷼", "\N{ARABIC FATHA ISOLATED FORM}", "\N{ARABIC FATHA MEDIAL FORM}", "ﷲ", "ﺍﻟﻘﺎﻫﺮﺓ", "ﻣﺼﺮ", *"یکےھگۀ",
    "&quot;", "&amp;", "&amp;amp;", "&amp;quot;", "&nbsp;", "&laquo;", "&raquo;", "&#1605;", "&#x645;", "&#0;",
    "&zwnj;", "&lt;br&gt;", "&hellip;", "&NotEqualTilde;", "&fjlig;", "&bogus;", "&#xD800;", "&#8203;", "&shy;",
    "&Tab;", "&NewLine;", "&ThickSpace;", *"xßİé½²٣۴5中😀🇪\U00010330",
    "e\N{COMBINING ACUTE ACCENT}", "👨\N{ZERO WIDTH JOINER}👩",
    "🇪🇬", "اقرأ أيضاً:", "(انتهى)", "المصدر:",
]  # fmt: skip
CLAUSES = [
    'وقال الوزير: "سنبدأ العمل غداً"', "أكد محمد صالح أن بلاده «ترفض الاتفاق»،", "وأضاف أنّ", "بحسب وكالة المرفأ",
    "في 12 أيار/مايو 2023", "بعد ثلاثة أيام من القمة", "نحو 3,5 ملايين دولار", "زار رئيس كوريا الجنوبية أنقرة",
    "وقّعت مصر وتونس اتفاقا", "لم تهاجم روسيا أوكرانيا", "المتحدث باسم وزارة الخارجية اليابانية", "حسب تعبيره.",
]  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(NOISE),
    st.sampled_from(CLAUSES),
    st.text(max_size=3).filter(lambda t: "\x00" not in t),
)


@st.composite
def noisy_texts(draw: st.DrawFn) -> str:
    """Make a text of words and noise, glued or spaced, in which a stretch may come twice."""
    size = draw(st.integers(1, 80))
    pieces = draw(st.lists(st.tuples(PIECES, st.sampled_from(["", " ", " ", "\n"])), min_size=size, max_size=size))
    text = "".join(piece + glue for piece, glue in pieces)
    return text + draw(st.sampled_from(["", "\n", ". "])) + text if draw(st.integers(0, 9)) == 0 else text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(noisy_texts(), min_size=4, max_size=4))
def test_any_noise_leaves_the_evidence_exact(texts: list[str]) -> None:
    assert find_faults(run_stages(texts)) == []


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(noisy_texts(), min_size=2, max_size=2))
def test_extract_finds_every_word_where_tokenize_did(texts: list[str]) -> None:
    """Rows hold raw positions only: the way back to the clean text is by the alignment alone."""
    documents: list[Document] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract, "extract_article", lambda article, *_: documents.append(article.document) or {})
        run_stages(texts)
    clean = (fix_text(text).text for text in texts)
    told = [words_of(read(text, known_words(), find_boilerplate(text))) for text in clean]
    assert [words_of(document) for document in documents] == [words for words in told if words]  # «»: no word


def test_an_article_that_fails_is_rejected_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of several articles are found at a time; a defect that one of them shows is no loss to the others."""
    texts = ["وصل الوفد إلى باريس.", "عاد الوفد من تونس.", "زار الوفد القاهرة."]
    whole = run_stages(texts)

    def find(reading: Reading) -> None:
        if reading.document.text == texts[1]:
            raise ValueError("a defect")
        find_by_rules(reading)

    monkeypatch.setattr(names, "find_by_rules", find)
    rows = run_stages(texts)
    assert [row["reason"] for row in rows["rejects"]] == ["failed"]
    assert rows["mentions"] == [row for row in whole["mentions"] if row["article_id"] != "a1"] != []


def words_of(document: Document) -> list[object]:
    return [(s.no, s.start, s.end, s.is_repeat, s.is_boilerplate, [*document.words(s)]) for s in document.sentences]


def test_a_name_ends_with_its_sentence() -> None:
    rows = run_stages(["اجتمع آل\nباريس وحدها"])
    assert [row["text"] for row in rows["mentions"]] == ["باريس"]
