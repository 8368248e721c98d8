"""A fresh database for each test: made once an engine from the migrations, then copied or emptied."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from campaign_actions.infra.database import engine, locks, migrating
from tests.support import postgres

ENGINES = ("sqlite", "postgres")
RUN_FOLDER = "CAMPAIGN_TEST_RUN"


def worker_name() -> str:
    """Name of this test process: gw0, gw1, ..., or main without parallel processes."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine this test runs on; `conftest` gives each test both, browser stories the first."""
    return str(getattr(request, "param", ENGINES[0]))


@pytest.fixture(scope="session")
def prepared_database(engine_name: str) -> Iterator[URL]:
    """Address of a migrated, empty database of this process; tests use `database_url`."""
    making = _postgres if engine_name == "postgres" else _sqlite
    with making() as url:
        migrate(url)
        yield url


@pytest.fixture
def database_url(engine_name: str, prepared_database: URL) -> Iterator[str]:
    """Address of a database with all tables and no rows."""
    with _engines_closed():
        yield from _fresh(engine_name, prepared_database)


def _fresh(engine_name: str, prepared_database: URL) -> Iterator[str]:
    if engine_name == "postgres":
        yield prepared_database.render_as_string(hide_password=False)
        postgres.empty(prepared_database)
        return
    original = Path(str(prepared_database.database))
    with tempfile.TemporaryDirectory(dir=original.parent) as folder:
        copied = shutil.copy(original, folder)
        yield f"sqlite:///{copied}"


@pytest.fixture
def new_postgres_database() -> Iterator[URL]:
    """Address of an empty PostgreSQL database without tables, for tests of migrations."""
    admin = postgres.server(run_folder())
    name = f"empty_{run_folder().name[-8:]}_{worker_name()}".lower()
    yield postgres.new_database(admin, name)
    postgres.drop_database(admin, name)


def run_folder() -> Path:
    """Folder that all processes of this run share."""
    return Path(os.environ[RUN_FOLDER])


def migrate(url: URL) -> None:
    """Bring the empty database at `url` to the newest schema, as an operator would."""
    app = Flask("campaign_actions")
    engine.configure(app.config, url.render_as_string(hide_password=False))
    engine.db.init_app(app)
    migrating.migrate.init_app(app, engine.db, directory=str(migrating.FOLDER), render_as_batch=True)
    with app.app_context():
        locks.prepare(engine.db.engine)
        migrating.upgrade()
        locks.checkpoint(engine.db.engine)
        engine.db.engine.dispose()


@contextmanager
def _engines_closed() -> Iterator[None]:
    """Close the pools of every application made inside, such as those of commands run in the test."""
    used: set[Engine] = set()

    def note(connection: Connection) -> None:
        used.add(connection.engine)

    event.listen(Engine, "engine_connect", note)
    yield
    event.remove(Engine, "engine_connect", note)
    for one in used:
        one.dispose()


@contextmanager
def _sqlite() -> Iterator[URL]:
    # In memory where the machine has such a folder: tests commit thousands of times.
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="campaign-sqlite-", dir=place) as folder:
        yield URL.create("sqlite", database=str(Path(folder) / "campaign.db"))


@contextmanager
def _postgres() -> Iterator[URL]:
    admin = postgres.server(run_folder())
    name = f"test_{run_folder().name[-8:]}_{worker_name()}".lower()
    yield postgres.new_database(admin, name)
    postgres.drop_database(admin, name)
