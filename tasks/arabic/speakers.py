"""Who speaks: the name or the noun phrase that is the subject of a reporting word.

A person named between a verb and what is said speaks, unless a preposition governs the name; else
the noun phrase after the verb does (المصدر, وزارة الخارجية). What a verb leaves out is who spoke last.
"""

from typing import Final, NamedTuple

from tasks.arabic.cues import (
    ADVERBS,
    AUXILIARIES,
    COMMAS,
    CONNECTIVES,
    ENDS,
    GOVERNING,
    OPENINGS,
    OWN,
    PREPOSITIONS,
    RELATIVE,
    SAME,
    SO,
    STOPS,
    THAT,
    THAT_WITH_PRONOUN,
)
from tasks.arabic.document import Sentence, Span
from tasks.arabic.marked import Hit, Marked, Name

NEAR: Final = 12  # words within which two parts of one construction stand
NAME_LENGTH: Final = 3  # quoted words up to which a quotation may be a name or a scare quote
PHRASE: Final = 6  # words of a noun phrase
_SPEAKING: Final = ("PER", "ORG", "LOC")
_AFTER_SOURCE: Final = ("الي", "عن", "ما", "لما")
_SOURCE_ENDS: Final = STOPS | THAT | SO
_NO_HEADS: Final = ("PUNCT", "NUM", "PART", "SCONJ", "PRON")


class Speaker(NamedTuple):
    """Who speaks: the words that name them, the entity where it is known, and where they are named in full."""

    span: Span | None
    entity_id: str | None = None
    in_full: Span | None = None
    is_known: bool = True  # a name, or a noun for somebody who speaks

    def unnamed(self) -> "Speaker":
        """Return the same speaker for a word that names none: seen where they are named in full."""
        return self._replace(span=self.in_full or self.span)


class Source(NamedTuple):
    """A source phrase: its reporting word, the token after it, and who is named; `is_own` for وفق قوله."""

    cue: Hit
    end: int
    speaker: Speaker | None
    is_own: bool = False


