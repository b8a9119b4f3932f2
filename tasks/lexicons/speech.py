"""Reporting words: which words say that somebody says something, and how what is said follows them."""

from functools import cache

from tasks.arabic.cues import Cues, Word, compile_cues
from tasks.lexicons.table import read_rows


@cache
def load_cues() -> Cues:
    """Return the reporting words in all their written forms.

    >>> load_cues().forms["اضافت"].word, load_cues().forms["مشيرا"].kind
    ('أضاف', 'participle')
    """
    return compile_cues(read_words())


def read_words() -> tuple[Word, ...]:
    """Return the rows of the lexicon, in order."""
    return tuple(
        Word(
            row["word"],
            row["kind"],
            row["imperfect"],
            row["participle"],
            row["noun"],
            tuple(row["complements"].split()),
        )
        for row in read_rows("speech")
    )
