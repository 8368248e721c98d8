"""Keyed digests: what stands in the database in place of an address or a network."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

SIZE = 16


def email_digest(pepper: bytes, salt: bytes, canonical: str) -> bytes:
    """16 bytes that stand for a canonical e-mail address under one action's salt."""
    return hmac.digest(pepper, salt + canonical.encode(), "sha256")[:SIZE]


def keyed(key: bytes, purpose: str, *parts: bytes) -> bytes:
    """16 bytes over `parts` for one `purpose`; parts are length-prefixed, so they cannot run together."""
    message = purpose.encode() + b"\0" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, message, "sha256")[:SIZE]


def plain(*parts: bytes) -> bytes:
    """SHA-256 over `parts`, 32 bytes: for secrets that are long and random already."""
    return hashlib.sha256(b"\0".join(parts)).digest()


def same(one: bytes | None, other: bytes | None) -> bool:
    """Whether two digests are equal, in constant time; a missing one equals nothing."""
    return one is not None and other is not None and hmac.compare_digest(one, other)


def pepper_check(pepper: bytes) -> str:
    """Sixteen hex digits that tell a wrong pepper from the right one and nothing else."""
    return hmac.digest(pepper, b"check", "sha256")[:8].hex()


def read_secret(path: Path) -> bytes:
    """The secret in `path`, kept as hex; raises FileNotFoundError or ValueError."""
    return bytes.fromhex(path.read_text("ascii").strip())
