"""Inviting people to the team: a link by mail, good for 48 hours and for one account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, select

from campaign_actions import audit
from campaign_actions.accounts import users
from campaign_actions.accounts.models import Invitation, Role, User
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, tokens
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane

JOB = "invitation"
PURPOSE = "invitation to the team"
GOOD_FOR = timedelta(hours=48)


def invite(email: str, role: Role, *, may_export: bool, by: User) -> Invitation:
    """Leave a letter with the link for `email`; one sent earlier to the same address no longer works.

    Raises Refused for an address that is none or has an account, and an export right for an organiser.
    """
    address = users.checked_address(email)
    users.refuse_export_right(role, may_export)
    session.execute(delete(Invitation).where(Invitation.email == address))
    made = Invitation(email=address, role=role, may_export=may_export, made_by=by.id)
    session.add(made)
    session.flush()
    outbox.leave(session.connection(), JOB, made.id, Lane.SERVICE)
    audit.record("user.invite", by=by, thing="invitation", thing_id=made.id, role=role, may_export=may_export)
    return made


def token(invitation_id: UUID, secret_keys: Sequence[str]) -> str:
    """What stands in the link; nothing in the database makes it."""
    return tokens.sign(PURPOSE, str(invitation_id), secret_keys)


def find(token: str, secret_keys: Sequence[str]) -> Invitation | None:
    """The invitation of a link; None when it is forged, too old, taken up or taken back."""
    seconds = int(GOOD_FOR.total_seconds())
    text = tokens.read(PURPOSE, token, secret_keys, max_age_seconds=seconds)
    return session.get(Invitation, UUID(text)) if text else None


def accept(invitation_id: UUID, name: str, password: str, *, fast: bool = False) -> User:
    """Make the account. Of two who press at once, one is told that the invitation is used.

    Raises Refused as `users.add` does.
    """
    taken = delete(Invitation).where(Invitation.id == invitation_id)
    columns = (Invitation.email, Invitation.role, Invitation.may_export)
    row = session.execute(taken.returning(*columns), execution_options={"synchronize_session": False}).first()
    if row is None:
        raise Refused(_("This invitation was used or taken back. Ask for another."))
    return users.add(row.email, password, name=name, role=row.role, may_export=row.may_export, fast=fast)


def take_back(invitation_id: UUID, *, by: User) -> bool:
    """End an invitation; False when it is over already."""
    gone = delete(Invitation).where(Invitation.id == invitation_id).returning(Invitation.id)
    if session.execute(gone).first() is None:
        return False
    audit.record("user.uninvite", by=by, thing="invitation", thing_id=invitation_id)
    return True


def open_ones() -> Sequence[Invitation]:
    """Invitations that still work, the newest first."""
    fresh = Invitation.made_at > clock.now() - GOOD_FOR
    return session.scalars(select(Invitation).where(fresh).order_by(Invitation.made_at.desc())).all()


def forget_old(connection: Connection) -> None:
    """Delete invitations that nobody took up in time; a chore."""
    connection.execute(delete(Invitation).where(Invitation.made_at <= clock.now() - GOOD_FOR))
