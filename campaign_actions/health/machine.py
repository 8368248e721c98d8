"""What the machine says: room on the disk, size of the database."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select


@dataclass(frozen=True)
class Room:
    """Bytes of the disk that holds the data folder."""

    free: int
    total: int


@dataclass(frozen=True)
class Size:
    """Bytes of the database, and of SQLite's write-ahead log beside it."""

    database: int
    log: int = 0


def room(data: Path) -> Room:
    """Room on the disk of the data folder."""
    found = shutil.disk_usage(data)
    return Room(found.free, found.total)


def size(connection: Connection) -> Size:
    """How large the database is."""
    if connection.dialect.name != "sqlite":
        statement = select(func.pg_database_size(func.current_database()))
        return Size(connection.execute(statement).scalar_one())
    path = Path(connection.engine.url.database or "")
    return Size(_bytes(path), _bytes(path.with_name(path.name + "-wal")))


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
