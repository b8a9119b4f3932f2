"""Near-duplicates and stories in the warehouse: whatever came, changed and went, as if built afresh."""

import os
import random
from datetime import date
from pathlib import Path

import pytest

from tests.warehouse.newsroom import Story, contents, marts_differ, read, refresh
from warehouse.store import Store

NEAR = """
    select a.source, b.source from articles a join articles b on b.article_id = a.near_duplicate_of order by all
"""
TOLD = """
    select list(source order by source) from story_articles join articles using (article_id)
    group by story_id order by 1
"""

COUNTRIES = ("مصر", "تونس", "اليابان", "كندا")
THINGS = """
    المنجنيق الفسيفساء القراميد البوصلات الشراعات المشربيات القواقع الزنابق النوارج المراجيح السنابك القناديل
    الأراجوز البراميل الصناجات الطنابير الغرابيل المغازل المناجل الفوانيس الدواليب الأسطرلاب القراطيس المحابر
""".split()
DAYS = (None, date(2024, 5, 16), date(2024, 5, 17), date(2024, 5, 20), date(2024, 6, 1))


def tell(chance: random.Random, things: list[str]) -> str:
    return " ".join([*chance.sample(COUNTRIES, 2), *chance.sample(things, 3)])


def report(event: int, edits: int = 0, seed: int = 0) -> str:
    """Return 24 sentences on an event, some of them put in other words; each event has eight things to tell of."""
    things = THINGS[8 * (event - 1) : 8 * event]
    edited = random.Random(seed).sample(range(24), 24)[:edits]
    tellers = (random.Random(f"{event} {at} {seed if at in edited else ''}") for at in range(24))
    return ".".join(tell(teller, things) for teller in tellers)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


def build(path: Path, seeds: dict[str, Story], pipeline: str = "p1") -> dict[str, list[tuple[object, ...]]]:
    store = Store(path)
    refresh(store, seeds, pipeline=pipeline, batch_chars=100_000)
    return contents(store)


# --- near-duplicates -----------------------------------------------------------------------------------


def test_an_edited_copy_points_at_the_first(store: Store) -> None:
    refresh(store, {"b.txt": Story(report(1)), "c.txt": Story(report(1, 1, 7)), "d.txt": Story(report(2))})
    assert read(store, NEAR) == [("c.txt", "b.txt")]


def test_a_copy_before_it_takes_the_place_and_gives_it_back(store: Store) -> None:
    late = {"b.txt": Story(report(1)), "c.txt": Story(report(1, 1, 7))}
    refresh(store, late)
    refresh(store, late | {"a.txt": Story(report(1, 1, 8))})
    assert read(store, NEAR) == [("b.txt", "a.txt"), ("c.txt", "a.txt")]
    assert marts_differ(store) == []
    refresh(store, late)
    assert read(store, NEAR) == [("c.txt", "b.txt")]
    refresh(store, late | {"b.txt": Story(report(3))})
    assert read(store, NEAR) == []
    assert marts_differ(store) == []


def test_exact_duplicates_leave_it_to_the_original(store: Store) -> None:
    same, near = Story(report(1)), Story(report(1, 1, 7))
    refresh(store, {"b.txt": same, "c.txt": near, "d.txt": near})
    assert read(store, NEAR) == [("c.txt", "b.txt")]
    refresh(store, {"b.txt": same, "d.txt": near, "a.txt": same})
    assert read(store, NEAR) == [("d.txt", "a.txt")]
    assert read(store, "select source from articles where duplicate_of is not null") == [("b.txt",)]


def test_a_text_cut_to_a_few_words_is_like_nothing(store: Store) -> None:
    refresh(store, {"a.txt": Story(report(1)), "b.txt": Story(report(1, 1, 7))})
    refresh(store, {"a.txt": Story(report(1)), "b.txt": Story("مصر قال نعم")})
    assert read(store, NEAR) == []
    assert read(store, "select count(*) from signatures") == [(1,)]
    assert read(store, "select count(*) from bands group by article_id order by 1") == [(1,), (9,)]


