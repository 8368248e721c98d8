"""Passwords: hashed with Argon2id, compared with the same work for everybody, common ones refused."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from campaign_actions.accounts.guessable import is_common
from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _

MIN_CHARACTERS = 12
MAX_CHARACTERS = 1024

# Without letters and digits that look alike when somebody types them off a screen.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str, *, fast: bool = False) -> str:
    """An Argon2id hash with its parameters, under 200 characters; `fast` is for tests only.

    19 MiB, two passes, one lane. Raises Refused for more than 1,024 characters, before hashing.
    Source: OWASP Password Storage Cheat Sheet.
    """
    if len(password) > MAX_CHARACTERS:
        raise Refused(_("Use a password of at most 1,024 characters."), field="password")
    return _hasher(fast).hash(_bytes(password))


def matches(stored: str | None, password: str, *, fast: bool = False) -> bool:
    """Whether `password` belongs to the hash `stored`; None (no such user) costs the same and is False.

    Over 1,024 characters it is False without hashing.
    """
    decoy = _decoy(fast)
    if len(password) > MAX_CHARACTERS:
        return False
    try:
        _hasher(fast).verify(stored or decoy, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str, *, fast: bool = False) -> bool:
    """Whether `stored` was made with other parameters than those of today."""
    return _hasher(fast).check_needs_rehash(stored)


def check_new(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise Refused, for the field "password", unless it may be somebody's new password.

    12 to 1,024 characters, whatever they are; no common one, and not made of the user's own
    name or address, given in `about`.
    """
    if len(password) < MIN_CHARACTERS:
        raise Refused(_("Use a password of 12 characters or more."), field="password")
    if len(password) > MAX_CHARACTERS:
        raise Refused(_("Use a password of at most 1,024 characters."), field="password")
    if is_common(password) or _is_about(password, about):
        raise Refused(_("Choose a password that is harder to guess, such as four words."), field="password")


def drawn() -> str:
    """A new random password of four groups of five characters, 99 bits, easy to type off a screen."""
    groups = ("".join(secrets.choice(_ALPHABET) for _place in range(5)) for _group in range(4))
    return "-".join(groups)


def _is_about(password: str, about: tuple[str, ...]) -> bool:
    plain = "".join(letter for letter in password.casefold() if letter.isalpha())
    own = {"".join(letter for letter in text.casefold() if letter.isalpha()) for text in about}
    return plain in own - {""}


@lru_cache(maxsize=2)
def _hasher(fast: bool) -> PasswordHasher:
    if fast:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@lru_cache(maxsize=2)
def _decoy(fast: bool) -> str:
    return _hasher(fast).hash(secrets.token_bytes(16))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
