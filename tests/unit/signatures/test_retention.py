"""Signatures go on the day that was promised, unless a law holds them up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Action, ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.signatures import holds, reconciling
from campaign_actions.signatures.holds import Gone
from campaign_actions.signatures.models import ActionSalt, Signature
from tests.conftest import NOW
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, rows

A_YEAR = timedelta(days=366)


@pytest.fixture
def admin(flow: Flow) -> User:
    return a_user(Role.ADMIN)


@pytest.fixture
def signed(flow: Flow) -> ActionPage:
    """An action that two people have signed."""
    page = an_action()
    for number in range(2):
        flow.confirmed(page, a_supporter(email=f"person{number}@example.org"))
    flow.work()
    return page


def hold(page: ActionPage, by: User, reason: str = "A court asked us to keep it.") -> None:
    with writing() as connection:
        holds.lay(connection, page.card.id, reason, by=by)


def lift(page: ActionPage, by: User) -> bool:
    with writing() as connection:
        return holds.lift(connection, page.card.id, by=by)


@contextmanager
def refusing(page: ActionPage) -> Iterator[None]:
    """The database refuses to delete the signatures of one action."""
    sqlite = db.engine.dialect.name == "sqlite"
    # SQLite keeps ids as 32 digits.
    key = page.card.id.hex if sqlite else str(page.card.id)
    with writing() as connection:
        if sqlite:
            refuse = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            when = f"WHEN OLD.action_id = '{key}'"
            connection.execute(text(f"CREATE TRIGGER refuse BEFORE DELETE ON signature {when} {refuse}"))
        else:
            body = "$$ BEGIN RAISE EXCEPTION 'refused'; END $$"
            connection.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {body}"))
            when = f"FOR EACH ROW WHEN (OLD.action_id = '{key}')"
            how = f"{when} EXECUTE FUNCTION refuse()"
            connection.execute(text(f"CREATE TRIGGER refuse BEFORE DELETE ON signature {how}"))
    yield
    with writing() as connection:
        on = "" if sqlite else " ON signature"
        connection.execute(text(f"DROP TRIGGER refuse{on}"))
        if not sqlite:
            connection.execute(text("DROP FUNCTION refuse()"))


def breaches(flow: Flow) -> list[str]:
    session.rollback()
    with db.engine.connect() as connection:
        return reconciling.breaches(connection, flow.tools.pepper)


def test_the_plan_names_the_day_and_the_number(flow: Flow, signed: ActionPage) -> None:
    [going] = holds.going(session.connection())
    assert (going.action_id, going.on, going.records) == (signed.card.id, signed.delete_on, 2)


def test_what_is_due_goes_and_the_count_stays(
    flow: Flow, signed: ActionPage, clock: time_machine.Traveller
) -> None:
    clock.shift(A_YEAR)
    flow.work()
    assert rows() == 0
    assert flow.count(signed) == 2
    today = (NOW + A_YEAR).date()
    assert holds.gone(session.connection(), 9) == [Gone(signed.card.id, today, 2)]
    assert holds.going(session.connection()) == []
    assert breaches(flow) == []


def test_a_legal_hold_keeps_what_is_due_until_it_is_lifted(
    flow: Flow, signed: ActionPage, admin: User, clock: time_machine.Traveller
) -> None:
    hold(signed, admin)
    clock.shift(A_YEAR)
    flow.work()
    assert rows() == 2
    assert breaches(flow) == []
    assert lift(signed, admin)
    assert not lift(signed, admin)
    flow.work()
    assert rows() == 0
    deeds = [
        entry.deed for entry in session.scalars(select(Entry).where(Entry.thing_id == str(signed.card.id)))
    ]
    assert [deed for deed in deeds if deed.startswith("retention.")] == ["retention.hold", "retention.lift"]


def test_a_withdrawn_action_under_a_hold_keeps_its_signatures_too(
    flow: Flow, signed: ActionPage, admin: User
) -> None:
    hold(signed, admin)
    with writing():
        session.get_one(Action, signed.card.id).state = ActionState.WITHDRAWN
    flow.work()
    assert rows() == 2
    lift(signed, admin)
    flow.work()
    assert rows() == 0


def test_a_hold_laid_again_keeps_its_day_and_gets_the_new_reason(
    flow: Flow, signed: ActionPage, admin: User, clock: time_machine.Traveller
) -> None:
    hold(signed, admin)
    clock.shift(timedelta(days=3))
    hold(signed, admin, "Another court asked us.")
    found = holds.of_action(signed.card.id)
    assert found is not None
    assert (found.reason, found.since) == ("Another court asked us.", NOW.date())


@pytest.mark.parametrize("reason", ["", "too short", "x" * 301])
def test_a_hold_needs_a_reason(flow: Flow, signed: ActionPage, admin: User, reason: str) -> None:
    with pytest.raises(Refused, match="10 to 300"):
        hold(signed, admin, reason)
    assert holds.of_action(signed.card.id) is None


def test_only_admins_hold_and_lift(flow: Flow, signed: ActionPage) -> None:
    staff = a_user(Role.STAFF)
    with pytest.raises(NotAllowed):
        hold(signed, staff)
    with pytest.raises(NotAllowed):
        lift(signed, staff)


def test_an_action_that_fails_does_not_keep_the_others(
    flow: Flow, signed: ActionPage, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    others = [an_action(), an_action()]
    for page in others:
        flow.confirmed(page)
    clock.shift(A_YEAR)
    with refusing(signed):
        flow.work()
        assert rows() == 2
        left = session.execute(select(Signature.action_id).distinct()).scalars().all()
        assert left == [signed.card.id]
    assert "action not forgotten" in caplog.text
    flow.work()
    assert rows() == 0
    assert session.execute(select(func.count()).select_from(ActionSalt)).scalar_one() == 0
