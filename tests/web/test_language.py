"""A page in three languages: one address each, the same page, the reader's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.config import Settings, WeakSettings, completed
from campaign_actions.infra import i18n
from tests.support.factories import a_user, an_action
from tests.support.flow import token_in
from tests.support.signer import Signer
from tests.support.story import Story
from tests.support.visiting import Visitor

pytestmark = pytest.mark.engines("sqlite")

ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')


@pytest.fixture
def slug(app: Flask) -> str:
    with app.app_context():
        return an_action(slug="release-the-strikers").card.slug


@pytest.mark.usefixtures("slug")
@pytest.mark.parametrize("path", ["/", "/actions/", "/actions/release-the-strikers/", "/privacy/"])
@pytest.mark.parametrize("code", ["ru", "kk"])
def test_a_page_keeps_to_its_language(client: FlaskClient, path: str, code: str) -> None:
    page = client.get(f"/{code}{path}")
    assert page.status_code == 200
    assert f'<html lang="{code}">' in page.text
    links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', page.text))
    others = {address for address in links if not address.startswith(f"/{code}/")}
    assert others == {path, f"/{'kk' if code == 'ru' else 'ru'}{path}"}


def test_the_other_languages_are_named_in_their_own(client: FlaskClient) -> None:
    page = client.get("/kk/news/").text
    assert '<a href="/news/" lang="en" hreflang="en">English</a>' in page
    assert '<a href="/ru/news/" lang="ru" hreflang="ru">Русский</a>' in page
    assert 'hreflang="kk">Қазақша</a>' not in page


def test_search_engines_find_each_language(client: FlaskClient, slug: str) -> None:
    base = "http://127.0.0.1:8000"
    expected = {
        "en": f"{base}/actions/{slug}/",
        "ru": f"{base}/ru/actions/{slug}/",
        "kk": f"{base}/kk/actions/{slug}/",
        "x-default": f"{base}/actions/{slug}/",
    }
    for code in ("", "/ru", "/kk"):
        assert dict(ALTERNATE.findall(client.get(f"{code}/actions/{slug}/").text)) == expected
    assert ALTERNATE.findall(client.get("/nothing-here/").text) == []


def test_a_language_alone_is_its_home_page(client: FlaskClient) -> None:
    answer = client.get("/ru")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/ru/")
    assert client.get("/ru/").status_code == 200


@pytest.mark.parametrize("path", ["/en/", "/de/", "/ru/ru/", "/rus/", "/ru/nothing-here/"])
def test_there_are_no_other_prefixes(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_files_have_one_address_for_all_languages(client: FlaskClient) -> None:
    sheet = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
    addresses = {sheet.findall(client.get(f"{code}/").text)[0] for code in ("", "/ru", "/kk")}
    assert len(addresses) == 1
    assert client.get(addresses.pop()).status_code == 200


def test_a_refused_form_offers_the_page_it_stands_on(app: Flask, slug: str) -> None:
    answer = app.test_client().post(f"/ru/actions/{slug}/sign", data={})
    assert answer.status_code == 422
    assert '<html lang="ru">' in answer.text
    assert f'href="/kk/actions/{slug}/sign" lang="kk"' in answer.text
    assert ALTERNATE.findall(answer.text) == []
    back = app.test_client().get(f"/kk/actions/{slug}/sign")
    assert back.headers["Location"] == f"/kk/actions/{slug}/"


def test_a_site_may_offer_fewer_languages(make_app: Callable[..., Flask]) -> None:
    client = make_app(languages=("en", "ru")).test_client()
    assert client.get("/kk/").status_code == 404
    assert "Қазақша" not in client.get("/ru/").text
    only = make_app(languages=("en",)).test_client()
    assert "hreflang" not in only.get("/").text


@pytest.mark.parametrize("languages", [("ru",), ("en", "xx")])
def test_unknown_languages_stop_the_start(settings: Settings, languages: tuple[str, ...]) -> None:
    with pytest.raises(WeakSettings, match="CAMPAIGN_LANGUAGES"):
        completed(replace(settings, languages=languages))


def test_who_logs_in_stays_in_the_language(app: Flask) -> None:
    with app.app_context():
        email = a_user().email
    visitor = Visitor(app)
    asked = visitor.get("/kk/desk/actions/")
    assert asked.headers["Location"] == "/kk/log-in/?next=/desk/actions/"
    answer = visitor.post("/kk/log-in/", {"email": email, "password": "not it"}, on=asked.headers["Location"])
    assert answer.status_code == 422
    for_real = visitor.log_in(email)
    assert for_real.status_code == 303
    assert visitor.get("/kk/log-in/?next=/desk/actions/").headers["Location"] == "/kk/desk/actions/"
    assert '<html lang="kk">' in visitor.get("/kk/desk/actions/").text


def test_a_letter_leads_back_to_the_language_of_the_form(story: Story) -> None:
    action = story.an_action()
    supporter = Signer(story.app, f"{action.card.slug}", prefix="/ru")
    supporter.sign()
    letter = story.letter("marta@example.org")
    text = letter.get_body(("plain",)).get_content()
    links = re.findall(r"http://127\.0\.0\.1:8000(/\S*)", text)
    assert links
    assert all(link.startswith("/ru/") for link in links)
    answer = story.stranger().get(f"/ru/c/{token_in(letter)}")
    assert answer.status_code == 200
    assert '<html lang="ru">' in answer.text


def test_what_is_missing_in_a_language_is_said_in_it(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context(), i18n.using_locale("kk"):
        from campaign_actions.web.words import not_translated_words

        words = not_translated_words("en")
    assert words == "Бұл бет әлі қазақша емес. Ағылшынша нұсқасы мынау."
