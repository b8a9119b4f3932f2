"""Make any number of articles for benchmarks: `python -m benchmarks.generate --articles 2000 --seed 7 OUT_DIR`.

Sentences of the samples in `seeds/` are drawn anew under other countries, persons, figures and days: the
noise is that of news, and no text is anybody else's. Article i of a seed is the same however many are made.
"""

import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

SEEDS: Final = Path(__file__).parents[1] / "seeds"
# Samples in UTF-8 whose dateline is a line of its own.
TEXTS: Final = ("الأفق العربي/*.txt", "صوت الأرز/*.txt", "dana/إغاثة*.txt", "راديو*.txt")
FEED: Final = SEEDS / "feeds/wire.jsonl"
SHORTEST, LONGEST, LONGEST_SENTENCE = 150, 450, 70  # words; title and dateline count as a sentence
FEED_EVERY, FOLDER_ARTICLES = 4, 500  # every fourth article goes into the feed of its folder


class Country(NamedTuple):
    """A country as a story names it; all of them are feminine, so that the verbs still agree."""

    name: str
    nisba: str
    capital: str


class Story(NamedTuple):
    title: str
    sentences: list[str]


TOLD: Final = (Country("قيرغيزستان", "قيرغيزي", "بيشكيك"), Country("طاجيكستان", "طاجيكي", "دوشنبه"),
               Country("إستونيا", "إستوني", "تالين"), Country("موريتانيا", "موريتاني", "نواكشوط"))  # fmt: skip
COUNTRIES: Final = (*TOLD, Country("بوليفيا", "بوليفي", "لاباز"), Country("كولومبيا", "كولومبي", "بوغوتا"),
                    Country("نيبال", "نيبالي", "كاتماندو"), Country("منغوليا", "منغولي", "أولان باتور"),
                    Country("كمبوديا", "كمبودي", "بنوم بنه"), Country("أوغندا", "أوغندي", "كمبالا"),
                    Country("زامبيا", "زامبي", "لوساكا"), Country("غانا", "غاني", "أكرا"))  # fmt: skip
ACTORS: Final = (("نورلان", "إيساييف"), ("فرّخ", "رحيموف"), ("مارغوس", "كالدا"), ("يوسف", "مويني"), ("عبدي", "ورسمه"))
GIVEN: Final = ("سامي", "رائد", "جوليان", "هيثم", "دانيال", "إدريس", "وسيم", "ماركو", "نبيل", "توماس", "زياد", "أنور")
FAMILY: Final = ("البرغوث", "كوستانزا", "الدرعاوي", "فيلاسكو", "الشنفري", "مبويا", "النعيمات", "لوكاس", "ولد عابدين")
OUTLETS: Final = ("الأفق العربي", "وكالة المرسى", "صوت الأرز", "شبكة الضفاف", "جريدة الهضاب", "صحيفة الدانة")
PLACES: Final = ("القاهرة", "بيروت", "الرباط", "عمّان", "الدوحة", "باريس", "جنيف", "أنقرة", "نيروبي", "بغداد")
MONTHS: Final = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
                 "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")  # fmt: skip
