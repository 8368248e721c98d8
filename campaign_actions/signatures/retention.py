"""Forgetting: unconfirmed signatures after seven days, every signature on its deletion day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.actions.models import Action, ActionState
from campaign_actions.infra import clock, crash
from campaign_actions.signatures import counting, links, moving, paper_retention, unverified
from campaign_actions.signatures.models import ActionSalt, Forgotten, LegalHold, Signature
from campaign_actions.signatures.paper_models import PaperLine
from campaign_actions.signatures.states import UNPROVED, State

BATCH = 500


def forget_unconfirmed(connection: Connection) -> int:
    """Delete up to 500 signatures nobody confirmed in seven days; gives how many.

    Those of another tool were never asked: they stay until their deletion day.
    """
    last = clock.today() - timedelta(days=links.LINK_DAYS)
    overdue = and_(
        Signature.state.in_(UNPROVED),
        Signature.proved_on.is_(None),
        unverified.is_ours(),
        Signature.signed_on < last,
    )
    return len(_delete(connection, overdue))


def actions_due(connection: Connection) -> list[UUID]:
    """Actions with signatures or paper whose day has come, and withdrawn ones; none under a legal hold."""
    # Two questions, since each has an index of its own and both at once would have none.
    over = select(Signature.action_id).where(Signature.delete_on <= clock.today()).distinct()
    somebody = exists().where(Signature.action_id == Action.id)
    withdrawn = select(Action.id).where(Action.state == ActionState.WITHDRAWN, somebody)
    found = {action_id for which in (over, withdrawn) for action_id in connection.execute(which).scalars()}
    found |= paper_retention.actions_due(connection)
    held = set(connection.execute(select(LegalHold.action_id)).scalars())
    return sorted(found - held)


def forget_due(connection: Connection, action_id: UUID) -> int:
    """Delete up to 500 signatures of one action whose promised day has come, and 500 lines of paper.

    Gives how many. A withdrawn action keeps none. The number stays as an archived figure. With an
    action's last signature its salt goes too, so that nothing can be looked up again.
    """
    gone = _delete(connection, _due(action_id))
    archived = sum(state == State.CONFIRMED for _action, state in gone)
    if archived:
        counting.add(connection, action_id, "archived", archived)
    records = len(gone) + paper_retention.forget(connection, action_id, BATCH)
    if records:
        _note(connection, action_id, records)
        _forget_salt(connection, action_id)
    crash.here("purge.batch")
    return records


def _due(action_id: UUID) -> ColumnElement[bool]:
    withdrawn = exists().where(Action.id == action_id, Action.state == ActionState.WITHDRAWN)
    held = exists().where(LegalHold.action_id == action_id)
    return and_(Signature.action_id == action_id, or_(Signature.delete_on <= clock.today(), withdrawn), ~held)


def _note(connection: Connection, action_id: UUID, n: int) -> None:
    row = insert(Forgotten).values(day=clock.today(), action_id=action_id, n=n)
    keys = [Forgotten.day, Forgotten.action_id]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_={"n": Forgotten.n + n}))


def _delete(connection: Connection, which: ColumnElement[bool]) -> list[tuple[UUID, int]]:
    keys = (Signature.email_digest, Signature.action_id)
    some = connection.execute(select(*keys).where(which).order_by(*reversed(keys)).limit(BATCH))
    pairs = [(digest, action_id) for digest, action_id in some]
    if not pairs:
        return []
    # The condition stands here again: somebody may have confirmed since the rows were read.
    statement = delete(Signature).where(tuple_(*keys).in_(pairs), which).returning(*keys, Signature.state)
    gone = [(digest, action_id, state) for digest, action_id, state in connection.execute(statement)]
    if gone:
        for table in moving.BESIDE:
            beside = tuple_(table.email_digest, table.action_id).in_([pair[:2] for pair in gone])
            connection.execute(delete(table).where(beside))
    return [(action_id, state) for _digest, action_id, state in gone]


def _forget_salt(connection: Connection, action_id: UUID) -> None:
    somebody = exists().where(Signature.action_id == action_id)
    on_paper = exists().where(PaperLine.action_id == action_id)
    connection.execute(delete(ActionSalt).where(ActionSalt.action_id == action_id, ~somebody, ~on_paper))
