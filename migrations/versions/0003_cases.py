"""Words of a case in languages, its other names, facts with sources, and what tells more of an entry."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CASE = sa.table(
    "case_file",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.String()),
    sa.column("summary", sa.String()),
    sa.column("sentence_note", sa.String()),
    sa.column("locale", sa.String()),
)
WORDS = sa.table(
    "case_text",
    sa.column("case_id", sa.Uuid()),
    sa.column("locale", sa.String()),
    sa.column("name", sa.String()),
    sa.column("summary", sa.String()),
    sa.column("body", sa.Text()),
    sa.column("body_html", sa.Text()),
    sa.column("write_note", sa.String()),
)


def upgrade() -> None:
    """To this revision."""
    _make_tables()
    _widen_case()
    _widen_timeline()
    _move_words_out()
    with op.batch_alter_table("case_file") as batch:
        for column in ("name", "summary", "sentence_note"):
            batch.drop_column(column)


def downgrade() -> None:
    """Back to the one before; of the words of a case only those in its own language are kept."""
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(sa.Column("name", sa.String(120), nullable=False, server_default=""))
        batch.add_column(sa.Column("summary", sa.String(300), nullable=False, server_default=""))
        batch.add_column(sa.Column("sentence_note", sa.String(200), nullable=False, server_default=""))
    _move_words_back()
    with op.batch_alter_table("timeline_entry") as batch:
        batch.drop_constraint("fk_timeline_entry_article_id", type_="foreignkey")
        batch.drop_constraint("fk_timeline_entry_action_id", type_="foreignkey")
        batch.drop_index("ix_timeline_entry_article_id")
        batch.drop_index("ix_timeline_entry_action_id")
        for column in ("locale", "tone", "source_url", "article_id", "action_id", "changed_at"):
            batch.drop_column(column)
    with op.batch_alter_table("case_file") as batch:
        batch.drop_constraint("fk_case_file_owner_id", type_="foreignkey")
        for column in (
            *("kind", "locale", "pronoun", "died_on", "family_agreed_on", "write_address"),
            *("owner_id", "version", "created_at", "changed_at"),
        ):
            batch.drop_column(column)
        for column in ("name", "summary", "sentence_note"):
            batch.alter_column(column, server_default=None)
    for table in ("case_article", "case_fact", "case_name", "case_text"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "case_text",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("summary", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("write_note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_text_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "locale", name=op.f("pk_case_text")),
    )
    op.create_table(
        "case_name",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_name_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "lang", name=op.f("pk_case_name")),
    )
    op.create_table(
        "case_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("source_url", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_fact_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_fact")),
    )
    op.create_index(op.f("ix_case_fact_case_id"), "case_fact", ["case_id"])
    op.create_table(
        "case_article",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_article_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_case_article_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "article_id", name=op.f("pk_case_article")),
    )
    op.create_index(op.f("ix_case_article_article_id"), "case_article", ["article_id"])


def _widen_case() -> None:
    now = sa.literal(datetime.now(UTC), sa.DateTime(timezone=True))
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(sa.Column("kind", sa.String(32), nullable=False, server_default="person"))
        batch.add_column(sa.Column("locale", sa.String(8), nullable=False, server_default="en"))
        batch.add_column(sa.Column("pronoun", sa.String(32), nullable=False, server_default="them"))
        batch.add_column(sa.Column("died_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("family_agreed_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("write_address", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("owner_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_case_file_owner_id"), "user_account", ["owner_id"], ["id"])
    moments = sa.table("case_file", sa.column("created_at"), sa.column("changed_at"))
    op.execute(moments.update().values(created_at=now, changed_at=now))
    with op.batch_alter_table("case_file") as batch:
        for column in ("kind", "locale", "pronoun", "write_address", "version"):
            batch.alter_column(column, server_default=None)
        for column in ("created_at", "changed_at"):
            batch.alter_column(column, nullable=False, existing_type=sa.DateTime(timezone=True))


def _widen_timeline() -> None:
    now = sa.literal(datetime.now(UTC), sa.DateTime(timezone=True))
    with op.batch_alter_table("timeline_entry") as batch:
        batch.add_column(sa.Column("locale", sa.String(8), nullable=False, server_default="en"))
        batch.add_column(sa.Column("tone", sa.String(32), nullable=True))
        batch.add_column(sa.Column("source_url", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("article_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("action_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(
            op.f("fk_timeline_entry_article_id"), "article", ["article_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_foreign_key(
            op.f("fk_timeline_entry_action_id"), "action", ["action_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_timeline_entry_article_id"), ["article_id"])
        batch.create_index(op.f("ix_timeline_entry_action_id"), ["action_id"])
    moments = sa.table("timeline_entry", sa.column("changed_at"))
    op.execute(moments.update().values(changed_at=now))
    with op.batch_alter_table("timeline_entry") as batch:
        batch.alter_column("locale", server_default=None)
        batch.alter_column("source_url", server_default=None)
        batch.alter_column("changed_at", nullable=False, existing_type=sa.DateTime(timezone=True))


def _move_words_out() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(CASE.c.id, CASE.c.name, CASE.c.summary, CASE.c.sentence_note)).all()
    words = [
        {
            "case_id": row.id,
            "locale": "en",
            "name": row.name,
            "summary": row.summary,
            "body": row.sentence_note,
            "body_html": f"<p>{escape(row.sentence_note)}</p>" if row.sentence_note else "",
            "write_note": "",
        }
        for row in rows
    ]
    if words:
        connection.execute(sa.insert(WORDS), words)


def _move_words_back() -> None:
    connection = op.get_bind()
    own = sa.and_(WORDS.c.case_id == CASE.c.id, WORDS.c.locale == CASE.c.locale)
    for row in connection.execute(sa.select(CASE.c.id, WORDS.c.name, WORDS.c.summary).join(WORDS, own)).all():
        values = {"name": row.name, "summary": row.summary}
        connection.execute(sa.update(CASE).where(CASE.c.id == row.id).values(**values))
