import html
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from time_machine import Traveller

from campaign_actions.actions.models import ActionState, Outcome
from campaign_actions.articles import publishing
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.infra.database.engine import session, writing
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

ADDRESS = "/news/2014/12/strike/"


def test_an_article_shows_its_words_with_category_author_and_date(client: FlaskClient) -> None:
    an_article(title="Strike", summary="In short.", body="## Why\n\nNobody was **paid**.")
    page = client.get(ADDRESS).text
    assert title_of(page).startswith("Strike – ")
    assert headings_of(page)[:2] == [(1, "Strike"), (2, "Why")]
    assert "<strong>paid</strong>" in page
    words = words_of(page)
    assert "Articles by T 8 December 2014 Strike In short." in words
    assert "This article is from December 2014." in words


def test_a_recent_article_has_no_note_about_its_age(client: FlaskClient) -> None:
    an_article(title="Strike", dated_on=date(2026, 11, 1))
    assert "This article is from" not in client.get("/news/2026/11/strike/").text


@pytest.mark.parametrize(
    "wrong",
    ["/news/2013/12/strike/", "/news/2014/01/strike/", "/news/2014/99/strike/", "/news/undated/strike/"],
)
def test_a_wrong_month_leads_to_the_right_address(client: FlaskClient, wrong: str) -> None:
    an_article(title="Strike")
    answer = client.get(wrong)
    assert (answer.status_code, answer.location) == (301, ADDRESS)


def test_an_undated_article_moves_once_its_day_is_known(client: FlaskClient) -> None:
    made = an_article(title="Strike", dated_on=None)
    assert client.get("/news/undated/strike/").status_code == 200
    assert client.get(ADDRESS).location == "/news/undated/strike/"
    with writing():
        session.get_one(Article, made.id).dated_on = date(2014, 12, 8)
    assert client.get("/news/undated/strike/").location == ADDRESS


def test_a_beginning_says_that_the_rest_is_not_known(client: FlaskClient) -> None:
    with writing():
        session.add(
            Article(
                slug="strike",
                title="Strike",
                state=ArticleState.PUBLISHED,
                excerpt="It began",
                excerpt_only=True,
                dated_on=date(2014, 12, 8),
            )
        )
    assert "It began … Only the beginning of this article is known here." in words_of(
        client.get(ADDRESS).text
    )


def test_a_draft_is_not_found_and_a_withdrawn_article_gives_its_reason(client: FlaskClient) -> None:
    made = an_article(title="Strike", published=False)
    assert client.get(ADDRESS).status_code == 404
    with writing():
        article = session.get_one(Article, made.id)
        publishing.publish(article, by=None)
        publishing.withdraw(article, "The court has forbidden <it>.", by=None)
    answer = client.get(ADDRESS)
    assert answer.status_code == 410
    assert "The court has forbidden <it>." in words_of(answer.text)
    assert "Nobody" not in answer.text


def test_an_open_action_stands_beside_with_count_goal_and_the_way_to_sign(client: FlaskClient) -> None:
    action = an_action(title="Release Arman Tolegen", goals=(100, 5000))
    counted(action.card.id, 4186)
    link(action.card.id, an_article(title="Strike").id)
    page = client.get(ADDRESS).text
    beside = page.split("<aside")[1]
    assert "4,186 people have signed" in words_of(beside)
    assert "814 to go to 5,000" in words_of(beside)
    assert '<progress value="4186" max="5000"' in beside
    assert f'href="/actions/{action.card.slug}/#sign"' in beside


def test_the_card_follows_the_state_of_the_action(client: FlaskClient) -> None:
    article = an_article(title="Strike")
    for values in (
        {"title": "Closed one", "state": ActionState.CLOSED, "closed_at": soon(-1)},
        {"title": "Won one", "outcome": Outcome.WON, "outcome_text": "They are free."},
        {"title": "Draft one", "state": ActionState.DRAFT},
    ):
        link(an_action(**values).card.id, article.id)
    beside = client.get(ADDRESS).text.split("<aside")[1]
    assert "Closed on 21 November 2026 with 0 signatures." in words_of(beside)
    assert "They are free." in words_of(beside)
    assert "Draft one" not in beside
    assert "#sign" not in beside


def test_coming_events_of_its_actions_stand_beside_and_past_ones_do_not(client: FlaskClient) -> None:
    action = an_action()
    link(action.card.id, an_article(title="Strike").id)
    an_event(title="Coming vigil", action_id=action.card.id)
    an_event(title="Past vigil", action_id=action.card.id, starts_at=soon(-2))
    an_event(title="Another vigil")
    beside = client.get(ADDRESS).text.split("<aside")[1]
    assert "Coming vigil Wednesday 16 December 2026, 18:00, London time" in words_of(beside)
    assert "Past vigil" not in beside
    assert "Another vigil" not in beside


def test_the_case_of_its_action_is_told(client: FlaskClient) -> None:
    action = an_action(case_id=a_case(summary="An oil worker."))
    link(action.card.id, an_article(title="Strike").id)
    beside = words_of(client.get(ADDRESS).text.split("<aside")[1])
    assert "The case Arman Tolegen An oil worker. Next: the sentence ends on 13 December 2028" in beside
    assert "1,074 days in prison, counted to 22 November 2026." in beside


def test_a_case_that_is_not_published_is_not_told(client: FlaskClient) -> None:
    action = an_action(case_id=a_case(published=False))
    link(action.card.id, an_article(title="Strike").id)
    assert "Arman Tolegen" not in client.get(ADDRESS).text


def test_read_next_and_neighbours_never_repeat_each_other(client: FlaskClient) -> None:
    an_article(title="Strike")
    for month in (10, 11):
        an_article(title=f"In month {month}", dated_on=date(2014, month, 1))
    page = client.get(ADDRESS).text.split("</article>", 1)[1]
    assert [words for level, words in headings_of(page) if level == 3] == ["In month 11", "In month 10"]


def test_a_text_in_another_language_is_marked(client: FlaskClient) -> None:
    an_article(title="Strike", locale="kk", body="Түрмеден хат.")
    page = client.get(ADDRESS).text
    assert '<h1 lang="kk">Strike</h1>' in page
    assert '<div class="prose" lang="kk"><p>Түрмеден хат.</p>' in page


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"]
)
def test_what_is_typed_stays_text(client: FlaskClient, payload: str) -> None:
    made = an_article(title=f"Strike {payload}", summary=payload, body=payload, author=payload)
    page = client.get(f"/news/2014/12/{made.slug}/").text
    assert html.unescape(page).count(payload) >= 4
    for tag in ("<script>", "<img"):
        assert tag not in page
    assert "49" not in words_of(page.split("</header>")[1])


def test_many_actions_cost_as_many_queries_as_one(client: FlaskClient) -> None:
    article = an_article(title="Strike")
    link(an_action().card.id, article.id)
    client.get(ADDRESS)
    session.remove()
    with queries_made() as one:
        client.get(ADDRESS)
    for _number in range(5):
        action = an_action()
        link(action.card.id, article.id)
        an_event(action_id=action.card.id)
    session.remove()
    with queries_made() as several:
        client.get(ADDRESS)
    assert len(several) == len(one)


def test_the_note_about_age_comes_after_two_years(client: FlaskClient, clock: Traveller) -> None:
    an_article(title="Strike")
    clock.move_to(datetime.fromisoformat("2016-12-01T12:00:00+00:00"))
    assert "This article is from" not in client.get(ADDRESS).text
    clock.move_to(datetime.fromisoformat("2016-12-12T12:00:00+00:00"))
    assert "This article is from" in client.get(ADDRESS).text
