"""Forgetting: unconfirmed signatures after seven days, every signature on its deletion day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, tuple_

from campaign_actions.actions.models import Action, ActionState
from campaign_actions.infra import clock, crash
from campaign_actions.signatures import counting, links, moving, unverified
from campaign_actions.signatures.models import ActionSalt, Signature
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


def forget_due(connection: Connection) -> int:
    """Delete up to 500 signatures whose promised day has come, or whose action was withdrawn.

    The number stays as an archived figure. With an action's last signature its salt goes
    too, so that nothing can be looked up again.
    """
    withdrawn = select(Action.id).where(Action.state == ActionState.WITHDRAWN)
    gone = _delete(connection, or_(Signature.delete_on <= clock.today(), Signature.action_id.in_(withdrawn)))
    for action_id in sorted({action for action, _state in gone}):
        archived = sum(1 for action, state in gone if action == action_id and state == State.CONFIRMED)
        if archived:
            counting.add(connection, action_id, "archived", archived)
        _forget_salt(connection, action_id)
    crash.here("purge.batch")
    return len(gone)


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
    connection.execute(delete(ActionSalt).where(ActionSalt.action_id == action_id, ~somebody))
