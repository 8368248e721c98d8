"""The commands that take the content along and bring it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, select

from campaign_actions.articles import editing
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import Article
from campaign_actions.cli.content import content
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def here(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", settings.secret_keys[0])
    with app.app_context(), writing():
        editing.make(ArticleWords(title="She is free", body="At last."), by=None)
    return app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(content, list(map(str, arguments)), catch_exceptions=False)


def forget(app: Flask) -> None:
    with app.app_context(), writing():
        session.execute(delete(Article))


def titles(app: Flask) -> list[str]:
    with app.app_context():
        return list(session.scalars(select(Article.title)))


def test_out_and_in_again(here: Flask, tmp_path: Path) -> None:
    out = run("export", tmp_path / "a.zip")
    assert out.exit_code == 0
    assert "        1  article" in out.output.splitlines()
    forget(here)
    dry = run("restore", "--dry-run", tmp_path / "a.zip")
    assert dry.output.splitlines()[-1] == "This was a dry run. Nothing was changed."
    assert titles(here) == []
    assert run("restore", tmp_path / "a.zip").output == out.output
    assert titles(here) == ["She is free"]


def test_a_site_with_content_is_left_as_it_is(here: Flask, tmp_path: Path) -> None:
    run("export", tmp_path / "a.zip")
    again = run("restore", tmp_path / "a.zip")
    assert again.exit_code == 1
    assert again.stderr.splitlines() == [
        "Content is restored into an empty site only. This one has rows in article.",
        "Nothing was restored.",
    ]


def test_no_file_is_written_over(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    assert "The file cannot be written: File exists." in run("export", tmp_path / "a.zip").stderr
    assert (tmp_path / "a.zip").read_text() == "mine"


def test_a_file_that_is_no_archive_is_one_line(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    answer = run("restore", tmp_path / "a.zip")
    assert answer.stderr.splitlines() == ["This is no archive of a site's content.", "Nothing was restored."]
