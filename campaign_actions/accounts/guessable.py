"""Passwords that guessing programs try first, however people dress them up."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_LIST = Path(__file__).resolve().parent.parent / "data" / "common-passwords.txt"
_LETTERS = str.maketrans("@4031!5$7", "aaoeiisst")
_SMALL = re.compile(r"[\W_]")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ROWS = (
    "0123456789012345678901234567890",
    "9876543210987654321098765432109",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "йцукенгшщзхъфывапролджэячсмитьбю",
)


def is_common(password: str) -> bool:
    """Whether `password`, of any length, is one that guessing programs try early.

    Finds a known word with anything short around it, in any case and with the usual
    digits for letters, one short piece over and over, and rows of the keyboard.
    """
    plain = _SMALL.sub("", password.casefold())
    if not plain:
        return _repeats(password)
    return _repeats(plain) or any(plain in row for row in _ROWS) or _word_inside(password)


def _repeats(text: str) -> bool:
    longest = min(len(text) // 2, 4)
    return not text or any((text[:size] * len(text))[: len(text)] == text for size in range(1, longest + 1))


def _word_inside(password: str) -> bool:
    core = _AROUND.sub("", password.casefold())
    for text in (core, core.translate(_LETTERS)):
        word = _SMALL.sub("", text)
        if word in _words() or _repeats(word) or any(word in row for row in _ROWS):
            return True
    return False


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(_LIST.read_text("utf-8").split())
