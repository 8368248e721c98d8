"""Screening: the request only notes; the worker judges before a letter leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, insert, select

from campaign_actions.infra import clock, digests
from campaign_actions.signatures.models import AbuseSignal

COMMON_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com",
    "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru", "bk.ru", "list.ru", "inbox.ru",
    "yandex.ru", "ya.ru", "rambler.ru", "aol.com", "posteo.de", "tutanota.com", "riseup.net",
})  # fmt: skip
AGENTS = ("curl", "python", "bot", "tor", "firefox", "edg", "opr", "samsungbrowser", "chrome", "safari")
KEPT_HOURS = 72


class Reason(StrEnum):
    """Why a signature is held. Staff see it; the person never does."""

    TRAP = "trap"


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
        "hour": now.replace(minute=0, second=0, microsecond=0),
    }
    connection.execute(insert(AbuseSignal), row)


def judge(connection: Connection, letter_id: UUID) -> Reason | None:
    """Why the signature this letter belongs to must be held, or None."""
    found = select(AbuseSignal.trap).where(AbuseSignal.letter_id == letter_id)
    trap = connection.execute(found).scalar_one_or_none()
    return Reason.TRAP if trap else None


def forget(connection: Connection) -> int:
    """Delete signals older than 72 hours; gives how many."""
    old = delete(AbuseSignal).where(AbuseSignal.hour < clock.now() - timedelta(hours=KEPT_HOURS))
    return len(connection.execute(old.returning(AbuseSignal.id)).all())


def _domain(email: str, secret: bytes, day: bytes) -> str:
    # A rare domain names a person, so only common ones stand in clear.
    domain = email.rpartition("@")[2].lower()
    if domain in COMMON_DOMAINS:
        return domain
    return digests.keyed(secret, "domain", day, domain.encode()).hex()


def _agent_class(agent: str) -> str:
    words = agent.lower()
    return next((name for name in AGENTS if name in words), "other" if words.strip() else "none")
