"""Protest events: by month, one by one, and as calendar files."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, url_for

from campaign_actions.actions import events as queries, queries as actions
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import EventKind
from campaign_actions.articles import queries as articles
from campaign_actions.formats import ics, linked_data
from campaign_actions.infra import clock, markup
from campaign_actions.infra.i18n import _, month_name, weekday_names
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import event_place

bp = Blueprint("events", __name__)


@dataclass(frozen=True)
class Month:
    """The events of one month, each in its own zone; `weeks` is a calendar of day numbers.

    A day of `weeks` is (number, events on it), 0 outside of the month; weeks begin on Monday.
    `anchors` names the first event of each day for the links of the calendar.
    """

    name: str
    anchor: str
    events: tuple[EventView, ...]
    weeks: tuple[tuple[tuple[int, int], ...], ...]
    anchors: dict[UUID, str]


@bp.get("/events/")
@keep(Keep.COUNT)
def index() -> str:
    """Coming events, next first."""
    return _list(sorted(queries.coming(), key=_year_and_month), queries.past_years(), None)


@bp.get("/events/past/<int(fixed_digits=4):year>/")
@keep(Keep.PAGE)
def past(year: int) -> str:
    """The events of a year that are over, newest first."""
    years = queries.past_years()
    if year not in years:
        abort(404)
    return _list(sorted(queries.past(year), key=_year_and_month, reverse=True), years, year)


@bp.get("/events/<slug>/")
@keep(Keep.COUNT)
def show(slug: str) -> str:
    """One event, past and cancelled ones too."""
    event = queries.by_slug(slug) or abort(404)
    card = actions.by_ids([event.action_id]).get(event.action_id) if event.action_id else None
    linked = articles.by_ids(actions.articles_of(card.id)) if card else []
    return render_template(
        "public/event.html",
        event=event,
        action=card,
        count=counting.shown([card.id]).get(card.id, 0) if card else 0,
        articles=linked[:3],
        past_year=event.starts_at.year if event.is_past else None,
        **_told_elsewhere(event),
    )


@bp.get("/events/<slug>.ics", endpoint="ics")
@keep(Keep.FEED)
def one_ics(slug: str) -> Response:
    """One event as a calendar file."""
    event = queries.by_slug(slug) or abort(404)
    return _calendar([event], event.title, f"{slug}.ics")


@bp.get("/events.ics")
@keep(Keep.FEED)
def all_ics() -> Response:
    """All coming events as one calendar to subscribe to; those of this year that are over stay in it."""
    shown = [*queries.past(clock.today().year), *queries.coming()]
    return _calendar(shown, _("Events – %(site)s", site=settings().site_name), "events.ics")


def _told_elsewhere(event: EventView) -> dict[str, Any]:
    url = settings().site_url + url_for("public.events.show", slug=event.slug)
    zone = ZoneInfo(event.zone)
    data = linked_data.event(
        title=event.title,
        url=url,
        starts_at=event.starts_at.astimezone(zone),
        ends_at=event.ends_at.astimezone(zone) if event.ends_at else None,
        place=event_place(event, access=False),
        organiser=event.called_by or settings().site_name,
        online=event.kind is EventKind.ONLINE,
        cancelled=event.is_cancelled,
    )
    return {"own_url": url, "data": data}


def _list(shown: list[EventView], years: list[int], year: int | None) -> str:
    return render_template(
        "public/events.html",
        months=_by_month(shown),
        cards=actions.by_ids({event.action_id for event in shown if event.action_id}),
        years=years,
        year=year,
        weekdays=weekday_names(),
    )


def _calendar(shown: list[EventView], name: str, file_name: str) -> Response:
    response = Response(ics.calendar([_entry(event) for event in shown], name=name))
    response.headers["Content-Type"] = ics.MEDIA_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _entry(event: EventView) -> ics.CalendarEvent:
    base = settings()
    status = ics.Status.CANCELLED if event.is_cancelled else ics.Status.CONFIRMED
    return ics.CalendarEvent(
        uid=f"{event.id}@{base.host.split(':')[0]}",
        sequence=event.sequence,
        status=status,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        title=event.title,
        place=event_place(event),
        description="\n".join(filter(None, [event.change_note, markup.to_text(event.body_html)])),
        url=base.site_url + url_for("public.events.show", slug=event.slug),
        changed_at=event.changed_at,
    )


def _by_month(shown: list[EventView]) -> list[Month]:
    """Months of events that stand month by month, each as its own zone counts."""
    return [_month(year, month, tuple(group)) for (year, month), group in groupby(shown, _year_and_month)]


def _month(year: int, month: int, events: tuple[EventView, ...]) -> Month:
    on_day = [_local_day(event).day for event in events]
    anchor = f"m{year}-{month:02}"
    # Backwards, so that the first event of a day is written last and stays.
    first = {_local_day(event).day: event.id for event in reversed(events)}
    weeks = tuple(
        tuple((day, on_day.count(day) if day else 0) for day in week)
        for week in calendar.Calendar(0).monthdayscalendar(year, month)
    )
    anchors = {event_id: f"{anchor}-{day}" for day, event_id in first.items()}
    return Month(month_name(year, month), anchor, events, weeks, anchors)


def _year_and_month(event: EventView) -> tuple[int, int]:
    day = _local_day(event)
    return day.year, day.month


def _local_day(event: EventView) -> date:
    return event.starts_at.astimezone(ZoneInfo(event.zone)).date()
