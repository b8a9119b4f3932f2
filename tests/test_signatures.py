"""Signatures: what is nearly the same text, and what is not."""

from datasketch import MinHashLSH

from tasks.signatures import BANDS, ROWS, VALUES, sign
from warehouse.likeness import LEAST_EQUAL

CASES = "likeness.jsonl"


def test_near_duplicates_are_found_and_nothing_else(case: dict) -> None:
    a, b = sign(case["a"]), sign(case["b"])
    is_near = (
        a is not None
        and b is not None
        and bool(set(a.bands) & set(b.bands))
        and sum(x == y for x, y in zip(a.signature, b.signature, strict=True)) >= LEAST_EQUAL
    )
    assert is_near == case["near"]


def test_datasketch_takes_these_bands() -> None:
    assert MinHashLSH(num_perm=VALUES, params=(BANDS, ROWS)).b == BANDS
