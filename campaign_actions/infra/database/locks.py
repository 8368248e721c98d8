"""What SQLite needs: pragmas on every connection, explicit BEGIN, one writer a machine."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from campaign_actions.errors import Busy

WAIT_SECONDS = 5.0
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=2000",
    "PRAGMA wal_autocheckpoint=8000",
)
EXPECTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "secure_delete": 1,
    "foreign_keys": 1,
    "busy_timeout": 2000,
}

_in_process = threading.Lock()
_files: dict[tuple[int, str], int] = {}


class WrongPragma(RuntimeError):
    """A connection does not hold what durability and erasure rest on."""


def prepare(engine: Engine) -> None:
    """Install pragmas and explicit transactions on a SQLite `engine`; nothing for others."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin late and shared; ours are explicit.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)
    for name, wanted in EXPECTED.items():
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise WrongPragma(f"PRAGMA {name} is {found!r}, not {wanted!r}")


def _on_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def is_busy(error: OperationalError) -> bool:
    """True when the database was only too busy, or gone for a moment."""
    text = str(error.orig).lower()
    marks = (
        "locked",
        "busy",
        "lock timeout",
        "statement timeout",
        "deadlock",
        "connection",
        "terminating",
        "full",
        "shutting",
    )
    return any(mark in text for mark in marks)


@contextmanager
def writer_lock(engine: Engine, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the one right to write on this machine; on other engines do nothing.

    Threads queue on a lock of the process, processes on a kernel lock of a file beside
    the database. Raises Busy after `wait_seconds`.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    deadline = time.monotonic() + wait_seconds
    if not _in_process.acquire(timeout=wait_seconds):
        raise Busy
    try:
        handle = _lock_file(path, deadline)
        try:
            yield
        finally:
            _unlock_file(path, handle)
    finally:
        _in_process.release()


def _lock_file(path: str, deadline: float) -> int:
    handle = _own_handle(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle = _wait_for_file(path, deadline)
    return handle


def _own_handle(path: str) -> int:
    key = (os.getpid(), path)
    if key not in _files:
        _files[key] = _open(path)
    return _files[key]


def _open(path: str) -> int:
    return os.open(path + ".writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _unlock_file(path: str, handle: int) -> None:
    fcntl.flock(handle, fcntl.LOCK_UN)
    if handle != _own_handle(path):
        os.close(handle)


def _wait_for_file(path: str, deadline: float) -> int:
    # A thread blocks in the kernel's queue; polling starved a writer for over a second.
    # It has a handle of its own, so that giving up late releases nobody else's lock.
    handle = _open(path)
    guard = threading.Lock()
    held = threading.Event()
    given_up = threading.Event()

    def block() -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with guard:
            if given_up.is_set():
                os.close(handle)
            else:
                held.set()

    threading.Thread(target=block, name="writer-lock", daemon=True).start()
    held.wait(max(deadline - time.monotonic(), 0.0))
    with guard:
        if held.is_set():
            return handle
        given_up.set()
    raise Busy


def checkpoint(engine: Engine) -> bool:
    """Move SQLite's write-ahead log into the database and empty it, so that wiped bytes leave the disk.

    False when readers are in the way for over 100 ms; True on other engines. Raises Busy.
    """
    if engine.dialect.name != "sqlite":
        return True
    with writer_lock(engine):
        pooled = engine.raw_connection()
        try:
            cursor = pooled.cursor()
            cursor.execute("PRAGMA busy_timeout=100")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            was_busy = (cursor.fetchone() or (1,))[0]
            cursor.execute("PRAGMA busy_timeout=2000")
            return not was_busy
        finally:
            pooled.close()
