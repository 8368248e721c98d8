"""Goals get their day when the count passes them, once, and the organiser one letter for each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.actions import drafting
from campaign_actions.actions.drafting import Typed
from campaign_actions.actions.goals import GoalView
from campaign_actions.actions.models import Action, Goal, Kind
from campaign_actions.actions.wording import Words
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import LedgerRow
from campaign_actions.worker import loop
from tests.conftest import Mailbox
from tests.support.factories import a_user, an_action
from tests.support.flow import text_of

pytestmark = pytest.mark.usefixtures("database")


def step(action_id: UUID, *steps: int, country: str = "SE") -> None:
    with writing() as connection:
        for one in steps:
            session.add(LedgerRow(action_id=action_id, country=country, day=date(2026, 12, 3), step=one))
        session.flush()
        counting.fold(connection)


def days(action_id: UUID) -> dict[int, date | None]:
    session.rollback()
    goals = session.scalars(select(Goal).where(Goal.action_id == action_id))
    return {goal.number: goal.passed_on for goal in goals}


def test_the_day_is_that_of_the_zone_and_is_never_unset(clock: time_machine.Traveller) -> None:
    action_id = an_action(goals=(2, 5), zone="Asia/Almaty").card.id
    clock.move_to(datetime(2026, 12, 2, 21, 30, tzinfo=UTC), tick=False)
    step(action_id, 1)
    assert days(action_id) == {2: None, 5: None}
    step(action_id, 1)
    assert days(action_id) == {2: date(2026, 12, 3), 5: None}
    clock.move_to(datetime(2026, 12, 9, 12, 0, tzinfo=UTC), tick=False)
    step(action_id, -1)
    step(action_id, 1, 1, 1, 1, 1)
    assert days(action_id) == {2: date(2026, 12, 3), 5: date(2026, 12, 9)}


def test_a_goal_set_below_the_count_gets_no_day_that_nobody_knows() -> None:
    action_id = an_action(goals=(100,)).card.id
    step(action_id, *[1] * 6)
    with writing():
        session.add(Goal(action_id=action_id, number=5))
    step(action_id, 1)
    assert days(action_id)[5] is None


def test_saving_the_editor_keeps_the_day_of_a_goal_that_stays() -> None:
    page = an_action(goals=(2, 100))
    step(page.card.id, 1, 1)
    day = days(page.card.id)[2]
    assert day is not None
    action = session.get_one(Action, page.card.id)
    typed = Typed(
        kind=Kind.PETITION,
        words=Words(title=page.card.title, ask=page.card.ask, letter="Dear prosecutor,\n\nset them free."),
        targets=page.targets,
        goals=(GoalView(2, "We send it."), GoalView(50, "")),
        closes="2027-01-10 23:59",
    )
    seen = action.version
    with writing():
        drafting.save(page.card.id, typed, by=None, seen_version=seen)
    assert days(page.card.id) == {2: day, 50: None}


def test_the_organiser_is_told_once_for_each_goal(app: Flask, settings: Settings, mailbox: Mailbox) -> None:
    owner = a_user(email="aigul@example.org")
    page = an_action(goals=(2, 3), owner_id=owner.id, title="Release the strikers")
    step(page.card.id, 1, 1, 1)
    step(page.card.id, -1)
    step(page.card.id, 1)
    for _again in range(2):
        loop.run_once(app, settings)
    letters = mailbox.letters("aigul@example.org")
    assert len(letters) == 2
    said = " ".join(text_of(letter) for letter in letters)
    assert "Release the strikers has passed 2 on" in said
    assert "The next goal is 3." in said
    assert "There is no next goal yet." in said
    assert f"/desk/actions/{page.card.slug}/edit/#goals" in said
    entries = session.scalars(select(audit.Entry).where(audit.Entry.deed == "action.goal_passed"))
    assert sorted(entry.details["goal"] for entry in entries) == [2, 3]


def test_countries_from_ten_up_and_all_others_make_the_total() -> None:
    action_id = an_action(goals=()).card.id
    assert counting.countries(action_id) == counting.Breakdown(0, (), 0)
    for country, number in (("KZ", 12), ("SE", 10), ("GB", 9), ("--", 11)):
        step(action_id, *[1] * number, country=country)
    assert counting.countries(action_id) == counting.Breakdown(42, (("KZ", 12), ("SE", 10)), 20)
    step(action_id, -1, country="SE")
    assert counting.countries(action_id) == counting.Breakdown(41, (("KZ", 12),), 29)
