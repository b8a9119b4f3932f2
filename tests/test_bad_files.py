"""A folder of two hundred files that cannot be used, under odd names, costs the good ones nothing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.refresh import refresh
from tasks.ingest import name_file
from warehouse.contracts import ARTICLES, REJECTS, Table
from warehouse.store import Store

pytestmark = pytest.mark.usefixtures("prefect")

TEXT = """خبراء المياه يصلون إلى مسقط

وصل وفد من خبراء المياه إلى مسقط أمس، وعقد اجتماعا مع المسؤولين في وزارة الزراعة.
وقال رئيس الوفد إن «المشروع جاهز»، وإن العمل فيه يبدأ في الخريف المقبل.
"""
Make = Callable[[Path], object]


class Bad(NamedTuple):
    """A kind of bad file: how it ends, what makes it, and why it is refused; `line` where one line is."""

    ending: str
    make: Make
    reason: str
    line: str = ""


def write(content: bytes) -> Make:
    return lambda path: path.write_bytes(content)


def link(target: str) -> Make:
    return lambda path: path.symlink_to(target)


def make_huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 50 << 20)  # a hole, that takes no room on the disk


BAD = (
    Bad(".txt", write(b""), "empty"),
    Bad(".txt", write(b" \r\n\t\n"), "empty"),
    Bad(".TXT", write("12.5 — «» !؟ …".encode()), "empty"),
    Bad(".html", write(b"<html><head><title></title></head><body></body></html>"), "empty"),
    Bad(".txt", write(bytes(range(256)) * 3), "binary"),
    Bad(".txt", write(TEXT.encode().replace(b" ", b"\x00", 1)), "binary"),
    Bad(".txt", write(b"\x89PNG\r\n\x1a\n" + bytes(40)), "binary"),
    Bad(".txt", write(TEXT.encode().rstrip(b".\n")[:-1]), "undecodable"),
    Bad(".txt", write(TEXT.encode() + b"\xfe\xff"), "undecodable"),
    Bad(".txt", write(b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1]), "undecodable"),
    Bad(".txt", write(bytes(range(0xA0, 0x100)) * 3), "undecodable"),
    Bad(".txt", make_huge, "too_large"),
    Bad(".txt", write(b"The delegation said on Monday that work on the dam will begin in autumn."), "not_arabic"),
    Bad(".jsonl", write(b"{"), "bad_json", "#line-1"),
    Bad(".jsonl", write(b'\n{"text": 5}\n'), "bad_json", "#line-2"),
    Bad(".txt", link("nowhere.txt"), "unreadable"),
    Bad(".txt", link("/etc/hostname"), "outside_seeds"),
    Bad(".txt", lambda path: path.symlink_to(path.name), "unreadable"),
    Bad(".txt", Path.mkdir, "not_a_file"),
    Bad(".txt", os.mkfifo, "not_a_file"),
)
NAMES = (
    b"news-",
    "خبر عاجل ".encode(),
    b"two\nlines",
    b'it\'s "quoted" `here` ',
    b"a.jsonl#1;drop table articles;--",
    b"\xff\xfe not UTF-8 \xc3",
    "ب".encode() * 110,  # 220 bytes; a name has 255 at most
    "😀🇪🇬\N{RIGHT-TO-LEFT OVERRIDE}".encode(),
    b"-rf --help",
    rb"back\slash\x41 %20 * ? $HOME ",
)
PASSED_OVER = ("still.txt.part", "copy.tmp", ".hidden.txt", "~backup.txt", "notes.md", ".git/in.txt")
PAGE = (
    "<html><body><article>" + "".join(f"<p>{line}</p>" for line in TEXT.splitlines()) * 2 + "</article></body></html>"
)
GOOD = {
    "good.txt": TEXT.encode(),
    "باب/جيد.txt": TEXT.encode("cp1256"),
    "a folder.txt/in it.txt": TEXT.replace("مسقط", "صور").encode("utf-16"),
    "page.html": PAGE.encode(),
    "feed.jsonl": f'{{"id": "7", "text": "{TEXT.splitlines()[2]}"}}\n'.encode(),
}


def make_bad_files(seeds: Path) -> dict[str, str]:
    """Make each kind of bad file under each name; return the reasons by source."""
    expected = {}
    for number, name in enumerate(NAMES):
        folder = seeds / f"{number}"
        folder.mkdir()
        for kind, bad in enumerate(BAD):
            path = folder / os.fsdecode(name + f"{kind}{bad.ending}".encode())
            bad.make(path)
            expected[name_file(path.relative_to(seeds)) + bad.line] = bad.reason
    return expected


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seeds")


@pytest.fixture(scope="module")
def expected(seeds: Path) -> dict[str, str]:
    """Fill the folder: 200 bad files, 5 good ones, and some that are nobody's business."""
    expected = make_bad_files(seeds)
    assert len(expected) == 200
    for name, content in dict.fromkeys(PASSED_OVER, b"\xff").items() | GOOD.items():
        path = seeds / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return expected | {"a folder.txt": "not_a_file"}


