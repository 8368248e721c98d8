"""A signature taken off or deleted with all its traces, whoever was asked to do it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from campaign_actions.infra import clock
from campaign_actions.signatures import confirming, moving
from campaign_actions.signatures.states import State

_WIPED = ("sealed", "preview", "public_name", "updates_sealed", "code_hash", "page_hash", "hold")


def withdraw(connection: Connection, digest: bytes, action_id: UUID) -> bool:
    """Take the name off the list and out of the count; only digest, state and days stay.

    False when there is no such signature or it was withdrawn already.
    """
    moved = moving.move(
        connection,
        digest,
        action_id,
        State.WITHDRAWN,
        withdrawn_on=clock.today(),
        wants_updates=False,
        lettered_at=None,
        country=None,
        **dict.fromkeys(_WIPED),
    )
    moving.forget_beside(connection, digest, action_id)
    confirming.forget_traces(connection, digest, action_id)
    return moved is not None


def delete(connection: Connection, digest: bytes, action_id: UUID) -> bool:
    """Delete the signature and everything that hangs on it; False when there is none."""
    confirming.forget_traces(connection, digest, action_id)
    return moving.remove(connection, digest, action_id) is not None
