from pathlib import Path

from tasks.arabic.alignment import Alignment
from tasks.clean import clean_articles
from warehouse.contracts import DOCUMENTS, INTAKE, conform, rows_of

RAW = 'الوفد في مسقـــط\r\nوصل الوفد أمس ، وقال : " سنبدأ " .\r\nاقرأ أيضاً: الوفد في صور\r\n'


def article(article_id: str, raw_text: str, language: str = "ar") -> dict:
    stated = dict.fromkeys((name for name in INTAKE.columns if not INTAKE.schema.field(name).nullable), "-")
    return stated | {"article_id": article_id, "raw_text": raw_text, "language": language}


def clean(*articles: dict) -> list[dict]:
    return conform(clean_articles(rows_of(INTAKE, list(articles))), DOCUMENTS).to_pylist()


def test_a_document_knows_its_fixes_its_furniture_and_where_it_came_from() -> None:
    (document,) = clean(article("a", RAW))
    text = document["text"]
    assert text == "الوفد في مسقط\nوصل الوفد أمس، وقال: «سنبدأ».\nاقرأ أيضاً: الوفد في صور"
    assert document["fixes"] == [
        "unify_line_ends", "drop_tatweel", "unify_quotes", "close_up_punctuation", "drop_blank_lines",
    ]  # fmt: skip
    assert [text[start:end] for start, end in document["boilerplate"]] == ["اقرأ أيضاً: الوفد في صور"]
    alignment = Alignment.from_rows(document["edits"])
    at = text.index("سنبدأ")
    start, end = alignment.to_raw(at - 1, at + 6)
    assert RAW[start:end] == '" سنبدأ "'


def test_only_arabic_articles_have_documents() -> None:
    assert clean(article("a", "Hello", "en")) == []


def test_a_clean_text_has_neither_fixes_nor_edits() -> None:
    (document,) = clean(article("a", "وصل الوفد أمس."))
    assert (document["fixes"], document["edits"], document["boilerplate"]) == ([], [], [])


def test_the_letters_of_the_real_articles_survive(real_articles: Path) -> None:
    for path in real_articles.glob("*.txt"):
        raw = path.read_text(encoding="utf-8")
        (document,) = clean(article(path.name, raw))
        letters = [c for c in raw if c.isalnum() and c != "ـ"]
        assert [c for c in document["text"] if c.isalnum()] == letters
