import json
import os
import random
import socket
from datetime import date
from pathlib import Path

import pytest

from tasks.ingest import Decoded, Limits, Problem, Seed, decode, digest_of_file, find_seeds, ingest_files, path_of
from warehouse.contracts import FILES, INTAKE, REJECTS, SEEDS, conform, rows_of

TEXT = (
    "الوفد يصل إلى مسقط\nوصل وفد من خبراء المياه إلى مسقط أمس، وعقد اجتماعا مع المسؤولين في الوزارة.\n"
    "وقال رئيس الوفد إن «المشروع جاهز»، وإن العمل فيه يبدأ في الخريف.\n"
)
LIMITS = Limits(article=20_000, lines=50_000)


def take_in(root: Path, limits: Limits = LIMITS) -> tuple[dict, dict, dict]:
    """Run find and ingest on a folder: articles by source, reject reasons by source, files by name."""
    found = [plan(seed) for seed in find_seeds(root, limits)]
    made = ingest_files(conform(rows_of(SEEDS, found), SEEDS))
    intake, rejects, files = (
        conform(rows, table).to_pylist() for rows, table in zip(made, (INTAKE, REJECTS, FILES), strict=False)
    )
    reasons = {row["source"]: row["reason"] for row in rejects}
    return {row["source"]: row for row in intake}, reasons, {row["file"]: row for row in files}


def plan(seed: Seed) -> dict:
    row = {**seed._asdict(), "sha256": "" if seed.problem else digest_of_file(seed.path), "pipeline": "test"}
    return {name: row[name] for name in SEEDS.columns}


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)


# --- finding -------------------------------------------------------------------------------------


def test_seeds_are_found_in_all_folders_in_order(tmp_path: Path) -> None:
    for name in (
        "ب.txt",
        "a/2.HTML",
        "a/1.jsonl",
        "a/b/c.Txt",
        "notes.md",
        ".hidden.txt",
        "~x.txt",
        "y.txt.part",
        "z.tmp",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "in.txt").write_text(TEXT)
    assert [seed.file for seed in find_seeds(tmp_path)] == ["ب.txt", "a/1.jsonl", "a/2.HTML", "a/b/c.Txt"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(find_seeds(tmp_path / "nothing"))


def test_a_link_inside_is_one_more_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "again").symlink_to(tmp_path / "folder")
    articles, reasons, _ = take_in(tmp_path)
    assert set(articles) == {"a.txt", "b.txt"}
    assert articles["a.txt"]["content_sha256"] == articles["b.txt"]["content_sha256"]
    assert not reasons


@pytest.mark.parametrize("name", [b"a\xff.txt", rb"a\xff.txt", b"a.jsonl#1.txt", "خبر #1.txt".encode(), b"a\nb.txt"])
def test_odd_names_can_be_read_back(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))  # noqa: PTH118 - bytes
    path.write_text(TEXT)
    (seed,) = find_seeds(tmp_path)
    assert path_of(seed.path) == path
    assert list(take_in(tmp_path)[0]) == [seed.file]


# --- bad files -----------------------------------------------------------------------------------


def make_bad_files(root: Path, count: int) -> dict[str, str]:
    """Write `count` files that cannot be used, from a seeded generator; return their reasons by name."""
    dice, reasons = random.Random(7), {}
    kinds = list(BAD)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        folder = root / dice.choice(["", "عميق/جدا", "a b", "x.txt"])
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{dice.choice(['خبر', 'news', 'أ ب', '%20', 'ﷺ'])}-{number}.{dice.choice(['txt', 'TXT'])}"
        reasons[str(path.relative_to(root))] = BAD[kind](path, dice)
    if (root / "x.txt").is_dir():
        reasons["x.txt"] = "not_a_file"
    return reasons


def write(reason: str, content: object) -> object:
    def make(path: Path, dice: random.Random) -> str:
        path.write_bytes(content(dice))
        return reason

    return make


def link(reason: str, target: str) -> object:
    def make(path: Path, dice: random.Random) -> str:
        path.symlink_to(target)
        return reason

    return make


