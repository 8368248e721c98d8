"""The application for a command: settings from the environment, one clear line when they will not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from flask import Flask

from campaign_actions import startup
from campaign_actions.app import create_app
from campaign_actions.config import Settings, WeakSettings, from_environment
from campaign_actions.infra.database.engine import db


def settings_or_exit(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of this site; prints one line and exits 1 when they cannot be used."""
    try:
        return from_environment(environ)
    except WeakSettings as error:
        raise click.ClickException(str(error)) from error


def current_site() -> Flask:
    """The application with keys and tables checked; prints one line and exits 1 when something is wrong."""
    settings = settings_or_exit()
    try:
        app = create_app(settings)
        with app.app_context():
            startup.check(settings)
    except WeakSettings as error:
        raise click.ClickException(str(error)) from error
    return app


@contextmanager
def inside_site() -> Iterator[Flask]:
    """The application's context; its connections are closed at the end. Exits as `current_site` does."""
    app = current_site()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
