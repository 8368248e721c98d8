"""The audit log is chained: whoever changes, removes or adds an entry past the database is found out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from campaign_actions import audit
from campaign_actions.audit import Filter
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import UnsavedChanges, db, session, writing
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def unguarded() -> Iterator[Connection]:
    """The database as its owner has it, who can take the triggers off."""
    with writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_entry_no_update"))
            connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def record(*deeds: str) -> None:
    with writing():
        for deed in deeds:
            audit.record(deed, thing="action", thing_id="x", reason="Ä \u2028", numbers=(1, 2))


def refused() -> None:
    with writing():
        audit.record("action.publish")
        raise Refused("No.")


def found(noted: bytes | None = None) -> list[str]:
    session.rollback()
    with db.engine.connect() as connection:
        return list(audit.breaches(connection, noted=noted))


def test_an_untouched_log_is_whole() -> None:
    assert found() == []
    record("action.open", "action.close")
    record("action.open")
    assert found() == []
    assert [entry.number for entry in audit.newest(9)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE audit_entry SET deed = 'action.open' WHERE number = 2", "entry 2"),
        ("UPDATE audit_entry SET details = '{}' WHERE number = 1", "entry 1"),
        ("UPDATE audit_entry SET user_name = 'Marat' WHERE number = 3", "entry 3"),
        ("DELETE FROM audit_entry WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entry WHERE number IN (1, 2)", "entries 1 to 2 are missing"),
        ("DELETE FROM audit_entry WHERE number > 1", "entries 2 to 3 are missing at the end"),
        ("UPDATE audit_head SET number = 2", "it does not end where it was last written"),
    ],
)
def test_a_change_behind_our_back_is_found(statement: str, line: str) -> None:
    record("action.draft", "action.publish", "action.close")
    with unguarded() as connection:
        connection.execute(text(statement))
    assert [line in breach for breach in found()] == [True]


def test_a_log_written_anew_as_a_whole_lacks_the_mark_that_was_noted() -> None:
    record("action.draft", "action.publish")
    with db.engine.connect() as connection:
        _number, noted = audit.head(connection)
    assert found(noted) == []
    with unguarded() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
        connection.execute(text("DELETE FROM audit_head"))
    record("action.draft", "action.close")
    assert found() == []
    assert ["the mark you noted is not in it" in line for line in found(noted)] == [True]


def test_an_entry_goes_with_the_transaction_that_failed() -> None:
    record("action.draft")
    with pytest.raises(Refused):
        refused()
    record("action.close")
    assert [entry.deed for entry in audit.newest(9)] == ["action.close", "action.draft"]
    assert found() == []


def test_an_entry_outside_of_a_transaction_is_a_fault_of_ours() -> None:
    with pytest.raises(UnsavedChanges):
        audit.record("action.publish")


def test_entries_of_many_at_once_make_one_chain(app: Flask) -> None:
    def one(number: int) -> None:
        with app.app_context():
            record(f"test.{number}", f"test.{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(16)))
    assert found() == []
    assert len(audit.newest(99)) == 32


def test_a_filter_gives_what_it_names() -> None:
    first, second = a_user(name="Aigul"), a_user(name="Berik")
    with writing():
        audit.record("action.open", by=first, thing="action", thing_id="a")
        audit.record("export.ask", by=second, thing="export", thing_id="b")
        audit.record("export.made", thing="export", thing_id="b")
    wanted = {
        "who": Filter(user_id=first.id),
        "area": Filter(areas=("export", "case")),
        "not a part of a word": Filter(areas=("exp",)),
        "things": Filter(things=(("action", "a"), ("export", "a"))),
    }
    shown = {name: [entry.deed for entry in audit.all_of(one)] for name, one in wanted.items()}
    assert shown == {
        "who": ["action.open"],
        "area": ["export.made", "export.ask"],
        "not a part of a word": [],
        "things": ["action.open"],
    }
    assert audit.people() == [(first.id, "Aigul"), (second.id, "Berik")]
