"""Parts of speech: in running text of our own, and the file of the tagger."""

from pathlib import Path

import pytest

from tasks.analysis import analyser, known_words
from tasks.arabic.parts import PARTS, Traits
from tasks.arabic.reading import read
from tasks.taggers.parts import FILE, PartTagger, load_part_model
from tasks.taggers.store import ModelError

FLOOR = 0.9
# Sentences of our own with the part of each word, clitics aside.
SAMPLE = """
أعلنت/VERB وزارة/NOUN الزراعة/NOUN أمس/ADV خطة/NOUN جديدة/ADJ لحماية/NOUN الغابات/NOUN
قالت/VERB البلدية/NOUN إنها/PART ستبني/VERB ثلاثة/NUM جسور/NOUN فوق/ADP النهر/NOUN
رفض/VERB العمال/NOUN عروض/NOUN الشركات/NOUN الأجنبية/ADJ وطالبوا/VERB بأجور/NOUN عادلة/ADJ
تقع/VERB القرى/NOUN المتضررة/ADJ في/ADP شمال/NOUN لبنان/PROPN
كان/AUX المزارعون/NOUN يعملون/VERB في/ADP الحقول/NOUN منذ/ADP الصباح/NOUN
وصل/VERB الوزير/NOUN الفرنسي/ADJ إلى/ADP القاهرة/PROPN في/ADP عام/ADV 2019/NUM
افتتح/VERB المدير/NOUN المصنع/NOUN الجديد/ADJ أمام/ADP الصحفيين/NOUN
انخفضت/VERB أسعار/NOUN الخضر/NOUN بعد/ADP وصول/NOUN شاحنات/NOUN من/ADP المغرب/PROPN
يدرس/VERB الباحثون/NOUN تأثير/NOUN الحرارة/NOUN على/ADP المياه/NOUN الجوفية/ADJ
لم/PART تنشر/VERB الشركة/NOUN أرقاما/NOUN دقيقة/ADJ عن/ADP خسائرها/NOUN
هذا/PRON القرار/NOUN الذي/PRON اتخذته/VERB المحكمة/NOUN أو/CCONJ أيدته/VERB
"""


def tag(text: str) -> list[str]:
    tokens = read(text, known_words()).tokens
    parts = analyser().tagger.tag([analyser().analyse(token)[1] for token in tokens])
    return [token.upos if token.upos in ("NUM", "PUNCT") else part for token, part in zip(tokens, parts, strict=True)]


def test_running_text() -> None:
    pairs = [
        (word, given, found)
        for line in SAMPLE.split("\n")
        if line
        for (word, given), found in zip(
            [cell.split("/") for cell in line.split()],
            tag(" ".join(cell.partition("/")[0] for cell in line.split())),
            strict=True,
        )
    ]
    right = sum(given == found for _, given, found in pairs)
    assert right / len(pairs) >= FLOOR, [pair for pair in pairs if pair[1] != pair[2]]


def test_the_part_before_counts() -> None:
    steps = [[0] * len(PARTS) for _ in range(len(PARTS) + 1)]
    steps[PARTS.index("ADP")][PARTS.index("NOUN")] = 2
    tagger = PartTagger({"preposition": {PARTS.index("ADP"): 1}, "word": {PARTS.index("VERB"): 1}}, steps)
    words = [tagger.weigh(Traits((feature,), (), ())) for feature in ("preposition", "word", "word")]
    assert tagger.tag(words) == ["ADP", "NOUN", "VERB"]
    assert tagger.tag(words, [1]) == ["ADP", "VERB", "VERB"]


@pytest.mark.parametrize("content", [None, b"", b"\x1f\x8b no gzip"])
def test_what_is_no_model_says_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ModelError, match=r"flows\.train"):
        load_part_model(tmp_path)
