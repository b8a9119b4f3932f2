"""spaCy's Arabic tokenizer with what it lacks for news: marks glued to words, hyphens, the article before a digit."""

import re
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from tasks.arabic.letters import DIACRITICS, LETTERS

_WORD: Final = LETTERS + DIACRITICS
# Quotes after a proclitic (و«لهذا), marks with no space after them, compounds joined by a hyphen
# (الروسي-الأوكراني), and letters written onto digits or Latin (ب602, وRystad).
_INFIXES: Final = (
    r"[«»“”„\"()\[\]{}،؛؟:…!]",
    r"\.{2,}",
    rf"(?<=[{_WORD}\w])[-–—/](?=[{_WORD}«\"])",
    rf"(?<=[{_WORD}])[-–—](?=[0-9A-Za-z])",
    rf"(?<=[{_WORD}])[.,;?](?=[{_WORD}])",
    rf"(?<=[{_WORD}])(?=[0-9٠-٩A-Za-z])",
    rf"(?<=[0-9٠-٩A-Za-z%])(?=[{_WORD}])",
)
_STOP_AFTER_TANWIN: Final = rf"(?<=[{DIACRITICS}])\."  # which the defaults look for after letters only
_AFFIXES: Final = (r"[-–—]", r"%", r"\+", r"[«»“”„‹›]", r"\*", r"/")


def make_tokenizer(nlp: Language | None = None) -> Tokenizer:
    """Return the tokenizer, that of a pipeline if there is one; it never changes a character of the text.

    >>> [t.text for t in make_tokenizer()("و«لهذا» ارتفع 1.5% الدعم الكوري-الياباني ب602 ألف.")]
    ['و', '«', 'لهذا', '»', 'ارتفع', '1.5', '%', 'الدعم', 'الكوري', '-', 'الياباني', 'ب', '602', 'ألف', '.']
    >>> [t.text for t in make_tokenizer()("وقعا اتفاقاً.")]
    ['وقعا', 'اتفاقاً', '.']
    """
    nlp = nlp or spacy.blank("ar")
    defaults = nlp.Defaults
    tokenizer = Tokenizer(
        nlp.vocab, rules=defaults.tokenizer_exceptions, token_match=defaults.token_match, url_match=defaults.url_match
    )
    # The defaults hold patterns that split at a single Arabic letter before a full stop; sentences do that better.
    tokenizer.infix_finditer = compile_infix_regex([*(defaults.infixes or ()), *_INFIXES]).finditer
    tokenizer.prefix_search = compile_prefix_regex([*(defaults.prefixes or ()), *_AFFIXES]).search
    tokenizer.suffix_search = compile_suffix_regex([*(defaults.suffixes or ()), *_AFFIXES, _STOP_AFTER_TANWIN]).search
    return tokenizer


IS_MARK: Final = re.compile(r"[^\w]+")
IS_NUMBER: Final = re.compile(r"[0-9٠-٩۰-۹]+(?:[.,٫٬/:][0-9٠-٩۰-۹]+)*")
