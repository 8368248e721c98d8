"""Cases of before they had texts in languages keep every word on the way up, their own on the way down."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from campaign_actions.cases import queries
from campaign_actions.infra.database.engine import session, writing
from tests.migrations.test_migrations import empty

__all__ = ["empty"]
ID = "0" * 31 + "1"
pytestmark = pytest.mark.usefixtures("clock")


def an_old_case() -> None:
    with writing() as connection:
        connection.execute(
            text(
                "INSERT INTO case_file"
                " (id, slug, name, status, summary, detained_on, sentence_note, published)"
                " VALUES (:id, 'arman', 'Arman', 'in_prison', 'Oil worker.', '2023-12-14',"
                " '7 & 5 years', true)"
            ),
            {"id": ID},
        )
        connection.execute(
            text(
                "INSERT INTO timeline_entry (id, case_id, kind, happened_on, precision, title, text, source)"
                " VALUES (:id, :id, 'arrest', '2023-12-14', 'day', 'Arrested', '', 'witnesses')"
            ),
            {"id": ID},
        )
    session.remove()


def test_words_of_a_case_are_kept_up_and_down(empty: Flask) -> None:
    upgrade(revision="0002")
    an_old_case()
    upgrade()
    page = queries.page("arman")
    assert page is not None
    assert (page.case.name, page.case.summary, page.body_html) == (
        "Arman",
        "Oil worker.",
        "<p>7 &amp; 5 years</p>",
    )
    assert [entry.happened_on for entry in page.entries] == [date(2023, 12, 14)]
    session.remove()
    downgrade(revision="0002")
    words = session.execute(text("SELECT name, summary FROM case_file")).one()
    assert tuple(words) == ("Arman", "Oil worker.")
    assert session.execute(text("SELECT title FROM timeline_entry")).scalar_one() == "Arrested"
