"""Sealing: personal data to bytes that only a private key opens. This half cannot open anything.

Format, version 1:

    record  = 0x01 || n (1 byte) || n wraps (109 bytes each) || nonce (24) || ciphertext
    wrap    = sealed_box(public key, "CA1 data key" 0x00 || key id (16) || data key (32))
    text    = XChaCha20-Poly1305(data key, nonce, padded, associated data)
    associated data = "campaign-actions/1" 0x00 || kind || 0x00 || scope (16) || digest (16) || key id
    padded  = payload, ISO 7816-4 padding to a multiple of 256

Source: libsodium's sealed boxes and AEAD; docs/sealed-format.md has every byte.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from nacl.bindings import sodium_pad
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.secret import Aead

from campaign_actions.errors import Busy

log = logging.getLogger(__name__)

VERSION = 1
WRAP_BYTES = 109
WRAP_LABEL = b"CA1 data key\0"
PAD_TO = 256
MAX_RECORDS = 1000
MAX_SECONDS = 600.0
NO_DIGEST = bytes(16)


class CannotSeal(RuntimeError):
    """There is no public key to seal to, so nothing may be stored."""


@dataclass(frozen=True)
class _DataKey:
    process: int
    id: bytes
    box: Aead
    wraps: bytes
    born: float


def associated_data(kind: str, scope: UUID, digest: bytes, key_id: bytes) -> bytes:
    """What binds a record to its kind, its action or letter, its row and its data key."""
    return b"campaign-actions/1\0" + kind.encode() + b"\0" + scope.bytes + digest + key_id


def wrap(boxes: Sequence[SealedBox[PublicKey]], keys: bytes) -> bytes:
    """Key id and data key, sealed to each of the boxes."""
    return b"".join(box.encrypt(WRAP_LABEL + keys) for box in boxes)


def head(recipients: int) -> bytes:
    """What a record for so many keys begins with."""
    return bytes([VERSION, recipients])


class Sealer:
    """Seals records to one set of public keys, each of which alone opens them.

    Draws a data key when first needed and drops it after 1,000 records or ten minutes;
    a forked process draws its own. Safe to use from several threads.
    """

    def __init__(self, recipients: Sequence[bytes], *, seconds: Callable[[], float] = time.monotonic) -> None:
        """`recipients`: public keys of 32 bytes; `seconds`: a clock that never goes back.

        Raises CannotSeal when there is no recipient.
        """
        if not recipients:
            raise CannotSeal("no public key to seal to")
        self._boxes = [SealedBox(PublicKey(key)) for key in recipients]
        self._seconds = seconds
        self._lock = threading.Lock()
        self._current: _DataKey | None = None
        self._used = 0

    def seal(self, kind: str, scope: UUID, digest: bytes, payload: bytes) -> bytes:
        """`payload` as a record bound to `kind`, `scope` and `digest` (16 bytes).

        Raises ValueError for a digest of another size, Busy when the library or the system fails.
        """
        if len(digest) != 16:
            raise ValueError("a digest has 16 bytes")
        try:
            key = self._data_key()
            padded = sodium_pad(payload, PAD_TO)
            sealed = key.box.encrypt(padded, associated_data(kind, scope, digest, key.id))
        except (CryptoError, OSError):
            log.exception("sealing failed")
            raise Busy from None
        return head(len(self._boxes)) + key.wraps + sealed

    def _data_key(self) -> _DataKey:
        with self._lock:
            key = self._current
            stale = (
                key is None
                or key.process != os.getpid()
                or self._used >= MAX_RECORDS
                or self._seconds() - key.born > MAX_SECONDS
            )
            if key is None or stale:
                key = self._current = self._draw()
                self._used = 0
            self._used += 1
            return key

    def _draw(self) -> _DataKey:
        key_id, data_key = os.urandom(16), os.urandom(32)
        wraps = wrap(self._boxes, key_id + data_key)
        return _DataKey(os.getpid(), key_id, Aead(data_key), wraps, self._seconds())
