"""Protest events: as a list, by month, on a map, one by one, and as calendar files."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, url_for

from campaign_actions.actions import events as queries, queries as actions
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import EventKind
from campaign_actions.articles import queries as articles
from campaign_actions.formats import linked_data
from campaign_actions.infra.i18n import _, weekday_names
from campaign_actions.pictures.models import Noun
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.public import event_lists as lists
from campaign_actions.web.public.calendars import calendar_of, to_subscribe
from campaign_actions.web.public.event_lists import MonthLink, Shelf
from campaign_actions.web.public.event_map import event_map
from campaign_actions.web.settings import settings
from campaign_actions.web.shown_pictures import gallery
from campaign_actions.web.templating import event_place

bp = Blueprint("events", __name__)
bp.app_template_global("this_month")(lists.this_month)

KINDS = {lists.kind_slug(kind): kind for kind in lists.KINDS}


@bp.get("/events/")
@keep(Keep.COUNT)
def index() -> str:
    """Coming events, next first."""
    return _list(lists.everywhere())


@bp.get("/events/in/<place>/")
@keep(Keep.PAGE)
def place(place: str) -> str:
    """Coming events in a country ("gb") or a city ("gb-london")."""
    return _list(lists.in_place(place) or abort(404))


@bp.get("/events/online/")
@keep(Keep.COUNT)
def online() -> str:
    """Coming events one can take part in from anywhere."""
    return _list(lists.online())


@bp.get("/events/kind/<kind>/")
@keep(Keep.PAGE)
def kind(kind: str) -> str:
    """Coming events of a kind."""
    return _list(lists.of_kind(KINDS.get(kind) or abort(404)))


@bp.get("/events/past/<int(fixed_digits=4):year>/")
@keep(Keep.PAGE)
def past(year: int) -> str:
    """The events of a year that are over, newest first."""
    years = queries.past_years()
    if year not in years:
        abort(404)
    return render_template("public/past_events.html", years=years, year=year, **_months(queries.past(year)))


@bp.get("/events/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/")
@keep(Keep.PAGE)
def month(year: int, month: int) -> str:
    """A month as a table, in words where it is empty."""
    if not lists.FIRST_YEAR <= year <= lists.LAST_YEAR or not 1 <= month <= 12:
        abort(404)
    link = MonthLink(year, month)
    shown = queries.in_month(year, month)
    days = [day for day, _over in queries.calendar_days()] if not shown else []
    before, after = lists.neighbours(link)
    return render_template(
        "public/events_month.html",
        link=link,
        weeks=lists.month_table(link, shown),
        shown=shown,
        before=before,
        after=after,
        nearest=lists.nearest(link, days),
        weekdays=weekday_names(),
    )


@bp.get("/events/map/", endpoint="map")
@keep(Keep.COUNT)
def show_map() -> str:
    """Coming events as dots on a map, and the same ones by place."""
    coming = queries.coming()
    return render_template(
        "public/events_map.html",
        map=event_map(coming),
        cards=actions.by_ids({event.action_id for event in coming if event.action_id}),
        anniversary=queries.next_anniversary() if not coming else None,
    )


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
        count=counting.of_cards([card])[card.id] if card else 0,
        articles=linked[:3],
        pictures=gallery(Noun.EVENT, event.id, event.locale),
        past_year=event.local_start.year if event.is_past else None,
        **_told_elsewhere(event),
    )


@bp.get("/events/<slug>.ics", endpoint="ics")
@keep(Keep.FEED)
def one_ics(slug: str) -> Response:
    """One event as a calendar file."""
    event = queries.by_slug(slug) or abort(404)
    return calendar_of([event], event.title, f"{slug}.ics")


@bp.get("/events.ics")
@keep(Keep.FEED)
def all_ics() -> Response:
    """All coming events as one calendar to subscribe to; those of this year that are over stay in it."""
    return calendar_of(to_subscribe(), _("Events – %(site)s", site=settings().site_name), "events.ics")


@bp.get("/events/in/<place>.ics")
@keep(Keep.FEED)
def place_ics(place: str) -> Response:
    """The events of a country or a city as a calendar to subscribe to."""
    return _narrowed(lists.in_place(place) or abort(404), f"{place}.ics")


@bp.get("/events/online.ics")
@keep(Keep.FEED)
def online_ics() -> Response:
    """The events one can take part in from anywhere as a calendar to subscribe to."""
    return _narrowed(lists.online(), "online.ics")


@bp.get("/events/kind/<kind>.ics")
@keep(Keep.FEED)
def kind_ics(kind: str) -> Response:
    """The events of a kind as a calendar to subscribe to."""
    return _narrowed(lists.of_kind(KINDS.get(kind) or abort(404)), f"{kind}.ics")


def _told_elsewhere(event: EventView) -> dict[str, Any]:
    url = settings().site_url + url_for("public.events.show", slug=event.slug)
    zone = ZoneInfo(event.zone)
    data = linked_data.event(
        title=event.title,
        url=url,
        starts_at=event.local_start,
        ends_at=event.ends_at.astimezone(zone) if event.ends_at else None,
        place=event_place(event, access=False),
        organiser=event.called_by or settings().site_name,
        online=event.kind is EventKind.ONLINE,
        cancelled=event.is_cancelled,
    )
    return {"own_url": url, "data": data}


def _list(shelf: Shelf) -> str:
    coming = queries.coming()
    shown = [event for event in coming if shelf.holds(event)]
    return render_template(
        "public/events.html",
        shelf=shelf,
        whole=lists.everywhere(),
        filters=lists.filters(coming, shelf),
        years=queries.past_years(),
        anniversary=queries.next_anniversary() if not shown else None,
        **_months(shown),
    )


def _months(shown: list[EventView]) -> dict[str, object]:
    months = lists.by_month(shown)
    return {
        "months": months,
        "around": lists.neighbours(months[0].link) if months else (None, None),
        "cards": actions.by_ids({event.action_id for event in shown if event.action_id}),
        "weekdays": weekday_names(),
    }


def _narrowed(shelf: Shelf, file_name: str) -> Response:
    shown = [event for event in to_subscribe() if shelf.holds(event)]
    name = _("Events: %(filter)s – %(site)s", filter=shelf.words, site=settings().site_name)
    return calendar_of(shown, name, file_name)
