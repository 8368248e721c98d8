"""Tables of cases: a person, group or cause, with dates of a sentence and a timeline."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model


class CaseStatus(StrEnum):
    """How things stand for the person or cause."""

    DETAINED = "detained"
    ON_TRIAL = "on_trial"
    IN_PRISON = "in_prison"
    HOUSE_ARREST = "house_arrest"
    RELEASED = "released"
    DIED = "died"
    ONGOING = "ongoing"


class EntryKind(StrEnum):
    """What sort of thing a timeline entry tells."""

    ARREST = "arrest"
    CHARGE = "charge"
    TRIAL = "trial"
    SENTENCE = "sentence"
    APPEAL = "appeal"
    TRANSFER = "transfer"
    HEALTH = "health"
    PAROLE = "parole"
    RELEASE = "release"
    DEATH = "death"
    ANNIVERSARY = "anniversary"
    CAMPAIGN = "campaign"


class Precision(StrEnum):
    """How exactly a day is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Case(Model, kw_only=True):
    """A case. `first_ends_on` is the end of the sentence before it was cut, if it was."""

    __tablename__ = "case_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    status: Mapped[CaseStatus]
    summary: Mapped[str] = mapped_column(String(300), default="")
    detained_on: Mapped[date | None] = mapped_column(default=None)
    sentence_ends_on: Mapped[date | None] = mapped_column(default=None)
    first_ends_on: Mapped[date | None] = mapped_column(default=None)
    released_on: Mapped[date | None] = mapped_column(default=None)
    sentence_note: Mapped[str] = mapped_column(String(200), default="")
    published: Mapped[bool] = mapped_column(default=False)
    checked_on: Mapped[date | None] = mapped_column(default=None)


class TimelineEntry(Model, kw_only=True):
    """One thing that happened, with its source."""

    __tablename__ = "timeline_entry"
    __table_args__ = (Index(None, "case_id", "happened_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    kind: Mapped[EntryKind]
    happened_on: Mapped[date]
    precision: Mapped[Precision] = mapped_column(default=Precision.DAY)
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300))
