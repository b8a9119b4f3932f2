"""Whether the characters that a fact points at say what the fact says."""

import re
from typing import Final

from tasks.arabic.fixes import fix_text


def agree(evidence: str, text: str) -> bool:
    """Tell whether raw evidence, cleaned by itself, is the text: every letter, vowel sign, figure, mark and symbol.

    What the fixes read from the neighbours is left out: blanks, and the direction of quotation marks and commas.

    >>> agree('"ســـنبدأ العمل ,غداً"', "«سنبدأ العمل، غداً»")
    True
    >>> agree("سنبدأ العمل", "سنبدأ العمال")
    False
    """
    return _without_context(fix_text(evidence).text) == _without_context(text)


_CONTEXT: Final = re.compile("[«»“”„‟″＂〝〞\"]|''|``|‘‘|’’|[,،]|[;؛]|[?؟]|\\s")
_SAME: Final = {"،": ",", ",": ",", "؛": ";", ";": ";", "؟": "?", "?": "?"}


def _without_context(text: str) -> str:
    return _CONTEXT.sub(lambda match: _SAME.get(match[0], "" if match[0].isspace() else '"'), text)
