"""Giving an action or event another address; links, QR codes, calendars and open forms lead on."""

from __future__ import annotations

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionState, Event, EventState
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, redirects, slugs
from campaign_actions.infra.database import free_slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

# What people have of a thing at a slug; all that stands below a path leads on with it.
ADDRESSES: dict[type[Action | Event], tuple[str, ...]] = {
    Action: ("/actions/{}/",),
    Event: ("/events/{}/", "/events/{}.ics"),
}
# Addresses of lists, at which no action or event can stand.
TAKEN: dict[type[Action | Event], frozenset[str]] = {
    Action: frozenset({"feed", "in", "kind", "page"}),
    Event: frozenset({"in", "kind", "map", "online", "past"}),
}


def move(old: str, new: str, *, by: User | None) -> Action:
    """The action at the slug `old`, now at `new`. Whoever follows the old address gets there.

    Raises Refused when there is no such action, or `new` is no slug or is taken.
    """
    action = session.scalars(select(Action).where(Action.slug == old)).one_or_none()
    if action is None:
        raise Refused(_("There is no action at this address."))
    _move(action, new, by)
    return action


def move_event(old: str, new: str, *, by: User | None) -> Event:
    """As `move`, of an event."""
    event = session.scalars(select(Event).where(Event.slug == old)).one_or_none()
    if event is None:
        raise Refused(_("There is no event at this address."))
    _move(event, new, by)
    return event


def readdress(thing: Action | Event, new: str, *, by: User | None) -> None:
    """Put `thing` at the slug `new`; from an address that was given out a redirect leads there.

    Raises Refused, at the field `address`, when `new` is no slug or is taken.
    """
    old, thing.slug = thing.slug, free(type(thing), new)
    session.flush()
    if thing.state not in (ActionState.DRAFT, EventState.DRAFT):
        for address in ADDRESSES[type(thing)]:
            redirects.leave(session.connection(), address.format(old), address.format(new))
    kind = "action" if isinstance(thing, Action) else "event"
    audit.record(f"{kind}.move", by=by, thing=kind, thing_id=thing.id, old=old, new=new)


def free(model: type[Action | Event], new: str) -> str:
    """`new`, if it is a slug that nothing of its kind has. Raises Refused, at the field `address`."""
    slug = slugs.checked(new, field="address")
    if slug in TAKEN[model] or free_slugs.free(model.slug, slug) != slug:
        words = (
            _("Another action has this address. Choose a different one.")
            if model is Action
            else _("Another event has this address. Choose a different one.")
        )
        raise Refused(words, field="address")
    return slug


def _move(thing: Action | Event, new: str, by: User | None) -> None:
    readdress(thing, new, by=by)
    thing.version += 1
    thing.changed_at = clock.now()
    session.flush()