LEVANTINE: Final = ("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
                    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول")  # fmt: skip
# A whole number of two digits or more that is no day, year or decimal; the other months are those of the samples.
AFTER_DAY: Final = "|".join((*MONTHS, *LEVANTINE, "أوت", "جمادى", "ربيع"))
FIGURE: Final = re.compile(rf"(?<![\d.,٫:/-])(?!20[23]\d)[0-9]{{2,}}+(?![\d.,٫:/-]\d|ه| (?:{AFTER_DAY}))")


def split_story(title: str, lines: list[str]) -> Story:
    """Keep whole sentences; datelines, footers and pull quotes have no full stop or few words."""
    sentences = [s for line in lines for s in re.split(r"(?<=[.؟!])\s+", line.strip()) if len(s.split()) >= 6]
    return Story(title, [sentence for sentence in sentences if re.search(r"[^.]\.»?$", sentence)])


def read_stories() -> Iterator[Story]:
    """Give the sample articles, in the order of their names."""
    for path in sorted(path for pattern in TEXTS for path in SEEDS.glob(pattern)):
        title, *lines = path.read_text("utf-8").splitlines()
        yield split_story(title.strip(), lines)
    for row in map(json.loads, FEED.read_text("utf-8").splitlines()):
        yield split_story(row["title"], row["text"].splitlines())


def recast(text: str, cast: dict[str, str], chance: random.Random) -> str:
    """Put other names and smaller figures into the text."""
    names = re.compile("|".join(sorted(cast, key=len, reverse=True)))
    text = names.sub(lambda match: cast[match[0]], text)
    return FIGURE.sub(lambda match: str(chance.randint(int(match[0]) // 2 + 1, int(match[0]))), text)


def draw_cast(chance: random.Random) -> dict[str, str]:
    """Give each country and person of the samples another name for the length of an article."""
    swaps = zip(TOLD, chance.sample(COUNTRIES, len(TOLD)), strict=True)
    cast = {old: new for told, other in swaps for old, new in zip(told, other, strict=True)}
    people = zip(chance.sample(GIVEN, len(ACTORS)), chance.sample(FAMILY, len(ACTORS)), strict=True)
    for actor, person in zip(ACTORS, people, strict=True):
        cast |= dict(zip(actor, person, strict=True))
    return cast


def write_dateline(day: date, outlet: str, chance: random.Random) -> str:
    """Say place, outlet and day as one of four kinds of papers does."""
    place, month, levantine = chance.choice(PLACES), MONTHS[day.month - 1], LEVANTINE[day.month - 1]
    return chance.choice((
        f"{place}: «{outlet}»\n{day.day} {month} ({levantine}) {day.year}\n",
        f"{place} ({outlet}) - {day.day}-{day.month}-{day.year}\n",
        f"{place} {day.day} {month} {day.year} ({outlet}) -",
        f"{place} – {outlet}\n{day.day} {levantine}/{month} {day.year}\n",
    ))  # fmt: skip


def write_article(number: int, seed: int, stories: list[Story]) -> dict[str, str]:
    """Give article `number`: half a story under its own title, then sentences of all the others."""
    chance = random.Random(f"{seed}/{number}")
    lead, cast = chance.choice(stories), draw_cast(chance)
    day, outlet = date(2026, 1, 1) + timedelta(days=chance.randrange(365)), chance.choice(OUTLETS)
    others = [sentence for story in stories if story is not lead for sentence in story.sentences]
    own = lead.sentences[: len(lead.sentences) // 2]
    wanted, words = chance.randint(SHORTEST, LONGEST - LONGEST_SENTENCE), 0
    body = ""
    for sentence in own + chance.sample(others, len(others)):
        if words >= wanted:
            break
        words += len(sentence.split())
        body += (" " if chance.random() < 0.6 else "\n\n") + recast(sentence, cast, chance)
    title = recast(lead.title, cast, chance)
    text = f"{title}\n\n{write_dateline(day, outlet, chance)} {body.strip()}".replace("\n ", "\n")
    return {"id": f"{seed}-{number}", "title": title, "date": day.isoformat(), "outlet": outlet, "text": text}


def write_articles(out_dir: Path, articles: int, seed: int) -> None:
    """Write three articles in four as .txt, the fourth as a line of a .jsonl."""
    stories = list(read_stories())
    for number in range(articles):
        article = write_article(number, seed, stories)
        folder = out_dir / f"{number // FOLDER_ARTICLES:04}"
        folder.mkdir(parents=True, exist_ok=True)
        if number % FEED_EVERY == 0:
            name, mode = "feed.jsonl", "a" if number % FOLDER_ARTICLES else "w"
            line = json.dumps(article, ensure_ascii=False)
        else:
            name, mode, line = f"{number:07}.txt", "w", article["text"]
        with (folder / name).open(mode, encoding="utf-8", newline="\n") as file:
            file.write(line + "\n")


def main(
    out_dir: Path,
    articles: Annotated[int, typer.Option(min=1, help="How many to make")] = 2000,
    seed: Annotated[int, typer.Option(help="Another seed gives other articles")] = 7,
) -> None:
    """Make articles for benchmarks out of the sample articles' sentences."""
    write_articles(out_dir, articles, seed)
    typer.echo(f"{articles} articles in {out_dir}")


if __name__ == "__main__":
    typer.run(main)
