"""Tables of paper sheets: what was entered from one, and its lines if they were typed in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.actions.models import Level
from campaign_actions.infra.database.engine import Model

MAX_PLACE = 100
MAX_REASON = 300


class SheetState(StrEnum):
    """How far a sheet is: it waits for a second person, who checks it or sends it back to be entered anew."""

    WAITING = "waiting"
    RETURNED = "returned"
    CHECKED = "checked"


class PaperSheet(Model, kw_only=True):
    """One filled-in sheet: the words it carries, the number written on it, how many lines it has.

    `typed` when its lines were typed in too. `version` rises each time it is entered or decided, so that
    nobody checks numbers that are not those they looked at. The checked lines are on the paper count.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (
        UniqueConstraint("action_id", "text_version", "text_locale", "number", name="uq_paper_sheet_number"),
        CheckConstraint("lines > 0", name="lines"),
        CheckConstraint(
            "state <> 'checked' OR (decided_by IS NOT NULL AND decided_by <> entered_by)", name="two_people"
        ),
        Index(None, "state", "entered_at"),
        Index(None, "delete_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    text_version: Mapped[int]
    text_locale: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    place: Mapped[str] = mapped_column(String(MAX_PLACE), default="")
    lines: Mapped[int] = mapped_column(SmallInteger)
    typed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[SheetState] = mapped_column(default=SheetState.WAITING)
    version: Mapped[int] = mapped_column(default=1)
    delete_on: Mapped[date]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(String(MAX_REASON), default="")


class PaperLine(Model, kw_only=True):
    """One line of a sheet; name and place are in `sealed`, bound to `digest`, which sheet and line give.

    `name_digest` tells lines of one action with the same name, and nothing else. `is_public` says that
    the same name stood on the action's page when this was typed.
    """

    __tablename__ = "paper_line"
    __table_args__ = (Index(None, "action_id", "name_digest"), {"sqlite_with_rowid": False})

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("paper_sheet.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    level: Mapped[Level]
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    name_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    is_public: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
