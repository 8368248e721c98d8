"""Numbers for organisers: by the hour at first, by the day always, and how many confirm."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions.actions import launching, queries
from campaign_actions.actions.models import Action
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import figures, leaving
from campaign_actions.signatures.models import Counter, Signature
from tests.conftest import NOW
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow

HOUR = timedelta(hours=1)


def opened_now() -> ActionPage:
    page = an_action()
    with writing():
        session.get_one(Action, page.card.id).published_at = NOW
    return page


def people(flow: Flow, page: ActionPage, number: int, *, confirm: bool = True, first: int = 0) -> None:
    for one in range(first, first + number):
        who = a_supporter(email=f"person{one}@example.org", source=("share", "site")[one % 2])
        (flow.confirmed if confirm else flow.sign)(page, who)
    flow.work()


def hours(page: ActionPage) -> list[int]:
    return [n for _hour, n in figures.first_hours(page.card.id, NOW)]


def test_the_first_48_hours_are_counted_by_the_hour_and_no_later_one(
    flow: Flow, clock: time_machine.Traveller
) -> None:
    page = opened_now()
    people(flow, page, 2)
    clock.shift(2 * HOUR)
    people(flow, page, 1, first=2)
    assert hours(page) == [2, 0, 1]
    clock.shift(47 * HOUR)
    people(flow, page, 1, first=3)
    assert sum(hours(page)) == 3
    assert len(hours(page)) == 48
    assert flow.count(page) == 4


def test_hours_are_forgotten_after_a_month_and_days_stay(flow: Flow, clock: time_machine.Traveller) -> None:
    page = opened_now()
    people(flow, page, 1)
    clock.shift(timedelta(days=31))
    flow.work()
    dims = session.scalars(select(Counter.dim).where(Counter.action_id == page.card.id)).all()
    assert [dim for dim in dims if dim.startswith("h:")] == []
    assert figures.every_day(page.card.id) == [(NOW.date().isoformat(), 1)]
    assert flow.breaches() == []


def test_who_withdraws_leaves_the_hour_too(flow: Flow) -> None:
    page = opened_now()
    people(flow, page, 1)
    digest = session.execute(select(Signature.email_digest)).scalar_one()
    with writing() as connection:
        leaving.withdraw(connection, digest, page.card.id)
    flow.work()
    assert hours(page) == [0]


def test_the_rate_and_those_who_leave_today_are_told(flow: Flow, clock: time_machine.Traveller) -> None:
    page = an_action()
    people(flow, page, 3)
    people(flow, page, 1, confirm=False, first=3)
    assert figures.of_action(page.card.id).rate is None
    people(flow, page, 1, confirm=False, first=4)
    found = figures.of_action(page.card.id)
    assert (found.rate, found.waiting, found.leaving) == (60, 2, 0)
    clock.shift(timedelta(days=7))
    assert figures.of_action(page.card.id).leaving == 2
    assert figures.of_action(page.card.id).rate is None


def test_the_ways_people_came_add_up(flow: Flow) -> None:
    page = an_action()
    people(flow, page, 3)
    assert figures.sources(page.card.id) == [("share", 2), ("site", 1)]


def test_steps_are_ticked_by_hand_or_read_off_the_site(flow: Flow) -> None:
    page, user = an_action(), a_user()

    def done() -> list[str]:
        return [step.name for step in launching.steps([page.card.id])[page.card.id] if step.done]

    assert done() == []
    with writing():
        launching.tick(page.card.id, launching.POSTED, done=True, by=user)
        launching.tick(page.card.id, launching.POSTED, done=True, by=user)
    assert done() == [launching.POSTED]
    with writing():
        launching.tick(page.card.id, launching.POSTED, done=False, by=user)
    assert done() == []
    with pytest.raises(KeyError), writing():
        launching.tick(page.card.id, launching.UPDATE, done=True, by=user)


def test_a_launch_lasts_a_week(flow: Flow, clock: time_machine.Traveller) -> None:
    card = queries.by_ids([opened_now().card.id]).popitem()[1]
    assert launching.is_new(card)
    clock.shift(timedelta(days=7))
    assert not launching.is_new(card)