def make_folder(path: Path, dice: random.Random) -> str:
    path.mkdir()
    return "not_a_file"


def make_pipe(path: Path, dice: random.Random) -> str:
    os.mkfifo(path)
    return "not_a_file"


def link_in_a_circle(path: Path, dice: random.Random) -> str:
    path.symlink_to(path)
    return "unreadable"


BAD = {
    "nothing": write("empty", lambda dice: b""),
    "blanks": write("empty", lambda dice: b" \r\n\t" * dice.randrange(1, 9)),
    "no letter": write("empty", lambda dice: "12.5 — !؟ «»".encode() * dice.randrange(1, 9)),
    "noise": write("binary", lambda dice: dice.randbytes(dice.randrange(200, 900)) + b"\x00"),
    "a NUL": write("binary", lambda dice: TEXT.encode().replace(b" ", b"\x00", dice.randrange(1, 4))),
    "controls": write("binary", lambda dice: TEXT.replace(" ", "\x01").encode()),
    "a PDF": write("binary", lambda dice: b"%PDF-1.7\n" + dice.randbytes(99)),
    "cut UTF-8": write("undecodable", lambda dice: TEXT.encode()[: dice.choice([-3, 81, 163])][:-1] + "م".encode()[:1]),
    "broken UTF-8": write("undecodable", lambda dice: TEXT.encode() + bytes([0xFE, 0xFF]) * dice.randrange(1, 4)),
    "other bytes": write("undecodable", lambda dice: bytes(dice.choice(range(0xA0, 0x100)) for _ in range(300))),
    "false UTF-16": write("undecodable", lambda dice: b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00"),
    "too large": write("too_large", lambda dice: b"a" * (LIMITS.article + dice.randrange(1, 99))),
    "a foreign language": write("not_arabic", lambda dice: b"The minister said that the work will begin in autumn."),
    "a link to nothing": link("unreadable", "nowhere.txt"),
    "a link outside": link("outside_seeds", "/etc/hostname"),
    "a link to nothing outside": link("outside_seeds", "/nowhere/at/all.txt"),
    "a circle": link_in_a_circle,
    "a folder": make_folder,
    "a pipe": make_pipe,
}


def test_every_bad_file_is_rejected_with_its_reason_and_the_good_ones_are_in(tmp_path: Path) -> None:
    expected = make_bad_files(tmp_path, 200)
    (tmp_path / "good.txt").write_text(TEXT)
    (tmp_path / "x.txt" / "good.txt").write_text(TEXT)
    articles, reasons, files = take_in(tmp_path)
    assert reasons == expected
    foreign = {source for source, reason in reasons.items() if reason == "not_arabic"}
    assert set(articles) == foreign | {"good.txt", "x.txt/good.txt"}
    assert set(files) == set(expected) | {"good.txt", "x.txt/good.txt"}
    assert all(files[name]["reject_count"] == 1 for name in expected)


def test_a_folder_outside_is_refused_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text(TEXT)
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "way out").symlink_to(tmp_path / "elsewhere")
    articles, reasons, _ = take_in(seeds)
    assert not articles
    assert reasons == {"way out": "outside_seeds"}


def test_a_socket_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.txt")
        assert take_in(tmp_path)[1] == {"s.txt": "not_a_file"}


def test_a_file_that_goes_before_it_is_read_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    planned = [plan(seed) for seed in find_seeds(tmp_path)]
    path.unlink()
    intake, rejects, files, _ = ingest_files(rows_of(SEEDS, planned))
    assert (intake.num_rows, rejects["reason"].to_pylist(), files.num_rows) == (0, ["unreadable"], 1)


# --- decoding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859_6"]
)
def test_arabic_is_decoded_from(encoding: str) -> None:
    text = TEXT.replace("\n", "\r\n")
    if encoding == "iso8859_6":
        text = text.replace("«", '"').replace("»", '"')
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


