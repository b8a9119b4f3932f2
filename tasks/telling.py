"""Telling words: the few words by which an article's event is known.

Names and rare words of the title and the first sentences, each with a weight. Two articles of about
the same day that share enough of them tell of one event (`warehouse.stories` says how many).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from math import log2
from operator import itemgetter
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa

from tasks.arabic.letters import DIACRITICS
from tasks.arabic.normalize import norm
from tasks.lexicons import words
from warehouse.contracts import TELLING_WORDS, rows_of

# Chosen by reading linked pairs of 9,800 articles: with 16 words of the first 120 tokens a wrong
# pair is rarer than with 24 words, or words of the first 200.
MOST: Final = 16
FIRST_TOKENS: Final = 120
SHORTEST: Final = 3  # letters

_COUNTED: Final = 9_200_000  # words in which `words` were counted
_RARE: Final = 10  # what was seen less often is not in the list
_COMMON: Final = 9  # bits: words that are one in 512 or more tell nothing

_CONTENT: Final = """
    select
        t.article_id, t.norm, t.stem,
        exists (
            from mentions m
            where m.article_id = t.article_id and m.start_char < t.end_char and t.start_char < m.end_char
        ) as is_name
    from tokens t
    join sentences s using (article_id, sentence_no)
    where token_no < $first_tokens and not t.is_stop and not s.is_repeat and not s.is_boilerplate
        and coalesce(t.upos, 'X') not in ('PUNCT', 'NUM', 'SYM')
        and not exists (
            from dates d
            where d.article_id = t.article_id and d.start_char < t.end_char and t.start_char < d.end_char
        )
    order by t.article_id, token_no
"""
_WORD: Final = re.compile(rf"[\w{DIACRITICS}]+")


class Word(NamedTuple):
    """A content word: its matching key whole and without clitics, and whether it is part of a name."""

    norm: str
    stem: str
    is_name: bool


def find_telling_words(facts: Mapping[str, pa.Table]) -> pa.Table:
    """Return the telling words of each article of a batch whose day is known; `facts` by table name."""
    with duckdb.connect() as con:
        for name in ("tokens", "sentences", "mentions", "dates"):
            con.register(name, facts[name])
        found = con.execute(_CONTENT, {"first_tokens": FIRST_TOKENS}).fetchall()
    articles = facts["articles"].select(["article_id", "published_on", "title", "outlet"]).to_pylist()
    heads = {head["article_id"]: head for head in articles if head["published_on"]}
    rows: list[dict[str, Any]] = []
    for article_id, tokens in groupby(found, itemgetter(0)):
        if head := heads.get(article_id):
            rows += _rows(head, [Word(key, norm(stem), is_name) for _, key, stem, is_name in tokens])
    return rows_of(TELLING_WORDS, rows)


def _rows(head: Mapping[str, Any], content: Iterable[Word]) -> Iterator[dict[str, Any]]:
    weights = weigh(content, _words_of(head["title"]), _words_of(head["outlet"]))
    known = {
        "told_on": head["published_on"], "article_id": head["article_id"],
        "article_weight": sum(weight for _, weight in weights.values()),
    }  # fmt: skip
    for word, (is_name, weight) in weights.items():
        yield known | {"word": word, "is_name": is_name, "weight": weight}


def _words_of(text: str | None) -> set[str]:
    return {norm(word) for word in _WORD.findall(text or "")}


def weigh(content: Iterable[Word], title: set[str], outlet: set[str]) -> dict[str, tuple[bool, int]]:
    """Return the heaviest words, each with whether it is a name, and its weight.

    A word weighs the more the rarer it is in Arabic, twice that if it comes again, and as much more if
    it stands in the title. The outlet's own name tells nothing.

    >>> found = [Word("سقوط", "سقوط", False), Word("بالجسر", "جسر", False), Word("الحسكه", "حسكه", True)]
    >>> [(word, name) for word, (name, weight) in weigh([*found, found[2]], {"سقوط"}, set()).items()]
    [('حسكه', True), ('سقوط', False), ('جسر', False)]
    """
    content = [word for word in content if len(word.stem) >= SHORTEST and not {word.norm, word.stem} & outlet]
    counts = Counter(word.stem for word in content)
    in_title = {word.stem for word in content if {word.norm, word.stem} & title}
    names = {word.stem for word in content if word.is_name}
    weights = {stem: _rarity(stem) * (1 + (n > 1) + (stem in in_title)) for stem, n in counts.items()}
    heaviest = sorted(weights, key=lambda stem: (-weights[stem], stem))[:MOST]
    return {stem: (stem in names, weights[stem]) for stem in heaviest if weights[stem] > 0}


@lru_cache(maxsize=1 << 16)
def _rarity(stem: str) -> int:
    """Return in quarters of a bit how rare a word is, beyond what is common."""
    return max(0, round(4 * (log2(_COUNTED / max(words().get(stem, 0), _RARE)) - _COMMON)))
