"""What people do with their own signature afterwards: change, withdraw, delete, be forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from campaign_actions.actions.models import Action, ActionState, Level
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import confirming, links, mine
from campaign_actions.signatures.confirming import LinkKind
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State
from tests.conftest import NOW, Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow, my_token_in, rows, token_in


def test_withdrawing_lowers_the_count_and_wipes_the_record_and_signing_again_works(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    letter = flow.confirmed(page, a_supporter(level=Level.EVERYONE, updates=True))
    flow.work()
    with writing() as connection:
        assert mine.withdraw(connection, my_token_in(letter))
    flow.work()
    assert flow.count(page) == 0
    row = session.execute(select(Signature.sealed, Signature.public_name, Signature.state)).one()
    assert tuple(row) == (None, None, State.WITHDRAWN)
    assert confirming.look(token_in(letter)).kind is LinkKind.WITHDRAWN
    clock.shift(timedelta(seconds=61))
    flow.sign(page)
    flow.work()
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE
    flow.work()
    assert flow.count(page) == 1
    assert rows() == 1


def test_deleting_everything_leaves_no_row(flow: Flow) -> None:
    page = an_action()
    letter = flow.confirmed(page)
    with writing() as connection:
        assert mine.delete(connection, my_token_in(letter))
    flow.work()
    assert rows() == 0
    assert flow.count(page) == 0


def test_refusing_deletes_an_unconfirmed_signature(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    with writing() as connection:
        assert confirming.refuse(connection, token_in(mailbox.newest()))
    assert rows() == 0


def test_a_link_asked_for_later_works_a_day_and_kills_no_pending_link(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    confirm = token_in(flow.signed(page))
    clock.shift(timedelta(seconds=61))
    with writing() as connection:
        mine.ask(connection, "Marta@example.org", "en", flow.tools)
        mine.ask(connection, "nobody@example.org", "en", flow.tools)
    flow.work()
    assert len(mailbox.letters()) == 2
    token = my_token_in(mailbox.newest())
    assert mine.look(token) is not None
    link = links.read(token)
    assert link is not None
    forged = links.write(
        page.card.id, link.digest, bytes([*link.secret[:-1], link.secret[-1] ^ 1]), link.day, 1
    )
    assert mine.look(forged) is None
    assert flow.confirm(token).kind is LinkKind.UNKNOWN
    assert flow.confirm(confirm).kind is LinkKind.DONE
    clock.shift(timedelta(hours=25))
    assert mine.look(token) is None


def test_the_link_in_a_letter_manages_for_seven_days_whatever_day_is_written_into_it(
    flow: Flow, clock: time_machine.Traveller
) -> None:
    page = an_action()
    letter = flow.confirmed(page)
    link = links.read(my_token_in(letter))
    assert link is not None
    clock.shift(timedelta(days=7))
    assert mine.look(my_token_in(letter)) is not None
    clock.shift(timedelta(days=1))
    today = (NOW + timedelta(days=8)).date()
    renewed = links.write(page.card.id, link.digest, link.secret, today, link.letter_no)
    assert mine.look(renewed) is None


def test_news_are_started_with_the_own_address_and_stopped_again(flow: Flow) -> None:
    page = an_action()
    letter = flow.confirmed(page)
    kept = select(func.count()).select_from(UpdateAddress)
    for wanted, addresses in ((True, 1), (True, 1), (False, 0)):
        with writing() as connection:
            token = my_token_in(letter)
            assert mine.set_updates(connection, token, wanted, "marta@example.org", flow.tools)
        assert session.execute(kept).scalar_one() == addresses


def test_details_are_not_corrected_before_they_are_confirmed(flow: Flow) -> None:
    page = an_action()
    letter = flow.signed(page, a_supporter(level=Level.EVERYONE))
    with pytest.raises(Refused), writing() as connection:
        mine.correct(connection, my_token_in(letter), "M. Lind", "marta@example.org", flow.tools)
    assert confirming.look(token_in(letter)).name == "Marta Lindqvist"
    flow.confirm(token_in(letter))
    assert session.execute(select(Signature.public_name)).scalar_one() == "Marta Lindqvist"


def test_details_can_be_corrected_with_the_same_address_only(flow: Flow, settings: Settings) -> None:
    page = an_action()
    letter = flow.confirmed(page)
    with pytest.raises(Refused), writing() as connection:
        mine.correct(connection, my_token_in(letter), "M. Lind", "other@example.org", flow.tools)
    with writing() as connection:
        assert mine.correct(connection, my_token_in(letter), "M. Lind", "MARTA@example.org", flow.tools)
    row = session.execute(select(Signature.email_digest, Signature.sealed)).one()
    opener = Opener(keys.of_purpose(settings.worker_keys, "list"))
    assert json.loads(opener.open("signature", page.card.id, row.email_digest, row.sealed))["n"] == "M. Lind"


def test_everything_is_deleted_on_the_promised_day_and_the_number_stays(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    for name in ("one", "two", "three"):
        flow.sign(page, a_supporter(email=f"{name}@example.org"))
    flow.work()
    for letter in mailbox.letters()[:2]:
        flow.confirm(token_in(letter))
    flow.work()
    clock.move_to(page.delete_on)
    flow.work()
    session.rollback()
    assert rows() == 0
    assert flow.count(page) == 2


def test_withdrawing_an_action_deletes_who_signed_and_says_so_behind_old_links(flow: Flow) -> None:
    page = an_action()
    token = token_in(flow.signed(page))
    flow.confirm(token)
    with writing():
        session.get_one(Action, page.card.id).state = ActionState.WITHDRAWN
    flow.work()
    assert rows() == 0
    assert confirming.look(token).kind is LinkKind.CLOSED
