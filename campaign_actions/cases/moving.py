"""Giving a case another address; the one that was given out leads on."""

from __future__ import annotations

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.cases.models import Case
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, redirects, slugs
from campaign_actions.infra.database import free_slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

ADDRESS = "/cases/{}/"


def move(old: str, new: str, *, by: User | None) -> Case:
    """The case at the slug `old`, now at `new`. Whoever follows the old address gets there.

    Raises Refused when there is no such case, or `new` is no slug or is taken.
    """
    case = session.scalars(select(Case).where(Case.slug == old)).one_or_none()
    if case is None:
        raise Refused(_("There is no case at this address."))
    readdress(case, new, by=by)
    case.version += 1
    case.changed_at = clock.now()
    session.flush()
    return case


def readdress(case: Case, new: str, *, by: User | None) -> None:
    """Put `case` at the slug `new`; from an address that was given out a redirect leads there.

    Raises Refused, at the field `address`, when `new` is no slug or is taken.
    """
    old, case.slug = case.slug, free(new)
    session.flush()
    if case.given_out:
        redirects.leave(session.connection(), ADDRESS.format(old), ADDRESS.format(new))
    audit.record("case.move", by=by, thing="case", thing_id=case.id, old=old, new=new)


def free(new: str) -> str:
    """`new`, if it is a slug that no case has. Raises Refused, at the field `address`."""
    slug = slugs.checked(new, field="address")
    if free_slugs.free(Case.slug, slug) != slug:
        raise Refused(_("Another case has this address. Choose a different one."), field="address")
    return slug
