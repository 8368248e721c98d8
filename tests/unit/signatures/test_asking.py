"""Asking people whose signature another tool collected to confirm it: once each, and then it counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.cli import speakout as commands
from campaign_actions.cli.speakout import Sheet
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra import clock as real
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail.models import Letter
from campaign_actions.signatures import confirming, consents, retention
from campaign_actions.signatures.confirming import LinkKind
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.unverified import Person
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow, my_token_in, text_of, token_in
from tests.support.visiting import Visitor

pytestmark = pytest.mark.usefixtures("clock", "database")

OLGA = Person("Olga K.", "Olga@example.org", "KZ", date(2014, 3, 5))
MARTA = Person("Marta L.", "marta@example.org", None, date(2014, 3, 6))


@pytest.fixture
def flow(app: Flask, settings: Settings) -> Flow:
    return Flow(app, settings)


def take_in(flow: Flow, page: ActionPage, *people: Person, ask: bool = True) -> Sheet:
    return commands.take_in(page, people, flow.tools, name="old.csv", ask=ask)


def row() -> Signature:
    session.expire_all()
    return session.scalars(select(Signature)).one()


def letters(flow: Flow) -> int:
    return len(list((flow.settings.data / "mail").glob("*.eml")))


def a_letter(flow: Flow) -> str:
    """The token in the letter to Olga."""
    flow.work()
    return token_in(Mailbox(flow.settings.data / "mail").newest())


def test_who_confirms_is_counted_once(flow: Flow) -> None:
    page = an_action()
    assert take_in(flow, page, OLGA).asked == 1
    asked = row()
    assert (asked.state, asked.hold, asked.signed_on) == (State.HELD, "imported", real.today())
    token = a_letter(flow)
    view = confirming.look(token)
    assert (view.kind, view.imported, view.name) == (LinkKind.FRESH, True, "Olga K.")
    assert (flow.count(page), flow.breaches()) == (0, [])
    for _time in range(2):
        assert flow.confirm(token).kind is LinkKind.DONE
    flow.work()
    proved = row()
    assert (proved.state, proved.hold, proved.source) == (State.CONFIRMED, None, "imported")
    assert (proved.consent_version, proved.text_version) == (consents.CURRENT, page.text_version)
    assert (flow.count(page), flow.breaches()) == (1, [])


def test_each_gets_one_letter_ever(flow: Flow, clock: Traveller) -> None:
    page = an_action()
    assert take_in(flow, page, OLGA, ask=False).asked is None
    assert take_in(flow, page, OLGA, MARTA).asked == 2
    clock.shift(timedelta(seconds=2))
    flow.work()
    assert letters(flow) == 2
    clock.shift(timedelta(days=8))
    assert take_in(flow, page, OLGA, MARTA).asked == 0
    flow.work()
    assert letters(flow) == 2


def test_letters_leave_two_a_second_so_that_others_come_between(flow: Flow) -> None:
    page = an_action()
    people = [Person("A", f"a{number}@example.org", None, date(2014, 3, 5)) for number in range(4)]
    take_in(flow, page, *people)
    due = sorted(session.scalars(select(Job.due_at)))
    assert [moment - due[0] for moment in due] == [timedelta(seconds=n / 2) for n in range(4)]
    assert sorted(session.scalars(select(Letter.created_at))) == due


def test_who_signed_here_gets_no_letter(flow: Flow) -> None:
    page = an_action()
    flow.confirmed(page, a_supporter(email="olga@example.org"))
    assert take_in(flow, page, OLGA).asked == 0


def test_a_letter_that_somebody_overtook_by_signing_does_not_leave(flow: Flow, clock: Traveller) -> None:
    page = an_action()
    take_in(flow, page, OLGA)
    clock.shift(timedelta(minutes=2))
    flow.sign(page, a_supporter(email="olga@example.org"))
    flow.work()
    assert letters(flow) == 1
    assert "On an earlier site" not in text_of(Mailbox(flow.settings.data / "mail").newest())


def test_the_link_ends_after_a_week_and_the_signature_on_its_day(flow: Flow, clock: Traveller) -> None:
    page = an_action()
    take_in(flow, page, OLGA)
    token = a_letter(flow)
    clock.shift(timedelta(days=8))
    flow.work()
    view = flow.confirm(token)
    assert (view.kind, view.imported) == (LinkKind.EXPIRED, True)
    assert (row().state, flow.breaches()) == (State.HELD, [])
    clock.move_to(page.delete_on + timedelta(days=1))
    with writing() as connection:
        assert retention.forget_due(connection, page.card.id) == 1


def test_i_did_not_sign_deletes_it(flow: Flow) -> None:
    page = an_action()
    take_in(flow, page, OLGA)
    token = a_letter(flow)
    with writing() as connection:
        assert confirming.refuse(connection, token)
    assert session.scalars(select(Signature)).all() == []


def test_the_pages_say_what_it_is_and_what_one_agrees_to(flow: Flow, clock: Traveller) -> None:
    page = an_action(title="Free Dina")
    take_in(flow, page, OLGA)
    token = a_letter(flow)
    letter = Mailbox(flow.settings.data / "mail").newest()
    assert "confirm once more: Free Dina" in letter["Subject"]
    assert "On an earlier site of ours" in text_of(letter)
    assert "Olga" not in text_of(letter)
    reader = Visitor(flow.app)
    shown = reader.get(f"/c/{token}").text
    assert "It comes from an earlier site of ours" in shown
    assert "By pressing the button I sign, and agree that" in shown
    assert reader.get(f"/my/{my_token_in(letter)}/").status_code == 200
    clock.shift(timedelta(days=8))
    gone = reader.get(f"/c/{token}")
    assert gone.status_code == 410
    assert "You can sign here, in its place." in gone.text


@pytest.mark.parametrize("state", [ActionState.PAUSED, ActionState.CLOSED])
def test_nobody_is_asked_for_an_action_that_takes_no_signatures(flow: Flow, state: ActionState) -> None:
    page = an_action(state=state)
    with pytest.raises(Refused, match="takes no signatures at the moment"):
        take_in(flow, page, OLGA)
    assert session.scalars(select(Signature)).all() == []


def test_a_dry_run_says_how_many_would_be_asked(flow: Flow) -> None:
    page = an_action()
    take_in(flow, page, OLGA, ask=False)
    dry = commands.try_out(page, [OLGA, MARTA], flow.tools, ask=True)
    assert dry.asked == 2
    assert list(take_in(flow, page, OLGA, MARTA).lines()) == list(dry.lines())
