"""Standing pages: how we count, privacy, safety and the rest, and the two files machines ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response, abort, render_template, url_for

from campaign_actions.actions import queries as actions, updates
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries as cases
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import corrections
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.correction_lines import line
from campaign_actions.web.settings import settings

bp = Blueprint("pages", __name__)

NOT_FOR_ROBOTS = ("/c/", "/my/", "/account/", "/log-in/", "/desk/", "/staff/")
SECURITY_VALID_DAYS = 180


@dataclass(frozen=True)
class Contact:
    """How to reach the team: words to show, and an address for a link or an empty text."""

    words: str
    url: str


@bp.get("/how-we-count/")
@keep(Keep.PAGE)
def how_we_count() -> str:
    """What is in the number beside an action, and every correction of one."""
    lines = [line(one) for one in corrections.listed(session.connection())]
    cards = actions.by_ids({one.action_id for one in lines})
    return render_template("public/pages/how_we_count.html", corrections=lines, cards=cards)


@bp.get("/privacy/")
@keep(Keep.PAGE)
def privacy() -> str:
    """What is kept, why, who sees it, how long."""
    return render_template("public/pages/privacy.html", key_is_here=_key_is_here())


@bp.get("/safety/")
@keep(Keep.PAGE)
def safety() -> str:
    """What we protect and what we cannot."""
    return render_template("public/pages/safety.html")


@bp.get("/accessibility/")
@keep(Keep.PAGE)
def accessibility() -> str:
    """How the site is made to be usable by everybody."""
    return render_template("public/pages/accessibility.html")


@bp.get("/about/")
@keep(Keep.PAGE)
def about() -> str:
    """Who we are."""
    return render_template("public/pages/about.html")


@bp.get("/contact/")
@keep(Keep.PAGE)
def contact() -> str:
    """How to reach the team."""
    return render_template("public/pages/contact.html", contact=_contact(settings().contact))


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
    reach = _contact(settings().contact)
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


def _contact(text: str) -> Contact | None:
    words = " ".join(text.split())
    if not words:
        return None
    if words.startswith(("https://", "http://")):
        return Contact(words, words)
    if "@" in words and " " not in words:
        return Contact(words, f"mailto:{words}")
    return Contact(words, "")


def _key_is_here() -> bool:
    """Whether the key that opens lists lies on this machine; a folder we may not look into counts as yes."""
    try:
        names = [path.name for path in settings().worker_keys.iterdir()]
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return any(name.startswith("list-") and name.endswith(".key") for name in names)


def _text(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
