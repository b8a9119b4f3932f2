"""What is said: where it begins after a reporting word, and where it ends.

It begins after أن, a colon, a quotation mark, or the preposition that the reporting word takes. It
ends with the sentence, or before the next report on its level, or before its source (، بحسب X).
"""

from typing import Final, NamedTuple

from tasks.arabic.cues import (
    BA_ADVERBS,
    COMMAS,
    CONNECTIVES,
    ENDS,
    IDIOMS,
    IMPERSONAL,
    NEGATIONS,
    NOT_BEFORE_THAT,
    OWN,
    PREPOSITIONS,
    RELATIVE,
    SAYING,
    STOPS,
    THAT,
    THAT_WITH_PRONOUN,
)
from tasks.arabic.document import Span
from tasks.arabic.marked import Hit, Marked, skip_letters
from tasks.arabic.speakers import NAME_LENGTH, PHRASE, Speakers

_REACH: Final = 48  # words that a subject with its appositions may take before the clause begins


class Content(NamedTuple):
    """Where what is said begins: a token, and the letters of a preposition to leave out of it.

    `opened` is the quotation mark before it, `that` the complementizer. One that `needs_marks` is
    speech only if some of it stands in quotation marks.
    """

    first: int
    skip: int = 0
    opened: int | None = None
    that: int | None = None
    needs_marks: bool = False


