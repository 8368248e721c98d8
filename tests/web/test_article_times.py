"""An article that appears later, and one that gets another address."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from campaign_actions.articles import queries
from campaign_actions.articles.models import ArticleState
from tests.support.filled_forms import errors_of, fields_of, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")
NEW = "/desk/news/new/"


@pytest.fixture
def organiser(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app))


def a_new_one(visitor: Visitor, **typed: str) -> str:
    answer = send(visitor, NEW, **({"title": "A hearing", "body": "Come.", "zone": "Asia/Almaty"} | typed))
    assert answer.status_code == 303, errors_of(answer.text)
    return answer.location.split("?")[0]


def state_of(app: Flask, slug: str) -> ArticleState:
    with app.app_context():
        found = queries.by_slug(slug)
        assert found is not None
        return found.state


def test_an_article_appears_at_its_hour_with_the_date_of_its_zone(
    app: Flask, organiser: Visitor, clock: time_machine.Traveller, worker: Callable[[], None]
) -> None:
    edit = a_new_one(organiser, shows="2026-12-10 03:00", do="publish")
    page = organiser.get(edit).text
    assert "Appears: Thursday 10 December 2026, 03:00, Astana time." in page
    assert state_of(app, "a-hearing") is ArticleState.SCHEDULED
    clock.move_to(datetime(2026, 12, 9, 21, 59, tzinfo=UTC))
    worker()
    assert Visitor(app).get("/news/undated/a-hearing/").status_code == 404
    assert "A hearing" not in Visitor(app).get("/search/?q=hearing").text
    clock.move_to(datetime(2026, 12, 9, 22, 0, tzinfo=UTC))
    worker()
    assert Visitor(app).get("/news/2026/12/a-hearing/").status_code == 200
    assert "10 December 2026" in Visitor(app).get("/news/").text
    assert "A hearing" in Visitor(app).get("/search/?q=hearing").text


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        ("2027-03-28 01:30", "clocks go forward and 01:30 does not exist in London time"),
        ("2026-10-25 01:30", "clocks go back and 01:30 comes twice in London time"),
        ("tomorrow", "Write the day and the hour like"),
    ],
)
def test_an_hour_that_cannot_be_told_is_refused(organiser: Visitor, hour: str, words: str) -> None:
    page = send(organiser, NEW, title="A hearing", body="Come.", zone="Europe/London", shows=hour)
    assert page.status_code == 422
    assert words in errors_of(page.text)[0]


def test_what_waits_can_be_moved_made_a_draft_and_shown_at_once(app: Flask, organiser: Visitor) -> None:
    later = logged_in(app, a_known_user(app))
    edit = a_new_one(later, shows="2026-12-10 09:00", do="publish")
    assert send(later, edit, shows="2026-12-11 09:00").status_code == 303
    for hour, words in (("", "Write when it appears."), ("2026-11-01 09:00", "This moment has passed.")):
        assert words in errors_of(send(later, edit, shows=hour).text)[0]
    assert send(later, edit, do="draft").status_code == 303
    assert state_of(app, "a-hearing") is ArticleState.DRAFT
    assert send(later, edit, do="publish").status_code == 303
    assert state_of(app, "a-hearing") is ArticleState.SCHEDULED
    assert send(later, edit, do="now").status_code == 303
    assert state_of(app, "a-hearing") is ArticleState.PUBLISHED


def test_a_date_after_its_hour_is_missing_from_the_list(organiser: Visitor) -> None:
    edit = a_new_one(organiser, dated_on="2026-12-10", shows="2026-12-10 09:00")
    assert send(organiser, edit, dated_on="2026-12-24", do="publish").status_code == 422
    assert send(organiser, edit, dated_on="2026-12-10", do="publish").status_code == 303


def test_saving_and_publishing_are_one_deed(app: Flask, organiser: Visitor) -> None:
    edit = a_new_one(organiser, body="")
    blocked = send(organiser, edit, summary="Kept.", do="publish")
    assert errors_of(blocked.text) == ["Write the text of the article"]
    assert '<a href="#body">Write the text of the article</a>' in blocked.text
    assert fields_of(organiser.get(edit).text, edit)["summary"] == "Kept."
    assert state_of(app, "a-hearing") is ArticleState.DRAFT


def test_a_draft_just_moves_and_goes_on_to_follow_its_title_no_more(app: Flask, organiser: Visitor) -> None:
    edit = a_new_one(organiser)
    assert send(organiser, edit, address="court").location == "/desk/news/court/edit/?saved=1"
    assert send(organiser, "/desk/news/court/edit/", title="A verdict").location.startswith(
        "/desk/news/court/"
    )
    assert send(organiser, "/desk/news/court/edit/", address="").location.startswith("/desk/news/a-verdict/")


def test_a_published_article_leaves_a_redirect(app: Flask, organiser: Visitor) -> None:
    edit = a_new_one(organiser, do="publish")
    assert "Change the address" in organiser.get(edit).text
    moved = send(organiser, edit, address="court")
    assert moved.location == "/desk/news/court/edit/?saved=1"
    old = Visitor(app).get("/news/2026/11/a-hearing/")
    assert (old.status_code, old.location) == (301, "/news/undated/court/")
    assert Visitor(app).get(old.location).location == "/news/2026/11/court/"


@pytest.mark.parametrize(
    ("address", "words"),
    [("Court!", "small Latin letters"), ("taken", "Another article has this address")],
)
def test_an_address_that_cannot_be_is_refused_at_its_field(
    organiser: Visitor, address: str, words: str
) -> None:
    a_new_one(organiser, title="Taken")
    edit = a_new_one(organiser, do="publish")
    page = send(organiser, edit, address=address)
    assert words in errors_of(page.text)[0]
    assert 'href="#address"' in page.text
