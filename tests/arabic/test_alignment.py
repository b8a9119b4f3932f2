import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.arabic.alignment import Alignment, Change, Edit, replace

RAW = "abcdefghij"


def test_without_edits_everything_stands_where_it_was() -> None:
    assert Alignment().to_raw(3, 7) == (3, 7)
    assert Alignment().to_clean(5) == 5


@pytest.mark.parametrize(
    ("edits", "clean", "span", "raw"),
    [
        ([Edit(3, 5, "")], "abcfghij", (3, 4), "f"),
        ([Edit(3, 5, "")], "abcfghij", (2, 3), "c"),
        ([Edit(3, 5, "")], "abcfghij", (2, 4), "cdef"),
        ([Edit(3, 5, "X")], "abcXfghij", (3, 4), "de"),
        ([Edit(3, 4, "XYZ")], "abcXYZefghij", (4, 5), "d"),
        ([Edit(3, 3, " ")], "abc defghij", (4, 6), "de"),
        ([Edit(3, 3, " ")], "abc defghij", (2, 3), "c"),
        ([Edit(0, 2, ""), Edit(9, 10, "")], "cdefghi", (0, 7), "cdefghi"),
    ],
)
def test_a_span_is_traced_to_the_characters_it_came_from(edits, clean, span, raw) -> None:
    assert replace(RAW, edits) == clean
    start, end = Alignment().then(edits).to_raw(*span)
    assert RAW[start:end] == raw


def test_an_empty_span_stays_empty() -> None:
    assert Alignment().then([Edit(0, 2, "")]).to_raw(3, 3) == (5, 5)


def test_an_edit_of_an_edit_reaches_back_to_the_raw_text() -> None:
    twice = Alignment().then([Edit(2, 7, "&")]).then([Edit(2, 3, "و")])
    assert twice.changes == [Change(2, 3, 2, 7)]


def test_neighbours_are_not_merged() -> None:
    twice = Alignment().then([Edit(3, 4, "")]).then([Edit(3, 4, "X")])
    assert twice.changes == [Change(3, 3, 3, 4), Change(3, 4, 4, 5)]


def test_changes_come_back_from_rows() -> None:
    alignment = Alignment().then([Edit(3, 5, "X")])
    assert Alignment.from_rows([list(change) for change in alignment.changes]) == alignment


@st.composite
def edited(draw) -> tuple[str, str, Alignment]:
    raw = text = draw(st.text("abcdefgh", max_size=30))
    alignment = Alignment()
    for _ in range(draw(st.integers(0, 5))):
        points = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
        pairs = zip(points[::2], points[1::2], strict=False)
        edits = [Edit(start, end, draw(st.text("XYZ", max_size=2))) for start, end in pairs]
        text, alignment = replace(text, edits), alignment.then(edits)
    return raw, text, alignment


@given(edited())
def test_any_chain_of_edits_keeps_the_places(chain: tuple[str, str, Alignment]) -> None:
    raw, clean, alignment = chain
    changed = {i for c in alignment.changes for i in range(c.clean_start, c.clean_end)}
    before = 0
    for i, character in enumerate(clean):
        start, end = alignment.to_raw(i, i + 1)
        assert before <= start <= end <= len(raw)
        before = start
        if i not in changed:
            assert raw[start:end] == character
            assert alignment.to_clean(start) == i
    rebuilt, done = "", 0
    for change in alignment.changes:
        rebuilt += raw[done : change.raw_start] + clean[change.clean_start : change.clean_end]
        done = change.raw_end
    assert rebuilt + raw[done:] == clean
