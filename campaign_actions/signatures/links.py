"""What a letter's link holds, what is derived from it, and the six-digit code.

A link secret `k` (16 random bytes) is only ever inside the letter. From it comes the
weaker `/my/` secret, whose hash is all the row keeps: it manages but cannot confirm.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from campaign_actions.actions.closing import DAYS_TO_CONFIRM
from campaign_actions.infra import digests

LINK_DAYS = DAYS_TO_CONFIRM
MAX_CODE_TRIES = 5
_EPOCH = date(2020, 1, 1)
_LAYOUT = struct.Struct(">8s16s16sHB")
_PAGE_LAYOUT = struct.Struct(">16s16s16s")


@dataclass(frozen=True)
class Link:
    """The parts of a link: the first 8 bytes of the action's id, digest, secret, day and letter number."""

    action_start: bytes
    digest: bytes
    secret: bytes
    day: date
    letter_no: int

    def age_days(self, today: date) -> int:
        """Days since the letter was made, as the link itself says."""
        return (today - self.day).days


@dataclass(frozen=True)
class PageKey:
    """What the check-your-email page holds: action, digest and the key that goes with the typed details."""

    action_id: UUID
    digest: bytes
    key: bytes


def new_secret() -> bytes:
    """16 random bytes for one letter."""
    return secrets.token_bytes(16)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def managing_secret(secret: bytes) -> bytes:
    """The `/my/` secret that belongs to a confirm secret; there is no way back."""
    return hmac.digest(secret, b"my", "sha256")[:16]


def hash_of_confirm(secret: bytes) -> bytes:
    """The row's link hash, from the secret in a confirm link."""
    return hash_of_managing(managing_secret(secret))


def hash_of_managing(secret: bytes) -> bytes:
    """The row's link hash, from the secret in a `/my/` link."""
    return digests.plain(b"link", secret)


def hash_of_code(page_key: bytes, code: str) -> bytes:
    """The row's code hash; useless to try codes against without the page key."""
    return digests.plain(b"code", page_key, code.encode())


def hash_of_page(page_key: bytes) -> bytes:
    """The row's page hash."""
    return digests.plain(b"page", page_key)


def write(action_id: UUID, digest: bytes, secret: bytes, day: date, letter_no: int) -> str:
    """A link token: 43 bytes as 58 letters fit for an address."""
    packed = _LAYOUT.pack(action_id.bytes[:8], digest, secret, (day - _EPOCH).days, letter_no)
    return _to_text(packed)


def read(token: str) -> Link | None:
    """The parts of a token, or None when it was cut short or changed in shape."""
    packed = _from_text(token)
    if packed is None or len(packed) != _LAYOUT.size:
        return None
    start, digest, secret, days, number = _LAYOUT.unpack(packed)
    return Link(start, digest, secret, _EPOCH + timedelta(days=days), number)


def write_page_key(key: PageKey, secret: bytes) -> str:
    """A page key as text for a hidden field; only who has the site's `secret` reads the digest in it.

    With the digest of somebody else's address a stranger could make up links, and learn from
    their pages whether that address has signed.
    """
    veiled = _veiled(key.digest, key.action_id, key.key, secret)
    return _to_text(_PAGE_LAYOUT.pack(key.action_id.bytes, veiled, key.key))


def read_page_key(text: str, secret: bytes) -> PageKey | None:
    """The page key in a hidden field, or None when it has another shape."""
    packed = _from_text(text)
    if packed is None or len(packed) != _PAGE_LAYOUT.size:
        return None
    action, veiled, key = _PAGE_LAYOUT.unpack(packed)
    action_id = UUID(bytes=action)
    return PageKey(action_id, _veiled(veiled, action_id, key, secret), key)


def _veiled(digest: bytes, action_id: UUID, key: bytes, secret: bytes) -> bytes:
    """The digest under a mask of its own, or without it again."""
    mask = digests.keyed(secret, "page digest", action_id.bytes, key)
    return bytes(one ^ other for one, other in zip(digest, mask, strict=True))


def _to_text(packed: bytes) -> str:
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


def _from_text(text: str) -> bytes | None:
    try:
        packed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (BadBase64, ValueError):
        return None
    # Base64 allows several spellings of one value; only ours is accepted.
    return packed if _to_text(packed) == text else None
