"""Yearly events: the same local hour each year, as an independent reader of calendar files has it too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from campaign_actions.actions.repeating import Series
from campaign_actions.formats.ics import CalendarEvent, Status, calendar


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(series: Series, years: range, status: Status = Status.CONFIRMED) -> dict[int, datetime]:
    """Starts of the series by local year, as the independent reader finds them in our file."""
    event = CalendarEvent(
        uid="a",
        sequence=0,
        status=status,
        starts_at=series.starts_at,
        ends_at=series.ends_at,
        zone=series.zone,
        title="Vigil",
        place="",
        description="",
        url="https://campaign.example/",
        changed_at=moment("2022-01-01"),
        yearly=True,
        until=series.ends_with,
    )
    file = icalendar.Calendar.from_ical(calendar([event], name="Events", last_year=years[-1]))
    found = recurring_ical_events.of(file).between(date(years[0], 1, 1), date(years[-1] + 1, 1, 1))
    assert {str(one["STATUS"]) for one in found} <= {status.value}
    return {one["DTSTART"].dt.year: one["DTSTART"].dt.astimezone(UTC) for one in found}


@pytest.mark.parametrize(
    ("first", "zone", "last_year"),
    [
        ("2022-12-16T12:00", "Asia/Almaty", None),
        ("2022-06-01T17:00", "Europe/London", 2028),
        ("2022-03-27T00:30", "Europe/London", None),
        ("2024-02-29T18:00", "Europe/Berlin", None),
        ("2022-07-04T23:30", "America/New_York", 2025),
        ("2022-12-16T18:00", "UTC", 2024),
    ],
)
def test_our_times_are_those_of_an_independent_reader(first: str, zone: str, last_year: int | None) -> None:
    series = Series(moment(first), moment(first) + timedelta(hours=2), zone, last_year)
    years = range(2022, 2031)
    ours = {year: time[0] for year in years if (time := series.in_year(year))}
    assert ours
    assert read(series, years) == ours


def test_almaty_keeps_its_hour_though_its_clocks_went_back_in_2024() -> None:
    series = Series(moment("2022-12-16T12:00"), None, "Asia/Almaty")
    found = read(series, range(2022, 2027))
    assert found[2023] == moment("2023-12-16T12:00")
    assert found[2024] == moment("2024-12-16T13:00")
    assert {start.astimezone(UTC) for start in found.values()} >= {moment("2026-12-16T13:00")}


def test_the_next_time_is_the_first_that_is_not_over() -> None:
    series = Series(moment("2022-12-16T18:00"), moment("2022-12-16T20:00"), "Europe/London", 2027)
    held = moment("2026-12-16T18:00"), moment("2026-12-16T20:00")
    assert series.next_after(moment("2026-12-16T19:59")) == held
    ahead = series.next_after(moment("2026-12-16T20:00"))
    assert ahead is not None
    assert ahead[0] == moment("2027-12-16T18:00")
    assert series.next_after(moment("2027-12-16T20:00")) is None
    assert [start.year for start, _end in series.over_before(moment("2025-01-01"))] == [2022, 2023, 2024]


def test_an_hour_that_clocks_skip_is_told_by_the_offset_before() -> None:
    series = Series(moment("2026-03-28T01:30"), None, "Europe/London")
    [start, _end] = series.in_year(2027) or ()
    assert start == moment("2027-03-28T01:30")


def test_a_leap_day_comes_in_leap_years() -> None:
    series = Series(moment("2024-02-29T12:00"), None, "UTC")
    assert series.in_year(2026) is None
    assert series.next_after(moment("2024-03-01")) == (moment("2028-02-29T12:00"), None)


def test_a_series_that_is_called_off_says_so_in_its_file() -> None:
    series = Series(moment("2025-12-16T18:00"), None, "Europe/London", 2026)
    assert sorted(read(series, range(2025, 2029), Status.CANCELLED)) == [2025, 2026]
