"""Events as calendar files to take over or to subscribe to: all, a filter's, a case's, one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Response, url_for

from campaign_actions.actions import events
from campaign_actions.actions.events import EventView
from campaign_actions.formats import ics
from campaign_actions.infra import clock, markup
from campaign_actions.infra.i18n import _
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import event_place

# Programs ask for a subscribed file again and again, so the clock changes of a few years are enough.
YEARS_AHEAD = 5


def calendar_of(shown: Iterable[EventView], name: str, file_name: str) -> Response:
    """The answer that is a calendar file of these events, each once; `name` is what readers call it."""
    once = {event.id: event for event in shown}
    entries = [_entry(event) for event in once.values()]
    file = ics.calendar(entries, name=name, last_year=clock.today().year + YEARS_AHEAD)
    response = Response(file)
    response.headers["Content-Type"] = ics.MEDIA_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def calendar_of_case(case_id: UUID, case_name: str, file_name: str) -> Response:
    """The calendar file of a case: the events of all its actions, past ones too."""
    name = _("Events for %(case)s – %(site)s", case=case_name, site=settings().site_name)
    return calendar_of(events.of_case(case_id), name, file_name)


def to_subscribe() -> list[EventView]:
    """What a subscribed calendar holds: all that comes, and what is over of this year."""
    return [*events.past(clock.today().year), *events.coming()]


def _entry(event: EventView) -> ics.CalendarEvent:
    base = settings()
    released = event.place_later and not event.keeps_place
    changes = [event.changed_at, *([event.place_from] if released and event.place_from else [])]
    told = [event.change_note, markup.to_text(event.body_html), event.shown_directions, event.bring]
    return ics.CalendarEvent(
        uid=f"{event.id}@{base.host.split(':')[0]}",
        # A place that shows itself at its hour is news to calendars too.
        sequence=event.sequence + released,
        status=ics.Status.CANCELLED if event.is_cancelled else ics.Status.CONFIRMED,
        starts_at=event.series.starts_at,
        ends_at=event.series.ends_at,
        zone=event.zone,
        title=event.title,
        place=event_place(event),
        description="\n".join(filter(None, told)),
        url=base.site_url + url_for("public.events.show", slug=event.slug),
        changed_at=max(changes),
        yearly=event.yearly,
        until=event.series.ends_with,
    )
