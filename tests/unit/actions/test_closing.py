"""States of an action after publishing, each change once and for a reason."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.actions import closing, queries
from campaign_actions.actions.closing import Delivery
from campaign_actions.actions.models import Action, ActionState
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock as our_clock
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.usefixtures("clock", "database")


def delivered(action_id: UUID, note: str, *, by: Any) -> None:
    closing.deliver(action_id, Delivery(note=note), by=by)


DO: dict[str, Any] = {
    "open": lambda action_id, by: closing.open_now(action_id, by=by),
    "pause": lambda action_id, by: closing.pause(action_id, "We check some signatures.", by=by),
    "reopen": lambda action_id, by: closing.reopen(action_id, by=by),
    "close": lambda action_id, by: closing.close(action_id, by=by),
    "deliver": lambda action_id, by: delivered(action_id, "At the embassy.", by=by),
    "withdraw": lambda action_id, by: closing.withdraw(action_id, "The family asks us to.", by=by),
}
AFTER = {
    "open": ActionState.OPEN,
    "pause": ActionState.PAUSED,
    "reopen": ActionState.OPEN,
    "close": ActionState.CLOSED,
    "deliver": ActionState.DELIVERED,
    "withdraw": ActionState.WITHDRAWN,
}


def do(deed: str, action_id: UUID, by: Any = None) -> None:
    with writing():
        DO[deed](action_id, by)


def state_of(action_id: UUID) -> ActionState:
    session.rollback()
    return session.get_one(Action, action_id).state


def entries(action_id: UUID) -> list[str]:
    found = session.scalars(select(audit.Entry).where(audit.Entry.thing_id == str(action_id)))
    return [entry.deed for entry in found]


@pytest.mark.parametrize("deed", list(DO))
@pytest.mark.parametrize("state", list(ActionState))
def test_only_the_moves_of_the_table_are_made(deed: str, state: ActionState) -> None:
    action_id = an_action(state=state).card.id
    if state in closing.FROM[deed]:
        do(deed, action_id)
        assert state_of(action_id) is AFTER[deed]
        assert entries(action_id) == [f"action.{deed}"]
    else:
        with pytest.raises(Refused):
            do(deed, action_id)
        assert state_of(action_id) is state
        assert entries(action_id) == []


@pytest.mark.parametrize("rule", [closing.pause, delivered, closing.withdraw])
@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_asked_for_and_kept_short(rule: Any, reason: str) -> None:
    action_id = an_action(state=ActionState.CLOSED).card.id
    with pytest.raises(Refused) as refusal, writing():
        rule(action_id, reason, by=None)
    assert refusal.value.field == "reason"


def test_the_second_of_two_is_refused() -> None:
    action_id = an_action().card.id
    do("close", action_id)
    with pytest.raises(Refused, match="This action is not open"):
        do("close", action_id)


def test_another_organiser_may_not() -> None:
    action_id = an_action(owner_id=a_user().id).card.id
    with pytest.raises(NotAllowed):
        do("close", action_id, a_user())
    assert state_of(action_id) is ActionState.OPEN


def test_an_action_past_its_closing_day_is_not_opened_again() -> None:
    action_id = an_action(state=ActionState.CLOSED, closes_at=our_clock.now() - timedelta(days=1)).card.id
    with pytest.raises(Refused, match="The closing day has passed"):
        do("reopen", action_id)


def test_the_clock_closes_what_is_due_and_nothing_else() -> None:
    now = our_clock.now()
    due = [an_action(closes_at=now - timedelta(minutes=1)).card.id]
    due.append(an_action(state=ActionState.PAUSED, closes_at=now).card.id)
    an_action(closes_at=now + timedelta(seconds=1))
    an_action(state=ActionState.DRAFT, closes_at=now - timedelta(days=1))
    with writing() as connection:
        closed = closing.close_due(connection, now)
    assert sorted(closed) == sorted(due)
    assert [state_of(action_id) for action_id in due] == [ActionState.CLOSED] * 2
    assert entries(due[0]) == ["action.close"]
    with writing() as connection:
        assert closing.close_due(connection, now) == []


@pytest.mark.parametrize(
    ("closes_at", "zone", "at_risk", "deleted"),
    [
        (datetime(2026, 12, 10, 18, 59, tzinfo=UTC), "Asia/Almaty", True, date(2027, 1, 9)),
        (datetime(2026, 12, 10, 18, 59, tzinfo=UTC), "Asia/Almaty", False, date(2027, 6, 10)),
        (datetime(2026, 12, 10, 20, 0, tzinfo=UTC), "Asia/Almaty", False, date(2027, 6, 11)),
        (datetime(2026, 8, 31, 12, 0, tzinfo=UTC), "UTC", False, date(2027, 2, 28)),
        (datetime(2026, 6, 30, 12, 0, tzinfo=UTC), "UTC", False, date(2026, 12, 30)),
    ],
)
def test_details_are_deleted_six_months_or_thirty_days_after_the_closing_day(
    closes_at: datetime, zone: str, at_risk: bool, deleted: date
) -> None:
    assert queries.deletion_day(closes_at, zone, at_risk=at_risk) == deleted


def test_a_closing_day_stays_before_the_deletion_day_that_was_promised() -> None:
    closes_at = datetime(2026, 12, 10, 12, tzinfo=UTC)
    page = an_action(closes_at=closes_at, delete_on=date(2027, 6, 10))
    action = session.get_one(Action, page.card.id)
    for extended in (closes_at, closes_at - timedelta(days=3), datetime(2027, 6, 2, 23, 59, tzinfo=UTC)):
        closing.keep_promise(action, extended, "UTC")
    with pytest.raises(Refused, match="2 June 2027 at the latest") as refusal:
        closing.keep_promise(action, datetime(2027, 6, 3, tzinfo=UTC), "UTC")
    assert refusal.value.field == "closes"


def test_nothing_was_promised_before_the_first_signature() -> None:
    action = session.get_one(Action, an_action().card.id)
    closing.keep_promise(action, our_clock.now() + timedelta(days=900), "UTC")


def test_an_action_takes_signatures_until_its_very_moment(clock: time_machine.Traveller) -> None:
    closes_at = our_clock.now() + timedelta(minutes=1)
    page = an_action(closes_at=closes_at)
    assert page.card.is_open
    assert page.card.closes_soon
    clock.move_to(closes_at)
    assert not page.card.is_open
