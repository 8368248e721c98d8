"""Tables of mailings: an update sent to everybody who asked for news, and to whom it still has to go."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model
from campaign_actions.signatures.models import with_its_signature


class MailingState(StrEnum):
    """How far a mailing is. Asked: staff have to start it. Done and stopped are the end."""

    ASKED = "asked"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"


class Pause(StrEnum):
    """Why a mailing is paused: by a person, or since its text changed, or for want of the updates key."""

    PERSON = "person"
    CHANGED = "changed"
    NO_KEY = "no key"


class Mailing(Model, kw_only=True):
    """One update mailed to those who asked; an update is mailed once.

    `update_version` is the version that was started: no letter leaves with words nobody agreed to.
    `recipients` were written down at `listed_at`; `sent` and `dropped` count what became of them.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        UniqueConstraint("update_id"),
        Index(None, "action_id", "started_at"),
        Index(
            "ix_mailing_state",
            "state",
            sqlite_where=text("state NOT IN ('done', 'stopped')"),
            postgresql_where=text("state NOT IN ('done', 'stopped')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    update_id: Mapped[UUID] = mapped_column(ForeignKey("action_update.id", ondelete="CASCADE"))
    update_version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(120))
    state: Mapped[MailingState]
    pause: Mapped[Pause | None] = mapped_column(default=None)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    listed_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    recipients: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[int] = mapped_column(default=0)


class MailingRow(Model, kw_only=True):
    """Somebody to whom a mailing still has to go; deleted once the letter has left: nothing says who got it.

    `letter_id` is given together with the letter's job, and is the Message-ID of every try.
    """

    __tablename__ = "mailing_row"
    __table_args__ = (
        with_its_signature(),
        Index(None, "email_digest", "action_id"),
        Index(None, "letter_id"),
        {"sqlite_with_rowid": False},
    )

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID]
    letter_id: Mapped[UUID | None] = mapped_column(default=None)


class MailingTest(Model, kw_only=True):
    """A letter of an update on its way to the user who wants to see it first; gone once it has left."""

    __tablename__ = "mailing_test"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    update_id: Mapped[UUID] = mapped_column(ForeignKey("action_update.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
