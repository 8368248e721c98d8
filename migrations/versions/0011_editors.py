"""Unsaved texts, saved versions and locks of editors; articles that appear later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "unsaved_text",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_sheet(),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        _with_its_user("unsaved_text"),
        sa.PrimaryKeyConstraint("user_id", "kind", "thing_id", "locale", name=op.f("pk_unsaved_text")),
    )
    op.create_index(op.f("ix_unsaved_text_kept_at"), "unsaved_text", ["kept_at"], unique=False)
    op.create_table(
        "saved_version",
        *_sheet(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("user_name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "thing_id", "locale", "number", name=op.f("pk_saved_version")),
    )
    op.create_table(
        "edit_lock",
        *_sheet()[:2],
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_from", sa.Uuid(), nullable=True),
        _with_its_user("edit_lock"),
        sa.PrimaryKeyConstraint("kind", "thing_id", name=op.f("pk_edit_lock")),
    )
    with op.batch_alter_table("article") as batch:
        batch.add_column(sa.Column("shows_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("zone", sa.String(length=64), nullable=False, server_default="UTC"))
        batch.create_index(batch.f("ix_article_shows_at"), ["shows_at"], unique=False)
    with op.batch_alter_table("article") as batch:
        batch.alter_column("zone", server_default=None)


def downgrade() -> None:
    """Back to the one before; an article that waits to appear becomes a draft again."""
    op.execute("UPDATE article SET state = 'draft' WHERE state = 'scheduled'")
    with op.batch_alter_table("article") as batch:
        batch.drop_index(batch.f("ix_article_shows_at"))
        batch.drop_column("zone")
        batch.drop_column("shows_at")
    for table in ("edit_lock", "saved_version", "unsaved_text"):
        op.drop_table(table)


def _sheet() -> tuple[sa.Column[str], sa.Column[object], sa.Column[str]]:
    return (
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
    )


def _with_its_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE"
    )
