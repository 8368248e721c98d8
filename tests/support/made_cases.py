"""Cases as their editors need them, for walks: with a fact, a line of the timeline and an article by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from campaign_actions.articles.models import Article
from campaign_actions.cases.models import Case, CaseFact, TimelineEntry, case_article
from campaign_actions.infra.database.engine import session, writing
from tests.support.world import World

LANGUAGE = "kk"
LINKED = "on-her-trial"


def a_case(world: World, *, published: bool = True) -> dict[str, Any]:
    """The gaps in the addresses of a new case's editors."""
    case_id = world.a_case(published=published)
    with world.app.app_context():
        if session.scalars(select(Article).where(Article.slug == LINKED)).first() is None:
            world.an_article(slug=LINKED)
    with world.app.app_context(), writing() as connection:
        article_id = session.scalars(select(Article.id).where(Article.slug == LINKED)).one()
        connection.execute(case_article.insert().values(case_id=case_id, article_id=article_id))
        return {
            "slug": session.get_one(Case, case_id).slug,
            "locale": LANGUAGE,
            "fact_id": session.scalars(select(CaseFact.id).where(CaseFact.case_id == case_id)).one(),
            "entry_id": session.scalars(
                select(TimelineEntry.id).where(TimelineEntry.case_id == case_id)
            ).one(),
            "article_id": article_id,
            "case_id": case_id,
        }


def pages(world: World) -> Iterator[str]:
    """Editors in states that have words of their own: a draft, and one that lacks everything."""
    yield f"/desk/cases/{a_case(world, published=False)['slug']}/edit/"
    yield f"/desk/cases/{a_case(world)['slug']}/erase/"
