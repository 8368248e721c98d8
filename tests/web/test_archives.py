import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from campaign_actions.infra.database.engine import session
from tests.support.content import (
    an_article,
    counted,
    headings_of,
    link,
    queries_made,
    title_of,
    words_of,
)
from tests.support.factories import an_action

pytestmark = pytest.mark.usefixtures("database")


def shown(page: str) -> list[str]:
    return [words for level, words in headings_of(page) if level == 3]


def test_news_stand_under_their_months_newest_first_and_undated_last(client: FlaskClient) -> None:
    an_article(title="old", dated_on=date(2012, 3, 1))
    an_article(title="undated", dated_on=None)
    an_article(title="new", dated_on=date(2014, 12, 8))
    page = client.get("/news/").text
    assert [words for _level, words in headings_of(page)][:7] == [
        "News",
        "December 2014",
        "new",
        "March 2012",
        "old",
        "Undated",
        "undated",
    ]


def test_page_one_has_one_address_and_later_pages_say_their_number(client: FlaskClient) -> None:
    for number in range(45):
        an_article(title=f"Number {number}")
    answer = client.get("/news/page/1/")
    assert (answer.status_code, answer.location) == (301, "/news/")
    assert title_of(client.get("/news/").text).startswith("News, page 1 of 3 – ")
    second = client.get("/news/page/2/").text
    assert title_of(second).startswith("News, page 2 of 3 – ")
    assert 'href="/news/" rel="prev"' in second
    assert 'href="/news/page/3/" rel="next"' in second


@pytest.mark.parametrize(
    "archive", ["/news/", "/news/2014/", "/news/2014/12/", "/category/articles/", "/author/t/"]
)
def test_every_archive_shows_each_article_once_over_all_pages(client: FlaskClient, archive: str) -> None:
    made = {an_article(title=f"Number {number}").title for number in range(45)}
    pages = [client.get(archive + place).text for place in ("", "page/2/", "page/3/")]
    found = [title for page in pages for title in shown(page)]
    assert sorted(found) == sorted(made)


@pytest.mark.parametrize(
    "archive", ["/news/", "/news/2014/", "/news/2014/12/", "/category/articles/", "/author/t/"]
)
def test_past_the_end_leads_to_the_last_page(client: FlaskClient, archive: str) -> None:
    for _number in range(21):
        an_article()
    answer = client.get(f"{archive}page/3/")
    assert answer.status_code == 404
    assert f'href="{archive}page/2/"' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_author_page_counts_its_articles(client: FlaskClient) -> None:
    for _number in range(21):
        an_article(author="T")
    an_article(author="M. Lind")
    for place in ("", "page/2/"):
        page = client.get(f"/author/t/{place}").text
        assert headings_of(page)[0] == (1, "All posts by T")
        assert "21 articles" in words_of(page)


def test_category_chips_count_what_their_pages_hold(client: FlaskClient) -> None:
    an_article(categories=("Appeals",))
    an_article(categories=("Appeals", "Articles"))
    an_article(categories=())
    page = client.get("/category/appeals/").text
    chips = re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', page.split("filters")[1])[:3]
    assert [(address, words) for address, _mark, words in chips] == [
        ("/news/", "All 3"),
        ("/category/appeals/", "Appeals 2"),
        ("/category/articles/", "Articles 1"),
    ]
    assert [bool(mark) for _address, mark, _words in chips] == [False, True, False]
    assert len(shown(page)) == 2


def test_an_empty_month_names_the_nearest_ones(client: FlaskClient) -> None:
    for day in (date(2011, 1, 1), date(2012, 2, 1), date(2012, 5, 1), date(2013, 1, 1)):
        an_article(dated_on=day)
    answer = client.get("/news/2012/03/")
    assert answer.status_code == 200
    assert "No articles in March 2012." in words_of(answer.text)
    nearest = answer.text.split("The nearest:")[1].split("</p>")[0]
    assert re.findall(r'href="([^"]+)"', nearest) == ["/news/2012/02/", "/news/2012/05/"]


def test_a_month_before_all_articles_names_only_the_next(client: FlaskClient) -> None:
    an_article(dated_on=date(2012, 2, 1))
    nearest = client.get("/news/2010/12/").text.split("The nearest:")[1].split("</p>")[0]
    assert re.findall(r'href="([^"]+)"', nearest) == ["/news/2012/02/"]


@pytest.mark.parametrize(
    "address",
    [
        *("/news/2012/13/", "/news/2012/00/", "/news/0000/", "/news/12/", "/category/no/", "/author/no/"),
        *("/news/page/0/", f"/news/page/{10**30}/", "/news/page/-1/", "/news/page/x/"),
    ],
)
def test_what_cannot_be_is_not_found(client: FlaskClient, address: str) -> None:
    an_article()
    assert client.get(address).status_code == 404


def test_an_article_in_a_list_names_its_open_action_and_how_far_it_is(client: FlaskClient) -> None:
    action = an_action(title="Release Arman Tolegen", goals=(5000,))
    link(action.card.id, an_article().id)
    counted(action.card.id, 4186)
    assert "Action: Release Arman Tolegen , 814 to go" in words_of(client.get("/news/").text)


def test_an_excerpt_that_goes_on_says_so(client: FlaskClient) -> None:
    an_article(body=" ".join(["word"] * 60))
    assert "word word …" in words_of(client.get("/news/").text)


def test_nothing_published_is_said_in_words(client: FlaskClient) -> None:
    assert "No article is published yet." in words_of(client.get("/news/").text)


def test_a_list_of_twenty_costs_as_many_queries_as_a_list_of_one(client: FlaskClient) -> None:
    link(an_action().card.id, an_article().id)
    client.get("/news/")
    session.remove()
    with queries_made() as one:
        client.get("/news/")
    for _number in range(19):
        link(an_action().card.id, an_article(categories=("Appeals", "Articles")).id)
    session.remove()
    with queries_made() as twenty:
        assert len(shown(client.get("/news/").text)) == 20
    assert len(twenty) == len(one)
