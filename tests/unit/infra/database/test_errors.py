"""What somebody typed is in no error of the database, neither in SQLAlchemy's part nor in the driver's."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from campaign_actions.infra import facts
from campaign_actions.infra.database.engine import db, writing

pytestmark = pytest.mark.usefixtures("database")

MARK = "marked.person@example.org"


def told(error: BaseException) -> str:
    """All an error says: its own text and the texts of what caused it."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__)


def test_a_broken_rule_of_a_table_does_not_quote_the_row() -> None:
    with writing() as connection:
        facts.put(connection, MARK, "one")
    for row in ({"key": MARK, "value": "two"}, {"key": f"2 {MARK}", "value": None}):
        with pytest.raises(IntegrityError) as caught, writing() as connection:
            connection.execute(insert(facts.SiteFact), row)
        assert "site_fact" in told(caught.value)
        assert MARK not in told(caught.value)


def test_a_statement_that_cannot_run_does_not_quote_its_values() -> None:
    with pytest.raises(DBAPIError) as caught, db.engine.connect() as connection:
        connection.execute(text("SELECT value FROM no_such_table WHERE key = :key"), {"key": MARK})
    assert "no_such_table" in told(caught.value)
    assert MARK not in told(caught.value)
