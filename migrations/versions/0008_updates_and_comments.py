"""Updates on an action, comments of supporters, past levels, copies people ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "action_update",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_action_update_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["user_account.id"], name=op.f("fk_action_update_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_update")),
        sa.UniqueConstraint("action_id", "number", name=op.f("uq_action_update_action_id_number")),
    )
    with op.batch_alter_table("action_update") as batch:
        batch.create_index(batch.f("ix_action_update_action_id_state"), ["action_id", "state"])
    op.create_table(
        "comment",
        *_key(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_comment_action_id")),
        _with_its_signature("comment"),
        sa.PrimaryKeyConstraint("email_digest", "action_id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("comment") as batch:
        batch.create_index(batch.f("ix_comment_state_offered_on"), ["state", "offered_on"])
        batch.create_index(
            batch.f("ix_comment_action_id_state_offered_on"), ["action_id", "state", "offered_on"]
        )
        batch.create_index(batch.f("ix_comment_id"), ["id"])
    op.create_table(
        "past_level",
        *_key(),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        _with_its_signature("past_level"),
        sa.PrimaryKeyConstraint(
            "email_digest", "action_id", "until_on", "level", name=op.f("pk_past_level")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "own_copy",
        *_key(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("kept_off", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        _with_its_signature("own_copy"),
        sa.PrimaryKeyConstraint("email_digest", "action_id", name=op.f("pk_own_copy")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("own_copy") as batch:
        batch.create_index(batch.f("ix_own_copy_id"), ["id"])


def downgrade() -> None:
    """Back to the one before."""
    for table in ("own_copy", "past_level", "comment", "action_update"):
        op.drop_table(table)


def _key() -> tuple[sa.Column[bytes], sa.Column[object]]:
    return (
        sa.Column("email_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
    )


def _with_its_signature(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["email_digest", "action_id"],
        ["signature.email_digest", "signature.action_id"],
        name=op.f(f"fk_{table}_email_digest_action_id"),
        ondelete="CASCADE",
    )
