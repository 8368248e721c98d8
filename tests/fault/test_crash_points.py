"""The process dies at each named point in turn; what was acknowledged stands, and nothing is doubled."""

from __future__ import annotations

import http.client
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import NEVER, Job
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import Signature
from tests.support.factories import an_action
from tests.support.flow import Flow
from tests.support.live import LiveSite, until
from tests.support.mail_server import MailServer

IN_WEB = ("sign.written", "confirm.moved", "confirm.ledger")
IN_WORKER = ("letter.claimed", "letter.sent", "letter.marked", "fold.deleted", "fold.added")
SIGNERS = 2

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def live(settings: Settings, mail_server: MailServer, app: Flask, tmp_path: Path) -> Iterator[LiveSite]:
    """A site whose processes the test starts."""
    running = LiveSite(replace(settings, mail_url=mail_server.url), tmp_path)
    yield running
    running.stop()


def fields_of(live: LiveSite, page: ActionPage, number: int) -> dict[str, str]:
    """A filled-in form."""
    typed = {"name": f"Supporter {number}", "email": f"person{number}@example.org", "level": "team"}
    return live.sign_form(page.card.slug) | typed | {"country": ""}


def sign_all(live: LiveSite, page: ActionPage) -> None:
    """Everybody signs, again after a lost answer."""
    for number in range(SIGNERS):
        fields = fields_of(live, page, number)
        with suppress(OSError, http.client.HTTPException):
            live.post(f"/actions/{page.card.slug}/sign", fields)
        live.wait_until_ready()


def confirm_all(live: LiveSite, server: MailServer) -> None:
    """Everybody presses the button in the letter, again after a lost answer."""
    for letter in list(server.letters):
        token = re.search(r"/c/([\w-]+)", letter.text)
        assert token
        with suppress(OSError, http.client.HTTPException):
            live.post(f"/c/{token[1]}", {})
        live.wait_until_ready()


def letters_everywhere(server: MailServer) -> bool:
    """Whether everybody has a letter."""
    return len({letter.recipients[0] for letter in server.letters}) == SIGNERS


def settled(page: ActionPage) -> bool:
    """Whether nothing waits and everybody is counted."""
    session.rollback()
    jobs = session.execute(select(func.count()).select_from(Job)).scalar_one()
    return jobs == 0 and counting.shown([page.card.id])[page.card.id] == SIGNERS


def check_everything(page: ActionPage, app: Flask, settings: Settings, server: MailServer) -> None:
    """One row and one count each, at most one letter twice in all, and every invariant holds."""
    assert session.execute(select(func.count()).select_from(Signature)).scalar_one() == SIGNERS
    letters = Counter(letter.recipients[0] for letter in server.letters)
    assert sum(letters.values()) <= SIGNERS + 1
    assert len({str(letter.message["Message-ID"]) for letter in server.letters}) == SIGNERS
    assert Flow(app, settings).breaches() == []


@pytest.mark.parametrize("point", IN_WEB)
def test_the_site_dies_in_a_transaction(
    live: LiveSite, point: str, app: Flask, settings: Settings, database: None, mail_server: MailServer
) -> None:
    page = an_action()
    session.remove()
    live.crash_at = point if point.startswith("sign") else ""
    live.start_web()
    live.crash_at = ""
    live.start_worker()
    sign_all(live, page)
    if point.startswith("sign"):
        assert session.execute(select(func.count()).select_from(Signature)).scalar_one() == 0
        session.remove()
        live.kill_master()
        sign_all(live, page)
    until(lambda: letters_everywhere(mail_server), "not everybody got a letter")
    if point.startswith("confirm"):
        live.crash_at = point
        live.kill_master()
        confirm_all(live, mail_server)
        assert counting.exact(session.connection(), page.card.id) == 0
        session.remove()
        live.crash_at = ""
        live.kill_master()
    confirm_all(live, mail_server)
    until(lambda: settled(page), "letters or counts still wait")
    check_everything(page, app, settings, mail_server)


@pytest.mark.parametrize("point", IN_WORKER)
def test_the_worker_dies(
    live: LiveSite, point: str, app: Flask, settings: Settings, database: None, mail_server: MailServer
) -> None:
    page = an_action()
    session.remove()
    live.start_web()
    sign_all(live, page)
    if point.startswith("fold"):
        live.start_worker()
        until(lambda: letters_everywhere(mail_server), "not everybody got a letter")
        live.stop_worker()
        confirm_all(live, mail_server)
    live.crash_at = point
    live.start_worker()
    assert live.wait_for_worker() == 9
    live.crash_at = ""
    give_back_leases(app)
    live.start_worker()
    until(lambda: letters_everywhere(mail_server), "not everybody got a letter")
    confirm_all(live, mail_server)
    until(lambda: settled(page), "letters or counts still wait")
    check_everything(page, app, settings, mail_server)


def give_back_leases(app: Flask) -> None:
    """Let the minute of every lease pass at once."""
    with app.app_context(), writing() as connection:
        connection.execute(update(Job).values(lease_until=NEVER))
