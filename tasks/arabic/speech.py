"""Quotes: what somebody is reported to have said, the word that reports it, and who said it.

Arabic news reports speech in few shapes, all of them marked by words:

* a reporting verb, its subject, and a clause after أن/إن, a colon, a quotation mark or the verb's own
  preposition (أشار إلى, شدد على);
* a participle or verbal noun in the same frame, which takes the subject of its sentence (مضيفاً أن);
* a statement, and after it or inside it the source (بحسب الوزارة, وفق ما أكده مصدر, كما قال);
* in a headline, a name and a colon.

Which words report, and what may follow each, is data: `cues`. `speakers` finds who speaks, `reported`
where what is said begins and ends; here the shapes are put together.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tasks.arabic.cues import COMMAS, CONNECTIVES, OPENINGS, SO, SUBORDINATORS, THAT, Cues, keys
from tasks.arabic.document import Document, Sentence, Span
from tasks.arabic.facts import Mention, Quote
from tasks.arabic.marked import Hit, Marked, cut_letters, mark, skip_letters
from tasks.arabic.reported import Content, Reported
from tasks.arabic.speakers import NAME_LENGTH, NEAR, Source, Speaker, Speakers

__all__ = ("Cues", "find_quotes")

_NOUN_REACH: Final = 8  # words from a verbal noun to what it reports
_PARTICLES: Final = keys("فإن فقد إن")
_LONG_ENOUGH: Final = 2  # words that an indirect quote has at least


class _Found(NamedTuple):
    """A quote before spans are settled: `outer` is where it begins with its complementizer."""

    quote: Quote
    outer: int


class _Place(NamedTuple):
    """A sentence being read: its tokens, and the quotes found in it so far."""

    first: int
    last: int
    found: list[_Found]


def find_quotes(document: Document, mentions: Sequence[Mention], cues: Cues) -> list[Quote]:
    """Return the quotes of a document in the order of their beginnings.

    Each is direct (all of it in quotation marks, which stay outside), mixed or indirect. A verb
    without a subject, and a participle, take the speaker before it: the span is then that of the
    words that name the speaker in full. A report of a report gives two quotes; as a span is what
    tells rows apart, the inner one then begins at its complementizer.

    >>> from tasks.arabic.cues import Word, compile_cues
    >>> from tasks.arabic.reading import read
    >>> words = [Word("قال", "verb", "يقول", "قائل", "قول", ("clause",)), Word("وزير", "role")]
    >>> document = read("قال الوزير أمس إن الطريق مفتوح.")
    >>> [quote] = find_quotes(document, [], compile_cues(words))
    >>> quote.kind, document.text_of(quote.span), document.text_of(quote.speaker), document.text_of(quote.cue)
    ('indirect', 'الطريق مفتوح', 'الوزير', 'قال')
    """
    reader = _Reader(mark(document, mentions, cues))
    return _settle([quote for sentence in document.sentences for quote in reader.read_sentence(sentence)])


def _settle(found: Sequence[_Found]) -> list[Quote]:
    """Give every quote a span of its own, in the order of their reporting words."""
    taken: dict[Span, Quote] = {}
    for quote, outer in sorted(found, key=lambda f: (f.quote.cue or f.quote.span).start):
        span = quote.span
        if span in taken and outer < span.start:
            span = Span(outer, span.end)
        taken.setdefault(span, quote._replace(span=span))
    return sorted(taken.values(), key=lambda q: q.span)


class _Reader:
    """One reading of one document, sentence by sentence: `last` is who spoke last."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.tokens = marked.tokens
        self.speakers = Speakers(marked)
        self.reported = Reported(marked, self.speakers)
        self.last: Speaker | None = None

    def read_sentence(self, sentence: Sentence) -> Iterator[_Found]:
        """Yield the quotes of a sentence, and remember who spoke."""
        place = _Place(sentence.first, sentence.last, [])
        place.found.extend(self._read_statement(place))
        for at in range(place.first, place.last):
            hit = self.marked.hits.get(at)
            if hit is not None:
                read = self._read_source if hit.form.kind == "source" else self._read_report
                place.found.extend(read(place, hit))
        if not place.found:
            place.found.extend(self._read_continued(place))
        self.speakers.remember_roles(sentence)
        yield from place.found

    def _quote(
        self, span: Span, kind: str, speaker: Speaker | None, cue: Hit | None = None, that: int | None = None
    ) -> _Found:
        if speaker is not None:
            self.last = speaker.unnamed()
        where, entity_id, *_ = speaker or Speaker(None)
        outer = span.start if that is None else self.tokens[that].start
        return _Found(Quote(span, kind, where, entity_id, cue and self._span_of(cue)), outer)

    def _span_of(self, hit: Hit) -> Span:
        token = self.tokens[hit.at]
        return Span(skip_letters(token, hit.conj), cut_letters(token, hit.form.tail))

    # --- cue before: قال X إن … ----------------------------------------------------------------------

    def _read_report(self, place: _Place, hit: Hit) -> Iterator[_Found]:
        if self._is_relative(place, hit.at):
            yield from self._read_relative(place, hit)
            return
        content = self.reported.find_content(hit, place.last)
        if content is None:
            yield from self._read_after_quotation(place, hit)
            return
        span, kind = self.reported.settle(content, place.last, is_past=hit.form.is_past or hit.form.kind != "verb")
        if self._is_speech(hit, content, span, kind):
            speaker = self._find_speaker(place, hit, content)
            if hit.form.kind != "verb" or _may_speak(hit, content, speaker):
                yield self._quote(span, kind, speaker, hit, content.that)

    def _is_speech(self, hit: Hit, content: Content, span: Span, kind: str) -> bool:
        if hit.form.kind == "noun" and not self._is_reporting_noun(hit, content):
            return False
        if kind == "indirect":
            return not content.needs_marks and len(self.marked.document.text_of(span).split()) >= _LONG_ENOUGH
        return True

    def _is_reporting_noun(self, hit: Hit, content: Content) -> bool:
        """Tell a noun that reports (قوله إن) from one that is talked about (القول بأن)."""
        if hit.at - 1 in self.marked.hits or content.first - hit.at > _NOUN_REACH or content.that is None:
            return False
        follows = hit.at + 1
        return bool(hit.form.tail) or (follows in self.marked.names and not self.marked.is_prefixed(follows))

    def _find_speaker(self, place: _Place, hit: Hit, content: Content) -> Speaker | None:
        begin = content.first if content.that is None else content.that
        follows = self.speakers.find_subject(hit.at + 1, begin)
        if hit.form.kind == "noun":
            return self.speakers.find_source_before(place.first, hit.at) or follows or self.last
        if hit.form.kind == "participle":
            return self._find_antecedent(place, hit)
        before = self.tokens[hit.at - 1].norm if hit.at > place.first else ""
        is_joined = hit.conj or before == "و"
        if before in SUBORDINATORS and not hit.form.is_past:
            return self.speakers.find_sentence_subject(place.first, hit.at) or follows
        precedes = None if is_joined else self.speakers.find_subject_before(place.first, hit.at)
        if precedes is not None and (follows is None or follows.entity_id is None):
            return precedes
        if follows is None and (hit.form.is_past or is_joined or hit.at == place.first):
            return self._find_antecedent(place, hit)
        return follows

    def _find_antecedent(self, place: _Place, hit: Hit) -> Speaker | None:
        """Return whom a word without a subject takes: who spoke in the sentence, its subject, who spoke last."""
        if place.found and place.found[-1].quote.speaker is not None:
            return self.last
        return self.speakers.find_sentence_subject(place.first, hit.at) or self.last

    # --- cue after: …، بحسب X -------------------------------------------------------------------------

    def _is_relative(self, place: _Place, at: int) -> bool:
        """Tell whether a verb stands in a clause that names the source of another one: كما قال، وفق ما ذكرت."""
        before = self.tokens[at - 1].norm if at > place.first else ""
        if before in ("كما", "مثلما"):
            near = min(place.last, at + NEAR)
            return at - 1 > place.first and self.reported.find_content(self.marked.hits[at], near) is None
        if before in ("ما", "لما"):
            source = self.marked.hits.get(at - 2)
            return source is not None and source.form.kind == "source"
        return before in ("حسبما", "بحسبما", "وفقما")

    def _read_relative(self, place: _Place, hit: Hit) -> Iterator[_Found]:
        if self.tokens[hit.at - 1].norm in ("كما", "مثلما"):  # after the others the source word reads the clause
            speaker, end = self.speakers.find_source(hit.at + 1, place.last)
            if speaker is not None:
                yield from self._attribute(place, hit.at - 1, Source(hit, end, speaker), speaker)

    def _read_source(self, place: _Place, hit: Hit) -> Iterator[_Found]:
        source = self.speakers.read_source(hit.at, place.last)
        if source is None or (source.is_own and (place.found or self.last is None)):
            return
        subject = self.speakers.find_sentence_subject(place.first, hit.at)
        speaker = source.speaker or (subject or self.last if source.is_own else self.last or subject) or Speaker(None)
        is_first = hit.at == place.first or (hit.at == place.first + 1 and self.tokens[place.first].norm == "و")
        opens = source.end < place.last and self.tokens[source.end].norm in SO | {"«"}
        if is_first or hit.conj or opens:
            yield from self._read_fronted(place, source, speaker)
        else:
            yield from self._attribute(place, hit.at, source, speaker)

    def _read_fronted(self, place: _Place, source: Source, speaker: Speaker) -> Iterator[_Found]:
        """Read وبحسب X، … and وفقا لـX فإن …."""
        at = source.end
        that = at if at < place.last and self.tokens[at].norm in SO else None
        while at < place.last and self.tokens[at].norm in COMMAS | _PARTICLES:
            at += 1
        if at < place.last - 1:
            span, kind = self.reported.settle(self.reported.open_at(at), place.last)
            yield self._quote(span, kind, speaker, source.cue, that)

    def _attribute(self, place: _Place, at: int, source: Source, speaker: Speaker) -> Iterator[_Found]:
        """Give the clause around a source phrase, which begins at `at`, to its speaker."""
        if place.found and _is_said_by(place.found[-1].quote, speaker):
            return
        start, skip = self._find_clause_start(place.first, at)
        stop = at
        if source.end + 1 < place.last and self.tokens[source.end].norm in COMMAS and self._goes_on(source.end + 1):
            stop = self.reported.find_end(source.end + 1, place.last)
        stop = self.reported.trim(start, stop)
        if stop - start >= _LONG_ENOUGH:
            whole = Span(skip_letters(self.tokens[start], skip), self.tokens[stop - 1].end)
            yield self._quote(*self.reported.grade(whole), speaker, source.cue)

    def _goes_on(self, at: int) -> bool:
        """Tell whether the clause goes on after a source phrase set in commas."""
        token = self.tokens[at]
        if "ال" in token.proclitics:  # in apposition to the source
            return False
        return at not in self.marked.hits and token.norm not in CONNECTIVES and token.norm[0] not in "وف"

    def _find_clause_start(self, first: int, at: int) -> tuple[int, int]:
        """Return the first token of the clause before `at`, and the letters of a conjunction on it."""
        for begin in range(at - 1, first, -1):
            if self.tokens[begin].norm in ("فيما", "بينما") and self.tokens[begin - 1].norm in COMMAS:
                return begin + 1, 0
        while first < at and self.tokens[first].norm in OPENINGS | THAT:
            first += 1
        hit = self.marked.hits.get(first)
        is_joined = self.tokens[first].proclitics[:1] == ("و",) or (hit is not None and hit.conj)
        return first, int(bool(is_joined))

    def _read_after_quotation(self, place: _Place, hit: Hit) -> Iterator[_Found]:
        """Read «…»، قال X."""
        close = hit.at - 1
        while close > place.first and self.tokens[close].norm in "،,.":
            close -= 1
        if hit.form.kind != "verb" or hit.conj or close < place.first or self.tokens[close].norm != "»":
            return
        opened = next((at for at in range(close, place.first - 1, -1) if self.tokens[at].norm == "«"), close)
        if close - opened - 1 > NAME_LENGTH:
            speaker = self.speakers.find_subject(hit.at + 1, min(hit.at + NEAR, place.last)) or self.last
            yield self._quote(Span(self.tokens[opened + 1].start, self.tokens[close - 1].end), "direct", speaker, hit)

    # --- no cue ------------------------------------------------------------------------------------

    def _read_statement(self, place: _Place) -> Iterator[_Found]:
        """Read a line `name : statement`; a place or a topic before the colon is a heading, not a speaker."""
        reach = range(place.first + 1, min(place.last, place.first + NEAR))
        colon = next((at for at in reach if self.tokens[at].norm == ":"), None)
        if colon is None or place.last - colon <= NAME_LENGTH or not self._may_state(place.first):
            return
        if any(at in self.marked.hits for at in range(place.first, colon)):
            return
        speaker = self.speakers.find_subject(place.first, colon)
        if speaker is not None:
            span, kind = self.reported.settle(self.reported.open_at(colon + 1), place.last)
            yield self._quote(span, kind, speaker)

    def _may_state(self, first: int) -> bool:
        """Tell whether a line begins with a speaker: a person; in the first line also a body or a role."""
        name = self.marked.names.get(first)
        if name is not None:
            return name.mention.label == "PER" or (name.mention.label == "ORG" and first == 0)
        return first == 0 and self.marked.is_role(first)

    def _read_continued(self, place: _Place) -> Iterator[_Found]:
        """Read a sentence that is one quotation, said by who spoke last."""
        first, last = place.first, place.last
        if first == last or self.tokens[first].norm != "«" or self.last is None:
            return
        close = self.marked.close_of(first, last)
        if last - 2 <= close < last and close - first - 1 > NAME_LENGTH:
            yield self._quote(Span(self.tokens[first + 1].start, self.tokens[close - 1].end), "direct", self.last)


def _may_speak(hit: Hit, content: Content, speaker: Speaker | None) -> bool:
    """Refuse a present tense, or a verb before a phrase, whose subject is neither a name nor a role."""
    if hit.form.is_past and (content.that is not None or content.opened is not None):
        return True
    return hit.form.is_past if speaker is None else speaker.entity_id is not None or speaker.is_known


def _is_said_by(quote: Quote, speaker: Speaker) -> bool:
    same_entity = speaker.entity_id is not None and quote.speaker_entity_id == speaker.entity_id
    return quote.speaker == speaker.span or same_entity
