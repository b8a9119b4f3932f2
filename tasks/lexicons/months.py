"""Month names as Arabic newspapers write them: one month has up to four names from Iraq to Morocco."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from tasks.arabic.normalize import norm
from tasks.lexicons.table import read_rows, split_names

# CLDR has five sets of names; each locale here has one of them.
_LOCALES: Final = (
    "ar",
    "ar_EG",
    "ar_LB",
    "ar_SY",
    "ar_IQ",
    "ar_JO",
    "ar_PS",
    "ar_DZ",
    "ar_TN",
    "ar_MA",
    "ar_MR",
    "ar_SA",
)


@cache
def month_names() -> Mapping[str, int]:
    """Return the number of every Gregorian month name, by matching key: CLDR's names and attested variants.

    >>> months = month_names()
    >>> months["حزيران"], months["جوان"], months["يونيو"], months["تشرين الثاني"]
    (6, 6, 6, 11)
    """
    names = {
        norm(name): number
        for locale in _LOCALES
        for number, name in Locale.parse(locale).months["format"]["wide"].items()
    }
    return names | _read_variants("gregorian")


@cache
def hijri_month_names() -> Mapping[str, int]:
    """Return the number of every month name of the Islamic calendar, by matching key.

    >>> hijri_month_names()["رمضان"], hijri_month_names()["ذو الحجه"], hijri_month_names()["ذي الحجه"]
    (9, 12, 12)
    """
    return _read_variants("islamic")


def _read_variants(calendar: str) -> dict[str, int]:
    return {
        norm(name): int(row["number"])
        for row in read_rows("months")
        if row["calendar"] == calendar
        for name in split_names(row["names"])
    }
