"""Words, numbers, days and countries in the language of the page that is being made."""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "ru": "Русский", "kk": "Қазақша"})
DEFAULT_LANGUAGE = "en"

_CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
_locale: ContextVar[str] = ContextVar("campaign_actions_locale", default=DEFAULT_LANGUAGE)

# British order of day and month; Russian and Kazakh with the word for "year", so that a date
# stands inside a sentence and never ends it with an abbreviation's full stop.
_BABEL_CODES = {"en": "en_GB", "ru": "ru", "kk": "kk"}
_DAY_PATTERNS = {"en": "d MMMM y", "ru": "d MMMM y 'года'", "kk": "y 'жылғы' d MMMM"}
_WEEKDAY_PATTERNS = {
    "en": "EEEE d MMMM y",
    "ru": "EEEE, d MMMM y 'года'",
    "kk": "y 'жылғы' d MMMM, EEEE",
}
_MONTH_PATTERNS = {"en": "LLLL y", "ru": "LLLL y", "kk": "y 'жылғы' MMMM"}
_SHORT_MONTH_PATTERNS = {"en": "LLL y", "ru": "LLL y", "kk": "y LLL"}
_ALPHABETS = {
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
}
_NOT_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)


class Lazy:
    """A marked sentence in a table or an enum, translated each time it is shown."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return _(self.text)

    def __repr__(self) -> str:
        return f"Lazy({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lazy) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


def lazy(text: str) -> Lazy:
    """Mark `text` for translation now and translate it when it is turned into a string."""
    return Lazy(text)


def path_prefix(code: str) -> str:
    """What addresses of pages in the language `code` begin with: "/ru"; nothing for English."""
    return "" if code == DEFAULT_LANGUAGE else f"/{code}"


@contextmanager
def using_locale(code: str) -> Iterator[None]:
    """Speak the language `code` (a key of LANGUAGES) inside the block. Raises ValueError if unknown."""
    if code not in LANGUAGES:
        raise ValueError(f"unknown language {code!r}")
    token = _locale.set(code)
    try:
        yield
    finally:
        _locale.reset(token)


def current_locale() -> str:
    """The language being spoken, a key of LANGUAGES; English outside any block."""
    return _locale.get()


def _(text: str | Lazy, /, **gaps: object) -> str:
    """`text` in the current language; named gaps (`%(day)s`) are filled only when some are given."""
    marked = text.text if isinstance(text, Lazy) else text
    translated = _catalogue(_locale.get()).gettext(marked) if marked else ""
    return translated % gaps if gaps else translated


def ngettext(one: str, many: str, n: int, /, **gaps: object) -> str:
    """The form of the sentence that fits `n` in the current language, gaps filled as in `_`.

    `n` only chooses the form: give it once more as a gap, written by `number`.
    """
    translated = _catalogue(_locale.get()).ngettext(one, many, n)
    return translated % gaps if gaps else translated


def number(n: int) -> str:
    """A whole number grouped as the current language does: 4,186 or 4 186 with no-break spaces."""
    from babel.numbers import format_decimal

    return format_decimal(n, locale=_babel())


def day(value: date) -> str:
    """A calendar day in full: "22 November 2026"; of a `datetime`, the day it holds."""
    return _written(value, _DAY_PATTERNS[_locale.get()])


def day_and_month(value: date) -> str:
    """A calendar day of this year or the next, for a tag: "1 December"."""
    return _written(value, "d MMMM")


def weekday(value: date) -> str:
    """A calendar day with its weekday: "Wednesday 16 December 2026"."""
    return _written(value, _WEEKDAY_PATTERNS[_locale.get()])


def short_day(value: date) -> str:
    """A calendar day for tables: "22 Nov 2026"."""
    return _written(value, "medium")


def month_name(year: int, month: int) -> str:
    """A month as it stands in a sentence or after a colon: "November 2026"; `month` is 1 to 12."""
    return _written(date(year, month, 1), _MONTH_PATTERNS[_locale.get()])


def month_heading(year: int, month: int) -> str:
    """A month that begins a line, with a capital letter in every language: "November 2026"."""
    name = month_name(year, month)
    return name[:1].upper() + name[1:]


def short_month(year: int, month: int) -> str:
    """A month for narrow places: "Nov 2026"; `month` is 1 to 12."""
    return _written(date(year, month, 1), _SHORT_MONTH_PATTERNS[_locale.get()])


def bare_month(month: int) -> str:
    """A month without its year, for lists of one year: "Nov"; `month` is 1 to 12."""
    return _written(date(2000, month, 1), "LLL").rstrip(".")


def weekday_names() -> list[tuple[str, str]]:
    """Monday to Sunday as (two letters or so, whole name), for the head of a calendar."""
    monday = date(2001, 1, 1).toordinal()
    days = [date.fromordinal(monday + offset) for offset in range(7)]
    return [(_written(found, "EEEEEE"), _written(found, "EEEE")) for found in days]


def clock_time(value: datetime, zone: str) -> str:
    """The hour of an aware moment in the IANA zone `zone`: "18:00"."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(value: datetime, zone: str) -> str:
    """An aware moment as people in the IANA zone `zone` say it, naming whose time it is.

    "Wednesday 16 December 2026, 18:00, London time".
    """
    here = value.astimezone(ZoneInfo(zone))
    return f"{weekday(here)}, {here:%H:%M}, {zone_words(zone)}"


