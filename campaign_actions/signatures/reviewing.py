"""Decisions of staff about suspected signatures: asked for, agreed to, stopped, undone. Never a deletion.

The worker carries them out, see `carrying_out`. Which rows a decision is about is written down when it
is asked for, so that what the page said is what happens, and undoing touches nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.signatures import matching, screening
from campaign_actions.signatures.matching import Condition
from campaign_actions.signatures.models import Decision, Review, ReviewRow, Signature, Stage

JOB = "review"
MIN_REASON, MAX_REASON, MAX_PUBLIC = 10, 500, 300
ALONE_UP_TO = 500
WAIT = timedelta(hours=24)
UNDO_DAYS = 30
MOVED_PERCENT = 5
LISTED = 50


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A decision somebody wants; `seen` is the number of signatures the page named before."""

    condition: Condition
    decision: Decision
    reason: str
    public_reason: str = ""
    seen: int


@dataclass(frozen=True)
class Item:
    """A decision in a list, with the name of who asked for it."""

    review: Review
    user_name: str


def check_right(by: User) -> None:
    """Raise NotAllowed for whoever may not decide about signatures."""
    if not permissions.allows(by, "signature.review"):
        raise NotAllowed(_("Only staff decide about signatures. An admin can agree to what staff ask for."))


def faults(wish: Wish) -> list[Refused]:
    """What is wrong with a wish, each for the field it belongs to."""
    first, last = wish.condition.first_day, wish.condition.last_day
    checks = (
        (
            None,
            wish.condition.is_empty,
            _("This would match every signature of the action. Choose at least one condition more."),
        ),
        ("last_day", bool(first and last and first > last), _("The last day lies before the first day.")),
        *_reasons(wish.reason, wish.public_reason, is_public=wish.decision is Decision.INVALID),
    )
    return [Refused(sentence, field=field) for field, wrong, sentence in checks if wrong]


def ask(connection: Connection, wish: Wish, *, by: User) -> Review:
    """Write down a decision and its rows, and leave it to the worker; over 500 it waits for a second person.

    Without one it starts after 24 hours. Raises NotAllowed for whoever may not, Refused for a wish
    with `faults`, for one that matches nobody, and when the match moved by over 5 % since it was seen.
    """
    check_right(by)
    for fault in faults(wish):
        raise fault
    review = _new(wish, by)
    session.add(review)
    session.flush()
    review.expected = _keep_rows(connection, review, wish)
    if review.expected == 0:
        raise Refused(_("No signature matches this that the decision would change."))
    if has_moved(wish.seen, review.expected):
        raise Refused(
            _(
                "It was %(seen)s signatures when you looked, and %(now)s are it now. Look again first.",
                seen=number(wish.seen),
                now=number(review.expected),
            )
        )
    if review.expected > ALONE_UP_TO:
        review.stage, review.starts_at = Stage.ASKED, clock.now() + WAIT
    outbox.leave(connection, JOB, review.id, Lane.LONG, due_at=review.starts_at)
    _record(review, "ask", by, reason=wish.reason, chosen=wish.condition.to_json(), rows=review.expected)
    return review


def approve(connection: Connection, review: Review, *, by: User) -> None:
    """A second person agrees, and the worker begins. Raises Refused for the one who asked."""
    if not permissions.allows(by, "signature.second"):
        raise NotAllowed(_("Only staff and admins agree to this."))
    if by.id == review.asked_by:
        raise Refused(_("You asked for this yourself. Somebody else of the team has to agree."))
    _pass_on(connection, review, Stage.ASKED, Stage.RUNNING, approved_by=by.id, starts_at=clock.now())
    outbox.leave(connection, JOB, review.id, Lane.LONG)
    _record(review, "approve", by)


def stop(connection: Connection, review: Review, *, by: User) -> None:
    """No further signature is changed; what was changed stays so until it is undone."""
    check_right(by)
    old = Stage.ASKED if review.stage is Stage.ASKED else Stage.RUNNING
    _pass_on(connection, review, old, Stage.STOPPED, ended_at=clock.now())
    connection.execute(
        delete(ReviewRow).where(ReviewRow.review_id == review.id, ReviewRow.old_state.is_(None))
    )
    _record(review, "stop", by, changed=_changed(connection, review))