class Reported:
    """Finds the bounds of what is said in a marked document."""

    def __init__(self, marked: Marked, speakers: Speakers) -> None:
        self.marked = marked
        self.tokens = marked.tokens
        self.speakers = speakers

    # --- where it begins ---------------------------------------------------------------------------

    def find_content(self, hit: Hit, last: int) -> Content | None:
        """Return where begins what a reporting word reports, before the token `last`."""
        at = hit.at + 1
        limit = min(last, hit.at + _REACH)
        while at < limit:
            if self.tokens[at].norm == "«":
                content, at = self._open_quotation(hit, at, last)
            else:
                content, at = self._open_clause(hit, at, last) or self._open_phrase(hit, at, last), at + 1
            if content is not None:
                return content
            if at < limit and self._blocks(at):
                return None
        return None

    def _blocks(self, at: int) -> bool:
        """Tell whether a reporting word cannot reach beyond a token."""
        if self.tokens[at].norm in ENDS:
            return at not in self.marked.names
        other = self.marked.hits.get(at)
        if other is None or other.form.kind == "noun" or other.form.tail or self.tokens[at].norm in SAYING:
            return False
        if other.form.kind == "source":
            return self.tokens[at].norm != "نقلا" and self.speakers.read_source(at, len(self.tokens)) is not None
        return other.form.kind == "participle" or self.tokens[at - 1].norm not in RELATIVE

    def open_at(self, at: int, that: int | None = None, *, needs_marks: bool = False) -> Content:
        """Return the content that begins at a token, behind a quotation mark there."""
        if self.tokens[at].norm == "«":
            return Content(at + 1, 0, at, that, needs_marks)
        return Content(at, 0, None, that, needs_marks)

    def _open_clause(self, hit: Hit, at: int, last: int) -> Content | None:
        key = self.tokens[at].norm
        if at + 1 >= last:
            return None
        if key == ":":
            return self.open_at(at + 1)
        if key in SAYING and hit.form.kind != "noun" and self.tokens[at + 1].norm not in THAT | {":"}:
            return self.open_at(at + 1)
        if "clause" not in hit.form.complements or self.tokens[at - 1].norm in NOT_BEFORE_THAT:
            return None
        if at == hit.at + 1 and self.tokens[hit.at].norm[hit.conj :] in IMPERSONAL:
            return None
        return self._after_that(at)

    def _after_that(self, at: int) -> Content | None:
        key = self.tokens[at].norm
        if key in THAT_WITH_PRONOUN:
            return Content(at, that=at)
        return self.open_at(at + 1, at) if key in THAT and at + 1 < len(self.tokens) else None

    def _open_phrase(self, hit: Hit, at: int, last: int) -> Content | None:
        """Open what follows the word's own preposition, or a bare noun phrase that tells an event."""
        if hit.form.kind == "noun" or at + 1 >= last:
            return None
        key, follows = self.tokens[at].norm, hit.form.complements
        if key in follows or key + "?" in follows:
            return self._after_preposition(at + 1, needs_marks=key not in follows)
        if "ب" in follows or "ب?" in follows:
            content = self._after_ba(at, needs_marks="ب" not in follows)
            if content is not None:
                return content
        if "object" not in follows and "object?" not in follows:
            return None
        is_object = key in self.marked.cues.openers and self.tokens[at - 1].norm not in PREPOSITIONS
        return Content(at, needs_marks="object" not in follows) if is_object else None

    def _after_preposition(self, at: int, *, needs_marks: bool) -> Content | None:
        key = self.tokens[at].norm
        if key in THAT or key in THAT_WITH_PRONOUN:
            return self._after_that(at)
        return None if key in IDIOMS else self.open_at(at, needs_marks=needs_marks)

    def _after_ba(self, at: int, *, needs_marks: bool) -> Content | None:
        token = self.tokens[at]
        if token.norm == "ب" and self.tokens[at + 1].norm == "«":
            return self.open_at(at + 1)
        if token.norm in THAT | THAT_WITH_PRONOUN and token.norm[0] == "ب":
            return self._after_that(at)
        if token.norm in BA_ADVERBS or token.stem_norm in BA_ADVERBS:
            return None
        if token.proclitics[:1] != ("ب",) or at in self.marked.names:
            return None
        return Content(at, skip=1, needs_marks=needs_marks)

    def _open_quotation(self, hit: Hit, at: int, last: int) -> tuple[Content | None, int]:
        """Take a quotation for what is said, unless it is short, far, or stands where a name would."""
        close = self.marked.close_of(at, last)
        is_name = close - at - 1 <= NAME_LENGTH or self.tokens[at - 1].stem_norm in self.marked.cues.outlets
        if close + 1 < last and self.tokens[close + 1].norm in THAT | THAT_WITH_PRONOUN:
            is_name = True
        if is_name or ("clause" not in hit.form.complements and at - hit.at > PHRASE):
            return None, close + 1
        return self.open_at(at), at

    # --- where it ends -----------------------------------------------------------------------------

    def settle(self, content: Content, last: int, *, is_past: bool = True) -> tuple[Span, str]:
        """Return the span of what is said, and its kind; `is_past` is the tense of the reporting verb."""
        first = content.first
        if content.opened is not None:
            close = self.marked.close_of(content.opened, last)
            if close > first and self._ends_after(close, last):
                return Span(self.tokens[first].start, self.tokens[close - 1].end), "direct"
            first = content.opened
        end = self.find_end(first, last, is_past=is_past)
        start = skip_letters(self.tokens[first], content.skip)
        return self.grade(Span(start, self.tokens[end - 1].end))

    def grade(self, span: Span) -> tuple[Span, str]:
        """Tell direct (the marks left out), mixed and indirect speech apart."""
        text = self.marked.document.text_of(span)
        if text.startswith("«") and text.endswith("»") and text.count("«") == 1 and len(text) > len("«»"):
            return Span(span.start + 1, span.end - 1), "direct"
        return span, "mixed" if "«" in text or "»" in text else "indirect"

    def _ends_after(self, close: int, last: int) -> bool:
        """Tell whether the sentence has nothing to add to the quotation closed at `close`."""
        after = close + 1
        if after >= last or after in self.marked.hits:
            return True
        token = self.tokens[after]
        return token.norm in STOPS | CONNECTIVES | {"و", "علي"} or "و" in token.proclitics[:1]

    def find_end(self, first: int, last: int, *, is_past: bool = True) -> int:
        """Return the token after the last one of a clause that begins at `first`."""
        at = first
        while at < last:
            if self.tokens[at].norm == "«":
                at = min(self.marked.close_of(at, last) + 1, last)
                continue
            if at > first and self._is_boundary(at, last, is_past):
                break
            at += 1
        return self.trim(first, at)

    def trim(self, first: int, last: int) -> int:
        """Leave commas, full stops and conjunctions out of the end of a clause."""
        while last > first + 1 and self._dangles(last - 1):
            last -= 1
        return last

    def _dangles(self, at: int) -> bool:
        key = self.tokens[at].norm
        return key in "،,؛;:." or key in CONNECTIVES or key in NEGATIONS or key in ("و", "...")

    def _is_boundary(self, at: int, last: int, is_past: bool) -> bool:
        """Tell whether a new report, or the source of this one, begins here."""
        key, hit = self.tokens[at].norm, self.marked.hits.get(at)
        if key in "؛;" or (key == "علي" and at + 2 < last and self._is_own_measure(at)):
            return True
        if hit is None or hit.form.kind == "noun":
            return False
        if hit.form.kind == "source":
            return self.speakers.read_source(at, last) is not None
        before = self.tokens[at - 1].norm
        if hit.form.kind == "participle":
            return before in COMMAS | {"»"} or self.find_content(hit, last) is not None
        return self._is_new_report(hit, before, last, is_past)

    def _is_new_report(self, hit: Hit, before: str, last: int, is_past: bool) -> bool:
        """Tell whether a verb is joined to the report before it, and does not belong to what it reports."""
        if before == "كما" and not hit.conj:
            return True
        if before in NEGATIONS:
            return self.tokens[hit.at - 2].norm in CONNECTIVES
        is_joined = hit.conj or before == "و" or before in CONNECTIVES
        return bool(is_joined) and (hit.form.is_past or not is_past) and self.find_content(hit, last) is not None

    def _is_own_measure(self, at: int) -> bool:
        """Tell whether على حد قوله begins here."""
        return self.tokens[at + 1].norm == "حد" and self.tokens[at + 2].norm in OWN
