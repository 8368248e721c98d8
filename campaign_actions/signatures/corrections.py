"""The corrections log: every decision of staff that changed a count, for everybody to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from campaign_actions.actions.models import Action, ActionState
from campaign_actions.signatures.models import Decision, Review

LISTED = 200


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One change of a count: when, of which action, by how much, and why in public words, if any.

    `rows` are the signatures it is about, `step` what it added to the count; `undone` when it took an
    earlier one back.
    """

    at: datetime
    action_id: UUID
    decision: Decision
    undone: bool
    rows: int
    step: int
    reason: str


def listed(connection: Connection) -> list[Correction]:
    """The newest 200 of all actions that are not drafts, newest first."""
    shown = Action.state != ActionState.DRAFT
    return _read(connection, shown)[:LISTED]


def of_action(connection: Connection, action_id: UUID) -> Correction | None:
    """The newest one of an action, or None."""
    return next(iter(_read(connection, Review.action_id == action_id)), None)


def _read(connection: Connection, which: ColumnElement[bool]) -> list[Correction]:
    told = or_(Review.step != 0, and_(Review.decision == Decision.INVALID, Review.changed > 0))
    statement = (
        select(Review.__table__)
        .join(Action, Action.id == Review.action_id)
        .where(which, told)
        .order_by(Review.asked_at.desc())
        .limit(LISTED)
    )
    found = [line for row in connection.execute(statement) for line in _lines(row)]
    return sorted(found, key=lambda line: line.at, reverse=True)


def _lines(row: Any) -> Sequence[Correction]:
    same: dict[str, Any] = {"action_id": row.action_id, "decision": Decision(row.decision)}
    made = Correction(
        at=row.starts_at, rows=row.changed, step=row.step, reason=row.public_reason, undone=False, **same
    )
    if not row.restored:
        return [made]
    back = Correction(
        at=row.undo_at, rows=row.restored, step=row.step_back, reason=row.undo_public, undone=True, **same
    )
    return [back, made]
