"""Search, tags and old addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The words live in one table on both engines; only what looks them up differs.
SQLITE_UP = (
    "CREATE VIRTUAL TABLE search_text USING fts5(title_key, words, content='search_entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0', prefix='2 3')",
    "CREATE TRIGGER search_entry_put AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_text(rowid, title_key, words) VALUES (new.id, new.title_key, new.words); END",
    "CREATE TRIGGER search_entry_drop AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_text(search_text, rowid, title_key, words) "
    "VALUES ('delete', old.id, old.title_key, old.words); END",
    "CREATE TRIGGER search_entry_change AFTER UPDATE ON search_entry BEGIN "
    "INSERT INTO search_text(search_text, rowid, title_key, words) "
    "VALUES ('delete', old.id, old.title_key, old.words); "
    "INSERT INTO search_text(rowid, title_key, words) VALUES (new.id, new.title_key, new.words); END",
)
SQLITE_DOWN = ("DROP TABLE search_text",)
POSTGRES_UP = (
    "CREATE INDEX ix_search_entry_found ON search_entry "
    "USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("spoken_key", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "thing_id", "locale", name=op.f("uq_search_entry_kind_thing_id_locale")),
    )
    op.create_index(op.f("ix_search_entry_kind_day"), "search_entry", ["kind", "day"], unique=False)
    for statement in SQLITE_UP if op.get_bind().dialect.name == "sqlite" else POSTGRES_UP:
        op.execute(statement)
    op.create_table(
        "redirect",
        sa.Column("old", sa.String(length=300), nullable=False),
        sa.Column("new", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("old", name=op.f("pk_redirect")),
    )
    op.create_index(op.f("ix_redirect_new"), "redirect", ["new"], unique=False)
    op.create_table(
        "tag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("slug", name=op.f("uq_tag_slug")),
    )
    op.create_table(
        "article_tag",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_tag_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name=op.f("fk_article_tag_tag_id_tag"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "tag_id", name=op.f("pk_article_tag")),
    )
    op.create_index(op.f("ix_article_tag_tag_id"), "article_tag", ["tag_id"], unique=False)


def downgrade() -> None:
    """Back to the one before. The search is made anew from what is published, so nothing is lost with it."""
    op.drop_table("article_tag")
    op.drop_table("tag")
    op.drop_table("redirect")
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_DOWN:
            op.execute(statement)
    op.drop_table("search_entry")
