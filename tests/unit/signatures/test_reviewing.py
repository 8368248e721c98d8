"""Decisions about suspected signatures: what they change, what they leave, and how they are undone."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select

from campaign_actions.accounts.models import Role
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import (
    carrying_out,
    confirming,
    corrections,
    leaving,
    matching,
    moving,
    reviewing,
)
from campaign_actions.signatures.confirming import LinkKind
from campaign_actions.signatures.matching import Condition, DomainClass
from campaign_actions.signatures.models import Decision, Review, ReviewRow, Signature, Stage
from campaign_actions.signatures.moving import IllegalMove
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support import made_review as made
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, token_in

RELEASE, HOLD, INVALID = Decision.RELEASE, Decision.HOLD, Decision.INVALID
ANNULLED = [State.INVALID] * 3


@pytest.fixture
def action_id(flow: Flow) -> UUID:
    return an_action().card.id


def cluster(action_id: UUID, label: str = "KQ7WXM") -> Condition:
    return Condition(action_id=action_id, cluster=label)


@pytest.mark.parametrize("decision", Decision)
def test_each_decision_does_what_the_page_said_and_undoing_brings_all_of_it_back(
    flow: Flow, action_id: UUID, decision: Decision
) -> None:
    made.confirmed(flow.tools, action_id, 4, cluster="KQ7WXM", country="SE")
    made.confirmed(flow.tools, action_id, 5, country="KZ")
    proved = made.held(flow.tools, action_id, 3)
    made.held(flow.tools, action_id, 2)
    made.waiting(flow.tools, action_id, 2, cluster="KQ7WXM")
    with writing() as connection:
        assert {made.prove(connection, digest, action_id) for digest in proved} == {State.HELD}
    before, staff = made.states(action_id), a_user(Role.STAFF)
    told = matching.effect(session.connection(), cluster(action_id), decision)
    review = made.carry_out(made.ask(cluster(action_id), decision, staff))
    assert (review.stage, review.changed, told.count) == (Stage.DONE, told.rows, 9)
    assert told.count + review.step == told.after == made.count(action_id)
    assert {RELEASE: 12, HOLD: 5, INVALID: 5}[decision] == told.after
    assert flow.breaches() == []
    undone = made.undo(review.id, staff)
    assert (undone.stage, undone.restored, undone.step_back) == (Stage.UNDONE, told.rows, -undone.step)
    assert (made.states(action_id), made.count(action_id)) == (before, 9)
    row = select(func.count()).select_from(Signature).where(Signature.review_id.is_not(None))
    assert session.execute(row).scalar_one() == 0


def test_undoing_leaves_alone_what_somebody_changed_since(flow: Flow, action_id: UUID) -> None:
    left, *rest = made.confirmed(flow.tools, action_id, 3, cluster="KQ7WXM")
    late = made.waiting(flow.tools, action_id, 1, cluster="KQ7WXM")[0]
    staff = a_user(Role.STAFF)
    first = made.carry_out(made.ask(cluster(action_id), HOLD, staff))
    second = made.carry_out(made.ask(cluster(action_id), INVALID, staff))
    with writing() as connection:
        assert leaving.withdraw(connection, left, action_id)
        # Whoever is held or invalid can still prove the mailbox, and never sees a difference.
        assert made.prove(connection, late, action_id) is State.INVALID
    assert made.undo(first.id, staff).restored == 0
    assert made.undo(second.id, staff).restored == 3
    assert made.states(action_id) == [State.HELD] * 3 + [State.WITHDRAWN]
    third = made.carry_out(made.ask(cluster(action_id), RELEASE, staff))
    assert (third.step, made.count(action_id)) == (3, 3)
    assert len(rest) == 2


def test_undoing_leaves_alone_what_a_later_decision_brought_to_the_same_place(
    flow: Flow, action_id: UUID
) -> None:
    made.confirmed(flow.tools, action_id, 2, cluster="KQ7WXM")
    staff = a_user(Role.STAFF)
    first, _second, third = (
        made.carry_out(made.ask(cluster(action_id), decision, staff)).id for decision in (HOLD, RELEASE, HOLD)
    )
    assert made.undo(first, staff).restored == 0
    assert made.undo(third, staff).restored == 2
    assert made.count(action_id) == 2


def test_an_invalid_signature_answers_as_one_that_waits_and_does_not_silence_the_owner(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page, staff = an_action(), a_user(Role.STAFF)
    everybody = Condition(action_id=page.card.id, locale="en")
    token = token_in(flow.signed(page, a_supporter()))
    made.carry_out(made.ask(everybody, INVALID, staff))
    assert confirming.look(token).kind is LinkKind.FRESH
    clock.shift(timedelta(minutes=2))
    again = token_in(flow.signed(page, a_supporter(name="Marta Again")))
    assert (len(mailbox.letters()), made.states(page.card.id)) == (2, [State.WAITING])
    made.carry_out(made.ask(everybody, INVALID, staff))
    assert flow.confirm(again).kind is confirming.look(again).kind is LinkKind.DONE
    assert (made.states(page.card.id), made.count(page.card.id)) == ([State.INVALID], 0)


def test_undoing_a_hold_counts_whoever_has_confirmed_meanwhile(flow: Flow, action_id: UUID) -> None:
    digest = made.waiting(flow.tools, action_id, 1, cluster="KQ7WXM")[0]
    staff = a_user(Role.STAFF)
    review = made.carry_out(made.ask(cluster(action_id), HOLD, staff))
    with writing() as connection:
        made.prove(connection, digest, action_id)
    assert made.count(action_id) == 0
    assert made.undo(review.id, staff).step_back == 1
    assert made.count(action_id) == 1


def test_what_is_held_by_hand_becomes_a_cluster_of_its_own(flow: Flow, action_id: UUID) -> None:
    made.confirmed(flow.tools, action_id, 2, country="KZ")
    review = made.carry_out(made.ask(Condition(action_id=action_id, country="KZ"), HOLD, a_user(Role.STAFF)))
    assert session.execute(select(Signature.cluster).distinct()).scalars().all() == [review.label]


def test_nothing_matches_every_signature_or_nobody(flow: Flow, action_id: UUID) -> None:
    made.confirmed(flow.tools, action_id, 2)
    staff = a_user(Role.STAFF)
    with pytest.raises(Refused, match="would match every signature"):
        made.ask(Condition(action_id=action_id), INVALID, staff)
    with pytest.raises(Refused, match="No signature matches"):
        made.ask(Condition(action_id=action_id, country="GB"), INVALID, staff)
    with pytest.raises(Refused, match="It was 1 signatures when you looked, and 2 are it now"):
        made.ask(Condition(action_id=action_id, country="SE"), INVALID, staff, seen=1)
    for role in (Role.ADMIN, Role.ORGANISER):
        with pytest.raises(NotAllowed):
            made.ask(Condition(action_id=action_id, country="SE"), INVALID, a_user(role))
    assert session.execute(select(func.count()).select_from(Review)).scalar_one() == 0


@pytest.mark.parametrize(("seen", "now", "moved"), [(100, 105, False), (100, 106, True), (20, 18, True)])
def test_a_match_may_move_by_five_percent(seen: int, now: int, moved: bool) -> None:
    assert reviewing.has_moved(seen, now) is moved


def test_over_500_wait_for_a_second_person_or_a_day(
    flow: Flow, action_id: UUID, clock: time_machine.Traveller
) -> None:
    made.confirmed(flow.tools, action_id, 501, country="KZ")
    staff, condition = a_user(Role.STAFF), Condition(action_id=action_id, country="KZ")
    review_id = made.ask(condition, HOLD, staff)
    assert made.batch(review_id) is False
    with pytest.raises(Refused, match="Somebody else"), writing() as connection:
        reviewing.approve(connection, session.get_one(Review, review_id), by=staff)
    organiser, admin = a_user(), a_user(Role.ADMIN)
    with pytest.raises(NotAllowed), writing() as connection:
        reviewing.approve(connection, session.get_one(Review, review_id), by=organiser)
    with writing() as connection:
        reviewing.approve(connection, session.get_one(Review, review_id), by=admin)
    assert made.carry_out(review_id).changed == 501
    undone = made.undo(review_id, staff)
    assert made.count(action_id) == 501
    again = made.ask(condition, INVALID, staff)
    clock.shift(timedelta(hours=24, seconds=1))
    assert made.carry_out(again).stage is Stage.DONE
    assert (undone.approved_by, made.review(again).approved_by) == (admin.id, None)


def test_after_a_day_a_match_that_has_moved_is_refused(
    flow: Flow, action_id: UUID, clock: time_machine.Traveller
) -> None:
    digests = made.confirmed(flow.tools, action_id, 501, country="KZ")
    review_id = made.ask(Condition(action_id=action_id, country="KZ"), HOLD, a_user(Role.STAFF))
    with writing() as connection:
        for digest in digests[:26]:
            leaving.delete(connection, digest, action_id)
    clock.shift(timedelta(hours=24, seconds=1))
    assert made.carry_out(review_id).stage is Stage.REFUSED
    assert made.count(action_id) == 475


def test_it_stops_between_two_batches_and_what_was_changed_is_undone(
    flow: Flow, action_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "BATCH", 3)
    made.confirmed(flow.tools, action_id, 8, country="KZ")
    staff = a_user(Role.STAFF)
    review_id = made.ask(Condition(action_id=action_id, country="KZ"), INVALID, staff)
    assert made.batch(review_id)
    assert made.batch(review_id)
    with writing() as connection:
        reviewing.stop(connection, session.get_one(Review, review_id), by=staff)
    assert made.batch(review_id) is False
    assert (made.review(review_id).changed, made.count(action_id)) == (6, 2)
    assert flow.breaches() == []
    assert made.undo(review_id, staff).restored == 6
    assert made.count(action_id) == 8


def test_after_30_days_nothing_says_which_rows_were_changed(
    flow: Flow, action_id: UUID, clock: time_machine.Traveller
) -> None:
    made.confirmed(flow.tools, action_id, 3, cluster="KQ7WXM")
    staff = a_user(Role.STAFF)
    review = made.carry_out(made.ask(cluster(action_id), INVALID, staff))
    clock.shift(timedelta(days=30, hours=1))
    assert not reviewing.may_undo(made.review(review.id))
    with pytest.raises(Refused, match="can no longer be undone"):
        made.undo(review.id, staff)
    flow.work()
    assert session.execute(select(func.count()).select_from(ReviewRow)).scalar_one() == 0
    assert made.states(action_id) == ANNULLED


def test_what_changed_a_count_is_told_to_everybody_and_nothing_else(flow: Flow, action_id: UUID) -> None:
    made.confirmed(flow.tools, action_id, 2, cluster="AAAAAA")
    made.held(flow.tools, action_id, 3, "BBBBBB")
    made.waiting(flow.tools, action_id, 1, cluster="CCCCCC")
    staff = a_user(Role.STAFF)
    for label, decision in (("CCCCCC", HOLD), ("BBBBBB", INVALID), ("AAAAAA", INVALID)):
        last = made.carry_out(made.ask(cluster(action_id, label), decision, staff))
    made.undo(last.id, staff)
    lines = corrections.listed(session.connection())
    told = [(line.undone, line.rows, line.step, line.reason) for line in lines]
    assert sorted(told, key=str) == [
        (False, 2, -2, made.PUBLIC),
        (False, 3, 0, made.PUBLIC),
        (True, 2, 2, "It was a class of students."),
    ]


def test_conditions_find_what_they_say(flow: Flow, action_id: UUID) -> None:
    today = clock.today()
    program = made.confirmed(flow.tools, action_id, 3, locale="kk", country=None)
    browser = made.confirmed(flow.tools, action_id, 4, source="paper", signed_on=today - timedelta(days=3))
    made.signals(action_id, program, domain="ab" * 16)
    made.signals(action_id, browser, domain="yopmail.com", agent_class="firefox")
    asked = Condition(action_id=action_id)
    found = {
        "agent": (replace(asked, agent="python"), 3),
        "rare": (replace(asked, domain=DomainClass.RARE), 3),
        "both": (replace(asked, domain=DomainClass.RARE, agent="firefox"), 0),
        "disposable": (replace(asked, domain=DomainClass.DISPOSABLE), 4),
        "common": (replace(asked, domain=DomainClass.COMMON), 0),
        "language": (replace(asked, locale="kk"), 3),
        "source": (replace(asked, source="paper"), 4),
        "not said": (replace(asked, country=matching.NOT_SAID), 3),
        "from": (replace(asked, first_day=today), 3),
        "until": (replace(asked, last_day=today - timedelta(days=1)), 4),
    }
    connection = session.connection()
    numbers = {name: matching.effect(connection, one, HOLD).rows for name, (one, _n) in found.items()}
    assert numbers == {name: expected for name, (_one, expected) in found.items()}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_in_whatever_order_the_count_is_the_confirmed_rows(
    flow: Flow, action_id: UUID, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "BATCH", 4)
    chance, staff = random.Random(seed), a_user(Role.STAFF)  # steps of a test, no secret
    labels, reviews = ("AAAAAA", "BBBBBB"), []
    digests = [made.waiting(flow.tools, action_id, 6, cluster=chance.choice(labels)) for _turn in range(3)]
    everybody = [digest for some in digests for digest in some]
    for _step in range(40):
        digest, deed = chance.choice(everybody), chance.randrange(7)
        try:
            if deed == 0:
                review_id = made.ask(
                    cluster(action_id, chance.choice(labels)), chance.choice(list(Decision)), staff
                )
                reviews.append(review_id)
            elif deed <= 2 and reviews:
                made.batch(chance.choice(reviews))
            elif deed == 3 and reviews:
                one = chance.choice(reviews)
                with writing() as connection:
                    found = session.get_one(Review, one)
                    if chance.random() < 0.3:
                        reviewing.stop(connection, found, by=staff)
                    else:
                        reviewing.undo(connection, found, made.REASON, made.PUBLIC, by=staff)
            elif deed == 4:
                with writing() as connection:
                    where = chance.choice((State.HELD, State.INVALID, State.WITHDRAWN))
                    if where is State.WITHDRAWN:
                        leaving.withdraw(connection, digest, action_id)
                    else:
                        moving.move(connection, digest, action_id, where, hold="trap", cluster="AAAAAA")
            elif deed == 5 and chance.random() < 0.3:
                with writing() as connection:
                    leaving.delete(connection, digest, action_id)
            else:
                with writing() as connection:
                    made.prove(connection, digest, action_id)
        except (Refused, IllegalMove):
            pass
        confirmed = made.states(action_id).count(State.CONFIRMED)
        assert made.count(action_id) == confirmed
        assert flow.breaches() == []
