"""Users: added, listed, given a new password, role or right, and shut out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts import logging_in, notices, passwords
from campaign_actions.accounts.models import NoticeKind, Role, User
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

_ADDRESS = re.compile(r"[^\s@\0]+@[^\s@\0]+")


def add(
    email: str,
    password: str,
    *,
    name: str,
    role: Role,
    may_export: bool = False,
    by: User | None = None,
    fast: bool = False,
) -> User:
    """A new user. `by` is None for the server's own shell, `fast` hashing is for tests.

    Raises Refused for an address that is none or taken, an empty name, a weak password,
    and an export right for an organiser.
    """
    address, called = email.strip().lower(), name.strip()
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise Refused(_("Give an email address like name@example.org."), field="email")
    if not called or len(called) > 120:
        raise Refused(_("Give a name of 1 to 120 characters."), field="name")
    if may_export and role is Role.ORGANISER:
        raise Refused(_("Only staff and admins can have the export right."), field="may_export")
    if by_email(address) is not None:
        raise Refused(_("There is a user with this address already."), field="email")
    passwords.check_new(password, about=(called, address, address.split("@")[0]))
    user = User(
        email=address,
        name=called,
        role=role,
        may_export=may_export,
        password_hash=passwords.hashed(password, fast=fast),
    )
    session.add(user)
    audit.record("user.add", by=by, thing="user", thing_id=user.id, role=role, may_export=may_export)
    return user


def by_email(email: str) -> User | None:
    """The user with this address, in any case, active or not."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def listed() -> Sequence[User]:
    """All users by address."""
    return session.scalars(select(User).order_by(User.email)).all()


def set_password(user: User, password: str, *, by: User | None = None, fast: bool = False) -> None:
    """A new password for `user`; all sessions of theirs end. Raises Refused for a weak one."""
    passwords.check_new(password, about=(user.name, user.email, user.email.split("@")[0]))
    user.password_hash = passwords.hashed(password, fast=fast)
    logging_in.end_all(user.id)
    notices.leave(user.id, NoticeKind.PASSWORD_CHANGED)
    audit.record("user.password", by=by, thing="user", thing_id=user.id)


def set_role(user: User, role: Role, *, may_export: bool, by: User | None = None) -> None:
    """Another role or right for `user`; all sessions of theirs end.

    Raises Refused for one's own account, and an export right for an organiser.
    """
    _not_oneself(user, by)
    if may_export and role is Role.ORGANISER:
        raise Refused(_("Only staff and admins can have the export right."), field="may_export")
    user.role, user.may_export = role, may_export
    logging_in.end_all(user.id)
    audit.record("user.role", by=by, thing="user", thing_id=user.id, role=role, may_export=may_export)


def set_active(user: User, active: bool, *, by: User | None = None) -> None:
    """Shut `user` out or let them in again; all sessions of theirs end. Raises Refused for oneself."""
    _not_oneself(user, by)
    user.active = active
    logging_in.end_all(user.id)
    audit.record("user.enable" if active else "user.disable", by=by, thing="user", thing_id=user.id)


def _not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.id == user.id:
        raise Refused(_("Another admin has to change your own account."))
