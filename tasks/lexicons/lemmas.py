"""Dictionary forms: verbs with their imperfects, broken plurals, and other words that no rule takes apart."""

from functools import cache

from tasks.lexicons.table import read_rows


@cache
def verbs() -> tuple[tuple[str, str], ...]:
    """Return the perfects of verbs with their imperfects; one is empty if its forms are read as another verb's.

    >>> ("قال", "يقول") in verbs()
    True
    """
    return tuple((row["verb"], row["imperfect"]) for row in read_rows("verbs"))


@cache
def lemma_forms() -> tuple[tuple[str, str], ...]:
    """Return written forms with their dictionary forms; the first of two that are spelled alike counts.

    A singular stands for itself, as it may look inflected (خطيئة).

    >>> dict(lemma_forms())["صواريخ"], dict(lemma_forms())["كبرى"], dict(lemma_forms())["قضية"]
    ('صاروخ', 'أكبر', 'قضية')
    """
    listed = ((row["form"], row["lemma"]) for row in read_rows("lemmas"))
    plurals = [(row["plural"], row["singular"]) for row in read_rows("plurals")]
    return (*listed, *plurals, *((singular, singular) for singular in dict.fromkeys(one for _, one in plurals)))
