"""Whether the address of a case was ever given out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    given = sa.Column("given_out", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("case_file", given)
    op.execute("UPDATE case_file SET given_out = published")


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("case_file") as batch:
        batch.drop_column("given_out")
