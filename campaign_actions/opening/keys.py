"""Private keys: make them, keep them in files of 0600, read them. Worker and command line only."""

from __future__ import annotations

import os
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from campaign_actions.config import Settings
from campaign_actions.infra.sealing.public_keys import PUBLIC_LINE, PURPOSES, BadKeyFile

PRIVATE_LINE = "campaign-actions PRIVATE key"
LOCKED_LINE = "campaign-actions LOCKED key"
MIN_PASSPHRASE = 12
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
    made = make(f"{purpose}-{number}", settings.worker_keys, settings.web_keys)
    return [path.name for path in made]


def make(name: str, private_in: Path, public_in: Path, passphrase: str = "") -> tuple[Path, Path]:
    """A new key pair of that name, as "list-2", its private half locked when there is a passphrase.

    Raises FileExistsError, and OSError when a folder cannot be written.
    """
    pair = PrivateKey.generate()
    private, public = private_in / f"{name}.key", public_in / f"{name}.pub"
    line, content = (LOCKED_LINE, _lock(pair, passphrase)) if passphrase else (PRIVATE_LINE, bytes(pair))
    _write(private, f"{line} {name}\n{b64encode(content).decode()}\n")
    put_public(public, name, bytes(pair.public_key))
    return private, public


def put_public(path: Path, name: str, key: bytes) -> None:
    """Write a public key file. Raises FileExistsError."""
    _write(path, f"{PUBLIC_LINE} {name}\n{b64encode(key).decode()}\n")


def read(path: Path, ask: Callable[[str], str] | None = None) -> PrivateKey:
    """The private key in a file; `ask` gives the passphrase for a locked one, by the name of its file.

    Raises BadKeyFile, also for a wrong passphrase.
    """
    line, _end, rest = path.read_text("ascii", errors="replace").partition("\n")
    try:
        content = b64decode(rest.split("\n")[0], validate=True)
        plain = PrivateKey(content) if line.startswith(PRIVATE_LINE) else None
    except (TypeError, ValueError, CryptoError) as error:
        raise BadKeyFile(f"{path.name} is not a private key file") from error
    if plain is not None:
        return plain
    if not line.startswith(LOCKED_LINE):
        raise BadKeyFile(f"{path.name} is not a private key file")
    if ask is None:
        raise BadKeyFile(f"{path.name} is locked with a passphrase: use it by hand, away from the server")
    return _unlock(content, ask(path.name), path.name)


def of_purpose(folder: Path, purpose: str) -> list[PrivateKey]:
    """All private keys for `purpose` in `folder`; none when they are kept off this machine."""
    return [read(path) for path in sorted(folder.glob(f"{purpose}-*.key"))]


def _lock(pair: PrivateKey, passphrase: str) -> bytes:
    """salt (16) || operations (4) || memory in KiB (4) || nonce (24) || XSalsa20-Poly1305 of the key (48)."""
    salt = os.urandom(argon2id.SALTBYTES)
    operations, memory = argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE
    box = SecretBox(argon2id.kdf(SecretBox.KEY_SIZE, _typed(passphrase), salt, operations, memory))
    return salt + operations.to_bytes(4) + (memory // 1024).to_bytes(4) + box.encrypt(bytes(pair))


def _unlock(content: bytes, passphrase: str, name: str) -> PrivateKey:
    salt, operations, memory = content[:16], int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    # What a file says costs this machine; no key of ours asks for more.
    if len(content) != 96 or operations > 16 or memory > 4 * 1024 * 1024:
        raise BadKeyFile(f"{name} is not a private key file")
    try:
        key = argon2id.kdf(SecretBox.KEY_SIZE, _typed(passphrase), salt, operations, memory * 1024)
        return PrivateKey(SecretBox(key).decrypt(content[24:]))
    except (CryptoError, ValueError) as error:
        raise BadKeyFile(f"{name} does not open with this passphrase") from error


def _typed(passphrase: str) -> bytes:
    """As bytes, the same from every keyboard."""
    return unicodedata.normalize("NFKC", passphrase).encode()


def _number(path: Path) -> int:
    digits = path.stem.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
