"""Archives of articles: by year, month, category, author and tag, all shown by one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from campaign_actions.actions import queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles import queries
from campaign_actions.articles.queries import ArticlePage, ArticleView, Filters, MonthCount
from campaign_actions.infra.i18n import _, bare_month, month_heading, month_name
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.paging import Pager

bp = Blueprint("archives", __name__)

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Archive:
    """Which articles, at which endpoint (with `values`), under which heading and with which feed.

    Without `heading` it is the list of all.
    """

    filters: Filters
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    heading: str = ""
    feed: str = ""


@dataclass(frozen=True)
class MonthOfArticles:
    """The articles of one month on a page; `name` is a heading."""

    name: str
    anchor: str
    articles: tuple[ArticleView, ...]


@bp.get("/news/<int(fixed_digits=4):year>/")
@bp.get("/news/<int(fixed_digits=4):year>/page/<int:page>/")
@keep(Keep.COUNT)
def year(year: int, page: int | None = None) -> Answer:
    """The articles of a year."""
    _real(year)
    archive = Archive(
        Filters(year=year), "public.archives.year", {"year": year}, _("News of %(year)s", year=year)
    )
    return listing(archive, page)


@bp.get("/news/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/")
@bp.get("/news/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/page/<int:page>/")
@keep(Keep.COUNT)
def month(year: int, month: int, page: int | None = None) -> Answer:
    """The articles of a month; an empty one names the nearest months that have some."""
    _real(year, month)
    values = {"year": year, "month": f"{month:02}"}
    heading = _("News of %(month)s", month=month_name(year, month))
    return listing(Archive(Filters(year=year, month=month), "public.archives.month", values, heading), page)


@bp.get("/category/<slug>/")
@bp.get("/category/<slug>/page/<int:page>/")
@keep(Keep.COUNT)
def category(slug: str, page: int | None = None) -> Answer:
    """The articles of a category."""
    shelf = queries.category_named(slug) or abort(404)
    return listing(_archive_of(shelf, "category", shelf.title, Filters(category=slug)), page)


@bp.get("/author/<slug>/")
@bp.get("/author/<slug>/page/<int:page>/")
@keep(Keep.COUNT)
def author(slug: str, page: int | None = None) -> Answer:
    """All posts by an author."""
    shelf = queries.author_named(slug) or abort(404)
    heading = _("All posts by %(name)s", name=shelf.title)
    return listing(_archive_of(shelf, "author", heading, Filters(author=slug)), page)


@bp.get("/tag/<slug>/")
@bp.get("/tag/<slug>/page/<int:page>/")
@keep(Keep.COUNT)
def tag(slug: str, page: int | None = None) -> Answer:
    """The articles with a tag."""
    shelf = queries.tag_named(slug) or abort(404)
    heading = _("Tag: %(title)s", title=shelf.title)
    return listing(_archive_of(shelf, "tag", heading, Filters(tag=slug)), page)


def listing(archive: Archive, page: int | None) -> Answer:
    """One page of an archive: 301 for an explicit page 1, 404 past the end."""
    if page == 1:
        return redirect(url_for(archive.endpoint, **archive.values), 301)
    found = queries.page_of(archive.filters, 1 if page is None else page)
    pager = Pager(found.number, found.pages, archive.endpoint, archive.values)
    if pager.is_past_end:
        return render_template("public/past_end.html", pager=pager, heading=_title(archive)), 404
    cards = actions.of_articles([article.id for article in found.items])
    chosen = {article_id: _open_first(group) for article_id, group in cards.items()}
    return render_template(
        "public/news.html",
        archive=archive,
        title=_title(archive),
        pager=pager,
        page=found,
        groups=by_month(found),
        actions=chosen,
        counts=counting.of_cards(card for card in chosen.values() if card),
        nearest=() if found.total else _nearest(archive.filters),
        shelves=queries.categories(),
        authors=queries.authors(),
        years=_years(queries.months()),
        total=found.total if archive.filters == Filters() else queries.total(),
        month_words=bare_month,
    )


def _archive_of(shelf: queries.Shelf, kind: str, heading: str, filters: Filters) -> Archive:
    feed = url_for(f"public.feeds.{kind}", slug=shelf.slug)
    return Archive(filters, f"public.archives.{kind}", {"slug": shelf.slug}, heading, feed)


def _title(archive: Archive) -> str:
    return archive.heading or _("News")


def _open_first(cards: Sequence[ActionCard]) -> ActionCard | None:
    return next((card for card in cards if card.is_open), None)


def by_month(page: ArticlePage) -> list[MonthOfArticles]:
    """The page's articles under their months, in the same order; undated ones last."""

    def key(article: ArticleView) -> tuple[int, int]:
        day = article.dated_on
        return (day.year, day.month) if day else (0, 0)

    return [
        MonthOfArticles(
            month_heading(*when) if when[0] else _("Undated"),
            f"m{when[0]}-{when[1]:02}" if when[0] else "undated",
            tuple(group),
        )
        for when, group in groupby(page.items, key)
    ]


def _nearest(filters: Filters) -> tuple[MonthCount, ...]:
    """The months before and after an empty one that have articles; none without a month."""
    if filters.year is None or filters.month is None:
        return ()
    wanted = (filters.year, filters.month)
    listed = queries.months()
    before = next((found for found in listed if (found.year, found.month) < wanted), None)
    after = next((found for found in reversed(listed) if (found.year, found.month) > wanted), None)
    return tuple(found for found in (before, after) if found)


def _years(months: Sequence[MonthCount]) -> list[tuple[int, int, list[MonthCount]]]:
    """Years with their number of articles and their months, newest first."""
    grouped = [(year, list(group)) for year, group in groupby(months, lambda found: found.year)]
    return [(year, sum(found.count for found in group), group) for year, group in grouped]


def _real(year: int, month: int = 1) -> None:
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        abort(404)
