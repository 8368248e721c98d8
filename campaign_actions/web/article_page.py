"""The page of an article as its readers see it: for everybody, and as a preview for its team."""

from __future__ import annotations

from flask import render_template

from campaign_actions.actions import events, queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles import queries
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases import queries as cases
from campaign_actions.formats import linked_data
from campaign_actions.infra import clock, markup, picture_marks
from campaign_actions.pictures.models import Noun
from campaign_actions.signatures import counting
from campaign_actions.web import shown_pictures
from campaign_actions.web.settings import settings
from campaign_actions.web.shown_pictures import ShownPicture
from campaign_actions.web.templating import article_url

OLD_DAYS = 2 * 365
EVENTS_SHOWN = 3
CASES_SHOWN = 2


def article_page(article: ArticleView, *, at_desk: bool = False) -> str:
    """The page of an article in any state; the caller has decided that this reader may see it.

    `at_desk` fetches its pictures from where its team may see them before everybody may.
    """
    address = shown_pictures.at_desk("news", article.slug) if at_desk else shown_pictures.for_everybody
    found = shown_pictures.gallery(Noun.ARTICLE, article.id, article.locale, address)
    cards = actions.of_articles([article.id]).get(article.id, [])
    ids = [card.id for card in cards]
    older, newer = queries.neighbours(article)
    return render_template(
        "public/article.html",
        article=article,
        pictures=found,
        body=markup.trusted(picture_marks.shown(article.body_html, lambda name: _figure(found.named(name)))),
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


def _figure(shown: ShownPicture | None) -> str:
    """A picture between paragraphs; nothing for one that is gone, or not described yet."""
    if shown is None:
        return ""
    return render_template("public/parts/picture.html", picture=shown, first=False)


def _cases(article: ArticleView, cards: list[ActionCard]) -> list[cases.CaseView]:
    """The published cases it tells of: those of its actions, then those that lead to it themselves."""
    ids = [card.case_id for card in cards if card.case_id]
    ids += sorted(cases.of_article(article.id) - set(ids))
    found = cases.by_ids(ids)
    return [found[case_id] for case_id in dict.fromkeys(ids) if case_id in found][:CASES_SHOWN]
