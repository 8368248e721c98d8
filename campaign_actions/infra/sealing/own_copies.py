"""A person's own details, locked with a key that only their `/my/` link gives.

The worker, which can open the sealed record, locks its copy again; the site then keeps bytes
that neither its database nor its list key opens.
"""

from __future__ import annotations

import hmac

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import Aead

KEY_BYTES = 32
_PAD_TO = 256


def key_of(link_secret: bytes) -> bytes:
    """The key, 32 bytes, that belongs to the secret of a `/my/` link; there is no way back."""
    return hmac.digest(link_secret, b"own copy", "sha256")


def lock(key: bytes, details: bytes, *, belongs_to: bytes) -> bytes:
    """`details` as bytes that only `key` opens, and only as part of the row `belongs_to` names."""
    return bytes(Aead(key).encrypt(sodium_pad(details, _PAD_TO), belongs_to))


def unlock(key: bytes, locked: bytes, *, belongs_to: bytes) -> bytes | None:
    """The details, or None when `key` is not the right one or the bytes are another row's."""
    try:
        return bytes(sodium_unpad(Aead(key).decrypt(locked, belongs_to), _PAD_TO))
    except (CryptoError, ValueError):
        return None
