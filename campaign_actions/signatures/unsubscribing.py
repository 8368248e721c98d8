"""One-click unsubscribe: a link that lives as long as the address is kept, and can do nothing else.

Its token is proved with the pepper and not with a secret key, so that no change of those keys
ends the links in letters that lie in mailboxes already.
"""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, update

from campaign_actions.infra import digests
from campaign_actions.signatures import moving
from campaign_actions.signatures.models import Signature

_LAYOUT = struct.Struct(">16s16s16s")


@dataclass(frozen=True)
class Subscription:
    """Which address, as its digest, on which action."""

    action_id: UUID
    digest: bytes


def write(action_id: UUID, digest: bytes, pepper: bytes) -> str:
    """The token of the link for one address on one action: 48 bytes as 64 letters fit for an address."""
    proof = _proof(action_id, digest, pepper)
    return urlsafe_b64encode(_LAYOUT.pack(action_id.bytes, digest, proof)).decode()


def read(token: str, pepper: bytes) -> Subscription | None:
    """What a token stands for, or None when it was cut short or forged, or was made for something else."""
    try:
        packed = urlsafe_b64decode(token.encode("ascii"))
    except (BadBase64, ValueError):
        return None
    # Base64 allows several spellings of one value; only ours is accepted.
    if len(packed) != _LAYOUT.size or urlsafe_b64encode(packed).decode() != token:
        return None
    action, digest, proof = _LAYOUT.unpack(packed)
    action_id = UUID(bytes=action)
    return Subscription(action_id, digest) if digests.same(proof, _proof(action_id, digest, pepper)) else None


def unsubscribe(connection: Connection, which: Subscription) -> None:
    """Delete the address kept for updates; the signature stays as it is. Twice is once."""
    row = moving.key_is(which.digest, which.action_id)
    connection.execute(update(Signature).where(row).values(wants_updates=False, updates_sealed=None))
    moving.forget_updates(connection, which.digest, which.action_id)


def _proof(action_id: UUID, digest: bytes, pepper: bytes) -> bytes:
    return digests.keyed(pepper, "unsubscribe", action_id.bytes, digest)
