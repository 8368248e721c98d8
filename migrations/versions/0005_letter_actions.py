"""Letters people write themselves: subject, points and what not to say; where targets are reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = ("points", "points_html", "avoid", "avoid_html")


def upgrade() -> None:
    """To this revision. What is there gets empty words and version 1."""
    # One ALTER a column, which SQLite does in place: no parent table is rebuilt.
    op.add_column("action_text", sa.Column("subject", sa.String(200), nullable=False, server_default=""))
    for name in TEXTS:
        op.add_column("action_text", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("target", sa.Column("email", sa.String(254), nullable=False, server_default=""))
    op.add_column("target", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Back to the one before; the words of letters are lost."""
    for table, names in (("target", ("version", "email")), ("action_text", (*reversed(TEXTS), "subject"))):
        for name in names:
            op.drop_column(table, name)