def zone_words(zone: str) -> str:
    """Whose time the IANA zone `zone` is, in words: "London time"; "UTC" for UTC."""
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    if zone == "Asia/Almaty":
        # Since 2024 Kazakhstan has one time, and everybody there calls it by the capital.
        return _("Astana time")
    from babel.dates import get_timezone_location

    return _("%(city)s time", city=get_timezone_location(zone, locale=_babel(), return_city=True))


def country_name(code: str) -> str:
    """The name of a country by its two-letter code, in either case; the code itself if unknown."""
    return _countries_by_code(_locale.get()).get(code.upper(), code.upper())


def countries() -> list[tuple[str, str]]:
    """All countries as (two-letter code, name), sorted as the current language sorts."""
    return list(_sorted_countries(_locale.get()))


def sorting_key(text: str, code: str | None = None) -> tuple[tuple[int, str], ...]:
    """A key that sorts words by the alphabet of the language `code` (the current one if None).

    Letters of other alphabets follow, accents aside. Python and the databases sort by code
    point, which puts Ә and Ё behind Я.
    """
    alphabet = _ALPHABETS.get(code or _locale.get(), "")
    key: list[tuple[int, str]] = []
    for letter in text.casefold():
        place = alphabet.find(letter)
        if place >= 0:
            key.append((place, letter))
            continue
        key.extend(
            (len(alphabet) if part.isalpha() else -1, part)
            for part in unicodedata.normalize("NFD", letter)
            if not unicodedata.combining(part)
        )
    return tuple(key)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("messages", _CATALOGUES, languages=[code], fallback=True)


def _babel() -> Locale:
    return _babel_locale(_locale.get())


@lru_cache(maxsize=len(LANGUAGES))
def _babel_locale(code: str) -> Locale:
    from babel import Locale

    return Locale.parse(_BABEL_CODES[code])


def _written(value: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(value, pattern, locale=_babel())


@lru_cache(maxsize=len(LANGUAGES))
def _countries_by_code(code: str) -> dict[str, str]:
    territories = _babel_locale(code).territories
    return {
        short: name
        for short, name in territories.items()
        if len(short) == 2 and short.isalpha() and short not in _NOT_COUNTRIES
    }


@lru_cache(maxsize=len(LANGUAGES))
def _sorted_countries(code: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_countries_by_code(code).items(), key=lambda item: sorting_key(item[1], code)))
