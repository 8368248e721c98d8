"""Where events stand on the map of the world, and which of them share a dot."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign_actions.infra import slugs
from campaign_actions.infra.i18n import sorting_key

if TYPE_CHECKING:
    from campaign_actions.actions.events import EventView

# The edges of `static/img/world.png` in degrees; it is as wide as the earth and begins west of Alaska.
WEST, NORTH, SOUTH = -170.0, 78.0, -56.0
COUNTRY = "country"
_FILE = Path(__file__).resolve().parent.parent / "data" / "map_points.toml"


@dataclass(frozen=True)
class Point:
    """A place on the earth, in degrees north and east."""

    north: float
    east: float

    @property
    def across(self) -> int:
        """Percent of the map's width from its left edge, 0 to 100."""
        return round((self.east - WEST) % 360 / 3.6)

    @property
    def down(self) -> int:
        """Percent of the map's height from its upper edge, 0 to 100."""
        return min(100, max(0, round((NORTH - self.north) / (NORTH - SOUTH) * 100)))


@dataclass(frozen=True)
class _City:
    key: str
    name: str
    country: str
    point: Point


def point_of(event: EventView) -> Point | None:
    """Where it stands: at the place its organiser picked, else its city, else its country, else nowhere."""
    country = _countries().get(event.country)
    if event.spot == COUNTRY:
        return country
    picked = _by_key().get(event.spot)
    city = picked or _by_name().get((event.country, slugs.slugify(event.city)))
    return city.point if city else country


def choices() -> list[tuple[str, str]]:
    """Places to pick as (key, name), by name: first the middle of the country, then the cities we know."""
    cities = sorted(_by_key().values(), key=lambda city: sorting_key(city.name))
    return [(COUNTRY, ""), *((city.key, f"{city.name} ({city.country})") for city in cities)]


def gathered(points: Iterable[Point], *, apart: float) -> list[list[Point]]:
    """Different points in groups, each group within `apart` degrees of its first point both ways.

    First points of two groups are farther apart than that, so that their dots do not cover each
    other. Groups and points keep the order in which they come.
    """
    groups: list[list[Point]] = []
    for point in dict.fromkeys(points):
        near = next((group for group in groups if _close(group[0], point, apart)), None)
        if near is None:
            groups.append([point])
        else:
            near.append(point)
    return groups


def _close(one: Point, other: Point, apart: float) -> bool:
    east = abs(one.east - other.east)
    return min(east, 360 - east) < apart and abs(one.north - other.north) < apart


@lru_cache(maxsize=1)
def _countries() -> dict[str, Point]:
    return {code: Point(*at) for code, at in _told()["countries"].items()}


@lru_cache(maxsize=1)
def _by_key() -> dict[str, _City]:
    return {city.key: city for city, _names in _cities()}


@lru_cache(maxsize=1)
def _by_name() -> dict[tuple[str, str], _City]:
    return {(city.country, name): city for city, names in _cities() for name in names}


def _cities() -> Iterable[tuple[_City, Sequence[str]]]:
    for name, told in _told()["cities"].items():
        slug = slugs.slugify(name)
        city = _City(f"{told['country'].lower()}-{slug}", name, told["country"], Point(*told["at"]))
        yield city, (slug, *told.get("also", ()))


@lru_cache(maxsize=1)
def _told() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
