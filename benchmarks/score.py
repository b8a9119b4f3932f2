"""Score the pipeline on annotated articles, and hold it to the floors: `make score`.

The annotated sets lie beside the project in ../shared/eval and are not part of it. floors.json keeps
the F1 (or recall) of every layer with the digest of the set it was measured on. A score under its
floor fails; `--raise` writes the scores that are higher.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SETS = {"articles": (EVAL / "articles", EVAL / "gold"), "news": (EVAL / "news" / "articles", EVAL / "news" / "gold")}
FLOORS = Path(__file__).with_name("floors.json")
SLACK = 0.05  # scores are printed with one decimal


def main(
    raise_floors: Annotated[bool, typer.Option("--raise", help="Write higher scores as the new floors.")] = False,
) -> None:
    if not EVAL.is_dir():
        raise SystemExit(f"the annotated articles are not at {EVAL}; there is nothing to score")
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    fallen = []
    for name, (articles, gold) in SETS.items():
        scores = score_set(articles, gold)
        known = floors.setdefault(
            name, {"sha256": digest(gold), "articles": len(list(gold.glob("*.json"))), "scores": {}}
        )
        if known["sha256"] != digest(gold):
            fallen.append(f"{name}: the annotations changed; the floors of {FLOORS.name} are those of another set")
        fallen += [
            f"{name}: {layer} {scores[layer]} < {floor}"
            for layer, floor in known["scores"].items()
            if scores[layer] < floor - SLACK
        ]
        if raise_floors:
            known["scores"] |= {layer: max(value, known["scores"].get(layer, 0.0)) for layer, value in scores.items()}
    if raise_floors:
        FLOORS.write_text(json.dumps(floors, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if fallen:
        raise SystemExit("\n".join(["", "Under the floor:", *fallen]))
    print("\nNo score is under its floor.")


def score_set(articles: Path, gold: Path) -> dict[str, float]:
    """Refresh a warehouse from a set, print its score table, and return one figure a layer."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"WARRAQ_SEEDS": str(articles), "WARRAQ_WAREHOUSE": folder}
        subprocess.run([sys.executable, "-m", "flows", "refresh"], check=True, env=env, stdout=subprocess.DEVNULL)
        command = [
            sys.executable,
            str(EVAL / "score.py"),
            "--warehouse",
            f"{folder}/warehouse.duckdb",
            "--gold",
            str(gold),
        ]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        result = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout)
    return {
        layer: value.get("f1", value["r"])
        for layer, value in result.items()
        if isinstance(value, dict) and value["gold"]
    }


def digest(folder: Path) -> str:
    """Return the digest of a folder of annotations."""
    files = sorted(folder.glob("*.json"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


if __name__ == "__main__":
    typer.run(main)