@pytest.fixture(scope="module")
def warehouse(prefect: None, seeds: Path, expected: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warehouse")
    before = state_of(seeds)
    refresh(seeds, folder)
    assert state_of(seeds) == before, "the seeds folder is only read"
    return folder


def state_of(folder: Path) -> dict[Path, tuple[int, int, int]]:
    found = ((path, path.lstat()) for path in folder.rglob("*") if path.name != "writer.lock")
    return {path: (state.st_mode, state.st_size, state.st_mtime_ns) for path, state in found}


def by_source(warehouse: Path, table: Table, column: str) -> dict[str, str]:
    return {row["source"]: row[column] for row in Store(warehouse).live(table).to_pylist()}


def test_every_bad_file_is_rejected_with_its_reason(warehouse: Path, expected: dict[str, str]) -> None:
    assert by_source(warehouse, REJECTS, "reason") == expected
    assert all(detail.strip() for detail in by_source(warehouse, REJECTS, "detail").values())


def test_the_good_files_are_in(warehouse: Path, expected: dict[str, str]) -> None:
    languages = by_source(warehouse, ARTICLES, "language")
    foreign = {source for source, reason in expected.items() if reason == "not_arabic"}
    assert {source for source, language in languages.items() if language == "ar"} == {
        "feed.jsonl#7" if name == "feed.jsonl" else name for name in GOOD
    }  # fmt: skip
    assert languages.keys() == foreign | {source for source, language in languages.items() if language == "ar"}


def test_a_second_refresh_remembers_what_was_refused(warehouse: Path, seeds: Path) -> None:
    before = state_of(warehouse)
    outcome = refresh(seeds, warehouse)
    assert (outcome.did_work, outcome.unchanged) == (False, 201 + len(GOOD))
    assert state_of(warehouse) == before


def test_a_mended_file_comes_in_and_its_reject_goes(warehouse: Path, seeds: Path, expected: dict[str, str]) -> None:
    refused = next(iter(expected))
    (seeds / refused).write_text(TEXT, encoding="utf-8")
    outcome = refresh(seeds, warehouse)
    assert (outcome.changed, outcome.articles_written) == (1, 1)
    assert by_source(warehouse, REJECTS, "reason") == {s: r for s, r in expected.items() if s != refused}
    assert refused in by_source(warehouse, ARTICLES, "source")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused_until_it_may(tmp_path: Path) -> None:
    seeds, warehouse = tmp_path / "seeds", tmp_path / "w"
    seeds.mkdir()
    (seeds / "a.txt").write_text(TEXT, encoding="utf-8")
    (seeds / "a.txt").chmod(0)
    refresh(seeds, warehouse)
    assert by_source(warehouse, REJECTS, "reason") == {"a.txt": "unreadable"}
    assert not refresh(seeds, warehouse).did_work
    (seeds / "a.txt").chmod(0o600)
    refresh(seeds, warehouse)
    assert by_source(warehouse, REJECTS, "reason") == {}
    assert by_source(warehouse, ARTICLES, "language") == {"a.txt": "ar"}
