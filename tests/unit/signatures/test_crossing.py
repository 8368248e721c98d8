"""Two connections at one signature: whoever comes second never brings back what the first took away."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Connection, exists, func, select, text

from campaign_actions.actions.models import Action, ActionState, Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import confirming, mine, moving, retention, signing
from campaign_actions.signatures.confirming import ConfirmView, LinkKind
from campaign_actions.signatures.models import Comment, OwnCopy, PastLevel, Signature, UpdateAddress
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, a_visit, an_action, shown_by
from tests.support.flow import Flow, my_token_in, rows, token_in
from tests.support.live import until

# SQLite has one writer at a time, so nothing crosses there.
pytestmark = pytest.mark.engines("postgres")

Deed = Callable[[Connection], object]


@dataclass
class Person:
    """Somebody whose signature is confirmed, with the link that manages it."""

    flow: Flow
    page: ActionPage
    token: str

    def starts_updates(self, connection: Connection) -> bool:
        return mine.set_updates(connection, self.token, True, "marta@example.org", self.flow.tools)

    def corrects(self, connection: Connection) -> bool:
        return mine.correct(connection, self.token, "Marta Corrected", "marta@example.org", self.flow.tools)

    def comments_and_asks_for_a_copy(self, connection: Connection) -> bool:
        wished = mine.ask_for_copy(connection, self.token, self.flow.tools)
        return mine.comment(connection, self.token, "Let him go home.") and wished

    def withdraws(self, connection: Connection) -> bool:
        return mine.withdraw(connection, self.token)

    def deletes_everything(self, connection: Connection) -> bool:
        return mine.delete(connection, self.token)

    def is_purged(self, connection: Connection) -> bool:
        return retention.forget_due(connection, self.page.card.id) == 1

    def signs_anew(self, connection: Connection) -> bool:
        withdrawn = mine.withdraw(connection, self.token)
        again = a_supporter(name="Marta Again")
        signing.sign(connection, self.page, again, shown_by(self.page), a_visit(), self.flow.tools)
        return withdrawn


CHANGES = (Person.starts_updates, Person.corrects, Person.comments_and_asks_for_a_copy)
LEAVINGS = (Person.withdraws, Person.deletes_everything, Person.is_purged, Person.signs_anew)


@pytest.fixture
def person(flow: Flow, mailbox: Mailbox) -> Person:
    page = an_action()
    flow.sign(page, a_supporter(level=Level.EVERYONE))
    flow.work()
    letter = mailbox.newest()
    flow.confirm(token_in(letter))
    flow.work()
    return Person(flow, page, my_token_in(letter))


def crossing(flow: Flow, first: Deed, second: Deed) -> tuple[object, object]:
    """What both answer when `first` commits only once `second` waits for it, or is through already."""
    done, go_on = threading.Event(), threading.Event()

    def lead() -> object:
        with flow.app.app_context(), writing() as connection:
            try:
                answer = first(connection)
            finally:
                done.set()
            assert go_on.wait(20)
            return answer

    def follow() -> object:
        with flow.app.app_context(), writing() as connection:
            return second(connection)

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(lead)
        assert done.wait(20)
        following = pool.submit(follow)
        try:
            until(lambda: following.done() or somebody_waits(), "nobody waits and nobody is through")
        finally:
            go_on.set()
        return leading.result(), following.result()


def somebody_waits() -> bool:
    ours = "datname = current_database() AND wait_event_type = 'Lock'"
    waiting = f"SELECT count(*) FROM pg_stat_activity WHERE {ours}"
    with db.engine.connect() as connection:
        return bool(connection.execute(text(waiting)).scalar_one())


def orphans() -> int:
    """Addresses kept for news of somebody who has no confirmed signature that asks for them."""
    owner = exists().where(
        moving.key_is(UpdateAddress.email_digest, UpdateAddress.action_id),  # type: ignore[arg-type]  # columns
        Signature.state == State.CONFIRMED,
        Signature.wants_updates,
    )
    return session.execute(select(func.count()).select_from(UpdateAddress).where(~owner)).scalar_one()


def kept_beside() -> int:
    """Comments, past levels and copies of whoever it may be."""
    tables = (Comment, PastLevel, OwnCopy)
    return sum(session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def name_in_the_record(person: Person) -> str | None:
    row = session.execute(select(Signature.email_digest, Signature.sealed)).one()
    if row.sealed is None:
        return None
    opener = Opener(keys.of_purpose(person.flow.settings.worker_keys, "list"))
    opened = json.loads(opener.open("signature", person.page.card.id, row.email_digest, row.sealed))
    return str(opened["n"])


@pytest.mark.parametrize("change_first", [True, False], ids=["change-first", "leaving-first"])
@pytest.mark.parametrize("leaving", LEAVINGS, ids=lambda deed: deed.__name__)
@pytest.mark.parametrize("change", CHANGES, ids=lambda deed: deed.__name__)
def test_nothing_is_left_of_a_change_that_crosses_the_end_of_a_signature(
    person: Person, change: Callable[..., bool], leaving: Callable[..., bool], change_first: bool
) -> None:
    if leaving is Person.is_purged:
        with writing():
            session.get_one(Action, person.page.card.id).state = ActionState.WITHDRAWN
    deeds = [lambda connection: change(person, connection), lambda connection: leaving(person, connection)]
    answers = crossing(person.flow, *(deeds if change_first else reversed(deeds)))
    assert answers == (True, change_first is True)
    session.rollback()
    assert (orphans(), kept_beside()) == (0, 0)
    if leaving in (Person.is_purged, Person.deletes_everything):
        assert rows() == 0
        return
    row = session.execute(select(Signature.state, Signature.public_name, Signature.wants_updates)).one()
    signed_again = leaving is Person.signs_anew
    assert tuple(row) == (State.WAITING if signed_again else State.WITHDRAWN, None, False)
    assert name_in_the_record(person) == ("Marta Again" if signed_again else None)


def test_confirming_that_crosses_an_end_or_another_letter_counts_what_stands_afterwards(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    people = [a_supporter(email=f"{number}@example.org", level=Level.EVERYONE) for number in range(3)]
    for who in people:
        flow.sign(page, who)
    flow.work()
    clock.shift(timedelta(seconds=61))
    letters = [mailbox.newest(to=who.email) for who in people]
    renamed = a_supporter(email=people[2].email, name="Marta Again")

    def confirms(number: int) -> Deed:
        return lambda connection: confirming.confirm(connection, token_in(letters[number]))

    def withdraws(number: int) -> Deed:
        return lambda connection: mine.withdraw(connection, my_token_in(letters[number]))

    def signs_anew(connection: Connection) -> str:
        return signing.sign(connection, page, renamed, shown_by(page), a_visit(), flow.tools)

    assert kind(crossing(flow, withdraws(0), confirms(0))[1]) is LinkKind.WITHDRAWN
    assert crossing(flow, confirms(1), withdraws(1))[1] is True
    assert kind(crossing(flow, signs_anew, confirms(2))[1]) is not LinkKind.DONE
    session.rollback()
    left = session.execute(select(Signature.state, Signature.public_name).order_by(Signature.state)).all()
    withdrawn = (State.WITHDRAWN, None)
    assert [tuple(row) for row in left] == [(State.WAITING, None), withdrawn, withdrawn]
    flow.work()
    assert flow.count(page) == 0
    assert flow.breaches() == []


def test_who_takes_updates_back_while_confirming_gets_none(flow: Flow, mailbox: Mailbox) -> None:
    flow.sign(an_action(), a_supporter(updates=True))
    flow.work()
    token = token_in(mailbox.newest())
    answers = crossing(
        flow,
        lambda connection: confirming.change(connection, token, Level.TEAM, updates=False),
        lambda connection: confirming.confirm(connection, token),
    )
    assert kind(answers[1]) is LinkKind.DONE
    session.rollback()
    row = session.execute(select(Signature.wants_updates, Signature.updates_sealed)).one()
    assert (tuple(row), orphans()) == ((False, None), 0)


def kind(answer: object) -> LinkKind:
    assert isinstance(answer, ConfirmView)
    return answer.kind
