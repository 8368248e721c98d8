"""The map of coming events: a picture of the world, a dot for each place, and the same events as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaign_actions.actions import map_points
from campaign_actions.actions.events import EventView
from campaign_actions.actions.map_points import Point
from campaign_actions.actions.queries import in_words
from campaign_actions.infra.i18n import country_name, ngettext, number
from campaign_actions.web.public.event_lists import town_slug

# How far apart dots of 24 pixels stand at least, in degrees: on a desk's screen and on a small phone's.
APART_WIDE, APART_NARROW = 10.0, 30.0


@dataclass(frozen=True)
class Spot:
    """A city or country with its coming events; `anchor` is its place in the list.

    Its `name` is "London, United Kingdom", its `short` name "London".
    """

    anchor: str
    name: str
    short: str
    events: tuple[EventView, ...]


@dataclass(frozen=True)
class Dot:
    """A mark on the map: percent from the left and from the top, what it stands for, where it leads."""

    across: int
    down: int
    count: int
    words: str
    anchor: str


@dataclass(frozen=True)
class EventMap:
    """The dots for wide and for narrow screens, the places in the order of the dots, and what has none."""

    wide: tuple[Dot, ...]
    narrow: tuple[Dot, ...]
    spots: tuple[Spot, ...]
    nowhere: tuple[EventView, ...]


def event_map(coming: Sequence[EventView]) -> EventMap:
    """The map of these events; of each place and in each place the next event comes first."""
    placed: dict[Point, list[EventView]] = {}
    for event in coming:
        point = map_points.point_of(event)
        if point is not None:
            placed.setdefault(point, []).append(event)
    near = map_points.gathered(placed, apart=APART_WIDE)
    far = map_points.gathered((group[0] for group in near), apart=APART_NARROW)
    # A dot leads to the first place of its group, so the groups stand together in the list.
    wide_groups = {group[0]: group for group in near}
    narrow_groups = [[point for first in group for point in wide_groups[first]] for group in far]
    spots: dict[Point, list[Spot]] = {}
    for point in (point for group in narrow_groups for point in group):
        spots[point] = _spots(placed[point], sum(map(len, spots.values())))
    on_map = {event.id for events in placed.values() for event in events}
    return EventMap(
        wide=tuple(_dot(wide_groups[first], spots) for group in far for first in group),
        narrow=tuple(_dot(group, spots) for group in narrow_groups),
        spots=tuple(spot for found in spots.values() for spot in found),
        nowhere=tuple(event for event in coming if event.id not in on_map),
    )


def _spots(events: Sequence[EventView], before: int) -> list[Spot]:
    by_place: dict[str, list[EventView]] = {}
    for event in events:
        by_place.setdefault(town_slug(event.city, event.country) or event.country, []).append(event)
    return [
        Spot(f"at-{number}", ", ".join(_names(group[0])), _names(group[0])[0], tuple(group))
        for number, group in enumerate(by_place.values(), start=before + 1)
    ]


def _dot(group: Sequence[Point], spots: dict[Point, list[Spot]]) -> Dot:
    found = [spot for point in group for spot in spots[point]]
    count = sum(len(spot.events) for spot in found)
    names = in_words([spot.short for spot in found])
    gaps = {"count": number(count), "places": names}
    words = ngettext("%(count)s event: %(places)s", "%(count)s events: %(places)s", count, **gaps)
    return Dot(group[0].across, group[0].down, count, words, found[0].anchor)


def _names(event: EventView) -> list[str]:
    country = country_name(event.country) if event.country else ""
    return [name for name in (event.city, country) if name]
