"""Paper sheets: how many lines they have, and the code that says which words were signed on them."""

from __future__ import annotations

import hashlib
from uuid import UUID

LINES = 12
# No letters or digits that are written or read alike.
_LETTERS = "ABCDEFGHKMNPQRSTUVWXYZ23456789"
_LENGTH = 5


def sheet_code(action_id: UUID, version: int, locale: str) -> str:
    """The code printed on a sheet, like "K7Q2M-1-EN": action, version of the text, its language.

    It is the same on every sheet with these words, so copies may be made of one; sheets are told
    apart by the number that whoever collects them writes beside it.
    """
    number = int.from_bytes(hashlib.sha256(b"paper sheet" + action_id.bytes).digest()[:8], "big")
    letters = ""
    for _place in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return f"{letters}-{version}-{locale.upper()}"
