from datetime import date

import pytest
from flask.testing import FlaskClient

from campaign_actions.actions.models import ActionState, Kind, Outcome
from campaign_actions.infra.database.engine import session
from tests.support.content import (
    a_case,
    an_article,
    an_event,
    counted,
    headings_of,
    link,
    queries_made,
    soon,
    title_of,
    words_of,
)
from tests.support.factories import an_action

pytestmark = pytest.mark.usefixtures("database", "clock")


def hero(page: str) -> str:
    assert 'class="hero"' in page
    return page.split('class="hero"')[1].split("</section>", maxsplit=1)[0]


def test_a_fresh_site_says_that_nothing_is_published(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Nothing is published yet." in words_of(page)
    assert "hero" not in page
    assert headings_of(page)[0][0] == 1


def test_the_open_action_that_closes_soonest_leads(client: FlaskClient) -> None:
    an_action(title="Later", closes_at=soon(30))
    an_action(title="Sooner", closes_at=soon(10))
    an_action(title="Some day", closes_at=None)
    an_action(title="Over", closes_at=soon(-1))
    an_action(title="Draft", state=ActionState.DRAFT, closes_at=soon(1))
    an_action(title="Closed", state=ActionState.CLOSED, closed_at=soon(-1))
    page = client.get("/").text
    assert headings_of(hero(page)) == [(2, "Sooner")]
    assert [words for level, words in headings_of(page) if level == 3] == ["Later", "Some day"]
    assert "All 3 open actions" in words_of(page)
    assert title_of(page).startswith("Sooner – ")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "New. Nobody has signed yet. 100 to go to 100."),
        (1, "New. 1 person has signed so far. 99 to go to 100."),
        (24, "New. 24 people have signed so far. 76 to go to 100."),
        (25, "25 people have signed. 75 to go to 100."),
        (4186, "4,186 people have signed. 814 to go to 5,000."),
        (5000, "5,000 people have signed."),
    ],
)
def test_the_count_of_the_leading_action(client: FlaskClient, count: int, words: str) -> None:
    counted(an_action(goals=(100, 5000)).card.id, count)
    assert words_of(hero(client.get("/").text)).endswith(words)


def test_a_letter_to_write_has_no_sign_button(client: FlaskClient) -> None:
    an_action(kind=Kind.LETTER)
    lead = hero(client.get("/").text)
    assert "#sign" not in lead
    assert "#write" in lead
    assert words_of(lead).endswith("Write a letter New. Nobody has told us yet that they sent a letter.")


def test_the_sentence_of_its_case_stands_beside_it(client: FlaskClient) -> None:
    an_action(case_id=a_case())
    lead = hero(client.get("/").text)
    assert "1,074 days in prison, counted to 22 November 2026." in words_of(lead)
    assert '<div class="rule" aria-hidden="true">' in lead


def test_without_an_open_action_the_news_come_first(client: FlaskClient) -> None:
    an_article(title="Strike")
    an_action(state=ActionState.CLOSED, closed_at=soon(-5), outcome=Outcome.WON, outcome_on=date(2026, 3, 3))
    page = client.get("/").text
    words = words_of(page)
    assert "No action is open at the moment. Follow the feed · See what was won" in words
    assert 'class="hero"' not in page
    assert words.index("No action is open") < words.index("Strike")


def test_four_articles_three_events_and_two_victories_at_most(client: FlaskClient) -> None:
    for number in range(5):
        an_article(title=f"News {number}", dated_on=date(2014, 12, 1 + number))
        an_event(title=f"Vigil {number}", starts_at=soon(10 + number))
        an_action(
            title=f"Won {number}",
            state=ActionState.CLOSED,
            closed_at=soon(-5),
            outcome=Outcome.WON,
            outcome_on=date(2026, 3, 1 + number),
        )
    page = client.get("/").text
    found = [words for level, words in headings_of(page) if level == 3]
    assert found == [
        "News 4",
        "News 3",
        "News 2",
        "News 1",
        "Vigil 0",
        "Vigil 1",
        "Vigil 2",
        "Won 4",
        "Won 3",
    ]


def test_an_article_with_an_open_action_names_it(client: FlaskClient) -> None:
    action = an_action(title="Release Arman Tolegen", goals=(100,))
    link(action.card.id, an_article().id)
    assert "Action: Release Arman Tolegen , 100 to go" in words_of(client.get("/").text)


def test_the_page_may_be_kept_for_a_second_and_is_the_same_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Cookie": "session=stolen"})
    assert answer.headers["Cache-Control"].startswith("public, max-age=1,")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.data == client.get("/").data


def test_a_full_page_costs_as_many_queries_as_one_with_one_of_each(client: FlaskClient) -> None:
    def one_of_each(number: int) -> None:
        action = an_action(title=f"Action {number}", case_id=a_case())
        link(action.card.id, an_article().id)
        an_event(action_id=action.card.id)

    one_of_each(0)
    client.get("/")
    session.remove()
    with queries_made() as one:
        client.get("/")
    for number in range(1, 6):
        one_of_each(number)
    session.remove()
    with queries_made() as many:
        client.get("/")
    assert len(many) == len(one)
