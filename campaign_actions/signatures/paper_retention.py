"""Forgetting what was typed in from paper: lines go on their day, the number of checked ones stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, tuple_, update

from campaign_actions.actions.models import Action, ActionState
from campaign_actions.infra import clock
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import Counter, LegalHold
from campaign_actions.signatures.paper_models import PaperLine, PaperSheet, SheetState


def actions_due(connection: Connection) -> set[UUID]:
    """Actions with sheets of which something has to go, under a legal hold or not."""
    left = or_(PaperSheet.state != SheetState.CHECKED, PaperSheet.place != "", _has_lines())
    due = select(PaperSheet.action_id).where(_is_over(), left).distinct()
    return set(connection.execute(due).scalars())


def forget(connection: Connection, action_id: UUID, most: int) -> int:
    """Delete up to `most` lines of one action whose day has come; gives how many.

    With the last of them go sheets that nobody checked, and the places where the others were collected.
    """
    held = exists().where(LegalHold.action_id == action_id)
    due = and_(PaperSheet.action_id == action_id, _is_over(), ~held)
    key = tuple_(PaperLine.sheet_id, PaperLine.line)
    some = select(PaperLine.sheet_id, PaperLine.line).join(PaperSheet).where(due).limit(most)
    pairs = [(sheet_id, line) for sheet_id, line in connection.execute(some)]
    if pairs:
        connection.execute(delete(PaperLine).where(key.in_(pairs)))
    if len(pairs) < most:
        connection.execute(delete(PaperSheet).where(due, PaperSheet.state != SheetState.CHECKED))
        connection.execute(update(PaperSheet).where(due, PaperSheet.place != "").values(place=""))
    return len(pairs)


def going(connection: Connection) -> list[tuple[UUID, date, int]]:
    """How many lines of an action are deleted on a day."""
    columns = (PaperSheet.action_id, PaperSheet.delete_on)
    counted = select(*columns, func.count()).join(PaperLine).group_by(*columns)
    return [(action_id, day, n) for action_id, day, n in connection.execute(counted)]


def breaches(connection: Connection) -> Iterator[str]:
    """What reconciling says about paper: counts, lines, and what is kept too long."""
    checked = select(PaperSheet.action_id, func.sum(PaperSheet.lines)).where(
        PaperSheet.state == SheetState.CHECKED
    )
    expected: dict[UUID, int] = dict(connection.execute(checked.group_by(PaperSheet.action_id)).all())
    counters = select(Counter.action_id, Counter.n).where(Counter.dim == counting.PAPER)
    counted: dict[UUID, int] = dict(connection.execute(counters).all())
    for action_id in sorted({*expected, *counted}):
        if expected.get(action_id, 0) != counted.get(action_id, 0):
            numbers = f"counted {counted.get(action_id, 0)}, sheets say {expected.get(action_id, 0)}"
            yield f"V1 action {action_id}: on paper {numbers}"
    yield from _lines(connection)


def _lines(connection: Connection) -> Iterator[str]:
    lines = func.count(PaperLine.line)
    wrong = (
        select(PaperSheet.id)
        .outerjoin(PaperLine)
        .where(~_is_over())
        .group_by(PaperSheet.id, PaperSheet.lines, PaperSheet.typed)
        .having(or_(and_(PaperSheet.typed, lines != PaperSheet.lines), and_(~PaperSheet.typed, lines > 0)))
    )
    if number := len(connection.execute(wrong).all()):
        yield f"V4 {number} paper sheets do not have the lines they say"
    held = select(LegalHold.action_id)
    late = and_(PaperSheet.delete_on < clock.today(), PaperSheet.action_id.not_in(held))
    kept = connection.execute(select(func.count()).select_from(PaperLine).join(PaperSheet).where(late))
    if number := kept.scalar_one():
        yield f"V7 {number} lines of paper sheets are past their deletion day"


def _is_over() -> ColumnElement[bool]:
    withdrawn = exists().where(Action.id == PaperSheet.action_id, Action.state == ActionState.WITHDRAWN)
    return or_(PaperSheet.delete_on <= clock.today(), withdrawn)


def _has_lines() -> ColumnElement[bool]:
    return exists().where(PaperLine.sheet_id == PaperSheet.id)
