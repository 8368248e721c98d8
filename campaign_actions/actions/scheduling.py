"""Protest events are scheduled, changed, published, called off, copied, and told of when they are over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions import events, moving
from campaign_actions.actions.event_fields import (
    MAX_NOTE,
    Typed,
    check_kept_back,
    columns,
    one_line,
    text,
    whole_number,
)
from campaign_actions.actions.models import Action, Event, EventState
from campaign_actions.editors.checks import Check
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock, markup, slugs
from campaign_actions.infra.database import free_slugs, versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

MAX_CAME = 9_999_999
# What a copy does not take along: the hour moves, the rest was about the old one.
LEFT_BEHIND = frozenset({"starts", "ends", "place_from", "last_year", "online_url", "address"})


def schedule(typed: Typed, *, by: User | None, publish_now: bool = False) -> Event:
    """A new event, a draft unless `publish_now`. Raises Refused, naming the field."""
    typed_columns, address = columns(typed), _address(typed)
    event = Event(
        slug=moving.free(Event, address) if address else _slug_of(typed_columns),
        kind=typed.kind,
        title=typed_columns["title"],
        starts_at=typed_columns["starts_at"],
        zone=typed.zone,
        owner_id=by.id if by else None,
    )
    _write(event, typed_columns)
    _check_action(typed.action_id, by)
    if publish_now:
        _check_place(event)
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
    typed_columns = columns(typed)
    event = _claimed(event_id, seen_version, by=by)
    if event.state is EventState.CANCELLED:
        raise Refused(_("This event is cancelled. Make a new one for a new date."))
    if typed.action_id != event.action_id:
        _check_action(typed.action_id, by)
    public = event.state is not EventState.DRAFT
    moved = public and _moves(event, typed_columns)
    told = one_line(note, MAX_NOTE, "note")
    if moved and not told:
        raise Refused(_("Say what has changed, like “Now 4pm, was 5pm”. The note is shown."), field="note")
    check_kept_back(typed_columns | {"note": told}, ("note",))
    _write(event, typed_columns)
    address = _address(typed)
    if address and address != event.slug:
        moving.readdress(event, address, by=by)
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
    _check_place(event)
    event.state = EventState.PLANNED
    _store(event)
    audit.record("event.publish", by=by, thing="event", thing_id=event.id)
    return event


def cancel(event_id: UUID, reason: str, *, by: User | None) -> Event:
    """Call a published event off; it stays visible as cancelled, with the reason.

    Of a yearly event the next time is called off, and the series ends with it.
    """
    event = _held(event_id, by=by)
    told = one_line(reason, MAX_NOTE, "reason")
    if event.state not in (EventState.PLANNED, EventState.CHANGED):
        raise Refused(_("Only a published event can be cancelled."))
    if not told:
        raise Refused(_("Say why it is cancelled. The sentence is shown."), field="reason")
    kept = {"place": event.place, "place_later": event.place_later, "place_from": event.place_from}
    check_kept_back(kept | {"reason": told}, ("reason",))
    ahead = events.view(event).series.next_after(clock.now()) if event.yearly else None
    if ahead:
        event.last_year = ahead[0].astimezone(ZoneInfo(event.zone)).year
    event.state, event.change_note = EventState.CANCELLED, told
    _store(event, raise_sequence=True)
    audit.record("event.cancel", by=by, thing="event", thing_id=event.id, reason=told)
    return event


def report(event_id: UUID, *, came: str, told: str, by: User | None, seen_version: int) -> Event:
    """Say how many came, and in Markdown how it was, once a published event is over.

    Of a yearly event it is told of the last time. `came` is a whole number as typed, or empty.
    Raises Refused, naming the field.
    """
    event = _claimed(event_id, seen_version, by=by)
    view = events.view(event)
    if event.state not in (EventState.PLANNED, EventState.CHANGED) or not view.was_held:
        raise Refused(_("An event can be reported once it is over."))
    event.came = whole_number(came, "came", MAX_CAME)
    event.report = text(told, "report")
    event.report_html = markup.to_html(event.report)
    _store(event)
    audit.record("event.report", by=by, thing="event", thing_id=event.id, came=event.came)
    return event


def copies_for_next_year(event_ids: Collection[UUID], *, by: User | None) -> list[Event]:
    """Drafts of these events a year later, at the same local hour; none goes out unchecked.

    The links, reports and notes stay behind, and every place waits to be checked again. Raises
    Refused for no event at all.
    """
    if not event_ids:
        raise Refused(_("Choose at least one event."), field="which")
    made = []
    for event_id in event_ids:
        old = session.get_one(Event, event_id)
        _may(by, old, "event.write")
        _check_action(old.action_id, by)
        event = _copy(old, by)
        session.add(event)
        session.flush()
        audit.record("event.copy", by=by, thing="event", thing_id=event.id)
        made.append(event)
    return made


def next_year_of(moment: datetime, zone: str) -> datetime:
    """The same local day and hour in the first later year that still lies ahead, as UTC.

    A 29 February becomes the 28th.
    """
    local = moment.astimezone(ZoneInfo(zone))
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    year = max(local.year + 1, clock.now().astimezone(ZoneInfo(zone)).year)
    later = local.replace(year=year, day=day, fold=0)
    if later <= clock.now():
        later = later.replace(year=year + 1)
    return later.astimezone(UTC)


def _copy(old: Event, by: User | None) -> Event:
    same = {field.name for field in fields(Typed)} - LEFT_BEHIND
    values = {name: getattr(old, name) for name in same} | {"yearly": False, "place_checked": False}
    starts_at = next_year_of(old.starts_at, old.zone)
    return Event(
        **values,
        slug=_free_slug(f"{old.title} {old.city} {starts_at.astimezone(ZoneInfo(old.zone)).year}"),
        body_html=old.body_html,
        starts_at=starts_at,
        ends_at=starts_at + (old.ends_at - old.starts_at) if old.ends_at else None,
        owner_id=by.id if by else old.owner_id,
    )


def checks(event: Event) -> list[Check]:
    """What publishing asks for, in the order of the editor, then reminders."""
    lines = [Check("title", True, _("Title")), Check("starts", True, _("Start"))]
    if not event.place_checked:
        lines.append(Check("place_checked", False, _("Check the place, and tick that you did")))
    if not (event.place or event.online_url):
        lines.append(Check("place", False, _("No place yet"), needed=False))
    elif event.place and not event.access:
        lines.append(Check("access", False, _("Nothing said about access yet"), needed=False))
    return lines


def _check_place(event: Event) -> None:
    if not event.place_checked:
        raise Refused(
            _("This is a copy. Check the place and tick “The place is checked”, then publish."),
            field="place_checked",
        )


def _moves(event: Event, columns: dict[str, Any]) -> bool:
    when = any(getattr(event, field) != columns[field] for field in ("starts_at", "ends_at", "zone"))
    kept_back = events.keeps_place(event.place_later, event.place_from)
    if kept_back:
        return when or event.city != columns["city"]
    where = any(getattr(event, field) != columns[field] for field in ("place", "city", "country"))
    return when or where or events.keeps_place(columns["place_later"], columns["place_from"])


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


def _address(typed: Typed) -> str:
    return typed.address.strip().strip("/")


def _slug_of(found: dict[str, Any]) -> str:
    return _free_slug(f"{found['title']} {found['city']}")


def _free_slug(words: str) -> str:
    slug = slugs.slugify(words, fallback="event")
    return free_slugs.free(Event.slug, f"{slug}-event" if slug in moving.TAKEN[Event] else slug)
