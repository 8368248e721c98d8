"""Counters with a ceiling, raised by one statement so that parallel requests cannot pass it."""

from __future__ import annotations

from sqlalchemy import Connection, Exists, LargeBinary, String, delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model


class RateHit(Model, kw_only=True):
    """How often something happened under a keyed digest in a slot of time."""

    __tablename__ = "rate_hit"

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    slot: Mapped[str] = mapped_column(String(24), primary_key=True)
    used: Mapped[int]


def hit(connection: Connection, key: bytes, slot: str, limit: int, *, only_if: Exists | None = None) -> bool:
    """Raise the counter by one; False, and nothing changed, when `limit` is reached already.

    With `only_if`, a condition on other rows, nothing is raised unless it holds, and the
    answer is False.
    """
    row = select(literal(key, LargeBinary), literal(slot), literal(1))
    # "WHERE true" keeps SQLite from reading ON CONFLICT as part of a join.
    row = row.where(only_if) if only_if is not None else row.where(literal(1) == 1)
    statement = insert(RateHit).from_select(["key", "slot", "used"], row)
    statement = statement.on_conflict_do_update(
        index_elements=[RateHit.key, RateHit.slot],
        set_={"used": RateHit.used + 1},
        where=RateHit.used < limit,
    )
    return connection.execute(statement.returning(RateHit.used)).first() is not None


def used(connection: Connection, key: bytes, slot: str) -> int:
    """How often it happened in that slot so far."""
    counted = select(RateHit.used).where(RateHit.key == key, RateHit.slot == slot)
    return connection.execute(counted).scalar_one_or_none() or 0


def forget_before(connection: Connection, slot: str) -> None:
    """Delete the counters of slots that sort before `slot`, as "2026-11-20" before "2026-11-23"."""
    connection.execute(delete(RateHit).where(RateHit.slot < slot))
