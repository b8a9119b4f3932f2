"""The card of the models: what they were made of and what they can do, as `meta.json` and as docs/model.md."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tasks.arabic.tagging import NAMES
from tasks.taggers.store import FOLDER

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "model.md"
PLOT: Final = ROOT / "docs" / "learning.svg"
CARD: Final = "meta.json"
TRAINING: Final = ROOT / "training"
ABLATION: Final = ROOT / "benchmarks" / "ablation.jsonl"
HELD: Final = (
    "checksums of features with their weights, and the classes and kinds of single words; no sentence of any corpus"
)
CORPORA: Final[Mapping[str, tuple[str, str]]] = {
    "news_ner": (
        "text Apache-2.0 (ANT corpus v1.1) and CC BY-SA 4.0 (Wikipedia); annotations of this project",
        "names annotated in news and some encyclopedia: training, and 170 articles apart for scoring and thresholds",
    ),
    "anercorp": ("CC BY-SA 4.0", "names annotated in news of about 2002, without nationalities: training and test"),
    "aqmar": ("CC BY-SA 3.0", "names annotated in encyclopedia articles: test only"),
    "pud": (
        "CC BY-SA 3.0",
        "clitics, lemmas and parts of speech: sentences 1-800 for training, the others for scoring",
    ),
    "padt": ("CC BY-NC-SA 3.0", "clitics: test only"),
    "ant": ("Apache-2.0", "running text of radio news 2015-2017: classes of words"),
    "wikipedia": ("CC BY-SA 4.0", "running text of an encyclopedia, 2017: classes of words"),
}
WORDS: Final = {"clitics": "words cut as annotated", "lemmas": "lemmas", "parts": "parts of speech"}
# Figures of others on the same sets, as published or as the sets' descriptions give them.
OTHERS: Final = (
    ("news_ner dev", "a second annotator (60 articles of its test part)", 96.8),
    ("news_ner dev", "plain CRF, affixes and window, no lexicon", 82.6),
    ("ANERcorp test", "fine-tuned language models of the BERT class", "82-84"),
    ("ANERcorp test", "spaCy CNN with hash embeddings, trained on ANERcorp", 61.5),
    ("ANERcorp test", "two-stage CRF, trained on ANERcorp", 71.5),
)
FAILURES: Final = (
    "MISC (events, treaties, prizes, products) is the softest label for annotators too, and has the fewest examples.",
    "A long body whose name goes on in common words (مركز كذا للدراسات والبحوث) may be cut short or run on.",
    "The training news is Tunisian and of 2015-2017: names of other regions and years are known from lexicons, "
    "titles and the words around them, not by heart.",
    "ANERcorp and AQMAR follow other guidelines (articles and clitics inside names, nationalities as MISC or not at "
    "all); a part of what is lost there is no error of reading.",
)


def write_card(
    made: Path,
    data: Path,
    seed: int,
    scores: Mapping[str, Mapping[str, float]],
    curve: Sequence[Mapping[str, float]],
) -> None:
    """Write what the models in a folder were made of and what they can do."""
    card = {
        "trained_on": datetime.now(UTC).date().isoformat(),
        "seed": seed,
        "files": {
            file.name: {"bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
            for file in sorted(made.glob("*.bin"))
        },
        "libraries": {name: version(name) for name in ("numpy", "scipy", "spacy")},
        "corpora": {
            name: {"sha256": digest_folder(folder), "licence": licence, "use": use}
            for name, (folder, licence, use) in {
                **{name: (data / name, *told) for name, told in CORPORA.items()},
                "training": (TRAINING, "Apache-2.0", "sentences and cut words written for this project: training"),
            }.items()
        },
        "scores": scores,
        "curve": curve,
    }
    (made / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def digest_folder(folder: Path) -> str:
    """Return the digest of a corpus."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def write_page() -> None:
    """Write docs/model.md and its drawing anew."""
    PAGE.write_text(describe_models(), encoding="utf-8")
    PLOT.write_text(draw_curve(read_card()["curve"]), encoding="utf-8")


def read_card() -> dict[str, Any]:
    """Return the card of the models in use."""
    card: dict[str, Any] = json.loads((FOLDER / CARD).read_text(encoding="utf-8"))
    return card


def describe_models() -> str:
    """Return docs/model.md, from the card of the models in use and the table of what was tried."""
    tried = [json.loads(line) for line in ABLATION.read_text(encoding="utf-8").splitlines()]
    return "\n".join(_write_parts(read_card(), tried)) + "\n"


