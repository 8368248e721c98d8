"""Logging in and out: one answer for every wrong pair, tries slowed down, nothing left behind."""

import re
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts import passwords
from campaign_actions.accounts.models import Role, User
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import PASSWORD, a_user
from tests.support.visiting import OURS, Visitor, logged_in

WRONG = "The email address or password is not right."


@pytest.fixture
def email(app: Flask) -> str:
    with app.app_context():
        return a_user(Role.STAFF, email="aigul@example.org").email


def test_the_right_password_opens_the_desk(app: Flask, email: str) -> None:
    visitor = Visitor(app)
    answer = visitor.log_in(email.upper())
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert visitor.get("/account/").status_code == 200


def test_a_page_asked_for_is_opened_after_the_log_in(app: Flask, email: str) -> None:
    visitor = Visitor(app)
    sent = visitor.get("/staff/exports/?page=2")
    assert (sent.status_code, sent.location) == (303, "/log-in/?next=/staff/exports/?page%3D2")
    assert 'name="next" type="hidden" value="/staff/exports/?page=2"' in visitor.get(sent.location).text
    assert visitor.log_in(email, next="/staff/exports/?page=2").location == "/staff/exports/?page=2"


@pytest.mark.parametrize(
    "trick",
    [
        *(
            "https://evil.example/desk/",
            "//evil.example/desk/",
            "/\\evil.example",
            "/desk/../../x",
            "\t//evil.example",
        ),
        *(
            "/\t/evil.example",
            "javascript:alert(1)",
            "desk/",
            "/actions/",
            "/desk/\r\nX: y",
            "https:/desk/",
        ),
        *("/%2F/evil.example", "@evil.example", "/desk@evil.example"),
    ],
)
def test_next_leads_nowhere_else(app: Flask, email: str, trick: str) -> None:
    assert Visitor(app).log_in(email, next=trick).location == "/desk/"


def test_wrong_password_and_unknown_address_get_the_same_page(app: Flask, email: str) -> None:
    known, unknown = Visitor(app), Visitor(app)
    first = known.log_in(email, "not the password")
    second = unknown.log_in("nobody@example.org", "not the password")
    assert first.status_code == second.status_code == 422
    assert WRONG in first.text
    same = [a.text.replace(b, "") for a, b in ((first, email), (second, "nobody@example.org"))]
    assert _without_token(same[0]) == _without_token(same[1])
    assert dict(first.headers).keys() == dict(second.headers).keys()


def _without_token(text: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", text)


@pytest.mark.engines("sqlite")
def test_a_known_address_takes_no_longer(make_app: Callable[..., Flask]) -> None:
    app = make_app(fast_passwords=False)
    with app.app_context():
        real = a_user(password_hash=passwords.hashed(PASSWORD)).password_hash
    passwords.matches(None, "warm")

    def seconds(stored: str | None) -> float:
        started = perf_counter()
        passwords.matches(stored, "not the password")
        return perf_counter() - started

    pairs = [(seconds(real), seconds(None)) for _time in range(25)]
    known, unknown = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    assert abs(known - unknown) < 0.25 * max(known, unknown)


def test_a_disabled_user_looks_like_an_unknown_one(app: Flask, email: str) -> None:
    with app.app_context(), writing():
        found = session.query(User).filter_by(email=email).one()
        found.active = False
    answer = Visitor(app).log_in(email)
    assert answer.status_code == 422
    assert WRONG in answer.text


def test_an_empty_form_says_what_is_missing(app: Flask, email: str) -> None:
    answer = Visitor(app).log_in("", "")
    assert answer.status_code == 422
    assert "<title>Error: Log in" in answer.text
    assert answer.text.count("Enter your email address") == 2
    assert answer.text.count("Enter your password") == 2


def test_the_address_stays_and_the_password_does_not(app: Flask, email: str) -> None:
    page = Visitor(app).log_in(email, "not the password 7").text
    assert f'value="{email}"' in page
    assert "not the password 7" not in page


def test_after_five_tries_the_right_password_waits_too(
    app: Flask, email: str, clock: time_machine.Traveller
) -> None:
    visitor = Visitor(app)
    for _try in range(5):
        assert visitor.log_in(email, "wrong").status_code == 422
    slowed = visitor.log_in(email)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "15")
    assert WRONG in slowed.text
    clock.shift(timedelta(seconds=15))
    assert visitor.log_in(email).status_code == 303


def test_an_unknown_address_is_slowed_down_alike(app: Flask, email: str) -> None:
    visitor = Visitor(app)
    answers = [visitor.log_in("nobody@example.org", "wrong").status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]


def test_others_are_not_slowed_down(app: Flask, email: str) -> None:
    with app.app_context():
        other = a_user().email
    visitor = Visitor(app)
    for _try in range(6):
        visitor.log_in(email, "wrong")
    assert Visitor(app).log_in(other).status_code == 303


def test_a_cheaper_hash_is_replaced_at_the_next_log_in(make_app: Callable[..., Flask]) -> None:
    app = make_app(fast_passwords=False)
    with app.app_context():
        user = a_user()
        email, cheap = user.email, user.password_hash
    assert Visitor(app).log_in(email).status_code == 303
    with app.app_context():
        now = session.query(User).filter_by(email=email).one().password_hash
    assert now != cheap
    assert not passwords.is_outdated(now)


def test_the_form_needs_its_token(app: Flask, email: str) -> None:
    client = app.test_client()
    answer = client.post("/log-in/", data={"email": email, "password": PASSWORD}, headers=OURS)
    assert answer.status_code == 400
    assert client.get("/account/").status_code == 303


def test_logging_out_kills_the_session_on_the_server(app: Flask, email: str) -> None:
    with app.app_context():
        user = session.query(User).filter_by(email=email).one()
        visitor = logged_in(app, user)
    kept = visitor.cookie
    assert kept
    out = visitor.post("/log-out")
    assert (out.status_code, out.location) == (303, "/")
    thief = Visitor(app)
    thief.client.set_cookie("session", kept)
    assert thief.get("/account/").status_code == 303


def test_logging_out_by_a_link_does_nothing(app: Flask, email: str) -> None:
    visitor = Visitor(app)
    visitor.log_in(email)
    assert visitor.get("/log-out").status_code == 405
    assert visitor.get("/account/").status_code == 200
