"""The drill: somebody takes the machine with its database, files, logs and settings, but not the list key.

Set-up C of docs/threats.md: the keys for lists, updates and backups lie elsewhere. What the finder may do
is to test a guess with the pepper; the privacy page says so.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.actions import paper as codes
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.cli.main import main
from campaign_actions.config import Settings
from campaign_actions.exports import requesting
from campaign_actions.exports.models import Export, Purpose
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.database.engine import Base, db, session, snapshot, writing
from campaign_actions.infra.mail.models import Letter
from campaign_actions.opening import keys, proving
from campaign_actions.opening.keys import Private
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import identity, paper
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.paper import LineTyped, SheetTyped
from campaign_actions.worker import loop
from tests.support import made_exports
from tests.support.factories import a_supporter, a_user, an_action as an_open_action
from tests.support.flow import Flow
from tests.support.mail_server import MailServer
from tests.support.visiting import Visitor

PEOPLE, CONFIRMED = 24, 16
KEPT_ELSEWHERE = ("list-1.key", "updates-1.key", "backup-1.key")
PAPER = ("Qanatbek Seizedline", "Seizedville")


def person(number: int) -> tuple[str, str]:
    """A name and an address whose parts appear nowhere else."""
    return f"Þórunn Seizedname{number:02}q", f"seized.mailbox{number:02}q@seizeddomain.example"


MARKS = ("Seizedname", "Þórunn", "seized.mailbox", "seizeddomain", *PAPER)


@pytest.fixture
def campaign(
    app: Flask,
    settings: Settings,
    mail_server: MailServer,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[ActionPage]:
    """A site on which people signed, with a sealed list and a backup; the keys are elsewhere."""
    caplog.set_level(logging.DEBUG)
    mailing = replace(settings, mail_url=mail_server.url)
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    with app.app_context():
        page = an_open_action()
        flow = Flow(app, mailing)
        sign(flow, page, mail_server)
        enter_paper(flow, page)
        ask_for_a_list(page)
        session.remove()
        if db.engine.dialect.name == "sqlite":
            done = CliRunner().invoke(main, ["backup", str(tmp_path / "backups")])
            assert done.exit_code == 0, done.output
        away = tmp_path / "laptop"
        away.mkdir()
        for name in KEPT_ELSEWHERE:
            if (settings.worker_keys / name).exists():
                (settings.worker_keys / name).rename(away / name)
        loop.run_once(app, mailing)
        assert session.scalars(select(Export.left_sealed)).all() == [True]
        yield page


def sign(flow: Flow, page: ActionPage, server: MailServer) -> None:
    """Everybody signs and gets a letter; two of three confirm."""
    for number in range(PEOPLE):
        name, email = person(number)
        level = (Level.TEAM, Level.TARGET)[number % 2]
        who = a_supporter(name=name, email=email, level=level, updates=number % 3 == 0)
        # From a network each, or screening would hold so many of one domain.
        flow.sign(page, who, prefix=f"198.51.{number}.0/24")
        flow.work()
    for letter in server.letters[:CONFIRMED]:
        token = next(word for word in letter.text.split() if "/c/" in word).rpartition("/c/")[2]
        flow.confirm(token)
    flow.work()
    assert len(server.letters) == PEOPLE


def enter_paper(flow: Flow, page: ActionPage) -> None:
    """A sheet with one line is typed in."""
    found = codes.read_code(codes.sheet_code(page.card.id, 1, "en"))
    assert found
    sheet = SheetTyped(code=found, number=1, place="The square", lines=(LineTyped(1, *PAPER),))
    by = a_user(Role.STAFF)
    with writing() as connection:
        paper.enter(connection, page, sheet, flow.tools, by=by)


def ask_for_a_list(page: ActionPage) -> None:
    """A list for the embassy is asked for, and not yet made."""
    by = a_user(Role.STAFF, may_export=True)
    reason, recipient = "Delivery agreed with the family", "Embassy in London, by hand"
    wish = Wish(
        action_id=page.card.id,
        purpose=Purpose.DELIVER,
        reason=reason,
        recipient=recipient,
        chosen=made_exports.chosen(Purpose.DELIVER),
    )
    with writing() as connection:
        requesting.ask(connection, wish, by)


def everything(settings: Settings, tmp_path: Path, logged: str) -> Iterator[tuple[str, bytes]]:
    """What the finder holds: every file, every value of every table, what was logged, the settings."""
    folders = (settings.data, tmp_path / "backups")
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        yield str(path), path.read_bytes()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            values = [value if isinstance(value, bytes) else str(value).encode() for value in row]
            yield f"table {table.name}", b"\n".join(values)
    yield "log", logged.encode()
    yield "settings", repr(settings).encode()


def spelt(mark: str) -> set[bytes]:
    """A mark as text of several kinds may hold it."""
    plain = mark.encode()
    # Base64 spells three bytes alike wherever they begin: the whole groups inside, at each of three places.
    middles = {base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in (3, 4, 5)}
    return {plain, mark.encode("utf-16-le"), json.dumps(mark).strip('"').encode(), plain.hex().encode()} | {
        plain[::-1],
        *(middle for middle in middles if len(middle) > 7),
    }


def records() -> list[proving.Record]:
    with snapshot() as connection:
        return [*proving.everything(connection, "list"), *proving.everything(connection, "updates")]


def opened(private: list[Private]) -> int:
    opener = Opener(private)
    return sum(1 for record in records() if proving.opens(opener, record))


def test_what_is_taken_names_nobody(
    campaign: ActionPage, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    places = 0
    found = set()
    for place, content in everything(settings, tmp_path, caplog.text):
        places += 1
        found |= {(place, mark) for mark in MARKS for kind in spelt(mark) if kind in content}
    assert found == set()
    assert places > PEOPLE, "there was something to search"


def test_no_key_that_is_found_opens_anything(
    campaign: ActionPage, settings: Settings, tmp_path: Path
) -> None:
    there = sorted(settings.data.rglob("*.key"))
    assert {path.name for path in there} == {"mail-1.key", "pepper.key", "secret.key"}
    found = [Private(bytes.fromhex(path.read_text().strip())) for path in there if path.parent.name == "web"]
    found += [keys.read(path) for path in there if path.parent.name == "worker"]
    assert len(found) == 3
    assert opened(found) == 0
    assert session.scalars(select(Letter)).all() == [], "letters that left are gone"
    laptop = [keys.read(tmp_path / "laptop" / name) for name in KEPT_ELSEWHERE[:2]]
    assert opened(laptop) == len(records()) > PEOPLE, "with the keys from elsewhere all of it opens"


def test_what_can_be_tested_is_said(campaign: ActionPage, app: Flask, settings: Settings) -> None:
    """With the pepper a guess can be tested: the limit that the privacy page admits."""
    digests = set(session.scalars(select(Signature.email_digest)))
    pepper = bytes.fromhex((settings.web_keys / "pepper.key").read_text().strip())

    def signed(email: str, secret: bytes) -> bool:
        with writing() as connection:
            return identity.digest_of(connection, campaign.card.id, email, secret) in digests

    assert signed(person(0)[1], pepper)
    assert not signed("somebody.else@example.org", pepper)
    assert not signed(person(0)[1], bytes(32)), "without the pepper nothing can be tested"
    said: Any = Visitor(app).get("/privacy/").text
    assert "could test a guessed address against it" in said
