"""Opening: a sealed record back to its bytes, with a private key; the format is in `infra.sealing`."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from nacl.bindings import sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import Aead

from campaign_actions.infra.sealing import records as sealing

# A busy day has a key every thousand signatures, and a list takes its rows in another order than they came.
_CACHED_KEYS = 4_096


class CannotOpen(Exception):
    """The record is not for this key, not from this row, or not whole. Says no more than that."""


class Opener:
    """Opens records with any of some private keys; keeps the last data keys it unwrapped."""

    def __init__(self, private_keys: Sequence[PrivateKey]) -> None:
        """Raises CannotOpen when there is no key at all."""
        if not private_keys:
            raise CannotOpen("no private key on this machine opens this")
        self._boxes = [SealedBox(key) for key in private_keys]
        self._data_keys: OrderedDict[bytes, tuple[bytes, Aead]] = OrderedDict()

    def open(self, kind: str, scope: UUID, digest: bytes, record: bytes) -> bytes:
        """The payload of `record`. Raises CannotOpen for anything that is not exactly what was sealed."""
        wraps, rest = split(record)
        key_id, box = self._data_key(wraps)
        try:
            padded = box.decrypt(rest, sealing.associated_data(kind, scope, digest, key_id))
            return bytes(sodium_unpad(padded, sealing.PAD_TO))
        except (CryptoError, ValueError) as error:
            raise CannotOpen("the record was altered, or belongs to another row") from error

    def _data_key(self, wraps: bytes) -> tuple[bytes, Aead]:
        known = self._data_keys.get(wraps)
        if known is None:
            found = unwrap(self._boxes, wraps)
            known = self._data_keys[wraps] = found[:16], Aead(found[16:])
            if len(self._data_keys) > _CACHED_KEYS:
                self._data_keys.popitem(last=False)
        return known


def split(record: bytes) -> tuple[bytes, bytes]:
    """The wraps of a record, and what follows them. Raises CannotOpen for another version."""
    if len(record) < 2 or record[0] != sealing.VERSION:
        raise CannotOpen("not a sealed record of a known version")
    end = 2 + record[1] * sealing.WRAP_BYTES
    return record[2:end], record[end:]


def unwrap(boxes: Sequence[SealedBox[PrivateKey]], wraps: bytes) -> bytes:
    """Key id (16) and data key (32) out of the wrap that one of the boxes opens. Raises CannotOpen."""
    size, label = sealing.WRAP_BYTES, sealing.WRAP_LABEL
    for start in range(0, len(wraps), size):
        for box in boxes:
            try:
                plain = box.decrypt(wraps[start : start + size])
            except (CryptoError, ValueError):
                continue
            if plain.startswith(label) and len(plain) == len(label) + 48:
                return plain[len(label) :]
    raise CannotOpen("sealed to another key")


def self_test() -> None:
    """Seal and open one record with a throw-away pair; raises CannotOpen if this machine cannot."""
    pair = PrivateKey.generate()
    scope, digest = UUID(bytes=os.urandom(16)), os.urandom(16)
    record = sealing.Sealer([bytes(pair.public_key)]).seal("check", scope, digest, b"check")
    if Opener([pair]).open("check", scope, digest, record) != b"check":
        raise CannotOpen("sealing and opening do not agree on this machine")
