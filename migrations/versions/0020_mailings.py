"""Mailings of updates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    _make_mailing()
    _make_rows()
    _make_test()
    with op.batch_alter_table("update_address") as batch:
        batch.create_index(batch.f("ix_update_address_action_id"), ["action_id"])


def _make_mailing() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("update_id", sa.Uuid(), nullable=False),
        sa.Column("update_version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("pause", sa.String(length=32), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_mailing_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["action_update.id"], name=op.f("fk_mailing_update_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_mailing_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("update_id", name=op.f("uq_mailing_update_id")),
    )
    unfinished = sa.text("state NOT IN ('done', 'stopped')")
    op.create_index(
        "ix_mailing_state", "mailing", ["state"], sqlite_where=unfinished, postgresql_where=unfinished
    )
    with op.batch_alter_table("mailing") as batch:
        batch.create_index(batch.f("ix_mailing_action_id_started_at"), ["action_id", "started_at"])


def _make_rows() -> None:
    op.create_table(
        "mailing_row",
        sa.Column("mailing_id", sa.Uuid(), nullable=False),
        sa.Column("email_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_row_mailing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["email_digest", "action_id"],
            ["signature.email_digest", "signature.action_id"],
            name=op.f("fk_mailing_row_email_digest"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mailing_id", "email_digest", name=op.f("pk_mailing_row")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("mailing_row") as batch:
        batch.create_index(batch.f("ix_mailing_row_email_digest_action_id"), ["email_digest", "action_id"])
        batch.create_index(batch.f("ix_mailing_row_letter_id"), ["letter_id"])


def _make_test() -> None:
    op.create_table(
        "mailing_test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("update_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_id"], ["action_update.id"], name=op.f("fk_mailing_test_update_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mailing_test_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_test")),
    )


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("update_address") as batch:
        batch.drop_index(batch.f("ix_update_address_action_id"))
    op.drop_table("mailing_test")
    op.drop_table("mailing_row")
    op.drop_table("mailing")
