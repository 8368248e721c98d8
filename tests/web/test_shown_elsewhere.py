"""What other sites and programs read of us: card, oEmbed, picture, linked data, sitemap."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from campaign_actions.actions.models import Action, ActionState
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import an_article, an_event
from tests.support.factories import an_action

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.engines("sqlite")]

BASE = "http://127.0.0.1:8000"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
META = re.compile(r'<meta property="([^"]+)" content="([^"]*)">')


def test_the_code_of_a_card_frames_the_card_and_links_to_the_action(client: FlaskClient) -> None:
    slug = an_action(title='Free <Dina> & "all"').card.slug
    page = client.get(f"/actions/{slug}/embed/")
    codes = [unescape(code) for code in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)]
    assert len(codes) == 3
    for code in codes:
        assert f'src="{BASE}/embed/actions/{slug}/"' in code
        assert f'<a href="{BASE}/actions/{slug}/">Free &lt;Dina&gt; &amp; &#34;all&#34;</a>' in code
        assert "allow-scripts" not in code
        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in code
        answer = client.get(f"/actions/{slug}/oembed.json")
        told = json.loads(answer.data)
    assert answer.content_type == "application/json"
    assert not set(answer.text) & set("<>&"), "nothing of it can be taken for markup"
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", 'Free <Dina> & "all"')
    assert told["html"] in codes


def test_a_card_shows_the_count_and_leads_to_the_form(client: FlaskClient) -> None:
    slug = an_action(goals=(1000,)).card.slug
    card = client.get(f"/embed/actions/{slug}/")
    assert "New. Nobody has signed yet." in card.text
    assert f'target="_blank" rel="noopener" href="{BASE}/actions/{slug}/via/embed/#sign"' in card.text
    assert "<form" not in card.text
    assert "<script" not in card.text
    assert "Set-Cookie" not in card.headers
    assert len(card.data) < 6_000


def test_the_card_of_a_closed_action_says_so(client: FlaskClient) -> None:
    made = an_action()
    with writing():
        action = session.get_one(Action, made.card.id)
        action.state, action.closed_at = ActionState.CLOSED, clock.now()
    card = client.get(f"/embed/actions/{made.card.slug}/").text
    assert "Closed on" in card
    assert "#sign" not in card


@pytest.mark.parametrize("path", ["embed/", "oembed.json", "share.png"])
def test_a_draft_is_shown_nowhere(client: FlaskClient, path: str) -> None:
    made = an_action()
    with writing():
        session.get_one(Action, made.card.id).state = ActionState.DRAFT
    assert client.get(f"/actions/{made.card.slug}/{path}").status_code == 404
    assert client.get(f"/embed/actions/{made.card.slug}/").status_code == 404


def test_a_shared_link_has_title_ask_and_a_picture_in_the_language_of_the_page(client: FlaskClient) -> None:
    card = an_action(title="Free Dina").card
    for prefix in ("", "/kk"):
        said = dict(META.findall(client.get(f"{prefix}/actions/{card.slug}/").text))
        assert said["og:title"] == "Free Dina"
        assert said["og:url"] == f"{BASE}{prefix}/actions/{card.slug}/"
        assert said["og:image"] == f"{BASE}{prefix}/actions/{card.slug}/share.png"
        answer = client.get(said["og:image"].removeprefix(BASE))
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert picture.size == (1200, 630)


def test_linked_data_says_what_a_page_is_and_cannot_end_its_block(client: FlaskClient) -> None:
    article = an_article(title="</script><b>Strike</b>", author="T")
    page = client.get(f"/news/2014/12/{article.slug}/").text
    (block,) = DATA.findall(page)
    told = json.loads(block)
    assert (told["@type"], told["headline"]) == ("NewsArticle", "</script><b>Strike</b>")
    assert told["datePublished"] == "2014-12-08"
    assert told["author"] == {"@type": "Person", "name": "T"}
    assert json.loads(DATA.findall(client.get("/").text)[0])["@type"] == "WebSite"


def test_linked_data_of_an_event_has_its_hours_and_no_place_told_later(
    client: FlaskClient,
) -> None:
    starts = clock.now() + timedelta(days=9)
    event = an_event(starts_at=starts, zone="Asia/Almaty", place="Behind the mill", place_later=True)
    page = client.get(f"/events/{event.slug}/").text
    told = json.loads(DATA.findall(page)[0])
    assert told["startDate"].endswith("+05:00")
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert "Behind the mill" not in page


def test_the_sitemap_lists_what_is_published_in_every_language(app: Flask, client: FlaskClient) -> None:
    card, article = an_action().card, an_article(title="Strike")
    hidden = an_article(title="Not yet", published=False)
    answer = client.get("/sitemap.xml")
    root = ET.fromstring(answer.data)  # noqa: S314  # we have just written it
    names = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    places = [place.text for place in root.findall("m:url/m:loc", names)]
    assert len(places) == len(set(places))
    for code in ("", "/ru", "/kk"):
        assert f"{BASE}{code}/actions/{card.slug}/" in places
        assert f"{BASE}{code}/news/2014/12/{article.slug}/" in places
    assert not any(hidden.slug in str(place) for place in places)
    first = root.find("m:url", names)
    assert first is not None
    others = {link.get("hreflang") for link in first.findall("x:link", names)}
    assert others == {"en", "ru", "kk"}
    assert all(client.get(str(place).removeprefix(BASE)).status_code == 200 for place in places)
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").text


def test_every_page_names_its_one_address(client: FlaskClient) -> None:
    slug = an_action().card.slug
    for path in ("/", "/actions/", "/kk/news/", "/privacy/", "/cases/", f"/ru/actions/{slug}/"):
        page = client.get(path).text
        assert re.findall(r'<link rel="canonical" href="([^"]+)">', page) == [BASE + path]
    shared = client.get(f"/actions/{slug}/via/share/").text
    assert re.findall(r'<link rel="canonical" href="([^"]+)">', shared) == [f"{BASE}/actions/{slug}/"]
    assert "canonical" not in client.get("/nothing-here/").text
