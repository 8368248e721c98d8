"""Protest events as pages and calendars show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Action, ActionState, Event, EventKind, EventState
from campaign_actions.actions.repeating import Series
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session

ONLINE_BEFORE = timedelta(minutes=15)
# Further than any two places' clocks are apart.
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class EventView:
    """A protest event. Moments are UTC, to be shown in `zone`.

    Of a yearly event it is one time: `starts_at` and `ends_at` are that time's, `series` knows the
    others. `place`, `directions` and `online_url` are for the desk: what strangers may see is
    `shown_place`, `shown_directions` and `shown_online_url`. HTML was cleaned when it was saved.
    """

    id: UUID
    slug: str
    state: EventState
    kind: EventKind
    locale: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    series: Series
    yearly: bool
    place: str
    city: str
    country: str
    place_later: bool
    place_from: datetime | None
    place_checked: bool
    spot: str
    online_url: str
    directions: str
    access: str
    bring: str
    called_by: str
    safety: str
    body_html: str
    came: int | None
    report_html: str
    change_note: str
    sequence: int
    action_id: UUID | None
    owner_id: UUID | None
    changed_at: datetime
    version: int

    @property
    def is_past(self) -> bool:
        """True once it has ended, or begun if no end is known."""
        return (self.ends_at or self.starts_at) <= clock.now()

    @property
    def was_held(self) -> bool:
        """True once it, or the first time of a yearly event, is over: there may be something to report."""
        return (self.series.ends_at or self.series.starts_at) <= clock.now()

    @property
    def is_cancelled(self) -> bool:
        """True when it does not take place; it stays visible."""
        return self.state is EventState.CANCELLED

    @property
    def is_online(self) -> bool:
        """True when one can take part from anywhere."""
        return self.kind is EventKind.ONLINE or bool(self.online_url)

    @property
    def keeps_place(self) -> bool:
        """True while its place is told to nobody."""
        return keeps_place(self.place_later, self.place_from)

    @property
    def shown_place(self) -> str:
        """The place as strangers may see it: empty until it is released."""
        return "" if self.keeps_place else self.place

    @property
    def shown_directions(self) -> str:
        """How to get there, as far as it may be told: it would name the place."""
        return "" if self.keeps_place else self.directions

    @property
    def shown_online_url(self) -> str:
        """The link to take part, from 15 minutes before the start until the end; else empty."""
        now = clock.now()
        on = self.starts_at - ONLINE_BEFORE <= now < (self.ends_at or self.starts_at)
        return self.online_url if on and not self.is_cancelled else ""

    @property
    def local_start(self) -> datetime:
        """When it starts, in its own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_days(self) -> tuple[date, ...]:
        """The days it is on, in its own zone; one that runs into the night is on one day only."""
        first = self.local_start
        if self.ends_at is None or self.ends_at - self.starts_at < A_DAY:
            return (first.date(),)
        last = (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.zone)).date()
        return tuple(
            first.date() + timedelta(days=number) for number in range((last - first.date()).days + 1)
        )


def keeps_place(place_later: bool, place_from: datetime | None) -> bool:
    """Whether the place of an event is told to nobody: until a moment, or until the tick is taken away."""
    return place_later and (place_from is None or clock.now() < place_from)


def coming(limit: int | None = None) -> list[EventView]:
    """Public events that have not ended, next first; of a yearly event its next time."""
    return _next_times(_public().where(_not_over()))[:limit]


def of_actions(action_ids: Iterable[UUID], *, also_of_drafts: bool = False) -> list[EventView]:
    """Public events of these actions that have not ended, next first.

    `also_of_drafts` is for previews: events that show as soon as their action is published.
    """
    ids = list(action_ids)
    if not ids:
        return []
    planned = select(Event).where(Event.state != EventState.DRAFT) if also_of_drafts else _public()
    return _next_times(planned.where(Event.action_id.in_(ids), _not_over()))


def of_case(case_id: UUID) -> list[EventView]:
    """Public events of a case's actions, over or not: the next ones first, past ones behind them."""
    actions = select(Action.id).where(Action.case_id == case_id)
    found = [_now(view) for view in _read(_public().where(Event.action_id.in_(actions)))]
    ahead = sorted((one for one in found if not one.is_past), key=_by_start)
    return ahead + sorted((one for one in found if one.is_past), key=_by_start, reverse=True)


def past(year: int) -> list[EventView]:
    """Public events of a calendar year (each in its zone) that have ended, newest first."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC) - A_DAY, datetime(year + 1, 1, 1, tzinfo=UTC) + A_DAY
    asked = _public().where(Event.starts_at < end, or_(Event.yearly, Event.starts_at >= begin))
    over = [time for one in _read(asked) for time in _times(one, year) if time.is_past]
    return sorted(over, key=_by_start, reverse=True)


def in_month(year: int, month: int) -> list[EventView]:
    """Public events with a day in that month of their own zone, over or not, first one first."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    begin = datetime.combine(first, datetime.min.time(), UTC) - A_DAY
    end = datetime.combine(after, datetime.min.time(), UTC) + A_DAY
    ends = func.coalesce(Event.ends_at, Event.starts_at)
    asked = _public().where(Event.starts_at < end, or_(Event.yearly, ends >= begin))
    times = [time for one in _read(asked) for near in (year - 1, year) for time in _times(one, near)]
    inside = [time for time in times if time.local_days[0] < after and time.local_days[-1] >= first]
    return sorted(inside, key=_by_start)


