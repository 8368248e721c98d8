"""Migrations go up, down and up again with data in the tables, and end where the models stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from campaign_actions import audit, startup
from campaign_actions.config import Settings, WeakSettings
from campaign_actions.infra.database import engine, locks
from campaign_actions.infra.database.engine import Base, db, session, writing
from campaign_actions.infra.database.migrating import FOLDER, has_model, migrate
from tests.support.factories import a_user


@pytest.fixture
def empty(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on a database without a single table."""
    if engine_name == "postgres":
        url: URL = request.getfixturevalue("new_postgres_database")
    else:
        url = URL.create("sqlite", database=str(tmp_path / "empty.db"))
    app = Flask("campaign_actions")
    engine.configure(app.config, url.render_as_string(hide_password=False))
    db.init_app(app)
    migrate.init_app(app, db, directory=str(FOLDER), render_as_batch=True)
    with app.app_context():
        locks.prepare(db.engine)
        yield app
        session.remove()
        db.engine.dispose()


def test_up_down_up_leaves_the_same_tables(empty: Flask) -> None:
    upgrade()
    first = sorted(inspect(db.engine).get_table_names())
    downgrade(revision="base")
    assert sorted(inspect(db.engine).get_table_names()) == ["alembic_version"]
    upgrade()
    assert sorted(inspect(db.engine).get_table_names()) == first


def test_the_models_equal_the_migrations(empty: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": has_model}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_one_step_down_and_up_keeps_every_row(empty: Flask) -> None:
    upgrade()
    user = a_user()
    with writing():
        audit.record("test.kept", by=user)
    session.remove()
    downgrade(revision="-1")
    upgrade()
    assert session.execute(text("SELECT deed FROM audit_entry")).scalar_one() == "test.kept"
    assert session.execute(text("SELECT count(*) FROM user_account")).scalar_one() == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET deed = 'other'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_the_audit_log(empty: Flask, statement: str) -> None:
    upgrade()
    with writing():
        audit.record("test.kept")
    with pytest.raises(DBAPIError), writing() as connection:
        connection.execute(text(statement))
    session.rollback()
    assert session.execute(text("SELECT deed FROM audit_entry")).scalar_one() == "test.kept"


def test_a_site_does_not_start_on_older_or_newer_tables(empty: Flask, settings: Settings) -> None:
    with pytest.raises(WeakSettings, match="older"):
        startup.check_tables()
    upgrade()
    startup.check_tables()
    with writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    session.remove()
    with pytest.raises(WeakSettings, match="newer"):
        startup.check_tables()


def test_the_audit_log_is_chained_over_what_was_written_before(empty: Flask) -> None:
    upgrade(revision="0008")
    with writing() as connection:
        for number, details in enumerate(('{"reason": "Ä"}', "{}")):
            connection.execute(
                text(
                    "INSERT INTO audit_entry (id, at, user_name, deed, thing, thing_id, details) "
                    f"VALUES ('{number:032x}', '2026-11-0{number + 1} 10:00:00.000000+00:00', 'Aigul', "
                    f"'action.close', 'action', 'x', '{details}')"
                )
            )
    session.remove()
    upgrade()
    with writing():
        audit.record("action.open", thing="action", thing_id="x")
    with db.engine.connect() as connection:
        assert list(audit.breaches(connection)) == []
        assert audit.head(connection)[0] == 3
