"""Dots of the map: where places stand, and which of them share a dot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from campaign_actions.actions import events, map_points
from campaign_actions.actions.events import EventView
from campaign_actions.actions.map_points import Point
from campaign_actions.actions.models import Event, EventKind
from campaign_actions.infra.i18n import countries

places = st.builds(Point, st.floats(-56, 78), st.floats(-180, 180))


def an_event(**values: object) -> EventView:
    start = datetime(2026, 12, 16, tzinfo=UTC)
    made = events.view(Event(slug="a", kind=EventKind.VIGIL, title="A", starts_at=start, zone="UTC"))
    return replace(made, **values)  # type: ignore[arg-type]  # given by name


@pytest.mark.parametrize("city", ["Gdańsk", "gdansk", " GDAŃSK ", "Гданск"])
def test_a_city_is_found_in_each_spelling(city: str) -> None:
    assert map_points.point_of(an_event(city=city, country="PL")) == Point(54.4, 18.6)


def test_a_city_we_do_not_know_stands_at_its_country_and_a_pick_goes_before() -> None:
    poland = map_points.point_of(an_event(country="PL"))
    assert poland is not None
    assert map_points.point_of(an_event(city="Hel", country="PL")) == poland
    assert map_points.point_of(an_event(city="Warsaw", country="PL", spot="country")) == poland
    assert map_points.point_of(an_event(city="Hel", country="PL", spot="pl-gdansk")) == Point(54.4, 18.6)
    assert map_points.point_of(an_event(city="Warsaw")) is None
    assert map_points.point_of(an_event()) is None


def test_every_country_stands_on_the_map() -> None:
    points = {code: map_points.point_of(an_event(country=code)) for code, _name in countries()}
    assert [code for code, point in points.items() if point is None] == []
    choices = map_points.choices()
    assert len({key for key, _name in choices}) == len(choices)


def test_london_lies_where_the_picture_has_it() -> None:
    london = map_points.point_of(an_event(city="London", country="GB"))
    assert london is not None
    assert (london.across, london.down) == (47, 20)


@given(st.lists(places, max_size=30))
def test_dots_lie_on_the_picture_and_none_covers_another(points: list[Point]) -> None:
    groups = map_points.gathered(points, apart=10)
    assert [point for group in groups for point in group] == sorted(
        dict.fromkeys(points), key=lambda point: next(n for n, group in enumerate(groups) if point in group)
    )
    assert all(0 <= point.across <= 100 and 0 <= point.down <= 100 for point in points)
    firsts = [group[0] for group in groups]
    for number, one in enumerate(firsts):
        for other in firsts[:number]:
            east = abs(one.east - other.east)
            assert min(east, 360 - east) >= 10 or abs(one.north - other.north) >= 10
