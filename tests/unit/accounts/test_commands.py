"""`campaign-actions users` and `exports verify`, as they are typed."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from campaign_actions.cli.main import main
from campaign_actions.config import Settings
from campaign_actions.formats import csv_lines, manifest
from tests.support.visiting import Visitor

Typing = Callable[..., Result]


@pytest.fixture
def typed(settings: Settings) -> Typing:
    """Type a command; gives what it answered."""
    env = {
        "CAMPAIGN_DATA": str(settings.data),
        "CAMPAIGN_DATABASE_URL": settings.database_url,
        "CAMPAIGN_SECRET_KEY": settings.secret_keys[0],
    }

    def run(*words: str, answer: str = "") -> Result:
        return CliRunner(env=env).invoke(main, list(words), input=answer)

    return run


def added(typed: Typing, email: str = "aigul@example.org", *more: str) -> str:
    """Add somebody; gives the password shown."""
    result = typed("users", "add", email, "--name", "Aigul N.", "--role", "staff", *more)
    assert result.exit_code == 0, result.output
    return result.output.strip().split("shown this once: ")[1]


def test_a_drawn_password_is_shown_once_and_opens_the_door(app: Flask, typed: Typing) -> None:
    password = added(typed, "Aigul@Example.org", "--export")
    assert Visitor(app).log_in("aigul@example.org", password).status_code == 303
    listed = typed("users", "list").output
    assert "aigul@example.org" in listed
    assert "staff, export" in listed
    assert password not in listed


def test_a_second_run_makes_nobody_and_says_so(typed: Typing) -> None:
    added(typed)
    again = typed("users", "add", "aigul@example.org", "--name", "A", "--role", "admin")
    assert again.exit_code == 1
    assert "already" in again.output
    assert "admin" not in typed("users", "list").output


def test_no_user_exists_by_default(typed: Typing) -> None:
    assert "no users yet" in typed("users", "list").output


def test_a_typed_password_must_be_good(app: Flask, typed: Typing) -> None:
    words = ("users", "add", "a@example.org", "--name", "A", "--role", "admin", "--ask")
    weak = typed(*words, answer="password1234\npassword1234\n")
    assert (weak.exit_code, "harder to guess" in weak.output) == (1, True)
    good = typed(*words, answer="four words on paper\nfour words on paper\n")
    assert good.exit_code == 0
    assert "four words on paper" not in good.output
    assert Visitor(app).log_in("a@example.org", "four words on paper").status_code == 303


def test_a_new_password_and_shutting_out_end_sessions(app: Flask, typed: Typing) -> None:
    visitor = Visitor(app)
    visitor.log_in("aigul@example.org", added(typed))
    changed = typed("users", "password", "AIGUL@example.org")
    assert visitor.get("/account/").status_code == 303
    password = changed.output.strip().split("shown this once: ")[1]
    assert visitor.log_in("aigul@example.org", password).status_code == 303
    assert typed("users", "disable", "aigul@example.org").exit_code == 0
    assert visitor.get("/account/").status_code == 303
    assert visitor.log_in("aigul@example.org", password).status_code == 422
    assert typed("users", "enable", "aigul@example.org").exit_code == 0
    assert visitor.log_in("aigul@example.org", password).status_code == 303


def test_a_role_is_changed(typed: Typing) -> None:
    added(typed)
    assert typed("users", "role", "aigul@example.org", "organiser", "--export").exit_code == 1
    assert typed("users", "role", "aigul@example.org", "admin").exit_code == 0
    assert "admin" in typed("users", "list").output


@pytest.mark.parametrize("words", [("password",), ("disable",), ("enable",), ("role", "staff")])
def test_an_unknown_user_is_one_line_and_status_1(typed: Typing, words: tuple[str, ...]) -> None:
    result = typed("users", words[0], "nobody@example.org", *words[1:])
    assert result.exit_code == 1
    assert "no user with this address" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [("users", "add"), ("users", "add", "a@b", "--role", "king", "--name", "A"), ("exports", "verify", "x")],
)
def test_bad_arguments_are_status_2(typed: Typing, words: tuple[str, ...]) -> None:
    assert typed(*words).exit_code == 2


def test_a_list_is_compared_with_its_manifest(typed: Typing, tmp_path: Path) -> None:

    file, paper = tmp_path / "list.csv", tmp_path / "manifest.json"
    file.write_bytes(b"".join(csv_lines.write(["name"], [["Marta"], ["=1+1"]])))
    held = manifest.Manifest(
        action="slug",
        purpose="deliver",
        moment=datetime(2026, 11, 22, 12, tzinfo=UTC),
        rows=2,
        columns=["name"],
        sha256=manifest.sha256_of(file),
    )
    paper.write_bytes(held.to_bytes())
    whole = typed("exports", "verify", str(file), str(paper))
    assert (whole.exit_code, "2 rows" in whole.output) == (0, True)
    file.write_bytes(file.read_bytes() + b"Another\r\n")
    changed = typed("exports", "verify", str(file), str(paper))
    assert changed.exit_code == 1
    assert len(changed.output.strip().splitlines()) == 2
