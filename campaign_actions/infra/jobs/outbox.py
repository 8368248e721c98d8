"""The outbox: a job is left in its cause's transaction, leased by a worker, and ended once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from campaign_actions.infra import clock
from campaign_actions.infra.jobs.models import NEVER, Job, Lane

LEASE_SECONDS = 60
MAX_TRIES = 5
WAITS_MINUTES = (1, 5, 15, 60)


@dataclass(frozen=True)
class Claimed:
    """A job this worker may run until `lease_until`."""

    id: UUID
    name: str
    ref: UUID
    tries: int
    refusals: int
    lease_until: datetime


def leave(
    connection: Connection, name: str, ref: UUID, lane: Lane, *, due_at: datetime | None = None
) -> None:
    """Add a job to the running transaction; it exists only if its cause does.

    One with a `due_at` to come counts as waiting from then on.
    """
    due = due_at or clock.now()
    row = {"id": uuid4(), "name": name, "ref": ref, "lane": lane, "due_at": due, "made_at": due}
    row |= {"lease_until": NEVER, "tries": 0, "refusals": 0, "parked": False}
    connection.execute(insert(Job), row)


def claim(
    connection: Connection, lane: Lane, *, limit: int, lease_seconds: int = LEASE_SECONDS
) -> list[Claimed]:
    """Lease up to `limit` due jobs of `lane`, oldest first; several workers share them without overlap."""
    now = clock.now()
    lease = now + timedelta(seconds=lease_seconds)
    free = (
        select(Job.id)
        .where(Job.lane == lane, Job.due_at <= now, Job.lease_until < now, Job.parked.is_(False))
        .order_by(Job.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(Job)
        .where(Job.id.in_(free.scalar_subquery()))
        .values(lease_until=lease, tries=Job.tries + 1)
        .returning(Job.id, Job.name, Job.ref, Job.tries, Job.refusals)
    )
    return [Claimed(*row, lease_until=lease) for row in connection.execute(claimed)]


def done(connection: Connection, job: Claimed) -> bool:
    """End a job; False, and nothing changed, when its lease has passed to another worker."""
    ended = delete(Job).where(Job.id == job.id, Job.lease_until == job.lease_until)
    return connection.execute(ended.returning(Job.id)).first() is not None


def later(connection: Connection, job: Claimed, *, refused: bool = False) -> None:
    """Give a job back: due again after 1, 5, 15, 60 minutes, then hourly.

    A temporary refusal by a mail server (`refused`) is not a try; a failure is, and the
    fifth parks the job.
    """
    count = job.refusals if refused else job.tries - 1
    wait = WAITS_MINUTES[min(count, len(WAITS_MINUTES) - 1)]
    values = {
        "due_at": clock.now() + timedelta(minutes=wait),
        "lease_until": NEVER,
        "parked": not refused and job.tries >= MAX_TRIES,
        "tries": job.tries - 1 if refused else job.tries,
        "refusals": job.refusals + 1 if refused else job.refusals,
    }
    connection.execute(update(Job).where(Job.id == job.id, Job.lease_until == job.lease_until).values(values))


def put_off(connection: Connection, job: Claimed, until: datetime) -> None:
    """Give a job back untried, due at `until` and not before, unless somebody calls it."""
    values = {"due_at": until, "lease_until": NEVER, "tries": job.tries - 1}
    connection.execute(update(Job).where(Job.id == job.id, Job.lease_until == job.lease_until).values(values))


def call(connection: Connection, name: str, refs: Select[Any]) -> None:
    """Make jobs called `name` for `refs` due now, if nobody is at them."""
    waiting = (Job.name == name, Job.ref.in_(refs), Job.lease_until == NEVER, Job.parked.is_(False))
    connection.execute(update(Job).where(*waiting).values(due_at=clock.now()))


def oldest_waiting(connection: Connection, lane: Lane) -> datetime | None:
    """When the oldest due, unparked job of `lane` was made; None when nothing waits."""
    oldest = select(func.min(Job.made_at)).where(
        Job.lane == lane, Job.parked.is_(False), Job.due_at <= clock.now()
    )
    moment: datetime | None = connection.execute(oldest).scalar_one()
    return moment
