"""Sealing and opening: what goes in comes out, for each recipient alone, and nothing else opens."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from campaign_actions.infra.sealing.records import (
    MAX_RECORDS,
    MAX_SECONDS,
    NO_DIGEST,
    VERSION,
    WRAP_BYTES,
    CannotSeal,
    Sealer,
)
from campaign_actions.opening import records
from campaign_actions.opening.records import CannotOpen, Opener
from tests.support.opener import the_opener
from tests.support.source import ROOT

ONE, OTHER, STRANGER = PrivateKey.generate(), PrivateKey.generate(), PrivateKey.generate()
SCOPE, DIGEST = UUID(int=7), bytes(range(16))

payloads = st.binary(max_size=2000)
kinds = st.sampled_from(["signature", "letter", "updates", "check"])
digests = st.binary(min_size=16, max_size=16)


def sealer(*keys: PrivateKey) -> Sealer:
    return Sealer([bytes(key.public_key) for key in keys])


def wraps_of(record: bytes) -> bytes:
    return record[2 : 2 + record[1] * WRAP_BYTES]


def sealed(payload: bytes = b"Marta", *keys: PrivateKey) -> bytes:
    return sealer(*(keys or (ONE,))).seal("signature", SCOPE, DIGEST, payload)


@given(kind=kinds, scope=st.uuids(), digest=digests, payload=payloads)
def test_each_of_two_recipients_alone_opens_it(kind: str, scope: UUID, digest: bytes, payload: bytes) -> None:
    record = sealer(ONE, OTHER).seal(kind, scope, digest, payload)
    opener = the_opener()
    for key in (ONE, OTHER):
        assert Opener([key]).open(kind, scope, digest, record) == payload
        assert opener.open_record(bytes(key), kind, scope.bytes, digest, record) == payload
    with pytest.raises(CannotOpen, match="sealed to another key"):
        Opener([STRANGER]).open(kind, scope, digest, record)


@given(payload=payloads)
def test_the_size_tells_only_how_many_blocks_of_256(payload: bytes) -> None:
    blocks = len(payload) // 256 + 1
    assert len(sealed(payload)) == 2 + 109 + 24 + 256 * blocks + 16
    assert len(sealed(payload, ONE, OTHER)) == 2 + 2 * 109 + 24 + 256 * blocks + 16


@given(payload=payloads, data=st.data())
def test_a_flipped_bit_is_refused(payload: bytes, data: st.DataObject) -> None:
    record = bytearray(sealed(payload))
    place = data.draw(st.integers(0, len(record) * 8 - 1))
    record[place // 8] ^= 1 << place % 8
    refused_by_both(bytes(record))


@given(data=st.data())
def test_a_record_cut_short_or_made_longer_is_refused(data: st.DataObject) -> None:
    record = sealed()
    refused_by_both(record[: data.draw(st.integers(0, len(record) - 1))])
    refused_by_both(record + data.draw(st.binary(min_size=1, max_size=300)))


def refused_by_both(
    record: bytes, kind: str = "signature", scope: UUID = SCOPE, digest: bytes = DIGEST
) -> None:
    opener = the_opener()
    with pytest.raises(CannotOpen):
        Opener([ONE]).open(kind, scope, digest, record)
    with pytest.raises(opener.Refused):
        opener.open_record(bytes(ONE), kind, scope.bytes, digest, record)


def test_a_record_of_another_row_action_or_kind_is_refused() -> None:
    record = sealed()
    assert Opener([ONE]).open("signature", SCOPE, DIGEST, record) == b"Marta"
    refused_by_both(record, digest=bytes(16))
    refused_by_both(record, scope=uuid4())
    refused_by_both(record, kind="updates")


def test_a_damaged_wrap_shuts_out_its_own_recipient_alone() -> None:
    record = bytearray(sealed(b"Marta", ONE, OTHER))
    record[2] ^= 1
    with pytest.raises(CannotOpen):
        Opener([ONE]).open("signature", SCOPE, DIGEST, bytes(record))
    assert Opener([OTHER]).open("signature", SCOPE, DIGEST, bytes(record)) == b"Marta"


def test_a_box_for_the_key_that_holds_something_else_is_refused() -> None:
    boxed = SealedBox(PublicKey(bytes(ONE.public_key))).encrypt(b"CA9 data key\0" + bytes(48))
    record = sealed()
    refused_by_both(record[:2] + boxed + record[2 + WRAP_BYTES :])
    refused_by_both(bytes([VERSION, 0]) + record[2 + WRAP_BYTES :])


def test_what_refuses_says_nothing_of_what_was_inside() -> None:
    with pytest.raises(CannotOpen) as refused:
        Opener([ONE]).open("signature", SCOPE, bytes(16), sealed(b"Marta"))
    assert str(refused.value) == "the record was altered, or belongs to another row"


def test_the_same_payload_never_gives_the_same_bytes() -> None:
    same = sealer(ONE)
    assert len({same.seal("signature", SCOPE, DIGEST, b"Marta") for _turn in range(50)}) == 50


def test_a_thousand_records_share_wraps_and_the_next_does_not() -> None:
    same = sealer(ONE, OTHER)
    made = [same.seal("signature", SCOPE, DIGEST, b"x") for _turn in range(MAX_RECORDS + 1)]
    assert MAX_RECORDS == 1000
    assert len({wraps_of(record) for record in made[:1000]}) == 1
    assert wraps_of(made[1000]) != wraps_of(made[999])
    opener = Opener([OTHER])
    assert {opener.open("signature", SCOPE, DIGEST, record) for record in made} == {b"x"}


def test_after_ten_minutes_a_new_data_key_is_drawn() -> None:
    now = [0.0]
    same = Sealer([bytes(ONE.public_key)], seconds=lambda: now[0])
    first = same.seal("signature", SCOPE, DIGEST, b"x")
    now[0] = MAX_SECONDS
    last = same.seal("signature", SCOPE, DIGEST, b"x")
    now[0] = MAX_SECONDS + 0.1
    late = same.seal("signature", SCOPE, DIGEST, b"x")
    assert MAX_SECONDS == 600
    assert wraps_of(first) == wraps_of(last) != wraps_of(late)


def test_threads_never_put_more_than_a_thousand_records_under_one_data_key() -> None:
    same = sealer(ONE)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _turn: wraps_of(same.seal("check", SCOPE, NO_DIGEST, b"x")), range(2500)))
    assert sorted(Counter(made).values()) == [500, 1000, 1000]


def test_a_forked_process_draws_its_own_data_key() -> None:
    story = """
