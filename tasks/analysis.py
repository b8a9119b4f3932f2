"""What is known of a word without its text: how often it is written, its lemma, what part of speech it may be.

For the stages and for `ar_warraq` alike, so nothing of the stages is imported here.
"""

from collections.abc import Mapping
from functools import cache

from tasks import lexicons
from tasks.arabic.document import Document, Token
from tasks.arabic.lemmas import Lemmatizer
from tasks.arabic.normalize import norm
from tasks.arabic.parts import Knowledge, describe
from tasks.taggers.clusters import Clusters, load_clusters
from tasks.taggers.parts import PartModel, PartTagger, Scores, load_part_model

# A name of the lexicons counts as a word seen this often, so that no clitic is cut off بكين.
NAME_COUNT = 20_000
MOST_KNOWN = 1 << 16  # words, some 40 MB


@cache
def known_words() -> Mapping[str, int]:
    """Return the word list that clitics are weighed by: written words and the first words of names."""
    words = dict(lexicons.words())
    for entity in lexicons.entities():
        for name in entity.names:
            first = norm(name.partition(" ")[0])
            words[first] = max(words.get(first, 0), NAME_COUNT)
    return words


@cache
def lemmatizer() -> Lemmatizer:
    """Return what gives tokens their lemmas; of names it knows nothing, only of written words."""
    return Lemmatizer(lexicons.words(), lexicons.verbs(), lexicons.lemma_forms())


Known = tuple[str | None, Scores]  # a lemma, and what a word weighs for the tagger


class Analyser:
    """Finds what is to be known of a word without its neighbours; keeps it of the words that it saw last."""

    def __init__(self, lemmatizer: Lemmatizer, tagger: PartTagger, knowledge: Knowledge) -> None:
        """Take what finds lemmas, what weighs parts of speech, and what that one goes by."""
        self.tagger = tagger
        self._lemmatizer = lemmatizer
        self._knowledge = knowledge
        self._known: dict[tuple[object, ...], Known] = {}

    def analyse(self, token: Token) -> Known:
        """Return a word's lemma, and what it weighs for the parts of speech of itself and its neighbours."""
        word = (token.text, token.proclitics, token.enclitics)
        known = self._known.get(word)
        if known is None:
            lemma = self._lemmatizer.find(token.stem, token.proclitics, token.enclitics)
            known = (lemma, self.tagger.weigh(describe(token, lemma, self._knowledge)))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[word] = known
        return known

    def analyse_document(self, document: Document) -> list[tuple[str | None, str]]:
        """Return the lemma and the part of speech of each word of a document."""
        known = list(map(self.analyse, document.tokens))
        parts = self.tagger.tag([scores for _, scores in known], [s.first for s in document.sentences])
        return [
            (lemma, word.upos if word.upos in ("NUM", "PUNCT") else part)
            for word, (lemma, _), part in zip(document.tokens, known, parts, strict=True)
        ]


@cache
def analyser() -> Analyser:
    """Return the analyser of a process; raises `ModelError`."""
    return build_analyser(load_part_model(), load_clusters())


def build_analyser(model: PartModel, clusters: Clusters) -> Analyser:
    """Return what analyses words by a model."""
    knowledge = Knowledge(lexicons.words(), model.names, clusters)
    return Analyser(lemmatizer(), PartTagger(model.weights, model.steps), knowledge)
