"""Legal holds on the deletion of signatures, and how many were deleted on which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "legal_hold",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_legal_hold_action_id")),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "forgotten",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_forgotten_action_id")),
        sa.PrimaryKeyConstraint("day", "action_id", name=op.f("pk_forgotten")),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("forgotten")
    op.drop_table("legal_hold")
