"""Signatures: 128 characters that say how alike two texts are, without the texts.

A text is taken as the set of its runs of four words, by matching key. MinHash keeps, for each of 128
orders in which all such runs could be put, which of the text's own runs comes first: of two texts the
same share is equal, up to chance, as they have runs in common. Signatures of a few lines are no use,
as one formula makes up half of them; such texts get none.
"""

import re
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from tasks.arabic.letters import DIACRITICS
from tasks.arabic.normalize import norm

RUN: Final = 4  # words; in 9,800 articles of one outlet, runs of 3 to 5 told the same copies from the rest
FEWEST_WORDS: Final = 30  # the daily formulas of that outlet ("the headlines of …") have up to 25
VALUES: Final = 128  # as many give a likeness of 0.6 within 0.04

# Texts whose signatures agree in a whole band are compared. Eight bands of five find 77 of 100 texts
# with a likeness of 0.7, 96 with 0.8 and 999 of 1000 with 0.9, and 1 in 10,000 with 0.1, which is
# what the footer of an outlet makes. datasketch's own choice, 18 bands of seven, makes an index of
# twice the size for the same.
BANDS: Final = 8
ROWS: Final = 5

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_WORD: Final = re.compile(rf"[\w{DIACRITICS}]+")


class Signature(NamedTuple):
    """`signature` has a character for each value, the lowest six bits of it; `bands` a number for each band."""

    signature: str
    bands: list[int]


def sign(text: str) -> Signature | None:
    """Return the signature of a text, None of a very short one.

    >>> words = [f"كلمة{number}" for number in range(60)]
    >>> a, b = sign(" ".join(words)), sign(" ".join(words[:-3]) + " وخاتمة جديدة.")
    >>> sum(x == y for x, y in zip(a.signature, b.signature, strict=True)) > 100
    True
    >>> sign("خبر عاجل")
    """
    words = [norm(word) for word in _WORD.findall(text)]
    if len(words) < FEWEST_WORDS:
        return None
    runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    values = _make_values()([zlib.crc32(run.encode()) for run in runs])
    bands = (values[at * ROWS : (at + 1) * ROWS].astype("<u4").tobytes() for at in range(BANDS))
    return Signature(
        (values & 63).astype("u1").tobytes().translate(_ALPHABET.ljust(256)).decode(),
        [zlib.crc32(band, at) - (1 << 31) for at, band in enumerate(bands)],  # signed, as Delta has no other,
    )


@cache
def _make_values() -> Callable[[list[int]], Any]:
    """Return what gives the MinHash of hashes. datasketch takes a second to import, and most commands sign nothing."""
    from datasketch import MinHash

    empty = MinHash(num_perm=VALUES, seed=1, scheme="affine32", hashfunc=int)

    def make_values(hashes: list[int]) -> Any:
        minhash = empty.copy()
        minhash.update_batch(hashes)
        return minhash.hashvalues

    return make_values
