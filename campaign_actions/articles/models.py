"""Tables of articles, their categories, tags and authors, and of what the team adds to standing pages."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Base, Model


class ArticleState(StrEnum):
    """Where an article stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Category(Model, kw_only=True):
    """A shelf such as Appeals; its slug is its address."""

    __tablename__ = "category"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))


class Tag(Model, kw_only=True):
    """A word articles are marked with, such as a name or a town; its slug is its address."""

    __tablename__ = "tag"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))


class Author(Model, kw_only=True):
    """The name an article is signed with; not a user."""

    __tablename__ = "author"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))


article_category = Table(
    "article_category",
    Base.metadata,
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("category.id", ondelete="CASCADE"), primary_key=True, index=True),
)

article_tag = Table(
    "article_tag",
    Base.metadata,
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Article(Model, kw_only=True):
    """One article. `body_html` is made from `body` and cleaned when saved.

    `dated_on` is the day on the article, None when unknown. `excerpt_only` says that
    only the beginning is known, as from a listing page. `version` rises with each save. `shows_at` is
    the moment at which publishing shows it, chosen in `zone`; None for at once.
    """

    __tablename__ = "article"
    __table_args__ = (
        Index(None, "state", "dated_on", "id"),
        Index(None, "author_id", "state", "dated_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[ArticleState] = mapped_column(default=ArticleState.DRAFT)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(String(500), default="")
    excerpt: Mapped[str] = mapped_column(Text, default="")
    excerpt_only: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    dated_on: Mapped[date | None] = mapped_column(default=None)
    updated_on: Mapped[date | None] = mapped_column(default=None)
    shows_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("author.id"), default=None)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    author: Mapped[Author | None] = relationship(init=False)
    categories: Mapped[list[Category]] = relationship(
        secondary=article_category, default_factory=list, order_by="Category.title"
    )
    tags: Mapped[list[Tag]] = relationship(secondary=article_tag, default_factory=list, order_by="Tag.title")


class PageText(Model, kw_only=True):
    """What the team adds to a standing page such as "about", in one language; Markdown, may be empty.

    `body_html` is made from `body` and cleaned when saved. `version` rises with each save.
    """

    __tablename__ = "page_text"
    __table_args__ = (UniqueConstraint("place", "locale"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    place: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
