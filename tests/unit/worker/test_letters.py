"""Letters leave once each, whatever the mail server does, and count once however often they are tried."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.mail.sending import Answer, transport_for
from campaign_actions.signatures import mine
from campaign_actions.worker import letters, loop
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow, my_token_in, token_in
from tests.support.mail_server import MailServer


@pytest.fixture
def flow(app: Flask, settings: Settings, database: None, clock: time_machine.Traveller) -> Flow:
    return Flow(app, settings)


@dataclass
class Server:
    """A mail server of which only speed and answers matter."""

    clock: time_machine.Traveller
    seconds: float = 0.0
    answer: Answer = Answer.SENT
    taken: list[str] = field(default_factory=list)
    closed: int = 0

    def send(self, message: EmailMessage, to: str) -> Answer:
        self.clock.shift(timedelta(seconds=self.seconds))
        if self.answer is Answer.SENT:
            self.taken.append(to)
        return self.answer

    def close(self) -> None:
        self.closed += 1


def deliver(flow: Flow, server: Server) -> int:
    office = loop.open_office(flow.settings)
    return letters.deliver_due(office, server, lanes=loop.LETTER_LANES)


def test_two_workers_at_a_slow_server_send_each_letter_once(
    flow: Flow, clock: time_machine.Traveller
) -> None:
    page, slow, fast = an_action(), Server(clock, seconds=25), Server(clock)
    people = [f"person{number}@example.org" for number in range(6)]
    for email in people:
        flow.sign(page, a_supporter(email=email))
    assert deliver(flow, slow) == 6
    assert len(slow.taken) < 6
    clock.shift(timedelta(seconds=61))
    deliver(flow, fast)
    assert Counter(slow.taken + fast.taken) == Counter(people)


def test_the_line_to_the_mail_server_is_hung_up_when_nothing_is_due(
    flow: Flow, clock: time_machine.Traveller
) -> None:
    server = Server(clock)
    flow.sign(an_action())
    assert deliver(flow, server) == 1
    assert server.closed == 0
    assert deliver(flow, server) == 0
    assert server.closed == 1


def test_a_link_asked_for_leaves_after_any_number_of_temporary_refusals(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    flow.sign(an_action())
    flow.work()
    flow.confirm(token_in(mailbox.newest()))
    with writing() as connection:
        mine.ask(connection, "marta@example.org", "en", flow.tools)
    busy = Server(clock, answer=Answer.LATER)
    for _ in range(5):
        assert deliver(flow, busy) == 1
        clock.shift(timedelta(hours=1, seconds=1))
    flow.work()
    assert mine.look(my_token_in(mailbox.newest())) is not None


def test_a_filled_trap_brings_no_letter_to_somebody_who_has_signed(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    flow.confirm(token_in(mailbox.newest()))
    flow.sign(page, a_supporter(name="A Robot"), trap=True)
    flow.work()
    assert len(mailbox.letters()) == 1
    flow.sign(page, a_supporter(name="Marta L."))
    flow.work()
    assert len(mailbox.letters()) == 2


def test_an_international_domain_is_written_so_that_every_server_takes_it(
    flow: Flow, mail_server: MailServer
) -> None:
    flow.sign(an_action(), a_supporter(email="marta@bücher.example"))
    transport = transport_for(mail_server.url)
    office = loop.open_office(flow.settings)
    letters.deliver_due(office, transport, lanes=loop.LETTER_LANES)
    transport.close()
    assert [letter.recipients for letter in mail_server.letters] == [("marta@xn--bcher-kva.example",)]
