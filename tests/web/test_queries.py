"""A list of twenty costs as many queries as a list of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from campaign_actions.actions.models import Action, ActionState, EventState, action_article
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.cases.models import Case, CaseFact, FactKind
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import db, session, writing
from tests.support import made_review
from tests.support.content import an_entry
from tests.support.world import ADMIN, EXPORTER, MONTH, OWN, STRANGER, World

MANY = re.compile(r"\([^()]*[?%][^()]*,[^()]*\)")
MORE = 19
PAGES = [
    *((STRANGER, path) for path in ("/", "/news/", "/actions/", "/events/", "/feeds/", "/events.ics")),
    *((STRANGER, path) for path in ("/category/appeals/", "/author/t/", "/news/feed/", "/news/2026/03/")),
    *(
        (STRANGER, path)
        for path in ("/events/past/2025/", "the action", "the article", "the event", "thanks")
    ),
    *((STRANGER, path) for path in ("/events/map/", "/events/in/gb/", "/events/in/gb.ics")),
    *((STRANGER, path) for path in ("/cases/", "the case", "its news", "its feed", "its events")),
    *((STRANGER, path) for path in ("the action's updates", "the action's comments")),
    *(
        (OWN, path)
        for path in ("/desk/comments/", "/desk/comments/shown/", "/desk/paper/", "the action's own updates")
    ),
    *((OWN, path) for path in ("/desk/", "/desk/actions/", "/desk/events/", "/desk/news/", "/account/")),
    *((OWN, path) for path in ("the action's editor", "the article's editor")),
    *((EXPORTER, path) for path in ("/staff/review/", "/staff/review/rules/")),
    *((STRANGER, path) for path in ("/how-we-count/",)),
    *((EXPORTER, path) for path in ("/staff/exports/", "/staff/exports/new/", "/staff/audit/")),
    *((ADMIN, path) for path in ("/desk/", "/desk/actions/")),
]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(MANY.sub("(...)", " ".join(statement.split())))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(world: World, who: str, path: str) -> list[str]:
    """What one answer asks of the database."""
    visitor = world.visitor(who)
    visitor.client.get(path, buffered=True)
    with counted(world.app) as sent:
        assert visitor.client.get(path, buffered=True).status_code == 200, path
    return sent


def address(world: World, page: str) -> str:
    named = {
        "the action": f"/actions/{world.action}/",
        "thanks": f"/actions/{world.action}/thanks/",
        "the article": f"/news/{MONTH[0]}/{MONTH[1]:02}/{world.article}/",
        "the case": f"/cases/{world.case}/",
        "its news": f"/cases/{world.case}/news/",
        "its feed": f"/cases/{world.case}/feed/",
        "its events": f"/cases/{world.case}/events.ics",
        "the event": f"/events/{world.event}/",
        "the action's updates": f"/actions/{world.action}/updates/",
        "the action's comments": f"/actions/{world.action}/comments/",
        "the action's own updates": f"/desk/actions/{world.action}/updates/",
        "the action's editor": f"/desk/actions/{world.action}/edit/",
        "the article's editor": f"/desk/news/{world.article}/edit/",
    }
    return named.get(page, page)


def add_more(world: World) -> None:
    """Nineteen more of everything, each linked to what was there."""
    for _number in range(MORE):
        slug = world.an_action()
        world.an_action(ActionState.DRAFT)
        world.an_action(ActionState.CLOSED, outcome="won", outcome_on=date(2026, 11, 1))
        article = world.an_article()
        world.an_article(ArticleState.DRAFT)
        link(world, world.action, article)
        link(world, slug, world.article)
        link(world, slug, article)
        world.an_event(action_id=UUID(world.action_id))
        world.an_event(EventState.DRAFT)
        world.an_event(starts_at=clock.now() - timedelta(days=365))
        world.an_export(made=False)
        made_review.a_review(world)
        more_of_the_case(world, article)
    world.visitor(OWN, fresh=True)


def more_of_the_case(world: World, article: str) -> None:
    """One more action, article, fact and entry of the case, each with what it leads to, and one more case."""
    world.a_case()
    with world.app.app_context():
        case_id = session.scalars(select(Case.id).where(Case.slug == world.case)).one()
        article_id = session.scalars(select(Article.id).where(Article.slug == article)).one()
    world.an_action(case_id=case_id)
    with world.app.app_context():
        action_id = UUID(world.action_id)
        an_entry(case_id, date(2026, 3, 1), article_id=article_id, action_id=action_id)
        with writing():
            session.add(CaseFact(case_id=case_id, kind=FactKind.HEALTH, text="No doctor", source="family"))


def link(world: World, action: str, article: str) -> None:
    """Say that an article belongs to an action."""
    with world.app.app_context(), writing() as connection:
        action_id = session.scalars(select(Action.id).where(Action.slug == action)).one()
        article_id = session.scalars(select(Article.id).where(Article.slug == article)).one()
        connection.execute(action_article.insert(), {"action_id": action_id, "article_id": article_id})


def link_all(world: World) -> None:
    """Link every article to some open action."""
    with world.app.app_context(), writing() as connection:
        articles = session.scalars(select(Article.id).where(Article.slug != world.article)).all()
        action_id = UUID(world.action_id)
        connection.execute(
            action_article.insert(), [{"action_id": action_id, "article_id": one} for one in articles]
        )


def test_lists_of_twenty_cost_what_lists_of_one_cost(world: World) -> None:
    for day in (13, 15):  # the article has an older and a newer neighbour from the start
        world.an_article(dated_on=date(*MONTH, day))
    link_all(world)
    link(world, world.an_action(ActionState.DRAFT), world.article)
    more_of_the_case(world, world.article)
    world.an_event(EventState.DRAFT)
    world.an_action(ActionState.CLOSED, outcome="won", outcome_on=date(2026, 11, 1))
    world.an_export(made=False)
    made_review.a_review(world)
    asked = {(who, page): statements(world, who, address(world, page)) for who, page in PAGES}
    add_more(world)
    grown = {}
    for (who, page), before in asked.items():
        after = statements(world, who, address(world, page))
        if len(after) > len(before):
            grown[who, page] = (len(before), len(after), added(before, after))
    assert grown == {}


def added(before: list[str], after: list[str]) -> list[str]:
    """Statements that were sent more often."""
    return sorted({text for text in after if after.count(text) > before.count(text)})


def test_a_query_for_each_row_would_be_seen(world: World) -> None:
    def slugs() -> list[str]:
        return [session.get_one(Article, one).slug for one in session.scalars(select(Article.id))]

    def cost(work: Callable[[], object]) -> int:
        with counted(world.app) as sent, world.app.app_context():
            work()
        return len(sent)

    before = cost(slugs)
    world.an_article()
    assert cost(slugs) == before + 1


@pytest.mark.parametrize(
    ("who", "page", "most"),
    [
        (STRANGER, "/", 25),
        (STRANGER, "/actions/", 8),
        (STRANGER, "the action", 25),
        (STRANGER, "the article", 25),
        (STRANGER, "/privacy/", 1),
        (STRANGER, "/robots.txt", 0),
    ],
)
def test_a_page_asks_little_of_the_database(world: World, who: str, page: str, most: int) -> None:
    asked = [text for text in statements(world, who, address(world, page)) if text.startswith("SELECT")]
    assert len(asked) <= most, asked
