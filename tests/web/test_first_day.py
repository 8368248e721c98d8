"""What somebody new stumbles over: second tabs, wrong dates, places left out, goals of what is over."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.actions.models import ActionState, EventState, Kind
from campaign_actions.cases.sentence import bar
from tests.support.content import an_event, words_of
from tests.support.factories import an_action
from tests.support.filled_forms import errors_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def organiser(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app))


@pytest.mark.parametrize("start", ["/desk/actions/new/", "/desk/news/new/"])
def test_a_tab_opened_before_the_title_changed_loses_no_text(organiser: Visitor, start: str) -> None:
    edit = send(organiser, start, title="The first title").location.split("?")[0]
    second_tab = organiser.get(edit).text
    moved = send(organiser, edit, title="Quite another title").location.split("?")[0]
    assert moved != edit
    answer = resend(organiser, edit, second_tab, title="What the second tab wrote")
    assert answer.status_code == 409
    assert "What the second tab wrote" in answer.text
    assert f'action="{moved}"' in answer.text


def test_no_article_is_published_with_a_day_to_come(organiser: Visitor) -> None:
    typed = {"title": "Oil workers jailed", "body": "They struck.", "do": "publish"}
    answer = send(organiser, "/desk/news/new/", **typed, dated_on="2030-01-01")
    assert answer.status_code == 422
    assert "still to come" in errors_of(answer.text)[0]
    published = send(organiser, "/desk/news/new/", **typed, dated_on="2026-11-22")
    assert published.status_code == 303
    assert send(organiser, published.location.split("?")[0], dated_on="2030-01-01").status_code == 422


def test_all_that_is_wrong_with_an_event_is_said_at_once(organiser: Visitor) -> None:
    answer = send(organiser, "/desk/events/new/", title="", starts="16 December", ends="late")
    assert len(errors_of(answer.text)) == 3


def test_a_wrong_goal_and_a_wrong_day_are_said_at_once(organiser: Visitor) -> None:
    edit = send(organiser, "/desk/actions/new/", title="Release Arman Tolegen").location
    answer = send(organiser, edit, goals__0__number="many", closes="31.12.2026")
    assert len(errors_of(answer.text)) == 2


def test_an_event_for_an_action_starts_in_its_time_zone(organiser: Visitor) -> None:
    edit = send(organiser, "/desk/actions/new/", title="Release Arman Tolegen").location
    send(organiser, edit, zone="Asia/Almaty")
    page = organiser.get("/desk/events/new/?action=release-arman-tolegen").text
    assert '<option selected value="Asia/Almaty">' in page


@pytest.mark.usefixtures("database")
def test_the_page_of_a_protest_names_every_place(client: FlaskClient) -> None:
    protest = an_action(kind=Kind.PROTEST).card
    places = ("Almaty", "Berlin", "London", "Warsaw")
    for city in places:
        an_event(slug=city.lower(), city=city, action_id=protest.id)
    page = words_of(client.get(f"/actions/{protest.slug}/").text)
    assert [city for city in places if city in page] == list(places)


@pytest.mark.usefixtures("database")
def test_nobody_is_sent_to_a_cancelled_event_after_signing(client: FlaskClient) -> None:
    card = an_action().card
    an_event(slug="off", title="Film", state=EventState.CANCELLED, action_id=card.id)
    an_event(slug="on", title="Vigil", action_id=card.id)
    page = words_of(client.get(f"/actions/{card.slug}/thanks/").text)
    assert "Vigil" in page
    assert "Film" not in page


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("state", "asks"), [(ActionState.OPEN, True), (ActionState.CLOSED, False)])
def test_only_what_is_still_open_says_how_many_are_missing(
    client: FlaskClient, state: ActionState, *, asks: bool
) -> None:
    card = an_action(state=state, goals=(100,)).card
    assert ("to go to 100" in words_of(client.get(f"/actions/{card.slug}/").text)) is asks


@pytest.mark.usefixtures("database")
def test_an_online_event_says_so_once_in_a_list(client: FlaskClient) -> None:
    an_event(title="Call", kind="online", place="", city="", country="")
    row = re.search(r'<li class="event".*?</li>', client.get("/events/").text, re.DOTALL)
    assert row is not None
    assert words_of(row[0]).count("Online") == 1


def test_labels_of_a_sentence_that_has_just_begun_make_room_on_a_phone() -> None:
    early = bar(date(2024, 12, 22), date(2030, 12, 22), today=date(2026, 11, 22))
    late = bar(date(2024, 12, 22), date(2028, 12, 22), today=date(2026, 11, 22))
    assert early is not None
    assert late is not None
    assert (early.tight, late.tight) == (True, False)
