"""Fingerprints: what of the pipeline differs from the one that made a row, and so what has to be done anew.

`stage.fingerprint` names a pipeline as a whole. Here it is taken apart: the code of the stages that
read a text (ingest to tokenize), the code of those that look for facts in it (extract and aggregate),
and what the lexicons say (`tasks.footprints`). Code is followed along its imports, so that a rule for
quotes is no reason to tokenize an article again.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tasks import stage
from tasks.chosen import identify_model
from warehouse import likeness, stories

_FOLLOWERS: Final = {"tasks.ingest": likeness, "tasks.aggregate": stories}
READING: Final = ("tasks.ingest", "tasks.clean", "tasks.tokenize")
RULES: Final = ("tasks.extract", "tasks.aggregate")


def digest_stages(modules: Iterable[str]) -> str:
    """Return 16 hex digits for some stages: their code and all of `tasks` below it, their tables, their libraries.

    What follows on them counts too: near-duplicates on ingest, stories on aggregate.

    Lexicons are no part of it, save the code that loads them; a trained model belongs to the code of its name.
    """
    modules = tuple(modules)
    files = {path for module in modules for path in files_of(module)}
    digest = hashlib.sha256()
    for file in (*sorted(files), *_list_models(files), *_list_followers(modules)):
        digest.update(f"{file.parent.name}/{file.name}\0".encode() + file.read_bytes())
    for library in stage.LIBRARIES:
        if any(library.replace("-", "_") in _list_imports(file.read_bytes()) for file in files):
            digest.update(f"{library} {version(library)}".encode())
    for module in modules:
        import_module(module)  # so that it has told what it writes
        for table in stage.WRITTEN[module]:
            shape = [f"{field.name} {field.type} {field.nullable}" for field in table.schema]
            digest.update("\n".join([table.name, *table.key, *shape]).encode())
    if "tasks.extract" in modules:
        digest.update(identify_model())
    return digest.hexdigest()[:16]


def _list_followers(modules: Iterable[str]) -> list[Path]:
    return [Path(str(_FOLLOWERS[module].__file__)) for module in modules if module in _FOLLOWERS]


def files_of(module: str) -> frozenset[Path]:
    """Return the files of `tasks` that a module is made of: its own, and those of all that it imports.

    >>> names = {file.stem for file in files_of("tasks.clean")}
    >>> "fixes" in names, "gazetteer" in names
    (True, False)
    """
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file_of(name)
        if file is None or file in found:
            continue
        found.add(file)
        waiting += [*_list_imports(file.read_bytes()), name.rpartition(".")[0]]
    return frozenset(found)


def _file_of(module: str) -> Path | None:
    """Return where a module of `tasks` lies; None for what is no such module."""
    top, *parts = module.split(".")
    path = stage.CODE.joinpath(*parts)
    candidates = (path.with_suffix(".py"), path / "__init__.py") if parts else (path / "__init__.py",)
    return next((file for file in candidates if file.is_file()), None) if top == "tasks" else None


@cache
def _list_imports(code: bytes) -> frozenset[str]:
    """Return the modules that a file imports, wherever it does; a name taken from one may be a module itself."""
    return frozenset(_walk_imports(ast.parse(code)))


def _walk_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from (alias.name, alias.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "imports are written in full"
            assert not node.level, "imports are written in full"
            yield from (node.module, node.module.partition(".")[0])
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _list_models(files: Iterable[Path]) -> list[Path]:
    """Return the models of some code: tagger and model have one name."""
    models = (stage.CODE / "model" / f"{file.stem}.bin" for file in files if file.parent.name == "taggers")
    return sorted(model for model in models if model.is_file())
