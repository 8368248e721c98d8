"""Reading cases: the one an action belongs to, its sentence as a row of months, what happened last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from campaign_actions.cases import sentence
from campaign_actions.cases.models import Case, CaseStatus, EntryKind, Precision, TimelineEntry
from campaign_actions.cases.sentence import SentenceBar
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import day, month_name

LATEST = 4
HARM = (
    EntryKind.ARREST,
    EntryKind.CHARGE,
    EntryKind.TRIAL,
    EntryKind.SENTENCE,
    EntryKind.TRANSFER,
    EntryKind.DEATH,
)


@dataclass(frozen=True)
class EntryView:
    """One thing that happened; `happened_on` is exact to `precision`. `look` is "bad", "good" or ""."""

    kind: EntryKind
    happened_on: date
    precision: Precision
    title: str
    text: str
    source: str

    @property
    def look(self) -> str:
        """How the timeline marks it: harm done, somebody freed, or neither."""
        if self.kind is EntryKind.RELEASE:
            return "good"
        return "bad" if self.kind in HARM else ""

    @property
    def machine_date(self) -> str:
        """As much of the day as is known, for `datetime`: "2026-06-09", "2026-06" or "2026"."""
        cut = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[self.precision]
        return self.happened_on.isoformat()[:cut]

    @property
    def words(self) -> str:
        """As much of the day as is known, as people write it."""
        if self.precision is Precision.YEAR:
            return str(self.happened_on.year)
        if self.precision is Precision.MONTH:
            return month_name(self.happened_on.year, self.happened_on.month)
        return day(self.happened_on)


@dataclass(frozen=True)
class CaseView:
    """A published case. `bar` is its sentence in the current language, None without a day of arrest.

    `entries` are the latest four, newest first.
    """

    id: UUID
    slug: str
    name: str
    status: CaseStatus
    summary: str
    sentence_note: str
    bar: SentenceBar | None
    entries: tuple[EntryView, ...]


def by_id(case_id: UUID) -> CaseView | None:
    """The case if it is published, or None."""
    case = session.scalars(select(Case).where(Case.id == case_id, Case.published)).first()
    return _view(case) if case else None


@dataclass(frozen=True)
class CaseLine:
    """A published case in a list."""

    id: UUID
    slug: str
    name: str
    summary: str


def by_ids(ids: Collection[UUID]) -> dict[UUID, CaseLine]:
    """The published ones of these cases, by id."""
    columns = (Case.id, Case.slug, Case.name, Case.summary)
    rows = session.execute(select(*columns).where(Case.id.in_(ids), Case.published)) if ids else ()
    return {row.id: CaseLine(*row) for row in rows}


def names() -> list[tuple[UUID, str]]:
    """All cases as (id, name), by name, for a list to choose from."""
    rows = session.execute(select(Case.id, Case.name).order_by(Case.name))
    return [(case_id, name) for case_id, name in rows]


def latest(case_id: UUID, limit: int = LATEST) -> tuple[EntryView, ...]:
    """What happened last in a case, newest first."""
    entries = session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.case_id == case_id)
        .order_by(TimelineEntry.happened_on.desc(), TimelineEntry.id)
        .limit(limit)
    )
    return tuple(
        EntryView(
            kind=entry.kind,
            happened_on=entry.happened_on,
            precision=entry.precision,
            title=entry.title,
            text=entry.text,
            source=entry.source,
        )
        for entry in entries
    )


def _view(case: Case) -> CaseView:
    return CaseView(
        id=case.id,
        slug=case.slug,
        name=case.name,
        status=case.status,
        summary=case.summary,
        sentence_note=case.sentence_note,
        bar=sentence.bar(
            case.detained_on,
            case.sentence_ends_on,
            first_ends_on=case.first_ends_on,
            released_on=case.released_on,
            today=clock.today(),
        ),
        entries=latest(case.id),
    )
