"""Alembic's environment: our models, our types, both engines; batch mode where SQLite needs it."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Enum
from sqlalchemy.engine import Connection

from campaign_actions import tables
from campaign_actions.infra.database.engine import Base, UTCDateTime, db
from campaign_actions.infra.database.migrating import has_model

TABLES = tables.ALL  # loaded, so that none is taken for a table to drop


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as plain ones, so that old migrations never import our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum) and not item.native_enum:
        return f"sa.String(length={item.length})"
    return False


def run(connection: Connection) -> None:
    """Run the migrations on one connection, each in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        include_name=has_model,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine.connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        # Rebuilding a parent table drops it for a moment; children are checked afterwards.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    try:
        run(connection)
        connection.commit()
        if on_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"{len(broken)} rows lost their parent; nothing else was changed")
    finally:
        if on_sqlite:
            connection.rollback()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
