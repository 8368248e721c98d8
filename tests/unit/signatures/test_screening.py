"""Screening holds what two things speak against, in clusters, and lets whole offices through."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job
from campaign_actions.signatures import rules, screening
from campaign_actions.signatures.matching import Condition
from campaign_actions.signatures.models import Decision, Listed, Signature
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support import made_review as made
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, token_in

MANY = screening.MANY
BROWSERS = (
    "Firefox/140.0",
    "Chrome/140 Safari",
    "Safari/605",
    "Edg/140 Chrome",
    "SamsungBrowser/29",
    "Tor Firefox",
)


def burst(
    flow: Flow,
    page: ActionPage,
    size: int = MANY,
    domain: str = "gmail.com",
    agents: tuple[str, ...] = BROWSERS,
    *,
    prefix: str = "192.0.2.0/24",
    name: str = "person",
) -> None:
    """As many people of one network sign within the hour, and their letters leave."""
    for number, agent in zip(range(size), itertools.cycle(agents), strict=False):
        who = a_supporter(email=f"{name}{number}@{domain.replace('*', str(number))}")
        flow.sign(page, who, prefix=prefix, agent=agent)
    flow.work()


def held() -> list[tuple[str | None, str | None]]:
    """Reason and cluster of everybody who is held."""
    session.rollback()
    rows = session.execute(select(Signature.hold, Signature.cluster).where(Signature.state == State.HELD))
    return [(hold, cluster) for hold, cluster in rows]


@pytest.mark.parametrize(
    ("domain", "agents", "reason"),
    [
        ("yopmail.com", BROWSERS, "disposable"),
        ("gmail.com", ("python-requests/2.32",), "program"),
        ("gmail.com", ("",), "program"),
        ("bots.example", ("Chrome/140",), "alike"),
    ],
)
def test_a_burst_is_held_in_one_cluster_if_a_second_thing_speaks_against_it(
    flow: Flow, domain: str, agents: tuple[str, ...], reason: str, mailbox: Mailbox
) -> None:
    page = an_action()
    burst(flow, page, MANY, domain, agents)
    assert {hold for hold, _cluster in held()} == {reason}
    labels = {cluster for _hold, cluster in held()}
    assert len(labels) == 1
    # Who is held for this gets the letter; pressing its button proves the mailbox, and counts nobody.
    assert len(mailbox.letters()) == MANY
    flow.confirm(token_in(mailbox.newest()))
    assert made.count(page.card.id) == 0


def test_the_first_of_a_burst_are_held_too_unless_they_are_counted(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    burst(flow, page, MANY - 1, agents=("curl/8",))
    assert held() == []
    flow.confirm(token_in(mailbox.newest()))
    burst(flow, page, 1, agents=("curl/8",), name="late")
    labels = session.scalars(select(Signature.cluster)).all()
    assert (len(labels), len(set(labels))) == (MANY, 1)
    assert (len(held()), made.count(page.card.id)) == (MANY - 1, 1)
    assert {hold for hold, _cluster in held()} == {"program"}


@pytest.mark.parametrize(
    ("size", "domain", "agents"),
    [(MANY - 1, "yopmail.com", ("curl/8",)), (60, "*.example", BROWSERS), (60, "gmail.com", ("Chrome/140",))],
)
def test_many_at_once_alone_are_not_held(flow: Flow, size: int, domain: str, agents: tuple[str, ...]) -> None:
    burst(flow, an_action(), size, domain, agents)
    assert held() == []


def test_s35_during_an_attack_real_people_behind_shared_addresses_are_let_through(flow: Flow) -> None:
    page = an_action()
    for office in range(5):
        prefix = f"198.51.{office}.0/24"
        burst(flow, page, 100, "*.example", BROWSERS, prefix=prefix, name=f"office{office}-")
    burst(flow, page, 100, "yopmail.com", ("Chrome/140",), name="bot")
    by_domain = [hold for hold, _cluster in held()]
    assert len(by_domain) >= 95
    assert set(by_domain) <= {"disposable", "alike"}
    real = session.execute(select(Signature.id).where(Signature.state == State.WAITING)).all()
    assert 500 <= len(real) <= 505


def test_hardly_anybody_who_confirms_speaks_against_a_burst_of_the_next_hours(
    flow: Flow, clock: time_machine.Traveller
) -> None:
    page = an_action()
    burst(flow, page, MANY)
    clock.shift(timedelta(hours=2))
    burst(flow, page, MANY, name="later")
    assert {hold for hold, _cluster in held()} == {"unconfirmed"}


def test_the_lists_of_staff_come_before_rates_and_blocked_before_allowed(flow: Flow) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    with writing() as connection:
        rules.add(connection, Listed.BLOCKED, "Bots.Example", "a farm", by=staff)
        rules.add(connection, Listed.ALLOWED, "192.0.0.0/16", "the union", by=staff)
    burst(flow, page, MANY, agents=("curl/8",))
    assert held() == []
    burst(flow, page, 1, "mail.bots.example", name="blocked")
    assert [hold for hold, _cluster in held()] == ["blocked"]
    with writing() as connection:
        rules.remove(connection, Listed.ALLOWED, "192.0.0.0/16", by=staff)
    burst(flow, page, 1, agents=("curl/8",), name="another")
    assert sorted(hold or "" for hold, _cluster in held()) == ["blocked", "program"]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Listed.BLOCKED, " @Bots.Example. ", "bots.example"),
        (Listed.BLOCKED, "бот.рф", "xn--90a0am.xn--p1ai"),
        (Listed.BLOCKED, "example", None),
        (Listed.BLOCKED, "a b.example", None),
        (Listed.ALLOWED, "192.0.2.77", "192.0.2.0/24"),
        (Listed.ALLOWED, "2001:db8:1:2::/64", "2001:db8:1::/48"),
        (Listed.ALLOWED, "10.0.0.0/8", None),
        (Listed.ALLOWED, "::/0", None),
        (Listed.ALLOWED, "the office", None),
    ],
)
def test_a_rule_is_kept_as_screening_compares_it(
    flow: Flow, kind: Listed, typed: str, kept: str | None
) -> None:
    staff = a_user(Role.STAFF)
    if kept is None:
        with pytest.raises(Refused), writing() as connection:
            rules.add(connection, kind, typed, "", by=staff)
    else:
        with writing() as connection:
            rules.add(connection, kind, typed, "", by=staff)
    assert [rule.value for rule in rules.all_of_them()] == [kept] * (kept is not None)


def test_organisers_change_no_rules(flow: Flow) -> None:
    organiser = a_user()
    with pytest.raises(NotAllowed), writing() as connection:
        rules.add(connection, Listed.BLOCKED, "bots.example", "", by=organiser)


def test_whoever_fell_into_the_trap_gets_the_letter_once_staff_release_them(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    flow.sign(page, trap=True)
    flow.work()
    [(reason, label)] = held()
    assert (reason, mailbox.letters()) == ("trap", [])
    clock.shift(timedelta(hours=30))
    made.carry_out(made.ask(Condition(action_id=page.card.id, cluster=label), Decision.RELEASE, staff))
    flow.work()
    flow.confirm(token_in(mailbox.newest()))
    assert made.count(page.card.id) == 1


def test_the_letter_of_whoever_stays_held_is_gone_after_48_hours(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    flow.sign(an_action(), trap=True)
    flow.work()
    clock.shift(timedelta(hours=48, seconds=1))
    flow.work()
    assert (mailbox.letters(), session.query(Job).count()) == ([], 0)
