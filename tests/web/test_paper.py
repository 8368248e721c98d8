"""The paper sheet: twelve lines, the letter in full, and what tells sheets apart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.actions.models import ActionState, Kind
from campaign_actions.actions.paper import sheet_code
from campaign_actions.actions.queries import ActionPage
from tests.support.content import words_of
from tests.support.factories import an_action

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]


@pytest.fixture
def action(database: None) -> ActionPage:
    """An open petition."""
    return an_action(slug="release", title="Release Arman Tolegen")


def test_the_sheet_carries_all_that_makes_a_signature_count(client: FlaskClient, action: ActionPage) -> None:
    page = client.get("/actions/release/paper/").text
    words = words_of(page)
    for said in (
        *(
            "Release Arman Tolegen",
            "set them free.",
            "To the Prosecutor General",
            "Version 1, 22 November 2026",
        ),
        sheet_code(action.card.id, 1, "en"),
        *("May we show your name?", "We delete what we type in by 22 June 2027."),
        *("Send it back by 22 December 2026 to", "127.0.0.1:8000/ actions/ release/"),
    ):
        assert said in words, said
    assert re.findall(r'<th scope="row" class="no">(\d+)</th>', page) == [str(line) for line in range(1, 13)]
    assert 'src="/actions/release/qr.png"' in page


def test_the_second_sheet_has_the_lines_and_the_code_but_not_the_letter(
    client: FlaskClient, action: ActionPage
) -> None:
    page = client.get("/actions/release/paper/lines/").text
    assert page.count('<th scope="row"') == 12
    assert sheet_code(action.card.id, 1, "en") in page
    assert "I sign the letter with this title, version 1." in words_of(page)
    assert "set them free.</p>" not in page.replace(action.card.ask, "")


def test_the_address_to_send_it_back_to_comes_from_the_settings(
    make_app: Callable[..., Flask], database: None, action: ActionPage
) -> None:
    told = make_app(postal_address="The Campaign; PO Box 12 ;London")
    assert "to The Campaign PO Box 12 London" in words_of(
        told.test_client().get("/actions/release/paper/").text
    )
    asked = make_app(contact="team@campaign.example")
    assert "ask for the address: team@campaign.example" in words_of(
        asked.test_client().get("/actions/release/paper/").text
    )


def test_only_a_petition_that_takes_signatures_has_a_sheet(client: FlaskClient, database: None) -> None:
    assert client.get(f"/actions/{an_action(kind=Kind.LETTER).card.slug}/paper/").status_code == 404
    draft = an_action(state=ActionState.DRAFT, published_at=None)
    assert client.get(f"/actions/{draft.card.slug}/paper/").status_code == 404
    paused = an_action(state=ActionState.PAUSED)
    assert client.get(f"/actions/{paused.card.slug}/paper/lines/").status_code == 200
    for state in (ActionState.CLOSED, ActionState.DELIVERED, ActionState.WITHDRAWN):
        shut = an_action(state=state)
        answer = client.get(f"/actions/{shut.card.slug}/paper/")
        assert (answer.status_code, answer.location) == (303, f"/actions/{shut.card.slug}/")


def test_passing_it_on_offers_paper_links_without_traces_and_the_shared_address(
    client: FlaskClient, action: ActionPage
) -> None:
    shared = "http://127.0.0.1:8000/actions/release/via/share/"
    for path in ("/actions/release/", "/actions/release/thanks/"):
        page = client.get(path).text
        outside = re.findall(r'<a href="https://[^>]+>', page)
        assert [link for link in outside if 'rel="noreferrer noopener"' not in link] == []
        assert {link.split("/")[2] for link in outside} == {"t.me", "wa.me"}
        assert f'readonly value="{shared}"' in page
        assert 'href="/actions/release/paper/"' in page
        assert 'href="/actions/release/qr/"' in page
        assert "If you chose to keep your name private, remember that sharing" in words_of(page)
