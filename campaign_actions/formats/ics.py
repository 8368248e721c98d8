"""Events as a calendar file (RFC 5545) that keeps its place in a reader's calendar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Event, Timezone, TimezoneDaylight, TimezoneStandard

MEDIA_TYPE = "text/calendar; charset=utf-8"

_PRODUCT = "-//Campaign Actions//Events//EN"
_UTC_NAMES = ("UTC", "Etc/UTC")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Status(StrEnum):
    """Whether the event takes place, in the words of RFC 5545."""

    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class CalendarEvent:
    """One event. `uid` stays for ever; `sequence` goes up when hour, place or status changes.

    Moments are aware; the start and the end are told in the IANA zone `zone`, so that the hour
    stays right over a clock change. `ends_at` may be None; `changed_at` is the last change. A
    `yearly` event comes each year at that hour, the last time not after `until`, if that is given.
    """

    uid: str
    sequence: int
    status: Status
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    title: str
    place: str
    description: str
    url: str
    changed_at: datetime
    yearly: bool = False
    until: datetime | None = None


def calendar(events: Sequence[CalendarEvent], *, name: str, last_year: int = 0) -> bytes:
    """The events as one calendar: UTF-8, CRLF, lines folded at 75 bytes, with its time zones.

    Clock changes are told up to the year after the last event, and for yearly ones up to
    `last_year`. The same events give the same bytes. Control characters are left out.
    """
    from icalendar import Calendar, vText

    sheet = Calendar()
    sheet.add("prodid", _PRODUCT)
    sheet.add("version", "2.0")
    sheet.add("method", "PUBLISH")
    sheet.add("x-wr-calname", vText(_clean(name)))
    years = [event.starts_at.year for event in events]
    if any(event.yearly for event in events):
        years.append(last_year)
    for zone in sorted({event.zone for event in events} - set(_UTC_NAMES)):
        sheet.add_component(_zone_component(zone, min(filter(None, years)), max(years)))
    for event in events:
        sheet.add_component(_component(event))
    return bytes(sheet.to_ical(sorted=False))


def _component(event: CalendarEvent) -> "Event":
    from icalendar import Event, vUri

    zone = UTC if event.zone in _UTC_NAMES else ZoneInfo(event.zone)
    component = Event()
    component.add("uid", _clean(event.uid))
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("last-modified", event.changed_at.astimezone(UTC))
    component.add("sequence", event.sequence)
    component.add("status", event.status.value)
    component.add("dtstart", event.starts_at.astimezone(zone))
    if event.ends_at:
        component.add("dtend", event.ends_at.astimezone(zone))
    if event.yearly:
        until = {"until": event.until.astimezone(UTC)} if event.until else {}
        component.add("rrule", {"freq": "yearly", **until})
    component.add("summary", _clean(event.title))
    if event.place:
        component.add("location", _clean(event.place))
    if event.description:
        component.add("description", _clean(event.description))
    component.add("url", vUri(_clean(event.url)))
    return component


@lru_cache(maxsize=64)
def _zone_component(name: str, first_year: int, last_year: int) -> "Timezone":
    """The offsets of a zone from a year before to a year after the given years.

    Written here because icalendar 7.3 puts each spring change an hour late.
    """
    from icalendar import Timezone

    zone = ZoneInfo(name)
    start = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 2, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", name)
    component.add_component(_offset_component(start, zone, start.astimezone(zone).utcoffset()))
    before = start
    while before < end:
        after = before + timedelta(days=1)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            change = _change_between(before, after, zone)
            offset = before.astimezone(zone).utcoffset()
            component.add_component(_offset_component(change, zone, offset))
        before = after
    return component


def _offset_component(
    change: datetime, zone: ZoneInfo, offset_before: timedelta | None
) -> "TimezoneStandard | TimezoneDaylight":
    from icalendar import TimezoneDaylight, TimezoneStandard

    after = change.astimezone(zone)
    component = TimezoneDaylight() if after.dst() else TimezoneStandard()
    # The onset is told in the local time that was valid until then (RFC 5545, 3.6.5).
    component.add("dtstart", change.replace(tzinfo=None) + (offset_before or timedelta()))
    component.add("tzoffsetfrom", offset_before)
    component.add("tzoffsetto", after.utcoffset())
    component.add("tzname", after.tzname())
    return component


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
