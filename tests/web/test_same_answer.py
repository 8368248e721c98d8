"""Nobody can tell from the site whether an address has signed, and pressing often is pressing once."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select, update
from werkzeug.test import TestResponse

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.infra.limits import RateHit
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import an_action
from tests.support.filled_forms import fields_of
from tests.support.flow import my_token_in, token_in
from tests.support.visiting import Visitor

SLUG = "release-the-strikers"
SIGN = f"/actions/{SLUG}/sign"
EMAIL = "marta@example.org"
DETAILS = {"name": "Marta Lindqvist", "email": EMAIL, "country": "SE", "level": "target"}
OTHERS = DETAILS | {"name": "Erik Holm", "level": "everyone", "updates": "1"}
AT_ONCE = 50
CONFIRMS = 100


class Signing:
    """One action, and one address that can be brought into every state."""

    def __init__(self, app: Flask, work: Callable[[], None], mailbox: Mailbox) -> None:
        self.app, self.work, self.mailbox = app, work, mailbox
        with app.app_context():
            an_action(slug=SLUG)
        self.stamp = fields_of(Visitor(app).get(f"/actions/{SLUG}/").text, SIGN)["stamp"]

    def post(self, details: dict[str, str] = DETAILS, **more: str) -> TestResponse:
        """Send the form."""
        return Visitor(self.app).client.post(SIGN, data=details | {"stamp": self.stamp} | more)

    def post_to(self, path: str) -> None:
        """Press the button of a page."""
        assert Visitor(self.app).client.post(path).status_code == 303

    def state(self) -> State | None:
        """Where the signature of the address stands."""
        with self.app.app_context(), db.engine.connect() as connection:
            found = connection.execute(select(Signature.state)).scalar_one_or_none()
        return None if found is None else State(found)

    def forget(self) -> None:
        """As if nobody had ever signed, and nobody had posted much."""
        with self.app.app_context(), writing() as connection:
            connection.execute(delete(Signature))
            connection.execute(delete(RateHit))

    def bring(self, state: str, details: dict[str, str]) -> None:
        """Let the address have a signature in that state, made with those details."""
        self.forget()
        if state == "new":
            return
        self.post(details, **({"website": "https://spam.example"} if state == "trapped" else {}))
        self.work()
        if state in ("waiting", "trapped"):
            return
        letter = self.mailbox.newest(to=EMAIL)
        if state in ("confirmed", "withdrawn", "held", "invalid"):
            self.post_to(f"/c/{token_in(letter)}")
        if state == "withdrawn":
            self.post_to(f"/my/{my_token_in(letter)}/withdraw/")
        if state in ("held", "invalid"):
            with self.app.app_context(), writing() as connection:
                connection.execute(update(Signature).values(state=State[state.upper()].value))


@pytest.fixture
def signing(
    app: Flask, worker: Callable[[], None], mailbox: Mailbox, clock: time_machine.Traveller
) -> Signing:
    return Signing(app, worker, mailbox)


STATES = {
    "new": None,
    "waiting": State.WAITING,
    "trapped": State.HELD,
    "confirmed": State.CONFIRMED,
    "held": State.HELD,
    "invalid": State.INVALID,
    "withdrawn": State.WITHDRAWN,
}


def said(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.data, sorted(answer.headers)


@pytest.mark.parametrize("before", [DETAILS, OTHERS], ids=["the same details", "other details"])
def test_the_answer_is_the_same_for_an_address_in_any_state(signing: Signing, before: dict[str, str]) -> None:
    answers = {}
    for state, expected in STATES.items():
        signing.bring(state, before)
        assert signing.state() is expected, state
        answers[state] = said(signing.post())
    assert answers["new"][0] == 200
    assert b"Check your email" in answers["new"][1]
    assert {state for state, answer in answers.items() if answer != answers["new"]} == set()


def test_a_wrong_code_is_answered_alike_in_any_state(signing: Signing) -> None:
    answers = {}
    for state in STATES:
        signing.bring(state, DETAILS)
        page = signing.post().text
        fields = fields_of(page, f"/actions/{SLUG}/code") | {"code": "000000"}
        answers[state] = said(Visitor(signing.app).client.post(f"/actions/{SLUG}/code", data=fields))
    assert answers["new"][0] == 422
    assert {state for state, answer in answers.items() if answer != answers["new"]} == set()


def test_a_filled_trap_is_answered_as_an_empty_one(signing: Signing) -> None:
    plain = said(signing.post())
    signing.forget()
    status, page, headers = said(signing.post(website="https://spam.example"))
    echoed = re.compile(rb'\n?<input type="hidden" name="website"[^>]*>')
    lengths = [header for header in headers if header[0] != "Content-Length"]
    assert (status, lengths) == (plain[0], [header for header in plain[2] if header[0] != "Content-Length"])
    assert b"".join(echoed.sub(b"", page).split()) == b"".join(plain[1].split())


def test_asking_for_a_link_is_answered_alike(signing: Signing) -> None:
    answers = {}
    for state in STATES:
        signing.bring(state, DETAILS)
        answers[state] = said(Visitor(signing.app).client.post("/my/", data={"email": EMAIL}))
    assert answers["new"][0] == 200
    assert {state for state, answer in answers.items() if answer != answers["new"]} == set()


@pytest.fixture
def served(site: str, app: Flask, worker: Callable[[], None], mailbox: Mailbox) -> tuple[str, Signing]:
    """The real threaded server, and an action on it."""
    return site, Signing(app, worker, mailbox)


def at_once(site: str, path: str, fields: dict[str, str], times: int) -> list[tuple[int, bytes]]:
    """Post a form `times` times in parallel; a busy site is asked again, as its page says."""
    barrier = Barrier(times)

    def post(_number: int) -> tuple[int, bytes]:
        barrier.wait(30)
        for _try in range(30):
            answer = _send(site, path, fields)
            if answer[0] != 503:
                return answer
        return answer

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(post, range(times)))


def _send(site: str, path: str, fields: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": site}
    try:
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_fifty_posts_at_once_make_one_row_and_one_letter(
    served: tuple[str, Signing], mailbox: Mailbox
) -> None:
    site, signing = served
    answers = at_once(site, SIGN, DETAILS | {"stamp": signing.stamp}, AT_ONCE)
    assert {status for status, _page in answers} == {200}
    assert len({page for _status, page in answers}) == 1
    signing.work()
    assert len(mailbox.letters(to=EMAIL)) == 1
    with signing.app.app_context(), db.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Signature)).scalar_one() == 1


@pytest.mark.parametrize("times", [2, CONFIRMS])
def test_confirming_often_at_once_counts_once(
    served: tuple[str, Signing], mailbox: Mailbox, settings: Settings, times: int
) -> None:
    site, signing = served
    signing.post()
    signing.work()
    path = f"/c/{token_in(mailbox.newest(to=EMAIL))}"
    answers = at_once(site, path, {}, times)
    assert {status for status, _page in answers} == {303}
    assert _send(site, path, {})[0] == 303
    signing.work()
    with signing.app.app_context():
        action = db.session.execute(select(Signature.action_id)).scalar_one()
        assert counting.shown([action])[action] == 1
    assert signing.state() is State.CONFIRMED
