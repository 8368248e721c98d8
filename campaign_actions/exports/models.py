"""The table of exports: who asked for which list, why, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model


class Purpose(StrEnum):
    """What a list is for; it sets the ceiling of columns and levels."""

    DELIVER = "deliver"
    MAIL = "mail"
    LEGAL = "legal"
    MOVE = "move"
    PAPER = "paper"


class Format(StrEnum):
    """What kind of file a list becomes; the value is its ending, but for the two kinds of CSV and JSON."""

    CSV = "csv"
    CSV_FOR_EXCEL = "csv-excel"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"
    OSDI = "osdi"
    PRINT = "print"


class ExportState(StrEnum):
    """Where the file stands."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    GONE = "gone"
    FAILED = "failed"


class Export(Model, kw_only=True):
    """One list asked for. `filters` holds what was chosen, `file_name` the name in storage.

    `approved_by` is the second person of a list that needs one; `left_sealed` says that the file can be
    opened only where the list key is.
    """

    __tablename__ = "export"
    __table_args__ = (Index(None, "state", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[Purpose]
    reason: Mapped[str] = mapped_column(String(500))
    recipient: Mapped[str] = mapped_column(String(200))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    columns: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    state: Mapped[ExportState] = mapped_column(default=ExportState.PREPARING)
    rows_expected: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    left_sealed: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    manifest: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    file_name: Mapped[str] = mapped_column(String(80), default="")
    failure: Mapped[str] = mapped_column(String(300), default="")
    downloads: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    ready_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
