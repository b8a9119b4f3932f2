from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.header import Header, Words, read_header
from tasks.arabic.normalize import norm

CASES = "header.jsonl"
WORDS = Words(
    agencies={norm("رويترز")},
    months={norm(name): number for name, number in [("فبراير", 2), ("شباط", 2), ("مايو", 5), ("أيار", 5)]},
    places={norm("مسقط"), norm("أبو ظبي")},
)


def test_a_header_states_what_it_states(case: dict) -> None:
    stated = {name: case.get(name) for name in Header._fields}
    if stated["published_on"]:
        stated["published_on"] = date.fromisoformat(stated["published_on"])
    assert read_header(case["text"], WORDS)._asdict() == stated


def test_line_ends_and_marks_do_not_matter() -> None:
    text = "\N{RIGHT-TO-LEFT MARK}الوفد  في مسقط\r\nمسقط - رويترز\r\nعقد الوفد أمس اجتماعا."
    assert read_header(text, WORDS)[:3] == ("الوفد في مسقط", None, "مسقط - رويترز")


def test_without_known_places_a_single_word_is_one() -> None:
    text = "الوفد يصل\nنزوى - رويترز\nعقد الوفد أمس اجتماعا."
    assert read_header(text, WORDS._replace(places=frozenset())).dateline == "نزوى - رويترز"


@given(st.text("ابو 12/-:()«»،.\n٢٠", max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    assert read_header(text, WORDS) is not None
