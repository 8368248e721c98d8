"""A whole copy of a SQLite database while people write to it, without what a backup must not keep."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

# Limits and signals of screening live for hours, and a session shall not come back from the dead.
LEFT_OUT = ("abuse_signal", "rate_hit", "login_attempt", "login_session")


class DamagedDatabase(Exception):
    """SQLite finds the copy damaged, so the original is too."""


def copy(source: Path, target: Path) -> None:
    """Copy the database in `source` to the new file `target` as it stood at one moment.

    Deleted rows leave no bytes behind in it. Raises DamagedDatabase, and sqlite3.Error.
    """
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as made:
        live.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")
        for table in LEFT_OUT:
            made.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own
        made.commit()
        made.execute("VACUUM")
        said = made.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise DamagedDatabase
