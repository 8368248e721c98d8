"""What organisers have done in the first days of an action."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "launch_step",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_launch_step_action_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("action_id", "step", name=op.f("pk_launch_step")),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("launch_step")
