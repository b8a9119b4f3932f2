"""Numbers in every form."""

from typing import Any

import pytest

from tasks.arabic.numerals import read_number

CASES = "numbers.jsonl"


def test_reads_a_number(case: dict[str, Any]) -> None:
    expected = None if case["value"] is None else pytest.approx(case["value"])
    assert read_number(case["text"]) == expected
