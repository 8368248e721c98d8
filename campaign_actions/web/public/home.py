"""Home: what is at stake now, one thing to do, then news, events and what was won."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign_actions.actions import events, queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles import queries as articles, standing
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases import queries as cases
from campaign_actions.formats import linked_data
from campaign_actions.infra import clock, i18n
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.old_addresses import moved
from campaign_actions.web.settings import settings

bp = Blueprint("home", __name__)

NEWS_SHOWN, EVENTS_SHOWN, MORE_SHOWN, WON_SHOWN = 4, 3, 3, 2


@bp.get("/")
@keep(Keep.COUNT)
def home() -> Response | str:
    """The first page. The leading action is the open one that closes soonest.

    With `?p=ID`, as WordPress named a post, it is where that post is now, or not found.
    """
    if "p" in request.args:
        return redirect(moved() or abort(404), 301)
    listed = actions.listed()
    open_ones = sorted((card for card in listed if card.is_open), key=_urgency)
    lead, more = (open_ones[0], open_ones[1 : 1 + MORE_SHOWN]) if open_ones else (None, [])
    won = sorted((card for card in listed if card.is_ended), key=_outcome_day, reverse=True)
    news = articles.newest(NEWS_SHOWN)
    return render_template(
        "public/home.html",
        lead=lead,
        case=cases.by_id(lead.case_id) if lead and lead.case_id else None,
        more=more,
        open_count=len(open_ones),
        won=won[:WON_SHOWN],
        news=news,
        actions=_open_of(news),
        events=events.coming(EVENTS_SHOWN),
        counts=counting.of_cards(listed),
        about=standing.shown(standing.ABOUT, i18n.current_locale()),
        data=_linked_data(),
    )


def _open_of(news: Sequence[ArticleView]) -> dict[UUID, ActionCard | None]:
    """The open action of each article that is linked to any, the first of several."""
    linked = actions.of_articles([article.id for article in news])
    return {
        article_id: next((card for card in cards if card.is_open), None)
        for article_id, cards in linked.items()
    }


def _linked_data() -> dict[str, Any]:
    url = settings().site_url + url_for("public.home.home")
    return linked_data.site(settings().site_name, url, settings().languages)


def _urgency(card: ActionCard) -> tuple[bool, float, str]:
    """Closing soonest first, open-ended ones last."""
    return card.closes_at is None, card.closes_at.timestamp() if card.closes_at else 0.0, card.slug


def _outcome_day(card: ActionCard) -> tuple[int, str]:
    return (card.outcome_on or clock.today()).toordinal(), card.slug
