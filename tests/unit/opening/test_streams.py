"""A stream opens with its key to exactly what was sealed, and not at all once a byte of it is missing."""

from __future__ import annotations

import io
import os

import pytest
from nacl.public import PrivateKey

from campaign_actions.infra.sealing import streams
from campaign_actions.infra.sealing.streams import SealedStream
from campaign_actions.opening.records import CannotOpen
from campaign_actions.opening.streams import pieces

PAIR, OTHER = PrivateKey.generate(), PrivateKey.generate()
PIECE = streams.PIECE_BYTES


def sealed(text: bytes, *recipients: PrivateKey, step: int = 10_000) -> bytes:
    file = io.BytesIO()
    stream = SealedStream(file, [bytes(one.public_key) for one in recipients or (PAIR,)])
    for start in range(0, len(text), step):
        stream.write(text[start : start + step])
    stream.finish()
    return file.getvalue()


def opened(stream: bytes, *keys: PrivateKey) -> bytes:
    return b"".join(pieces(io.BytesIO(stream), keys or (PAIR,)))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_any_size_comes_back_as_it_was(size: int) -> None:
    text = os.urandom(size)
    assert opened(sealed(text)) == text
    assert opened(sealed(text, step=200_000)) == text


def test_each_of_two_keys_opens_it_and_a_third_does_not() -> None:
    stream = sealed(b"words", PAIR, OTHER)
    assert opened(stream, PAIR) == opened(stream, OTHER) == b"words"
    with pytest.raises(CannotOpen, match="another key"):
        opened(stream, PrivateKey.generate())


def test_a_byte_changed_cut_off_or_added_is_found_wherever_it_is() -> None:
    stream = sealed(os.urandom(PIECE + 50))
    places = [0, len(streams.MAGIC), len(streams.MAGIC) + 5, 130, 145, 500, PIECE + 150, len(stream) - 1]
    for place in places:
        changed = bytearray(stream)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            opened(bytes(changed))
    for length in (*places, len(stream) - 67):
        with pytest.raises(CannotOpen):
            opened(stream[:length])
    with pytest.raises(CannotOpen):
        opened(stream + b"x")
