"""Who a signature belongs to: the salt of an action and the digest of an address under it."""

from __future__ import annotations

import os
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.infra import digests
from campaign_actions.signatures.addresses import canonical
from campaign_actions.signatures.models import ActionSalt


def digest_of(connection: Connection, action_id: UUID, email: str, pepper: bytes) -> bytes:
    """16 bytes for `email` on this action; makes the action's salt if it has none yet."""
    return digests.email_digest(pepper, _salt_of(connection, action_id), canonical(email))


def digests_everywhere(connection: Connection, email: str, pepper: bytes) -> list[tuple[UUID, bytes]]:
    """Action and digest of `email` for every action that still has a salt, always all of them."""
    plain = canonical(email)
    salts = connection.execute(select(ActionSalt.action_id, ActionSalt.salt))
    return [(action_id, digests.email_digest(pepper, salt, plain)) for action_id, salt in salts]


def digest_of_name(connection: Connection, action_id: UUID, name: str, pepper: bytes) -> bytes:
    """16 bytes that tell whether two paper lines of this action hold the same name, large or small."""
    return digests.keyed(pepper, "paper name", _salt_of(connection, action_id), name.casefold().encode())


def _salt_of(connection: Connection, action_id: UUID) -> bytes:
    wanted = select(ActionSalt.salt).where(ActionSalt.action_id == action_id)
    salt: bytes | None = connection.execute(wanted).scalar_one_or_none()
    if salt is None:
        new = insert(ActionSalt).values(action_id=action_id, salt=os.urandom(32), pepper_number=1)
        connection.execute(new.on_conflict_do_nothing())
        salt = connection.execute(wanted).scalar_one()
    return salt
