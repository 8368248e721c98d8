"""Flask-Migrate, bound to our models and the top-level migrations folder."""

from __future__ import annotations

from flask_migrate import Migrate

migrate = Migrate()
