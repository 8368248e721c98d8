"""Each test gets an empty database of each engine, and PostgreSQL is a real one."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.facts import get, put

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(turn: int) -> None:
    with writing() as connection:
        assert get(connection, "turn") is None
        put(connection, "turn", str(turn))
    with db.engine.connect() as other:
        assert get(other, "turn") == str(turn)


def test_the_engine_is_the_one_named(engine_name: str) -> None:
    assert db.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[engine_name]


@pytest.mark.engines("postgres")
def test_a_test_of_migrations_gets_a_database_without_tables(new_postgres_database: URL) -> None:
    found = session.execute(text("SELECT current_database()")).scalar_one()
    assert found != new_postgres_database.database
