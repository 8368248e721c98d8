"""The second step at log-in: what the app knows, recovery codes, letters to users about their accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("user_account") as batch:
        batch.add_column(sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("totp_new", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("user_account") as batch:
        batch.alter_column("totp_step", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("login_session") as batch:
        batch.add_column(sa.Column("half", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("login_session") as batch:
        batch.alter_column("half", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "user_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_notice_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_notice")),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("user_notice")
    op.drop_table("recovery_code")
    with op.batch_alter_table("login_session") as batch:
        batch.drop_column("half")
    with op.batch_alter_table("user_account") as batch:
        for name in ("totp_since", "totp_step", "totp_new", "totp_secret"):
            batch.drop_column(name)
