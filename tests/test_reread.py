"""What another pipeline made stands, is extracted again or is read again, and ends as if it were made anew."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import refresh as flow
from flows.plan import plan_refresh
from flows.settings import Settings
from tasks import extract
from tasks.analysis import NAME_COUNT, known_words
from tasks.arabic.clitics import split
from tasks.arabic.normalize import norm
from tests.edits import make_edit
from tests.workshop import Row, Workshop, ask, dump, forget
from warehouse.store import Store

SEEDS = Path(__file__).parents[1] / "seeds"
READING = {"ingest", "clean", "tokenize"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    yield Workshop(tmp_path / "code", monkeypatch)
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse of the sample articles; tests copy it."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as monkeypatch:
        Workshop(folder / "code", monkeypatch).refresh(SEEDS, folder / "w")
    forget()
    return folder / "w"


@pytest.fixture
def warehouse(made: Path, tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(made, tmp_path / "w", symlinks=True))
    with Store(copy).writing():  # which mends what moving broke
        return copy


@pytest.fixture
def fresh(shop: Workshop, tmp_path: Path) -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
    def make() -> dict[str, list[tuple[Any, ...]]]:
        shop.refresh(SEEDS, tmp_path / "fresh")
        return dump(tmp_path / "fresh")

    return make


def revs(warehouse: Path) -> dict[str, int]:
    return dict(ask(warehouse, "select source, rev from meta.articles"))


def drop_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rules find fewer quotes, so that new rows can be told from old ones."""
    find = extract.find_quotes
    monkeypatch.setattr(extract, "find_quotes", lambda *given: find(*given)[1:])


# --- code ------------------------------------------------------------------------------------------------


