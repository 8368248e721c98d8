"""Pictures of cases, actions and events beside those of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LEADS = sa.text("leads")
MORE = {"case": "case_file", "action": "action", "event": "event"}
ONE_OWNER = " + ".join(
    f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)"
    for column in ("article_id", "case_id", "action_id", "event_id")
)


def upgrade() -> None:
    """To this revision."""
    # SQLite makes the table anew for this, and would lose the condition of the index.
    op.drop_index("ix_picture_leads", table_name="picture")
    with op.batch_alter_table("picture") as batch:
        batch.alter_column("article_id", existing_type=sa.Uuid(), nullable=True)
        for noun, table in MORE.items():
            column = f"{noun}_id"
            batch.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_picture_{column}"), table, [column], ["id"], ondelete="CASCADE"
            )
            batch.create_unique_constraint(op.f(f"uq_picture_{column}_large"), [column, "large"])
        batch.create_check_constraint(op.f("ck_picture_one_owner"), f"{ONE_OWNER} = 1")
    for noun in ("article", *MORE):
        _lead(f"ix_picture_leads_{noun}", f"{noun}_id")


def downgrade() -> None:
    """Back to the one before; pictures of cases, actions and events are lost, their files stay."""
    op.execute("DELETE FROM picture_text WHERE picture_id IN (SELECT id FROM picture WHERE article_id IS NULL)")
    op.execute("DELETE FROM picture WHERE article_id IS NULL")
    for noun in ("article", *MORE):
        op.drop_index(f"ix_picture_leads_{noun}", table_name="picture")
    with op.batch_alter_table("picture") as batch:
        batch.drop_constraint(op.f("ck_picture_one_owner"), type_="check")
        for noun in MORE:
            column = f"{noun}_id"
            batch.drop_constraint(op.f(f"uq_picture_{column}_large"), type_="unique")
            batch.drop_constraint(op.f(f"fk_picture_{column}"), type_="foreignkey")
            batch.drop_column(column)
        batch.alter_column("article_id", existing_type=sa.Uuid(), nullable=False)
    _lead("ix_picture_leads", "article_id")


def _lead(name: str, column: str) -> None:
    op.create_index(name, "picture", [column], unique=True, sqlite_where=LEADS, postgresql_where=LEADS)
