"""Which signatures a decision of staff is about, and what it would do to the count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from campaign_actions.signatures import counting, screening, unverified
from campaign_actions.signatures.models import AbuseSignal, Decision, Signature
from campaign_actions.signatures.states import State

NOT_SAID = "--"


class DomainClass(StrEnum):
    """Kinds of mail domains that screening tells apart."""

    COMMON = "common"
    DISPOSABLE = "disposable"
    RARE = "rare"


# Where a signature must stand for a decision to move it.
FROM: Mapping[Decision, tuple[State, ...]] = MappingProxyType(
    {
        Decision.RELEASE: (State.HELD, State.INVALID),
        Decision.HOLD: (State.WAITING, State.CONFIRMED),
        Decision.INVALID: (State.WAITING, State.CONFIRMED, State.HELD),
    }
)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Signatures of one action that have all of this; None asks for nothing.

    Days are those of signing, both included; `country` is two letters or "--" for not said. Domain
    and agent class are known for 72 hours and match nothing after that.
    """

    action_id: UUID
    first_day: date | None = None
    last_day: date | None = None
    country: str | None = None
    domain: DomainClass | None = None
    agent: str | None = None
    cluster: str | None = None
    source: str | None = None
    locale: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every signature of the action matches."""
        return not self.to_json()

    @property
    def is_one_cluster(self) -> bool:
        """Whether it asks for one cluster and nothing else."""
        return set(self.to_json()) == {"cluster"}

    def to_json(self) -> dict[str, Any]:
        """What is asked for besides the action, as texts."""
        asked = {name: value for name, value in asdict(self).items() if value is not None}
        del asked["action_id"]
        return {name: str(value) for name, value in asked.items()}


@dataclass(frozen=True)
class Effect:
    """How many signatures a decision would move, and the count of the action before and after."""

    rows: int
    count: int
    after: int


def effect(connection: Connection, condition: Condition, decision: Decision) -> Effect:
    """What `decision` would do now to all that match; nothing is changed."""
    counts = _by_state(connection, condition, decision)
    before = counting.exact(connection, condition.action_id)
    rows = sum(counts.values())
    if decision is Decision.RELEASE:
        return Effect(rows, before, before + sum(n for (_state, proved), n in counts.items() if proved))
    confirmed = sum(n for (state, _proved), n in counts.items() if state == State.CONFIRMED)
    return Effect(rows, before, before - confirmed)


def movable(condition: Condition, decision: Decision) -> ColumnElement[bool]:
    """What matches and stands where the decision can move it."""
    # What another tool collected is nothing that staff could know to be good or bad.
    return and_(_matching(condition), Signature.state.in_(FROM[decision]), unverified.is_ours())


def _by_state(
    connection: Connection, condition: Condition, decision: Decision
) -> dict[tuple[int, bool], int]:
    proved = Signature.proved_on.is_not(None)
    statement = (
        select(Signature.state, proved, func.count())
        .where(movable(condition, decision))
        .group_by(Signature.state, proved)
    )
    return {(state, bool(is_proved)): n for state, is_proved, n in connection.execute(statement)}


def _matching(condition: Condition) -> ColumnElement[bool]:
    parts = [Signature.action_id == condition.action_id]
    if condition.first_day:
        parts.append(Signature.signed_on >= condition.first_day)
    if condition.last_day:
        parts.append(Signature.signed_on <= condition.last_day)
    if condition.country:
        is_it = Signature.country == condition.country
        parts.append(Signature.country.is_(None) if condition.country == NOT_SAID else is_it)
    for name in ("cluster", "source", "locale"):
        wanted = getattr(condition, name)
        if wanted:
            parts.append(getattr(Signature, name) == wanted)
    if condition.domain or condition.agent:
        parts.append(_signals(condition).exists())
    return and_(*parts)


def _signals(condition: Condition) -> Select[Any]:
    found = select(AbuseSignal.id).where(
        AbuseSignal.action_id == Signature.action_id, AbuseSignal.email_digest == Signature.email_digest
    )
    if condition.agent:
        found = found.where(AbuseSignal.agent_class == condition.agent)
    if condition.domain:
        found = found.where(_domain(condition.domain))
    return found


def _domain(wanted: DomainClass) -> ColumnElement[bool]:
    if wanted is DomainClass.COMMON:
        return AbuseSignal.domain.in_(screening.COMMON_DOMAINS)
    if wanted is DomainClass.DISPOSABLE:
        return AbuseSignal.domain.in_(screening.DISPOSABLE_DOMAINS)
    return AbuseSignal.domain.not_in(screening.COMMON_DOMAINS | screening.DISPOSABLE_DOMAINS)
