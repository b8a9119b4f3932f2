"""The words of dates, each once."""

from tasks.arabic.calendar import build_calendar, read_times
from tasks.arabic.document import Span
from tasks.lexicons.months import hijri_month_names, month_names

CALENDAR = build_calendar(month_names(), hijri_month_names())


def roles(text: str) -> list[tuple[str, str]]:
    return [(item.role, item.key) for item in read_times(text, Span(0, len(text)), CALENDAR)]


def test_two_words_may_name_one_month() -> None:
    assert roles("وتشرين الأول") == [("AND", "و"), ("MONTH", "تشرين الاول")]
    assert roles("ربيع الأول") == [("HIJRI", "ربيع الاول")]
    assert roles("تشرين ثم الأول") == [("OPENER", "تشرين"), ("WORD", "ثم"), ("ORDINAL", "الاول")]


def test_a_preposition_is_no_part_of_an_ambiguous_month() -> None:
    assert roles("بمايو") == [("B", "ب"), ("MONTH", "مايو")]
    assert roles("لتموز") == [("WORD", "لتموز")]
