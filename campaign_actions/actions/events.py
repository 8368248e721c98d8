"""Protest events: read for pages and calendars, scheduled, changed and cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Action, ActionState, Event, EventKind, EventState
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock, local_time, markup, slugs
from campaign_actions.infra.database import free_slugs, versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, countries, number

MAX_NOTE = 300
MAX_BODY = 20_000
# Longest text of each plain line, in characters.
LINES = {"place": 200, "city": 80, "access": 200, "called_by": 160, "safety": 300}


@dataclass(frozen=True)
class EventView:
    """A protest event. Moments are UTC, to be shown in `zone`.

    `place` is kept out of everything public while `place_later`: show `shown_place`.
    `body_html` was cleaned when it was saved.
    """

    id: UUID
    slug: str
    state: EventState
    kind: EventKind
    title: str
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    place: str
    city: str
    country: str
    place_later: bool
    access: str
    called_by: str
    safety: str
    body_html: str
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
    def is_cancelled(self) -> bool:
        """True when it does not take place; it stays visible."""
        return self.state is EventState.CANCELLED

    @property
    def shown_place(self) -> str:
        """The place as strangers may see it: empty until it is released."""
        return "" if self.place_later else self.place


def coming(limit: int | None = None) -> list[EventView]:
    """Public events that have not ended, next first."""
    statement = _public().where(_not_over()).order_by(Event.starts_at, Event.slug)
    return _read(statement.limit(limit))


def of_actions(action_ids: Iterable[UUID], *, also_of_drafts: bool = False) -> list[EventView]:
    """Public events of these actions that have not ended, next first.

    `also_of_drafts` is for previews: events that show as soon as their action is published.
    """
    ids = list(action_ids)
    if not ids:
        return []
    planned = select(Event).where(Event.state != EventState.DRAFT) if also_of_drafts else _public()
    statement = planned.where(Event.action_id.in_(ids), _not_over())
    return _read(statement.order_by(Event.starts_at, Event.slug))


def past(year: int) -> list[EventView]:
    """Public events of a calendar year (UTC) that have ended, newest first."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    statement = _public().where(Event.starts_at >= begin, Event.starts_at < end, ~_not_over())
    return _read(statement.order_by(Event.starts_at.desc(), Event.slug))


def past_years() -> list[int]:
    """Calendar years (UTC) in which public events have ended, newest first."""
    moments = session.scalars(_public().where(~_not_over()).with_only_columns(Event.starts_at))
    return sorted({moment.year for moment in moments}, reverse=True)


def by_slug(slug: str) -> EventView | None:
    """The public event with this address, past and cancelled ones too, or None."""
    return _first(_public().where(Event.slug == slug))


def for_desk(user: User) -> list[EventView]:
    """Events a user works on, next first and past ones last: an organiser's own; all for staff and admins."""
    statement = select(Event).order_by(Event.starts_at, Event.slug)
    if user.role is Role.ORGANISER:
        statement = statement.where(Event.owner_id == user.id)
    found = _read(statement)
    return [event for event in found if not event.is_past] + [event for event in found[::-1] if event.is_past]


