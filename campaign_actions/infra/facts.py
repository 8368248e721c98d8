"""Small facts the site keeps about itself: the pepper's check, when the worker last ran."""

from __future__ import annotations

from sqlalchemy import Connection, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model


class SiteFact(Model, kw_only=True):
    """A key and its value, both text."""

    __tablename__ = "site_fact"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


def get(connection: Connection, key: str) -> str | None:
    """The value of `key`, or None."""
    return connection.execute(select(SiteFact.value).where(SiteFact.key == key)).scalar_one_or_none()


def put(connection: Connection, key: str, value: str) -> None:
    """Store `value` under `key`, in place of an older one."""
    statement = insert(SiteFact).values(key=key, value=value)
    statement = statement.on_conflict_do_update(index_elements=[SiteFact.key], set_={"value": value})
    connection.execute(statement)
