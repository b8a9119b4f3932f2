"""How well a tagger finds names, before rules say anything of it: the sets it is scored on, and F1 by set and label."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from flows.training.corpora import Example, names_of, read_columns, read_news
from tasks.analysis import known_words
from tasks.arabic.fixes import fix_text
from tasks.arabic.names import hint
from tasks.arabic.reading import read
from tasks.arabic.tagging import NAMES
from tasks.ingest import Decoded, decode
from tasks.lexicons.names import gazetteer
from tasks.taggers.chain import LinearTagger

OLD_NAMES: Final = ("PER", "LOC", "ORG")  # what ANERcorp and AQMAR have in common with us
CORE: Final = ("PER", "LOC", "ORG", "NORP")  # what all annotated articles have
OTHERS: Final = {"ANERcorp dev": "anercorp/dev.tsv", "ANERcorp test": "anercorp/test.tsv", "AQMAR": "aqmar/all.tsv"}
ARTICLES: Final = {"eval articles": ("articles", "gold"), "eval news": ("news/articles", "news/gold")}


class TestSet(NamedTuple):
    """Annotated texts to score on, and the labels that they have."""

    examples: Sequence[Example]
    labels: Sequence[str]


def read_tests(data: Path) -> dict[str, TestSet]:
    """Return the sets to score on, by name; the tagger was trained on none of them."""
    words = known_words()
    tests = {"news_ner dev": TestSet(list(read_news(data / "news_ner" / "dev.jsonl", words)), NAMES)}
    for name, path in OTHERS.items():
        tests[name] = TestSet(list(read_columns(data / path, words, OLD_NAMES)), OLD_NAMES)
    return tests


Counts = Counter[tuple[str, str]]


def score_sets(tagger: LinearTagger, tests: Mapping[str, TestSet]) -> dict[str, dict[str, float]]:
    """Return F1 by set and label, in per cent, word by word."""
    scores = {}
    for name, (examples, labels) in tests.items():
        counts: Counts = Counter()
        for example in examples:
            found = tagger.tag(example.document, hint(example.document, gazetteer())).names
            _count(counts, *([n for n in names if n.label in labels] for names in (names_of(example), found)))
        scores[name] = dict(_rate(counts, labels, labels))
    return scores


def score_articles(tagger: LinearTagger, eval_folder: Path) -> dict[str, dict[str, float]]:
    """Return F1 on whole articles by raw characters, where they lie beside the corpora; `micro` is of `CORE`.

    What the annotators left open neither counts nor costs.
    """
    return {
        name: dict(_score_set(tagger, eval_folder / articles, eval_folder / gold))
        for name, (articles, gold) in ARTICLES.items()
        if (eval_folder / gold).is_dir()
    }


def _score_set(tagger: LinearTagger, articles: Path, gold: Path) -> Iterator[tuple[str, float]]:
    counts: Counts = Counter()
    texts = {file.stem: file for file in articles.iterdir()}
    for path in sorted(gold.glob("*.json")):
        notes = json.loads(path.read_text(encoding="utf-8"))
        decoded = decode(texts[path.stem].read_bytes())
        assert isinstance(decoded, Decoded)
        fixed = fix_text(decoded.text)
        document, to_raw = read(fixed.text, known_words()), fixed.alignment.to_raw
        optional = {(e["start"], e["end"]) for e in notes.get("entities_optional", [])}
        wanted = {(e["start"], e["end"], e["label"]) for e in notes["entities"]}
        tokens = document.tokens
        spans = {
            (*to_raw(tokens[name.first].name_start, tokens[name.last - 1].end), name.label)
            for name in tagger.tag(document, hint(document, gazetteer())).names
        }
        found = {name for name in spans if name in wanted or name[:2] not in optional}
        _count(counts, wanted, found)
        headings = {(*span, "") for span in notes.get("headings", [])}
        sentences = {(*span, "sentences") for span in notes.get("sentences", [])}
        if sentences:
            cut = {(*to_raw(s.start, s.end), "sentences") for s in document.sentences}
            _count(counts, sentences, {span for span in cut if (*span[:2], "") not in headings})
    yield from _rate(counts, CORE, (*NAMES, "sentences"))


def _count(counts: Counts, gold: Iterable[tuple[int, int, str]], found: Iterable[tuple[int, int, str]]) -> None:
    """Count by label what is annotated, found, and both."""
    gold, found = set(gold), set(found)
    for what, names in (("gold", gold), ("found", found), ("right", gold & found)):
        counts.update((what, label) for *_, label in names)


def _rate(counts: Counts, core: Sequence[str], labels: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield F1 of some labels together, and of each, in per cent."""
    for what, own in {"micro": core, **{label: (label,) for label in labels}}.items():
        gold, found, right = (sum(counts[kind, label] for label in own) for kind in ("gold", "found", "right"))
        if gold:
            yield what, round(200 * right / (gold + found), 1)