def test_likeness_is_no_chain(store: Store) -> None:
    """A is like B and B is like C, but A is not like C: C points at B."""
    a, b, c = (report(1, edits, 5) for edits in (0, 3, 6))
    refresh(store, {"a.txt": Story(a), "b.txt": Story(b), "c.txt": Story(c)})
    assert read(store, NEAR) == [("b.txt", "a.txt"), ("c.txt", "b.txt")]


# --- stories -------------------------------------------------------------------------------------------


def test_articles_of_one_event_are_a_story(store: Store) -> None:
    early, late, undated = date(2024, 5, 16), date(2024, 5, 18), None
    refresh(
        store,
        {
            "a.txt": Story(report(1), late), "b.txt": Story(report(1, 12, 3), early), "c.txt": Story(report(2), early),
            "d.txt": Story(report(1, 12, 3), date(2024, 5, 21)), "e.txt": Story(report(1, 12, 4), undated),
            "f.txt": Story(report(2), undated),
        },
    )  # fmt: skip
    assert read(store, TOLD) == [(["a.txt", "b.txt"],), (["c.txt", "f.txt"],)]
    assert read(store, "select article_count, copy_count, first_day, last_day from stories order by copy_count") == [
        (2, 0, early, late), (2, 1, early, early),
    ]  # fmt: skip


def test_a_bridge_joins_two_stories_and_its_end_parts_them(store: Store) -> None:
    days = [date(2024, 5, day) for day in (10, 11, 13, 15, 16)]
    seeds = {f"{name}.txt": Story(report(1, 1, at), days[at]) for at, name in enumerate("abcde")}
    ends = {file: story for file, story in seeds.items() if file != "c.txt"}
    refresh(store, ends)
    assert read(store, TOLD) == [(["a.txt", "b.txt"],), (["d.txt", "e.txt"],)]
    refresh(store, seeds)
    assert read(store, TOLD) == [(["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"],)]
    refresh(store, ends)
    assert read(store, TOLD) == [(["a.txt", "b.txt"],), (["d.txt", "e.txt"],)]


def test_an_undated_copy_holds_articles_of_any_days_together(store: Store, tmp_path: Path) -> None:
    seeds = {"b.txt": Story(report(1), None), "c.txt": Story(report(1, 1, 7), date(2024, 5, 1))}
    refresh(store, seeds)
    seeds["d.txt"] = Story(report(1, 1, 8), date(2024, 5, 20))
    refresh(store, seeds)
    assert read(store, TOLD) == [(["b.txt", "c.txt", "d.txt"],)]
    assert read(store, "select first_day, last_day from stories") == [(date(2024, 5, 1), date(2024, 5, 20))]
    del seeds["b.txt"]
    refresh(store, seeds)
    assert contents(store) == build(tmp_path / "afresh", seeds)


def test_only_stories_that_change_are_written(store: Store) -> None:
    seeds = {f"{event}{at}.txt": Story(report(event, 1, at)) for event in (1, 2, 3) for at in (1, 2)}
    refresh(store, seeds)
    refresh(store, seeds | {"23.txt": Story(report(2, 1, 3))})
    told = "select rev, count(*) from meta.story_articles group by all order by 1"
    assert read(store, told) == [(1, 4), (2, 3)]
    del seeds["31.txt"]
    refresh(store, seeds | {"23.txt": Story(report(2, 1, 3))})
    assert read(store, told) == [(1, 2), (2, 3)]


# --- histories -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(int(os.environ.get("WARRAQ_TEST_HISTORIES", "1"))))
def test_any_history_ends_as_if_built_afresh(store: Store, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    seeds: dict[str, Story] = {}
    for step in range(6):
        for _ in range(chance.randint(1, 4)):
            file = f"{chance.choice('abcdefghij')}.txt"
            if file in seeds and chance.random() < 0.4:
                del seeds[file]
            else:
                text = report(chance.choice([1, 1, 2]), chance.choice([0, 1, 2, 3, 4, 12]), chance.randrange(4))
                seeds[file] = Story(text, chance.choice(DAYS))
        refresh(store, seeds, folder=str(step), batch_chars=chance.choice([100, 100_000]))
        assert marts_differ(store) == []
        if step in (3, 5):
            assert contents(store) == build(tmp_path / str(step), seeds), seeds