def test_a_page_says_its_encoding() -> None:
    text = "Der Präsident erklärte: schöne Grüße"
    assert decode(text.encode("cp1252")).reason == "undecodable"
    assert decode(text.encode("cp1252"), "windows-1252") == Decoded(text, "cp1252")
    assert decode(TEXT.encode(), "windows-1252").encoding == "utf-8"


def test_a_stray_control_character_is_no_binary() -> None:
    assert decode((TEXT * 2).replace("الوفد", "الو\x02فد", 1).encode()).encoding == "utf-8"


def test_french_is_decoded_as_well() -> None:
    assert decode("Le ministre a déclaré hier que la réunion était utile".encode("cp1252")).encoding == "cp1256"


def test_what_would_mend_it_is_said() -> None:
    assert decode(TEXT.encode() + b"\xd9") == Problem(
        "undecodable", f"nearly UTF-8, but not at byte {len(TEXT.encode()) + 1}; save it anew as UTF-8"
    )


# --- text, pages, lines --------------------------------------------------------------------------


def test_a_text_is_taken_in_as_it_stands(tmp_path: Path) -> None:
    raw = "\ufeff" + TEXT.replace("\n", "\r\n")
    (tmp_path / "a.txt").write_bytes(raw.encode())
    article = take_in(tmp_path)[0]["a.txt"]
    assert article["raw_text"] == raw[1:]
    assert (article["encoding"], article["language"], article["title"]) == ("utf-8-sig", "ar", "الوفد يصل إلى مسقط")


def test_ids_follow_the_source_and_digests_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    a, b = take_in(tmp_path)[0].values()
    assert a["article_id"] != b["article_id"]
    assert (a["content_sha256"], a["record_sha256"]) == (b["content_sha256"], b["record_sha256"])


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT.splitlines()[1:] * 2)


def test_a_page_gives_its_article_and_what_its_markup_states(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(
        f"""<html><head><meta charset="windows-1256"><title>الوفد يصل إلى مسقط</title>
        <meta name="author" content="سامي حداد"><meta property="og:site_name" content="صحيفة المرفأ">
        <meta property="article:published_time" content="2024-05-12T10:00:00Z"></head>
        <body><nav>الرئيسية</nav><article><h1>الوفد يصل إلى مسقط</h1>{PARAGRAPHS}</article></body></html>""".encode(
            "cp1256"
        )
    )
    article = take_in(tmp_path)[0]["a.html"]
    assert article["encoding"] == "cp1256"
    assert "الرئيسية" not in article["raw_text"]
    assert "المشروع جاهز" in article["raw_text"]
    stated = [article[name] for name in ("title", "byline", "outlet", "published_on")]
    assert stated == ["الوفد يصل إلى مسقط", "سامي حداد", "صحيفة المرفأ", date(2024, 5, 12)]


def test_the_date_of_a_page_is_never_guessed(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_text(
        f"<html><body><p>زار الوفد نزوى في 12/05/2021</p>{PARAGRAPHS}<p>© 2023</p></body></html>"
    )
    assert take_in(tmp_path)[0]["a.htm"]["published_on"] is None


@pytest.mark.parametrize("page", ["<html></html>", "<div>" * 3_900, "<p>\ud7ff</p", "&&&<<<>>>"])
def test_a_page_without_an_article_is_empty(tmp_path: Path, page: str) -> None:
    (tmp_path / "a.html").write_text(page)
    assert take_in(tmp_path)[1] == {"a.html": "empty"}


def test_a_page_of_endless_tags_is_not_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>a" * 100_001)
    assert take_in(tmp_path, Limits())[1] == {"a.html": "too_large"}


def test_lines_are_articles(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        lines(
            {
                "id": "x",
                "text": TEXT,
                "title": "عنوان",
                "author": "سامي حداد",
                "date": "2024-05-12",
                "outlet": "المرفأ",
            },
            {"id": 7, "text": TEXT, "date": "2024-05-12T23:30:00+03:00", "source": "البيان", "anything": [1]},
            "",
            {"text": TEXT},
        )
    )
    articles, reasons, files = take_in(tmp_path)
    names = ("title", "byline", "outlet", "published_on")
    x, seven, unnamed = articles
    assert (x, seven, unnamed[:8], len(unnamed)) == ("a.jsonl#x", "a.jsonl#7", "a.jsonl#", 20)
    assert [articles[x][name] for name in names] == ["عنوان", "سامي حداد", "المرفأ", date(2024, 5, 12)]
    assert [articles[seven][name] for name in names] == ["الوفد يصل إلى مسقط", None, "البيان", date(2024, 5, 12)]
    assert not reasons
    assert files["a.jsonl"]["article_count"] == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "bad_json"),
        ('["نص"]', "bad_json"),
        ('"نص"', "bad_json"),
        ("null", "bad_json"),
        ("{}", "bad_json"),
        ('{"text": 5}', "bad_json"),
        ('{"text": null}', "bad_json"),
        ('{"text": "\\ud83d نص"}', "bad_json"),
        ('{"text": "نص", "date": "أمس"}', "bad_json"),
        ('{"text": "نص", "date": 2024}', "bad_json"),
        ("[" * 5000, "bad_json"),
        ('{"text": ""}', "empty"),
        ('{"text": "..."}', "empty"),
        ('{"text": "نص\\u0000"}', "binary"),
        ('{"id": "first", "text": "نص آخر"}', "duplicate_id"),
    ],
)
def test_a_line_that_cannot_be_used_is_rejected_alone(tmp_path: Path, line: str, reason: str) -> None:
    good = json.dumps({"id": "first", "text": TEXT}, ensure_ascii=False)
    (tmp_path / "a.jsonl").write_text(f"{good}\n{line}\n")
    articles, reasons, _ = take_in(tmp_path)
    assert list(articles) == ["a.jsonl#first"]
    assert reasons == {"a.jsonl#line-2": reason}


