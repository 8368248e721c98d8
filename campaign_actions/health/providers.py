"""Confirm rates by common mail provider: a fall means that letters land among the spam there.

They are counted from what screening knows for 72 hours, before it forgets, and kept as numbers by
day. A day on which fewer than ten signed is not kept: the row of a single person would tell which
provider is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.health.models import ProviderDay
from campaign_actions.infra import clock
from campaign_actions.signatures.models import AbuseSignal, Signature
from campaign_actions.signatures.screening import COMMON_DOMAINS
from campaign_actions.signatures.states import State

OTHER = "other"
FEWEST = 10
# Days of which screening still knows everything.
KNOWN_DAYS = 3
WEEK, MONTH = timedelta(days=7), timedelta(days=35)
# Under so many in either span a share says nothing.
RATE_FROM = 20


@dataclass(frozen=True)
class Rate:
    """Percent that confirmed in the last 7 whole days and in the 28 before; None for too few to say."""

    provider: str
    signed: int
    now: int | None
    before: int | None

    @property
    def fall(self) -> int:
        """By how many points of a hundred the share fell; 0 when that cannot be said."""
        return 0 if self.now is None or self.before is None else max(self.before - self.now, 0)


def counted(connection: Connection) -> list[dict[str, object]]:
    """Rows of `ProviderDay` for today and the two days before, as far as ten or more signed."""
    today = clock.today()
    found: list[dict[str, object]] = []
    for back in range(KNOWN_DAYS):
        found += _of_day(connection, today - timedelta(days=back))
    return found


def keep(connection: Connection, rows: list[dict[str, object]]) -> None:
    """Store `rows` in place of earlier ones of the same days, and delete what is over five weeks old."""
    if rows:
        statement = insert(ProviderDay)
        new = {name: statement.excluded[name] for name in ("signed", "confirmed")}
        keys = [ProviderDay.day, ProviderDay.provider]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
    connection.execute(delete(ProviderDay).where(ProviderDay.day < clock.today() - MONTH))


def rates(connection: Connection) -> list[Rate]:
    """The rate of every provider anything is known of, the one with the most signatures first."""
    today = clock.today()
    week = ProviderDay.day >= today - WEEK
    sums = [
        func.sum(case((span, column), else_=0))
        for span in (week, ~week)
        for column in (ProviderDay.signed, ProviderDay.confirmed)
    ]
    rows = connection.execute(
        select(ProviderDay.provider, *sums)
        .where(ProviderDay.day < today, ProviderDay.day >= today - MONTH)
        .group_by(ProviderDay.provider)
    )
    found = [
        Rate(provider, signed, _share(signed, confirmed), _share(signed_before, confirmed_before))
        for provider, signed, confirmed, signed_before, confirmed_before in rows
    ]
    return sorted(found, key=lambda rate: (-rate.signed, rate.provider))


def _share(signed: int, confirmed: int) -> int | None:
    return confirmed * 100 // signed if signed >= RATE_FROM else None


def _of_day(connection: Connection, day: date) -> list[dict[str, object]]:
    start = datetime.combine(day, time(), UTC)
    provider = case((AbuseSignal.domain.in_(sorted(COMMON_DOMAINS)), AbuseSignal.domain), else_=OTHER)
    # Who asked for the letter again left a second signal.
    each = (
        select(Signature.email_digest, Signature.action_id, Signature.proved_on, provider.label("provider"))
        .join(
            AbuseSignal,
            (Signature.email_digest == AbuseSignal.email_digest)
            & (Signature.action_id == AbuseSignal.action_id),
        )
        .where(
            AbuseSignal.hour >= start,
            AbuseSignal.hour < start + timedelta(days=1),
            Signature.state.in_((State.WAITING, State.CONFIRMED, State.WITHDRAWN)),
        )
        .distinct()
        .subquery()
    )
    rows = connection.execute(
        select(each.c.provider, func.count(), func.count(each.c.proved_on))
        .group_by(each.c.provider)
        .having(func.count() >= FEWEST)
    )
    return [
        {"day": day, "provider": name, "signed": signed, "confirmed": confirmed}
        for name, signed, confirmed in rows
    ]
