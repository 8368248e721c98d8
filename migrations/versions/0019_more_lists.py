"""Lists that wait for a second person, leave sealed, and tell how far they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("export", sa.Column("rows_done", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("export", sa.Column("left_sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("export") as batch:
        batch.add_column(sa.Column("approved_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        name = batch.f("fk_export_approved_by_user_account")
        batch.create_foreign_key(name, "user_account", ["approved_by"], ["id"])


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("export") as batch:
        batch.drop_constraint(batch.f("fk_export_approved_by_user_account"), type_="foreignkey")
        for name in ("approved_at", "approved_by", "left_sealed", "rows_done"):
            batch.drop_column(name)
