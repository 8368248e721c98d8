"""Reading articles: one, a page of twenty, and what the archives count."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, extract, func, or_, select

from campaign_actions.articles.models import (
    Article,
    ArticleState,
    Author,
    Category,
    Tag,
    article_category,
    article_tag,
)
from campaign_actions.infra.database.engine import session

PAGE_SIZE = 20
Titles = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ArticleView:
    """An article as pages show it. In lists `body_html` is empty; categories and tags are (slug, title)."""

    id: UUID
    slug: str
    title: str
    summary: str
    excerpt: str
    excerpt_only: bool
    body_html: str
    dated_on: date | None
    updated_on: date | None
    author_name: str
    author_slug: str
    locale: str
    state: ArticleState
    withdrawn_reason: str
    owner_id: UUID | None
    version: int
    changed_at: datetime
    categories: tuple[tuple[str, str], ...] = field(default=())
    tags: tuple[tuple[str, str], ...] = field(default=())

    @property
    def teaser(self) -> str:
        """The lines under the title in a list; ends in "…" where the text goes on."""
        if self.summary or not self.excerpt_only:
            return self.summary or self.excerpt
        return f"{self.excerpt}\N{NO-BREAK SPACE}…" if self.excerpt else ""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which published articles: slugs of category, author and tag, a year, a month of it."""

    category: str = ""
    author: str = ""
    tag: str = ""
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True)
class ArticlePage:
    """At most 20 articles, newest first and undated ones last; `number` counts from 1.

    `pages` is at least 1. A `number` past the end gives no items.
    """

    items: tuple[ArticleView, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Shelf:
    """A category, an author or a tag with the number of its published articles."""

    slug: str
    title: str
    count: int


@dataclass(frozen=True)
class MonthCount:
    """A month with the number of its published articles."""

    year: int
    month: int
    count: int


def by_slug(slug: str) -> ArticleView | None:
    """The article at that slug in any state, text included, or None."""
    row = session.execute(_columns(Article.body_html).where(Article.slug == slug)).first()
    return _views([row])[0] if row else None


def by_id(article_id: UUID) -> ArticleView | None:
    """The article in any state, text included, or None."""
    row = session.execute(_columns(Article.body_html).where(Article.id == article_id)).first()
    return _views([row])[0] if row else None


def by_ids(ids: Collection[UUID]) -> list[ArticleView]:
    """The published ones of these articles, newest first."""
    if not ids:
        return []
    chosen = _columns().where(Article.id.in_(ids), _published())
    return _views(session.execute(_newest_first(chosen)).all())


def page_of(filters: Filters, page_number: int) -> ArticlePage:
    """One page of the published articles that fit `filters`."""
    wanted = _wanted(filters)
    total = session.execute(select(func.count()).select_from(Article).where(*wanted)).scalar_one()
    return _page(_newest_first(_columns().where(*wanted)), page_number, total)


def page_among(ids: Select[tuple[UUID]], page_number: int) -> ArticlePage:
    """As `page_of`, for the published ones of the articles that `ids` selects."""
    wanted = (_published(), Article.id.in_(ids))
    total = session.execute(select(func.count()).select_from(Article).where(*wanted)).scalar_one()
    return _page(_newest_first(_columns().where(*wanted)), page_number, total)


def newest_among(ids: Select[tuple[UUID]], limit: int) -> list[ArticleView]:
    """The newest published ones of the articles that `ids` selects, with their texts."""
    chosen = _columns(Article.body_html).where(_published(), Article.id.in_(ids))
    return _views(session.execute(_newest_first(chosen).limit(limit)).all())


def newest(limit: int, filters: Filters | None = None) -> list[ArticleView]:
    """The newest published articles that fit `filters`, at most `limit`."""
    chosen = _newest_first(_columns().where(*_wanted(filters or Filters()))).limit(limit)
    return _views(session.execute(chosen).all())


def newest_with_text(limit: int, filters: Filters) -> list[ArticleView]:
    """As `newest`, with the text of each, for a feed."""
    chosen = _newest_first(_columns(Article.body_html).where(*_wanted(filters))).limit(limit)
    return _views(session.execute(chosen).all())


def desk_page(page_number: int, *, owner_id: UUID | None = None) -> ArticlePage:
    """Articles in every state, drafts first, then the newest; twenty a page.

    With `owner_id` only those of that owner and what everybody may read.
    """
    wanted = [or_(Article.owner_id == owner_id, _published())] if owner_id else []
    total = session.execute(select(func.count()).select_from(Article).where(*wanted)).scalar_one()
    is_draft = case((Article.state.in_((ArticleState.DRAFT, ArticleState.SCHEDULED)), 0), else_=1)
    chosen = _columns().where(*wanted).order_by(is_draft, Article.dated_on.desc().nulls_last(), Article.id)
    return _page(chosen, page_number, total)


def categories() -> list[Shelf]:
    """Categories that have published articles, the fullest first."""
    rows = session.execute(
        select(Category.slug, Category.title, func.count())
        .join(article_category, article_category.c.category_id == Category.id)
        .join(Article, Article.id == article_category.c.article_id)
        .where(_published())
        .group_by(Category.id, Category.slug, Category.title)
        .order_by(func.count().desc(), Category.title)
    )
    return [Shelf(slug, title, count) for slug, title, count in rows]


def authors() -> list[Shelf]:
    """Authors who have published articles, the most frequent first."""
    rows = session.execute(
        select(Author.slug, Author.name, func.count())
        .join(Article, Article.author_id == Author.id)
        .where(_published())
        .group_by(Author.id, Author.slug, Author.name)
        .order_by(func.count().desc(), Author.name)
    )
    return [Shelf(slug, name, count) for slug, name, count in rows]


def category_named(slug: str) -> Shelf | None:
    """The category at that slug, also without articles (its count is 0 here), or None."""
    row = session.execute(select(Category.slug, Category.title).where(Category.slug == slug)).first()
    return Shelf(row.slug, row.title, 0) if row else None


def author_named(slug: str) -> Shelf | None:
    """The author at that slug, also without articles (the count is 0 here), or None."""
    row = session.execute(select(Author.slug, Author.name).where(Author.slug == slug)).first()
    return Shelf(row.slug, row.name, 0) if row else None


def tag_named(slug: str) -> Shelf | None:
    """The tag at that slug, also without articles (its count is 0 here), or None."""
    row = session.execute(select(Tag.slug, Tag.title).where(Tag.slug == slug)).first()
    return Shelf(row.slug, row.title, 0) if row else None


def months() -> list[MonthCount]:
    """Months that have published articles, newest first."""
    year, month = extract("year", Article.dated_on), extract("month", Article.dated_on)
    rows = session.execute(
        select(year, month, func.count())
        .where(_published(), Article.dated_on.is_not(None))
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    return [MonthCount(int(y), int(m), count) for y, m, count in rows]


def total() -> int:
    """How many articles are published."""
    return session.execute(select(func.count()).select_from(Article).where(_published())).scalar_one()


def places() -> list[tuple[str, date | None, datetime]]:
    """Slug, day and last change of every published article, newest first, for lists of addresses."""
    columns: list[Any] = [Article.slug, Article.dated_on, Article.changed_at]
    rows = session.execute(_newest_first(select(*columns).where(_published())))
    return [(slug, day, changed) for slug, day, changed in rows]


def related(article: ArticleView, *, without: Collection[UUID] = (), limit: int = 3) -> list[ArticleView]:
    """The newest published articles, those of the same categories first; never `article` nor `without`."""
    chosen = _columns().where(_published(), Article.id.not_in([article.id, *without]))
    slugs = [slug for slug, _title in article.categories]
    if slugs:
        chosen = chosen.order_by(Article.id.in_(_in_categories(slugs)).desc())
    return _views(session.execute(_newest_first(chosen).limit(limit)).all())


def neighbours(article: ArticleView) -> tuple[ArticleView | None, ArticleView | None]:
    """The next older and the next newer published article in its first category, dated ones only."""
    if article.dated_on is None or not article.categories:
        return None, None
    shelf = _columns().where(
        _published(), Article.id != article.id, Article.id.in_(_in_categories([article.categories[0][0]]))
    )
    same_day = Article.dated_on == article.dated_on
    older = shelf.where(or_(Article.dated_on < article.dated_on, and_(same_day, Article.id < article.id)))
    newer = shelf.where(or_(Article.dated_on > article.dated_on, and_(same_day, Article.id > article.id)))
    before = session.execute(_newest_first(older).limit(1)).all()
    after = session.execute(newer.order_by(Article.dated_on, Article.id).limit(1)).all()
    return _first(before), _first(after)


def _columns(*more: Any) -> Select[Any]:
    columns: list[Any] = [
        Article.id,
        Article.slug,
        Article.title,
        Article.summary,
        Article.excerpt,
        Article.excerpt_only,
        Article.dated_on,
        Article.updated_on,
        Author.name.label("author_name"),
        Author.slug.label("author_slug"),
        Article.locale,
        Article.state,
        Article.withdrawn_reason,
        Article.owner_id,
        Article.version,
        Article.changed_at,
    ]
    return select(*columns, *more).outerjoin(Author, Author.id == Article.author_id)


def _published() -> ColumnElement[bool]:
    return Article.state == ArticleState.PUBLISHED


def _newest_first(chosen: Select[Any]) -> Select[Any]:
    return chosen.order_by(Article.dated_on.desc().nulls_last(), Article.id.desc())


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [_published()]
    if filters.category:
        wanted.append(Article.id.in_(_in_categories([filters.category])))
    if filters.author:
        wanted.append(Article.author_id.in_(select(Author.id).where(Author.slug == filters.author)))
    if filters.tag:
        marked = select(article_tag.c.article_id).join(Tag, Tag.id == article_tag.c.tag_id)
        wanted.append(Article.id.in_(marked.where(Tag.slug == filters.tag)))
    if filters.year is not None:
        first, end = _span(filters.year, filters.month)
        wanted += [Article.dated_on >= first, Article.dated_on <= end]
    return wanted


def _span(year: int, month: int | None) -> tuple[date, date]:
    """First and last day of a year or of a month of it."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _in_categories(slugs: Sequence[str]) -> Select[tuple[UUID]]:
    return (
        select(article_category.c.article_id)
        .join(Category, Category.id == article_category.c.category_id)
        .where(Category.slug.in_(slugs))
    )


def _page(chosen: Select[Any], page_number: int, total: int) -> ArticlePage:
    pages = max(1, -(-total // PAGE_SIZE))
    # An offset larger than the database can count would be an accident, not an empty page.
    if not 1 <= page_number <= pages:
        return ArticlePage((), page_number, pages, total)
    rows = session.execute(chosen.limit(PAGE_SIZE).offset((page_number - 1) * PAGE_SIZE)).all()
    return ArticlePage(tuple(_views(rows)), page_number, pages, total)


def _views(rows: Sequence[Row[Any]]) -> list[ArticleView]:
    ids = [row.id for row in rows]
    shelves = _titles_of(ids, Category, article_category.c.article_id, article_category.c.category_id)
    tags = _titles_of(ids, Tag, article_tag.c.article_id, article_tag.c.tag_id)
    return [_view(row, shelves.get(row.id, ()), tags.get(row.id, ())) for row in rows]


def _view(row: Row[Any], shelves: Titles, tags: Titles) -> ArticleView:
    values = dict(row._mapping)
    values["author_name"] = values["author_name"] or ""
    values["author_slug"] = values["author_slug"] or ""
    values.setdefault("body_html", "")
    return ArticleView(**values, categories=shelves, tags=tags)


def _titles_of(
    ids: Sequence[UUID], table: type[Category | Tag], article_id: Any, title_id: Any
) -> dict[UUID, Titles]:
    """(slug, title) of the categories or tags of each article; articles without any are left out."""
    if not ids:
        return {}
    rows = session.execute(
        select(article_id, table.slug, table.title)
        .join(table, table.id == title_id)
        .where(article_id.in_(ids))
        .order_by(table.title)
    )
    found: dict[UUID, Titles] = {}
    for owner, slug, title in rows:
        found[owner] = (*found.get(owner, ()), (slug, title))
    return found


def _first(rows: Sequence[Row[Any]]) -> ArticleView | None:
    return _views(rows[:1])[0] if rows else None
