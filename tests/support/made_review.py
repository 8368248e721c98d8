"""Suspected signatures and decisions about them, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from campaign_actions.accounts.models import Role, User
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import carrying_out, counting, matching, moving, reviewing, screening, tools
from campaign_actions.signatures.matching import Condition
from campaign_actions.signatures.models import AbuseSignal, Decision, Review, Signature, Stage
from campaign_actions.signatures.reviewing import Wish
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools
from tests.support.factories import a_user
from tests.support.signed import a_row, store

if TYPE_CHECKING:
    from tests.support.world import World

REASON = "They came from one program within an hour."
PUBLIC = "They came from one program, not from people."


def waiting(keys: Tools, action_id: UUID, count: int, **values: Any) -> list[bytes]:
    """Store signatures of today that nobody has confirmed; gives their digests."""
    same = {"state": int(State.WAITING), "proved_on": None, "signed_on": clock.today()}
    same["delete_on"] = clock.today() + timedelta(days=180)
    rows = [a_row(keys, action_id, **same | values) for _number in range(count)]
    store(rows)
    return [row["email_digest"] for row in rows]


def confirmed(keys: Tools, action_id: UUID, count: int, **values: Any) -> list[bytes]:
    """The same, confirmed and counted."""
    digests = waiting(keys, action_id, count, **values)
    with writing() as connection:
        for digest in digests:
            prove(connection, digest, action_id)
    return digests


def prove(connection: Any, digest: bytes, action_id: UUID) -> State | None:
    """The owner presses the button."""
    always = Signature.id.is_not(None)
    today = clock.today()
    return moving.prove(connection, digest, action_id, unless_changed=always, today=today, public_name=None)


def held(keys: Tools, action_id: UUID, count: int, label: str = "KQ7WXM", **values: Any) -> list[bytes]:
    """The same, held by screening in one cluster."""
    return waiting(
        keys, action_id, count, **{"state": int(State.HELD), "hold": "program", "cluster": label} | values
    )


def signals(action_id: UUID, digests: list[bytes], **values: Any) -> None:
    """What screening may look at, for each of `digests`."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    seen = {"prefix_digest": b"p" * 16, "domain": "gmail.com", "agent_class": "python", "trap": False}
    with writing():
        for digest in digests:
            one = {"letter_id": UUID(bytes=digest), "email_digest": digest, "action_id": action_id}
            session.add(AbuseSignal(**{"hour": now} | seen | one | values))


def ask(condition: Condition, decision: Decision, by: User, *, seen: int | None = None) -> UUID:
    """Ask for a decision as the page does, with the number it shows now."""
    with writing() as connection:
        if seen is None:
            seen = matching.effect(connection, condition, decision).rows
        public = PUBLIC if decision is Decision.INVALID else ""
        wish = Wish(condition=condition, decision=decision, reason=REASON, public_reason=public, seen=seen)
        return reviewing.ask(connection, wish, by=by).id


def batch(review_id: UUID) -> bool:
    """One batch of the worker's."""
    with writing() as connection:
        return carrying_out.carry_on(connection, review_id)


def carry_out(review_id: UUID) -> Review:
    """Everything that is left to do; gives the decision."""
    while batch(review_id):
        pass
    return review(review_id)


def review(review_id: UUID) -> Review:
    """The decision as it stands."""
    session.rollback()
    return session.get_one(Review, review_id)


def undo(review_id: UUID, by: User) -> Review:
    """Undo it, all of it."""
    with writing() as connection:
        found = session.get_one(Review, review_id)
        public = "It was a class of students." if found.decision is Decision.INVALID else ""
        reviewing.undo(connection, found, "It was a class of students.", public, by=by)
    return carry_out(review_id)


def count(action_id: UUID) -> int:
    """The exact count."""
    session.rollback()
    return counting.exact(session.connection(), action_id)


def states(action_id: UUID) -> list[State]:
    """States of an action's signatures, sorted."""
    session.rollback()
    found = session.scalars(select(Signature.state).where(Signature.action_id == action_id))
    return sorted(State(state) for state in found)


def suspected(world: World, size: int = 4, **values: Any) -> str:
    """Label of a new cluster of the world's action, some of it held and some counted, with signals."""
    with world.app.app_context():
        label, action_id, keys = screening.new_label(), UUID(world.action_id), tools.load(world.settings)
        digests = held(keys, action_id, size, label, **values)
        digests += confirmed(keys, action_id, size, cluster=label)
        signals(action_id, digests[1:])
        signals(action_id, digests[:1], prefix_digest=b"q" * 16, domain="ab" * 16, agent_class="none")
        return label


def a_review(world: World, stage: Stage = Stage.DONE) -> str:
    """Id of a decision of somebody else's, brought to a stage."""
    label = suspected(world, 2)
    with world.app.app_context():
        staff = a_user(Role.STAFF)
        condition = Condition(action_id=UUID(world.action_id), cluster=label)
        review_id = ask(condition, Decision.INVALID, staff)
        if stage in (Stage.DONE, Stage.UNDONE):
            carry_out(review_id)
        if stage is Stage.UNDONE:
            undo(review_id, staff)
        elif stage is not Stage.DONE:
            with writing():
                session.get_one(Review, review_id).stage = stage
        return str(review_id)
