"""Users: added, listed, given a new password, role or right, and shut out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts import logging_in, notices, passwords
from campaign_actions.accounts.models import NoticeKind, Role, User
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@\0]+@[^\s@\0]+")
# Marks that turn the direction of writing: a name with one can be shown as another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Cyrillic letters drawn as Latin ones.
_ALIKE = str.maketrans("аверсоухіјѕкмнтһ", "abepcoyxijskmhth")


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
    address, called = checked_address(email), _checked_name(name)
    refuse_export_right(role, may_export)
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


def admins() -> Sequence[UUID]:
    """Ids of the admins who may log in."""
    found = select(User.id).where(User.role == Role.ADMIN, User.active.is_(True)).order_by(User.id)
    return list(session.scalars(found))


def team() -> Sequence[UUID]:
    """Ids of staff and admins who may log in."""
    its = User.role.in_((Role.STAFF, Role.ADMIN))
    return list(session.scalars(select(User.id).where(its, User.active.is_(True)).order_by(User.id)))


def set_password(user: User, password: str, *, by: User | None = None, fast: bool = False) -> None:
    """A new password for `user`; all sessions of theirs end. Raises Refused for a weak one."""
    passwords.check_new(password, about=(user.name, user.email, user.email.split("@")[0]))
    user.password_hash = passwords.hashed(password, fast=fast)
    logging_in.end_all(user.id)
    notices.leave(user.id, NoticeKind.PASSWORD_CHANGED)
    audit.record("user.password", by=by, thing="user", thing_id=user.id)


def set_role(user: User, role: Role, *, may_export: bool, by: User | None = None) -> None:
    """Another role or right for `user`; all sessions of theirs end.

    Raises Refused for one's own account, the last admin, and an export right for an organiser.
    """
    _not_oneself(user, by)
    refuse_export_right(role, may_export)
    if role is not Role.ADMIN:
        _not_the_last_admin(user)
    user.role, user.may_export = role, may_export
    logging_in.end_all(user.id)
    audit.record("user.role", by=by, thing="user", thing_id=user.id, role=role, may_export=may_export)


def set_active(user: User, active: bool, *, by: User | None = None) -> None:
    """Shut `user` out or let them in again; all sessions of theirs end.

    Raises Refused for oneself and for the last admin.
    """
    _not_oneself(user, by)
    if not active:
        _not_the_last_admin(user)
    user.active = active
    logging_in.end_all(user.id)
    audit.record("user.enable" if active else "user.disable", by=by, thing="user", thing_id=user.id)


def end_sessions(user: User, *, by: User) -> None:
    """End every session of `user`."""
    logging_in.end_all(user.id)
    audit.record("user.session_end", by=by, thing="user", thing_id=user.id)


def checked_address(email: str) -> str:
    """The address in lower case. Raises Refused, at the field "email", for one that is none or taken."""
    address = email.strip().lower()
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise Refused(_("Give an email address like name@example.org."), field="email")
    if by_email(address) is not None:
        raise Refused(_("There is a user with this address already."), field="email")
    return address


def refuse_export_right(role: Role, may_export: bool) -> None:
    """Raise Refused, at the field "may_export", for an organiser with the right to make lists."""
    if may_export and role is Role.ORGANISER:
        raise Refused(_("Only staff and admins can have the export right."), field="may_export")


def _checked_name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > 120:
        raise Refused(_("Give a name of 1 to 120 characters."), field="name")
    if any(unicodedata.category(letter) == "Cc" or letter in _TURNING for letter in called):
        raise Refused(_("This name has letters that nobody can see. Type it again."), field="name")
    if any(_looks(called) == _looks(user.name) for user in listed()):
        raise Refused(_("There is a user whose name looks the same. Add something to it."), field="name")
    return called


def _looks(name: str) -> str:
    """What a name looks like: the same for letters of several scripts that are drawn alike."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)


def _not_the_last_admin(user: User) -> None:
    # The rows are locked in one order, so that two admins who demote each other do so in turn.
    admins = select(User.id).where(User.role == Role.ADMIN, User.active.is_(True)).order_by(User.id)
    left = set(session.scalars(admins.with_for_update())) - {user.id}
    if not left and user.role is Role.ADMIN and user.active:
        raise Refused(_("This is the last admin. Make somebody else an admin first."))


def _not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.id == user.id:
        raise Refused(_("Another admin has to change your own account."))
