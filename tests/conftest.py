"""The only fixtures that all tests share: the site, its worker, its letters and its clock."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from campaign_actions.config import Settings
from campaign_actions.opening import keys

pytest_plugins = [
    "tests.support.browser",
    "tests.support.databases",
    "tests.support.mail_server",
    "tests.support.choosing",
]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Mailbox:
    """The letters that left, oldest first, from the folder the site writes them to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """All letters, or those to one address."""
        paths = sorted(self._folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
        return [letter for letter in read if to is None or to in str(letter["To"])]

    def newest(self, to: str | None = None) -> EmailMessage:
        """The last letter; fails when there is none."""
        found = self.letters(to)
        assert found, "no letter has left"
        return found[-1]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a small site with a data folder of its own."""
    return Settings(
        data=tmp_path / "data",
        database_url=database_url,
        secret_keys=("a-secret-key-for-tests-only-0123456789",),
        fast_passwords=True,
    )


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make the site with some settings changed: `make_app(zone="Asia/Almaty")`."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        keys.make_first(settings)
        app = _create_app(replace(settings, **changes))
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        _close(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The site."""
    return make_app()


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """The site's database, for rules that are called without a request."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without cookies."""
    return app.test_client()


@pytest.fixture
def mailbox(settings: Settings) -> Mailbox:
    """Letters that left."""
    return Mailbox(settings.data / "mail")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands at noon of 22 November 2026 until `move_to` or `shift` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Iterator[str]:
    """Address of the site, served to real browsers."""
    server = make_server("127.0.0.1", 0, Flask("placeholder"), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = make_app(site_url=address)
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def _create_app(settings: Settings) -> Flask:
    try:
        from campaign_actions.app import create_app
    except ImportError:
        return _bare_app(settings)
    return create_app(settings)


def _bare_app(settings: Settings) -> Flask:
    from campaign_actions.infra.database import engine, locks

    app = Flask("campaign_actions")
    app.extensions["campaign_settings"] = settings
    engine.configure(app.config, settings.database_url)
    engine.db.init_app(app)
    with app.app_context():
        locks.prepare(engine.db.engine)
    return app


def _close(app: Flask) -> None:
    from campaign_actions.infra.database.engine import db

    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
