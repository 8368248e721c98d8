"""The table of jobs: work promised in the same transaction as its cause."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Lane(StrEnum):
    """Which queue a job waits in; the worker serves them side by side."""

    SERVICE = "service"
    CONFIRM = "confirm"
    BULK = "bulk"
    LONG = "long"


class Job(Model, kw_only=True):
    """One piece of work: a name and the id of a row, never a person's data.

    Leased while `lease_until` lies ahead; `parked` after too many tries.
    """

    __tablename__ = "job"
    __table_args__ = (Index(None, "lane", "due_at"), Index(None, "ref"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    name: Mapped[str] = mapped_column(String(40))
    ref: Mapped[UUID]
    lane: Mapped[Lane]
    due_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    lease_until: Mapped[datetime] = mapped_column(default=NEVER)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    refusals: Mapped[int] = mapped_column(SmallInteger, default=0)
    parked: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
