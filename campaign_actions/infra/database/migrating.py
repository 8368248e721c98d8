"""Flask-Migrate, bound to our models and the top-level migrations folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Migrate
from sqlalchemy import Connection

FOLDER = Path(__file__).resolve().parents[3] / "migrations"
# What the migrations make for one engine only and no model has: the search of SQLite and of PostgreSQL.
OF_ONE_ENGINE = re.compile(r"search_text(_\w+)?|ix_search_entry_found")
migrate = Migrate()


def has_model(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether a table or index of the database is compared with the models; for Alembic's `include_name`."""
    return name is None or not OF_ONE_ENGINE.fullmatch(name)


def revision(connection: Connection) -> str | None:
    """The revision of the tables in the database; None when there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the program needs."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def upgrade() -> None:
    """Bring the database of the current application to the newest tables."""
    from flask_migrate import upgrade as run

    run(directory=str(FOLDER))