class Speakers:
    """Finds subjects in a marked document, and remembers who was named with which role."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.tokens = marked.tokens
        self.names = marked.names
        self.longest = _find_longest(marked)
        # By the head of a role, then by all its words: الوزير is who was last named as a minister of something.
        self.holders: dict[str, dict[frozenset[str], Speaker]] = {}

    def of_name(self, name: Name) -> Speaker:
        """Return the speaker that a mention names."""
        span, _, entity_id, *_ = name.mention
        return Speaker(span, entity_id, self.longest[entity_id])

    def find_subject(self, first: int, last: int, *, governed: bool = False) -> Speaker | None:
        """Return the person named in tokens `first` to `last`, else the noun phrase they begin with.

        `governed` says that a preposition stands before: its noun may be written onto it (لوزارة).
        """
        at = first
        while at < last:
            name = self.names.get(at)
            is_person = name is not None and name.first == at and name.mention.label == "PER"
            if name is not None and is_person and not self._is_governed(name, first, governed):
                return self.of_name(name)
            at = name.last if name is not None else at + 1
        return self._read_phrase(first, last, governed)

    def _is_governed(self, name: Name, first: int, governed: bool) -> bool:
        """Tell whether a name hangs on a preposition or a relative clause between the verb and itself."""
        if name.mention.span.start > self.tokens[name.first].start and not (governed and name.first == first):
            return True
        for back in range(name.first - 1, first - 1, -1):
            token = self.tokens[back]
            if token.norm in COMMAS:
                return False
            if token.norm in GOVERNING or (token.proclitics[:1] == ("ل",) and self.marked.is_role(back)):
                return not (governed and back == first)
            if back == name.first - 1 and (token.norm in ("في", "عن", "من") or token.proclitics[:1] == ("ل",)):
                return not (governed and back == first)
        return False

    # --- noun phrases ------------------------------------------------------------------------------

    def _read_phrase(self, first: int, last: int, governed: bool) -> Speaker | None:
        head = first
        while head < last and (self.tokens[head].norm in ADVERBS or self.tokens[head].norm in ("«", "(")):
            head += 1
        while head < last and self.tokens[head].stem_norm in SAME:
            head += 1
        if head >= last:
            return None
        name = self.names.get(head)
        if name is not None:
            return self.of_name(name) if name.mention.label in _SPEAKING else None
        if self._cannot_head(head, governed and head == first):
            return None
        end = self._end_phrase(head, last)
        return self._find_named(head, end, last) or self._describe(head, end, governed)

    def _cannot_head(self, at: int, governed: bool) -> bool:
        token = self.tokens[at]
        if at in self.marked.hits or token.norm in PREPOSITIONS or token.upos in _NO_HEADS:
            return True
        if token.enclitics and token.stem_norm in PREPOSITIONS:
            return True
        return not governed and self.marked.is_prefixed(at)

    def _end_phrase(self, head: int, last: int) -> int:
        end = head + 1
        while end < min(last, head + PHRASE):
            if self.tokens[end].norm == "«":
                close = self.marked.close_of(end, last)
                if close == last or close - end > NAME_LENGTH + 1:
                    return end
                end = close
            elif self._ends_phrase(end):
                return end
            end += 1
        return end

    def _ends_phrase(self, at: int) -> bool:
        token = self.tokens[at]
        if at in self.marked.hits or token.norm in STOPS or token.proclitics[:1] in (("ل",), ("ب",)):
            return True
        return token.norm in PREPOSITIONS | ADVERBS | THAT | THAT_WITH_PRONOUN

    def _find_named(self, head: int, end: int, last: int) -> Speaker | None:
        """Return the outlet or body that a generic noun introduces: وكالة X, بيان لوزارة Y."""
        key, cues = self.tokens[head].stem_norm, self.marked.cues
        if key not in cues.documents and key not in cues.outlets:
            return None
        reach = min(last, end + PHRASE) if key in cues.documents else end
        names = (self.names.get(at) for at in range(head + 1, reach))
        return next((self.of_name(name) for name in names if name and name.mention.label in _SPEAKING), None)

    def _describe(self, head: int, end: int, governed: bool) -> Speaker | None:
        is_role = self.marked.is_role(head)
        if governed and not is_role:
            return None
        token = self.tokens[head]
        span = Span(token.name_start if token.proclitics else token.start, self.tokens[end - 1].end)
        words = self._words(head, end)
        if self._is_definite(head, end):
            for role, holder in reversed(self.holders.get(token.stem_norm, {}).items()):
                if words <= role:
                    return holder._replace(span=span)
        speaker = Speaker(span, None, span, is_role)
        self._remember(token.stem_norm, words, speaker)
        return speaker

    def _words(self, first: int, last: int) -> frozenset[str]:
        return frozenset(self.tokens[at].stem_norm for at in range(first, last))

    def _is_definite(self, head: int, end: int) -> bool:
        """Tell whether a phrase has the article: the minister, the minister of defence."""
        return any("ال" in self.tokens[at].proclitics for at in range(head, min(end, head + 2)))

    def remember_roles(self, sentence: Sentence) -> None:
        """Remember who is named in a sentence with which role."""
        at = sentence.first
        while at < sentence.last:
            name = self.names.get(at)
            if name is not None and name.mention.label == "ORG":
                self._hold(at, name.last, name)
            if name is not None and name.mention.label == "PER":
                self._remember_titles(sentence.first, name)
            at = name.last if name is not None else at + 1

    def _remember_titles(self, first: int, name: Name) -> None:
        for back in range(name.first - 1, max(first, name.first - PHRASE) - 1, -1):
            if self.tokens[back].norm in STOPS:
                return
            self._hold(back, name.first, name)

    def _hold(self, head: int, end: int, name: Name) -> None:
        if self.marked.is_role(head):
            self._remember(self.tokens[head].stem_norm, self._words(head, end), self.of_name(name))

    def _remember(self, head: str, role: frozenset[str], speaker: Speaker) -> None:
        """Remember who was last named with a role: they come after all others, and once."""
        holders = self.holders.setdefault(head, {})
        holders.pop(role, None)
        holders[role] = speaker

    # --- sources: بحسب X، وفق ما أكده X، حسب قوله -----------------------------------------------------

    def read_source(self, at: int, last: int) -> Source | None:
        """Read the source phrase that begins with the word at `at`; None where nobody is named as a source."""
        hit, then = self.marked.hits[at], at + 1
        while then < last and self.tokens[then].norm in _AFTER_SOURCE:
            then += 1
        if then >= last:
            return None
        if self._is_own(then):
            return Source(hit, then + 1, None, is_own=True)
        verb = self.marked.hits.get(then)
        if verb is not None and verb.form.kind == "verb" and (then > at + 1 or hit.form.word.endswith("ما")):
            speaker, end = self.find_source(then + 1, last)
            return Source(verb, end, speaker)
        speaker, end = self.find_source(then, last)
        return None if speaker is None else Source(hit, end, speaker)

    def _is_own(self, at: int) -> bool:
        """Tell whether a word is the speaker's own saying: قوله، تعبيرها."""
        hit = self.marked.hits.get(at)
        return self.tokens[at].norm in OWN or (hit is not None and hit.form.kind == "noun" and hit.form.tail > 0)

    def find_source(self, at: int, last: int) -> tuple[Speaker | None, int]:
        """Return who is named from `at` on, and where the source phrase ends."""
        end = at
        while end < last and self.tokens[end].norm not in _SOURCE_ENDS and (end == at or end not in self.marked.hits):
            close = self.marked.close_of(end, last) if self.tokens[end].norm == "«" else end
            if close - end > NAME_LENGTH + 1:
                break
            end = close + 1
        end = min(end, last)
        speaker = self.find_subject(at, end, governed=True)
        name = self.names.get(end + 1) if end < last and self.tokens[end].norm in COMMAS else None
        if speaker is None and name is not None and name.mention.label == "PER":
            return self.of_name(name), name.last  # ما صرح به لصحيفة، فلان
        return speaker, end

    # --- other places of a subject -----------------------------------------------------------------

    def find_sentence_subject(self, first: int, at: int) -> Speaker | None:
        """Return who stands where the subject of the sentence's first verb would."""
        if at - first < NAME_LENGTH:
            return None
        head = first
        while head < at and self.tokens[head].norm in OPENINGS | CONNECTIVES:
            head += 1
        if self.tokens[first].norm != "اما" and head not in self.names:
            head += 1
        subject = self.find_subject(head, at)
        is_sure = subject is not None and (subject.entity_id or self.marked.is_role(head))
        return subject.unnamed() if subject is not None and is_sure else None

    def find_source_before(self, first: int, at: int) -> Speaker | None:
        """Return Y of نقلت X عن Y قوله."""
        for back in range(at - 1, max(first, at - NEAR), -1):
            if self.tokens[back].norm == "عن":
                return self.find_subject(back + 1, at)
        return None

    def find_subject_before(self, first: int, at: int) -> Speaker | None:
        """Return the subject that stands before its verb: الوزير … أكد."""
        end = at
        while end > first and self.tokens[end - 1].norm in AUXILIARIES:
            end -= 1
        begin = end
        while begin > first and at - begin < NEAR * 2 and not self._opens_clause(begin - 1):
            begin -= 1
        if begin > first and self.tokens[begin - 1].norm in RELATIVE:
            return None
        while begin < end and self.tokens[begin].norm in AUXILIARIES | CONNECTIVES:
            begin += 1
        name = self._name_ending(end)
        if begin >= end or (name is None and begin not in self.names and not self.marked.is_role(begin)):
            return None
        subject = self.find_subject(begin, end)
        if subject is None and name is not None and not self._is_governed(name, begin, governed=False):
            return self.of_name(name)
        return subject

    def _opens_clause(self, at: int) -> bool:
        key = self.tokens[at].norm
        return at in self.marked.hits or key in ENDS or key in THAT | RELATIVE or key in ("فيما", "بينما", "لكن")

    def _name_ending(self, end: int) -> Name | None:
        """Return the mention that ends at `end`, a mark of apposition aside."""
        while end > 0 and self.tokens[end - 1].norm in "،,»)":
            end -= 1
        name = self.names.get(end - 1)
        return name if name is not None and name.last == end and name.mention.label in _SPEAKING else None


def _find_longest(marked: Marked) -> dict[str, Span]:
    """Return where each entity is named in most letters, for the first time."""
    longest: dict[str, Span] = {}
    for name in marked.names.values():
        span, _, entity_id, *_ = name.mention
        known = longest.get(entity_id)
        if known is None or span.end - span.start > known.end - known.start:
            longest[entity_id] = span
    return longest
