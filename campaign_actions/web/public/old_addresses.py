"""Addresses of the WordPress site that articles came from: they lead on to ours for good."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from campaign_actions.articles import queries
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.public.articles import readable
from campaign_actions.web.templating import article_url

bp = Blueprint("old_addresses", __name__)

YEAR = "/<int(fixed_digits=4):year>/"
MONTH = f"{YEAR}<int(fixed_digits=2):month>/"
DAY = f"{MONTH}<int(fixed_digits=2):_day>/"
MOVED = 301


@bp.get(YEAR)
@keep(Keep.PAGE)
def year(year: int) -> Response:
    """The archive of a year in which something was published."""
    if not any(found.year == year for found in queries.months()):
        abort(404)
    return redirect(url_for("public.archives.year", year=f"{year:04}"), MOVED)


@bp.get(MONTH)
@bp.get(DAY)
@keep(Keep.PAGE)
def month(year: int, month: int, _day: int = 1) -> Response:
    """The archive of a month in which something was published."""
    if not any((found.year, found.month) == (year, month) for found in queries.months()):
        abort(404)
    return redirect(url_for("public.archives.month", year=f"{year:04}", month=f"{month:02}"), MOVED)


@bp.get(f"{MONTH}<slug>/")
@bp.get(f"{DAY}<slug>/")
@keep(Keep.PAGE)
def article(slug: str, **_when: int) -> Response:
    """An article by its slug, whatever its day was thought to be."""
    return redirect(article_url(readable(slug)), MOVED)


@bp.get("/feed/")
@bp.get("/feed/<any(atom,rdf,rss,rss2):_format>/")
@keep(Keep.PAGE)
def feed(_format: str = "") -> Response:
    """The feed of all news."""
    return redirect(url_for("public.feeds.news"), MOVED)


@bp.get("/page/<int:page>/")
@keep(Keep.PAGE)
def page(page: int) -> Response:
    """The front page was the list of all posts."""
    if page == 1:
        return redirect(url_for("public.home.home"), MOVED)
    return redirect(url_for("public.articles.index", page=page), MOVED)
