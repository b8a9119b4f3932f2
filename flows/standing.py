"""How what the warehouse holds stands to the pipeline of now: what another one made that this one would not.

A line more in a lexicon makes few articles stale, a rule for quotes all facts but no token, a rule for
cleaning everything. What is not stale stays as it is, whatever pipeline made it.
"""

from contextlib import closing
from typing import Final, NamedTuple

from tasks.footprints import Change, Making, Search, compare, cuts_otherwise, describe, is_body, is_near, top_of
from tasks.stage import fingerprint
from warehouse.reread import Holdings, count_made, find_description, list_mixed_files, list_pipelines
from warehouse.store import Store


class Standing(NamedTuple):
    """What is stale, and what is not.

    To be read again are the files that `misread` pipelines read, and `files` besides. To be extracted
    again are the articles that `misjudged` pipelines made, and `articles` besides. All else that
    `alike` pipelines made stands. `waiting` counts what was left for later without a closer look, and
    `is_other` says that another pipeline was the last to have all its own way.
    """

    misread: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    misjudged: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    alike: frozenset[str] = frozenset()
    waiting: int = 0
    is_other: bool = False


ALL_STANDS: Final = Standing()


def judge(store: Store, *, only_new: bool = False) -> Standing:
    """Compare the pipeline of now with those that made the warehouse; `only_new` leaves what differs for later."""
    pipeline = fingerprint()
    made = {name: like for name, like in list_pipelines(store).items() if pipeline not in (name, like)}
    if not made:
        return ALL_STANDS
    now = describe()
    standing = Standing(is_other=not only_new)
    for like in sorted(set(made.values())):
        names = frozenset(name for name in made if made[name] == like)
        before = find_description(store, like)
        change = compare(None if before is None else Making.from_table(before), now)
        if only_new and change != Change():
            standing = standing._replace(waiting=standing.waiting + count_made(store, names))
        else:
            standing = _add(standing, store, names, change)
    return standing


def _add(standing: Standing, store: Store, pipelines: frozenset[str], change: Change) -> Standing:
    """Add what a change means for what some pipelines made."""
    if change.reading:
        files = frozenset(list_mixed_files(store, pipelines))
        return standing._replace(misread=standing.misread | pipelines, files=standing.files | files)
    with closing(Holdings(store, pipelines)) as held:
        recut = _find_recut(held, change)
        files = frozenset(held.files_of(recut | _find_headed(held, change)))
        articles = recut | (frozenset() if change.rules else _find_touched(held, change))
    standing = standing._replace(files=standing.files | files, articles=standing.articles | articles)
    if change.rules:
        return standing._replace(misjudged=standing.misjudged | pipelines)
    return standing._replace(alike=standing.alike | pipelines)


def _find_headed(held: Holdings, change: Change) -> frozenset[str]:
    """Return the articles whose headers may read otherwise."""
    if not any(change.headers):
        return frozenset()
    search = Search(change.headers)
    return frozenset(article for article, text in held.read_texts("raw_text") if search.finds(top_of(text)))


def _find_recut(held: Holdings, change: Change) -> frozenset[str]:
    """Return the articles that hold a word from which other clitics would be cut."""
    if not any(change.cuts):
        return frozenset()
    search = Search(change.cuts)
    held_by = [article for article, text in held.read_texts("text") if search.finds(text)]
    words = {word[0] for word in held.list_words(held_by) if cuts_otherwise(*word)}
    return frozenset(held.with_words(words))


def _find_touched(held: Holdings, change: Change) -> frozenset[str]:
    """Return the articles in which something else may be found."""
    if change == Change():
        return frozenset()
    touched = set(held.failed())
    if any(change.words):
        search = Search(change.words)
        touched |= {article for article, text in held.read_texts("text") if search.finds(text)}
    if change.near:
        near = [name for name in held.list_names("PER") if is_near(name, change.near)]
        touched |= set(held.with_names("PER", near))
    if change.bodies:
        bodies = [name for name in held.list_names("ORG") if is_body(name, change.bodies)]
        touched |= set(held.with_names("ORG", bodies))
    if change.entities or change.countries:
        touched |= set(held.with_entities(change.entities, change.countries))
    return frozenset(touched)
