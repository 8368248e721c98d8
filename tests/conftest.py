"""The only fixtures that all tests share: the site, its worker, its letters and its clock."""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
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
from werkzeug.serving import WSGIRequestHandler, make_server

from campaign_actions.config import Settings, completed
from campaign_actions.infra.database.engine import db
from campaign_actions.opening import keys
from tests.support import made_once

pytest_plugins = [
    "tests.support.browser",
    "tests.support.databases",
    "tests.support.mail_server",
    "tests.support.choosing",
    "tests.support.story",
]

made_once.remember_builders()

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


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and secrets, made once a process and copied for each test."""
    made = Settings(data=tmp_path_factory.mktemp("keys"))
    keys.make_first(made)
    return made.data / "keys"


@pytest.fixture
def site_socket() -> Iterator[socket.socket]:
    """A free port of the loopback, taken."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen(128)
        yield taken


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, database_url: str, key_folder: Path) -> Settings:
    """Settings of a small site with a data folder of its own, on `site_socket` if it is served."""
    data = tmp_path / "data"
    shutil.copytree(key_folder, data / "keys")
    plain = Settings(
        data=data,
        database_url=database_url,
        secret_keys=("a-secret-key-for-tests-only-0123456789",),
        fast_passwords=True,
    )
    if "site" not in request.fixturenames:
        return completed(plain)
    port = request.getfixturevalue("site_socket").getsockname()[1]
    return completed(replace(plain, site_url=f"http://127.0.0.1:{port}"))


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make the site with some settings changed: `make_app(zone="Asia/Almaty")`."""
    from campaign_actions.app import create_app

    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = create_app(replace(settings, **changes))
        app.testing = True
        app.jinja_env.bytecode_cache = made_once.CompiledTemplates()
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
def worker(app: Flask, settings: Settings) -> Callable[[], None]:
    """Does everything that is due, once: letters, folds, exports, deletions."""
    from campaign_actions.worker import loop

    return lambda: loop.run_once(app, settings)


@pytest.fixture
def site(app: Flask, site_socket: socket.socket) -> Iterator[str]:
    """Address of the site, served to real browsers and other programs."""
    host, port = site_socket.getsockname()
    server = make_server(host, port, app, threaded=True, fd=site_socket.fileno(), request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="site")
    thread.start()
    yield f"http://{host}:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, kind: str, message: str, *values: Any) -> None:
        """Say nothing: a request line may hold a secret link."""


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
