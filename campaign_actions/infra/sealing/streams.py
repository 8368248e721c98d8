"""Sealed streams: bytes of any length sealed as a whole, as a backup is. This half cannot open one.

Format, version 1:

    stream = head || header (24) || pieces
    head   = "campaign-actions stream 1" 0x0a || n (1 byte) || n wraps (94 bytes each)
    wrap   = sealed_box(public key, "CA1 stream key" || stream key (32))
    piece  = one message of the stream, 65,536 bytes of text, the last one fewer or none

The stream is XChaCha20-Poly1305 with a final tag on its last piece, so that a cut stream is known from a
whole one; each piece carries the head as associated data.
Source: libsodium's sealed boxes and secretstream; docs/sealed-format.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from nacl import bindings
from nacl.public import PublicKey, SealedBox

from campaign_actions.infra.sealing.records import CannotSeal

MAGIC = b"campaign-actions stream 1\n"
LABEL = b"CA1 stream key"
KEY_BYTES = 32
WRAP_BYTES = 48 + len(LABEL) + KEY_BYTES
PIECE_BYTES = 65_536
EXTRA_BYTES = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
MORE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class SealedStream:
    """Seals what is written to it into a file; only what `finish` has ended will open."""

    def __init__(self, file: BinaryIO, recipients: Sequence[bytes]) -> None:
        """`recipients`: public keys of 32 bytes, each of which alone opens it. Raises CannotSeal for none."""
        if not recipients:
            raise CannotSeal("no public key to seal to")
        key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
        wraps = [SealedBox(PublicKey(one)).encrypt(LABEL + key) for one in recipients]
        self._head = MAGIC + bytes([len(wraps)]) + b"".join(wraps)
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        self._file = file
        self._rest = bytearray()
        file.write(self._head)
        file.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    def write(self, data: bytes) -> int:
        """Take `data`; gives how many bytes that were, which is all."""
        self._rest += data
        while len(self._rest) > PIECE_BYTES:
            self._push(bytes(self._rest[:PIECE_BYTES]), MORE)
            del self._rest[:PIECE_BYTES]
        return len(data)

    def finish(self) -> None:
        """Seal what is left and end the stream."""
        self._push(bytes(self._rest), LAST)

    def _push(self, text: bytes, tag: int) -> None:
        push = bindings.crypto_secretstream_xchacha20poly1305_push
        self._file.write(push(self._state, text, ad=self._head, tag=tag))
