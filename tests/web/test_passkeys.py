"""Pages of passkeys: what they let through, what they show, and what goes with a form."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts import passkeys
from campaign_actions.accounts.models import Role, User
from campaign_actions.web import carrying
from tests.support.authenticator import Authenticator
from tests.support.factories import PASSWORD
from tests.support.filled_forms import fields_of
from tests.support.source import ROOT
from tests.support.visiting import OURS, Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

STEP, CODE = "/account/second-step/", "/log-in/code/"
ADD, REMOVE = f"{STEP}passkeys/add", f"{STEP}passkeys/remove"
LATER = timedelta(minutes=11)
QUESTION = re.compile(r'data-passkey="(\w+)" data-question="([^"]+)"')


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """A site at an address where browsers have passkeys."""
    return make_app(site_url="http://localhost")


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app, Role.ADMIN, email="aigul@example.org", name="Aigul N.", may_export=True)


def a_key() -> Authenticator:
    return Authenticator(origin="http://localhost", host="localhost")


def question(page: str) -> str:
    """What the page asks a passkey."""
    found = QUESTION.search(page)
    assert found, page
    return html.unescape(found[2])


def add(visitor: Visitor, key: Authenticator, name: str = "my phone") -> str:
    answer = visitor.post(
        ADD, {"name": name, "new_passkey": key.make(question(visitor.get(STEP).text))}, on=STEP
    )
    assert answer.status_code in (200, 303), answer.text
    return answer.text


def halfway(app: Flask) -> tuple[Visitor, str]:
    visitor = Visitor(app)
    return visitor, visitor.log_in("aigul@example.org", next="/staff/audit/").text


def test_the_first_key_brings_codes_ends_other_sessions_and_is_then_asked_for(app: Flask, user: User) -> None:
    other, visitor, key = logged_in(app, user), logged_in(app, user), a_key()
    assert add(visitor, key).count("<li><code>") == 10
    assert other.get("/desk/").status_code == 303
    assert "my phone" in visitor.get(STEP).text
    visitor, page = halfway(app)
    fields = fields_of(page, CODE) | {"passkey": key.sign(question(page))}
    assert visitor.get("/desk/").status_code == 303
    answer = visitor.client.post(CODE, data=fields, headers=OURS)
    assert answer.location == "/staff/audit/"
    assert visitor.get("/staff/audit/").status_code == 200


def test_a_second_key_brings_no_new_codes(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    add(visitor, a_key())
    assert "<li><code>" not in add(visitor, a_key(), "my computer")
    assert "10 recovery codes are left." in visitor.get(STEP).text


def test_an_answer_seen_on_the_wire_opens_nothing_a_second_time(app: Flask, user: User) -> None:
    key = a_key()
    add(logged_in(app, user), key)
    visitor, page = halfway(app)
    sent = {"passkey": key.sign(question(page))}
    assert visitor.client.post(CODE, data=fields_of(page, CODE) | sent, headers=OURS).status_code == 303
    thief, page = halfway(app)
    answer = thief.client.post(CODE, data=fields_of(page, CODE) | sent, headers=OURS)
    assert answer.status_code == 422
    assert "This code does not fit" in answer.text
    assert question(answer.text) != question(page)


def test_a_stale_proof_is_renewed_by_the_key(app: Flask, user: User, clock: time_machine.Traveller) -> None:
    visitor, key = logged_in(app, user), a_key()
    add(visitor, key)
    clock.shift(LATER)
    page = visitor.get(STEP).text
    assert "First show that it is you" in page
    assert visitor.post(f"{STEP}prove", {"password": PASSWORD}, on=STEP).status_code == 422
    empty = visitor.post(f"{STEP}prove", on=STEP)
    assert (empty.status_code, "the last time was more than ten minutes ago" in empty.text) == (422, True)
    asked = question(visitor.get(STEP).text)
    assert visitor.post(f"{STEP}prove", {"passkey": key.sign(asked)}, on=STEP).location == STEP
    assert "First show that it is you" not in visitor.get(STEP).text


def test_staff_pages_take_the_key_too(app: Flask, user: User, clock: time_machine.Traveller) -> None:
    visitor, key = logged_in(app, user), a_key()
    add(visitor, key)
    clock.shift(LATER)
    page = visitor.get("/staff/users/").text
    assert "/js/passkeys." in page
    typed = {"email": "new@example.org", "role": "staff", "passkey": key.sign(question(page))}
    assert visitor.post("/staff/users/", typed, on="/staff/users/").status_code == 303


def test_nothing_is_added_or_removed_without_a_fresh_proof(
    app: Flask, user: User, clock: time_machine.Traveller
) -> None:
    visitor, key = logged_in(app, user), a_key()
    asked = question(visitor.get(STEP).text)
    clock.shift(LATER)
    answer = visitor.post(ADD, {"name": "a thief's", "new_passkey": key.make(asked)}, on=STEP)
    assert answer.status_code == 422
    with app.app_context():
        assert passkeys.owners() == 0
    visitor = logged_in(app, user)
    add(visitor, key)
    number = re.search(r'name="key" value="([^"]+)"', visitor.get(STEP).text)
    assert number
    clock.shift(LATER)
    assert visitor.post(REMOVE, {"key": number[1]}, on=STEP).status_code == 422


def test_keys_are_removed_by_their_owner_but_for_the_last(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    add(visitor, a_key(), "one")
    (only,) = re.findall(r'name="key" value="([^"]+)"', visitor.get(STEP).text)
    answer = visitor.post(REMOVE, {"key": only}, on=STEP)
    assert (answer.status_code, "It is your only second step" in answer.text) == (422, True)
    add(visitor, a_key(), "two")
    other = logged_in(app, a_known_user(app, Role.ADMIN, email="other@example.org"))
    for nobodys in (only, "", "x", "00000000-0000-0000-0000-000000000000"):
        assert other.post(REMOVE, {"key": nobodys}, on=STEP).status_code == 404
    assert visitor.post(REMOVE, {"key": only}, on=STEP).status_code == 303
    assert "<strong>one</strong>" not in visitor.get(STEP).text


def test_what_was_typed_comes_back_after_the_log_in_without_the_answer(app: Flask, user: User) -> None:
    key = a_key()
    add(logged_in(app, user), key)
    sent = {"title": "A title", "passkey": "an answer"}
    page = Visitor(app).client.post("/log-in/again?next=/desk/news/new/", data=sent, headers=OURS).text
    with app.test_request_context():
        carried = carrying.unwrapped(fields_of(page, "/log-in/")["carried"])
    assert carried is not None
    assert carried.fields == [("title", "A title")]


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://site.example"])
def test_where_no_browser_has_them_the_page_says_so(make_app: Callable[..., Flask], address: str) -> None:
    app = make_app(site_url=address, allowed_hosts=("localhost",))
    visitor = Visitor(app)
    user = a_known_user(app, email="aigul@example.org")
    visitor.log_in(user.email)
    assert "They work only at an address with a name and https" in visitor.get(STEP).text
    assert visitor.post(ADD, {"name": "x"}, on=STEP).status_code == 404


def test_without_the_package_the_page_says_so_and_codes_still_let_in(
    app: Flask, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = logged_in(app, user)
    codes = re.findall(r"<li><code>([^<]+)</code>", add(visitor, a_key()))
    monkeypatch.setattr("campaign_actions.accounts.passkeys.find_spec", lambda _name: None)
    assert "They are not installed on this server." in visitor.get(STEP).text
    visitor, page = halfway(app)
    assert QUESTION.search(page) is None
    fields = fields_of(page, CODE) | {"code": codes[0], "passkey": json.dumps({"id": "x"})}
    assert visitor.client.post(CODE, data=fields, headers=OURS).status_code == 303


def test_where_a_second_step_is_demanded_a_key_is_enough_and_cannot_be_taken_off(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(site_url="http://localhost", second_step=True)
    visitor = logged_in(app, a_known_user(app, Role.STAFF, email="aigul@example.org"))
    assert visitor.get("/desk/").location == STEP
    add(visitor, a_key())
    assert visitor.get("/desk/").status_code == 200
    assert "Take the second step off" not in visitor.get(STEP).text
    assert visitor.post(f"{STEP}off", on=STEP).status_code == 404


def test_the_app_is_given_up_for_keys(app: Flask, user: User) -> None:
    visitor = logged_in(app, user)
    assert visitor.post(f"{STEP}app-off", on=STEP).status_code == 404


def test_no_page_of_staff_asks_who_it_is_without_taking_the_key() -> None:
    pages = [path for path in (ROOT / "templates" / "staff").rglob("*.html") if path.name != "parts.html"]
    assert [path.name for path in pages if "form.password" in path.read_text("utf-8")] == []
