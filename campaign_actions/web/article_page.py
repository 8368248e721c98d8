"""The page of an article as its readers see it: for everybody, and as a preview for its team."""

from __future__ import annotations

from flask import render_template

from campaign_actions.actions import events, queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles import queries
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases import queries as cases
from campaign_actions.formats import linked_data
from campaign_actions.infra import clock
from campaign_actions.signatures import counting
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import article_url

OLD_DAYS = 2 * 365
EVENTS_SHOWN = 3
CASES_SHOWN = 2


def article_page(article: ArticleView) -> str:
    """The page of an article in any state; the caller has decided that this reader may see it."""
    cards = actions.of_articles([article.id]).get(article.id, [])
    ids = [card.id for card in cards]
    older, newer = queries.neighbours(article)
    return render_template(
        "public/article.html",
        article=article,
        actions=cards,
        counts=counting.of_cards(cards),
        events=events.of_actions(ids)[:EVENTS_SHOWN],
        cases=_cases(article, cards),
        is_old=bool(article.dated_on and (clock.today() - article.dated_on).days > OLD_DAYS),
        related=queries.related(article, without=[other.id for other in (older, newer) if other]),
        older=older,
        data=linked_data.article(
            title=article.title,
            url=settings().site_url + article_url(article),
            language=article.locale,
            publisher=settings().site_name,
            author=article.author_name,
            dated_on=article.dated_on,
            changed_at=article.changed_at,
        ),
        newer=newer,
    )


def _cases(article: ArticleView, cards: list[ActionCard]) -> list[cases.CaseView]:
    """The published cases it tells of: those of its actions, then those that lead to it themselves."""
    ids = [card.case_id for card in cards if card.case_id]
    ids += sorted(cases.of_article(article.id) - set(ids))
    found = cases.by_ids(ids)
    return [found[case_id] for case_id in dict.fromkeys(ids) if case_id in found][:CASES_SHOWN]
