"""Marks the worker and the command line leave for the health page: when something was last done or proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaign_actions.infra import clock, facts
from campaign_actions.infra.sealing import public_keys

WORKER = "worker_seen_at"
LOOKED = "health_looked_at"
AUDIT = "audit_verified"
BACKUP = "backup_made"
SURGES = "surges_looked_at"


@dataclass(frozen=True)
class Mark:
    """A moment, and what was found well and ill then, as numbers."""

    at: datetime
    well: int = 0
    ill: int = 0


def note(connection: Connection, key: str, *, well: int = 0, ill: int = 0) -> None:
    """Leave the mark `key` now, in place of an older one."""
    facts.put(connection, key, f"{clock.now().isoformat(timespec='seconds')} {well} {ill}")


def read(connection: Connection, key: str) -> Mark | None:
    """The mark `key`; None when there is none yet."""
    text = facts.get(connection, key)
    if text is None:
        return None
    at, *numbers = text.split()
    return Mark(datetime.fromisoformat(at), *map(int, numbers))


def of_key(public_key: bytes) -> str:
    """The mark of the last proof that a key opens; `well` and `ill` are records."""
    return "key_" + public_keys.fingerprint(public_key).replace(" ", "")
