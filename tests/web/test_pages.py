import itertools
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.config import Settings
from tests.support.content import an_article, headings_of, title_of, words_of

PAGES = {
    "/how-we-count/": "How we count",
    "/privacy/": "Privacy",
    "/safety/": "Staying safe",
    "/accessibility/": "Accessibility",
    "/about/": "Who we are",
    "/contact/": "Contact",
    "/feeds/": "Feeds",
}


@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_standing_pages_are_there_for_everybody(client: FlaskClient, path: str, heading: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public, max-age=5,")
    assert title_of(answer.text) == f"{heading} – Campaign Actions"
    assert [words for level, words in headings_of(answer.text) if level == 1] == [heading]
    assert re.search(r'<meta name="description" content="[^"]+">', answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_no_heading_level_is_skipped_and_nobody_is_shouted_at(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    levels = [level for level, _words in headings_of(page)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert "!" not in words_of(page)


def test_privacy_says_where_the_key_is(client: FlaskClient, settings: Settings) -> None:
    settings.worker_keys.mkdir(parents=True, exist_ok=True)
    key = settings.worker_keys / "list-1.key"
    key.write_bytes(b"a key")
    assert "lies on this server" in words_of(client.get("/privacy/").text)
    for held in settings.worker_keys.glob("list-*.key"):
        held.unlink()
    assert "is not where this part of the site can see it" in words_of(client.get("/privacy/").text)


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("team@example.org", '<a href="mailto:team@example.org">team@example.org</a>'),
        ("https://example.org/write", '<a href="https://example.org/write">https://example.org/write</a>'),
        ("PO Box 12, London", "<strong>PO Box 12, London</strong>"),
        ("javascript:alert(1)@x", '<a href="mailto:javascript:alert(1)@x">'),
        ("", "have not named an address here yet"),
    ],
)
def test_the_contact_of_the_settings_is_shown(
    make_app: Callable[..., Flask], contact: str, shown: str
) -> None:
    assert shown in make_app(contact=contact).test_client().get("/contact/").text


def test_feeds_lists_every_feed_there_is(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_article(categories=("Appeals",), author="T")
    page = client.get("/feeds/").text
    for address in ("/news/feed/", "/category/appeals/feed/", "/author/t/feed/", "/events.ics"):
        assert f'href="{address}"' in page


def test_robots_stay_out_of_what_is_nobodys_business(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("User-agent: *\n")
    for path in ("/c/", "/my/", "/desk/", "/staff/"):
        assert f"Disallow: {path}\n" in answer.text


@pytest.mark.usefixtures("clock")
def test_security_txt_names_the_contact_and_ends(make_app: Callable[..., Flask]) -> None:
    client = make_app(contact="team@example.org", site_url="https://campaign.example").test_client()
    lines = client.get("/.well-known/security.txt", base_url="https://campaign.example").text.splitlines()
    assert lines == [
        "Contact: mailto:team@example.org",
        "Expires: 2027-05-21T00:00:00Z",
        "Canonical: https://campaign.example/.well-known/security.txt",
    ]


def test_without_a_contact_there_is_no_security_txt(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
