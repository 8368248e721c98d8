"""Texts in several languages, actions that open later, the day a goal was passed, asked-for changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ACTION = ("opens_at", "delivered_on", "delivered_place", "delivered_to")


def upgrade() -> None:
    """To this revision."""
    # SQLite adds and drops columns in place. A rebuild of `signature` would give it row numbers.
    op.add_column("action", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("action", sa.Column("delivered_on", sa.Date(), nullable=True))
    for name in ("delivered_place", "delivered_to"):
        op.add_column("action", sa.Column(name, sa.String(200), nullable=False, server_default=""))
    op.add_column("action_text", sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column(
        "action_text", sa.Column("translated_from", sa.String(16), nullable=False, server_default="")
    )
    op.add_column("goal", sa.Column("passed_on", sa.Date(), nullable=True))
    op.add_column(
        "signature", sa.Column("text_locale", sa.String(8), nullable=False, server_default="en")
    )
    op.execute(
        "UPDATE signature SET text_locale = (SELECT locale FROM action WHERE action.id = signature.action_id)"
    )
    _add_changes()


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index(op.f("ix_text_change_action_id_state"), table_name="text_change")
    op.drop_table("text_change")
    op.drop_column("signature", "text_locale")
    op.drop_column("goal", "passed_on")
    for name in ("translated_from", "shown"):
        op.drop_column("action_text", name)
    # The state came with this revision: what waits to open is a draft again.
    op.execute("UPDATE action SET state = 'draft' WHERE state = 'scheduled'")
    for name in reversed(ACTION):
        op.drop_column("action", name)


def _add_changes() -> None:
    op.create_table(
        "text_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("ask", sa.String(length=400), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_text_change_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_text_change_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_text_change_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_change")),
    )
    op.create_index(op.f("ix_text_change_action_id_state"), "text_change", ["action_id", "state"])
