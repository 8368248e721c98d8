"""Number and chain the audit entries, the old ones too, so that a change behind our back is found."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

START = bytes(32)
ENTRIES = sa.table(
    "audit_entry",
    sa.column("id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("user_id", sa.Uuid()),
    sa.column("user_name", sa.String()),
    sa.column("deed", sa.String()),
    sa.column("thing", sa.String()),
    sa.column("thing_id", sa.String()),
    sa.column("details", sa.JSON()),
    sa.column("link", sa.LargeBinary()),
)
HEAD = sa.table(
    "audit_head", sa.column("id", sa.Integer()), sa.column("number"), sa.column("link", sa.LargeBinary())
)
SQLITE_TRIGGERS = {
    "audit_entry_no_update": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END"
    ),
    "audit_entry_no_delete": (
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END"
    ),
}
POSTGRES_KEEP = (
    "CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()"
)
POSTGRES_KEEP_ALL = (
    "CREATE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    _let_go()
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("link", sa.LargeBinary(length=32), nullable=True))
    _chain()
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("link", existing_type=sa.LargeBinary(length=32), nullable=False)
        batch.create_unique_constraint(batch.f("uq_audit_entry_number"), ["number"])
        batch.drop_index(batch.f("ix_audit_entry_thing_thing_id"))
        batch.create_index(batch.f("ix_audit_entry_thing_thing_id_number"), ["thing", "thing_id", "number"])
        batch.create_index(batch.f("ix_audit_entry_user_id_number"), ["user_id", "number"])
    _keep()
    if not _on_sqlite():
        op.execute(POSTGRES_KEEP_ALL)


def downgrade() -> None:
    """Back to the one before."""
    if not _on_sqlite():
        op.execute("DROP TRIGGER audit_entry_keep_all ON audit_entry")
    _let_go()
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_index(batch.f("ix_audit_entry_user_id_number"))
        batch.drop_index(batch.f("ix_audit_entry_thing_thing_id_number"))
        batch.create_index(batch.f("ix_audit_entry_thing_thing_id"), ["thing", "thing_id"])
        batch.drop_constraint(batch.f("uq_audit_entry_number"), type_="unique")
        batch.drop_column("link")
        batch.drop_column("number")
    _keep()
    op.drop_table("audit_head")


def _on_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _let_go() -> None:
    if _on_sqlite():
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER audit_entry_keep ON audit_entry")


def _keep() -> None:
    for statement in SQLITE_TRIGGERS.values() if _on_sqlite() else (POSTGRES_KEEP,):
        op.execute(statement)


def _chain() -> None:
    """Number the old entries as they were written, and chain them as `audit` does."""
    connection = op.get_bind()
    number, link = 0, START
    ids = connection.execute(sa.select(ENTRIES.c.id).order_by(ENTRIES.c.at, ENTRIES.c.id)).scalars().all()
    for entry_id in ids:
        row = connection.execute(sa.select(ENTRIES).where(ENTRIES.c.id == entry_id)).one()
        number, link = number + 1, _link(link, number + 1, row)
        values = {"number": number, "link": link}
        connection.execute(sa.update(ENTRIES).where(ENTRIES.c.id == entry_id).values(values))
    connection.execute(sa.insert(HEAD).values(id=1, number=number, link=link))


def _link(before: bytes, number: int, row: Any) -> bytes:
    at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
    moment = at.isoformat(timespec="microseconds")
    who = str(row.user_id or "")
    written = [number, moment, who, row.user_name, row.deed, row.thing, row.thing_id, row.details]
    return hashlib.sha256(before + json.dumps(written, sort_keys=True).encode()).digest()
