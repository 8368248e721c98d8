"""A passkey in software: makes keys and signs questions as a phone does, falsely where a test wants."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text_of(raw: bytes) -> str:
    """Bytes as browsers send them."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One key. `counts` are the numbers it gives with its next answers; when they are used up, 0."""

    origin: str = "https://site.example"
    host: str = "site.example"
    flags: int = PRESENT | VERIFIED
    counts: list[int] = field(default_factory=list)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, question: str, **client: Any) -> str:
        """The answer to a question for a new key, as the script of the page sends it."""
        point = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + cbor2.dumps(public)
        told = cbor2.dumps(
            {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | ATTESTED) + attested}
        )
        signed = self._client(question, "webauthn.create", client)
        return self._answer({"clientDataJSON": text_of(signed), "attestationObject": text_of(told)})

    def sign(self, question: str, **client: Any) -> str:
        """The answer to a question for proof."""
        data, signed = self._data(self.flags), self._client(question, "webauthn.get", client)
        signature = self._key.sign(data + hashlib.sha256(signed).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": signed, "authenticatorData": data, "signature": signature}
        return self._answer({name: text_of(part) for name, part in parts.items()})

    def _data(self, flags: int) -> bytes:
        count = self.counts.pop(0) if self.counts else 0
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, question: str, kind: str, client: dict[str, Any]) -> bytes:
        challenge = json.loads(question)["challenge"]
        usual = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(usual | client).encode()

    def _answer(self, response: dict[str, str]) -> str:
        shown = text_of(self.credential_id)
        return json.dumps({"id": shown, "rawId": shown, "type": "public-key", "response": response})


def challenge_of(question: str) -> bytes:
    """The bytes a question wants signed."""
    asked: str = json.loads(question)["challenge"]
    return urlsafe_b64decode(f"{asked}===")