def _write_parts(card: Mapping[str, Any], tried: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    size = sum(file["bytes"] for file in card["files"].values()) / 1e6
    yield "<!-- Written by flows/training/card.py from tasks/model/meta.json and benchmarks/ablation.jsonl. -->"
    yield "# The models\n"
    yield (
        "`tasks/model/` holds a tagger of names (`names.bin`), one of parts of speech (`parts.bin`) and classes of "
        f"words that are used alike (`clusters.bin`), {size:.1f} MB in all; `tasks/arabic/clitic_weights.py` holds the "
        f"weights by which clitics are cut. One flow made them on {card['trained_on']} with seed {card['seed']}. They "
        f"hold {HELD}.\n"
    )
    yield (
        "Names are read by a chain over words (a conditional random field) with PER, LOC, ORG, NORP and MISC. It sees "
        "the letters, clitics and classes of words, their neighbours, titles before them, and what lexicons and rules "
        "take each word for, here and elsewhere in the article. Its weights are integers: a text has the same names in "
        "any batch, process and machine. What rules find stays unless the chain is too sure of another reading; what "
        "only the chain finds is taken where it is sure (`tasks/arabic/names.py`), with `model` as its method and a "
        "confidence that follows how much better its reading is than the best without the name.\n"
    )
    yield "## What they were made of\n"
    rows = [(name, corpus["use"], corpus["licence"], corpus["sha256"]) for name, corpus in card["corpora"].items()]
    yield from draw_table(("corpus", "use", "licence", "digest"), rows)
    yield "## What they can do\n"
    yield "In per cent, on texts that they were not trained on; `make model-scores` measures it.\n"
    yield from draw_table(("set", *WORDS.values()), list_words(card["scores"]))
    yield "F1 of exact names with their label, by the chain alone; the whole pipeline's scores are in the README.\n"
    yield from draw_table(("set", "micro", *NAMES), list_names(card["scores"]))
    yield (
        "As ANERcorp is annotated: the same training knows which features speak otherwise in that corpus, and these "
        "are switched on. The shipped reading follows the guidelines of this project. AQMAR's topics are history, "
        "sport, science and technology, on which some sentences of our own were written, unseen of its text.\n"
    )
    yield "Beside it, on the same sets:\n"
    yield from draw_table(("set", "system", "micro"), OTHERS)
    yield "## What more text is worth\n"
    yield "F1 (micro) by the words of news_ner that were learned from; ANERcorp and our own sentences stay.\n"
    heads = tuple(card["curve"][0])
    yield from draw_table(heads, [[f"{point['words']:,}", *list(point.values())[1:]] for point in card["curve"]])
    yield "![F1 by words of training text](learning.svg)\n"
    yield "## What was tried\n"
    yield (
        "Micro F1 of the chain alone, each line with the lines above that are marked as kept; ANERcorp dev with the "
        "weights that the product uses.\n"
    )
    heads = ("idea", "news_ner dev", "ANERcorp dev", "AQMAR", "kept")
    yield from draw_table(heads, [tuple(row.get(head, "") for head in heads) for row in tried])
    yield "## Where they fail\n"
    yield from (f"- {failure}" for failure in FAILURES)
    yield "\n## How to train them\n"
    yield (
        "`make train` reads the corpora in `../shared/data`, needs no accelerator and takes about a "
        "quarter of an hour on one core; the same corpora give the same bytes. It puts the new models in the place of "
        "the old ones only if no score falls under its floor (`tasks/model/floors.json`). To add texts of your own, "
        "append lines to a copy of "
        '`news_ner/train.jsonl.gz` (`{"id", "sentences": [{"text", "entities": [[start, end, label], ...]}]}`, code '
        "points, end exclusive), or to `training/names.txt`, and run `python -m flows.train --data FOLDER`."
    )


def list_words(scores: Mapping[str, Mapping[str, float]]) -> list[tuple[object, ...]]:
    """Return the scores of words by set."""
    return [(name, *(row.get(what, "") for what in WORDS)) for name, row in scores.items() if "clitics" in row]


def list_names(scores: Mapping[str, Mapping[str, float]]) -> list[tuple[object, ...]]:
    """Return the scores of names by set and label."""
    heads = ("micro", *NAMES)
    return [(name, *(row.get(what, "") for what in heads)) for name, row in scores.items() if "micro" in row]


def draw_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the lines of a table, and an empty one."""
    heads = tuple(heads)
    yield from (f"| {' | '.join(map(str, row))} |" for row in (heads, ("---",) * len(heads), *rows))
    yield ""


def draw_curve(curve: Sequence[Mapping[str, float]]) -> str:
    """Return the learning curve as a drawing: words to the right, twice as many each time, and F1 upwards."""
    names = [name for name in curve[0] if name != "words"]
    low = 5 * int(min(point[name] for point in curve for name in names) / 5)
    marks = [
        f'<text x="46" y="{_height(value, low) + 4:.0f}" text-anchor="end">{value}</text>'
        for value in range(low, 101, 10)
    ]
    for at, point in enumerate(curve):
        marks.append(f'<text x="{60 + 90 * at}" y="275" text-anchor="middle">{point["words"] / 1000:.0f},000</text>')
    for name, colour in zip(names, ("#0b6", "#c50", "#a3c", "#06c"), strict=False):
        points = [(60 + 90 * at, _height(point[name], low)) for at, point in enumerate(curve)]
        path = " ".join(f"{x},{y:.0f}" for x, y in points)
        marks.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        marks.append(f'<text x="{points[-1][0] + 8}" y="{points[-1][1] + 4:.0f}" fill="{colour}">{name}</text>')
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 290" font-family="sans-serif" font-size="11">',
            '<path d="M52 10V255H340" fill="none" stroke="#888"/>',
            *marks,
            "</svg>\n",
        ]
    )


def _height(value: float, low: float) -> float:
    return 255 - 240 * (value - low) / (100 - low)
