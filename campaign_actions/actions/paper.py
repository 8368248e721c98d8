"""Paper sheets: how many lines they have, and the code that says which words were signed on them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

LINES = 12
# No letters or digits that are written or read alike.
_LETTERS = "ABCDEFGHKMNPQRSTUVWXYZ23456789"
_LENGTH = 5
_CODE = re.compile(rf"([{_LETTERS}]{{{_LENGTH}}})-?([1-9][0-9]{{0,3}})-?([A-Z]{{2,3}}(?:-[A-Z0-9]{{2,4}})?)")


@dataclass(frozen=True)
class Code:
    """What a sheet's code says: five letters for the action, version and language of its text."""

    letters: str
    version: int
    locale: str


def sheet_code(action_id: UUID, version: int, locale: str) -> str:
    """The code printed on a sheet, like "K7Q2M-1-EN": action, version of the text, its language.

    It is the same on every sheet with these words, so copies may be made of one; sheets are told
    apart by the number that whoever collects them writes beside it.
    """
    return f"{letters_of(action_id)}-{version}-{locale.upper()}"


def letters_of(action_id: UUID) -> str:
    """The five letters with which the codes of an action's sheets begin."""
    number = int.from_bytes(hashlib.sha256(b"paper sheet" + action_id.bytes).digest()[:8], "big")
    letters = ""
    for _place in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def read_code(typed: str) -> Code | None:
    """A code as somebody types it off a sheet, small letters and blanks included; None for no code."""
    found = _CODE.fullmatch("".join(typed.split()).upper())
    return Code(found[1], int(found[2]), found[3].lower()) if found else None
