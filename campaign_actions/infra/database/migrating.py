"""Flask-Migrate, bound to our models and the top-level migrations folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask_migrate import Migrate

FOLDER = Path(__file__).resolve().parents[3] / "migrations"
# What the migrations make for one engine only and no model has: the search of SQLite and of PostgreSQL.
OF_ONE_ENGINE = re.compile(r"search_text(_\w+)?|ix_search_entry_found")
migrate = Migrate()


def has_model(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether a table or index of the database is compared with the models; for Alembic's `include_name`."""
    return name is None or not OF_ONE_ENGINE.fullmatch(name)


def upgrade() -> None:
    """Bring the database of the current application to the newest tables."""
    from flask_migrate import upgrade as run

    run(directory=str(FOLDER))
