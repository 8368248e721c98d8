"""Two requests at once with one code: one of them gets in, whatever the database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pyotp
import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role
from tests.support.authenticator import Authenticator
from tests.support.filled_forms import fields_of
from tests.support.visiting import OURS, Visitor, a_known_user, logged_in

EMAIL, STEP, CODE = "aigul@example.org", "/account/second-step/", "/log-in/code/"
TRIES = 4


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """A site at an address where browsers have passkeys."""
    return make_app(site_url="http://localhost")


def an_app(visitor: Visitor) -> tuple[pyotp.TOTP, str]:
    """Set an app up; gives it and a recovery code."""
    visitor.post(f"{STEP}begin", on=STEP)
    secret = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', visitor.get(STEP).text)
    assert secret
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    shown = visitor.post(f"{STEP}confirm", {"code": app.now()}, on=STEP).text
    (code, *_others) = re.findall(r"<li><code>([^<]+)</code>", shown)
    return app, code


def question(page: str) -> str:
    found = re.search(r'data-question="([^"]+)"', page)
    assert found
    return unescape(found[1])


def let_in(app: Flask, typed: Callable[[str], dict[str, str]]) -> int:
    """How many of four browsers that send the same answer in the same moment get in."""
    waiting = []
    for _number in range(TRIES):
        visitor = Visitor(app)
        page = visitor.log_in(EMAIL).text
        waiting.append((visitor, fields_of(page, CODE), page))
    sent = typed(waiting[0][2])
    together = Barrier(TRIES)

    def one(who: tuple[Visitor, dict[str, str], str]) -> bool:
        together.wait()
        return who[0].client.post(CODE, data=who[1] | sent, headers=OURS).status_code == 303

    with ThreadPoolExecutor(TRIES) as pool:
        return sum(pool.map(one, waiting))


def test_of_requests_at_once_with_one_code_one_gets_in(app: Flask, clock: time_machine.Traveller) -> None:
    visitor = logged_in(app, a_known_user(app, Role.STAFF, email=EMAIL))
    totp, recovery = an_app(visitor)
    clock.shift(timedelta(seconds=30))
    assert let_in(app, lambda _page: {"code": totp.now()}) == 1
    clock.shift(timedelta(minutes=20))
    assert let_in(app, lambda _page: {"code": recovery}) == 1


def test_of_requests_at_once_with_one_answer_of_a_passkey_one_gets_in(
    app: Flask, clock: time_machine.Traveller
) -> None:
    visitor = logged_in(app, a_known_user(app, Role.STAFF, email=EMAIL))
    key = Authenticator(origin="http://localhost", host="localhost")
    made = key.make(question(visitor.get(STEP).text))
    assert json.loads(made)["type"] == "public-key"
    assert visitor.post(f"{STEP}passkeys/add", {"name": "x", "new_passkey": made}, on=STEP).status_code == 200
    assert let_in(app, lambda page: {"passkey": key.sign(question(page))}) == 1
