"""Addresses that were given out once lead on for good, and unknown ones to a search."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from campaign_actions.actions import moving as actions
from campaign_actions.articles import moving as articles, publishing
from campaign_actions.articles.models import Article
from campaign_actions.errors import Refused
from campaign_actions.infra import redirects
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import an_article, queries_made
from tests.support.factories import an_action
from tests.support.filled_forms import fields_of

pytestmark = pytest.mark.usefixtures("database")


def leave(old: str, new: str) -> None:
    with writing() as connection:
        redirects.leave(connection, old, new)


def leads_to(client: FlaskClient, path: str) -> str | int:
    """Where a permanent redirect leads, or the status of another answer."""
    answer = client.get(path)
    return str(answer.location) if answer.status_code == 301 else answer.status_code


def test_addresses_of_wordpress_lead_to_article_archive_and_feed(client: FlaskClient) -> None:
    an_article(title="Strike", dated_on=date(2012, 3, 14))
    wanted = {
        "/2012/03/strike/": "/news/2012/03/strike/",
        "/2012/03/14/strike/": "/news/2012/03/strike/",
        "/2011/12/strike/": "/news/2012/03/strike/",
        "/2012/03/": "/news/2012/03/",
        "/2012/03/14/": "/news/2012/03/",
        "/2012/": "/news/2012/",
        "/feed/": "/news/feed/",
        "/feed/rss2/": "/news/feed/",
        "/page/1/": "/",
        "/page/3/": "/news/page/3/",
        "/ru/2012/03/strike/": "/ru/news/2012/03/strike/",
    }
    assert {path: leads_to(client, path) for path in wanted} == wanted


def test_unknown_ones_are_not_found_and_offer_the_search(client: FlaskClient) -> None:
    an_article(title="Draft", published=False)
    an_article(title="Strike", dated_on=date(2012, 3, 14))
    unknown = ("/2012/03/nothing/", "/2012/04/", "/2013/", "/2012/99/", "/0000/", "/2012/03/draft/")
    for path in (*unknown, "/?p=7", "/?p=", "/?p=x", "/?p=-1", "/tag/nothing/", "/wp-login.php"):
        answer = client.get(path)
        assert (answer.status_code, answer.text.count('role="search"')) == (404, 1), path
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_withdrawn_article_says_so_at_its_old_address(client: FlaskClient) -> None:
    article = an_article(title="Strike", dated_on=date(2012, 3, 14))
    with writing():
        publishing.withdraw(session.get_one(Article, article.id), "The facts were wrong.", by=None)
    answer = client.get("/2012/03/strike/")
    assert (answer.status_code, "The facts were wrong." in answer.text) == (410, True)


def test_the_table_leads_on_by_path_by_number_and_below_a_path(client: FlaskClient) -> None:
    an_article(title="Strike", dated_on=date(2012, 3, 14))
    leave("?p=17", "/news/2012/03/strike/")
    leave("/2012/03/streik/", "/news/2012/03/strike/")
    leave("/about-us/", "/about/")
    leave("/actions/old/", "/actions/new/")
    leave("/news/undated/lockout/", "/news/undated/strike/")
    wanted = {
        "/?p=17": "/news/2012/03/strike/",
        "/ru/?p=17": "/ru/news/2012/03/strike/",
        "/2012/03/streik/": "/news/2012/03/strike/",
        "/about-us/": "/about/",
        "/about-us": "/about/",
        "/actions/old/": "/actions/new/",
        "/actions/old/via/share/": "/actions/new/via/share/",
        "/news/2012/03/lockout/": "/news/undated/strike/",
        "/2012/03/lockout/": "/news/undated/strike/",
        "/news/undated/strike/": "/news/2012/03/strike/",
        "/?p=1": 404,
        "/?p=170": 404,
        "/actions/older/": 404,
    }
    assert {path: leads_to(client, path) for path in wanted} == wanted
    assert client.get("/?page_id=17").status_code == 200
    posted = client.post("/about-us/")
    assert (posted.status_code, posted.location) == (308, "/about/")


def test_a_page_that_exists_wins_over_the_table(client: FlaskClient) -> None:
    leave("/about/", "/privacy/")
    assert client.get("/about/").status_code == 200


def test_a_second_move_leads_straight_on_and_a_move_back_leaves_nothing(client: FlaskClient) -> None:
    leave("/a/", "/b/")
    leave("/b/", "/c/")
    assert redirects.listed(session.connection()) == [("/a/", "/c/"), ("/b/", "/c/")]
    leave("/c/", "/a/")
    assert redirects.listed(session.connection()) == [("/b/", "/a/"), ("/c/", "/a/")]
    with writing() as connection:
        assert redirects.forget(connection, "/b/")
        assert not redirects.forget(connection, "/b/")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/a/", "//evil.example/"),
        ("/a/", "https://evil.example/"),
        ("/a/", "/\\evil.example/"),
        ("/a/", "javascript:alert(1)"),
        ("/a/", "/b/../../c/"),
        ("/a/", "/b/\r\nSet-Cookie: x"),
        ("/a/", "/b/?next=//evil.example"),
        ("/a/", ""),
        ("/", "/b/"),
        ("?p=0", "/b/"),
        ("?p=x", "/b/"),
        ("a/", "/b/"),
        ("//a/", "/b/"),
        ("/" + "a" * 300, "/b/"),
    ],
)
def test_nothing_but_a_path_of_this_site_is_taken(old: str, new: str) -> None:
    with pytest.raises(Refused):
        leave(old, new)
    assert redirects.listed(session.connection()) == []


def test_no_address_leads_to_another_site(client: FlaskClient) -> None:
    leave("/actions/old/", "/actions/new/")
    for path in (
        "//evil.example/",
        "/%2Fevil.example/",
        "/2012//evil.example/",
        "/actions/old///evil.example",
    ):
        location = client.get(path).headers.get("Location", "/")
        assert location.startswith(("/", "http://localhost/")), path
        assert not location.startswith("//"), path
    assert client.get("/?p=//evil.example").status_code == 404


def test_page_one_has_one_address_everywhere(client: FlaskClient) -> None:
    an_article(title="Strike", dated_on=date(2012, 3, 14), tags=("Aktau",))
    for path in (
        "/news/",
        "/news/2012/",
        "/news/2012/03/",
        "/category/articles/",
        "/author/t/",
        "/tag/aktau/",
    ):
        assert leads_to(client, f"{path}page/1/") == path


def test_a_moved_article_is_found_at_every_address_it_had(client: FlaskClient) -> None:
    an_article(title="Strike", dated_on=date(2012, 3, 14))
    an_article(title="Draft", published=False)
    with writing():
        articles.move("strike", "lockout", by=None)
        articles.move("draft", "sketch", by=None)
    for path in ("/news/2012/03/strike/", "/2012/03/strike/", "/news/undated/strike/"):
        assert leads_to(client, path) == "/news/undated/lockout/", path
    assert leads_to(client, "/news/undated/lockout/") == "/news/2012/03/lockout/"
    assert "Strike" in client.get("/search/?q=lockout").text
    assert leads_to(client, "/news/undated/draft/") == 404
    with writing():
        articles.move("lockout", "strike", by=None)
    assert client.get("/news/2012/03/strike/").status_code == 200
    for wrong in ("", "Strike", "a b", "../x", "стачка", "x" * 81, "sketch"):
        with pytest.raises(Refused), writing():
            articles.move("strike", wrong, by=None)


def test_an_action_that_moves_takes_its_links_and_open_forms_along(client: FlaskClient) -> None:
    an_action(slug="release-him")
    page = client.get("/actions/release-him/").text
    form = fields_of(page, "/actions/release-him/sign")
    with writing():
        actions.move("release-him", "release-them", by=None)
    for rest in ("", "via/share/", "qr/"):
        assert leads_to(client, f"/actions/release-him/{rest}") == f"/actions/release-them/{rest}"
    typed = form | {"name": "Marta Lindqvist", "email": "marta@example.org"}
    answer = client.post("/actions/release-him/sign", data=typed, follow_redirects=True)
    assert (answer.status_code, "marta@example.org" in answer.text) == (200, True)
    assert client.get("/search/?q=release-them").text.count("/actions/release-them/") == 1


def test_nothing_under_an_old_address_leads_to_another_site(client: FlaskClient) -> None:
    leave("/wp/start/", "/")
    for rest in (
        "/evil.example",
        "//evil.example/",
        "%2Fevil.example",
        "%5Cevil.example",
        "/%5Cevil.example",
    ):
        for method in (client.get, client.post):
            location = method(f"/wp/start/{rest}").headers["Location"]
            assert (location[:1], location[1:2] in ("/", "\\")) == ("/", False), rest
    assert leads_to(client, "/ru/wp/start//evil.example") == "/ru/evil.example"


def test_tokens_are_never_looked_up(client: FlaskClient) -> None:
    with queries_made() as sent:
        client.get("/preview/a-token-of-somebody/")
        client.get("/c/some/token/cut/")
    assert [statement for statement in sent if "redirect" in statement] == []
