"""News: the list of all articles, and one article with what its readers can do."""

from __future__ import annotations

from flask import Blueprint, abort, redirect
from werkzeug.wrappers import Response

from campaign_actions.articles import queries
from campaign_actions.articles.models import ArticleState
from campaign_actions.articles.queries import ArticleView, Filters
from campaign_actions.errors import Gone
from campaign_actions.web.article_page import article_page
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.public.archives import Archive, listing
from campaign_actions.web.templating import article_url

bp = Blueprint("articles", __name__)


@bp.get("/news/")
@bp.get("/news/page/<int:page>/")
@keep(Keep.COUNT)
def index(page: int | None = None) -> Response | str | tuple[str, int]:
    """All articles, newest first, twenty a page."""
    return listing(Archive(Filters(), "public.articles.index", {}), page)


@bp.get("/news/undated/<slug>/")
@keep(Keep.COUNT)
def undated(slug: str) -> Response | str:
    """An article whose day is not known; moves on for good once it is."""
    article = readable(slug)
    return redirect(article_url(article), 301) if article.dated_on else article_page(article)


@bp.get("/news/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/<slug>/")
@keep(Keep.COUNT)
def show(year: int, month: int, slug: str) -> Response | str:
    """An article; a wrong year or month leads to the right address."""
    article = readable(slug)
    day = article.dated_on
    if day is None or (day.year, day.month) != (year, month):
        return redirect(article_url(article), 301)
    return article_page(article)


def readable(slug: str) -> ArticleView:
    """The published article at this slug. Raises Gone for a withdrawn one; else 404."""
    article = queries.by_slug(slug)
    if article is None or article.state in (ArticleState.DRAFT, ArticleState.SCHEDULED):
        abort(404)
    if article.state is ArticleState.WITHDRAWN:
        raise Gone(article.withdrawn_reason)
    return article
