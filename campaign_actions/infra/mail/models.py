"""The table of letters waiting to leave, sealed to the mail key; a row is wiped once sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model


class LetterKind(StrEnum):
    """Which rule left the letter; what it says is decided when it leaves."""

    SIGN = "sign"
    IMPORTED = "imported"
    MY = "my"
    RESET = "reset"


class Letter(Model, kw_only=True):
    """One outgoing mail: everything about the person is inside `sealed`."""

    __tablename__ = "letter"
    __table_args__ = (Index(None, "email_digest", "action_id"), Index(None, "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    kind: Mapped[LetterKind] = mapped_column(String(20))
    action_id: Mapped[UUID | None] = mapped_column(default=None)
    email_digest: Mapped[bytes | None] = mapped_column(LargeBinary(16), default=None)
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class MailDay(Model, kw_only=True):
    """What became of a day's letters, as numbers: sent, capped, held, refused, superseded."""

    __tablename__ = "mail_day"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    fate: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
