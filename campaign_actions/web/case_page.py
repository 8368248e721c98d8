"""The page of a case as its readers see it: for everybody, and as a preview for its team."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template

from campaign_actions.actions import events, queries as actions
from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import UNLISTED, ActionCard
from campaign_actions.articles import queries as articles
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases.queries import CasePage, EntryView
from campaign_actions.pictures.models import Noun
from campaign_actions.signatures import counting
from campaign_actions.web.shown_pictures import Address, for_everybody, gallery

EVENTS_SHOWN = 3


def case_page(page: CasePage, pictured_from: Address = for_everybody) -> str:
    """The page of a case, published or not; the caller has decided that this reader may see it.

    `pictured_from` says where this reader may fetch its pictures.
    """
    cards = actions.of_case(page.case.id)
    told = (*page.entries, *page.coming)
    return render_template(
        "public/case.html",
        page=page,
        pictures=gallery(Noun.CASE, page.case.id, page.case.original, pictured_from),
        counts=counting.of_cards(cards),
        events=_events(cards)[:EVENTS_SHOWN],
        news=articles.page_among(actions.articles_of_case(page.case.id), 1),
        articles=_articles_in(told),
        actions=_actions_in(told),
        **_grouped(cards),
    )


def _grouped(cards: Iterable[ActionCard]) -> dict[str, list[ActionCard]]:
    """Actions that ask for something now (paused ones last), those that won it, and the others."""
    groups: dict[str, list[ActionCard]] = {"open": [], "won": [], "earlier": []}
    for card in sorted(cards, key=lambda card: not card.is_open):
        asks = card.is_open or (card.state is ActionState.PAUSED and not card.successor_slug)
        groups["won" if card.is_ended else "open" if asks else "earlier"].append(card)
    return groups


def _events(cards: Iterable[ActionCard]) -> list[events.EventView]:
    return events.of_actions(card.id for card in cards)


def _articles_in(entries: Iterable[EntryView]) -> dict[object, ArticleView]:
    """The published articles that entries lead to, by id."""
    ids = {entry.article_id for entry in entries if entry.article_id}
    return {article.id: article for article in articles.by_ids(ids)}


def _actions_in(entries: Iterable[EntryView]) -> dict[object, ActionCard]:
    """The actions that entries lead to and strangers may see, by id."""
    found = actions.by_ids({entry.action_id for entry in entries if entry.action_id})
    return {action_id: card for action_id, card in found.items() if card.state not in UNLISTED}
