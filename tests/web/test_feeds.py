import json
from datetime import date, timedelta

import feedparser
import pytest
from flask.testing import FlaskClient

from campaign_actions.actions.models import Action, ActionState, Outcome
from campaign_actions.articles import publishing
from campaign_actions.articles.models import Article
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import an_article
from tests.support.factories import an_action

pytestmark = pytest.mark.usefixtures("database")

FEEDS = ["/news/feed/", "/category/articles/feed/", "/author/t/feed/"]


def read(client: FlaskClient, path: str) -> feedparser.FeedParserDict:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    return feed


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_tells_the_newest_twenty_articles(client: FlaskClient, path: str) -> None:
    for number in range(22):
        an_article(title=f"Number {number}", dated_on=date(2014, 1, 1 + number))
    feed = read(client, path)
    assert [entry.title for entry in feed.entries] == [f"Number {number}" for number in range(21, 1, -1)]
    assert feed.feed.id == f"http://127.0.0.1:8000{path}"


def test_an_entry_has_its_address_author_category_and_text(client: FlaskClient) -> None:
    made = an_article(title="Strike", body="**Unpaid** since July.", summary="In short.")
    entry = read(client, "/news/feed/").entries[0]
    assert entry.link == "http://127.0.0.1:8000/news/2014/12/strike/"
    assert entry.id == f"urn:uuid:{made.id}"
    assert entry.author == "T"
    assert [tag.term for tag in entry.tags] == ["Articles"]
    assert entry.summary == "In short."
    assert "<strong>Unpaid</strong>" in entry.content[0].value
    assert entry.published == "2014-12-08T00:00:00Z"


def test_drafts_and_withdrawn_articles_are_in_no_feed(client: FlaskClient) -> None:
    an_article(title="Draft", published=False)
    gone = an_article(title="Gone")
    with writing():
        publishing.withdraw(session.get_one(Article, gone.id), "", by=None)
    for path in FEEDS:
        assert read(client, path).entries == []


@pytest.mark.parametrize("path", ["/category/none/feed/", "/author/none/feed/"])
def test_a_feed_of_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_list_names_its_feed(client: FlaskClient) -> None:
    an_article()
    for path, feed in (
        ("/", "/news/feed/"),
        ("/news/", "/news/feed/"),
        ("/category/articles/", "/category/articles/feed/"),
        ("/author/t/", "/author/t/feed/"),
        ("/actions/", "/actions/feed/"),
    ):
        assert f'type="application/atom+xml" href="{feed}"' in client.get(path).text


def test_a_feed_may_be_kept_for_five_minutes(client: FlaskClient) -> None:
    answer = client.get("/news/feed/")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert client.get("/news/feed/", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_told_once_more_as_json(client: FlaskClient, path: str) -> None:
    an_article(title="Strike", body="**Unpaid** <script> since July.", summary="In short.", author="T")
    address = path.replace("/feed/", "/feed.json")
    answer = client.get(address)
    assert answer.content_type == "application/feed+json; charset=utf-8"
    assert b"<" not in answer.data
    told = json.loads(answer.data)
    atom = read(client, path)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == f"http://127.0.0.1:8000{address}"
    assert (told["title"], told["home_page_url"]) == (atom.feed.title, atom.feed.link)
    (item,) = told["items"]
    entry = atom.entries[0]
    assert (item["id"], item["url"], item["title"]) == (entry.id, entry.link, entry.title)
    assert item["content_html"].strip() == entry.content[0].value
    assert item["date_published"] == "2014-12-08T00:00:00Z"
    assert (item["authors"], item["tags"]) == ([{"name": "T"}], ["Articles"])


def test_a_feed_in_another_language_leads_to_its_pages(client: FlaskClient) -> None:
    an_article(title="Strike")
    assert read(client, "/kk/news/feed/").entries[0].link == "http://127.0.0.1:8000/kk/news/2014/12/strike/"
    told = json.loads(client.get("/kk/news/feed.json").data)
    assert told["feed_url"] == "http://127.0.0.1:8000/kk/news/feed.json"
    assert (told["language"], told["items"][0]["language"]) == ("kk", "en")


def test_a_feed_tells_actions_and_what_came_of_them(client: FlaskClient) -> None:
    an_action(title="Still open")
    ended = an_action(title="Free Dina")
    with writing():
        action = session.get_one(Action, ended.card.id)
        action.outcome, action.outcome_on = Outcome.WON, clock.today() + timedelta(days=1)
        action.outcome_text = "Dina is home."
    draft = an_action(title="Not yet")
    with writing():
        session.get_one(Action, draft.card.id).state = ActionState.DRAFT
    told = read(client, "/actions/feed/")
    assert [entry.title for entry in told.entries] == ["Free Dina", "Still open"]
    assert told.entries[0].summary == "Dina is home."
    assert told.feed.updated == told.entries[0].updated
    items = json.loads(client.get("/actions/feed.json").data)["items"]
    assert [item["title"] for item in items] == ["Free Dina", "Still open"]
    assert items[0]["content_text"] == "Dina is home."
