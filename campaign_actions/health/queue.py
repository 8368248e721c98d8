"""Numbers of the mail queue: what waits, what was given up, what became of the letters of a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from campaign_actions.infra import clock
from campaign_actions.infra.jobs.models import Job, Lane
from campaign_actions.infra.mail.models import MailDay

DAYS = 7


@dataclass(frozen=True)
class Queue:
    """Letters that could leave and have not, and when the oldest was written; `parked` jobs of all kinds."""

    waiting: int
    oldest: datetime | None
    parked: int


def now(connection: Connection) -> Queue:
    """How the queue stands. What is put off on purpose, as the letter of a held signature, does not wait."""
    # A large mailing takes its hours in a lane of its own.
    mine = (Job.lane.in_((Lane.SERVICE, Lane.CONFIRM)), Job.parked.is_(False))
    put_back = or_(Job.due_at <= clock.now(), Job.refusals > 0)
    waiting, oldest = connection.execute(
        select(func.count(), func.min(Job.made_at)).where(*mine, put_back)
    ).one()
    parked = connection.execute(select(func.count()).where(Job.parked.is_(True))).scalar_one()
    return Queue(waiting, oldest, parked)


def fates(connection: Connection) -> dict[str, int]:
    """What became of the letters of the last seven days, today included: a word and how many."""
    since = (clock.today() - timedelta(days=DAYS - 1)).isoformat()
    rows = connection.execute(
        select(MailDay.fate, func.sum(MailDay.n)).where(MailDay.day >= since).group_by(MailDay.fate)
    )
    return {fate: int(n) for fate, n in rows}
