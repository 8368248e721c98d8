"""All numbers of an action on one page of the desk, and the ticks of its launch."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign_actions.accounts.models import User
from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra import clock
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.filled_forms import fields_of
from tests.support.flow import Flow, token_in
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app, email="aigul@example.org")


@pytest.fixture
def organiser(app: Flask, user: User) -> Visitor:
    return logged_in(app, user)


@pytest.fixture
def action(app: Flask, settings: Settings, user: User) -> ActionPage:
    with app.app_context():
        page = an_action(slug="release", owner_id=user.id, published_at=clock.now())
        flow = Flow(app, settings)
        for number in range(3):
            flow.confirmed(page, a_supporter(name="Marta Lindqvist", email=f"person{number}@example.org"))
        flow.work()
        return page


def test_the_page_shows_hours_days_ways_and_nobody(organiser: Visitor, action: ActionPage) -> None:
    text = organiser.get("/desk/actions/release/figures/").text
    for words in ("The first 48 hours: most at", "Signatures confirmed a day", "How people came", "The site"):
        assert words in text
    assert "Lindqvist" not in text


def test_every_day_can_be_taken_along(organiser: Visitor, action: ActionPage) -> None:
    answer = organiser.get("/desk/actions/release/figures/days.csv")
    assert answer.text == f"day,confirmed\r\n{clock.today().isoformat()},3\r\n"


def test_a_draft_has_no_numbers_yet(app: Flask, user: User, organiser: Visitor) -> None:
    with app.app_context():
        an_action(state=ActionState.DRAFT, slug="draft", owner_id=user.id)
    assert organiser.get("/desk/actions/draft/figures/").status_code == 404


def test_a_step_is_ticked_and_unticked_where_it_stands(organiser: Visitor, action: ActionPage) -> None:
    path = "/desk/actions/release/launch/partners"
    page = organiser.get("/desk/").text
    assert "To do:" in page
    ticked = organiser.post(path, fields_of(page, path))
    assert ticked.location.startswith("/desk/#launch-")
    page = organiser.get("/desk/").text
    assert "Not done after all" in page
    organiser.post(path, fields_of(page, path))
    assert "Not done after all" not in organiser.get("/desk/").text


@pytest.mark.parametrize(
    ("link", "source"), [("share", "A shared link"), ("embed", "Our card on another site")]
)
def test_the_link_by_which_somebody_came_is_counted(
    app: Flask, settings: Settings, organiser: Visitor, action: ActionPage, link: str, source: str
) -> None:
    stranger = Visitor(app)
    form = fields_of(stranger.get(f"/actions/release/via/{link}/").text, "/actions/release/sign")
    form |= {"name": "Olga Ivanova", "email": "olga@example.org"}
    assert stranger.client.post("/actions/release/sign", data=form).status_code == 200
    with app.app_context():
        flow = Flow(app, settings)
        flow.work()
        flow.confirm(token_in(Mailbox(settings.data / "mail").newest()))
        flow.work()
    assert source in organiser.get("/desk/actions/release/figures/").text


def test_another_word_for_the_link_counts_as_the_site(app: Flask, action: ActionPage) -> None:
    stranger = Visitor(app)
    form = fields_of(stranger.get("/actions/release/").text, "/actions/release/sign")
    assert "via" not in form
    form |= {"name": "Olga Ivanova", "email": "olga@example.org", "via": "x" * 500}
    assert stranger.client.post("/actions/release/sign", data=form).status_code == 200