def test_a_changed_rule_reads_no_text_again(shop, warehouse, fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.touch("arabic/speech.py")
    drop_quotes(monkeypatch)
    before = dump(warehouse)
    outcome = shop.refresh(SEEDS, warehouse)
    [(with_words,)] = ask(warehouse, "select count(*) from articles where token_count > 0")
    assert (outcome.stale, outcome.again, outcome.articles_written) == (0, with_words, with_words)
    assert outcome.seconds.keys().isdisjoint(READING)
    now = dump(warehouse)
    assert {name for name in now if now[name] != before[name]} == {"quotes", "speakers"}
    assert now == fresh()
    assert not shop.refresh(SEEDS, warehouse).did_work


def test_a_changed_model_reads_no_text_again(shop, warehouse) -> None:
    shop.touch("model/names.bin")
    outcome = shop.refresh(SEEDS, warehouse)
    [(with_words,)] = ask(warehouse, "select count(*) from articles where token_count > 0")
    assert (outcome.stale, outcome.again) == (0, with_words)
    assert outcome.seconds.keys().isdisjoint(READING)


@pytest.mark.parametrize("changed", ["arabic/fixes.py", "model/parts.bin"])
def test_a_changed_way_of_reading_reads_every_file_again(shop, warehouse, fresh, changed: str) -> None:
    shop.touch(changed)
    outcome = shop.refresh(SEEDS, warehouse)
    assert (outcome.unchanged, outcome.again) == (0, 0)
    assert outcome.seconds.keys() > READING
    assert dump(warehouse) == fresh()


def test_code_that_no_stage_uses_changes_nothing_and_is_looked_at_once(shop, warehouse, monkeypatch) -> None:
    shop.touch("lexicons/derive.py")
    before = revs(warehouse)
    outcome = shop.refresh(SEEDS, warehouse)
    assert (outcome.did_work, revs(warehouse)) == (False, before)
    monkeypatch.setattr("flows.standing.describe", lambda: pytest.fail("looked again"))
    number = Store(warehouse).head().number
    assert not shop.refresh(SEEDS, warehouse).did_work
    assert Store(warehouse).head().number == number


def test_a_pipeline_that_nothing_is_known_of_changes_everything(shop, warehouse) -> None:
    shutil.rmtree(warehouse / "pipelines")
    shop.touch("lexicons/derive.py")
    settings = Settings(seeds=SEEDS, warehouse=warehouse)
    assert plan_refresh(settings, Store(warehouse)).unchanged == 0


def test_an_article_that_failed_is_healed_and_one_that_fails_is_rejected(shop, warehouse, fresh, monkeypatch) -> None:
    find = extract.find_dates

    def fail(document: Any, *given: Any) -> Any:
        if "كهرباء" in document.text:
            raise ArithmeticError
        return find(document, *given)

    monkeypatch.setattr(extract, "find_dates", fail)
    shop.touch("arabic/dates.py")
    shop.refresh(SEEDS, warehouse)
    [(failed,)] = ask(warehouse, "select count(*) from rejects where reason = 'failed'")
    assert failed > 0
    assert dump(warehouse) == fresh()
    monkeypatch.setattr(extract, "find_dates", find)
    shop.touch("arabic/dates.py")
    shop.refresh(SEEDS, warehouse)
    assert ask(warehouse, "from rejects where reason = 'failed'") == []
    assert dump(warehouse) == fresh()


# --- lexicons --------------------------------------------------------------------------------------------


def add_line(shop: Workshop, name: str, **cells: str) -> None:
    shop.edit(name, lambda rows: rows.append(dict.fromkeys(rows[0], "") | cells))


def test_a_line_touches_only_the_articles_that_it_can(shop, warehouse, fresh) -> None:
    """A new person, a new name from which no clitic is cut any more, and a city that changes its name."""
    before = revs(warehouse)
    [(source, name)] = ask(
        warehouse,
        """select source, m.text from mentions m join articles using (article_id)
           where label = 'PER' and method = 'title_rule' and file = 'feeds/wire.jsonl' and m.text like '% %'
           order by source, start_char limit 1""",
    )
    cut = ask(warehouse, "select text, stem from tokens where len(proclitics) > 0 group by all order by all")
    word, stem = next(pair for pair in cut if not split(pair[0], known_words() | {norm(pair[0]): NAME_COUNT})[0])
    add_line(shop, "people", name_ar=name, label="PER", kind="person", name_en="Somebody Known", source="test")
    add_line(shop, "people", name_ar=f"{word} فلان", label="PER", kind="person", name_en="Somebody", source="test")
    shop.edit("cities", rename_city)
    outcome = shop.refresh(SEEDS, warehouse)
    changed = {article for article, rev in revs(warehouse).items() if before[article] != rev}
    assert source in changed
    assert len(changed) == outcome.articles_written < len(before) / 2
    assert 0 < outcome.stale < outcome.unchanged
    assert ask(warehouse, "select is_known from entities where name_en = 'Somebody Known'") == [(True,)]
    assert ask(warehouse, f"select distinct stem from tokens where text = '{word}'") == [(word,)] != [(stem,)]
    assert dump(warehouse) == fresh()
    assert not shop.refresh(SEEDS, warehouse).did_work


def rename_city(rows: list[Row]) -> None:
    for row in rows:
        row["name_ar"] = row["name_ar"].replace("مسقط", "مسقطط")


@pytest.mark.parametrize(
    ("name", "change"),
    [("words", lambda rows: rows.pop(7)), ("months", lambda rows: rows[0].update(names="جنوار"))],
    ids=["words", "months"],
)
def test_what_is_no_word_of_an_article_changes_everything(shop, warehouse, name, change) -> None:
    shop.edit(name, change)
    settings = Settings(seeds=SEEDS, warehouse=warehouse)
    assert plan_refresh(settings, Store(warehouse)).unchanged == 0


def test_there_and_back_again(shop, warehouse) -> None:
    before = dump(warehouse)
    kept = shop.read("titles")
    shop.edit("titles", lambda rows: rows.clear() or rows.extend(kept[: len(kept) // 2]))
    assert shop.refresh(SEEDS, warehouse).again > 3
    assert dump(warehouse) != before
    shop.edit("titles", lambda rows: rows.extend(kept[len(kept) // 2 :]))
    assert shop.refresh(SEEDS, warehouse).again > 3
    assert dump(warehouse) == before


def test_random_edits_leave_what_a_new_warehouse_would_hold(shop, warehouse, fresh, seed: int) -> None:
    dice = random.Random(seed)
    done = [make_edit(shop, dice) for _ in range(dice.randint(1, 6))]
    try:
        shop.refresh(SEEDS, warehouse)
    except (KeyError, ValueError):
        pytest.skip(f"no loader takes {done}")
    assert dump(warehouse) == fresh(), done


# --- runs that leave something ----------------------------------------------------------------------------


def test_only_what_is_new_leaves_the_rest_for_the_night(shop, warehouse, fresh, tmp_path, monkeypatch) -> None:
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    shop.refresh(seeds, warehouse)  # as another folder, with the same files
    shop.touch("arabic/speech.py")
    drop_quotes(monkeypatch)
    shutil.copy(seeds / "راديو المرفأ.txt", seeds / "يوم.txt")
    before = revs(warehouse)
    quick = shop.refresh(seeds, warehouse, only_new=True)
    assert (quick.new, quick.stale, quick.again, quick.articles_written) == (1, 0, 0, 1)
    assert quick.waiting == len(before)
    assert {name: rev for name, rev in revs(warehouse).items() if name != "يوم.txt"} == before
    again = shop.refresh(seeds, warehouse, only_new=True)
    assert (again.did_work, again.waiting) == (False, len(before))
    nightly = shop.refresh(seeds, warehouse)
    assert (nightly.again > 0, nightly.waiting) == (True, 0)
    shop.refresh(seeds, tmp_path / "fresh")
    assert dump(warehouse) == dump(tmp_path / "fresh")
    assert not shop.refresh(seeds, warehouse).did_work


class Killed(BaseException):
    pass


def kill_at(commit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = iter(range(commit))

    def die(*_: object) -> None:
        if next(commits, None) is None:
            raise Killed

    monkeypatch.setattr(flow.Record, "write", _before(die, flow.Record.write))


def _before(first: Callable[..., None], then: Callable[..., Any]) -> Callable[..., Any]:
    def both(*given: Any) -> Any:
        first()
        return then(*given)

    return both


def test_a_killed_run_is_taken_up_even_by_another_pipeline(shop, warehouse, fresh, monkeypatch) -> None:
    monkeypatch.setenv("WARRAQ_CHUNK_ARTICLES", "6")
    kept = shop.read("titles")
    shop.edit("titles", lambda rows: rows.clear() or rows.extend(kept[::2]))
    with pytest.MonkeyPatch.context() as deadly:
        kill_at(2, deadly)
        with pytest.raises(Killed):
            shop.refresh(SEEDS, warehouse)
    shop.edit("titles", lambda rows: rows.clear() or rows.extend(kept[::3]))
    with pytest.MonkeyPatch.context() as deadly:
        kill_at(1, deadly)
        with pytest.raises(Killed):
            shop.refresh(SEEDS, warehouse)
    shop.refresh(SEEDS, warehouse)
    monkeypatch.delenv("WARRAQ_CHUNK_ARTICLES")
    assert dump(warehouse) == fresh()
    assert not shop.refresh(SEEDS, warehouse).did_work
