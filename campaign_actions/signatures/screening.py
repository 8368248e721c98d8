"""Screening: the request only notes; the worker judges before a letter leaves.

What is held is put into clusters: signatures of one action that look alike within a few hours. A
cluster is a random label in its rows; what they have in common is in the signals, for 72 hours.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from campaign_actions.infra import clock, digests
from campaign_actions.signatures import moving, rules
from campaign_actions.signatures.models import AbuseSignal, Listed, Signature
from campaign_actions.signatures.states import State

COMMON_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com",
    "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru", "bk.ru", "list.ru", "inbox.ru",
    "yandex.ru", "ya.ru", "rambler.ru", "aol.com", "posteo.de", "tutanota.com", "riseup.net",
})  # fmt: skip
_LIST = Path(__file__).resolve().parent.parent / "data" / "disposable-domains.txt"
DISPOSABLE_DOMAINS = frozenset(_LIST.read_text("ascii").split())
AGENTS = ("curl", "python", "bot", "tor", "firefox", "edg", "opr", "samsungbrowser", "chrome", "safari")
PROGRAMS = ("curl", "python", "bot", "none")
KEPT_HOURS = 72
# So many of one network on one action within two hours are a burst; that alone never holds anybody.
MANY, LOOKED_AT = 20, 200
ALIKE_PERCENT, FEW_PERCENT = 90, 10
BURST, TOGETHER = timedelta(hours=1), timedelta(hours=6)
LABEL_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LABEL_LENGTH = 6


class Reason(StrEnum):
    """Why a signature is held. Staff see it; the person never does."""

    TRAP = "trap"
    BLOCKED = "blocked"
    DISPOSABLE = "disposable"
    PROGRAM = "program"
    ALIKE = "alike"
    UNCONFIRMED = "unconfirmed"
    STAFF = "staff"


@dataclass(frozen=True)
class Noticed:
    """What one request showed: network prefix, user agent, whether the hidden field was filled in."""

    prefix: str
    agent: str
    trap: bool


def note(
    connection: Connection,
    noticed: Noticed,
    *,
    letter_id: UUID,
    action_id: UUID,
    digest: bytes,
    email: str,
    secret: bytes,
) -> None:
    """Keep what screening may look at for 72 hours: digests and classes, nothing that names anybody."""
    now = clock.now()
    day = now.date().isoformat().encode()
    row = {
        "id": uuid4(),
        "letter_id": letter_id,
        "email_digest": digest,
        "action_id": action_id,
        "prefix_digest": digests.keyed(secret, "prefix", day, noticed.prefix.encode()),
        "domain": _domain(email, secret, day),
        "agent_class": _agent_class(noticed.agent),
        "trap": noticed.trap,
        "listed": rules.listed(connection, email=email, network=noticed.prefix),
        "hour": now.replace(minute=0, second=0, microsecond=0),
    }
    connection.execute(insert(AbuseSignal), row)


def judge(connection: Connection, letter_id: UUID) -> Reason | None:
    """Why the signature this letter belongs to must be held, or None.

    Many at once from one network are held only if a second thing speaks against them.
    """
    signal = connection.execute(
        select(AbuseSignal.__table__).where(AbuseSignal.letter_id == letter_id)
    ).first()
    if signal is None:
        return None
    if signal.trap:
        return Reason.TRAP
    if signal.listed is not None:
        return Reason.BLOCKED if signal.listed == Listed.BLOCKED else None
    around = _around(connection, signal)
    if len(around) < MANY:
        return None
    if signal.domain in DISPOSABLE_DOMAINS:
        return Reason.DISPOSABLE
    if signal.agent_class in PROGRAMS:
        return Reason.PROGRAM
    if _are_alike(signal, around):
        return Reason.ALIKE
    return Reason.UNCONFIRMED if _hardly_any_confirmed(connection, signal) else None


def cluster_of(connection: Connection, letter_id: UUID, reason: Reason) -> str:
    """The label under which the signature of this letter is held, with all that look like it.

    A new cluster takes in those that came before: who still waits is held like the others, who is counted
    stays counted until staff decide.
    """
    signal = connection.execute(select(AbuseSignal.__table__).where(AbuseSignal.letter_id == letter_id)).one()
    alike = _like(signal, reason)
    is_its = and_(
        Signature.email_digest == AbuseSignal.email_digest, Signature.action_id == AbuseSignal.action_id
    )
    known = select(Signature.cluster).join(AbuseSignal, is_its).where(alike, Signature.cluster.is_not(None))
    found = connection.execute(known.limit(1)).scalar_one_or_none()
    if found is not None:
        return str(found)
    label = new_label()
    earlier = (
        Signature.action_id == signal.action_id,
        Signature.cluster.is_(None),
        Signature.state.in_((State.WAITING, State.CONFIRMED)),
        select(AbuseSignal.id).where(is_its, alike).exists(),
    )
    taken = update(Signature).where(*earlier).values(cluster=label).returning(Signature.email_digest)
    _hold_waiting(connection, signal.action_id, connection.execute(taken).scalars().all(), reason)
    return label


def _hold_waiting(
    connection: Connection, action_id: UUID, digests_of: Sequence[bytes], reason: Reason
) -> None:
    # That few of a network confirm says nothing of each of those who have not yet.
    if reason is Reason.UNCONFIRMED or not digests_of:
        return
    unseen = (Signature.review_id.is_(None),)
    moving.move_rows(
        connection, action_id, digests_of, State.WAITING, State.HELD,
        proved=False, only=unseen, hold=reason.value,
    )  # fmt: skip


def new_label() -> str:
    """Six random letters and digits that are told apart when read aloud."""
    return "".join(secrets.choice(LABEL_LETTERS) for _letter in range(LABEL_LENGTH))


def forget(connection: Connection) -> int:
    """Delete signals older than 72 hours; gives how many."""
    old = delete(AbuseSignal).where(AbuseSignal.hour < clock.now() - timedelta(hours=KEPT_HOURS))
    return len(connection.execute(old.returning(AbuseSignal.id)).all())


def _around(connection: Connection, signal: Any) -> Sequence[Any]:
    """Up to 200 signals of the same network and action, of this hour and the one before."""
    same = and_(AbuseSignal.action_id == signal.action_id, AbuseSignal.prefix_digest == signal.prefix_digest)
    recent = AbuseSignal.hour.between(signal.hour - BURST, signal.hour)
    columns = select(AbuseSignal.domain, AbuseSignal.agent_class)
    return connection.execute(columns.where(same, recent).limit(LOOKED_AT)).all()


def _are_alike(signal: Any, around: Sequence[Any]) -> bool:
    if signal.domain in COMMON_DOMAINS:
        return False
    mine = (signal.domain, signal.agent_class)
    same = sum(1 for one in around if (one.domain, one.agent_class) == mine)
    # One program among others that writes from a domain of its own is no less one for the others' sake.
    of_domain = sum(1 for one in around if one.domain == signal.domain)
    whole = of_domain if of_domain >= MANY else len(around)
    return same * 100 >= ALIKE_PERCENT * whole


def _hardly_any_confirmed(connection: Connection, signal: Any) -> bool:
    """Whether of those who have had an hour to confirm hardly anybody did; False for a handful."""
    same = and_(AbuseSignal.action_id == signal.action_id, AbuseSignal.prefix_digest == signal.prefix_digest)
    earlier = and_(AbuseSignal.hour < signal.hour - BURST, AbuseSignal.hour >= signal.hour - TOGETHER)
    is_its = and_(
        Signature.email_digest == AbuseSignal.email_digest, Signature.action_id == AbuseSignal.action_id
    )
    some = (
        select(Signature.proved_on).join(AbuseSignal, is_its).where(same, earlier).limit(LOOKED_AT).subquery()
    )
    total, proved = connection.execute(
        select(func.count(), func.count(some.c.proved_on)).select_from(some)
    ).one()
    return bool(total >= MANY and proved * 100 < FEW_PERCENT * total)


def _like(signal: Any, reason: Reason) -> ColumnElement[bool]:
    """Signals that speak for the same reason as `signal` and look like it."""
    parts = [
        AbuseSignal.action_id == signal.action_id,
        AbuseSignal.hour >= signal.hour - TOGETHER,
        AbuseSignal.trap.is_(signal.trap),
    ]
    if reason is Reason.BLOCKED:
        return and_(*parts, AbuseSignal.listed == Listed.BLOCKED, AbuseSignal.domain == signal.domain)
    # Whom the lists of staff let through is like nobody.
    parts += [AbuseSignal.prefix_digest == signal.prefix_digest, AbuseSignal.listed.is_(None)]
    if reason is Reason.DISPOSABLE:
        parts.append(AbuseSignal.domain.in_(DISPOSABLE_DOMAINS))
    else:
        parts.append(AbuseSignal.agent_class == signal.agent_class)
    if reason is Reason.ALIKE:
        parts.append(AbuseSignal.domain == signal.domain)
    return and_(*parts)


def _domain(email: str, secret: bytes, day: bytes) -> str:
    # A rare domain names a person, so only common and disposable ones stand in clear.
    domain = email.rpartition("@")[2].lower()
    if domain in COMMON_DOMAINS or domain in DISPOSABLE_DOMAINS:
        return domain
    return digests.keyed(secret, "domain", day, domain.encode()).hex()


def _agent_class(agent: str) -> str:
    words = agent.lower()
    return next((name for name in AGENTS if name in words), "other" if words.strip() else "none")
