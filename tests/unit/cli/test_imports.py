from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from campaign_actions.articles.models import Article
from campaign_actions.cli import imports
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.opening import keys
from tests.support.made_wxr import an_entry, an_export

GOOD = "All posts by T\n\nFreed\n\nShe is free and\n"
DAMAGED = "Freed\n\n: December 99, 2014\nArticles /\n\nShe is free.\n"


@pytest.fixture
def here(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", settings.secret_keys[0])
    keys.make_first(settings)
    return app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(imports.import_group, ["listing", *map(str, arguments)], catch_exceptions=False)


def titles(app: Flask) -> list[str]:
    with app.app_context():
        return list(session.scalars(select(Article.title)))


def test_a_listing_is_taken_in_and_reported(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(GOOD, "utf-8")
    first = run(tmp_path / "t.txt")
    assert (first.exit_code, first.output.splitlines()[0]) == (0, "1 new article.")
    assert titles(here) == ["Freed"]
    second = run(tmp_path / "t.txt")
    assert second.output.splitlines()[0] == "0 new articles."
    assert titles(here) == ["Freed"]


def test_a_dry_run_says_so_and_changes_nothing(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(GOOD, "utf-8")
    answer = run("--dry-run", tmp_path / "t.txt")
    assert answer.exit_code == 0
    assert answer.output.splitlines()[0] == "1 new article."
    assert answer.output.splitlines()[-1] == "This was a dry run. Nothing was changed."
    assert titles(here) == []


def test_a_damaged_file_is_named_with_its_line_and_nothing_is_written(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, "utf-8")
    (tmp_path / "bad.txt").write_text(DAMAGED, "utf-8")
    answer = run(tmp_path / "good.txt", tmp_path / "bad.txt")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert answer.stderr.splitlines()[0].startswith("bad.txt, line 3: ")
    assert answer.stderr.splitlines()[1:] == ["Nothing was taken in."]
    assert titles(here) == []


def test_a_missing_file_is_one_line(here: Flask, tmp_path: Path) -> None:
    answer = run(tmp_path / "nowhere.txt")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("nowhere.txt, line 1: The file cannot be read")


def test_no_file_at_all_is_a_wrong_call(here: Flask) -> None:
    assert run().exit_code == 2


def run_wordpress(*arguments: str | Path) -> Result:
    words = ["wordpress", *map(str, arguments)]
    return CliRunner().invoke(imports.import_group, words, catch_exceptions=False)


def test_an_export_is_taken_in_once_and_reported(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(an_export([an_entry(1), an_entry(2, kind="page")]))
    first = run_wordpress(tmp_path / "old.xml")
    assert first.exit_code == 0
    assert first.output.splitlines()[:3] == [
        "The file holds 2 entries: 1 post, 1 page.",
        "1 new article.",
        "1 new draft; 1 of them from pages, in the category Pages.",
    ]
    second = run_wordpress(tmp_path / "old.xml")
    assert second.output.splitlines()[1] == "0 new articles."
    assert sorted(titles(here)) == ["Post 1", "Post 2"]


def test_a_dry_run_of_an_export_changes_nothing(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(an_export([an_entry(1)]))
    answer = run_wordpress("--dry-run", tmp_path / "old.xml")
    assert answer.output.splitlines()[1] == "1 new article."
    assert answer.output.splitlines()[-1] == "This was a dry run. Nothing was changed."
    assert titles(here) == []


def test_an_export_that_breaks_off_is_refused_with_its_line(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(an_export([an_entry(1), an_entry(2)])[:-20])
    answer = run_wordpress(tmp_path / "old.xml")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith("old.xml, line ")
    assert answer.stderr.splitlines()[-1] == "Nothing was taken in."
    assert titles(here) == []


def test_an_export_that_is_not_there_is_one_line(here: Flask, tmp_path: Path) -> None:
    answer = run_wordpress(tmp_path / "nowhere.xml")
    assert answer.exit_code == 1
    assert "The file cannot be read" in answer.stderr
