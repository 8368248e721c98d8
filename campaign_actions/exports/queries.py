"""What pages and lists read about exports: who goes in, counted and sampled over clear columns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Level
from campaign_actions.exports import paper_lines
from campaign_actions.exports.models import Export
from campaign_actions.exports.purposes import Chosen
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import unverified
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State

SAMPLE_ROWS = 10
LISTED = 100


@dataclass(frozen=True)
class Tally:
    """Signatures of one action: all by state, the confirmed by level, and those that go into the list.

    `imported` are those among the held that another tool collected.
    """

    states: Mapping[State, int]
    confirmed: Mapping[Level, int]
    chosen: Mapping[Level, int]
    imported: int = 0

    @property
    def all_confirmed(self) -> int:
        """How many are confirmed."""
        return sum(self.confirmed.values())

    @property
    def rows(self) -> int:
        """How many rows the list has."""
        return sum(self.chosen.values())

    @property
    def withheld(self) -> int:
        """How many confirmed ones asked that nobody outside the team sees their name."""
        return self.confirmed.get(Level.TEAM, 0)

    @property
    def nameless(self) -> int:
        """How many of those stand in the list."""
        return self.chosen.get(Level.TEAM, 0)


@dataclass(frozen=True)
class Variety:
    """What the confirmed signatures of an action have: countries, page languages, text versions, in order."""

    countries: Sequence[str]
    languages: Sequence[str]
    versions: Sequence[int]


@dataclass(frozen=True)
class SampleRow:
    """One row of the list as a page may show it; `name` only when it is public, else None for sealed."""

    number: int
    name: str | None
    country: str | None
    level: Level
    day: date
    text_version: int
    language: str
    text_language: str
    confirmed_on: date | None
    consent_version: int


@dataclass(frozen=True)
class Asked:
    """An export and the user who asked for it."""

    export: Export
    user_name: str


def is_chosen(action_id: UUID, chosen: Chosen) -> ColumnElement[bool]:
    """The condition that a signature is confirmed, belongs to the action and is among the chosen."""
    conditions = [
        Signature.action_id == action_id,
        Signature.state == State.CONFIRMED,
        Signature.level.in_(chosen.all_levels),
    ]
    if chosen.from_day:
        conditions.append(Signature.signed_on >= chosen.from_day)
    if chosen.to_day:
        conditions.append(Signature.signed_on <= chosen.to_day)
    if chosen.country:
        conditions.append(Signature.country == chosen.country)
    if chosen.language:
        conditions.append(Signature.locale == chosen.language)
    if chosen.text_version:
        conditions.append(Signature.text_version == chosen.text_version)
    if chosen.wants_updates:
        conditions.append(Signature.wants_updates.is_(True))
    return and_(*conditions)


def tally(connection: Connection, action_id: UUID, chosen: Chosen) -> Tally:
    """Count the signatures of an action, or its checked lines on paper, in one statement."""
    if chosen.on_paper:
        return _on_paper(connection, action_id, chosen)
    goes_in = func.sum(case((is_chosen(action_id, chosen), 1), else_=0))
    statement = (
        select(Signature.state, Signature.level, func.count(), goes_in)
        .where(Signature.action_id == action_id)
        .group_by(Signature.state, Signature.level)
    )
    states: dict[State, int] = {}
    confirmed: dict[Level, int] = {}
    listed: dict[Level, int] = {}
    for state, level, count, inside in connection.execute(statement):
        states[State(state)] = states.get(State(state), 0) + count
        if state == State.CONFIRMED:
            confirmed[Level(level)] = count
            listed[Level(level)] = int(inside)
    return Tally(states, confirmed, listed, unverified.count(connection, action_id))


def variety(action_id: UUID) -> Variety:
    """What there is to choose by, among the confirmed signatures of an action."""
    here = (Signature.action_id == action_id) & (Signature.state == State.CONFIRMED)
    rows = session.execute(
        select(Signature.country, Signature.locale, Signature.text_version).where(here).distinct()
    ).all()
    return Variety(
        sorted({row.country for row in rows if row.country}),
        sorted({row.locale for row in rows}),
        sorted({row.text_version for row in rows}),
    )


def text_versions(connection: Connection, action_id: UUID, chosen: Chosen) -> dict[int, int]:
    """How many of the chosen signed each version of the text."""
    if chosen.on_paper:
        return paper_lines.text_versions(connection, action_id, chosen.levels)
    statement = (
        select(Signature.text_version, func.count())
        .where(is_chosen(action_id, chosen))
        .group_by(Signature.text_version)
        .order_by(Signature.text_version)
    )
    return dict(connection.execute(statement).all())


def sample(action_id: UUID, chosen: Chosen) -> list[SampleRow]:
    """The first rows of the list, in its order, without opening anything; none of what is on paper."""
    if chosen.on_paper:
        return []
    statement = (
        select(
            Signature.public_name,
            Signature.country,
            Signature.level,
            Signature.signed_on,
            Signature.text_version,
            Signature.locale,
            Signature.text_locale,
            Signature.proved_on,
            Signature.consent_version,
        )
        .where(is_chosen(action_id, chosen))
        .order_by(Signature.signed_on, Signature.email_digest)
        .limit(SAMPLE_ROWS)
    )
    return [SampleRow(number, *row) for number, row in enumerate(session.execute(statement), 1)]


def by_id(export_id: UUID) -> Export | None:
    """The export with this id, or None."""
    return session.get(Export, export_id)


def listed() -> Sequence[Asked]:
    """The newest hundred exports with those who asked for them, newest first."""
    statement = (
        select(Export, User.name)
        .join(User, User.id == Export.asked_by)
        .order_by(Export.asked_at.desc(), Export.id)
        .limit(LISTED)
    )
    return [Asked(export, name) for export, name in session.execute(statement)]


def asked_by(export: Export) -> str:
    """The name of the user who asked for an export."""
    return session.execute(select(User.name).where(User.id == export.asked_by)).scalar_one()


def _on_paper(connection: Connection, action_id: UUID, chosen: Chosen) -> Tally:
    checked = paper_lines.counts(connection, action_id)
    listed = {level: n for level, n in checked.items() if level in chosen.levels}
    return Tally({State.CONFIRMED: sum(checked.values())}, checked, listed)
