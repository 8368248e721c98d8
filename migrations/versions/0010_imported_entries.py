"""Entries and media of other sites, so that a second import knows them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "imported_entry",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_imported_entry_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("origin", "identity", name=op.f("pk_imported_entry")),
    )
    with op.batch_alter_table("imported_entry") as batch:
        batch.create_index(batch.f("ix_imported_entry_article_id"), ["article_id"])
    op.create_table(
        "imported_media",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("alt", sa.String(length=500), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("origin", "identity", name=op.f("pk_imported_media")),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("imported_media")
    op.drop_table("imported_entry")
