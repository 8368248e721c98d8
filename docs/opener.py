"""Open sealed signatures with a private key and nothing of Campaign Actions: needs Python and PyNaCl.

    python3 opener.py list-1.key campaign.db
writes every confirmed signature of a SQLite database as a line of JSON; what does not open is
named on standard error, and the exit status is 1. sealed-format.md has every byte.
"""

import json
import sqlite3
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

WRAP, NONCE, LABEL, PAD_TO = 109, 24, b"CA1 data key\0", 256
CONFIRMED = """SELECT a.slug, s.action_id, s.email_digest, s.sealed, s.country, s.level, s.signed_on
               FROM signature s JOIN action a ON a.id = s.action_id
               WHERE s.state = 1 ORDER BY a.slug, s.signed_on, s.email_digest"""


class Refused(Exception):
    """The record is not for this key, not from this row, or not whole."""


def read_key(path: str) -> bytes:
    """The 32 bytes of a private key file: a line that names it, then base64. Raises Refused."""
    name, *text = Path(path).read_text("ascii", errors="replace").split("\n")
    if not name.startswith("campaign-actions PRIVATE key"):
        raise Refused("not a private key file")
    return b64decode("".join(text))


def open_record(key: bytes, kind: str, scope: bytes, digest: bytes, record: bytes) -> bytes:
    """The payload of `record`; `scope` and `digest` have 16 bytes. Raises Refused."""
    if len(record) < 2 or record[0] != 1:
        raise Refused("not a sealed record of version 1")
    end = 2 + record[1] * WRAP
    key_id, data_key = unwrap(key, record[2:end])
    bound_to = b"campaign-actions/1\0" + kind.encode() + b"\0" + scope + digest + key_id
    try:
        padded = decrypt(record[end + NONCE :], bound_to, record[end : end + NONCE], data_key)
        return bytes(sodium_unpad(padded, PAD_TO))
    except (CryptoError, ValueError) as error:
        raise Refused("the record was altered, or belongs to another row") from error


def unwrap(key: bytes, wraps: bytes) -> tuple[bytes, bytes]:
    """Key id and data key out of the wrap that `key` opens."""
    for start in range(0, len(wraps), WRAP):
        try:
            plain = SealedBox(PrivateKey(key)).decrypt(wraps[start : start + WRAP])
        except (CryptoError, ValueError):
            continue
        if plain.startswith(LABEL) and len(plain) == len(LABEL) + 48:
            return plain[len(LABEL) : -32], plain[-32:]
    raise Refused("sealed to another key")


def lines(key: bytes, database: str) -> Iterator[tuple[bool, str]]:
    """A line for each confirmed signature, and whether it was opened."""
    rows = sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=ro", uri=True).execute(CONFIRMED)
    for slug, action, digest, sealed, country, level, day in rows:
        try:
            person = json.loads(open_record(key, "signature", bytes.fromhex(action), digest, sealed))
            clear = {"action": slug, "country": country, "level": level, "day": day}
            yield True, json.dumps(clear | person, ensure_ascii=False)
        except Refused as error:
            yield False, f"{slug}, signature {digest.hex()}: {error}"


if __name__ == "__main__":
    status = 0
    for opened, line in lines(read_key(sys.argv[1]), sys.argv[2]):
        (sys.stdout if opened else sys.stderr).write(line + "\n")
        status = status if opened else 1
    sys.exit(status)
