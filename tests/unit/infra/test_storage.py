"""Files under their digests: whole, once, found only while they are what they were, and swept up later."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from campaign_actions.infra import storage


def grown_old(path: Path) -> None:
    long_ago = time.time() - storage.STRAY_SECONDS - 1
    os.utime(path, (long_ago, long_ago))


def test_a_file_is_kept_once_for_its_owner_only(tmp_path: Path) -> None:
    digest = storage.put(tmp_path, b"one")
    assert storage.put(tmp_path, b"one") == digest
    (path,) = storage.files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert storage.get(tmp_path, digest) == b"one"
    assert storage.get(tmp_path, "0" * 64) is None


def test_a_file_that_was_changed_is_not_given_out(tmp_path: Path) -> None:
    digest = storage.put(tmp_path, b"one")
    storage.place(tmp_path, digest).write_bytes(b"two")
    assert storage.get(tmp_path, digest) is None


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "/"])
def test_what_is_no_digest_has_no_place(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="no digest"):
        storage.place(tmp_path, digest)


def test_the_sweep_takes_what_nobody_needs_and_is_old(tmp_path: Path) -> None:
    wanted, stray, new = (storage.put(tmp_path, word) for word in (b"wanted", b"stray", b"new"))
    half = storage.place(tmp_path, stray).with_name("x.part")
    half.write_bytes(b"half")
    for path in (storage.place(tmp_path, wanted), storage.place(tmp_path, stray), half):
        grown_old(path)
    assert storage.sweep(tmp_path, {wanted}) == 2
    assert {path.stem for path in storage.files(tmp_path)} == {wanted, new}


def test_a_file_that_is_wanted_again_is_left_by_the_sweep(tmp_path: Path) -> None:
    digest = storage.put(tmp_path, b"one")
    grown_old(storage.place(tmp_path, digest))
    storage.put(tmp_path, b"one")
    assert storage.sweep(tmp_path, set()) == 0
