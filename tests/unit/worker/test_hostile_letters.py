"""Two hundred hostile titles, names and addresses: a letter has one recipient and the headers it should have.

Source of the tricks: RFC 5322, RFC 2047; CWE-93.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from campaign_actions.actions.models import ActionText
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.mail import rendering
from campaign_actions.infra.mail.sending import Answer, Sender, Smtp, compose, transport_for
from campaign_actions.signatures import addresses
from campaign_actions.worker import letters, loop
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow
from tests.support.mail_server import Letter, MailServer

FROM = Sender("The campaign", "team@campaign.example")
HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
)
BREAKS = (
    *("=?utf-8?q?=0D=0ABcc=3A_victim=40example.net=0D=0A?=", "=?utf-8?b?DQpCY2M6IHZAeC5uZXQNCg==?= "),
    *("\r\n", "\n", "\r", "\n\n", "\r\n\r\n", "\0", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85"),
    *("\u2028", "\u2029", "%0d%0a", "=0D=0A", "\\r\\n", "\n ", "\r\n\t", "=?utf-8?q?=0D=0A?=", "\u200b"),
)
REST = (
    *("Bcc: victim@example.net", "To: victim@example.net", "Subject: Free money", "Content-Type: text/html"),
    *("From: president@example.net", "<victim@example.net>", ", victim@example.net", "; victim@example.net"),
    *("\r\n.\r\nRSET", "RCPT TO:<victim@example.net>", "=?utf-8?b?QmNjOiB4QGV4YW1wbGUubmV0?=", "ÿ" * 300),
)
COUNT = 200


def hostile() -> list[str]:
    """Two hundred texts, each break with much of what may stand behind it."""
    return [f"Free them{gap}{rest}" for rest, gap in product(REST, BREAKS)][:COUNT]


def whole(letter: Letter, to: str, sender: str = FROM.address) -> Iterator[str]:
    """What is wrong with a letter as it arrived."""
    message = letter.message
    names = tuple(message.keys())
    if sorted(names) != sorted(HEADERS):
        yield f"headers {names}"
    if letter.recipients != (to,) or [str(one) for one in message.get_all("To", [])] != [to]:
        yield f"recipients {letter.recipients}, {message.get_all('To')}"
    if letter.sender != sender or message.get_content_type() != "multipart/alternative":
        yield "sender or kind"
    if any(ord(char) < 32 or char in "\x7f\x85\u2028\u2029" for char in str(message["Subject"])):
        yield f"subject {message['Subject']!r}"


@pytest.fixture
def line(mail_server: MailServer) -> Iterator[Smtp]:
    """A line to the mail server."""
    opened = Smtp(urlsplit(mail_server.url))
    yield opened
    opened.close()


def test_there_are_two_hundred_of_them() -> None:
    assert len(hostile()) == COUNT
    assert sum("\n" in text or "\r" in text for text in hostile()) > COUNT // 4


@pytest.mark.engines("sqlite")
def test_a_hostile_title_makes_one_letter_to_one_person(
    app: Flask, settings: Settings, database: None, clock: time_machine.Traveller, mail_server: MailServer
) -> None:
    flow, page, way = Flow(app, settings), an_action(), transport_for(mail_server.url)
    office = loop.open_office(settings)
    wrong = []
    for number, title in enumerate(hostile()):
        # Beneath every form that would have refused it.
        with writing():
            session.execute(update(ActionText).values(title=title[:120]))
        to = f"person{number}@example.org"
        flow.sign(page, a_supporter(email=to))
        letters.deliver_due(office, way, lanes=loop.LETTER_LANES)
        wrong += [
            f"{title[:40]!r}: {fault}" for fault in whole(mail_server.letters[-1], to, settings.mail_from)
        ]
    way.close()
    assert wrong == []
    assert len(mail_server.letters) == COUNT


def test_a_hostile_name_of_the_site_or_of_a_user_changes_no_header(
    mail_server: MailServer, line: Smtp
) -> None:
    wrong = []
    for number, text in enumerate(hostile()):
        to = f"person{number}@example.org"
        invited = rendering.render("invitation", "en", link="https://campaign.example/x", site=text)
        told = {"kind": "list_asked", "who": text, "when": "now", "link": "https://campaign.example/x"}
        for rendered in (invited, rendering.render("account", "en", site=text, **told)):
            answer = line.send(compose(uuid4(), FROM, to, rendered), to)
            assert answer is Answer.SENT
            wrong += [f"{text[:40]!r}: {fault}" for fault in whole(mail_server.letters[-1], to)]
    assert wrong == []


def test_a_hostile_name_of_the_sender_is_refused_or_changes_no_header(
    mail_server: MailServer, line: Smtp
) -> None:
    rendered = rendering.render("invitation", "en", link="https://campaign.example/x", site="T")
    wrong = []
    for text in hostile():
        try:
            message = compose(uuid4(), Sender(text, FROM.address), "p@example.org", rendered)
        except ValueError:
            continue
        assert line.send(message, "p@example.org") is Answer.SENT
        wrong += [f"{text[:40]!r}: {fault}" for fault in whole(mail_server.letters[-1], "p@example.org")]
    assert wrong == []


def test_a_hostile_address_is_refused_or_is_one_recipient(mail_server: MailServer, line: Smtp) -> None:
    rendered = rendering.render("invitation", "en", link="https://campaign.example/x", site="T")
    taken, wrong = 0, []
    for text in hostile():
        rest = text.removeprefix("Free them")
        for typed in (
            f"marta{rest}@example.org",
            f"marta@example.org{rest}",
            f'"marta{rest}"@example.org',
            rest,
        ):
            try:
                to = addresses.check(typed)
            except Refused:
                continue
            taken += 1
            assert line.send(compose(uuid4(), FROM, to, rendered), to) is Answer.SENT
            wrong += [f"{typed[:60]!r}: {fault}" for fault in whole(mail_server.letters[-1], to)]
    assert wrong == []
    assert taken < COUNT // 4, "hardly any of these is an address"


def test_an_address_that_went_round_the_form_never_reaches_the_server(
    line: Smtp, mail_server: MailServer
) -> None:
    rendered = rendering.render("invitation", "en", link="https://campaign.example/x", site="T")
    for text in hostile():
        if any(char in text for char in "\r\n\0 "):
            with pytest.raises(ValueError, match="not one mail address"):
                compose(uuid4(), FROM, f"marta{text}@example.org", rendered)
    assert mail_server.letters == []


def test_letters_in_a_folder_are_as_whole(tmp_path: Path) -> None:
    way = transport_for(f"file:{tmp_path / 'mail'}")
    for text in hostile():
        told = {"kind": "list_asked", "who": text, "when": "now", "link": "https://campaign.example/x"}
        way.send(
            compose(uuid4(), FROM, "p@example.org", rendering.render("account", "en", site=text, **told)), ""
        )
    for path in (tmp_path / "mail").iterdir():
        head = path.read_bytes().partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
        names = [row.partition(b":")[0].decode() for row in head.splitlines() if not row[:1].isspace()]
        assert sorted(names) == sorted(HEADERS), path.read_bytes()[:400]
