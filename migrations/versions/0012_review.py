"""Clusters of suspected signatures, decisions of staff about them, and how to undo these."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HELD = 2
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SIGNATURE = sa.table(
    "signature",
    sa.column("action_id", sa.Uuid()),
    sa.column("state", sa.SmallInteger()),
    sa.column("hold", sa.String()),
    sa.column("cluster", sa.String()),
)


def upgrade() -> None:
    """To this revision."""
    # Plain columns: the table of signatures is not written anew for them.
    op.add_column("signature", sa.Column("cluster", sa.String(length=8), nullable=True))
    op.add_column("signature", sa.Column("review_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_signature_cluster",
        "signature",
        ["cluster"],
        sqlite_where=sa.text("cluster IS NOT NULL"),
        postgresql_where=sa.text("cluster IS NOT NULL"),
    )
    _label_held()
    with op.batch_alter_table("abuse_signal") as batch:
        batch.create_index(batch.f("ix_abuse_signal_action_id_email_digest"), ["action_id", "email_digest"])
        batch.create_index(
            batch.f("ix_abuse_signal_action_id_prefix_digest_hour"), ["action_id", "prefix_digest", "hour"]
        )
    _make_review()
    _make_rows()


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("review_row")
    op.drop_table("review")
    with op.batch_alter_table("abuse_signal") as batch:
        batch.drop_index(batch.f("ix_abuse_signal_action_id_prefix_digest_hour"))
        batch.drop_index(batch.f("ix_abuse_signal_action_id_email_digest"))
    op.drop_index("ix_signature_cluster", "signature")
    op.drop_column("signature", "review_id")
    op.drop_column("signature", "cluster")


def _label_held() -> None:
    """What is held already becomes one cluster for each action and reason."""
    connection, held = op.get_bind(), SIGNATURE.c.state == HELD
    groups = sa.select(SIGNATURE.c.action_id, SIGNATURE.c.hold).where(held).distinct()
    for action_id, hold in connection.execute(groups).all():
        label = "".join(secrets.choice(LETTERS) for _letter in range(6))
        here = sa.and_(held, SIGNATURE.c.action_id == action_id, SIGNATURE.c.hold.is_not_distinct_from(hold))
        values = {"cluster": label, "hold": hold or "trap"}
        connection.execute(sa.update(SIGNATURE).where(here).values(values))


def _make_review() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("label", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("public_reason", sa.String(length=300), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_by", sa.Uuid(), nullable=True),
        sa.Column("undo_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_reason", sa.String(length=500), nullable=False),
        sa.Column("undo_public", sa.String(length=300), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.Column("step_back", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_review_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_review_asked_by")),
        sa.ForeignKeyConstraint(["approved_by"], ["user_account.id"], name=op.f("fk_review_approved_by")),
        sa.ForeignKeyConstraint(["undo_by"], ["user_account.id"], name=op.f("fk_review_undo_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review") as batch:
        batch.create_index(batch.f("ix_review_action_id_asked_at"), ["action_id", "asked_at"])
        batch.create_index(batch.f("ix_review_asked_at"), ["asked_at"])


def _make_rows() -> None:
    op.create_table(
        "review_row",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("email_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("old_state", sa.SmallInteger(), nullable=True),
        sa.Column("new_state", sa.SmallInteger(), nullable=True),
        sa.Column("old_hold", sa.String(length=40), nullable=True),
        sa.Column("old_cluster", sa.String(length=8), nullable=True),
        sa.Column("old_review_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_row_review_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["email_digest", "action_id"],
            ["signature.email_digest", "signature.action_id"],
            name=op.f("fk_review_row_email_digest_action_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", "email_digest", name=op.f("pk_review_row")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("review_row") as batch:
        batch.create_index(batch.f("ix_review_row_email_digest_action_id"), ["email_digest", "action_id"])
        batch.create_index(
            batch.f("ix_review_row_review_id_old_state_email_digest"),
            ["review_id", "old_state", "email_digest"],
        )
