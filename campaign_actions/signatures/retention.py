"""Forgetting: unconfirmed signatures after seven days, every signature on its deletion day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, exists, select, tuple_

from campaign_actions.infra import clock, crash
from campaign_actions.signatures import counting, links
from campaign_actions.signatures.models import ActionSalt, Signature, UpdateAddress
from campaign_actions.signatures.states import State

BATCH = 500


def forget_unconfirmed(connection: Connection) -> int:
    """Delete up to 500 signatures nobody confirmed in seven days; gives how many."""
    last = clock.today() - timedelta(days=links.LINK_DAYS)
    overdue = select(Signature.email_digest, Signature.action_id).where(
        Signature.state.in_((State.WAITING, State.HELD)),
        Signature.proved_on.is_(None),
        Signature.signed_on < last,
    )
    return len(_delete(connection, overdue.limit(BATCH)))


def forget_due(connection: Connection) -> int:
    """Delete up to 500 signatures whose promised day has come; the number stays as an archived figure.

    With an action's last signature its salt goes too, so that nothing can be looked up again.
    """
    due = select(Signature.email_digest, Signature.action_id).where(Signature.delete_on <= clock.today())
    gone = _delete(connection, due.order_by(Signature.action_id).limit(BATCH))
    for action_id in sorted({action for action, _state in gone}):
        archived = sum(1 for action, state in gone if action == action_id and state == State.CONFIRMED)
        if archived:
            counting.add(connection, action_id, "archived", archived)
        _forget_salt(connection, action_id)
    crash.here("purge.batch")
    return len(gone)


def _delete(connection: Connection, some: object) -> list[tuple[UUID, int]]:
    pairs = [tuple(row) for row in connection.execute(some)]  # type: ignore[call-overload]  # any select of two columns
    if not pairs:
        return []
    here = tuple_(Signature.email_digest, Signature.action_id).in_(pairs)
    gone = connection.execute(delete(Signature).where(here).returning(Signature.action_id, Signature.state))
    rows = [(row.action_id, row.state) for row in gone]
    connection.execute(
        delete(UpdateAddress).where(tuple_(UpdateAddress.email_digest, UpdateAddress.action_id).in_(pairs))
    )
    return rows


def _forget_salt(connection: Connection, action_id: UUID) -> None:
    somebody = exists().where(Signature.action_id == action_id)
    connection.execute(delete(ActionSalt).where(ActionSalt.action_id == action_id, ~somebody))
