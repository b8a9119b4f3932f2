"""Train all models: `python -m flows.train --data ../shared/data`, or `make train`.

In this order, as each step goes on with what the one before it made: weights to cut clitics by, classes of words that
are used alike, the tagger of parts of speech, the tagger of names. All are scored on texts they have not seen, and
take the place of those in use only if no score falls under its floor (`tasks/model/floors.json`). The same corpora give
the same bytes.
"""

import gc
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order, and no core more than its own

import typer

from flows.training.card import CARD, write_card, write_page
from flows.training.clitics import learn_clitics, write_clitics
from flows.training.clusters import learn_clusters, read_running
from flows.training.corpora import read_lines, read_news
from flows.training.names import Lesson, learn_names, read_lessons, take_share
from flows.training.parts import learn_parts
from flows.training.score_names import OTHERS, read_tests, score_articles, score_sets
from flows.training.score_words import score_all_words
from flows.training.treebank import SEEN, read_sentences
from tasks.analysis import build_analyser, known_words
from tasks.arabic import clitic_weights
from tasks.arabic.clitics import use_weights
from tasks.arabic.tagging import build_vocabulary
from tasks.lexicons.names import gazetteer
from tasks.taggers import clusters, names, parts
from tasks.taggers.chain import LinearTagger
from tasks.taggers.store import FOLDER

SEED: Final = 2026
FITS: Final = 3  # models of names, of which the mean is taken
CURVE: Final = (8, 4, 2)  # one text in so many
NEWS_WEIGHT: Final = 2.0  # of a line of news among running text, against one of an encyclopedia
CLITICS: Final = "clitic_weights.py"
FILES: Final = (clusters.FILE, parts.FILE, names.FILE, CARD)
HELD: Final = ("micro", "clitics", "lemmas", "parts", "sentences")  # measures that have floors
Scores = dict[str, dict[str, float]]


def main(
    data: Annotated[Path, typer.Option(help="The folder of the corpora.")],
    out: Annotated[Path, typer.Option(help="The folder of the models to replace.")] = FOLDER,
    promote: Annotated[bool, typer.Option(help="Replace the models in use, if no score falls.")] = True,
) -> None:
    """Train, score, and put the models in their place."""
    say = partial(_say, time.monotonic())
    with TemporaryDirectory() as folder:
        made = Path(folder)
        scores = train(data, made, say)
        fallen = find_fallen(scores, out / "floors.json")
        if fallen or not promote:
            kept = shutil.copytree(made, out / "candidate", dirs_exist_ok=True)
            raise SystemExit("\n".join([*fallen, f"the models in use stay; the new ones are at {kept}"]))
        out.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(made / name, out / name)
        shutil.copy(made / CLITICS, clitic_weights.__file__ if out == FOLDER else out / CLITICS)
    raise_floors(scores, out / "floors.json")
    if out == FOLDER:
        write_page()
    say("done")


def _say(began: float, what: str) -> None:
    typer.echo(f"{time.monotonic() - began:6.0f} s  {what}")


def train(data: Path, made: Path, say: partial[None]) -> Scores:
    """Make all models in a folder, with their card; return their scores."""
    say("fitting clitics")
    sentences = list(read_sentences(data / "pud" / "test.conllu"))
    weights = learn_clitics(sentences[:SEEN])
    use_weights(weights)
    write_clitics(made / CLITICS, weights)
    say("learning classes of words from running text")
    left_out = {example.name for example in read_news(data / "news_ner" / "dev.jsonl", known_words())}
    classes = learn_clusters(read_running(read_texts(data, left_out), known_words()), SEED)
    clusters.write_clusters(made, classes)
    say("learning parts of speech")
    model = learn_parts(sentences[:SEEN], classes, SEED)
    parts.write_part_model(made, model)
    say("reading annotated texts")
    lessons = list(read_lessons(data))
    gc.freeze()  # millions of words that live to the end: nothing to look through for garbage again and again
    vocabulary = build_vocabulary(gazetteer(), classes)
    tests = read_tests(data)
    curve = []
    for one_in in CURVE:
        say(f"learning names, from 1 text of news in {one_in}")
        tagger = LinearTagger(learn_names(take_share(lessons, one_in), vocabulary, SEED).to_integers(), vocabulary)
        curve.append(_point(score_sets(tagger, tests), lessons, one_in))
    say(f"learning names, from {len(lessons)} texts, {FITS} times")
    fitted = learn_names(lessons, vocabulary, SEED, FITS)
    say("scoring")
    names.write_weights(made, fitted.to_integers())
    tagger = names.load_tagger(gazetteer(), made)
    scores: Scores = score_all_words(data, build_analyser(model, classes)) | score_sets(tagger, tests)
    curve.append(_point(scores, lessons, 1))
    other = LinearTagger(fitted.to_integers(is_other=True), vocabulary)
    of_others = score_sets(other, {name: tests[name] for name in OTHERS})
    scores |= {f"{name}, as ANERcorp is annotated": row for name, row in of_others.items()}
    scores |= score_articles(tagger, data.parent / "eval")
    write_card(made, data, SEED, scores, curve)
    return scores


def read_texts(data: Path, left_out: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Yield running text by line with its weight; texts to be scored on are left out."""
    unused = set(left_out)
    for name, text in read_lines(data / "ant" / "articles.jsonl.gz"):
        if name not in unused:
            yield text, NEWS_WEIGHT
    for _, text in read_lines(data / "wikipedia" / "text.txt.gz"):
        yield text, 1.0


def _point(scores: Mapping[str, Mapping[str, float]], lessons: Sequence[Lesson], one_in: int) -> dict[str, float]:
    """Return a point of the learning curve: words of news, and F1 by set."""
    words = sum(len(lesson.labels) for lesson in take_share(lessons, one_in) if lesson.is_news)
    return {"words": words} | {name: scores[name]["micro"] for name in ("news_ner dev", *OTHERS)}


def find_fallen(scores: Mapping[str, Mapping[str, float]], path: Path) -> list[str]:
    """Return a line for each score under its floor."""
    return [
        f"{name}: {what} {scores.get(name, {}).get(what, 0.0)} is under the floor of {floor}"
        for name, floors in _read_floors(path).items()
        for what, floor in floors.items()
        if scores.get(name, {}).get(what, 0.0) < floor
    ]


def raise_floors(scores: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Write the scores that are higher than their floors as the new floors."""
    floors = _read_floors(path)
    for name, row in scores.items():
        known = floors.setdefault(name, {})
        known.update({what: max(row[what], known.get(what, 0.0)) for what in HELD if what in row})
    path.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")


def _read_floors(path: Path) -> Scores:
    floors: Scores = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return floors


if __name__ == "__main__":
    typer.run(main)