import os, sys
from uuid import UUID
from campaign_actions.infra.sealing.records import Sealer
sealer = Sealer([bytes.fromhex(sys.argv[1])])
seal = lambda: sealer.seal("check", UUID(int=7), bytes(16), b"x").hex()
before = seal()
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, seal().encode())
    os._exit(0)
os.close(writing)
child = os.fdopen(reading).read()
sys.stdout.write("\\n".join([before, child, seal()]))
"""
    command = [sys.executable, "-c", story, bytes(ONE.public_key).hex()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    before, child, after = (bytes.fromhex(line) for line in done.stdout.split("\n"))
    assert wraps_of(before) == wraps_of(after) != wraps_of(child)
    for record in (before, child, after):
        assert Opener([ONE]).open("check", UUID(int=7), bytes(16), record) == b"x"


def test_more_data_keys_than_are_remembered_still_open() -> None:
    made = [sealed(str(number).encode()) for number in range(80)]
    opener = Opener([ONE])
    for turn in (made, made[::-1]):
        found = [opener.open("signature", SCOPE, DIGEST, record) for record in turn]
        assert sorted(map(int, found)) == list(range(80))


def test_without_a_key_nothing_is_sealed_or_opened() -> None:
    with pytest.raises(CannotSeal):
        Sealer([])
    with pytest.raises(CannotOpen):
        Opener([])


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_digest_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        sealer(ONE).seal("signature", SCOPE, bytes(size), b"x")


def test_this_machine_can_seal_and_open() -> None:
    records.self_test()
