"""Confirm rates are counted before screening forgets, kept as numbers, and not kept of a few."""

from __future__ import annotations

import os
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import insert, select

from campaign_actions.config import Settings
from campaign_actions.health import providers
from campaign_actions.health.models import ProviderDay
from campaign_actions.health.providers import Rate
from campaign_actions.infra import clock as our_clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import screening, tools
from campaign_actions.signatures.models import AbuseSignal
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools
from tests.support.factories import an_action
from tests.support.signed import a_row, store

pytestmark = pytest.mark.usefixtures("clock", "database")


def sign(made: Tools, action_id: UUID, domain: str, count: int, *, confirmed: int, state: int = 0) -> None:
    """So many sign now; each asked for the letter twice, so that there are two signals of each."""
    rows = []
    for number in range(count):
        done = number < confirmed
        values = {"state": int(State.CONFIRMED) if done else state, "proved_on": our_clock.today()}
        rows.append(a_row(made, action_id, **values if done else values | {"proved_on": None}))
    store(rows)
    signals = [
        {
            "id": uuid4(),
            "letter_id": uuid4(),
            "email_digest": row["email_digest"],
            "action_id": action_id,
            "prefix_digest": os.urandom(16),
            "domain": domain,
            "agent_class": "firefox",
            "trap": False,
            "listed": None,
            "hour": our_clock.now().replace(minute=0),
        }
        for row in rows * 2
    ]
    with writing() as connection:
        connection.execute(insert(AbuseSignal), signals)


def count() -> None:
    with writing() as connection:
        providers.keep(connection, providers.counted(connection))


def kept() -> list[tuple[date, str, int, int]]:
    columns = (ProviderDay.day, ProviderDay.provider, ProviderDay.signed, ProviderDay.confirmed)
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


def test_each_counts_once_under_a_provider_that_everybody_knows(settings: Settings) -> None:
    made, action_id = tools.load(settings), an_action().card.id
    sign(made, action_id, "gmail.com", 12, confirmed=9)
    sign(made, action_id, "0f" * 16, 11, confirmed=1)
    count()
    today = our_clock.today()
    assert kept() == [(today, "gmail.com", 12, 9), (today, "other", 11, 1)]


def test_a_few_are_not_kept_and_neither_are_held_ones(settings: Settings) -> None:
    made, action_id = tools.load(settings), an_action().card.id
    sign(made, action_id, "riseup.net", 9, confirmed=9)
    sign(made, action_id, "gmail.com", 30, confirmed=0, state=int(State.HELD))
    count()
    assert kept() == []


def test_who_confirms_later_is_counted_until_screening_forgets_and_the_number_stays(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    made, action_id, day = tools.load(settings), an_action().card.id, our_clock.today()
    sign(made, action_id, "gmail.com", 10, confirmed=2)
    count()
    clock.shift(timedelta(days=1))
    sign(made, action_id, "gmail.com", 10, confirmed=10)
    count()
    clock.shift(timedelta(days=3))
    with writing() as connection:
        screening.forget(connection)
    count()
    assert kept() == [(day, "gmail.com", 10, 2), (day + timedelta(days=1), "gmail.com", 10, 10)]
    clock.shift(timedelta(days=36))
    count()
    assert kept() == []


def test_a_week_is_set_against_the_four_before(settings: Settings) -> None:
    today = our_clock.today()
    rows = [(0, 50, 0), (1, 15, 6), (7, 15, 6), (8, 30, 24), (35, 70, 56), (36, 900, 0)]
    with writing() as connection:
        connection.execute(
            insert(ProviderDay),
            [
                {"day": today - timedelta(days=back), "provider": "mail.ru", "signed": n, "confirmed": yes}
                for back, n, yes in rows
            ],
        )
        few = {"day": today - timedelta(days=2), "provider": "gmail.com", "signed": 12, "confirmed": 1}
        connection.execute(insert(ProviderDay), [few])
    assert providers.rates(session.connection()) == [
        Rate("mail.ru", 30, 40, 80),
        Rate("gmail.com", 12, None, None),
    ]
