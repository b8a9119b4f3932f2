"""The sample articles keep the promises of their page, and no sentence in them is anybody else's."""

import html
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.generate import LONGEST, SHORTEST, read_stories, write_article
from tasks.arabic.normalize import norm

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"

MUSCAT = "الأفق العربي/محادثات مسقط.txt"
COPY = "أرشيف/نسخة (2) من محادثات مسقط.txt"
LIVE = "مباشر_تبادل-المحتجزين.txt"
ENGLISH = "mombasa-port.txt"
PAGE = "web/zilzal-badakhshan.html"
FEED = "feeds/wire.jsonl"
CUT_OFF = "feeds/wire-cut-off.jsonl"


class Promise(NamedTuple):
    """What a sample file is there to show."""

    encoding: str
    noise: str  # a pattern of its decoded text, line ends as they stand


PROMISES = {
    MUSCAT: Promise("utf-8", r"\N{ZERO WIDTH SPACE}.*\N{RIGHT-TO-LEFT MARK}"),
    COPY: Promise("utf-8", r"اقرأ أيضاً"),
    "الأفق العربي/خفض الأوقية.txt": Promise("utf-8", r"[٠-٩]+٫[٠-٩]+٪.* \n"),
    "الأفق العربي/ماذا قالوا في مجلس الأمن.txt": Promise("utf-8", r"«[^»]+»، تابعت"),
    "marsa/2026-09-03_border-clash.txt": Promise("utf-16", r"\r\n"),
    "marsa/2026-09-08_ceasefire.txt": Promise("utf-8", r"\N{ARABIC TATWEEL}.* ،[ء-ي].*[ء-ي]\.[ء-ي]"),
    "marsa/2026-09-28_drought.txt": Promise("utf-8", r"[ء-ي]\n[ء-ي]"),
    "marsa/2026-10-29_boat.txt": Promise("utf-8", r"[\uFE70-\uFEFC]{3}"),
    "صوت الأرز/انتخابات-جزر-القمر.txt": Promise("utf-8", r"“.*«.*”عبر"),
    "صوت الأرز/قمة-نواكشوط.txt": Promise("utf-8", r"&laquo;.*&quot;.*&nbsp;"),
    "dana/oil-2026-09-24.txt": Promise("iso-8859-6", r'" ،.*جميع الحقوق محفوظة'),
    "dana/إغاثة بدخشان.txt": Promise("utf-8", r"جمادى الأولى 1448هـ"),
    "malaab/كاف-غرامة.txt": Promise("cp1256", r"فى .*\nإعلان\n"),
    "راديو المرفأ.txt": Promise("utf-8", r"فيفري.*\N{NO-BREAK SPACE}.*تابعونا على"),
    "opinion/الوسيط الذي لا يرفع صوته.txt": Promise("utf-8", r"^\N{ZERO WIDTH NO-BREAK SPACE}.*\r\nبقلم: "),
    "opinion/ما-بعد-القناة.txt": Promise("utf-8", r"\n(نجحت الوساطة.*)\n.*\n\1\n.*\n(«[^»\n]+»)\n"),
    LIVE: Promise("utf-8", r"^🔴 مباشر.*\n13:20 - "),
    PAGE: Promise("utf-8", r'name="author".*og:title.*<nav.*<script'),
    FEED: Promise("utf-8", r'"author": null'),
    CUT_OFF: Promise("utf-8", "[ء-ي]ی.*ک"),
    ENGLISH: Promise("ascii", r"\bharbour\b"),
}


def decode_file(name: str) -> str:
    return (SEEDS / name).read_bytes().decode(PROMISES[name].encoding)


def read_lines(name: str) -> Iterator[dict[str, str | None]]:
    """Give the lines of a feed that are whole."""
    for line in decode_file(name).splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            assert name == CUT_OFF


