"""What a person asked to see of themselves: the sealed record opened, and locked again to their own link."""

from __future__ import annotations

from collections.abc import Sequence

from nacl.public import PrivateKey

from campaign_actions.infra.sealing import own_copies
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import copies
from campaign_actions.signatures.copies import Asked


def lock_copy(wanted: Asked, key: bytes, list_keys: Sequence[PrivateKey]) -> bytes:
    """The record of a signature as bytes that only the link behind `key` opens.

    Raises records.CannotOpen when the list keys on this machine do not open the record.
    """
    opened = Opener(list_keys).open("signature", wanted.action_id, wanted.digest, wanted.sealed)
    return own_copies.lock(key, opened, belongs_to=copies.belongs_to(wanted.digest, wanted.action_id))


def key_of(wanted: Asked, opener: Opener) -> bytes:
    """The key that the request handed over. Raises records.CannotOpen when the mail keys do not open it."""
    return opener.open(copies.KIND, wanted.id, wanted.digest, wanted.key_sealed)
