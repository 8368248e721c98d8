"""Letters to the team that lead to a page of their own, as of a cluster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("user_notice", sa.Column("place", sa.String(length=80), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("user_notice") as batch:
        batch.drop_column("place")
