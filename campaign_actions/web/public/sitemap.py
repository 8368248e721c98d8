"""The list of pages for search engines; no archive pages, since their articles are all in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, url_for

from campaign_actions.actions import events, queries as actions, updates
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries as cases
from campaign_actions.formats import sitemap
from campaign_actions.formats.sitemap import Place
from campaign_actions.infra import i18n
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import address_of_article

bp = Blueprint("sitemap", __name__)

STANDING = (
    *("public.home.home", "public.actions.index", "public.cases.index"),
    *("public.events.index", "public.articles.index"),
    *("public.pages.about", "public.pages.how_we_count", "public.pages.privacy", "public.pages.safety"),
    *("public.pages.accessibility", "public.pages.contact", "public.pages.feeds"),
)


@bp.get("/sitemap.xml")
@keep(Keep.FEED)
def show() -> Response:
    """Every page worth finding, each in all languages of the site."""
    return Response(sitemap.to_bytes(_places()), content_type=sitemap.MEDIA_TYPE)


def _places() -> Iterator[Place]:
    for endpoint in STANDING:
        yield _place(url_for(endpoint))
    cards = {card.id: card for card in actions.listed()}
    for card in cards.values():
        yield _place(url_for("public.actions.show", slug=card.slug), card.changed_at.date())
    for action_id, number, changed_at in updates.places(cards):
        address = url_for("public.updates.show", slug=cards[action_id].slug, number=number)
        yield _place(address, changed_at.date())
    for case in cases.listed():
        yield _place(url_for("public.cases.show", slug=case.slug), case.changed_at.date())
    for event in events.coming():
        yield _place(url_for("public.events.show", slug=event.slug), event.changed_at.date())
    for slug, day, changed in articles.places():
        yield _place(address_of_article(slug, day), changed.date())
    for year in events.past_years():
        for event in events.past(year):
            yield _place(url_for("public.events.show", slug=event.slug), event.changed_at.date())


def _place(path: str, changed_on: date | None = None) -> Place:
    bare = path.removeprefix(i18n.path_prefix(i18n.current_locale()))
    base = settings().site_url
    return Place({code: base + i18n.path_prefix(code) + bare for code in settings().languages}, changed_on)
