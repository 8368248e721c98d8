"""Lists made in the server's shell: as on the staff pages, with the same right and the same trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.audit import Entry
from campaign_actions.cli.exports import exports
from campaign_actions.config import Settings
from campaign_actions.exports import files
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.tools import load
from tests.support import signed
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.engines("sqlite")

WHY = ["--reason", "We hand the list in.", "--recipient", "The embassy"]


@pytest.fixture(autouse=True)
def site(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An action that nine have signed, and the environment of its server."""
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    with app.app_context():
        signed.many(load(settings), an_action(slug="release").card.id, 9)
        a_user(Role.STAFF, may_export=True, email="staff@example.org")
        a_user(Role.STAFF, email="other@example.org")


def test_a_list_is_made_and_written_down(app: Flask, settings: Settings, tmp_path: Path) -> None:
    run = CliRunner().invoke(exports, ["make", "release", "--by", "staff@example.org", *WHY])
    assert run.exit_code == 0, run.output
    assert ": 6 rows, SHA-256 " in run.output
    folder = files.folder(settings)
    [file] = folder.glob("*.csv")
    checked = CliRunner().invoke(exports, ["verify", str(file), str(folder / files.manifest_name(file.name))])
    assert "is whole: 6 rows" in checked.output
    with app.app_context():
        assert list(session.scalars(select(Entry.deed).order_by(Entry.number))) == [
            "export.ask",
            "export.made",
        ]


def test_a_list_that_needs_a_second_person_waits(settings: Settings) -> None:
    run = CliRunner().invoke(
        exports, ["make", "release", "--by", "staff@example.org", "--purpose", "move", *WHY]
    )
    assert "waits for a second person" in run.output
    assert list(files.folder(settings).iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["release", "--by", "other@example.org"], "Ask an admin to give it the export right"),
        (["release", "--by", "nobody@example.org"], "Nobody logs in as nobody@example.org."),
        (["other", "--by", "staff@example.org"], "There is no action other."),
        (["release", "--by", "staff@example.org", "--column", "email"], "never holds one of these columns"),
    ],
)
def test_what_the_pages_refuse_is_refused_here(settings: Settings, words: list[str], said: str) -> None:
    run = CliRunner().invoke(exports, ["make", *words, *WHY])
    assert run.exit_code == 1
    assert said in run.output
    assert list(files.folder(settings).iterdir()) == []
