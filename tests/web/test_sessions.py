"""The cookie stays behind the log-in, ends when it should, and changes when it must."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from campaign_actions.accounts.models import Role
from campaign_actions.infra.database.engine import db
from campaign_actions.web import sessions
from tests.support.factories import a_user
from tests.support.visiting import Visitor, logged_in

PUBLIC = ["/", "/news/", "/events/", "/privacy/", "/how-we-count/", "/no-such-page/", "/feeds/"]


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.STAFF, email="aigul@example.org"))


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_the_same_for_a_user_and_a_stranger(app: Flask, visitor: Visitor, path: str) -> None:
    mine, strangers = visitor.get(path), app.test_client().get(path)
    assert mine.data == strangers.data
    for answer in (mine, strangers):
        assert "Set-Cookie" not in answer.headers
        assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_a_public_page_cannot_keep_anything() -> None:
    with pytest.raises(RuntimeError, match="no session"):
        sessions.NoSession()["name"] = "value"


def test_private_pages_are_not_stored(visitor: Visitor) -> None:
    for path in ("/account/", "/log-in/", "/staff/exports/"):
        assert "no-store" in visitor.get(path).headers["Cache-Control"]


def test_in_production_the_cookie_is_bound_to_this_host(make_app: Callable[..., Flask]) -> None:
    app = make_app(site_url="https://campaign.example")
    answer = app.test_client().get("/log-in/", base_url="https://campaign.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"):
        assert part in cookie
    for part in ("Domain", "Expires", "Max-Age"):
        assert part not in cookie


def test_the_cookie_changes_at_log_in(app: Flask) -> None:
    with app.app_context():
        email = a_user().email
    visitor = Visitor(app)
    visitor.get("/log-in/")
    before = visitor.cookie
    visitor.log_in(email)
    assert visitor.cookie != before


def test_thirty_idle_minutes_end_a_session(visitor: Visitor, clock: time_machine.Traveller) -> None:
    fresh = Visitor(visitor.client.application)
    fresh.log_in("aigul@example.org")
    clock.shift(timedelta(minutes=29))
    assert fresh.get("/account/").status_code == 200
    clock.shift(timedelta(minutes=29))
    assert fresh.get("/account/").status_code == 200
    clock.shift(timedelta(minutes=30))
    assert fresh.get("/account/").status_code == 303


def test_a_copied_cookie_dies_with_its_thirty_minutes(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        owner = logged_in(app, a_user())
    kept = owner.cookie
    assert kept
    for _click in range(3):
        clock.shift(timedelta(minutes=15))
        assert owner.get("/account/").status_code == 200
    thief = Visitor(app)
    thief.client.set_cookie("session", kept)
    assert thief.get("/account/").status_code == 303


def test_twelve_hours_end_a_session_in_use(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        visitor = logged_in(app, a_user())
    for _click in range(47):
        clock.shift(timedelta(minutes=15))
        assert visitor.get("/account/").status_code == 200
    clock.shift(timedelta(minutes=15))
    assert visitor.get("/account/").status_code == 303


def test_reading_pages_writes_nothing(visitor: Visitor, clock: time_machine.Traveller) -> None:
    def rows() -> list[object]:
        with visitor.client.application.app_context(), db.engine.connect() as connection:
            tables = ("login_session", "user_account", "audit_entry", "login_attempt")
            return [list(connection.execute(text(f"SELECT * FROM {table}"))) for table in tables]

    before = rows()
    clock.shift(timedelta(minutes=5))
    for path in ("/account/", "/staff/exports/", "/staff/audit/", "/log-in/", "/staff/"):
        visitor.get(path)
    assert rows() == before


def test_a_cookie_signed_with_another_key_is_nobody(app: Flask, make_app: Callable[..., Flask]) -> None:
    other = make_app(secret_keys=("another-secret-key-for-tests-9876543210",))
    with other.app_context():
        stolen = logged_in(other, a_user()).cookie
    visitor = Visitor(app)
    visitor.client.set_cookie("session", stolen or "")
    assert visitor.get("/account/").status_code == 303


def test_an_older_secret_key_still_opens_sessions(app: Flask, make_app: Callable[..., Flask]) -> None:
    with app.app_context():
        kept = logged_in(app, a_user()).cookie
    newer = make_app(
        secret_keys=("a-newer-secret-key-for-tests-0123456789", "a-secret-key-for-tests-only-0123456789")
    )
    visitor = Visitor(newer)
    visitor.client.set_cookie("session", kept or "")
    assert visitor.get("/account/").status_code == 200


def test_a_remember_cookie_of_the_library_is_ignored(visitor: Visitor) -> None:
    visitor.client.set_cookie("remember_token", "1|abc")
    assert visitor.get("/account/").status_code == 200
