"""The search as readers meet it: grouped, counted, in any spelling, never kept and never an error page."""

from __future__ import annotations

import logging
import re
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.actions.models import ActionText
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import (
    a_case,
    an_article,
    an_event,
    headings_of,
    queries_made,
    soon,
    title_of,
    words_of,
)
from tests.support.factories import an_action
from tests.support.pages import faults_of
from tests.unit.infra.search.test_finding import HOSTILE

pytestmark = pytest.mark.usefixtures("database")


def search(client: FlaskClient, words: str, **more: object) -> str:
    answer = client.get("/search/", query_string={"q": words, **more})
    assert answer.status_code == 200
    return answer.text


def fill() -> None:
    an_action(title="Release Arman Tolegen", slug="release-arman-tolegen")
    a_case(name="Arman Tolegen", summary="Led a strike.")
    an_article(title="Tolegen was sentenced", tags=("Zhanaozen",))
    an_event(title="Vigil for Tolegen", starts_at=soon(9))


def test_results_stand_in_groups_with_their_numbers(client: FlaskClient) -> None:
    fill()
    for words in ("Tolegen", "Төлеген", "Толеген"):
        page = search(client, words)
        assert headings_of(page)[:9] == [
            (1, "Search"),
            (2, "1 action"),
            (3, "Release Arman Tolegen"),
            (2, "1 case"),
            (3, "Arman Tolegen"),
            (2, "1 article"),
            (3, "Tolegen was sentenced"),
            (2, "1 event"),
            (3, "Vigil for Tolegen"),
        ]
        assert f"4 results for {words} ." in words_of(page)
        assert title_of(page).startswith(f"Search: {words} – ")
        assert f'value="{words}"' in page


def test_a_reader_sees_an_action_in_their_language_once(client: FlaskClient) -> None:
    page = an_action(title="Release the poet")
    with writing():
        session.add(ActionText(action_id=page.card.id, locale="ru", title="Свободу поэту"))
    found = client.get("/ru/search/", query_string={"q": "poet"}).text
    assert [words for level, words in headings_of(found) if level == 3] == ["Свободу поэту"]
    assert 'href="/ru/actions/' in found
    assert 'action="/ru/search/"' in found


def test_what_leads_nowhere_offers_the_nearest_words_and_ways_on(client: FlaskClient) -> None:
    fill()
    page = search(client, "tolegan")
    assert "No results for tolegan . Did you mean tolegen ?" in words_of(page)
    assert 'href="/search/?q=tolegen"' in page
    assert "Or browse:" in words_of(page)
    assert "Did you mean" not in search(client, "qqqq")


def test_without_a_question_it_shows_the_latest_and_may_be_listed(client: FlaskClient) -> None:
    assert "Nothing is published yet." in client.get("/search/").text
    fill()
    for number in range(7):
        an_article(title=f"Report {number}", dated_on=date(2026, 1, 1 + number))
    for address in ("/search/", "/search/?q=", "/search/?q=+", "/search/?other=1"):
        page = client.get(address).text
        latest = [words for level, words in headings_of(page) if level == 3 and "Report" in words]
        assert latest == [f"Report {number}" for number in (6, 5, 4, 3, 2)]
        assert 'content="noindex"' not in page
        assert "Latest articles" in page


def test_twenty_of_each_are_shown_and_the_rest_is_on_further_pages(client: FlaskClient) -> None:
    for number in range(45):
        an_article(title=f"Strike report {number:02}")
    an_event(title="Strike picket")
    page = search(client, "strike")
    assert "45 articles" in page
    assert page.count("Strike report") == 20
    assert re.search(r'href="/search/\?(page=2&amp;q=strike|q=strike&amp;page=2)" rel="next"', page)
    last = search(client, "strike", page=3)
    assert (last.count("Strike report"), "1 event" in last) == (5, False)
    assert "page 3 of 3" in title_of(last)
    past = client.get("/search/?q=strike&page=4")
    assert (past.status_code, "Go to the last page" in past.text) == (404, True)
    first = client.get("/search/?q=strike&page=1")
    assert (first.status_code, first.location) == (301, "/search/?q=strike")


def test_an_answer_is_never_kept_and_with_a_question_never_listed(client: FlaskClient) -> None:
    fill()
    for address in ("/search/", "/search/?q=tolegen", "/search/?q=nothing", "/ru/search/?q=tolegen"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers
        assert ('<meta name="robots" content="noindex">' in answer.text) is ("q=" in address)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_question_is_answered_with_an_error_page(client: FlaskClient, words: str) -> None:
    an_action()
    raw = quote(words.encode("utf-8", "surrogatepass"))
    answer = client.get(f"/search/?q={raw}&page=2x")
    assert answer.status_code == 200
    assert faults_of(answer.text, site="Campaign Actions") == []
    assert "<script>alert" not in answer.text


def test_bytes_that_are_no_text_are_answered_too(client: FlaskClient) -> None:
    for raw in ("%FF%FE", "%C3(", "%00", "a%00b", "%ED%A0%80", "%", "%zz"):
        for name in ("q", "page"):
            assert client.get(f"/search/?{name}={raw}").status_code == 200, raw
    assert client.get("/search/?q=1&q=2&page=" + "9" * 400).status_code == 200


def test_what_is_too_much_is_cut_and_the_page_says_so(client: FlaskClient) -> None:
    an_action(title="Release the strikers")
    page = search(client, "release " * 3_000)
    assert "Only the first 20 words, and at most 300 characters, were searched for." in words_of(page)
    assert "1 action" in page


def test_a_question_is_in_no_log_and_no_table(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    fill()
    with caplog.at_level(logging.DEBUG):
        for words in ("Marked Wordsearch", "tolegan markedwordsearch"):
            search(client, words)
    said = caplog.text + "".join(capfd.readouterr())
    rows = [
        str(row)
        for table in ("audit_entry", "search_entry", "limit_hit", "redirect")
        if table in app.extensions["sqlalchemy"].metadata.tables
        for row in session.execute(app.extensions["sqlalchemy"].metadata.tables[table].select())
    ]
    assert "wordsearch" not in (said + "".join(rows)).lower()


def test_every_public_page_has_the_field_and_desk_and_staff_have_not(client: FlaskClient) -> None:
    fill()
    for path in ("/", "/actions/", "/actions/release-arman-tolegen/", "/news/", "/my/", "/privacy/"):
        page = client.get(path).text
        assert page.count('<form class="find" action="/search/" method="get" role="search">') == 1, path
    assert client.get("/search/").text.count('role="search"') == 1


def test_a_page_that_is_not_there_has_the_search_and_names_what_is_open(client: FlaskClient) -> None:
    fill()
    an_action(title="Over and done", state="closed")
    answer = client.get("/nothing/is/here/")
    assert answer.status_code == 404
    assert answer.text.count('role="search"') == 1
    assert "search for the title" in answer.text
    assert 'href="/actions/release-arman-tolegen/"' in answer.text
    assert "Over and done" not in answer.text


def test_search_costs_the_same_for_one_and_for_many(client: FlaskClient) -> None:
    fill()
    address = f"/search/?{urlencode({'q': 'tolegen'})}"
    client.get(address)
    with queries_made() as few:
        client.get(address)
    for number in range(15):
        an_article(title=f"Tolegen {number}", tags=("Aktau", "Atyrau"))
        an_action(title=f"Free Tolegen {number}")
    with queries_made() as many:
        client.get(address)
    assert len(many) == len(few) <= 16
