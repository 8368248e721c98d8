"""Carrying a decision of staff out, and undoing it: a thousand signatures a transaction, resumable anywhere.

Each batch holds the row of its decision, so that two workers, or a worker and somebody who stops it,
come one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, delete, func, select, update

from campaign_actions import audit
from campaign_actions.infra import clock, crash
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.mail.models import Letter
from campaign_actions.signatures import moving, reviewing
from campaign_actions.signatures.matching import FROM
from campaign_actions.signatures.models import Decision, Review, ReviewRow, Signature, Stage
from campaign_actions.signatures.screening import Reason
from campaign_actions.signatures.states import State, ledger_step

BATCH = 1000
_IS_ITS = and_(Signature.email_digest == ReviewRow.email_digest, Signature.action_id == ReviewRow.action_id)


def carry_on(connection: Connection, review_id: UUID) -> bool:
    """Do the next batch of a decision or of its undoing; False when nothing is left to do now."""
    review = session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        return False
    if review.stage is Stage.ASKED and review.starts_at <= clock.now():
        _begin(connection, review)
    if review.stage is Stage.RUNNING:
        return _do(connection, review)
    if review.stage is Stage.UNDOING:
        return _undo(connection, review)
    return False


def _begin(connection: Connection, review: Review) -> None:
    """After a day without a second person: unless too many rows have moved meanwhile."""
    still = select(func.count()).select_from(ReviewRow).join(Signature, _IS_ITS)
    here = (ReviewRow.review_id == review.id, Signature.state.in_(FROM[review.decision]))
    left = connection.execute(still.where(*here)).scalar_one()
    if reviewing.has_moved(review.expected, left):
        _end(review, Stage.REFUSED, "refuse", rows=review.expected, left=left)
    else:
        review.stage = Stage.RUNNING


def _do(connection: Connection, review: Review) -> bool:
    digests = _next(connection, ReviewRow.review_id == review.id, ReviewRow.old_state.is_(None))
    if not digests:
        _end(review, Stage.DONE, "done", changed=review.changed, step=review.step)
        return False
    moved: set[bytes] = set()
    for values, alike in _standing(connection, review, digests).items():
        state, proved, *_kept = values
        new = _target(review.decision, proved=proved)
        done = moving.move_rows(
            connection, review.action_id, alike, State(state), new, proved=proved, **_marks(review, values)
        )
        _note(connection, review, done, new, values)
        if new is State.WAITING:
            _let_letters_leave(connection, review, done)
        moved.update(done)
        review.changed += len(done)
        review.step += ledger_step(State(state), new) * len(done)
    # Who was faster than us, by withdrawing for instance, is no longer ours to move or to bring back.
    _drop(connection, review, [digest for digest in digests if digest not in moved])
    session.flush()
    crash.here("review.moved")
    return True


def _undo(connection: Connection, review: Review) -> bool:
    digests = _next(connection, ReviewRow.review_id == review.id, ReviewRow.old_state.is_not(None))
    if not digests:
        _end(review, Stage.UNDONE, "undone", changed=review.restored, step=review.step_back)
        return False
    for values, alike in _as_left(connection, review, digests).items():
        state, proved, old, hold, cluster, before = values
        # Who proved the mailbox meanwhile is counted, as if nothing had been decided.
        new = State.CONFIRMED if old == State.WAITING and proved else State(old)
        done = moving.move_rows(
            connection, review.action_id, alike, State(state), new, proved=proved,
            only=[Signature.review_id == review.id], hold=hold, cluster=cluster, review_id=before,
        )  # fmt: skip
        review.restored += len(done)
        review.step_back += ledger_step(State(state), new) * len(done)
    _drop(connection, review, digests)
    session.flush()
    crash.here("review.moved")
    return True


def _let_letters_leave(connection: Connection, review: Review, digests: Sequence[bytes]) -> None:
    """Whoever was held by the trap had no letter yet; the newest one may still lie there."""
    is_its = and_(Letter.email_digest == Signature.email_digest, Letter.action_id == Signature.action_id)
    newest = select(Letter.id).join(Signature, and_(is_its, Letter.link_hash == Signature.link_hash))
    here = (Signature.action_id == review.action_id, Signature.email_digest.in_(digests))
    outbox.call(connection, "letter", newest.where(*here))


def _next(connection: Connection, *which: Any) -> Sequence[bytes]:
    some = select(ReviewRow.email_digest).where(*which).order_by(ReviewRow.email_digest).limit(BATCH)
    return connection.execute(some).scalars().all()


def _standing(
    connection: Connection, review: Review, digests: Sequence[bytes]
) -> dict[tuple[Any, ...], list[bytes]]:
    """Signatures to be moved, by state, proof, and what will have to be brought back."""
    proved = Signature.proved_on.is_not(None)
    columns = (Signature.state, proved, Signature.hold, Signature.cluster, Signature.review_id)
    found = (
        select(Signature.email_digest, *columns)
        .where(Signature.action_id == review.action_id, Signature.email_digest.in_(digests))
        .where(Signature.state.in_(FROM[review.decision]))
        .order_by(Signature.email_digest)
        .with_for_update()
    )
    return _grouped(connection.execute(found).all())


def _as_left(
    connection: Connection, review: Review, digests: Sequence[bytes]
) -> dict[tuple[Any, ...], list[bytes]]:
    """Signatures that stand where the decision brought them, by state, proof, and what they were."""
    proved = Signature.proved_on.is_not(None)
    was = (ReviewRow.old_state, ReviewRow.old_hold, ReviewRow.old_cluster, ReviewRow.old_review_id)
    found = (
        select(Signature.email_digest, Signature.state, proved, *was)
        .join(ReviewRow, _IS_ITS)
        .where(ReviewRow.review_id == review.id, ReviewRow.email_digest.in_(digests))
        .where(Signature.review_id == review.id, Signature.state == ReviewRow.new_state)
        .order_by(Signature.email_digest)
        .with_for_update(of=Signature)
    )
    return _grouped(connection.execute(found).all())


def _grouped(rows: Sequence[Any]) -> dict[tuple[Any, ...], list[bytes]]:
    groups: defaultdict[tuple[Any, ...], list[bytes]] = defaultdict(list)
    for digest, state, proved, *rest in rows:
        groups[state, bool(proved), *rest].append(digest)
    return groups


def _target(decision: Decision, *, proved: bool) -> State:
    if decision is Decision.RELEASE:
        return State.CONFIRMED if proved else State.WAITING
    return State.HELD if decision is Decision.HOLD else State.INVALID


def _marks(review: Review, values: tuple[Any, ...]) -> dict[str, Any]:
    """What a moved row says of the decision; those that staff hold become a cluster if they were in none."""
    _state, _proved, hold, cluster, _before = values
    if review.decision is not Decision.HOLD:
        return {"review_id": review.id}
    return {"review_id": review.id, "hold": hold or Reason.STAFF.value, "cluster": cluster or review.label}


def _note(
    connection: Connection, review: Review, digests: Sequence[bytes], new: State, values: tuple[Any, ...]
) -> None:
    state, _proved, hold, cluster, before = values
    was = {"old_state": state, "new_state": new.value, "old_hold": hold}
    was |= {"old_cluster": cluster, "old_review_id": before}
    here = (ReviewRow.review_id == review.id, ReviewRow.email_digest.in_(digests))
    connection.execute(update(ReviewRow).where(*here).values(was))


def _drop(connection: Connection, review: Review, digests: Sequence[bytes]) -> None:
    if digests:
        here = (ReviewRow.review_id == review.id, ReviewRow.email_digest.in_(digests))
        connection.execute(delete(ReviewRow).where(*here))


def _end(review: Review, stage: Stage, deed: str, **details: Any) -> None:
    review.stage = stage
    if stage is not Stage.UNDONE:
        review.ended_at = clock.now()
    session.flush()
    told = {"action": str(review.action_id), "decision": review.decision} | details
    audit.record(f"review.{deed}", thing="review", thing_id=review.id, **told)
