"""Calendar files: the hour, the place in a reader's calendar, and what happens to hostile text."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, strategies as st

from campaign_actions.formats.ics import CalendarEvent, Status, calendar

CHANGED = datetime(2026, 11, 1, 9, tzinfo=UTC)


def an_event(**given_fields: object) -> CalendarEvent:
    fields: dict[str, object] = {
        "uid": "vigil@campaign.example",
        "sequence": 0,
        "status": Status.CONFIRMED,
        "starts_at": datetime(2026, 12, 16, 18, tzinfo=UTC),
        "ends_at": None,
        "zone": "Europe/London",
        "title": "Vigil at the embassy",
        "place": "Outside the embassy",
        "description": "",
        "url": "https://campaign.example/events/vigil/",
        "changed_at": CHANGED,
    }
    return CalendarEvent(**(fields | given_fields))  # type: ignore[arg-type]  # given by name


def read(file: bytes) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(file)


def offset_by_file(zone: icalendar.Component, moment: datetime) -> timedelta:
    """RFC 5545: the last onset at or before the moment rules."""
    onsets = [
        (part["dtstart"].dt.replace(tzinfo=UTC) - part["tzoffsetfrom"].td, part["tzoffsetto"].td)
        for part in zone.subcomponents
    ]
    return max((onset, offset) for onset, offset in onsets if onset <= moment)[1]


@pytest.mark.parametrize(
    "zone", ["Europe/London", "Europe/Dublin", "Asia/Almaty", "America/New_York", "Australia/Lord_Howe"]
)
def test_the_zone_in_the_file_is_right_for_every_half_hour_of_three_years(zone: str) -> None:
    [written] = read(calendar([an_event(zone=zone)], name="Events")).walk("VTIMEZONE")
    moment = datetime(2025, 1, 2, tzinfo=UTC)
    while moment.year < 2028:
        assert offset_by_file(written, moment) == moment.astimezone(ZoneInfo(zone)).utcoffset(), moment
        moment += timedelta(minutes=30)


def test_weekly_events_keep_their_hour_over_the_clock_change() -> None:
    before = an_event(uid="a", starts_at=datetime(2026, 10, 24, 17, tzinfo=UTC))
    after = an_event(uid="b", starts_at=datetime(2026, 10, 31, 18, tzinfo=UTC))
    events = recurring_ical_events.of(read(calendar([before, after], name="Events"))).between(
        date(2026, 10, 1), date(2026, 12, 1)
    )
    assert [event["dtstart"].dt.strftime("%d %H:%M %Z") for event in events] == [
        "24 18:00 BST",
        "31 18:00 GMT",
    ]


def test_a_change_and_a_cancellation_keep_the_uid_and_raise_the_sequence() -> None:
    [cancelled] = read(calendar([an_event(sequence=2, status=Status.CANCELLED)], name="Events")).walk(
        "VEVENT"
    )
    assert cancelled["uid"] == "vigil@campaign.example"
    assert cancelled["sequence"] == 2
    assert cancelled["status"] == "CANCELLED"


def test_the_same_events_give_the_same_bytes() -> None:
    assert calendar([an_event()], name="Events") == calendar([an_event()], name="Events")


def test_an_end_stands_in_the_same_zone_as_the_start() -> None:
    file = calendar([an_event(ends_at=datetime(2026, 12, 16, 20, tzinfo=UTC))], name="Events")
    assert b"DTEND;TZID=Europe/London:20261216T200000\r\n" in file


def test_utc_needs_no_zone() -> None:
    file = calendar([an_event(zone="UTC")], name="Events")
    assert b"DTSTART:20261216T180000Z\r\n" in file
    assert b"VTIMEZONE" not in file


def test_no_events_make_an_empty_calendar() -> None:
    assert read(calendar([], name="Events")).walk("VEVENT") == []


@given(title=st.text(min_size=1, max_size=200), description=st.text(max_size=400))
def test_hostile_text_adds_no_line_and_no_line_is_longer_than_75_bytes(title: str, description: str) -> None:
    file = calendar([an_event(title=title, description=description)], name=title)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert file.count(b"BEGIN:VEVENT") == 1
    unfolded = file.replace(b"\r\n ", b"")
    assert [line for line in unfolded.split(b"\r\n") if line.startswith(b"ATTENDEE")] == []
    assert unfolded.replace(b"\r\n", b"").count(b"\n") == 0


def test_a_line_break_in_a_title_begins_no_new_property() -> None:
    file = calendar([an_event(title="Vigil\r\nATTENDEE:mailto:x@example.org")], name="Events")
    assert b"\nATTENDEE" not in file
    [event] = read(file).walk("VEVENT")
    assert event["summary"] == "Vigil\nATTENDEE:mailto:x@example.org"
