"""What is deleted when, what holds it up, and what was deleted: for the page of retention."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.signatures import paper_retention
from campaign_actions.signatures.models import Forgotten, LegalHold, Signature

JOB = "forget"
NOTHING = UUID(int=0)
MIN_REASON, MAX_REASON = 10, 300


@dataclass(frozen=True)
class Going:
    """So many sealed records of an action are deleted on a day, if nothing holds them up."""

    action_id: UUID
    on: date
    records: int


@dataclass(frozen=True)
class Gone:
    """So many records of an action were deleted on a day."""

    action_id: UUID
    on: date
    records: int


def going(connection: Connection) -> list[Going]:
    """Every day on which something goes, by action, the next first."""
    counted = select(Signature.action_id, Signature.delete_on, func.count()).group_by(
        Signature.action_id, Signature.delete_on
    )
    records: Tally[tuple[date, UUID]] = Tally()
    for action_id, day, n in (*connection.execute(counted), *paper_retention.going(connection)):
        records[day, action_id] += n
    return [Going(action_id, day, records[day, action_id]) for day, action_id in sorted(records)]


def gone(connection: Connection, most: int) -> list[Gone]:
    """The newest days on which something was deleted."""
    columns = (Forgotten.action_id, Forgotten.day, Forgotten.n)
    rows = connection.execute(
        select(*columns).order_by(Forgotten.day.desc(), Forgotten.action_id).limit(most)
    )
    return [Gone(*row) for row in rows]


def of_actions(connection: Connection, action_ids: Iterable[UUID]) -> dict[UUID, LegalHold]:
    """The legal holds of those actions that are under one."""
    columns = (LegalHold.action_id, LegalHold.reason, LegalHold.since)
    rows = connection.execute(select(*columns).where(LegalHold.action_id.in_(list(action_ids))))
    return {row.action_id: LegalHold(**row._mapping) for row in rows}


def of_action(action_id: UUID) -> LegalHold | None:
    """The legal hold of an action, as its page tells it."""
    return of_actions(session.connection(), [action_id]).get(action_id)


def lay(connection: Connection, action_id: UUID, reason: str, *, by: User) -> None:
    """Keep an action's signatures past their day, for a reason that its page then gives.

    Laid again it gets the new reason and keeps its day. Raises NotAllowed for whoever may not,
    Refused for a reason under 10 or over 300 characters.
    """
    check_right(by)
    line = " ".join(reason.split())
    if not MIN_REASON <= len(line) <= MAX_REASON:
        words = _(
            "Give the reason in %(least)s to %(most)s characters: everybody can read it on the action.",
            least=number(MIN_REASON),
            most=number(MAX_REASON),
        )
        raise Refused(words, field="reason")
    row = insert(LegalHold).values(action_id=action_id, reason=line, since=clock.today())
    keys = [LegalHold.action_id]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_={"reason": line}))
    audit.record("retention.hold", by=by, thing="action", thing_id=action_id, reason=line)


def lift(connection: Connection, action_id: UUID, *, by: User) -> bool:
    """Let an action's signatures go on their day again; False when nothing held them."""
    check_right(by)
    lifted = delete(LegalHold).where(LegalHold.action_id == action_id).returning(LegalHold.action_id)
    if connection.execute(lifted).first() is None:
        return False
    audit.record("retention.lift", by=by, thing="action", thing_id=action_id)
    return True


def run_now(connection: Connection, *, by: User) -> None:
    """Have the worker delete what is due at once, instead of within the minute."""
    check_right(by)
    outbox.leave(connection, JOB, NOTHING, Lane.LONG)
    audit.record("retention.run", by=by, thing="retention")


def check_right(by: User) -> None:
    """Raise NotAllowed for whoever may not decide how long signatures are kept."""
    if not permissions.allows(by, "settings.change"):
        raise NotAllowed(_("How long signatures are kept is decided by admins. Ask one of them."))
