"""The committed records open for ever: by the site, by the stand-alone opener, and step by step."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from nacl import bindings
from nacl.public import PrivateKey

from campaign_actions.infra.sealing import previews
from campaign_actions.opening.records import CannotOpen, Opener
from tests.support.opener import OPENER, the_opener
from tests.support.source import ROOT

VECTORS = json.loads((ROOT / "docs" / "sealed-vectors.json").read_text("utf-8"))
RECORDS = VECTORS["records"]
PREVIEW = VECTORS["preview"]

each_record = pytest.mark.parametrize("vector", RECORDS, ids=[vector["name"] for vector in RECORDS])


def key(name: str) -> bytes:
    return bytes.fromhex(VECTORS["private_keys"][name])


def parts(vector: dict[str, Any]) -> tuple[str, UUID, bytes, bytes]:
    scope = UUID(bytes=bytes.fromhex(vector["scope"]))
    return vector["kind"], scope, bytes.fromhex(vector["digest"]), bytes.fromhex(vector["record"])


@each_record
def test_the_site_opens_it_with_each_key_alone(vector: dict[str, Any]) -> None:
    for name in vector["opened_by"]:
        assert Opener([PrivateKey(key(name))]).open(*parts(vector)).decode() == vector["payload"]


@each_record
def test_the_stand_alone_opener_opens_it_too(vector: dict[str, Any]) -> None:
    kind, scope, digest, record = parts(vector)
    for name in vector["opened_by"]:
        assert (
            the_opener().open_record(key(name), kind, scope.bytes, digest, record).decode()
            == vector["payload"]
        )


@each_record
def test_no_other_key_opens_it(vector: dict[str, Any]) -> None:
    others = set(VECTORS["private_keys"]) - set(vector["opened_by"])
    assert others
    kind, scope, digest, record = parts(vector)
    opener = the_opener()
    for name in others:
        with pytest.raises(CannotOpen, match="sealed to another key"):
            Opener([PrivateKey(key(name))]).open(kind, scope, digest, record)
        with pytest.raises(opener.Refused, match="sealed to another key"):
            opener.open_record(key(name), kind, scope.bytes, digest, record)


@each_record
def test_its_bytes_are_those_of_the_format_page(vector: dict[str, Any]) -> None:
    kind, scope, digest, record = parts(vector)
    count = len(vector["opened_by"])
    assert record[:2] == bytes([1, count])
    for place, name in enumerate(vector["opened_by"]):
        wrap = record[2 + 109 * place : 2 + 109 * (place + 1)]
        opened = sealed_box_by_hand(wrap, key(name))
        assert opened == b"CA1 data key\0" + bytes.fromhex(vector["key_id"] + vector["data_key"])
    rest = record[2 + 109 * count :]
    bound = (
        b"campaign-actions/1\0"
        + kind.encode()
        + b"\0"
        + scope.bytes
        + digest
        + bytes.fromhex(vector["key_id"])
    )
    padded = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
        rest[24:], bound, rest[:24], bytes.fromhex(vector["data_key"])
    )
    payload = vector["payload"].encode()
    assert padded == payload + b"\x80" + bytes(-(len(payload) + 1) % 256)


def sealed_box_by_hand(wrap: bytes, private: bytes) -> bytes:
    """A sealed box opened from its parts: ephemeral key, nonce of both keys, XSalsa20-Poly1305."""
    ephemeral, boxed = wrap[:32], wrap[32:]
    own = bytes(PrivateKey(private).public_key)
    nonce = hashlib.blake2b(ephemeral + own, digest_size=24).digest()
    box_key = bindings.crypto_box_beforenm(ephemeral, private)
    return bindings.crypto_secretbox_open(boxed, nonce, box_key)


def test_public_keys_belong_to_the_private_ones() -> None:
    found = {name: bytes(PrivateKey(key(name)).public_key).hex() for name in VECTORS["private_keys"]}
    assert found == VECTORS["public_keys"]


def test_the_preview_opens_with_the_link_and_with_the_page_key() -> None:
    preview = bytes.fromhex(PREVIEW["preview"])
    details = PREVIEW["details"].encode()
    assert previews.open_with_link(preview, bytes.fromhex(PREVIEW["link_secret"])) == details
    assert previews.open_with_page_key(preview, bytes.fromhex(PREVIEW["page_key"])) == details
    assert previews.open_with_link(preview, bytes.fromhex(PREVIEW["page_key"])) is None
    assert previews.open_with_page_key(preview, bytes.fromhex(PREVIEW["link_secret"])) is None
    assert len(preview) == 56 + 24 + 64 + 16


def test_the_opener_stays_short() -> None:
    assert len(OPENER.read_text().splitlines()) <= 80
