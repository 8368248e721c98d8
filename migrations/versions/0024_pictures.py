"""Pictures of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("large", sa.String(length=64), nullable=False),
        sa.Column("large_width", sa.Integer(), nullable=False),
        sa.Column("large_height", sa.Integer(), nullable=False),
        sa.Column("small", sa.String(length=64), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("credit", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_picture_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_picture_name")),
        sa.UniqueConstraint("article_id", "large", name=op.f("uq_picture_article_id_large")),
    )
    leads = sa.text("leads")
    op.create_index(
        "ix_picture_leads",
        "picture",
        ["article_id"],
        unique=True,
        sqlite_where=leads,
        postgresql_where=leads,
    )
    op.create_table(
        "picture_text",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_picture_text_picture_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", "locale", name=op.f("pk_picture_text")),
    )
    with op.batch_alter_table("imported_media") as batch:
        batch.add_column(sa.Column("fetched_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Back to the one before. The files of the pictures stay in the data folder."""
    with op.batch_alter_table("imported_media") as batch:
        batch.drop_column("fetched_on")
    op.drop_table("picture_text")
    op.drop_table("picture")
