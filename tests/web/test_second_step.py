"""Logging in with a code, and what a code opens: nothing goes round it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role, User
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.worker import loop
from tests.conftest import Mailbox
from tests.support.factories import PASSWORD
from tests.support.filled_forms import fields_of
from tests.support.flow import text_of
from tests.support.visiting import OURS, Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

STEP, CODE = "/account/second-step/", "/log-in/code/"
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app, Role.STAFF, email="aigul@example.org", name="Aigul N.")


def set_up(visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """Go through the pages as a user does; gives the app and the recovery codes."""
    visitor.post(f"{STEP}begin", on=STEP)
    page = visitor.get(STEP).text
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert found
    app = pyotp.TOTP(found[1].replace(" ", ""))
    shown = visitor.post(f"{STEP}confirm", {"code": app.now()}, on=STEP).text
    return app, re.findall(r"<code>([a-z2-9-]{14})</code>", shown)


def halfway(app: Flask) -> tuple[Visitor, dict[str, str]]:
    """Somebody who typed the right password, and the form they see then."""
    visitor = Visitor(app)
    answer = visitor.log_in("aigul@example.org", next="/staff/audit/")
    assert answer.status_code == 200
    assert "Your code" in answer.text
    return visitor, fields_of(answer.text, CODE)


def enter(who: tuple[Visitor, dict[str, str]], code: str) -> str:
    """Type a code; gives the address it leads to, or the status of the answer."""
    visitor, fields = who
    answer = visitor.client.post(CODE, data=fields | {"code": code}, headers=OURS)
    return answer.location or str(answer.status_code)


def test_a_code_is_asked_for_after_the_password_and_leads_to_the_wanted_page(
    app: Flask, user: User, clock: time_machine.Traveller
) -> None:
    totp, codes = set_up(logged_in(app, user))
    assert len(codes) == 10
    clock.shift(HALF_MINUTE)
    who = halfway(app)
    visitor = who[0]
    assert visitor.get("/staff/audit/").status_code == 303
    assert enter(who, "000000") == "422"
    assert visitor.get("/staff/audit/").status_code == 303
    old = visitor.cookie
    assert enter(who, totp.now()) == "/staff/audit/"
    assert visitor.cookie != old
    assert visitor.get("/staff/audit/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/desk/", "/staff/", "/account/", STEP, f"{STEP}qr.png", "/staff/audit/audit.csv"]
)
def test_the_password_alone_opens_nothing(app: Flask, user: User, path: str) -> None:
    set_up(logged_in(app, user))
    answer = halfway(app)[0].get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/log-in/")


def test_a_recovery_code_lets_in_once_and_a_letter_tells(
    app: Flask, settings: Settings, user: User, mailbox: Mailbox
) -> None:
    _totp, codes = set_up(logged_in(app, user))
    assert enter(halfway(app), codes[0]) == "/staff/audit/"
    assert enter(halfway(app), codes[0]) == "422"
    with app.app_context():
        loop.run_once(app, settings)
    told = [text_of(letter) for letter in mailbox.letters()]
    assert any("with a recovery code" in words for words in told)
    assert any("was set up for your account" in words for words in told)


def test_setting_it_up_ends_the_other_sessions(app: Flask, user: User) -> None:
    other, this = logged_in(app, user), logged_in(app, user)
    set_up(this)
    assert other.get("/desk/").status_code == 303
    assert this.get("/desk/").status_code == 200


def test_many_wrong_codes_are_slowed_down_and_the_right_one_still_gets_in(
    app: Flask, user: User, clock: time_machine.Traveller
) -> None:
    totp, _codes = set_up(logged_in(app, user))
    who = halfway(app)
    answers = [enter(who, f"{number:06}") for number in range(7)]
    assert answers[-1] == "429"
    clock.shift(timedelta(minutes=5))
    assert enter(who, totp.now()) == "/staff/audit/"


def test_who_came_back_too_late_begins_again(app: Flask, user: User, clock: time_machine.Traveller) -> None:
    totp, _codes = set_up(logged_in(app, user))
    who = halfway(app)
    clock.shift(timedelta(minutes=11))
    assert enter(who, totp.now()) == "/log-in/"


def test_a_stale_proof_is_renewed_by_a_code_and_no_more_by_the_password(
    app: Flask, user: User, clock: time_machine.Traveller
) -> None:
    visitor = logged_in(app, user)
    totp, _codes = set_up(visitor)
    clock.shift(timedelta(minutes=11))
    page = visitor.get(STEP).text
    assert "Code from your app" in page
    assert visitor.post(f"{STEP}codes", {"password": PASSWORD}).status_code == 422
    assert "Your recovery codes" in visitor.post(f"{STEP}codes", {"password": totp.now()}).text


def test_taken_off_the_password_does_again(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    set_up(visitor)
    assert visitor.post(f"{STEP}off").status_code == 303
    assert logged_in(app, user).get("/desk/").status_code == 200


def test_a_revoked_session_ends_with_its_next_request(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    assert visitor.get("/desk/").status_code == 200
    with app.app_context(), writing():
        session.get_one(User, user.id).active = False
    assert visitor.get("/desk/").status_code == 303


def test_where_it_is_demanded_nobody_gets_further_than_its_set_up(make_app: Callable[..., Flask]) -> None:
    app = make_app(second_step=True)
    for role in Role:
        visitor = logged_in(app, a_known_user(app, role, email=f"{role.value}@example.org"))
        for path in ("/desk/", "/desk/actions/new/", "/staff/", "/staff/exports/new/", "/account/"):
            answer = visitor.get(path)
            assert (answer.status_code, answer.location) == (303, STEP), path
        assert visitor.post("/desk/actions/new/", {"title": "x"}, on=STEP).location == STEP
        assert visitor.get(STEP).status_code == 200
    set_up(visitor)
    assert visitor.get("/desk/").status_code == 200
