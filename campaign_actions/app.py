"""The application factory: settings in, a Flask application out, no logic of its own."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from campaign_actions import config, startup, tables
from campaign_actions.findable import keeping
from campaign_actions.infra import logs
from campaign_actions.infra.database import engine, locks
from campaign_actions.infra.database.engine import db
from campaign_actions.infra.database.migrating import migrate
from campaign_actions.web import routes

ROOT = Path(__file__).resolve().parent.parent
TABLES = tables.ALL  # loaded, so that every relationship finds its other end


def create_app(settings: config.Settings | None = None) -> Flask:
    """A ready application. Raises config.WeakSettings when `settings` cannot be used."""
    settings = config.completed(settings) if settings else config.from_environment()
    app = Flask("campaign_actions", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.extensions["campaign_settings"] = settings
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 200
    engine.configure(app.config, settings.database_url)
    logs.configure()
    db.init_app(app)
    keeping.prepare()
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        locks.prepare(db.engine)
    routes.register(app, settings)
    return app


def create_served_app() -> Flask:
    """The application as a server runs it: refuses to start with wrong tables, keys or pepper."""
    app = create_app()
    with app.app_context():
        startup.check(app.extensions["campaign_settings"])
    return app
