"""Every failure is a page in plain words, and leaves nothing personal in the log."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeout

from campaign_actions.errors import Busy, Gone, NotAllowed, Refused
from campaign_actions.infra.database.engine import db
from campaign_actions.infra.logs import JsonLines
from tests.support.visiting import Visitor

DEADLOCK = OperationalError("", {}, Exception("deadlock detected"))
FAILURES = {
    "refused": (Refused("Choose a closing date."), 422, "Choose a closing date."),
    "not-allowed": (NotAllowed("Only staff may do that."), 403, "Only staff may do that."),
    "gone": (Gone("The facts were wrong."), 410, "The facts were wrong."),
    "busy": (Busy(7), 503, "We could not finish just now"),
    "deadlock": (
        OperationalError("", {}, Exception("deadlock detected")),
        503,
        "We could not finish just now",
    ),
    "pool": (PoolTimeout(), 503, "We could not finish just now"),
    "accident": (RuntimeError("marta@example.org"), 500, "Sorry, there is a problem with the site"),
}


@pytest.fixture
def failing(app: Flask) -> Flask:
    def fail(how: str) -> str:
        raise FAILURES[how][0]

    app.add_url_rule("/fail/<how>/<token>", "fail", fail_at := (lambda how, token: fail(how)))
    assert fail_at
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@contextmanager
def logged(formatter: logging.Formatter) -> Iterator[list[str]]:
    """What our log says meanwhile, in lines of `formatter`."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    logger, kept = logging.getLogger("campaign_actions"), Kept()
    logger.addHandler(kept)
    try:
        yield lines
    finally:
        logger.removeHandler(kept)


@pytest.mark.parametrize("how", FAILURES)
def test_a_failure_is_a_page_in_words(failing: Flask, how: str) -> None:
    _error, status, words = FAILURES[how]
    answer = failing.test_client().get(f"/fail/{how}/secret-token")
    assert answer.status_code == status
    assert words in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.text.count("<h1") == 1
    assert "Traceback" not in answer.text
    assert "marta" not in answer.text


def test_a_busy_site_says_when_to_try_again(failing: Flask) -> None:
    assert failing.test_client().get("/fail/busy/token").headers["Retry-After"] == "7"


def test_the_code_on_the_page_leads_to_a_log_line_without_anything_personal(failing: Flask) -> None:
    with logged(JsonLines()) as lines:
        answer = failing.test_client().get("/fail/accident/secret-token")
    code = re.search(r"code <b>(\w{4})</b>", answer.text)
    assert code
    line = json.loads(lines[-1])
    assert line["code"] == code[1]
    assert line["error"] == "RuntimeError"
    assert line["route"] == "/fail/<how>/<token>"
    assert "secret-token" not in "".join(lines)
    assert "marta" not in "".join(lines)


@pytest.mark.parametrize("formatter", [JsonLines(), logging.Formatter()], ids=["ours", "with-all-texts"])
def test_a_broken_table_is_logged_without_the_values_that_were_looked_for(
    failing: Flask, formatter: logging.Formatter
) -> None:
    visitor = Visitor(failing)
    renaming = "ALTER TABLE user_account RENAME COLUMN {} TO {}"
    with failing.app_context():
        engine = db.engine
    with engine.begin() as connection:
        connection.execute(text(renaming.format("active", "inactive")))
    try:
        with logged(formatter) as lines:
            answer = visitor.log_in("marked.person@example.org")
    finally:
        with engine.begin() as connection:
            connection.execute(text(renaming.format("inactive", "active")))
    assert answer.status_code == 500
    assert "accident" in lines[-1]
    assert re.search("OperationalError|ProgrammingError", lines[-1])
    assert "marked.person" not in "".join(lines) + answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/no-such-page/", 404, "Page not found"),
        ("POST", "/actions/", 405, "We could not read that"),
        ("GET", "/c/no-such-token", 404, "We do not recognise this link"),
        ("GET", "/my/no-such-token/", 404, "This link does not work"),
    ],
)
def test_what_is_not_there_is_said_in_words(
    app: Flask, method: str, path: str, status: int, words: str
) -> None:
    answer = app.test_client().open(path, method=method)
    assert answer.status_code == status
    assert words in answer.text
    assert "noindex" in answer.text


def test_a_wrong_method_is_told_the_right_ones(app: Flask) -> None:
    assert "GET" in app.test_client().post("/actions/").headers["Allow"]


def test_in_tests_an_accident_is_not_hidden(app: Flask) -> None:
    app.add_url_rule("/fail/", "fail", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fail/")


@pytest.mark.parametrize(
    ("how", "path", "words"),
    [
        ("busy", "/ru", "Сейчас не получилось завершить"),
        ("busy", "/kk", "Қазір аяқтай алмадық"),
        ("accident", "/ru", "Извините, на сайте неполадка"),
        ("accident", "/kk", "Кешіріңіз, сайтта ақау бар"),
    ],
)
def test_pages_that_need_nothing_speak_the_language_of_the_address(
    failing: Flask, how: str, path: str, words: str
) -> None:
    answer = failing.test_client().get(f"{path}/fail/{how}/token")
    assert answer.status_code == FAILURES[how][1]
    assert words in answer.text
    assert f'<html lang="{path[1:]}">' in answer.text
    assert f'<a href="{path}/">' in answer.text
    assert "{code}" not in answer.text
