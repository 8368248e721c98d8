"""Mailing an update: who gets it, who may start it, how often, and that nobody gets it twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import updates
from campaign_actions.actions.updates import Words
from campaign_actions.errors import NotAllowed, Overtaken, Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job, Lane
from campaign_actions.infra.mail.sending import transport_for
from campaign_actions.signatures import mailing_out, mailings, moving, unsubscribing
from campaign_actions.signatures.mailing_models import MailingRow, MailingState, Pause
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State
from campaign_actions.worker import letters, loop, mailings as worker
from tests.conftest import Mailbox
from tests.support import made_mailings as made
from tests.support.factories import a_user, an_action
from tests.support.flow import Flow, text_of
from tests.support.spoken import add_update

LEAVE = "/my/unsubscribe/"


def rows_left() -> int:
    """Rows about people and jobs of mailings."""
    session.rollback()
    rows = session.execute(select(func.count()).select_from(MailingRow)).scalar_one()
    return rows + session.execute(select(func.count()).where(Job.lane == Lane.BULK)).scalar_one()


def step() -> None:
    with writing() as connection:
        mailing_out.step(connection)


def test_everybody_who_asked_and_confirmed_gets_one_letter_that_can_be_ended(
    flow: Flow, mailbox: Mailbox
) -> None:
    page, other = an_action(at_risk=True), an_action()
    emails = made.who_asked(flow.tools, page.card.id, 3)
    emails += made.who_asked(flow.tools, page.card.id, 1, "ru")
    made.who_asked(flow.tools, page.card.id, 2, "kk", state=int(State.HELD), hold="program", cluster="KQ7WXM")
    made.who_asked(flow.tools, other.card.id, 1, "kk")
    staff = a_user(Role.STAFF)
    update_id = made.started(page.card.id, staff, body="Read [the order](/news/) first.")
    flow.work()
    flow.work()
    assert sorted(str(letter["To"]) for letter in mailbox.letters()) == sorted(emails)
    letter = mailbox.newest(emails[0])
    assert letter["Subject"] == made.SUBJECT
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"{flow.settings.site_url}{LEAVE}" in letter["List-Unsubscribe"]
    assert f"{flow.settings.site_url}{LEAVE}" in text_of(letter)
    assert f"/actions/{page.card.slug}/updates/1/" in text_of(letter)
    assert f"Read [the order]({flow.settings.site_url}/news/) first." in text_of(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert f'href="{flow.settings.site_url}/news/"' in html.get_content()
    assert "/ru/my/unsubscribe/" in text_of(mailbox.newest(emails[3]))
    found = made.mailing(update_id)
    assert (found.state, found.recipients, found.sent, found.dropped) == (MailingState.DONE, 4, 4, 0)
    assert rows_left() == 0
    with pytest.raises(Refused, match="mailed already"):
        made.start(update_id, staff)


def test_who_leaves_meanwhile_gets_none(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    made.who_asked(flow.tools, page.card.id, 3)
    update_id = made.started(page.card.id, a_user(Role.STAFF))
    step()
    one, other, _last = session.scalars(select(Signature.email_digest)).all()
    with writing() as connection:
        unsubscribing.unsubscribe(connection, unsubscribing.Subscription(page.card.id, one))
        moving.move(connection, other, page.card.id, State.HELD, hold="program", cluster="KQ7WXM")
    flow.work()
    found = made.mailing(update_id)
    assert (found.state, found.sent, found.dropped) == (MailingState.DONE, 1, 2)
    assert len(mailbox.letters()) == 1


def test_an_organiser_asks_and_staff_start(flow: Flow, mailbox: Mailbox) -> None:
    organiser, stranger, staff = a_user(), a_user(), a_user(Role.STAFF)
    page = an_action(owner_id=organiser.id)
    update_id = add_update(page.card.id)
    with pytest.raises(Refused, match="Nobody has asked"):
        made.ask(update_id, organiser)
    made.who_asked(flow.tools, page.card.id, 1)
    for wrong in (lambda: made.start(update_id, organiser), lambda: made.ask(update_id, stranger)):
        with pytest.raises(NotAllowed):
            wrong()
    with pytest.raises(Refused) as refusal:
        made.ask(update_id, organiser, " \n")
    assert refusal.value.field == "subject"
    made.ask(update_id, organiser)
    assert [one.update_id for one in mailings.waiting(staff)] == [update_id]
    assert mailings.waiting(organiser) == []
    flow.work()
    assert mailbox.letters() == []
    with writing() as connection:
        mailings.stop(connection, update_id, by=staff)
    made.ask(update_id, organiser, "Moved")
    made.start(update_id, staff, "Moved again")
    flow.work()
    assert mailbox.newest()["Subject"] == "Moved again"


def test_a_paused_mailing_sends_nothing_and_goes_on_where_it_was(flow: Flow, mailbox: Mailbox) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    made.who_asked(flow.tools, page.card.id, 3)
    update_id = made.started(page.card.id, staff)
    step()
    with writing() as connection:
        mailings.pause(connection, update_id, by=staff)
    running = made.started(page.card.id, staff)
    flow.work()
    assert len(mailbox.letters()) == 3
    assert made.mailing(running).state is MailingState.DONE
    assert made.mailing(update_id).sent == 0
    with writing() as connection:
        mailings.go_on(connection, update_id, by=staff, seen_version=None)
    flow.work()
    assert made.mailing(update_id).sent == 3
    assert len(mailbox.letters()) == 6


def test_words_that_nobody_agreed_to_are_not_sent(flow: Flow, mailbox: Mailbox) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    made.who_asked(flow.tools, page.card.id, 2)
    update_id = add_update(page.card.id)
    seen = made.version_of(update_id)
    change(update_id, "In the summer.")
    with pytest.raises(Overtaken), writing() as connection:
        mailings.start(connection, update_id, "News", by=staff, seen_version=seen)
    made.start(update_id, staff)
    step()
    change(update_id, "In the autumn.")
    flow.work()
    found = made.mailing(update_id)
    assert (found.state, found.pause, mailbox.letters()) == (MailingState.PAUSED, Pause.CHANGED, [])
    with pytest.raises(Overtaken), writing() as connection:
        mailings.go_on(connection, update_id, by=None, seen_version=None)
    with writing() as connection:
        version = made.version_of(update_id)
        mailings.go_on(connection, update_id, by=staff, seen_version=version)
    flow.work()
    assert len(mailbox.letters()) == 2
    assert "In the autumn." in text_of(mailbox.newest())


def change(update_id: UUID, body: str) -> None:
    """Save other words of an update."""
    with writing():
        words = Words(title="The hearing is moved", body=body)
        updates.save(update_id, words, by=None, seen_version=made.version_of(update_id))


@pytest.mark.parametrize("when", ["listed", "not yet listed"])
def test_a_withdrawn_update_ends_its_mailing(flow: Flow, mailbox: Mailbox, when: str) -> None:
    page = an_action()
    made.who_asked(flow.tools, page.card.id, 2)
    update_id = made.started(page.card.id, a_user(Role.STAFF))
    if when == "listed":
        step()
    with writing():
        updates.withdraw(update_id, "", by=None)
    flow.work()
    assert (made.mailing(update_id).state, mailbox.letters()) == (MailingState.STOPPED, [])
    assert rows_left() == 0


def test_without_the_updates_key_it_waits(flow: Flow, mailbox: Mailbox) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    made.who_asked(flow.tools, page.card.id, 2)
    key = flow.settings.worker_keys / "updates-1.key"
    right = key.read_bytes()
    update_id = made.started(page.card.id, staff)
    key.unlink()
    flow.work()
    assert (made.mailing(update_id).pause, mailbox.letters()) == (Pause.NO_KEY, [])
    key.write_bytes((flow.settings.worker_keys / "mail-1.key").read_bytes())
    for text in (None, right):
        if text:
            key.write_bytes(text)
        with writing() as connection:
            mailings.go_on(connection, update_id, by=staff, seen_version=None)
        flow.work()
    found = made.mailing(update_id)
    assert (found.state, found.sent, len(mailbox.letters())) == (MailingState.DONE, 2, 2)


def test_an_address_that_cannot_be_opened_keeps_nobody_else_back(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    made.who_asked(flow.tools, page.card.id, 3)
    first = session.scalars(select(UpdateAddress.email_digest).order_by(UpdateAddress.email_digest)).first()
    with writing() as connection:
        altered = update(UpdateAddress).where(UpdateAddress.email_digest == first)
        connection.execute(altered.values(sealed=b"\1\0" + bytes(64)))
    update_id = made.started(page.card.id, a_user(Role.STAFF))
    for _try in range(5):
        flow.work()
        clock.shift(timedelta(hours=1, minutes=1))
    flow.work()
    found = made.mailing(update_id)
    assert (found.state, found.sent, found.dropped) == (MailingState.DONE, 2, 1)
    assert len(mailbox.letters()) == 2


def test_nobody_is_mailed_while_somebody_waits_to_confirm(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    made.who_asked(flow.tools, page.card.id, 1)
    made.started(page.card.id, a_user(Role.STAFF))
    office, transport = loop.open_office(flow.settings), transport_for(flow.settings.mail_url)
    flow.sign(page)
    clock.shift(timedelta(minutes=5, seconds=1))
    assert worker.carry_on(office, transport) == 0
    assert mailbox.letters() == []
    letters.deliver_due(office, transport, lanes=loop.LETTER_LANES)
    assert worker.carry_on(office, transport) == 1


def test_what_lies_for_two_weeks_is_ended(flow: Flow, clock: time_machine.Traveller) -> None:
    page = an_action()
    made.who_asked(flow.tools, page.card.id, 1)
    update_id = add_update(page.card.id)
    made.ask(update_id, a_user(Role.STAFF))
    clock.shift(timedelta(days=13))
    flow.work()
    assert made.mailing(update_id).state is MailingState.ASKED
    clock.shift(timedelta(days=1, minutes=1))
    flow.work()
    assert made.mailing(update_id).state is MailingState.STOPPED


def test_a_fourth_mailing_in_a_week_is_refused(flow: Flow, clock: time_machine.Traveller) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    made.who_asked(flow.tools, page.card.id, 1)
    for _mailing in range(mailings.MOST):
        made.started(page.card.id, staff)
    fourth = add_update(page.card.id)
    with pytest.raises(Refused, match="3 mailings went out"):
        made.start(fourth, staff)
    clock.shift(timedelta(days=7, minutes=1))
    made.start(fourth, staff)
    elsewhere = an_action().card.id
    made.who_asked(flow.tools, elsewhere, 1)
    made.started(elsewhere, staff)


def test_of_many_started_at_once_three_begin(app: Flask, flow: Flow) -> None:
    page, staff_id = an_action(), a_user(Role.STAFF).id
    made.who_asked(flow.tools, page.card.id, 1)
    ids = [add_update(page.card.id) for _update in range(6)]
    session.remove()

    def start(update_id: UUID) -> bool:
        with app.app_context():
            try:
                made.start(update_id, session.get_one(User, staff_id))
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(start, ids)) == [False] * 3 + [True] * 3
