"""Standing pages: how we count, privacy, safety and the rest, and the two files machines ask for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response, abort, render_template, url_for

from campaign_actions.actions import queries as actions, updates
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries as cases
from campaign_actions.infra import clock, i18n
from campaign_actions.web import standing_pages
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.settings import settings
from campaign_actions.web.standing_pages import standing_page

bp = Blueprint("pages", __name__)

NOT_FOR_ROBOTS = ("/c/", "/my/", "/account/", "/log-in/", "/desk/", "/staff/")
SECURITY_VALID_DAYS = 180


@bp.get("/how-we-count/")
@keep(Keep.PAGE)
def how_we_count() -> str:
    """What is in the number beside an action, and every correction of one."""
    return standing_page("how-we-count")


@bp.get("/privacy/")
@keep(Keep.PAGE)
def privacy() -> str:
    """What is kept, why, who sees it, how long."""
    return standing_page("privacy")


@bp.get("/safety/")
@keep(Keep.PAGE)
def safety() -> str:
    """What we protect and what we cannot."""
    return standing_page("safety")


@bp.get("/accessibility/")
@keep(Keep.PAGE)
def accessibility() -> str:
    """How the site is made to be usable by everybody."""
    return standing_page("accessibility")


@bp.get("/about/")
@keep(Keep.PAGE)
def about() -> str:
    """Who we are."""
    return standing_page("about")


@bp.get("/contact/")
@keep(Keep.PAGE)
def contact() -> str:
    """How to reach the team."""
    return standing_page("contact")


@bp.get("/feeds/")
@keep(Keep.PAGE)
def feeds() -> str:
    """All feeds, and what a feed is."""
    cards = actions.listed()
    having = updates.having(card.id for card in cards)
    return render_template(
        "public/pages/feeds.html",
        categories=articles.categories(),
        authors=articles.authors(),
        cases=cases.listed(),
        followed=[card for card in cards if card.id in having],
    )


@bp.get("/robots.txt")
@keep(Keep.FEED)
def robots() -> Response:
    """What search engines need not ask for. Source: RFC 9309."""
    prefixes = [i18n.path_prefix(code) for code in settings().languages]
    lines = [f"Disallow: {prefix}{path}" for prefix in prefixes for path in NOT_FOR_ROBOTS]
    where = settings().site_url + url_for("public.sitemap.show")
    return _text(["User-agent: *", *lines, "", f"Sitemap: {where}"])


@bp.get("/.well-known/security.txt")
@keep(Keep.FEED)
def security() -> Response:
    """Whom to tell of a security fault; 404 while no contact is set. Source: RFC 9116."""
    reach = standing_pages.contact()
    if reach is None or not reach.url:
        abort(404)
    until = datetime.combine(clock.today() + timedelta(days=SECURITY_VALID_DAYS), time(), UTC)
    base = settings().site_url
    return _text(
        [
            f"Contact: {reach.url}",
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
            f"Canonical: {base}{url_for('public.pages.security')}",
        ]
    )


def _text(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
