"""The pages say of costs what was measured."""

import pytest

from benchmarks import readme


@pytest.mark.parametrize("block", [readme.curve, readme.queries, readme.weights, readme.rest])
def test_the_page_on_scale_shows_what_was_measured(block) -> None:  # type: ignore[no-untyped-def]
    assert "\n".join(block()) in readme.SCALE.read_text(encoding="utf-8"), "`make readme` writes it anew"


@pytest.mark.parametrize("block", [readme.costs, readme.language])
def test_readme_shows_the_ratios(block) -> None:  # type: ignore[no-untyped-def]
    assert "\n".join(block()) in readme.README.read_text(encoding="utf-8"), "`make readme` writes it anew"


def test_the_page_on_language_shows_what_was_measured() -> None:
    assert "\n".join(readme.language_costs()) in readme.LANGUAGE.read_text(encoding="utf-8"), "`make readme` does it"
