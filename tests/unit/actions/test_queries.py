"""What lists and pages read about actions."""

import pytest
from sqlalchemy import event

from campaign_actions.actions import drafting, queries
from campaign_actions.actions.models import ActionState, Outcome
from campaign_actions.articles import editing, publishing
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.infra.database.engine import db, session, writing
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.usefixtures("clock", "database")


def statements_of_a_list() -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    queries.listed()
    event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.lstrip().startswith("SELECT")])


def test_lists_leave_out_drafts_and_withdrawn_ones() -> None:
    shown = {an_action(state=state).card.id for state in ActionState if state not in queries.UNLISTED}
    for state in queries.UNLISTED:
        an_action(state=state)
    assert {card.id for card in queries.listed()} == shown


def test_a_list_of_twenty_costs_as_many_statements_as_a_list_of_one() -> None:
    an_action()
    one = statements_of_a_list()
    for _turn in range(19):
        an_action()
    assert len(queries.listed()) == 20
    assert statements_of_a_list() == one


def test_an_action_without_words_in_a_language_shows_its_own() -> None:
    page = an_action()
    translated = queries.by_slug(page.card.slug, "kk")
    assert translated is not None
    assert translated.card.locale == "en"
    assert translated.card.title == page.card.title


def test_articles_and_actions_know_each_other_once() -> None:
    with writing():
        article = editing.make(ArticleWords(title="An appeal", body="Text."), by=None)
        publishing.publish(article, by=None)
        article_id = article.id
    draft, shown = an_action(state=ActionState.DRAFT).card.id, an_action().card.id
    with writing():
        for action_id in (draft, shown, shown):
            drafting.link(action_id, article_id)
    assert queries.articles_of(shown) == [article_id]
    assert [card.id for card in queries.of_articles([article_id])[article_id]] == [shown]
    assert {card.id for card in queries.any_of_article(article_id)} == {draft, shown}
    assert queries.of_articles([]) == {}


def test_the_desk_shows_an_organiser_their_own() -> None:
    me, other = a_user(), a_user()
    mine = an_action(owner_id=me.id, state=ActionState.DRAFT).card.id
    an_action(owner_id=other.id)
    an_action()
    assert [card.id for card in queries.for_desk(me)] == [mine]


def test_a_successor_or_a_win_takes_the_form_away() -> None:
    following = an_action()
    assert not an_action(successor_id=following.card.id).card.is_open
    assert not an_action(outcome=Outcome.PARTLY_WON).card.is_open
    assert an_action(outcome=Outcome.UNKNOWN).card.is_open


def test_names_are_said_in_one_phrase() -> None:
    assert queries.in_words([]) == ""
    assert queries.in_words(["A"]) == "A"
    assert queries.in_words(["A", "B"]) == "A and B"
    assert queries.in_words(["A", "B", "C"]) == "A, B and C"
