"""Staff are told within minutes of what looks like an attack, once, and not of a good day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions.accounts.models import Notice, Role
from campaign_actions.audit import Entry
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import surges
from campaign_actions.signatures.models import AbuseSignal, Signature
from campaign_actions.worker import chores
from tests.conftest import Mailbox
from tests.support import made_review
from tests.support.factories import a_user, an_action
from tests.support.flow import Flow, text_of, token_in
from tests.unit.signatures.test_screening import BROWSERS, burst


@pytest.fixture
def team(flow: Flow) -> dict[str, str]:
    """Somebody of each role."""
    return {role.value: a_user(role, email=f"{role.value}@team.example").email for role in Role}


def told() -> list[tuple[str, int]]:
    """Of which clusters, or "" for an action, the audit log says that staff were told."""
    session.rollback()
    found = session.scalars(select(Entry).where(Entry.deed == "review.surge").order_by(Entry.number))
    return [(entry.details.get("cluster", ""), entry.details["count"]) for entry in found]


def test_a_cluster_that_is_held_is_told_to_staff_and_admins_once(
    flow: Flow, team: dict[str, str], mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    burst(flow, page, 39, "yopmail.com", name="bot")
    label = session.scalars(select(Signature.cluster).where(Signature.cluster.is_not(None))).first()
    assert told() == [], "the hour of the last look is not over"
    clock.shift(surges.EVERY)
    flow.work()
    assert told() == [(label, 39)]
    letters = {who: mailbox.letters(to=email) for who, email in team.items()}
    assert {who: len(found) for who, found in letters.items()} == {"organiser": 0, "staff": 1, "admin": 1}
    assert f"{flow.settings.site_url}/staff/review/clusters/{label}/" in text_of(letters["staff"][0])
    burst(flow, page, 5, "yopmail.com", name="more")
    clock.shift(timedelta(days=2))
    flow.work()
    assert len(told()) == 1
    assert session.scalars(select(Notice)).all() == []


def test_many_clusters_make_one_letter_an_hour_that_leads_to_all(
    flow: Flow, team: dict[str, str], mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    for label in ("AAAAAA", "BBBBBB"):
        made_review.held(flow.tools, page.card.id, 20, label)
    flow.work()
    (letter,) = mailbox.letters(to=team["staff"])
    assert f"{flow.settings.site_url}/staff/review/" in text_of(letter).split()
    for minutes, label, letters in ((30, "CCCCCC", 1), (35, "DDDDDD", 2)):
        clock.shift(timedelta(minutes=minutes))
        made_review.held(flow.tools, page.card.id, 20, label)
        flow.work()
        assert len(mailbox.letters(to=team["staff"])) == letters
    assert [label for label, _count in told()] == ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD"]


@pytest.mark.parametrize(("held", "times"), [(surges.HELD_MANY - 1, 0), (surges.HELD_MANY, 1)])
def test_a_few_held_are_not_worth_a_letter(
    flow: Flow, clock: time_machine.Traveller, held: int, times: int
) -> None:
    made_review.held(flow.tools, an_action().card.id, held)
    flow.work()
    assert len(told()) == times


def spread(flow: Flow, size: int, name: str = "person") -> None:
    """As many people of as many networks sign the newest action."""
    page = an_action()
    for number in range(size // 10):
        burst(flow, page, 10, "*.example", BROWSERS, prefix=f"198.51.{number}.0/24", name=f"{name}{number}-")


@pytest.mark.parametrize(("confirmed", "expected"), [(24, [("", 100)]), (26, [])])
def test_far_more_than_usual_of_whom_few_confirm_are_told(
    flow: Flow,
    mailbox: Mailbox,
    clock: time_machine.Traveller,
    confirmed: int,
    expected: list[tuple[str, int]],
) -> None:
    spread(flow, 100)
    for letter in mailbox.letters()[:confirmed]:
        flow.confirm(token_in(letter))
    clock.shift(surges.EVERY)
    flow.work()
    assert told() == expected
    clock.shift(surges.EVERY)
    flow.work()
    assert told() == expected, "once a day"


def test_what_is_usual_is_not_told(flow: Flow, clock: time_machine.Traveller) -> None:
    spread(flow, 100)
    with writing():
        signals = session.scalars(select(AbuseSignal)).all()
        names = [column.name for column in AbuseSignal.__table__.columns]
        kept = [name for name in names if name not in ("id", "hour")]
        earlier = [
            AbuseSignal(**{name: getattr(one, name) for name in kept}, hour=one.hour - timedelta(hours=hours))
            for one in signals
            for hours in (3, 8, 13)
        ]
        session.add_all(earlier)
    clock.shift(surges.EVERY)
    flow.work()
    assert told() == [], (
        "three hundred a day are twenty-five in two hours, and a hundred are not five times that"
    )


def test_two_workers_tell_once(flow: Flow, team: dict[str, str], clock: time_machine.Traveller) -> None:
    burst(flow, an_action(), 45, "yopmail.com")
    clock.shift(surges.EVERY)
    with writing() as connection:
        found = surges.look(connection)
        assert (surges.tell(connection, found), surges.tell(connection, found)) == (1, 0)
    assert chores.look_for_surges() == 0
