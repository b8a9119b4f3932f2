r"""Ingest: seed files become articles, and what cannot be used becomes a reject with its reason.

`find_seeds` walks the seeds folder and opens nothing; `ingest_files` reads. Both judge a path with
`find_problem`, so that what the plan saw and what ingest rejects agree.

What is a seed: a regular file that ends in .txt, .html, .htm or .jsonl (in any case), in any folder.
Names that begin with a dot or `~` or end in .part or .tmp belong to somebody still writing: they are
passed over, and so are all other endings. A symbolic link to a file inside the folder is one more
name of that file (its article is then a duplicate); links to folders inside are not followed, as
what they hold is found anyway; a link that leads out of the folder is refused.

A .jsonl holds one article a line, an object with the fields of `Line`.

File names need not be valid Unicode: `name_file` writes what is not as `\xNN`, and `path_of` reads it back.
"""

import codecs
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import pyarrow as pa
from charset_normalizer import from_bytes
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from trafilatura import bare_extraction

from tasks.arabic.header import Header, Words, read_header
from tasks.arabic.letters import ARABIC_WORD
from tasks.arabic.normalize import norm
from tasks.lexicons import entities, month_names
from tasks.lexicons.places import named_places
from tasks.signatures import sign
from tasks.stage import stage
from warehouse.contracts import FILES, INTAKE, REJECTS, SEEDS, SIGNATURES, rows_of

Row = dict[str, Any]


class Limits(NamedTuple):
    """Largest files that are read, in bytes: one article, and many articles a line each."""

    article: int = 16 * 2**20
    lines: int = 256 * 2**20


class Problem(NamedTuple):
    """Why a seed cannot be used: `reason` is one of those that `rejects.reason` lists."""

    reason: str
    detail: str


class Seed(NamedTuple):
    """A path in the seeds folder that is an article, or would be but for its problem."""

    file: str
    path: str
    size: int
    mtime_ns: int
    max_bytes: int
    problem: Problem | None


class Article(NamedTuple):
    """An article as its file states it."""

    source: str
    encoding: str
    text: Annotated[str, Field(strict=True)]
    header: Header


class Reject(NamedTuple):
    """A file, or one line of it, that cannot be used."""

    source: str
    problem: Problem


MAX_LINE_BYTES: Final = 16 * 2**20  # as a file of one article


# --- finding ---------------------------------------------------------------------------------------

_TEXT: Final = (".txt",)
_PAGE: Final = (".html", ".htm")
_LINES: Final = (".jsonl",)
_ENDINGS: Final = _TEXT + _PAGE + _LINES
_UNFINISHED: Final = (".part", ".tmp")


def find_seeds(root: Path, limits: Limits = Limits()) -> Iterator[Seed]:  # noqa: B008 - immutable
    """Yield every seed under `root` in the order of names, and whatever stands where a seed should.

    Raises FileNotFoundError where `root` itself is not there.
    """
    top = root.absolute()
    folders = [top]
    while folders:
        folder = folders.pop()
        if folder != top and not os.access(folder, os.R_OK | os.X_OK):
            continue  # it was yielded as a problem
        inner = []
        for path in sorted(folder.iterdir(), key=os.fsencode):
            if path.name.startswith((".", "~")) or path.name.lower().endswith(_UNFINISHED):
                continue
            if seed := _look_at(path, top, limits):
                yield seed
            if (not seed or seed.problem) and path.is_dir() and not path.is_symlink():
                inner.append(path)
        folders += reversed(inner)


def _look_at(path: Path, root: Path, limits: Limits) -> Seed | None:
    """Return the seed at a path; None where nobody would expect one."""
    ending = path.suffix.lower()
    limit = limits.lines if ending in _LINES else limits.article
    found = inspect(path, root, limit)
    name = name_file(path)
    file = name[_length_of(root) :].lstrip("/")
    if isinstance(found, Problem):
        is_expected = (
            ending in _ENDINGS or found.reason == "outside_seeds" or (found.reason == "unreadable" and not ending)
        )
        return Seed(file, name, 0, _touched(path), limit, found) if is_expected else None
    return Seed(file, name, found.st_size, found.st_mtime_ns, limit, None) if ending in _ENDINGS else None


@cache
def _length_of(root: Path) -> int:
    return len(name_file(root))


