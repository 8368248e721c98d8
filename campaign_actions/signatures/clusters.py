"""Suspected abuse as staff see it: clusters and figures, never people.

What the signals say of a cluster is there for 72 hours; after that it is a reason, a label and a size.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, case, func, select

from campaign_actions.infra import clock
from campaign_actions.signatures.models import AbuseSignal, Signature
from campaign_actions.signatures.screening import COMMON_DOMAINS, DISPOSABLE_DOMAINS, Reason
from campaign_actions.signatures.states import State

SAMPLES = 5
MOST_NAMED = 5
LISTED = 100
OVERDUE_DAYS = 14
_IS_ITS = and_(
    Signature.email_digest == AbuseSignal.email_digest, Signature.action_id == AbuseSignal.action_id
)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Signatures of one action that look alike: how many, and where they stand now.

    `held_since` is the day the oldest one that is still held was signed; None when none is.
    """

    label: str
    action_id: UUID
    reason: Reason | None
    size: int
    held: int
    counted: int
    invalid: int
    held_since: date | None

    @property
    def is_overdue(self) -> bool:
        """Whether staff have not decided for 14 days."""
        return self.held_since is not None and self.held_since <= clock.today() - timedelta(days=OVERDUE_DAYS)


@dataclass(frozen=True)
class Sample:
    """One signal: hour, network label, mail domain or None for a rare one, agent class, country, proof."""

    hour: datetime
    network: str
    domain: str | None
    agent: str
    country: str | None
    proved: bool


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What a cluster's signals have in common, each with how often; domain None stands for rare ones."""

    signals: int
    first_hour: datetime
    last_hour: datetime
    networks: list[tuple[str, int]]
    domains: list[tuple[str | None, int]]
    agents: list[tuple[str, int]]
    countries: list[tuple[str | None, int]]
    proved_percent: int
    samples: list[Sample]


def listed(connection: Connection) -> list[Cluster]:
    """Up to 100 clusters: those with something held first, oldest first, then the others, newest first."""
    clusters = [_cluster(row) for row in connection.execute(_figures())]
    undecided = [one for one in clusters if one.held]
    decided = [one for one in clusters if not one.held]
    undecided.sort(key=lambda one: (one.held_since or date.max, one.label))
    return (undecided + sorted(decided, key=lambda one: one.label))[:LISTED]


def find(connection: Connection, label: str) -> Cluster | None:
    """The cluster with this label, or None."""
    row = connection.execute(_figures().where(Signature.cluster == label)).first()
    return _cluster(row) if row else None


def overdue(connection: Connection) -> int:
    """How many clusters nobody has decided about for 14 days."""
    return sum(1 for cluster in listed(connection) if cluster.is_overdue)


def traces(connection: Connection, label: str) -> Traces | None:
    """What the signals of a cluster say; None when they are gone."""
    signals = _signals(connection, label)
    if not signals:
        return None
    people = {row.email_digest: row for row in signals}.values()
    proved = sum(1 for row in people if row.proved_on is not None)
    return Traces(
        signals=len(signals),
        first_hour=min(row.hour for row in signals),
        last_hour=max(row.hour for row in signals),
        networks=_most(_network(row) for row in signals),
        domains=_most(_domain(row) for row in signals),
        agents=_most(row.agent_class for row in signals),
        countries=_most(row.country for row in people),
        proved_percent=proved * 100 // len(people),
        samples=[_sample(row) for row in signals[:: max(1, len(signals) // SAMPLES)][:SAMPLES]],
    )


def _figures() -> Select[Any]:
    def in_state(*states: State) -> Any:
        return func.sum(case((Signature.state.in_(states), 1), else_=0))

    held_since = func.min(case((Signature.state == State.HELD, Signature.signed_on)))
    return (
        select(
            Signature.cluster,
            Signature.action_id,
            func.max(Signature.hold).label("hold"),
            func.count().label("size"),
            in_state(State.HELD).label("held"),
            in_state(State.CONFIRMED).label("counted"),
            in_state(State.INVALID).label("invalid"),
            held_since.label("held_since"),
        )
        .where(Signature.cluster.is_not(None))
        .group_by(Signature.cluster, Signature.action_id)
    )


def _cluster(row: Row[Any]) -> Cluster:
    known = row.hold in list(Reason)
    return Cluster(
        label=row.cluster,
        action_id=row.action_id,
        reason=Reason(row.hold) if known else None,
        size=row.size,
        held=row.held,
        counted=row.counted,
        invalid=row.invalid,
        held_since=row.held_since,
    )


def _signals(connection: Connection, label: str) -> Sequence[Any]:
    columns = (
        *(AbuseSignal.email_digest, AbuseSignal.hour, AbuseSignal.prefix_digest, AbuseSignal.domain),
        *(AbuseSignal.agent_class, Signature.country, Signature.proved_on),
    )
    found = select(*columns).join(Signature, _IS_ITS).where(Signature.cluster == label)
    return connection.execute(found.order_by(AbuseSignal.hour, AbuseSignal.id)).all()


def _sample(row: Row[Any]) -> Sample:
    proved = row.proved_on is not None
    return Sample(row.hour, _network(row), _domain(row), row.agent_class, row.country, proved)


def _network(row: Row[Any]) -> str:
    # The digest is keyed with a secret and the day, so its first letters tell no network.
    return str(row.prefix_digest.hex()[:6])


def _domain(row: Row[Any]) -> str | None:
    return row.domain if row.domain in COMMON_DOMAINS or row.domain in DISPOSABLE_DOMAINS else None


def _most(values: Any) -> list[tuple[Any, int]]:
    return Tally(values).most_common(MOST_NAMED)
