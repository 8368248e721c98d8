"""Files that are whole or not there, and a folder of them named by the digest of what is in them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PART = ".part"
ENDING = ".jpg"
# A file whose row is about to be written was touched later than this.
STRAY_SECONDS = 900.0
_NAME = re.compile(r"[0-9a-f]{64}\.jpg")


@contextmanager
def writing_whole(path: Path) -> Iterator[BinaryIO]:
    """A file under a temporary name that gets its own at the end, and vanishes on any error."""
    part = path.with_name(path.name + PART)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sync_folder(path: Path) -> None:
    """Make renames in this folder last through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(folder: Path, content: bytes) -> str:
    """Keep `content`, and give the SHA-256 it is kept under. The same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    path = place(folder, digest)
    if path.exists():
        # Touched, so that `sweep` leaves it to the row that comes now.
        os.utime(path)
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(suffix=PART, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return digest


def get(folder: Path, digest: str) -> bytes | None:
    """What is kept under `digest`, None for nothing or when it is no longer what it was."""
    try:
        content = place(folder, digest).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def place(folder: Path, digest: str) -> Path:
    """Where the file of a digest stands. Raises ValueError for what is no digest."""
    name = digest + ENDING
    if not _NAME.fullmatch(name):
        raise ValueError("no digest")
    return folder / digest[:2] / name


def files(folder: Path) -> list[Path]:
    """All files kept, in order; what is not one of ours is left out."""
    found = folder.glob(f"??/*{ENDING}")
    return sorted(path for path in found if _NAME.fullmatch(path.name) and path.name[:2] == path.parent.name)


def sweep(folder: Path, kept: Collection[str]) -> int:
    """Delete files of no digest in `kept`, and half-written ones, but none touched in the last 15 minutes."""
    oldest = time.time() - STRAY_SECONDS
    wanted = {digest + ENDING for digest in kept}
    gone = 0
    for path in [*files(folder), *folder.glob(f"??/*{PART}")]:
        if path.name not in wanted and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
