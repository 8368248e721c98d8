"""A waiting person's own details, readable only with the key their page or their link holds.

The preview is two boxes: the page key under a key derived from the link secret, then the
details under a key derived from the page key. So both the check-your-email page and the
mailed link open it, the page holder cannot make the link, and the server alone has neither.
"""

from __future__ import annotations

import hmac

from nacl.exceptions import CryptoError
from nacl.secret import Aead

PAGE_KEY_BYTES = 16
_WRAP_BYTES = 24 + PAGE_KEY_BYTES + 16
_PAD_TO = 64


def make(link_secret: bytes, page_key: bytes, details: bytes) -> bytes:
    """The bytes kept beside a waiting row."""
    wrapped = Aead(_derived(link_secret, b"preview link")).encrypt(page_key)
    padded = details + b" " * (-len(details) % _PAD_TO)
    return bytes(wrapped) + bytes(Aead(_derived(page_key, b"preview page")).encrypt(padded))


def open_with_page_key(preview: bytes, page_key: bytes) -> bytes | None:
    """The details, or None when `page_key` is not the right one."""
    try:
        details: bytes = Aead(_derived(page_key, b"preview page")).decrypt(preview[_WRAP_BYTES:])
    except (CryptoError, ValueError):
        return None
    return details.rstrip(b" ")


def open_with_link(preview: bytes, link_secret: bytes) -> bytes | None:
    """The details, or None when `link_secret` is not the right one."""
    try:
        page_key: bytes = Aead(_derived(link_secret, b"preview link")).decrypt(preview[:_WRAP_BYTES])
    except (CryptoError, ValueError):
        return None
    return open_with_page_key(preview, page_key)


def _derived(secret: bytes, label: bytes) -> bytes:
    return hmac.digest(secret, label, "sha256")
