"""The page of an action in each of its states, the list, thanks, the QR code and the count."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.actions.models import Action, ActionState, Kind, Outcome
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures.models import Counter
from tests.support.factories import an_action

FORM = 'id="sign-form"'
CLOSED = {"state": ActionState.CLOSED, "closed_at": datetime(2026, 11, 20, 12, tzinfo=UTC)}


def make(app: Flask, signed: int = 0, **values: Any) -> str:
    """Address of an action with so many signatures."""
    with app.app_context():
        page = an_action(**values)
        if signed:
            with writing():
                session.add(Counter(action_id=page.card.id, dim="all", n=signed))
        return f"/actions/{page.card.slug}/"


STATES: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "The next line is yours", True),
    ({"closes_at": datetime(2026, 11, 25, 12, tzinfo=UTC)}, "Closes in 3 days", True),
    ({"state": ActionState.PAUSED}, "Signing is paused while we check some signatures.", False),
    ({"state": ActionState.PAUSED, "state_reason": "We check a list."}, "We check a list.", False),
    (CLOSED, "Closed on <time datetime=\"2026-11-20\">20 November 2026</time> with 1,302 signatures.", False),
    ({**CLOSED, "delivery_plan": "We hand it in on 16 December."}, "We hand it in on 16 December.", False),
    ({"closes_at": datetime(2026, 11, 22, 11, tzinfo=UTC)}, "Closed on", False),
    ({**CLOSED, "state": ActionState.DELIVERED}, "Delivered", False),
    ({"outcome": Outcome.WON, "outcome_text": "Bekzat is free."}, "Bekzat is free.", False),
    ({**CLOSED, "outcome": Outcome.NOT_WON}, "Not won", False),
    ({"state": ActionState.WITHDRAWN, "state_reason": "A wrong name."}, "A wrong name.", False),
]  # fmt: skip


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("values", "words", "form"), STATES)
def test_each_state_says_its_words(
    app: Flask, client: FlaskClient, values: dict[str, Any], words: str, form: bool
) -> None:
    page = client.get(make(app, 1302, **values))
    assert page.status_code == 200
    assert words in page.text
    assert (FORM in page.text) is form
    assert page.text.count("<h1") == 1


def test_a_draft_is_not_found(app: Flask, client: FlaskClient) -> None:
    address = make(app, state=ActionState.DRAFT)
    for path in ("", "thanks/", "qr/", "qr.png", "count.json", "via/share/"):
        assert client.get(address + path).status_code == 404


def test_a_successor_comes_first_and_takes_the_signatures(app: Flask, client: FlaskClient) -> None:
    old, new = make(app), make(app, title="Release them now")
    with app.app_context(), writing():
        successor = session.query(Action).filter_by(slug=new.split("/")[2]).one()
        session.query(Action).filter_by(slug=old.split("/")[2]).one().successor_id = successor.id
    page = client.get(old).text
    assert "Release them now" in page
    assert f'href="{new}"' in page
    assert FORM not in page


def test_a_protest_shows_its_events_and_no_form(app: Flask, client: FlaskClient) -> None:
    page = client.get(make(app, kind=Kind.PROTEST, goals=())).text
    assert "Come along" in page
    assert FORM not in page
    assert "people have signed" not in page


@pytest.mark.parametrize(
    ("signed", "words"),
    [
        (0, "New. Nobody has signed yet."),
        (1, "New. 1 person has signed so far."),
        (24, "New. 24 people have signed so far."),
        (25, "people have signed"),
        (99, "<strong>1</strong> to go to 100"),
        (100, "We passed 100. Next: 1,000."),
        (1000, "We passed 1,000."),
    ],
)
def test_the_count_is_exact_and_goals_follow_it(
    app: Flask, client: FlaskClient, signed: int, words: str
) -> None:
    assert words in client.get(make(app, signed)).text


def test_the_bar_never_passes_its_end(app: Flask, client: FlaskClient) -> None:
    assert "<progress" not in client.get(make(app, 1500)).text
    assert 'value="999" max="1000"' in client.get(make(app, 999)).text


def test_the_shared_address_shows_the_same_page(app: Flask, client: FlaskClient) -> None:
    address = make(app)
    shared = client.get(f"{address}via/share/").text
    # The links to other languages stay at the shared address.
    came = '<input type="hidden" name="via" value="share">'
    assert came in shared
    assert shared.replace(came, "").replace("via/share/", "") == client.get(address).text.replace(
        "via/share/", ""
    )
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{address}">' in shared


def test_thanks_is_the_same_for_everybody_and_names_no_rank(app: Flask, client: FlaskClient) -> None:
    address = make(app, 4186, goals=(5000,))
    page = client.get(f"{address}thanks/")
    assert page.status_code == 200
    assert "Your signature is confirmed" in page.text
    assert ">4,186</b> people have signed" in page.text
    assert "counted" not in page.text
    assert f"http://127.0.0.1:8000{address}via/share/" in page.text
    assert page.text == client.get(f"{address}thanks/").text


def test_links_to_other_sites_tell_them_nothing(app: Flask, client: FlaskClient) -> None:
    page = client.get(f"{make(app)}thanks/").text
    for line in page.splitlines():
        if 'href="https://' in line:
            assert 'rel="noreferrer noopener"' in line


def test_the_qr_code_is_a_picture_with_its_address_in_words(app: Flask, client: FlaskClient) -> None:
    address = make(app)
    assert f"http://127.0.0.1:8000{address}via/share/" in client.get(f"{address}qr/").text
    picture = client.get(f"{address}qr.png")
    assert picture.content_type == "image/png"
    assert picture.data.startswith(b"\x89PNG")


def test_the_count_for_programs(app: Flask, client: FlaskClient) -> None:
    answer = client.get(f"{make(app, 4186, goals=(5000,))}count.json")
    assert answer.content_type == "application/json"
    assert answer.get_json() == {
        "count": 4186, "words": "4,186", "goal": 5000, "to_go": 814, "percent": 83, "next": 30,
    }  # fmt: skip


@pytest.mark.parametrize("state", [ActionState.DRAFT, ActionState.WITHDRAWN])
def test_what_strangers_do_not_see_has_no_count(app: Flask, client: FlaskClient, state: ActionState) -> None:
    assert client.get(f"{make(app, state=state)}count.json").status_code == 404


def test_the_list_puts_each_action_under_its_heading(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    make(app, title="Closing one", closes_at=datetime(2026, 11, 24, tzinfo=UTC))
    make(app, title="Open one")
    make(app, title="Closed one", **CLOSED)
    make(app, title="Won one", outcome=Outcome.WON, outcome_on=date(2026, 3, 3))
    make(app, title="Draft one", state=ActionState.DRAFT)
    make(app, title="Withdrawn one", state=ActionState.WITHDRAWN)
    page = client.get("/actions/").text
    order = [
        page.index(words) for words in ("Closing soon", "Closing one", "Open one", "Won one", "Closed one")
    ]
    assert order == sorted(order)
    assert "Draft one" not in page
    assert "Withdrawn one" not in page
    clock.shift(timedelta(days=3))
    assert "Closing soon" not in client.get("/actions/").text


def test_an_empty_list_says_so(client: FlaskClient) -> None:
    assert "No action is open at the moment." in client.get("/actions/").text


@pytest.mark.usefixtures("clock")
def test_the_form_names_the_day_of_deletion_and_the_target(app: Flask, client: FlaskClient) -> None:
    page = client.get(make(app, at_risk=True)).text
    assert '<time datetime="2027-01-21">21 January 2027</time>' in page
    assert "The Prosecutor General" in page
    assert "Could signing put you at risk?" in page
    assert "Could signing put you at risk?" not in client.get(make(app)).text


def test_levels_that_are_not_offered_are_not_shown(app: Flask, client: FlaskClient) -> None:
    page = client.get(make(app, offers_target=False, offers_everyone=False)).text
    assert 'value="team" checked' in page
    assert 'value="target"' not in page
    assert 'value="everyone"' not in page
