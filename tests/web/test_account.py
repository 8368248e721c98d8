"""The user's own account: password and sessions."""

import pytest
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import LoginSession, Role, User
from campaign_actions.infra.database.engine import session
from tests.support.factories import PASSWORD, a_user
from tests.support.visiting import Visitor, a_known_user, logged_in

NEW = "five words nobody knows here"


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app, Role.STAFF, email="aigul@example.org", name="Aigul N.")


def change(visitor: Visitor, current: str, new: str) -> int:
    return visitor.post("/account/password", {"current": current, "password": new}).status_code


def test_the_page_says_who_one_is(app: Flask, user: User) -> None:
    page = logged_in(app, user).get("/account/").text
    for words in ("Aigul N.", "aigul@example.org", "Staff", "This one"):
        assert words in page


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app: Flask, user: User) -> None:
    here, there = logged_in(app, user), logged_in(app, user)
    before = here.cookie
    assert change(here, PASSWORD, NEW) == 303
    assert here.cookie != before
    assert "Your new password holds" in here.get("/account/?changed=1").text
    assert there.get("/account/").status_code == 303
    old = Visitor(app)
    old.client.set_cookie("session", before or "")
    assert old.get("/account/").status_code == 303
    assert Visitor(app).log_in(user.email, PASSWORD).status_code == 422
    assert Visitor(app).log_in(user.email, NEW).status_code == 303


def test_a_wrong_or_weak_password_changes_nothing(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    assert change(visitor, "not mine", NEW) == 422
    assert change(visitor, PASSWORD, "short") == 422
    assert change(visitor, PASSWORD, "password123456") == 422
    assert Visitor(app).log_in(user.email, PASSWORD).status_code == 303


def test_guessing_at_the_password_field_is_slowed_down(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    assert [change(visitor, "not mine", NEW) for _try in range(6)] == [422] * 5 + [429]


def test_one_ends_another_of_ones_sessions(app: Flask, user: User) -> None:
    here, there = logged_in(app, user), logged_in(app, user)
    with app.app_context():
        oldest = session.scalars(select(LoginSession.token_digest).order_by(LoginSession.started_at)).all()
    assert len(oldest) == 2
    assert here.post("/account/sessions/end", {"session": oldest[1].hex()}).status_code == 303
    assert there.get("/account/").status_code == 303
    assert here.get("/account/").status_code == 200


@pytest.mark.parametrize("named", ["", "zz", "00" * 32])
def test_a_session_that_is_not_ones_own_is_not_found(app: Flask, user: User, named: str) -> None:
    visitor = logged_in(app, user)
    assert visitor.post("/account/sessions/end", {"session": named}).status_code == 404


def test_anothers_session_is_not_found(app: Flask, user: User) -> None:
    with app.app_context():
        other = logged_in(app, a_user())
        digest = session.scalars(select(LoginSession.token_digest)).one()
    assert logged_in(app, user).post("/account/sessions/end", {"session": digest.hex()}).status_code == 404
    assert other.get("/account/").status_code == 200


def test_extra_fields_change_nothing(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    fields = {
        "current": PASSWORD,
        "password": NEW,
        "role": "admin",
        "may_export": "1",
        "email": "x@example.org",
    }
    assert visitor.post("/account/password", fields).status_code == 303
    with app.app_context():
        found = session.get(User, user.id)
        assert found is not None
        assert (found.role, found.may_export, found.email) == (Role.STAFF, False, "aigul@example.org")
