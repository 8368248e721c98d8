"""Paper sheets and their lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    _make_sheets()
    _make_lines()


def _make_sheets() -> None:
    op.create_table(
        "paper_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("text_locale", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("lines", sa.SmallInteger(), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("lines > 0", name=op.f("ck_paper_sheet_lines")),
        sa.CheckConstraint(
            "state <> 'checked' OR (decided_by IS NOT NULL AND decided_by <> entered_by)",
            name=op.f("ck_paper_sheet_two_people"),
        ),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_paper_sheet_action_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name=op.f("fk_paper_sheet_entered_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_paper_sheet_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint(
            "action_id", "text_version", "text_locale", "number", name=op.f("uq_paper_sheet_number")
        ),
    )
    with op.batch_alter_table("paper_sheet") as batch:
        batch.create_index(batch.f("ix_paper_sheet_state_entered_at"), ["state", "entered_at"])
        batch.create_index(batch.f("ix_paper_sheet_delete_on"), ["delete_on"])


def _make_lines() -> None:
    op.create_table(
        "paper_line",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["paper_sheet.id"], name=op.f("fk_paper_line_sheet_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_paper_line_action_id")),
        sa.PrimaryKeyConstraint("sheet_id", "line", name=op.f("pk_paper_line")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("paper_line") as batch:
        batch.create_index(
            batch.f("ix_paper_line_action_id_name_digest"), ["action_id", "name_digest"]
        )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("paper_line")
    op.drop_table("paper_sheet")
