"""Giving an action another address; links, QR codes and open forms of the old one lead on."""

from __future__ import annotations

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionState
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, redirects, slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

ADDRESS = "/actions/{}/"


def move(old: str, new: str, *, by: User | None) -> Action:
    """The action at the slug `old`, now at `new`. Whoever follows the old address gets there.

    Raises Refused when there is no such action, or `new` is no slug or is taken.
    """
    action = session.scalars(select(Action).where(Action.slug == old)).one_or_none()
    if action is None:
        raise Refused(_("There is no action at this address."))
    slug = slugs.checked(new)
    if session.scalars(select(Action.id).where(Action.slug == slug)).first() is not None:
        raise Refused(_("Another action has this address. Choose a different one."))
    action.slug = slug
    action.version += 1
    action.changed_at = clock.now()
    session.flush()
    if action.state is not ActionState.DRAFT:
        redirects.leave(session.connection(), ADDRESS.format(old), ADDRESS.format(slug))
    audit.record("action.move", by=by, thing="action", thing_id=action.id, old=old, new=slug)
    return action
