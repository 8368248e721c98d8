from datetime import date

import pytest

from campaign_actions.articles import publishing, queries
from campaign_actions.articles.models import Article
from campaign_actions.articles.queries import ArticleView, Filters, MonthCount
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import an_article, queries_made

pytestmark = pytest.mark.usefixtures("database")


def titles(articles: list[ArticleView] | tuple[ArticleView, ...]) -> list[str]:
    return [article.title for article in articles]


def test_newest_come_first_and_undated_ones_last() -> None:
    an_article(title="old", dated_on=date(2012, 3, 1))
    an_article(title="undated", dated_on=None)
    an_article(title="new", dated_on=date(2014, 3, 1))
    assert titles(queries.page_of(Filters(), 1).items) == ["new", "old", "undated"]


def test_pages_of_twenty_hold_every_article_once() -> None:
    made = {an_article(title=f"Number {number}", dated_on=date(2014, 1, 1)).id for number in range(41)}
    pages = [queries.page_of(Filters(), number) for number in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [20, 20, 1]
    assert {article.id for page in pages for article in page.items} == made
    assert {(page.pages, page.total) for page in pages} == {(3, 41)}
    assert queries.page_of(Filters(), 4).items == ()


def test_an_empty_list_has_one_page() -> None:
    page = queries.page_of(Filters(), 1)
    assert (page.items, page.pages, page.total) == ((), 1, 0)


def test_drafts_and_withdrawn_articles_are_in_no_list() -> None:
    an_article(title="draft", published=False)
    gone = an_article(title="gone")
    with writing():
        publishing.withdraw(session.get_one(Article, gone.id), "", by=None)
    assert queries.page_of(Filters(), 1).total == 0
    assert queries.by_ids([gone.id]) == []
    assert (queries.categories(), queries.authors(), queries.months()) == ([], [], [])
    assert queries.newest(5) == []


def test_filters_by_category_author_year_and_month() -> None:
    an_article(title="appeal", categories=("Appeals",), author="T", dated_on=date(2014, 7, 31))
    an_article(title="report", categories=("Articles", "Appeals"), author="M", dated_on=date(2014, 8, 1))
    an_article(title="leap", categories=("Articles",), author="M", dated_on=date(2012, 2, 29))
    found = {
        "appeals": titles(queries.page_of(Filters(category="appeals"), 1).items),
        "m": titles(queries.page_of(Filters(author="m"), 1).items),
        "2014": titles(queries.page_of(Filters(year=2014), 1).items),
        "july": titles(queries.page_of(Filters(year=2014, month=7), 1).items),
        "february": titles(queries.page_of(Filters(year=2012, month=2), 1).items),
        "nobody": titles(queries.page_of(Filters(author="nobody"), 1).items),
    }
    assert found == {
        "appeals": ["report", "appeal"],
        "m": ["report", "leap"],
        "2014": ["report", "appeal"],
        "july": ["appeal"],
        "february": ["leap"],
        "nobody": [],
    }


def test_shelves_and_months_count_what_their_pages_hold() -> None:
    an_article(categories=("Appeals", "Articles"), author="T", dated_on=date(2014, 7, 1))
    an_article(categories=("Articles",), author="T", dated_on=date(2014, 7, 9))
    an_article(categories=(), author="", dated_on=None)
    assert [(shelf.title, shelf.count) for shelf in queries.categories()] == [("Articles", 2), ("Appeals", 1)]
    assert [(shelf.title, shelf.count) for shelf in queries.authors()] == [("T", 2)]
    assert queries.months() == [MonthCount(2014, 7, 2)]
    assert queries.total() == 3


def test_related_come_from_the_same_category_first() -> None:
    here = an_article(title="here", categories=("Appeals",))
    an_article(title="newer elsewhere", categories=("Articles",), dated_on=date(2020, 1, 1))
    same = an_article(title="same", categories=("Appeals",), dated_on=date(2010, 1, 1))
    assert titles(queries.related(here)) == ["same", "newer elsewhere"]
    assert titles(queries.related(here, without=[same.id])) == ["newer elsewhere"]


def test_neighbours_are_the_next_ones_in_the_category() -> None:
    days = [date(2014, 1, 1), date(2014, 2, 1), date(2014, 3, 1)]
    first, middle, last = (an_article(title=f"{day:%B}", dated_on=day) for day in days)
    an_article(title="elsewhere", categories=("Appeals",), dated_on=date(2014, 2, 2))
    older, newer = queries.neighbours(middle)
    assert (older and older.id, newer and newer.id) == (first.id, last.id)
    assert queries.neighbours(an_article(dated_on=None)) == (None, None)


def test_neighbours_of_one_day_form_one_row() -> None:
    made = {an_article(dated_on=date(2014, 1, 1)).id for _number in range(5)}
    step = queries.newest(1)[0]
    walked = {step.id}
    while (older := queries.neighbours(step)[0]) is not None:
        assert older.id not in walked
        walked.add(older.id)
        step = older
    assert walked == made


def test_a_list_of_twenty_costs_as_many_queries_as_a_list_of_one() -> None:
    an_article()
    with queries_made() as one:
        queries.page_of(Filters(), 1)
    for _number in range(19):
        an_article(categories=("Appeals", "Articles"))
    session.expire_all()
    with queries_made() as twenty:
        assert len(queries.page_of(Filters(), 1).items) == 20
    assert len(one) == len(twenty)


def test_the_teaser_is_the_summary_or_else_the_beginning() -> None:
    assert an_article(summary="In short", body="At length").teaser == "In short"
    assert an_article(body="At length").teaser == "At length"
