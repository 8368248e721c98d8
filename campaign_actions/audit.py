"""The audit log: who did what, when, why. Rows are only ever added; the database refuses the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, String, Uuid, literal, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model, UTCDateTime, session


class Entry(Model, kw_only=True):
    """One deed of a user or of the system. `details` never holds a supporter's data."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "at"), Index(None, "thing", "thing_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    user_id: Mapped[UUID | None] = mapped_column(default=None)
    user_name: Mapped[str] = mapped_column(String(120), default="")
    deed: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(40), default="")
    thing_id: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)


def record(
    deed: str,
    *,
    by: Any | None = None,
    thing: str = "",
    thing_id: object = "",
    **details: Any,
) -> Entry:
    """Add an entry to the running transaction.

    `by` is a user (or None for the system), `deed` a dotted word like "action.publish",
    `details` JSON-ready values without personal data of supporters.
    """
    entry = Entry(
        user_id=getattr(by, "id", None),
        user_name=getattr(by, "name", ""),
        deed=deed,
        thing=thing,
        thing_id=str(thing_id),
        details=details,
    )
    session.add(entry)
    return entry


def newest(limit: int, *, before: tuple[datetime, UUID] | None = None) -> Sequence[Entry]:
    """Up to `limit` entries, newest first, older than the entry with moment and id `before`."""
    statement = select(Entry).order_by(Entry.at.desc(), Entry.id.desc()).limit(limit)
    if before is not None:
        place = tuple_(literal(before[0], UTCDateTime), literal(before[1], Uuid))
        statement = statement.where(tuple_(Entry.at, Entry.id) < place)
    return session.scalars(statement).all()
