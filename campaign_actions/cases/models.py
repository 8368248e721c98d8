"""Tables of cases: a person, group or cause, with its words, names, facts, dates and timeline."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Base, Model


class CaseKind(StrEnum):
    """What a case is about."""

    PERSON = "person"
    GROUP = "group"
    CAUSE = "cause"


class Pronoun(StrEnum):
    """How headings speak of whom a case is about: "Write to him"."""

    HIM = "him"
    HER = "her"
    THEM = "them"


class FactKind(StrEnum):
    """What a fact tells; pages show them in this order."""

    CHARGE = "charge"
    COURT = "court"
    SENTENCE = "sentence"
    HELD_IN = "held_in"
    HEALTH = "health"
    FAMILY = "family"


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


class Tone(StrEnum):
    """Whether an entry tells of harm, of something won, or of neither, where its kind cannot say."""

    HARM = "harm"
    WON = "won"
    NEITHER = "neither"


class Precision(StrEnum):
    """How exactly a day is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


case_article = Table(
    "case_article",
    Base.metadata,
    Column("case_id", ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Case(Model, kw_only=True):
    """A case. Its words are in `CaseText`, first of all in the language `locale`.

    `first_ends_on` is the end of the sentence before it was cut, if it was. `family_agreed_on` is
    the day on which the family agreed to the page, `checked_on` the day somebody last made sure
    that it is right. `write_address` is where letters reach the person. `given_out` once it was published:
    from its address then on a redirect leads to any new one.
    """

    __tablename__ = "case_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[CaseKind] = mapped_column(default=CaseKind.PERSON)
    status: Mapped[CaseStatus]
    locale: Mapped[str] = mapped_column(String(8), default="en")
    pronoun: Mapped[Pronoun] = mapped_column(default=Pronoun.THEM)
    detained_on: Mapped[date | None] = mapped_column(default=None)
    sentence_ends_on: Mapped[date | None] = mapped_column(default=None)
    first_ends_on: Mapped[date | None] = mapped_column(default=None)
    released_on: Mapped[date | None] = mapped_column(default=None)
    died_on: Mapped[date | None] = mapped_column(default=None)
    family_agreed_on: Mapped[date | None] = mapped_column(default=None)
    checked_on: Mapped[date | None] = mapped_column(default=None)
    write_address: Mapped[str] = mapped_column(String(500), default="")
    published: Mapped[bool] = mapped_column(default=False)
    given_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class CaseText(Model, kw_only=True):
    """The words of a case in one language. `body_html` is made from `body` and cleaned when saved.

    `written_at` is when the original last changed, or when a translation was last saved beside it.
    """

    __tablename__ = "case_text"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    write_note: Mapped[str] = mapped_column(String(500), default="")
    written_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class CaseName(Model, kw_only=True):
    """The name in another script or spelling; `lang` is its language tag (RFC 5646), like "kk"."""

    __tablename__ = "case_name"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class CaseFact(Model, kw_only=True):
    """One fact in one language, with who says so, in words and perhaps at an address."""

    __tablename__ = "case_fact"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    kind: Mapped[FactKind]
    position: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    text: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(300))
    source_url: Mapped[str] = mapped_column(String(500), default="")


class TimelineEntry(Model, kw_only=True):
    """One thing that happened or will, in one language, with its source and what tells more of it.

    Without a `tone` the kind says whether it was harm.
    """

    __tablename__ = "timeline_entry"
    __table_args__ = (Index(None, "case_id", "happened_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    kind: Mapped[EntryKind]
    happened_on: Mapped[date]
    precision: Mapped[Precision] = mapped_column(default=Precision.DAY)
    tone: Mapped[Tone | None] = mapped_column(default=None)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300))
    source_url: Mapped[str] = mapped_column(String(500), default="")
    article_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("article.id", ondelete="SET NULL"), default=None, index=True
    )
    action_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("action.id", ondelete="SET NULL"), default=None, index=True
    )
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
