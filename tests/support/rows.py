"""What stands in the database, as digests, to tell whether anything changed."""

from __future__ import annotations

import hashlib

from flask import Flask
from sqlalchemy import Table, select

from campaign_actions.infra.database.engine import Base, db

# Reading a page behind the log-in may note when the user was last seen, and nothing else.
SEEN = {"login_session": "seen_at", "user_account": "last_seen_at"}


def digests(app: Flask) -> dict[str, str]:
    """A digest of all rows of each table, the moments in SEEN left out."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: _digest(sorted(repr(tuple(row)) for row in connection.execute(_read(table))))
            for table in Base.metadata.sorted_tables
        }


def _read(table: Table):  # type: ignore[no-untyped-def]  # as wide as the table
    return select(*(column for column in table.columns if column.name != SEEN.get(table.name)))


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
