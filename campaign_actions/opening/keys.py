"""Private keys: make them, keep them in files of 0600, read them. Worker and command line only."""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from campaign_actions.config import Settings
from campaign_actions.infra.sealing.public_keys import PURPOSES, BadKeyFile

PUBLIC_LINE = "campaign-actions public key"
PRIVATE_LINE = "campaign-actions PRIVATE key"
# By another name, so that nobody else needs to know the cipher.
Private = PrivateKey


def make_first(settings: Settings) -> list[str]:
    """Make every key and secret that is missing; what exists is never touched.

    Gives the names of the files made. Raises OSError when the data folder cannot be written.
    """
    for folder in (settings.data, settings.data / "keys", settings.web_keys, settings.worker_keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for purpose in PURPOSES:
        if not list(settings.web_keys.glob(f"{purpose}-*.pub")):
            made += make_pair(settings, purpose)
    for name in ("pepper.key", "secret.key"):
        path = settings.web_keys / name
        if not path.exists():
            _write(path, secrets.token_hex(32) + "\n")
            made.append(name)
    return made


def make_pair(settings: Settings, purpose: str) -> list[str]:
    """One more key pair for `purpose`: the public half to `keys/web`, the private to `keys/worker`.

    The private half is written first, so that nothing is ever sealed to a key nobody has.
    """
    number = 1 + max((_number(path) for path in settings.web_keys.glob(f"{purpose}-*.pub")), default=0)
    private = PrivateKey.generate()
    key_path = settings.worker_keys / f"{purpose}-{number}.key"
    public_path = settings.web_keys / f"{purpose}-{number}.pub"
    _write(key_path, f"{PRIVATE_LINE} {purpose}-{number}\n{b64encode(bytes(private)).decode()}\n")
    public = b64encode(bytes(private.public_key)).decode()
    _write(public_path, f"{PUBLIC_LINE} {purpose}-{number}\n{public}\n")
    return [key_path.name, public_path.name]


def read(path: Path) -> PrivateKey:
    """The private key in a file. Raises BadKeyFile."""
    lines = path.read_text("ascii", errors="replace").split("\n")
    if len(lines) < 2 or not lines[0].startswith(PRIVATE_LINE):
        raise BadKeyFile(f"{path.name} is not a private key file")
    try:
        return PrivateKey(b64decode(lines[1], validate=True))
    except (TypeError, ValueError, CryptoError) as error:
        raise BadKeyFile(f"{path.name} is not a private key file") from error


def of_purpose(folder: Path, purpose: str) -> list[PrivateKey]:
    """All private keys for `purpose` in `folder`; none when they are kept off this machine."""
    return [read(path) for path in sorted(folder.glob(f"{purpose}-*.key"))]


def _number(path: Path) -> int:
    digits = path.stem.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
