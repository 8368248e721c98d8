"""Say of events how to get there, where online, what to bring, whether they come again, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
EMPTY, NO, YES = sa.text("''"), sa.false(), sa.true()
# What rows that are there already get; new ones are filled by the model.
FILLED = {
    "locale": (sa.String(length=8), sa.text("'en'")),
    "yearly": (sa.Boolean(), NO),
    "place_checked": (sa.Boolean(), YES),
    "spot": (sa.String(length=40), EMPTY),
    "online_url": (sa.String(length=500), EMPTY),
    "directions": (sa.String(length=500), EMPTY),
    "bring": (sa.String(length=300), EMPTY),
    "report": (sa.Text(), EMPTY),
    "report_html": (sa.Text(), EMPTY),
}


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("event") as batch_op:
        for name, (kind, value) in FILLED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name, kind in (("last_year", sa.Integer()), ("place_from", MOMENT), ("came", sa.Integer())):
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("event") as batch_op:
        for name, (kind, _value) in FILLED.items():
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("event") as batch_op:
        for name in ("came", "place_from", "last_year", *reversed(FILLED)):
            batch_op.drop_column(name)
