"""Atom feeds of articles: all news, one category, one author, one tag."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from flask import Blueprint, Response, abort, url_for

from campaign_actions.articles import queries
from campaign_actions.articles.queries import ArticleView, Filters
from campaign_actions.formats import atom
from campaign_actions.infra.i18n import _, current_locale
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import article_url

bp = Blueprint("feeds", __name__)

ENTRIES = 20
# A feed needs a moment even when nothing is published yet (RFC 4287, 4.2.15).
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@bp.get("/news/feed/")
@keep(Keep.FEED)
def news() -> Response:
    """All news."""
    return _feed(Filters(), _("News"), url_for("public.feeds.news"), url_for("public.articles.index"))


@bp.get("/category/<slug>/feed/")
@keep(Keep.FEED)
def category(slug: str) -> Response:
    """The articles of a category."""
    shelf = queries.category_named(slug) or abort(404)
    here, page = url_for("public.feeds.category", slug=slug), url_for("public.archives.category", slug=slug)
    return _feed(Filters(category=slug), shelf.title, here, page)


@bp.get("/author/<slug>/feed/")
@keep(Keep.FEED)
def author(slug: str) -> Response:
    """All posts by an author."""
    shelf = queries.author_named(slug) or abort(404)
    here, page = url_for("public.feeds.author", slug=slug), url_for("public.archives.author", slug=slug)
    return _feed(Filters(author=slug), _("All posts by %(name)s", name=shelf.title), here, page)


@bp.get("/tag/<slug>/feed/")
@keep(Keep.FEED)
def tag(slug: str) -> Response:
    """The articles with a tag."""
    shelf = queries.tag_named(slug) or abort(404)
    here, page = url_for("public.feeds.tag", slug=slug), url_for("public.archives.tag", slug=slug)
    return _feed(Filters(tag=slug), _("Tag: %(title)s", title=shelf.title), here, page)


def _feed(filters: Filters, title: str, here: str, page: str) -> Response:
    base = settings().site_url
    listed = queries.newest_with_text(ENTRIES, filters)
    feed = atom.Feed(
        id=base + here,
        title=f"{title} – {settings().site_name}",
        feed_url=base + here,
        page_url=base + page,
        author=settings().site_name,
        updated=max((article.changed_at for article in listed), default=BEGINNING),
        language=current_locale(),
        entries=[_entry(article, base) for article in listed],
    )
    return Response(atom.to_bytes(feed), content_type=atom.MEDIA_TYPE)


def _entry(article: ArticleView, base: str) -> atom.Entry:
    return atom.Entry(
        id=f"urn:uuid:{article.id}",
        title=article.title,
        url=base + article_url(article),
        updated=article.changed_at,
        published=_moment(article.dated_on) if article.dated_on else None,
        author=article.author_name,
        summary=article.teaser,
        html=article.body_html,
        categories=[title for _slug, title in (*article.categories, *article.tags)],
        language=article.locale,
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
