"""When the words of a case were written, so that a translation can be seen to be out of date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Words of before count as written together."""
    op.add_column("case_text", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE case_text SET written_at = "
        "(SELECT case_file.changed_at FROM case_file WHERE case_file.id = case_text.case_id)"
    )
    with op.batch_alter_table("case_text") as batch:
        batch.alter_column("written_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("case_text") as batch:
        batch.drop_column("written_at")
