"""The command that keeps signatures of another tool."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.cli.imports import import_group
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.models import Signature
from tests.support.factories import an_action

pytestmark = pytest.mark.engines("sqlite")
SHEET = "Email Address;Full Name\nmarta@example.org;Marta L\nsecret;Nobody\nMarta+1@example.org;Twin\n"


@pytest.fixture
def slug(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", settings.secret_keys[0])
    with app.app_context():
        return an_action().card.slug


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "old.csv"
    path.write_text(SHEET)
    return path


def run(*arguments: str | Path) -> Result:
    words = ["speakout", *map(str, arguments)]
    return CliRunner().invoke(import_group, words, catch_exceptions=False)


def held(app: Flask) -> int:
    with app.app_context():
        return session.scalars(select(func.count()).select_from(Signature)).one()


def test_a_sheet_is_taken_in_once_and_quotes_nobody(app: Flask, slug: str, sheet: Path) -> None:
    dry = run(sheet, slug, "--dry-run")
    assert held(app) == 0
    first = run(sheet, slug)
    assert first.output.splitlines() == [
        "1 signature taken in as unverified.",
        "1 was known already, or stood there twice.",
        "1 row left out.",
        "Line 3: no email address that letters could reach.",
    ]
    assert dry.output == first.output + "This was a dry run. Nothing was changed.\n"
    assert run(sheet, slug).output.splitlines()[0] == "0 signatures taken in as unverified."
    assert held(app) == 1


def test_what_cannot_be_done_is_one_line(slug: str, sheet: Path, tmp_path: Path) -> None:
    assert "There is no action at this address." in run(sheet, "nowhere").stderr
    assert "The file cannot be read" in run(tmp_path / "nowhere.csv", slug).stderr
    sheet.write_text("City\nOslo\n")
    answer = run(sheet, slug)
    assert (answer.exit_code, answer.stderr.splitlines()[-1]) == (1, "Nothing was taken in.")
