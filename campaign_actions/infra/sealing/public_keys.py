"""Public keys, read from files in `keys/web` only: a database writer cannot slip in his own."""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

PURPOSES = ("list", "mail", "updates")
PUBLIC_LINE = "campaign-actions public key"
NAME = re.compile(r"(?:list|updates|mail|backup)-[1-9][0-9]{0,3}")
_WORDS = Path(__file__).resolve().parent.parent.parent / "data" / "fingerprint-words.txt"
# One for each value of a byte; their order never changes, or fingerprints on paper would be wrong.
WORDS = tuple(_WORDS.read_text("ascii").split())


class BadKeyFile(ValueError):
    """A key file does not hold what its name promises."""


def read(path: Path) -> bytes:
    """The 32 bytes of a public key file: a line naming it, then base64.

    Raises BadKeyFile.
    """
    lines = path.read_text("ascii", errors="replace").split("\n")
    try:
        key = b64decode(lines[1], validate=True)
    except (IndexError, ValueError) as error:
        raise BadKeyFile(f"{path.name} is not a public key file") from error
    if len(key) != 32 or not lines[0].startswith(PUBLIC_LINE):
        raise BadKeyFile(f"{path.name} is not a public key file")
    return key


def name_in(path: Path) -> str:
    """The name that a public key file gives its key, as "list-2". Raises BadKeyFile."""
    name = path.read_text("ascii", errors="replace").split("\n")[0].removeprefix(PUBLIC_LINE).strip()
    if not NAME.fullmatch(name):
        raise BadKeyFile(f"{path.name} names no key that a site can have")
    return name


def of_purpose(folder: Path, purpose: str) -> list[bytes]:
    """All public keys for `purpose` ("list", "mail" or "updates"), in order of their file names."""
    return [read(path) for path in sorted(folder.glob(f"{purpose}-*.pub"))]


def named(folder: Path) -> dict[str, bytes]:
    """Every public key in `folder` by the name of its file, as "list-1". Raises BadKeyFile."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.pub"))}


def fingerprint(public_key: bytes) -> str:
    """Sixteen hex digits in groups of four, to compare a key by eye."""
    digits = sha256(public_key).hexdigest()[:16]
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def spoken(public_key: bytes) -> str:
    """The same eight bytes as eight words, to compare a key over the telephone."""
    return " ".join(WORDS[number] for number in sha256(public_key).digest()[:8])
