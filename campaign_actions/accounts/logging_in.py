"""Logging in: attempts slowed down but never locked out, and sessions that end by themselves."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from campaign_actions import audit
from campaign_actions.accounts.models import LoginAttempt, LoginSession, User
from campaign_actions.infra import clock, digests
from campaign_actions.infra.database.engine import session

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_PREFIX = 20
FIRST_WAIT_SECONDS = 15
LONGEST_WAIT_SECONDS = 240

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=10)
# How long somebody who gave the right password may take for the second step.
HALF = timedelta(minutes=10)


@dataclass(frozen=True)
class Attempt:
    """One try to log in, by keyed digests of the address typed and of the network prefix."""

    account: bytes
    prefix: bytes


def attempt(email: str, prefix: str, secret_key: str) -> Attempt:
    """The digests under which a try counts; neither address nor network is stored."""
    key = secret_key.encode()
    return Attempt(
        account=digests.keyed(key, "log-in account", email.strip().lower().encode("utf-8", "replace")),
        prefix=digests.keyed(key, "log-in prefix", prefix.encode()),
    )


def begin(connection: Connection, made: Attempt) -> int:
    """Note a try as failed, before the password is looked at; seconds to wait when there were too many.

    0 means go on, and `succeeded` takes the note back. A try that has to wait is not noted,
    so nobody can keep an account shut by trying. Counts exactly under parallel tries.
    """
    now = clock.now()
    _one_at_a_time(connection, (made.account, made.prefix))
    wait = max(
        _wait_seconds(connection, made.account, PER_ACCOUNT, now),
        _wait_seconds(connection, made.prefix, PER_PREFIX, now),
    )
    if wait == 0:
        rows = [LoginAttempt(key=key, at=now) for key in (made.account, made.prefix)]
        values = [{"id": row.id, "key": row.key, "at": row.at} for row in rows]
        connection.execute(insert(LoginAttempt), values)
    return wait


def succeeded(connection: Connection, made: Attempt) -> None:
    """Forget the tries of an account that has just got in, and one of its network prefix."""
    connection.execute(delete(LoginAttempt).where(LoginAttempt.key == made.account))
    newest = select(LoginAttempt.id).where(LoginAttempt.key == made.prefix).order_by(LoginAttempt.at.desc())
    connection.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(newest.limit(1))))


def user_by_email(email: str) -> User | None:
    """The active user with this address, in any case."""
    wanted = select(User).where(User.email == email.strip().lower(), User.active.is_(True))
    return session.scalars(wanted).one_or_none() if "\0" not in email else None


def open_session(user: User, *, half: bool = False) -> str:
    """Begin a session of `user`; the secret for the cookie, of which only a digest is stored.

    With `half` it leads no further than to the second step, and `complete` makes it whole.
    """
    token = secrets.token_urlsafe(32)
    session.add(LoginSession(token_digest=digests.plain(token.encode()), user_id=user.id, half=half))
    if not half:
        _note_log_in(user)
    return token


def complete(current: LoginSession) -> str:
    """Make a half session whole after the second step; it gets a new secret."""
    user = current.user
    token = renew(current)
    _note_log_in(user)
    return token


def find(token: str) -> LoginSession | None:
    """The session of this secret, unless it is over or its user may no longer log in."""
    digest = digests.plain(token.encode("utf-8", "replace"))
    found = session.get(LoginSession, digest)
    if found is None or not found.user.active:
        return None
    return found if clock.now() - found.started_at < (HALF if found.half else LONGEST) else None


def renew(current: LoginSession) -> str:
    """Put a new secret in place of the old one after the password was given again; it is fresh now."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    changed = {"token_digest": digests.plain(token.encode()), "factor_at": now, "seen_at": now, "half": False}
    one = LoginSession.token_digest == current.token_digest
    session.execute(
        update(LoginSession).where(one).values(changed), execution_options={"synchronize_session": False}
    )
    session.expunge(current)
    return token


def is_fresh(current: LoginSession) -> bool:
    """Whether the password was given within the last ten minutes."""
    return clock.now() - current.factor_at < FRESH


def sessions_of(user: User) -> Sequence[LoginSession]:
    """The sessions of `user` that are not over, newest first."""
    alive = LoginSession.started_at > clock.now() - LONGEST
    whole = LoginSession.half.is_(False)
    wanted = select(LoginSession).where(LoginSession.user_id == user.id, alive, whole)
    return session.scalars(wanted.order_by(LoginSession.started_at.desc())).all()


def alive() -> dict[UUID, int]:
    """How many sessions each user has that are not over."""
    counted = (
        select(LoginSession.user_id, func.count())
        .where(LoginSession.started_at > clock.now() - LONGEST, LoginSession.half.is_(False))
        .group_by(LoginSession.user_id)
    )
    return dict(session.execute(counted).all())


def end(token: str) -> None:
    """End the session of this secret; nothing happens when there is none."""
    found = session.get(LoginSession, digests.plain(token.encode("utf-8", "replace")))
    if found is not None:
        audit.record("user.log_out", by=found.user, thing="user", thing_id=found.user_id)
        session.delete(found)


def end_one(user: User, token_digest: bytes) -> bool:
    """End one session of `user`, named by its digest; False when it is not theirs or is over."""
    found = session.get(LoginSession, token_digest)
    if found is None or found.user_id != user.id:
        return False
    session.delete(found)
    audit.record("user.session_end", by=user, thing="user", thing_id=user.id)
    return True


def end_all(user_id: UUID, *, but: bytes | None = None) -> None:
    """End every session of a user, `but` the one of this digest."""
    theirs = delete(LoginSession).where(LoginSession.user_id == user_id)
    if but is not None:
        theirs = theirs.where(LoginSession.token_digest != but)
    session.execute(theirs, execution_options={"synchronize_session": False})


def forget_old(connection: Connection) -> None:
    """Delete tries older than 15 minutes and sessions that are over; a chore."""
    now = clock.now()
    connection.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - WINDOW))
    connection.execute(delete(LoginSession).where(LoginSession.started_at <= now - LONGEST))


def _note_log_in(user: User) -> None:
    user.last_seen_at = clock.now()
    audit.record("user.log_in", by=user, thing="user", thing_id=user.id)


def _wait_seconds(connection: Connection, key: bytes, allowed: int, now: datetime) -> int:
    counted = select(func.count(), func.max(LoginAttempt.at)).where(
        LoginAttempt.key == key, LoginAttempt.at > now - WINDOW
    )
    tries, newest = connection.execute(counted).one()
    if tries < allowed:
        return 0
    pause = min(FIRST_WAIT_SECONDS * 2 ** min(tries - allowed, 10), LONGEST_WAIT_SECONDS)
    left = newest + timedelta(seconds=pause) - now
    return max(0, -int(-left.total_seconds() // 1))


def _one_at_a_time(connection: Connection, keys: tuple[bytes, ...]) -> None:
    # SQLite has one writer anyway. In the same order everywhere, so that two tries never wait for each other.
    if connection.dialect.name == "postgresql":
        for number in sorted(int.from_bytes(key[:8], "big", signed=True) for key in keys):
            connection.execute(select(func.pg_advisory_xact_lock(number)))
