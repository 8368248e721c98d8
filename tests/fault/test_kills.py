"""`kill -9` of everything while 500 people sign: nothing accepted is lost, nothing counted twice."""

from __future__ import annotations

import http.client
import random
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs.models import Job
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import LedgerRow, Signature
from campaign_actions.signatures.states import State
from tests.support.factories import an_action
from tests.support.flow import Flow
from tests.support.live import LiveSite, until
from tests.support.mail_server import MailServer

PEOPLE = 500
KILLS = 6

pytestmark = pytest.mark.timeout(300)


@dataclass
class Journal:
    """What the clients know: which posts were acknowledged, and which answers were lost."""

    signed: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)


@pytest.fixture
def live(settings: Settings, mail_server: MailServer, app: Flask, tmp_path: Path) -> Iterator[LiveSite]:
    """A running site that sends its mail to a real server."""
    running = LiveSite(replace(settings, mail_url=mail_server.url, trusted_proxies=1), tmp_path)
    yield running
    running.stop()


def sign(live: LiveSite, page: ActionPage, stamp: dict[str, str], email: str, journal: Journal) -> None:
    """Sign as a patient person does: again after a broken line or a 503, until it is acknowledged."""
    fields = stamp | {
        "name": f"Supporter {email.partition(chr(64))[0]}",
        "email": email,
        "country": "",
        "level": "team",
    }
    for _ in range(200):
        try:
            status, text = live.post(f"/actions/{page.card.slug}/sign", fields, client=_machine(email))
        except (OSError, http.client.HTTPException):
            journal.unknown.add(email)
            threading.Event().wait(0.2)
            continue
        if status == 200 and "Check your email" in text:
            journal.signed.add(email)
            return
        assert status in (429, 503), text[:2000]
        threading.Event().wait(0.2)


def confirm(live: LiveSite, token: str, email: str, journal: Journal) -> None:
    """Press the button of the mailed link, again until the answer comes."""
    for _ in range(200):
        try:
            status, _text = live.post(f"/c/{token}", {}, client=_machine(email))
        except (OSError, http.client.HTTPException):
            threading.Event().wait(0.2)
            continue
        if status in (200, 303):
            journal.confirmed.add(email)
            return
        threading.Event().wait(0.2)


def _machine(email: str) -> str:
    # Everybody on a network of their own: one network may post 100 times a minute.
    number = int("".join(letter for letter in email if letter.isdecimal()))
    return f"10.{number // 250}.{number % 250}.7"


def test_nothing_is_lost_or_counted_twice_while_everything_is_killed(
    live: LiveSite, app: Flask, settings: Settings, database: None, mail_server: MailServer
) -> None:
    page, journal = an_action(), Journal()
    session.remove()
    live.start()
    stamp = live.sign_form(page.card.slug)
    people = [f"person{number}@example.org" for number in range(PEOPLE)]
    over = threading.Event()
    killer = threading.Thread(target=_kill_at_random, args=(live, over))
    killer.start()
    try:
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda email: sign(live, page, stamp, email, journal), people))
        assert journal.signed == set(people)
        _confirm_all(live, journal, mail_server, people)
    finally:
        over.set()
        killer.join()
    until(_quiet, "letters or counts still wait", 60)
    assert journal.confirmed == set(people)
    rows = session.execute(
        select(func.count()).select_from(Signature).where(Signature.state == State.CONFIRMED)
    )
    assert rows.scalar_one() == PEOPLE
    assert counting.shown([page.card.id])[page.card.id] == PEOPLE
    assert Flow(app, settings).breaches() == []


def _kill_at_random(live: LiveSite, over: threading.Event) -> None:
    deeds = [live.kill_web_worker, live.kill_worker, live.kill_master] * (KILLS // 3)
    random.Random(16).shuffle(deeds)
    for deed in deeds:
        if over.wait(1.2):
            return
        deed()
        live.wait_until_ready()


def _confirm_all(live: LiveSite, journal: Journal, server: MailServer, people: list[str]) -> None:
    done: set[str] = set()

    def some() -> bool:
        fresh = []
        for letter in list(server.letters):
            token = re.search(r"/c/([\w-]+)", letter.text)
            if token and token[1] not in done:
                done.add(token[1])
                fresh.append((token[1], letter.recipients[0]))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda pair: confirm(live, *pair, journal), fresh))
        return journal.confirmed == set(people)

    until(some, "not everybody got a letter", 90)


def _quiet() -> bool:
    session.rollback()
    jobs = session.execute(select(func.count()).select_from(Job)).scalar_one()
    ledger = session.execute(select(func.count()).select_from(LedgerRow)).scalar_one()
    return jobs == 0 and ledger == 0
