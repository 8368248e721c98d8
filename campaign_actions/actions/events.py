"""Protest events as pages, feeds and calendars read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Action, ActionState, Event, EventKind, EventState
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session


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


def of_actions(action_ids: Iterable[UUID]) -> list[EventView]:
    """Public events of these actions that have not ended, next first."""
    ids = list(action_ids)
    if not ids:
        return []
    statement = _public().where(Event.action_id.in_(ids), _not_over())
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


def _public() -> Select[Any]:
    # An event of a draft would tell of the draft; one of a withdrawn action calls for nothing.
    hidden = select(Action.id).where(Action.state.in_((ActionState.DRAFT, ActionState.WITHDRAWN)))
    shown = or_(Event.action_id.is_(None), Event.action_id.not_in(hidden))
    return select(Event).where(Event.state != EventState.DRAFT, shown)


def _not_over() -> ColumnElement[bool]:
    return func.coalesce(Event.ends_at, Event.starts_at) > clock.now()


def _first(statement: Select[Any]) -> EventView | None:
    event = session.scalars(statement).first()
    return _view(event) if event else None


def _read(statement: Select[Any]) -> list[EventView]:
    return [_view(event) for event in session.scalars(statement)]


def _view(event: Event) -> EventView:
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
