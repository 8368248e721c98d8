"""Opening streams: a sealed backup back to its bytes; the format is in `infra.sealing.streams`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from campaign_actions.infra.sealing import streams
from campaign_actions.opening.records import CannotOpen


def pieces(file: BinaryIO, private_keys: Sequence[PrivateKey]) -> Iterator[bytes]:
    """What was sealed, in pieces of at most 65,536 bytes.

    Each piece is proved before it is given, the whole only once the last has come. Raises CannotOpen
    for another key, for a changed byte, and for a file that was cut or added to.
    """
    head = _head(file)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    pull = bindings.crypto_secretstream_xchacha20poly1305_pull
    try:
        key = _key(head, private_keys)
        header = file.read(streams.HEADER_BYTES)
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
        tag = streams.MORE
        while tag != streams.LAST:
            text, tag = pull(state, file.read(streams.PIECE_BYTES + streams.EXTRA_BYTES), ad=head)
            yield text
    except (CryptoError, ValueError, TypeError) as error:
        raise CannotOpen("it was cut or altered") from error
    if file.read(1):
        raise CannotOpen("something was added to it")


def _head(file: BinaryIO) -> bytes:
    start = file.read(len(streams.MAGIC) + 1)
    if len(start) <= len(streams.MAGIC) or not start.startswith(streams.MAGIC):
        raise CannotOpen("it is no sealed stream of a known version")
    return start + file.read(start[-1] * streams.WRAP_BYTES)


def _key(head: bytes, private_keys: Sequence[PrivateKey]) -> bytes:
    wraps, size = head[len(streams.MAGIC) + 1 :], streams.WRAP_BYTES
    for start in range(0, len(wraps), size):
        for private in private_keys:
            try:
                plain = SealedBox(private).decrypt(wraps[start : start + size])
            except CryptoError:
                continue
            if plain.startswith(streams.LABEL):
                return plain[len(streams.LABEL) :]
    raise CannotOpen("it is sealed to another key")