def read_articles() -> dict[str, str]:
    """Give every sample article as `source: text`."""
    texts: dict[str, str] = {}
    for name in PROMISES:
        if name.endswith(".jsonl"):
            texts |= {f"{name}#{row['id']}": str(row["text"]) for row in read_lines(name)}
        elif name.endswith(".html"):
            texts[name] = "\n".join(re.findall(r"<p>(.*?)</p>", decode_file(name).split("<footer>")[0]))
        else:
            texts[name] = decode_file(name)
    return texts


def split_words(text: str) -> list[str]:
    """Give the matching keys of the words, whatever noise lies over them."""
    text = unicodedata.normalize("NFKC", html.unescape(text))
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return re.findall(r"[^\W_]+", norm(text))


def shingle(text: str, length: int) -> set[tuple[str, ...]]:
    """Give every run of `length` words."""
    words = split_words(text)
    return set(zip(*(words[start:] for start in range(length)), strict=False))


def decode_foreign(data: bytes) -> str:
    """Decode a file that is not ours: UTF-8 where it is, else the Arabic code page of Windows."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1256", errors="replace")


ARTICLES = read_articles()
ARABIC = {source: text for source, text in ARTICLES.items() if source != ENGLISH}


def test_every_sample_is_promised() -> None:
    found = {path.relative_to(SEEDS).as_posix() for path in SEEDS.rglob("*") if path.is_file()}
    samples = {name for name in found if not name.endswith(".md") and not Path(name).name.startswith(".")}
    assert samples == set(PROMISES)
    page = (SEEDS / "README.md").read_text("utf-8")
    assert [name for name in PROMISES if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", PROMISES)
def test_sample_shows_its_encoding_and_noise(name: str) -> None:
    assert re.search(PROMISES[name].noise, decode_file(name), re.DOTALL)


@pytest.mark.parametrize("name", [name for name in PROMISES if PROMISES[name].encoding not in ("utf-8", "ascii")])
def test_other_encodings_cannot_be_read_as_utf8(name: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        (SEEDS / name).read_bytes().decode("utf-8")


def test_there_are_enough_arabic_articles() -> None:
    assert len(set(ARABIC) - {COPY}) == 21


@pytest.mark.parametrize("source", ARTICLES)
def test_length_is_that_of_a_news_article(source: str) -> None:
    low, high = {ENGLISH: (70, 100), LIVE: (100, 200)}.get(source, (200, 400))
    assert low <= len(split_words(ARTICLES[source])) <= high


def test_one_line_of_a_feed_is_cut_off() -> None:
    assert (len(decode_file(CUT_OFF).splitlines()), len(list(read_lines(CUT_OFF)))) == (2, 1)


@pytest.mark.parametrize("name", [FEED, CUT_OFF])
def test_feeds_have_the_documented_fields(name: str) -> None:
    for row in read_lines(name):
        assert list(row) == ["id", "title", "author", "date", "outlet", "text"]


def test_the_copy_is_exact() -> None:
    assert (SEEDS / COPY).read_bytes() == (SEEDS / MUSCAT).read_bytes()


def test_samples_do_not_repeat_each_other() -> None:
    runs = {source: shingle(text, 12) for source, text in ARTICLES.items() if source != COPY}
    shared = {(a, b): runs[a] & runs[b] for a, b in itertools.combinations(runs, 2)}
    assert {pair: words for pair, words in shared.items() if words} == {}


@pytest.mark.parametrize("folder", ["seeds", "eval"])
def test_no_sentence_is_from_elsewhere(folder: str) -> None:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"no {folder} folder beside the project to compare with")
    foreign: set[tuple[str, ...]] = set()
    for path in (SHARED / folder).rglob("*.txt"):
        foreign |= shingle(decode_foreign(path.read_bytes()), 8)
    assert foreign
    assert {source: words for source, text in ARTICLES.items() if (words := shingle(text, 8) & foreign)} == {}


def test_benchmark_articles_are_made_of_the_samples() -> None:
    stories = list(read_stories())
    articles = [write_article(number, 7, stories) for number in range(50)]
    assert articles == [write_article(number, 7, stories) for number in range(50)]
    assert len({article["text"] for article in articles}) == 50
    assert [a["id"] for a in articles if not SHORTEST <= len(a["text"].split()) <= LONGEST] == []
