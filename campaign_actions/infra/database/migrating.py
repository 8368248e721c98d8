"""Flask-Migrate, bound to our models and the top-level migrations folder."""

from __future__ import annotations

from pathlib import Path

from flask_migrate import Migrate

FOLDER = Path(__file__).resolve().parents[3] / "migrations"
migrate = Migrate()


def upgrade() -> None:
    """Bring the database of the current application to the newest tables."""
    from flask_migrate import upgrade as run

    run(directory=str(FOLDER))
