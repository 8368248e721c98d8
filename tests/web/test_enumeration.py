"""Two hundred known and two hundred unknown addresses get the same answers, in the same time.

Taken in turn, so that a machine that slows down slows both; the medians may differ by 10 % or 5 ms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from time import perf_counter
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import identity, moving, unsubscribing
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.filled_forms import fields_of
from tests.support.flow import Flow
from tests.support.visiting import OURS, Visitor

PEOPLE = 200
SLUG = "release-the-strikers"
SIGN = f"/actions/{SLUG}/sign"
# What differs from one answer to the next whoever asks: keys, codes, tokens and stamps.
OWN = re.compile(rb'(name="(?:key|csrf_token|stamp|code)"[^>]*value=")[^"]*|(/my/unsubscribe/)[\w-]+=*')

pytestmark = pytest.mark.timeout(300)


def address(number: int, *, known: bool) -> str:
    """Two addresses of one length that differ in one letter."""
    return f"person{'k' if known else 'u'}{number:03}@example.org"


Post = Callable[[], TestResponse]


@dataclass
class Asked:
    """One site with its forms. Each deed gets a form ready and gives what posts it."""

    app: Flask
    stamp: str
    pepper: bytes
    action_id: UUID

    def sign(self, email: str, prefix: dict[str, str]) -> Post:
        """Sign."""
        fields = {"name": "Marta Lindqvist", "email": email, "country": "SE", "level": "target"}
        return self._posts(SIGN, fields | {"stamp": self.stamp}, prefix)

    def send_again(self, email: str, prefix: dict[str, str]) -> Post:
        """Ask for the letter once more, from the page that says to look for it."""
        page = self.sign(email, prefix)().text
        fields = {"name": "Marta Lindqvist", "email": email, "country": "SE", "level": "target", "again": "1"}
        assert 'name="again"' in page
        return self._posts(SIGN, fields | {"stamp": self.stamp}, prefix)

    def ask_for_link(self, email: str, prefix: dict[str, str]) -> Post:
        """Ask for the link with which one sees, changes or withdraws a signature."""
        return self._posts("/my/", {"email": email}, prefix)

    def unsubscribe(self, email: str, prefix: dict[str, str]) -> Post:
        """Press the button behind the link that ends news, as a mail program does."""
        with self.app.app_context(), writing() as connection:
            digest = identity.digest_of(connection, self.action_id, email, self.pepper)
        token = unsubscribing.write(self.action_id, digest, self.pepper)
        return self._posts(f"/my/unsubscribe/{token}", {}, prefix)

    def log_in(self, email: str, prefix: dict[str, str]) -> Post:
        """Log in with a wrong password."""
        return self._posts("/log-in/", {"email": email, "password": "wrong, and long"}, prefix, guarded=True)

    def forget(self, email: str, prefix: dict[str, str]) -> Post:
        """Say that the password is forgotten."""
        return self._posts("/account/forgotten/", {"email": email}, prefix, guarded=True)

    def _posts(
        self, path: str, fields: dict[str, str], prefix: dict[str, str], *, guarded: bool = False
    ) -> Post:
        who = Visitor(self.app)
        whole = fields_of(who.get(path).text, path) | fields if guarded else fields
        return lambda: who.client.post(path, data=whole, headers=prefix | OURS)


DEEDS = (
    *(Asked.sign, Asked.send_again, Asked.ask_for_link, Asked.unsubscribe),
    *(Asked.log_in, Asked.forget),
)


@pytest.fixture
def asked(make_app: Callable[..., Flask], settings: Settings, clock: time_machine.Traveller) -> Asked:
    """Half of the known have confirmed, a quarter wait, others have withdrawn; all of them also log in."""
    app = make_app(trusted_proxies=1)
    flow = Flow(app, settings)
    with app.app_context():
        page = an_action(slug=SLUG)
        for number in range(PEOPLE):
            flow.sign(page, a_supporter(email=address(number, known=True), updates=True))
            a_user(email=address(number, known=True))
        with writing() as connection:
            digests = connection.execute(select(Signature.email_digest)).scalars().all()
            for digest in digests[::2]:
                moving.keep_updates(connection, digest, page.card.id, b"sealed")
            for part, state in ((digests[::2], State.CONFIRMED), (digests[1::4], State.WITHDRAWN)):
                chosen = Signature.email_digest.in_(part)
                connection.execute(update(Signature).where(chosen).values(state=int(state)))
        action_id = page.card.id
        session.remove()
    stamp = fields_of(Visitor(app).get(f"/actions/{SLUG}/").text, SIGN)["stamp"] or ""
    clock.shift(timedelta(minutes=5))
    return Asked(app, stamp, flow.tools.pepper, action_id)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_known_and_unknown_addresses_are_answered_alike_and_as_fast(
    asked: Asked, deed: Callable[[Asked, str, dict[str, str]], Post]
) -> None:
    answers: dict[bool, set[bytes]] = {True: set(), False: set()}
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(PEOPLE):
        for known in (number % 2 == 0, number % 2 == 1):
            email, prefix = address(number, known=known), {"X-Forwarded-For": f"10.{known:d}.{number}.9"}
            post = deed(asked, email, prefix)
            begun = perf_counter()
            answer = post()
            seconds[known].append(perf_counter() - begun)
            answers[known].add(said(answer, email))
    assert answers[True] == answers[False]
    assert len(answers[True]) == 1
    medians = {known: median(taken) for known, taken in seconds.items()}
    apart = abs(medians[True] - medians[False])
    assert apart < max(0.005, 0.1 * max(medians.values())), medians


def said(answer: TestResponse, email: str) -> bytes:
    """Status, headers and page, without what is drawn anew for each answer and the address itself."""
    headers = sorted((name, value) for name, value in answer.headers if name != "Set-Cookie")
    page = OWN.sub(rb"\1\2", answer.data).replace(email.encode(), b"...")
    cookies = len(answer.headers.getlist("Set-Cookie"))
    return repr((answer.status_code, headers, cookies)).encode() + page