def of_action_for_desk(action_id: UUID) -> list[EventView]:
    """All events of an action, drafts included, next first."""
    return _read(select(Event).where(Event.action_id == action_id).order_by(Event.starts_at, Event.slug))


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What an organiser typed: `starts` and `ends` as local text in the IANA `zone`, `body` as Markdown."""

    kind: EventKind
    title: str
    starts: str
    zone: str
    ends: str = ""
    place: str = ""
    city: str = ""
    country: str = ""
    place_later: bool = False
    access: str = ""
    called_by: str = ""
    safety: str = ""
    body: str = ""
    action_id: UUID | None = None


def schedule(typed: Typed, *, by: User | None, publish_now: bool = False) -> Event:
    """A new event, a draft unless `publish_now`. Raises Refused, naming the field."""
    columns = _columns(typed)
    words = f"{columns['title']} {columns['city']}"
    event = Event(
        slug=free_slugs.free(Event.slug, slugs.slugify(words, fallback="event")),
        kind=typed.kind,
        title=columns["title"],
        starts_at=columns["starts_at"],
        zone=typed.zone,
        owner_id=by.id if by else None,
    )
    _write(event, columns)
    _check_action(typed.action_id, by)
    event.state = EventState.PLANNED if publish_now else EventState.DRAFT
    session.add(event)
    session.flush()
    audit.record("event.schedule", by=by, thing="event", thing_id=event.id, published=publish_now)
    return event


def change(event_id: UUID, typed: Typed, *, by: User | None, seen_version: int, note: str = "") -> Event:
    """The event with what was typed; of a published one, calendars take over the new details.

    A change of time or place of a published event needs a `note`, which is shown ("Now 4pm,
    was 5pm"), and is tagged as changed. Naming a place that was kept back is no such change.
    Raises Refused, naming the field.
    """
    columns = _columns(typed)
    event = _claimed(event_id, seen_version, by=by)
    if event.state is EventState.CANCELLED:
        raise Refused(_("This event is cancelled. Make a new one for a new date."))
    if typed.action_id != event.action_id:
        _check_action(typed.action_id, by)
    public = event.state is not EventState.DRAFT
    moved = public and _moves(event, columns)
    told = _one_line(note, MAX_NOTE, "note")
    if moved and not told:
        raise Refused(_("Say what has changed, like “Now 4pm, was 5pm”. The note is shown."), field="note")
    _write(event, columns)
    if moved:
        event.state = EventState.CHANGED
    if told:
        event.change_note = told
    _store(event, raise_sequence=public)
    audit.record("event.change", by=by, thing="event", thing_id=event.id, note=told, moved=moved)
    return event


def publish(event_id: UUID, *, by: User | None) -> Event:
    """Show a draft event to everybody; one of a draft action shows as soon as that is published."""
    event = _held(event_id, by=by)
    if event.state is not EventState.DRAFT:
        raise Refused(_("This event is published already."))
    event.state = EventState.PLANNED
    _store(event)
    audit.record("event.publish", by=by, thing="event", thing_id=event.id)
    return event


def cancel(event_id: UUID, reason: str, *, by: User | None) -> Event:
    """Call a published event off; it stays visible as cancelled, with the reason."""
    event = _held(event_id, by=by)
    told = _one_line(reason, MAX_NOTE, "reason")
    if event.state not in (EventState.PLANNED, EventState.CHANGED):
        raise Refused(_("Only a published event can be cancelled."))
    if not told:
        raise Refused(_("Say why it is cancelled. The sentence is shown."), field="reason")
    event.state, event.change_note = EventState.CANCELLED, told
    _store(event, raise_sequence=True)
    audit.record("event.cancel", by=by, thing="event", thing_id=event.id, reason=told)
    return event


def find(slug: str) -> Event | None:
    """The event with this address, in any state, as its editor needs it."""
    return session.scalars(select(Event).where(Event.slug == slug)).one_or_none()


def view(event: Event) -> EventView:
    """A stored event as pages show it."""
    return EventView(
        id=event.id,
        slug=event.slug,
        state=event.state,
        kind=event.kind,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        place=event.place,
        city=event.city,
        country=event.country,
        place_later=event.place_later,
        access=event.access,
        called_by=event.called_by,
        safety=event.safety,
        body_html=event.body_html,
        change_note=event.change_note,
        sequence=event.sequence,
        action_id=event.action_id,
        owner_id=event.owner_id,
        changed_at=event.changed_at,
        version=event.version,
    )


def _public() -> Select[Any]:
    # An event of a draft would tell of the draft; one of a withdrawn action calls for nothing.
    hidden = select(Action.id).where(Action.state.in_((ActionState.DRAFT, ActionState.WITHDRAWN)))
    shown = or_(Event.action_id.is_(None), Event.action_id.not_in(hidden))
    return select(Event).where(Event.state != EventState.DRAFT, shown)


def _not_over() -> ColumnElement[bool]:
    return func.coalesce(Event.ends_at, Event.starts_at) > clock.now()


def _first(statement: Select[Any]) -> EventView | None:
    event = session.scalars(statement).first()
    return view(event) if event else None


def _read(statement: Select[Any]) -> list[EventView]:
    return [view(event) for event in session.scalars(statement)]


def _columns(typed: Typed) -> dict[str, Any]:
    """What is stored of `typed`, checked. Raises Refused, naming the field."""
    title = _one_line(typed.title, 120, "title")
    if not title:
        raise Refused(_("Write the title of the event."), field="title")
    starts_at = local_time.read(typed.starts, typed.zone, field="starts")
    ends_at = local_time.read(typed.ends, typed.zone, field="ends") if typed.ends.strip() else None
    if ends_at is not None and ends_at <= starts_at:
        raise Refused(_("The event would end before it starts. Write a later end."), field="ends")
    if typed.country and typed.country not in dict(countries()):
        raise Refused(_("Choose a country from the list."), field="country")
    if len(typed.body) > MAX_BODY:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_BODY)), field="body")
    lines = {field: _one_line(getattr(typed, field), most, field) for field, most in LINES.items()}
    body = typed.body.replace("\r\n", "\n").strip()
    return {
        **lines,
        "kind": typed.kind,
        "title": title,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "zone": typed.zone,
        "country": typed.country,
        "place_later": typed.place_later,
        "action_id": typed.action_id,
        "body": body,
        "body_html": markup.to_html(body),
    }


def _one_line(text: str, most: int, field: str) -> str:
    line = " ".join(text.split())
    if len(line) > most:
        raise Refused(_("Write at most %(most)s characters here.", most=number(most)), field=field)
    return line


def _moves(event: Event, columns: dict[str, Any]) -> bool:
    when = any(getattr(event, field) != columns[field] for field in ("starts_at", "ends_at", "zone"))
    if event.place_later:
        return when or event.city != columns["city"]
    where = any(
        getattr(event, field) != columns[field] for field in ("place", "city", "country", "place_later")
    )
    return when or where


def _write(event: Event, columns: dict[str, Any]) -> None:
    for field, value in columns.items():
        setattr(event, field, value)


def _store(event: Event, *, raise_sequence: bool = False) -> None:
    if raise_sequence:
        event.sequence += 1
    event.changed_at = clock.now()
    session.flush()


def _claimed(event_id: UUID, seen_version: int, *, by: User | None) -> Event:
    _may(by, session.get_one(Event, event_id), "event.write")
    words = _(
        "Somebody else saved this event while you were writing. Nothing was overwritten, and your "
        "text is still on this page. Compare the two, then save again to put yours in its place."
    )
    return versions.claimed(Event, event_id, seen_version, otherwise=words)


def _held(event_id: UUID, *, by: User | None) -> Event:
    """The event with its version raised; who changes its state at the same time waits, and then sees it."""
    event = session.get_one(Event, event_id, populate_existing=True, with_for_update=True)
    _may(by, event, "event.publish")
    event.version += 1
    return event


def _may(by: User | None, thing: Event | Action, deed: str) -> None:
    if by is not None and not permissions.allows(by, deed, thing.owner_id):
        raise NotAllowed


def _check_action(action_id: UUID | None, by: User | None) -> None:
    if action_id is not None:
        _may(by, session.get_one(Action, action_id), "action.write")
