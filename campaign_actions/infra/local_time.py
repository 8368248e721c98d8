"""Moments as organisers type them: a day and an hour in a named time zone, refused when it cannot be told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _, current_locale, day, sorting_key, using_locale, zone_words

FIRST_YEAR, LAST_YEAR = 1990, 2100
_SHAPE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T]+(\d{1,2})[:.](\d{2})", re.ASCII)


def read(text: str, zone: str, *, field: str, zone_field: str = "zone") -> datetime:
    """The UTC moment of `text`, like "2026-12-10 23:59", in the IANA zone `zone`.

    Raises Refused, naming `field` or `zone_field`, when the zone is unknown, the text is no
    moment, or the hour does not exist or comes twice because clocks change.
    """
    place = known(zone, field=zone_field)
    typed = _typed(text, field)
    moment = typed.replace(tzinfo=place)
    later = moment.replace(fold=1)
    if moment.utcoffset() != later.utcoffset():
        raise Refused(_clock_change(moment, later, zone), field=field)
    return moment.astimezone(UTC)


def written(moment: datetime | None, zone: str) -> str:
    """The text that `read` turns into `moment`; empty for None."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if moment else ""


def known(zone: str, *, field: str = "zone") -> ZoneInfo:
    """The zone of that IANA name, as in the tz database; raises Refused for any other text."""
    if zone not in _names():
        raise Refused(_("Choose a time zone from the list."), field=field)
    return ZoneInfo(zone)


def choices(current: str = "") -> list[tuple[str, str]]:
    """Zones as (IANA name, "London (UTC+0)") by city; offsets are today's. `current` is added."""
    now = clock.now()
    cities = dict(_cities(current_locale(), now.year))
    if current in _names():
        cities.setdefault(current, current)
    # Clocks change on a quarter of an hour.
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return [(zone, f"{city} ({_offset(quarter, zone)})") for zone, city in cities.items()]


def _typed(text: str, field: str) -> datetime:
    shape = _SHAPE.fullmatch(text.strip())
    try:
        typed = _naive(*map(int, shape.groups())) if shape else None
    except ValueError:
        typed = None
    if typed is None or not FIRST_YEAR <= typed.year <= LAST_YEAR:
        raise Refused(_("Write the day and the hour like 2026-12-10 23:59."), field=field)
    return typed


def _naive(year: int, month: int, of_month: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, of_month, hour, minute)  # noqa: DTZ001 -- `read` adds the zone


def _clock_change(moment: datetime, later: datetime, zone: str) -> str:
    gaps = {"day": day(moment), "hour": f"{moment:%H:%M}", "whose": zone_words(zone)}
    if (moment.utcoffset() or timedelta()) > (later.utcoffset() or timedelta()):
        return _(
            "On %(day)s clocks go back and %(hour)s comes twice in %(whose)s. Choose another hour.",
            **gaps,
        )
    return _(
        "On %(day)s clocks go forward and %(hour)s does not exist in %(whose)s. Choose another hour.", **gaps
    )


@lru_cache(maxsize=1024)  # reading one file a zone for each form took most of a desk form's time
def _offset(now: datetime, zone: str) -> str:
    minutes = int((now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


@lru_cache(maxsize=2)
def _listed(year: int) -> tuple[str, ...]:
    """One zone for each way in which the clocks of a country go in `year`, the best known first."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    found: dict[tuple[str, object, object], str] = {}
    for line in table.splitlines():
        if line and not line.startswith(("#", "AQ")):
            country, _place, zone = line.split("\t")[:3]
            winter, summer = (datetime(year, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
            found.setdefault((country, winter.utcoffset(), summer.utcoffset()), zone)
    return ("UTC", *found.values())


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    table = (resources.files("tzdata") / "zones").read_text("utf-8")
    return frozenset(table.split())


@lru_cache(maxsize=8)
def _cities(locale: str, year: int) -> tuple[tuple[str, str], ...]:
    from babel import Locale
    from babel.dates import get_timezone_location

    babel_locale = Locale.parse(locale)
    with using_locale(locale):
        named = [
            (zone, _city(zone, get_timezone_location(zone, locale=babel_locale, return_city=True)))
            for zone in _listed(year)
        ]
    return tuple(sorted(named, key=lambda pair: sorting_key(pair[1], locale)))


def _city(zone: str, city: str) -> str:
    if zone == "UTC":
        return "UTC"
    # Kazakhstan's one time is called by its capital, which the tz database does not list.
    return _("Astana and Almaty") if zone == "Asia/Almaty" else city
