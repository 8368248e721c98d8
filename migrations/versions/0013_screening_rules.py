"""Lists of staff that screening goes by, and what they said of a signal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "screening_rule",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=253), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_screening_rule_added_by")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_screening_rule")),
    )
    op.add_column("abuse_signal", sa.Column("listed", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("abuse_signal", "listed")
    op.drop_table("screening_rule")
