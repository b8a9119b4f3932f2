"""Random edits of lexicon lines, as a person might make them: a line dropped, added or altered."""

import random
from typing import Final

from tests.workshop import Row, Workshop

# Lexicons with the columns that hold their words, and other columns whose values may change.
ENTITIES: Final = ("people", "bodies", "places", "regions", "cities", "countries")
LEXICONS: Final = {
    **dict.fromkeys(ENTITIES, (("name_ar", "aliases"), ("name_en", "kind", "country_code"))),
    "demonyms": (("name_ar", "aliases", "plurals"), ("label",)),
    "ambiguous": (("name",), ()),
    "given_names": (("name",), ("purity",)),
    "family_names": (("name",), ("purity",)),
    "name_stops": (("word",), ("kind",)),
    "titles": (("word",), ("kind",)),
    "units": (("name_ar",), ("unit",)),
    "plurals": (("plural", "singular"), ()),
    "verbs": (("verb", "imperfect"), ()),
    "speech": (("word", "imperfect", "participle", "noun"), ("kind", "complements")),
    "events": (("verb", "passive", "noun", "participle"), ("recipient", "after", "before", "unless", "flags", "mode")),
    "plover": ((), ("score",)),
}

Edit = tuple[str, str, str]


def make_edit(shop: Workshop, dice: random.Random) -> Edit:
    """Change one line of a lexicon of the workshop; return its name, what was done, and the line as it was."""
    name = dice.choice(list(LEXICONS))
    words = common_words(shop)
    done: list[Edit] = []

    def change(rows: list[Row]) -> None:
        at = dice.randrange(len(rows))
        act = dice.choice([drop, add, move, alter_word, alter_word, alter_rest])
        done.append((name, act.__name__, "|".join(rows[at].values())))
        act(rows, at, name, words, dice)

    shop.edit(name, change)
    return done[0]


def common_words(shop: Workshop) -> list[str]:
    """Return words that news is full of, so that an edit meets some."""
    return [row["word"] for row in shop.read("words") if int(row["count"]) > 400 and len(row["word"]) > 2]


def drop(rows: list[Row], at: int, name: str, words: list[str], dice: random.Random) -> None:
    del rows[at]


def add(rows: list[Row], at: int, name: str, words: list[str], dice: random.Random) -> None:
    """Add a line like another one, for another word."""
    rows.insert(dice.randrange(len(rows)), dict(rows[at]))
    alter_word(rows, at, name, words, dice)


def move(rows: list[Row], at: int, name: str, words: list[str], dice: random.Random) -> None:
    rows.insert(0, rows.pop(at))


def alter_word(rows: list[Row], at: int, name: str, words: list[str], dice: random.Random) -> None:
    """Put a common word, two of them, the word of another line, or one more or less, into a cell of words."""
    columns, _ = LEXICONS[name]
    if not columns:
        return alter_rest(rows, at, name, words, dice)
    column = dice.choice(columns)
    sign = "|" if column in ("aliases", "plurals") else " "
    given = dice.choice(words) if dice.random() < 0.7 else dice.choice(rows)[column]
    if dice.random() < 0.3:
        given += " " + dice.choice(words)
    cells = [cell for cell in (rows[at][column], given) if cell]
    several = name not in ("ambiguous", "titles", "name_stops", "given_names", "family_names", "units")
    rows[at][column] = sign.join(cells) if several and dice.random() < 0.5 else given
    return None


def alter_rest(rows: list[Row], at: int, name: str, words: list[str], dice: random.Random) -> None:
    """Give a line what another line has in a column that holds no word of the text."""
    _, columns = LEXICONS[name]
    if columns:
        column = dice.choice(columns)
        rows[at][column] = dice.choice(rows)[column]