def _touched(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0


def inspect(path: Path, root: Path, max_bytes: int) -> os.stat_result | Problem:
    """Return the state of an ordinary file inside `root`, else what forbids reading it. Opens nothing."""
    try:
        if path.is_symlink() and (refused := _follow(path, root)):
            return refused
        found = path.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle, before Python 3.13
        return Problem("unreadable", getattr(error, "strerror", None) or "a symbolic link that leads in a circle")
    if stat.S_ISDIR(found.st_mode) and not os.access(path, os.R_OK | os.X_OK):
        return Problem("unreadable", "a folder that may not be opened")
    if not stat.S_ISREG(found.st_mode):
        return Problem("not_a_file", _KINDS.get(stat.S_IFMT(found.st_mode), "no ordinary file"))
    if found.st_size > max_bytes:
        size = f"{found.st_size:,} bytes, more than the limit of {max_bytes:,}"
        return Problem("too_large", f"{size}; split it or raise the limit")
    return found


def _follow(link: Path, root: Path) -> Problem | None:
    if not link.resolve().is_relative_to(root.resolve()):
        return Problem("outside_seeds", "a symbolic link that leads out of the seeds folder; put the file itself there")
    if not link.exists():
        return Problem("unreadable", "a symbolic link to nothing")
    return None


_KINDS: Final = {
    stat.S_IFDIR: "a folder; what it holds is read",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def name_file(path: Path) -> str:
    r"""Write a path as text that `path_of` reads back: bytes that are not UTF-8, and `\`, become `\xNN`.

    So does a `#` after .jsonl, which would look like the source of one line.

    >>> name_file(Path("أخبار/خبر.txt")), name_file(Path("a\udcff.txt"))
    ('أخبار/خبر.txt', 'a\\xff.txt')
    """
    name = os.fsencode(path).replace(b"\\", rb"\x5c").decode("utf-8", "backslashreplace")
    return re.sub(r"(?<=\.jsonl)#", r"\\x23", name, flags=re.IGNORECASE)


def path_of(name: str) -> Path:
    r"""Return the path that `name_file` wrote.

    >>> path_of("a\\xff.txt") == Path("a\udcff.txt")
    True
    """
    return Path(os.fsdecode(re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes.fromhex(m[1].decode()), name.encode())))


def digest_of_file(path: str) -> str:
    """Return the SHA-256 of a seed's bytes, empty if it is no file or cannot be read; `path` as in `Seed.path`."""
    if not path_of(path).is_file():
        return ""  # to open a pipe would be to wait for ever
    try:
        with path_of(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # ingest will say why


# --- reading ---------------------------------------------------------------------------------------


def ingest_files(seeds: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Read each seed: its articles, its rejects, the file itself as it was when it was read, and signatures."""
    articles: list[Row] = []
    rejects: dict[str, Row] = {}
    files: list[Row] = []
    for seed in seeds.to_pylist():
        taken, refused, digest = _read_seed(seed)
        languages = [_language_of(article.text) for article in taken]
        refused += [
            Reject(article.source, Problem("not_arabic", f"its language is {language!r}; kept without facts"))
            for article, language in zip(taken, languages, strict=True)
            if language != "ar"
        ]
        articles += [_article_row(seed, *pair) for pair in zip(taken, languages, strict=True)]
        ours = {r.source: {"source": r.source, "file": seed["file"], **r.problem._asdict()} for r in refused}
        rejects |= ours
        counts = {"article_count": len(taken), "reject_count": len(ours)}
        stated = {name: seed[name] for name in ("file", "size", "mtime_ns", "pipeline")}
        files.append(stated | counts | {"sha256": digest})
    signed = [{"article_id": a["article_id"], **s._asdict()} for a in articles if (s := sign(a["raw_text"]))]
    return (
        rows_of(INTAKE, articles), rows_of(REJECTS, list(rejects.values())), rows_of(FILES, files),
        rows_of(SIGNATURES, signed),
    )  # fmt: skip


def _read_seed(seed: Mapping[str, Any]) -> tuple[list[Article], list[Reject], str]:
    """Return a seed's articles and rejects, and the digest of the bytes that were read, empty if none were."""
    name, path = str(seed["file"]), path_of(seed["path"])
    found = inspect(path, path_of(seed["path"][: -len(name)]), seed["max_bytes"])
    if isinstance(found, Problem):
        return [], [Reject(name, found)], ""
    try:
        data = path.read_bytes()
    except OSError as error:
        return [], [Reject(name, Problem("unreadable", str(error.strerror)))], ""
    articles, rejects = _READERS[path.suffix.lower()](name, data)
    return articles, rejects, hashlib.sha256(data).hexdigest()


def _article_row(seed: Mapping[str, Any], article: Article, language: str) -> Row:
    stated = article.header._asdict()
    return {
        "article_id": digest(article.source)[:16],
        "source": article.source,
        "file": seed["file"],
        "content_sha256": digest(article.text),
        "record_sha256": digest(json.dumps([article.text, *stated.values()], ensure_ascii=False, default=str)),
        "encoding": article.encoding,
        "language": language,
        **stated,
        "raw_text": article.text,
        "duplicate_of": None,
        "pipeline": seed["pipeline"],
    }


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_text(name: str, data: bytes) -> tuple[list[Article], list[Reject]]:
    """Read a .txt: the whole file is one article."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return [], [Reject(name, decoded)]
    if not _has_letters(decoded.text):
        return [], [Reject(name, Problem("empty", "no letter in it"))]
    return [Article(name, decoded.encoding, decoded.text, read_header(decoded.text, header_words()))], []


_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)
_PAGE_HEAD: Final = 4096  # bytes in which a page has to state its charset; HTML asks for the first 1024
_MAX_TAGS: Final = 100_000  # of a page; extraction takes about 60 microseconds a tag, and news has a few thousand


def read_page(name: str, data: bytes) -> tuple[list[Article], list[Reject]]:
    """Read a .html: the article in it without what surrounds it, and what its markup states."""
    hint = _CHARSET.search(data[:_PAGE_HEAD])
    decoded = decode(data, hint[1].decode() if hint else None)
    if isinstance(decoded, Problem):
        return [], [Reject(name, decoded)]
    page = _extract(decoded.text)
    if isinstance(page, Problem):
        return [], [Reject(name, page)]
    text = str(page.text or "")
    if not _has_letters(text):
        return [], [Reject(name, Problem("empty", "no article found in the page"))]
    header = _state(read_header(text, header_words()), page.title, page.author, page.sitename, _day(page.date))
    return [Article(name, decoded.encoding, text, header)], []


def _extract(page: str) -> Any:
    """Return what trafilatura finds, with the date only where markup states one, else a problem."""
    if (tags := page.count("<")) > _MAX_TAGS:
        return Problem("too_large", f"a page of {tags:,} tags, more than {_MAX_TAGS:,}")
    try:
        found = bare_extraction(
            page,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        return Problem("unreadable", f"markup that cannot be taken apart ({type(error).__name__})")
    return found or Problem("empty", "no article found in the page")


def _state(header: Header, title: str | None, byline: str | None, outlet: str | None, day: date | None) -> Header:
    """Put what markup or fields state before what the text's own header does."""
    return header._replace(
        title=(title or "").strip() or header.title,
        byline=(byline or "").strip() or header.byline,
        outlet=(outlet or "").strip() or header.outlet,
        published_on=day or header.published_on,
    )


def _day(value: object) -> date | None:
    if value in (None, ""):
        return None
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise ValueError(f"{str(value)[:40]!r} is no ISO 8601 date, as 2024-06-19 is") from None


class Line(BaseModel):
    """One line of a .jsonl; other fields are passed over. Dates are ISO 8601, with or without a time."""

    model_config = ConfigDict(coerce_numbers_to_str=True, str_strip_whitespace=False)

    text: Annotated[str, Field(strict=True)]
    id: str | None = None
    title: str | None = None
    author: str | None = None
    published_on: Annotated[date | None, BeforeValidator(_day)] = Field(None, validation_alias="date")
    outlet: str | None = Field(None, validation_alias=AliasChoices("outlet", "source"))


def read_lines(name: str, data: bytes) -> tuple[list[Article], list[Reject]]:
    """Read a .jsonl: one article a line; a line that cannot be used is a reject of its own."""
    decoded = decode(data)
    problem = decoded if isinstance(decoded, Problem) else None
    if isinstance(decoded, Problem):
        if decoded.reason != "undecodable":
            return [], [Reject(name, decoded)]
        decoded = Decoded(data.decode("utf-8", "surrogateescape"), "utf-8")  # its sound lines can be used
    articles: dict[str, Article] = {}
    rejects = []
    for number, line in enumerate(decoded.text.split("\n"), 1):
        if not line.strip():
            continue
        article = _read_line(name, line, decoded.encoding)
        if isinstance(article, Article) and article.source in articles:
            article = Problem("duplicate_id", f"an earlier line has the id of {article.source!r}")
        if isinstance(article, Problem):
            rejects.append(Reject(f"{name}#line-{number}", article))
        else:
            articles[article.source] = article
    if problem and not articles:
        return [], [Reject(name, problem)]
    return list(articles.values()), rejects


def _read_line(name: str, line: str, encoding: str) -> Article | Problem:
    if len(line) > MAX_LINE_BYTES // 4 and len(line.encode("utf-8", "surrogateescape")) > MAX_LINE_BYTES:
        return Problem("too_large", f"a line of more than {MAX_LINE_BYTES:,} bytes")
    try:
        stated = Line.model_validate_json(line.encode())
    except UnicodeEncodeError as error:
        return Problem("undecodable", f"a byte that is not UTF-8 at character {error.start + 1} of the line")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "line"
        return Problem("bad_json", f"{where}: {first['msg'].removeprefix('Value error, ')}")
    if "\\u0000" in line:
        return Problem("binary", "a NUL character in it")
    if not _has_letters(stated.text):
        return Problem("empty", "text: no letter in it")
    source = f"{name}#{stated.id or digest(stated.text)[:12]}"
    header = _state(
        read_header(stated.text, header_words()), stated.title, stated.author, stated.outlet, stated.published_on
    )
    return Article(source, encoding, stated.text, header)


_READERS: Final = dict.fromkeys(_TEXT, read_text) | dict.fromkeys(_PAGE, read_page) | dict.fromkeys(_LINES, read_lines)


@cache
def header_words() -> Words:
    """Return the words of the lexicons that headers are read with."""
    reporters = {norm(name) for known in entities() if known.entity.kind in ("media", "agency") for name in known.names}
    places = {norm(name) for known in named_places() for name in known.names}
    return Words(reporters, month_names(), places)


# --- decoding --------------------------------------------------------------------------------------


class Decoded(NamedTuple):
    """A text and the Python name of the encoding it was in."""

    text: Annotated[str, Field(strict=True)]
    encoding: str


_MARKS: Final = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS: Final = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\x1f\x8b": "a gzip file",
    b"\x89PNG": "a PNG",
    b"\xff\xd8\xff": "a JPEG",
    b"{\\rtf": "an RTF",
}
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_SHARE: Final = 0.01  # of the bytes; a stray one is noise, more is no text
_LEGACY: Final = ("cp1256", "iso8859_6")
_SAMPLE: Final = 1 << 16  # bytes that are enough to tell an encoding by
_HINTED: Final = re.compile(r"(?:windows-|cp)125\d|iso-8859-\d{1,2}", re.IGNORECASE)


def decode(data: bytes, hint: str | None = None) -> Decoded | Problem:
    r"""Decode bytes: by their mark, as UTF-8, by the page's own word, else by what makes Arabic of them.

    >>> decode("قال الوزير إن اللقاء في بيروت".encode("cp1256")).encoding
    'cp1256'
    >>> decode("قال".encode() + b"\xff")
    Problem(reason='undecodable', detail='nearly UTF-8, but not at byte 7; save it anew as UTF-8')
    """
    if not data.strip():
        return Problem("empty", "no text in it")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding) or Problem("undecodable", f"begins with the mark of {encoding}, but is not")
    if found := next((kind for magic, kind in _FORMATS.items() if data.startswith(magic)), None):
        return Problem("binary", f"{found}, not text")
    if _is_binary(data):
        return _guess_utf16(data) or Problem("binary", "control or NUL bytes; save it as text in UTF-8")
    return _try(data, "utf-8") or _decode_legacy(data, hint)


def _try(data: bytes, encoding: str) -> Decoded | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else Decoded(text, encoding)


def _is_binary(data: bytes) -> bool:
    return b"\x00" in data or len(_CONTROLS.findall(data[:_SAMPLE])) > _CONTROL_SHARE * len(data[:_SAMPLE])


def _guess_utf16(data: bytes) -> Decoded | None:
    """Decode UTF-16 without a mark, in the byte order in which it is Arabic."""
    tried = (_try(data, encoding) for encoding in ("utf-16-le", "utf-16-be"))
    return next((decoded for decoded in tried if decoded and _is_plausible(decoded.text[:_SAMPLE])), None)


def _decode_legacy(data: bytes, hint: str | None) -> Decoded | Problem:
    if hint and _HINTED.fullmatch(hint) and (decoded := _try(data, codecs.lookup(hint).name)):
        return decoded
    if (bad := _first_bad_byte(data)) is not None:
        return Problem("undecodable", f"nearly UTF-8, but not at byte {bad + 1}; save it anew as UTF-8")
    sample = data[:_SAMPLE]
    matches = from_bytes(sample, cp_isolation=list(_LEGACY), enable_fallback=False)
    tried = (_try(data, encoding) for encoding in _LEGACY if encoding in {match.encoding for match in matches})
    plausible = [decoded for decoded in tried if decoded and _is_plausible(decoded.text[:_SAMPLE])]
    if not plausible:
        return Problem("undecodable", "in no encoding that makes words of it; save it as UTF-8")
    return max(plausible, key=lambda decoded: _articles(decoded.text[:_SAMPLE]))


_BROKEN: Final = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def _first_bad_byte(data: bytes) -> int | None:
    """Return where UTF-8 breaks in a file that is otherwise UTF-8; None where it is something else.

    Arabic in a legacy encoding is hardly ever a sound sequence of UTF-8, so the majority decides.
    """
    text = data.decode("utf-8", "surrogateescape")
    broken = len(_BROKEN.findall(text))
    sound = len(_BEYOND_ASCII.findall(text)) - broken
    first = _BROKEN.search(text)
    return len(text[: first.start()].encode()) if first and sound > broken else None


_WORD: Final = re.compile(r"[^\W\d_]+")
_THE: Final = re.compile(r"\b[وفبك]?(?:ال|لل)\w\w")
_LEAST_ARABIC: Final = 0.5
_MOST_MIXED: Final = 0.1


def _is_plausible(text: str) -> bool:
    """Tell whether words are Arabic or Latin ones, rather than mixtures of both or strewn signs."""
    found = _WORD.findall(text)
    arabic = [ARABIC_WORD.search(word) is not None for word in found]
    mixed = sum(
        is_arabic and re.search("[^\u0600-\u06ff]", word) is not None
        for word, is_arabic in zip(found, arabic, strict=True)
    )
    letters = sum(map(len, found))
    return (
        letters > 0.5 * len(text.split()) and mixed <= _MOST_MIXED * len(found) and (any(arabic) or _is_western(text))
    )


def _is_western(text: str) -> bool:
    """A page in French or English lies in Windows-1256 as well: letters with few accents."""
    return sum(character > "\x7f" for character in text) <= 0.1 * len(text)


def _articles(text: str) -> int:
    return len(_THE.findall(text))


# --- language --------------------------------------------------------------------------------------

_CAP: Final = 2000  # characters that are enough to tell a language by
_FOREIGN: Final = re.compile("[ٹڈڑںےہڭۆێېۍڵڕەۇۈۋ]")
_ARABIC_SCRIPT: Final = ("ar", "fa", "ur", "ps", "ug", "ku")
_LEAST_THE: Final = 0.06  # of the words; Arabic prose has 0.2 to 0.4, Persian and Urdu under 0.03
_FEW_WORDS: Final = 8  # too few for the article to be missed
_PERSIAN: Final = re.compile("[یکگچپژ]")
_MOST_FOREIGN: Final = 0.02  # of the letters


def _has_letters(text: str) -> bool:
    return _WORD.search(text) is not None


def _language_of(text: str) -> str:
    """Return the ISO 639-1 code of a text's language.

    >>> _language_of("قال الوزير إن اللقاء في بيروت"), _language_of("The minister said the meeting was in Beirut")
    ('ar', 'en')
    """
    sample = text[:_CAP]
    found = _WORD.findall(sample)
    letters = sum(map(len, found))
    arabic = sum(map(len, ARABIC_WORD.findall(sample)))
    if arabic < _LEAST_ARABIC * letters:
        return _identify(sample, lambda code: len(code) == 2 and code not in _ARABIC_SCRIPT)
    is_foreign = len(_FOREIGN.findall(sample)) > _MOST_FOREIGN * letters
    is_short = len(found) < _FEW_WORDS and not _PERSIAN.search(sample)
    if not is_foreign and (is_short or len(_THE.findall(sample)) >= _LEAST_THE * len(found)):
        return "ar"
    return _identify(sample, lambda code: code in _ARABIC_SCRIPT)


def _identify(text: str, is_possible: Callable[[str], bool]) -> str:
    return next(str(code) for code, _ in _identifier().rank(text) if is_possible(code))


@cache
def _identifier() -> Any:
    load: Any = LanguageIdentifier.from_model_file  # takes a second: only where the letters leave a doubt
    return load(MODEL_FILE)


ingest = stage(ingest_files, reads=(SEEDS,), writes=(INTAKE, REJECTS, FILES, SIGNATURES))
