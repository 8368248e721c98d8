"""A mailing whose worker dies again and again: everybody has the letter, and at most one has it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from campaign_actions.accounts.models import Role
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.jobs.models import NEVER, Job
from campaign_actions.signatures.mailing_models import MailingRow, MailingState
from tests.support import made_mailings as made
from tests.support.factories import a_user, an_action
from tests.support.flow import Flow
from tests.support.live import LiveSite, until
from tests.support.mail_server import MailServer

pytestmark = pytest.mark.timeout(300)

READERS = {"sqlite": 1_000, "postgresql": 250}


@pytest.fixture
def live(settings: Settings, mail_server: MailServer, app: Flask, tmp_path: Path) -> Iterator[LiveSite]:
    """A site whose worker the test starts."""
    running = LiveSite(replace(settings, mail_url=mail_server.url), tmp_path)
    yield running
    running.stop()


def dies(live: LiveSite, app: Flask, point: str) -> None:
    """The worker dies at `point`; its leases pass at once."""
    live.crash_at = point
    live.start_worker()
    assert live.wait_for_worker() == 9
    live.crash_at = ""
    with app.app_context(), writing() as connection:
        connection.execute(update(Job).values(lease_until=NEVER))


def is_done(update_id: UUID) -> bool:
    found = made.mailing(update_id).state is MailingState.DONE
    session.remove()
    return found


def test_s48_a_worker_killed_again_and_again_writes_to_everybody_once(
    live: LiveSite, app: Flask, settings: Settings, database: None, mail_server: MailServer
) -> None:
    flow, page, readers = Flow(app, settings), an_action(), READERS[db.engine.dialect.name]
    emails = made.who_asked(flow.tools, page.card.id, readers)
    update_id = made.started(page.card.id, a_user(Role.STAFF))
    session.remove()
    dies(live, app, "mailing.listed")
    assert session.execute(select(func.count()).select_from(MailingRow)).scalar_one() == 0
    session.remove()
    dies(live, app, "mailing.claimed")
    assert mail_server.letters == []
    dies(live, app, "mailing.sent")
    assert (len(mail_server.letters), made.mailing(update_id).sent) == (1, 0)
    session.remove()
    dies(live, app, "mailing.marked")
    assert (len(mail_server.letters), made.mailing(update_id).sent) == (2, 1)
    session.remove()
    live.start_worker()
    until(lambda: len(mail_server.letters) > readers // 2, "the mailing does not go on", 120)
    live.kill_worker()
    with app.app_context(), writing() as connection:
        connection.execute(update(Job).values(lease_until=NEVER))
    until(lambda: is_done(update_id), "the mailing does not end", 120)
    got = Counter(letter.recipients[0] for letter in mail_server.letters)
    assert set(got) == set(emails)
    # One for the death between the server's yes and our mark, and at most one for the kill.
    assert readers + 1 <= sum(got.values()) <= readers + 2
    assert len({str(letter.message["Message-ID"]) for letter in mail_server.letters}) == readers
    found = made.mailing(update_id)
    assert (found.recipients, found.sent, found.dropped) == (readers, readers, 0)
    assert flow.breaches() == []
