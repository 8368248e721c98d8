"""Copies of the sealed part: opened by the worker for one link, for a day, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.sealing import own_copies
from campaign_actions.signatures import copies, mine
from campaign_actions.signatures.copies import CopyState, CopyView
from campaign_actions.signatures.models import OwnCopy
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow, my_token_in, token_in


@pytest.fixture
def token(flow: Flow, mailbox: Mailbox) -> str:
    """The link of Marta, who has confirmed; Erik has, too."""
    page = an_action()
    for name in ("erik", "marta"):
        flow.sign(page, a_supporter(email=f"{name}@example.org", name=f"{name.title()} Lindqvist"))
    flow.work()
    for letter in mailbox.letters():
        flow.confirm(token_in(letter))
    return my_token_in(mailbox.newest("marta@example.org"))


def ask(flow: Flow, token: str) -> None:
    with writing() as connection:
        assert mine.ask_for_copy(connection, token, flow.tools)


def copy(token: str) -> CopyView:
    session.rollback()
    view = mine.look(token)
    assert view is not None
    return view.copy


def without_list_key(settings: Settings) -> Callable[[], None]:
    """Take the list key off the machine; gives how to bring it back."""
    path = settings.worker_keys / "list-1.key"
    kept = path.rename(path.with_suffix(".away"))

    def back() -> None:
        kept.rename(path)

    return back


def test_a_person_gets_all_and_only_their_own_details_for_a_day(
    flow: Flow, token: str, clock: time_machine.Traveller
) -> None:
    assert copy(token).state is CopyState.NONE
    ask(flow, token)
    assert copy(token).state is CopyState.ASKED
    flow.work()
    ready = copy(token)
    assert (ready.state, ready.name, ready.email) == (
        CopyState.READY,
        "Marta Lindqvist",
        "marta@example.org",
    )
    row = session.execute(select(*OwnCopy.__table__.c)).one()
    assert row.key_sealed is None
    assert b"marta" not in b"".join(value for value in row if isinstance(value, bytes))
    clock.shift(timedelta(hours=24))
    assert copy(token).state is CopyState.NONE
    flow.work()
    session.rollback()
    assert session.execute(select(OwnCopy.id)).first() is None


def test_another_link_of_the_same_person_does_not_open_it_and_may_ask_anew(
    flow: Flow, mailbox: Mailbox, token: str, clock: time_machine.Traveller
) -> None:
    ask(flow, token)
    flow.work()
    clock.shift(timedelta(seconds=61))
    with writing() as connection:
        mine.ask(connection, "marta@example.org", "en", flow.tools)
    flow.work()
    newer = my_token_in(mailbox.newest("marta@example.org"))
    assert copy(newer).state is CopyState.NONE
    ask(flow, newer)
    flow.work()
    assert copy(newer).state is CopyState.READY
    assert copy(token).state is CopyState.NONE


def test_without_the_list_key_it_waits_is_counted_and_is_made_once_the_key_is_there(
    flow: Flow, settings: Settings, token: str
) -> None:
    bring_back = without_list_key(settings)
    ask(flow, token)
    flow.work()
    assert copy(token).state is CopyState.KEPT_OFF
    number, since = copies.waiting_for_key()
    assert number == 1
    assert since is not None
    flow.work()
    assert copy(token).state is CopyState.KEPT_OFF
    bring_back()
    flow.work()
    assert copy(token).state is CopyState.READY
    session.rollback()
    assert copies.waiting_for_key()[0] == 0


@pytest.mark.parametrize("way", ["withdraw", "delete", "correct"])
def test_a_copy_goes_with_what_it_is_a_copy_of(flow: Flow, token: str, way: str) -> None:
    ask(flow, token)
    flow.work()
    with writing() as connection:
        if way == "correct":
            assert mine.correct(connection, token, "M. Lind", "marta@example.org", flow.tools)
        else:
            assert {"withdraw": mine.withdraw, "delete": mine.delete}[way](connection, token)
    assert session.execute(select(OwnCopy.id)).first() is None


def test_a_wish_for_a_signature_that_was_withdrawn_meanwhile_makes_nothing(flow: Flow, token: str) -> None:
    ask(flow, token)
    with writing() as connection:
        assert mine.withdraw(connection, token)
    flow.work()
    session.rollback()
    assert session.execute(select(OwnCopy.id)).first() is None


def test_before_confirming_there_is_none(flow: Flow, mailbox: Mailbox) -> None:
    flow.sign(an_action())
    flow.work()
    with pytest.raises(Refused, match="not confirmed yet"), writing() as connection:
        mine.ask_for_copy(connection, my_token_in(mailbox.newest()), flow.tools)


def test_a_copy_that_overstays_is_a_breach(flow: Flow, token: str, clock: time_machine.Traveller) -> None:
    ask(flow, token)
    flow.work()
    clock.shift(timedelta(hours=25))
    with db.engine.connect():
        assert [line for line in flow.breaches() if "copies people asked for" in line]


def test_locked_bytes_open_with_their_own_key_in_their_own_row_only() -> None:
    key = own_copies.key_of(b"a" * 16)
    locked = own_copies.lock(key, b"details", belongs_to=b"row 1")
    assert own_copies.unlock(key, locked, belongs_to=b"row 1") == b"details"
    assert own_copies.unlock(key, locked, belongs_to=b"row 2") is None
    assert own_copies.unlock(own_copies.key_of(b"b" * 16), locked, belongs_to=b"row 1") is None
    assert own_copies.unlock(key, b"short", belongs_to=b"row 1") is None