def test_one_broken_line_does_not_cost_the_others(tmp_path: Path) -> None:
    good = lines({"id": "first", "text": TEXT}).encode()
    (tmp_path / "a.jsonl").write_bytes(good + b'{"text": "\xff"}\n')
    (tmp_path / "b.jsonl").write_bytes('{"text": "نص'.encode() + b'\xff"}\n')
    articles, reasons, _ = take_in(tmp_path)
    assert list(articles) == ["a.jsonl#first"]
    assert reasons == {"a.jsonl#line-2": "undecodable", "b.jsonl": "undecodable"}


def test_the_record_changes_with_what_the_file_states(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines({"id": "1", "text": TEXT}, {"id": "2", "text": TEXT, "author": "سامي"}))
    one, two = take_in(tmp_path)[0].values()
    assert one["content_sha256"] == two["content_sha256"]
    assert one["record_sha256"] != two["record_sha256"]


# --- language ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("خبر عاجل", "ar"),
        ("بعث الرئیس برسالة إلی القیادة فی الذکری السنویة", "ar"),
        ("زار وفد شركة Nokia مدينة دبي", "ar"),
        ("وزیر امور خارجه گفت که این گفتگوها در تهران ادامه خواهد یافت و نتیجه آن به زودی اعلام می‌شود", "fa"),
        ("وزیر خارجہ نے کہا ہے کہ یہ مذاکرات اسلام آباد میں جاری رہیں گے", "ur"),
        ("The minister said on Monday that talks will go on", "en"),
        ("Le ministre a dit lundi que les discussions vont continuer", "fr"),
    ],
)
def test_a_language_is_told(tmp_path: Path, text: str, language: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    articles, reasons, _ = take_in(tmp_path)
    assert articles["a.txt"]["language"] == language
    assert reasons == ({} if language == "ar" else {"a.txt": "not_arabic"})


# --- the user's own articles ---------------------------------------------------------------------


def test_the_real_articles_are_all_taken_in(real_articles: Path) -> None:
    articles, reasons, _ = take_in(real_articles)
    assert len(articles) == 5
    assert not reasons
    assert {(row["language"], row["encoding"]) for row in articles.values()} == {("ar", "utf-8")}
    for source, row in articles.items():
        assert row["raw_text"] == (real_articles / source).read_bytes().decode()