def undo(connection: Connection, review: Review, reason: str, public_reason: str, *, by: User) -> None:
    """Leave it to the worker to restore the rows that stand where the decision brought them.

    Raises Refused without reasons, after 30 days, and when there is nothing to undo.
    """
    check_right(by)
    for field, wrong, sentence in _reasons(
        reason, public_reason, is_public=review.decision is Decision.INVALID
    ):
        if wrong:
            raise Refused(sentence, field=field)
    if not may_undo(review):
        raise Refused(_("This can no longer be undone."))
    told: dict[str, Any] = {"undo_by": by.id, "undo_at": clock.now()}
    told |= {"undo_reason": reason, "undo_public": public_reason}
    _pass_on(connection, review, review.stage, Stage.UNDOING, **told)
    outbox.leave(connection, JOB, review.id, Lane.LONG)
    _record(review, "undo", by, reason=reason)


def may_undo(review: Review) -> bool:
    """Whether the decision has changed something and ended at most 30 days ago."""
    over = review.stage in (Stage.DONE, Stage.STOPPED) and review.changed > 0
    return over and review.ended_at is not None and review.ended_at > clock.now() - timedelta(days=UNDO_DAYS)


def listed() -> list[Item]:
    """The newest 50 decisions, newest first, with the names of those who asked."""
    statement = select(Review, User.name).join(User, User.id == Review.asked_by)
    rows = session.execute(statement.order_by(Review.asked_at.desc(), Review.id).limit(LISTED))
    return [Item(review, name) for review, name in rows]


def names_of(review: Review) -> dict[UUID, str]:
    """Names of the users who asked for a decision, agreed to it and undid it, by id."""
    ids = [one for one in (review.asked_by, review.approved_by, review.undo_by) if one]
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def has_moved(seen: int, now: int) -> bool:
    """Whether a match of `seen` rows has changed by over 5 %."""
    return abs(now - seen) * 100 > MOVED_PERCENT * seen


def forget(connection: Connection) -> None:
    """Delete what was noted of single signatures 30 days after a decision ended."""
    over = select(Review.id).where(Review.ended_at < clock.now() - timedelta(days=UNDO_DAYS))
    gone = delete(ReviewRow).where(ReviewRow.review_id.in_(over.scalar_subquery()))
    connection.execute(gone)


def _new(wish: Wish, by: User) -> Review:
    now = clock.now()
    return Review(
        action_id=wish.condition.action_id,
        decision=wish.decision,
        condition=wish.condition.to_json(),
        label=screening.new_label(),
        reason=wish.reason,
        public_reason=wish.public_reason,
        expected=0,
        stage=Stage.RUNNING,
        asked_by=by.id,
        asked_at=now,
        starts_at=now,
    )


def _keep_rows(connection: Connection, review: Review, wish: Wish) -> int:
    found = select(literal(review.id, ReviewRow.review_id.type), Signature.email_digest, Signature.action_id)
    found = found.where(matching.movable(wish.condition, wish.decision))
    columns = ["review_id", "email_digest", "action_id"]
    connection.execute(insert(ReviewRow).from_select(columns, found))
    kept = select(func.count()).select_from(ReviewRow).where(ReviewRow.review_id == review.id)
    number_kept: int = connection.execute(kept).scalar_one()
    return number_kept


def _pass_on(connection: Connection, review: Review, old: Stage, new: Stage, **also: Any) -> None:
    statement = update(Review).where(Review.id == review.id, Review.stage == old).values(stage=new, **also)
    if connection.execute(statement.returning(Review.id)).first() is None:
        raise Refused(_("Somebody or the worker was faster. Look again."))


def _changed(connection: Connection, review: Review) -> int:
    changed: int = connection.execute(select(Review.changed).where(Review.id == review.id)).scalar_one()
    return changed


def _reasons(reason: str, public_reason: str, *, is_public: bool) -> list[tuple[str, bool, str]]:
    least, most, public = number(MIN_REASON), number(MAX_REASON), number(MAX_PUBLIC)
    return [
        (
            "reason",
            not MIN_REASON <= len(reason) <= MAX_REASON,
            _(
                "Say why in %(least)s to %(most)s characters: it goes into the audit log.",
                least=least,
                most=most,
            ),
        ),
        (
            "public_reason",
            (is_public and len(public_reason) < MIN_REASON) or len(public_reason) > MAX_PUBLIC,
            _("Say in %(least)s to %(most)s characters what everybody reads.", least=least, most=public),
        ),
    ]


def _record(review: Review, deed: str, by: User, **details: Any) -> None:
    told = {"action": str(review.action_id), "decision": review.decision} | details
    audit.record(f"review.{deed}", by=by, thing="review", thing_id=review.id, **told)
