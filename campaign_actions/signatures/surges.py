"""Surges: staff are told within minutes when many signatures are held, or far more come than usual.

Many at once alone tell nobody: a good morning in the news looks the same. Hardly any that are confirmed
must speak against them, as screening has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, and_, case, func, select

from campaign_actions import audit
from campaign_actions.accounts import notices, users
from campaign_actions.accounts.models import NoticeKind
from campaign_actions.infra import clock, facts
from campaign_actions.signatures import clusters
from campaign_actions.signatures.models import AbuseSignal, Signature

EVERY = timedelta(minutes=5)
# So many held in one cluster, or so many signing within two hours at most, are worth a letter.
HELD_MANY, MANY = 20, 100
# That many times as often as in the day before, and not even that many of a hundred confirmed.
TIMES, FEW_PERCENT = 5, 25
QUIET, LETTERS = timedelta(hours=24), timedelta(hours=1)
LETTER = "surge_letter"
CLUSTERS = "/staff/review/clusters/{}/"
REVIEW = "/staff/review/"


@dataclass(frozen=True)
class Surge:
    """A cluster of an action that grew, or with an empty label an action that far more sign than usual."""

    action_id: UUID
    label: str
    count: int

    @property
    def key(self) -> str:
        """The fact that tells that staff were told."""
        return f"surge_{self.label}" if self.label else f"surge_{self.action_id.hex}"

    @property
    def place(self) -> str:
        """Where staff look at it."""
        return CLUSTERS.format(self.label) if self.label else REVIEW


def look(connection: Connection) -> list[Surge]:
    """What is a surge now, whether or not anybody was told; may run in a snapshot."""
    return [*_clusters(connection), *_actions(connection)]


def tell(connection: Connection, surges: Iterable[Surge]) -> int:
    """Leave an entry in the audit log for each new surge, a letter to each of the team; gives how many.

    Of a cluster they are told once, of an action once a day; and a letter goes out once an hour at most.
    """
    new = [surge for surge in surges if _is_new(connection, surge)]
    now = clock.now().isoformat(timespec="seconds")
    for surge in new:
        facts.put(connection, surge.key, now)
        details = {"cluster": surge.label} if surge.label else {}
        audit.record("review.surge", thing="action", thing_id=surge.action_id, count=surge.count, **details)
    if new and _is_over(connection, LETTER, LETTERS):
        facts.put(connection, LETTER, now)
        place = new[0].place if len(new) == 1 else REVIEW
        for user_id in users.team():
            notices.leave(user_id, NoticeKind.SURGE, place=place)
    return len(new)


def _clusters(connection: Connection) -> Iterable[Surge]:
    for one in clusters.listed(connection):
        if one.held >= HELD_MANY:
            yield Surge(one.action_id, one.label, one.held)


def _actions(connection: Connection) -> Iterable[Surge]:
    """Actions that far more sign in this hour and the one before than in the day before, and few confirm."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    recent = AbuseSignal.hour >= hour - timedelta(hours=1)
    is_its = and_(
        Signature.email_digest == AbuseSignal.email_digest, Signature.action_id == AbuseSignal.action_id
    )
    proved = and_(recent, Signature.proved_on.is_not(None))
    rows = connection.execute(
        select(
            AbuseSignal.action_id,
            func.sum(case((recent, 1), else_=0)),
            func.sum(case((recent, 0), else_=1)),
            func.sum(case((proved, 1), else_=0)),
        )
        .outerjoin(Signature, is_its)
        .where(AbuseSignal.hour >= hour - timedelta(hours=25))
        .group_by(AbuseSignal.action_id)
        .order_by(AbuseSignal.action_id)
    )
    for action_id, now, before, confirmed in rows:
        usual = before / 24 * 2
        if now >= MANY and now >= TIMES * usual and confirmed * 100 < FEW_PERCENT * now:
            yield Surge(action_id, "", now)


def _is_new(connection: Connection, surge: Surge) -> bool:
    if surge.label:
        return facts.get(connection, surge.key) is None
    return _is_over(connection, surge.key, QUIET)


def _is_over(connection: Connection, key: str, pause: timedelta) -> bool:
    told = facts.get(connection, key)
    return told is None or clock.now() - datetime.fromisoformat(told) >= pause
