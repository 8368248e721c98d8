"""What lists of events are narrowed to, how many each filter leaves, and the months they stand in."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from flask import url_for

from campaign_actions.actions import events
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import EventKind
from campaign_actions.infra import clock, slugs
from campaign_actions.infra.i18n import _, countries, country_name, month_heading, month_name, sorting_key
from campaign_actions.web.words import event_kind_words

FIRST_YEAR, LAST_YEAR = 1990, 2100
# The address of a country is its code, so that of a city is never as short.
CODE_LENGTH = 2
# Events that are online have a filter of their own, whatever their kind.
KINDS = tuple(kind for kind in EventKind if kind is not EventKind.ONLINE)


@dataclass(frozen=True)
class Shelf:
    """What a filter leaves: `holds` tells which events. The addresses are of its page and its calendar."""

    words: str
    address: str
    ics_address: str
    holds: Callable[[EventView], bool]


@dataclass(frozen=True)
class Choice:
    """A filter as a link: how many coming events it leaves, and whether the page shows them."""

    words: str
    count: int
    address: str
    is_here: bool


@dataclass(frozen=True)
class Filters:
    """All filters that leave an event, in order of the words; `wide` begins with none at all."""

    wide: tuple[Choice, ...]
    towns: tuple[Choice, ...]
    kinds: tuple[Choice, ...]

    @property
    def narrow(self) -> bool:
        """True when the page shows one of those that stand folded away."""
        return any(choice.is_here for choice in (*self.towns, *self.kinds))


@dataclass(frozen=True)
class MonthLink:
    """A month that has a page."""

    year: int
    month: int

    @property
    def words(self) -> str:
        """As a sentence has it: "December 2026"."""
        return month_name(self.year, self.month)

    @property
    def heading(self) -> str:
        """As a heading of its own has it: "December 2026"."""
        return month_heading(self.year, self.month)

    @property
    def address(self) -> str:
        """Of its page."""
        return url_for("public.events.month", year=f"{self.year:04}", month=f"{self.month:02}")


@dataclass(frozen=True)
class Month:
    """The events of one month, each in its own zone; `weeks` is a calendar of day numbers.

    A day of `weeks` is (number, events on it), 0 outside of the month; weeks begin on Monday.
    `anchors` names the first event of each day for the links of the calendar.
    """

    link: MonthLink
    anchor: str
    events: tuple[EventView, ...]
    weeks: tuple[tuple[tuple[int, int], ...], ...]
    anchors: dict[UUID, str]


@dataclass(frozen=True)
class Day:
    """A day of the month table, None where the week is in another month, and the events on it."""

    day: date | None
    events: tuple[EventView, ...]


def everywhere() -> Shelf:
    """All events."""
    addresses = url_for("public.events.index"), url_for("public.events.all_ics")
    return Shelf(_("Everywhere"), *addresses, lambda _event: True)


def online() -> Shelf:
    """Events one can take part in from anywhere."""
    addresses = url_for("public.events.online"), url_for("public.events.online_ics")
    return Shelf(_("Online"), *addresses, lambda event: event.is_online)


def of_kind(kind: EventKind) -> Shelf:
    """Events of a kind."""
    name = kind_slug(kind)
    addresses = url_for("public.events.kind", kind=name), url_for("public.events.kind_ics", kind=name)
    return Shelf(event_kind_words(kind), *addresses, lambda event: event.kind is kind)


def in_place(place: str) -> Shelf | None:
    """Events in a country ("gb") or a city ("gb-london"); None for a city that no event was ever in."""
    if len(place) == CODE_LENGTH:
        known = place == place.lower() and place.upper() in dict(countries())
        return _in_land(place.upper()) if known else None
    city = next((city for city, country in events.towns() if town_slug(city, country) == place), None)
    return _in_town(city, place) if city else None


def kind_slug(kind: EventKind) -> str:
    """A kind as addresses have it: "letter-writing"."""
    return kind.value.replace("_", "-")


def town_slug(city: str, country: str) -> str:
    """A city as addresses have it: "gb-london"; empty for one without a letter we can write.

    The country stands first, since more than one has a Newcastle; a city without one stands alone.
    """
    slug = slugs.slugify(city)
    if country and slug:
        return f"{country.lower()}-{slug}"
    return f"city-{slug}" if 0 < len(slug) <= CODE_LENGTH else slug


def filters(coming: Sequence[EventView], here: Shelf) -> Filters:
    """The filters of a list of coming events, as seen from the page of one of them."""
    lands = Counter(event.country for event in coming if event.country)
    towns = {slug: event.city for event in coming if (slug := town_slug(event.city, event.country))}
    kinds = {event.kind for event in coming} & set(KINDS)
    return Filters(
        wide=(
            _choice(everywhere(), coming, here),
            *_sorted((_in_land(code) for code in lands), coming, here),
            *_sorted([online()] if any(event.is_online for event in coming) else [], coming, here),
        ),
        towns=_sorted((_in_town(city, slug) for slug, city in towns.items()), coming, here),
        kinds=_sorted((of_kind(kind) for kind in kinds), coming, here),
    )


def by_month(shown: Iterable[EventView]) -> list[Month]:
    """Events in their months, each as its own zone counts; months and events in the order given.

    Where zones disagree about which month came first, each month still stands once.
    """
    kept = list(shown)
    newest_first = len(kept) > 1 and kept[0].starts_at > kept[-1].starts_at
    grouped = groupby(sorted(kept, key=_month_of, reverse=newest_first), _month_of)
    return [_month(MonthLink(year, month), tuple(group)) for (year, month), group in grouped]


def this_month() -> str:
    """Address of the page of the month that it is now."""
    return MonthLink(clock.today().year, clock.today().month).address


def month_table(link: MonthLink, shown: Sequence[EventView]) -> list[list[Day]]:
    """The weeks of a month, Monday first, each day with its events."""
    on: dict[date, list[EventView]] = {}
    for event in shown:
        for day in event.local_days:
            on.setdefault(day, []).append(event)
    weeks = calendar.Calendar(0).monthdatescalendar(link.year, link.month)
    return [
        [Day(day, tuple(on.get(day, ()))) if day.month == link.month else Day(None, ()) for day in week]
        for week in weeks
    ]


def neighbours(link: MonthLink) -> tuple[MonthLink | None, MonthLink | None]:
    """The month before and the one after, None beyond the years that have pages."""
    before = MonthLink(link.year - (link.month == 1), (link.month - 2) % 12 + 1)
    after = MonthLink(link.year + link.month // 12, link.month % 12 + 1)
    return before if before.year >= FIRST_YEAR else None, after if after.year <= LAST_YEAR else None


def nearest(link: MonthLink, days: Sequence[date]) -> list[MonthLink]:
    """The last month with an event before this one and the first after it, where there are any."""
    months = sorted({(day.year, day.month) for day in days})
    before = [month for month in months if month < (link.year, link.month)][-1:]
    after = [month for month in months if month > (link.year, link.month)][:1]
    return [MonthLink(*month) for month in before + after]


def _month_of(event: EventView) -> tuple[int, int]:
    return event.local_start.year, event.local_start.month


def _in_land(code: str) -> Shelf:
    place = code.lower()
    addresses = url_for("public.events.place", place=place), url_for("public.events.place_ics", place=place)
    return Shelf(country_name(code), *addresses, lambda event: event.country == code)


def _in_town(city: str, place: str) -> Shelf:
    addresses = url_for("public.events.place", place=place), url_for("public.events.place_ics", place=place)
    return Shelf(city, *addresses, lambda event: town_slug(event.city, event.country) == place)


def _sorted(shelves: Iterable[Shelf], coming: Sequence[EventView], here: Shelf) -> tuple[Choice, ...]:
    found = [_choice(shelf, coming, here) for shelf in shelves]
    return tuple(sorted(found, key=lambda choice: sorting_key(choice.words)))


def _choice(shelf: Shelf, coming: Sequence[EventView], here: Shelf) -> Choice:
    count = sum(shelf.holds(event) for event in coming)
    return Choice(shelf.words, count, shelf.address, shelf.address == here.address)


def _month(link: MonthLink, shown: tuple[EventView, ...]) -> Month:
    on_day = [event.local_start.day for event in shown]
    anchor = f"m{link.year}-{link.month:02}"
    # Backwards, so that the first event of a day is written last and stays.
    first = {event.local_start.day: event.id for event in reversed(shown)}
    weeks = tuple(
        tuple((day, on_day.count(day) if day else 0) for day in week)
        for week in calendar.Calendar(0).monthdayscalendar(link.year, link.month)
    )
    anchors = {event_id: f"{anchor}-{day}" for day, event_id in first.items()}
    return Month(link, anchor, shown, weeks, anchors)