def calendar_days() -> list[tuple[date, bool]]:
    """The local day of every public event, and whether it is over; of yearly ones up to the next time."""
    moments = (Event.starts_at, Event.ends_at, Event.zone, Event.yearly, Event.last_year)
    found: set[tuple[date, bool]] = set()
    for starts_at, ends_at, zone, yearly, last_year in session.execute(_public().with_only_columns(*moments)):
        series = Series(starts_at, ends_at, zone, last_year)
        ahead = [series.next_after(clock.now())]
        times = [*series.over_before(clock.now()), *ahead] if yearly else [(starts_at, ends_at)]
        for starts, ends in filter(None, times):
            day = starts.astimezone(ZoneInfo(zone)).date()
            found.add((day, (ends or starts) <= clock.now()))
    return sorted(found)


def past_years() -> list[int]:
    """Calendar years (of each event's zone) in which public events have ended, newest first."""
    return sorted({day.year for day, over in calendar_days() if over}, reverse=True)


def next_anniversary() -> date | None:
    """The next day on which something is remembered: of a yearly event, or of an anniversary once held."""
    asked = _public().where(Event.state != EventState.CANCELLED)
    remembered = _read(asked.where(or_(Event.yearly, Event.kind == EventKind.ANNIVERSARY)))
    days = []
    for one in remembered:
        series = one.series if one.yearly else replace(one.series, last_year=None)
        ahead = series.next_after(clock.now())
        if ahead:
            days.append(ahead[0].astimezone(ZoneInfo(one.zone)).date())
    return min(days, default=None)


def towns() -> list[tuple[str, str]]:
    """City and country of every public event there was or will be, each pair once."""
    pairs = _public().where(Event.city != "").with_only_columns(Event.city, Event.country).distinct()
    return [(city, country) for city, country in session.execute(pairs.order_by(Event.city, Event.country))]


def places() -> list[tuple[str, datetime]]:
    """Slug and last change of every public event, for the sitemap."""
    rows = session.execute(_public().with_only_columns(Event.slug, Event.changed_at).order_by(Event.slug))
    return [(slug, changed) for slug, changed in rows]


def by_slug(slug: str) -> EventView | None:
    """The public event with this address, past and cancelled ones too, or None."""
    event = session.scalars(_public().where(Event.slug == slug)).first()
    return _now(view(event)) if event else None


def by_ids(event_ids: Iterable[UUID]) -> dict[UUID, EventView]:
    """The public ones of these events, by id; of a yearly event its next time."""
    found = _read(_public().where(Event.id.in_(list(event_ids))))
    return {event.id: _now(event) for event in found}


def find(slug: str) -> Event | None:
    """The event with this address, in any state, as its editor needs it."""
    return session.scalars(select(Event).where(Event.slug == slug)).one_or_none()


def by_id(event_id: UUID | None) -> Event | None:
    """As `find`, by id."""
    return session.get(Event, event_id) if event_id else None


def for_desk(user: User) -> list[EventView]:
    """Events a user works on, next first and past ones last: an organiser's own; all for staff and admins."""
    statement = select(Event).order_by(Event.starts_at, Event.slug)
    if user.role is Role.ORGANISER:
        statement = statement.where(Event.owner_id == user.id)
    found = sorted((_now(one) for one in _read(statement)), key=_by_start)
    return [event for event in found if not event.is_past] + [event for event in found[::-1] if event.is_past]


def of_action_for_desk(action_id: UUID) -> list[EventView]:
    """All events of an action, drafts included, next first."""
    found = _read(select(Event).where(Event.action_id == action_id))
    return sorted((_now(one) for one in found), key=_by_start)


def view(event: Event) -> EventView:
    """A stored event as pages show it; a yearly one at its first time."""
    # What a page shows and a table holds go by the same names.
    same = {name: getattr(event, name) for name in EventView.__dataclass_fields__ if name != "series"}
    last_year = event.last_year if event.yearly else None
    return EventView(**same, series=Series(event.starts_at, event.ends_at, event.zone, last_year))


def _public() -> Select[Any]:
    # An event of a draft would tell of the draft; one of a withdrawn action calls for nothing.
    hidden = select(Action.id).where(Action.state.in_((ActionState.DRAFT, ActionState.WITHDRAWN)))
    shown = or_(Event.action_id.is_(None), Event.action_id.not_in(hidden))
    return select(Event).where(Event.state != EventState.DRAFT, shown)


def _not_over() -> ColumnElement[bool]:
    return or_(Event.yearly, func.coalesce(Event.ends_at, Event.starts_at) > clock.now())


def _read(statement: Select[Any]) -> list[EventView]:
    return [view(event) for event in session.scalars(statement)]


def _next_times(statement: Select[Any]) -> list[EventView]:
    found = [_now(one) for one in _read(statement)]
    return sorted((one for one in found if not one.is_past), key=_by_start)


def _now(one: EventView) -> EventView:
    """A yearly event at the time that matters now: the next one, or the last when the series is over."""
    if not one.yearly:
        return one
    ahead = one.series.next_after(clock.now())
    return _at(one, ahead or [*one.series.over_before(clock.now())][-1])


def _times(one: EventView, year: int) -> list[EventView]:
    """The event in that local calendar year: once, or not at all."""
    if not one.yearly:
        return [one] if one.local_start.year == year else []
    time = one.series.in_year(year)
    return [_at(one, time)] if time else []


def _at(one: EventView, time: tuple[datetime, datetime | None]) -> EventView:
    starts_at, ends_at = time
    # Called off is the time that was next then, and none before it.
    held = one.is_cancelled and (ends_at or starts_at) <= one.changed_at
    state, note = (EventState.PLANNED, "") if held else (one.state, one.change_note)
    return replace(one, starts_at=starts_at, ends_at=ends_at, state=state, change_note=note)


def _by_start(one: EventView) -> tuple[datetime, str]:
    return one.starts_at, one.slug
