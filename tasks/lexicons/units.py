"""Nouns of measures and currencies: what a number is a number of."""

from collections.abc import Mapping
from functools import cache

from tasks.arabic.normalize import norm
from tasks.lexicons.table import read_rows


@cache
def units() -> Mapping[str, str]:
    """Return the unit of every noun, by matching key: an ISO 4217 code, or the measure in English.

    The noun of a currency alone stays in general (`dinar`), except where one country's is meant by default.

    >>> units()["برميلا"], units()["دينار تونسي"], units()["دينار"], units()["دولارا"]
    ('barrel', 'TND', 'dinar', 'USD')
    """
    return {norm(row["name_ar"]): row["unit"] for row in read_rows("units")}
