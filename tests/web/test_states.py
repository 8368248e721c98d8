"""What the page of an action says in each state, and what the lists show of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.actions.models import Action, ActionState, Kind, Outcome
from campaign_actions.infra import clock as our_clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import LedgerRow
from tests.support.content import counted, words_of
from tests.support.factories import an_action
from tests.support.signer import Signer

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

# 09:00 in London, eight hours after clocks went back.
OPENS = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)


def make(app: Flask, **values: object) -> str:
    with app.app_context():
        return an_action(**values).card.slug


@pytest.fixture
def scheduled(app: Flask, clock: time_machine.Traveller) -> str:
    clock.move_to(OPENS - timedelta(days=1), tick=False)
    return make(
        app,
        state=ActionState.SCHEDULED,
        opens_at=OPENS,
        zone="Europe/London",
        closes_at=OPENS + timedelta(days=40),
    )


def test_before_it_opens_the_page_says_when_and_takes_no_post(
    app: Flask, client: FlaskClient, scheduled: str, worker: Callable[[], None]
) -> None:
    page = client.get(f"/actions/{scheduled}/")
    words = words_of(page.text)
    assert "Opens 25 October" in words
    assert "Signing opens on 25 October 2026 at 09:00, London time" in words
    assert 'id="sign-form"' not in page.text
    assert "have signed" not in words
    assert "/actions/feed/" in page.text
    other = make(app)
    fields = Signer(app, other).fields(name="Jonas Berg", email="jonas@example.org")
    refused = Signer(app, scheduled).post("sign", fields)
    assert refused.status_code == 422
    for kept in ("Jonas Berg", "jonas@example.org", "Signing opens on 25 October 2026 at 09:00"):
        assert kept in refused.text
    worker()
    assert "Signing opens on" in client.get(f"/actions/{scheduled}/").text


def test_it_opens_to_the_second_over_a_clock_change_whether_or_not_the_worker_came_by(
    app: Flask, client: FlaskClient, scheduled: str, clock: time_machine.Traveller, worker: Callable[[], None]
) -> None:
    clock.move_to(OPENS - timedelta(seconds=1), tick=False)
    worker()
    assert 'id="sign-form"' not in client.get(f"/actions/{scheduled}/").text
    clock.move_to(OPENS, tick=False)
    assert 'id="sign-form"' in client.get(f"/actions/{scheduled}/").text
    assert Signer(app, scheduled).sign().status_code == 200
    assert client.get(f"/actions/{scheduled}/opens.ics").status_code == 404
    with app.app_context():
        assert session.query(Action).filter_by(slug=scheduled).one().state is ActionState.SCHEDULED
    worker()
    with app.app_context():
        assert session.query(Action).filter_by(slug=scheduled).one().state is ActionState.OPEN


def test_the_opening_moment_is_a_calendar_file(client: FlaskClient, scheduled: str) -> None:
    answer = client.get(f"/actions/{scheduled}/opens.ics")
    assert answer.mimetype == "text/calendar"
    event = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert event["DTSTART"].dt == OPENS
    assert str(event["DTSTART"].dt.tzinfo) == "Europe/London"
    assert event["SUMMARY"] == "Signing opens: Release the strikers"


def test_what_opens_later_stands_under_its_own_heading(client: FlaskClient, scheduled: str) -> None:
    page = client.get("/actions/").text
    section = page.split('id="scheduled"')[1].split("</section>")[0]
    assert "Opening later" in section
    assert f"/actions/{scheduled}/" in section
    assert "Signing opens on 25 October 2026" in section


def test_a_passed_goal_says_its_day_and_the_next_one(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        page = an_action(goals=(5, 10))
        counted(page.card.id, 4)
        with writing() as connection:
            for _one in range(3):
                session.add(LedgerRow(action_id=page.card.id, country="SE", day=our_clock.today(), step=1))
            session.flush()
            counting.fold(connection)
    text = client.get(f"/actions/{page.card.slug}/").text
    assert "We passed 5 on 22 November 2026 . Next: 10." in words_of(text)
    assert '<progress value="7" max="10"' in text


def test_countries_from_ten_up_stand_in_a_table_that_adds_up(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        page = an_action()
        with writing() as connection:
            for dim, number in (("all", 34), ("c:KZ", 20), ("c:SE", 9), ("c:--", 5)):
                counting.add(connection, page.card.id, dim, number)
    words = words_of(client.get(f"/actions/{page.card.slug}/").text)
    assert "Countries Signatures by country Kazakhstan 20 Other or not given 14 All 34" in words
    assert "Sweden 9" not in words


def test_a_delivered_letter_says_where_and_who_took_it(app: Flask, client: FlaskClient) -> None:
    slug = make(
        app,
        state=ActionState.DELIVERED,
        closed_at=our_clock.now(),
        state_reason="Four of us went.",
        delivered_on=date(2026, 11, 20),
        delivered_place="The embassy in London",
        delivered_to="The second secretary",
    )
    words = words_of(client.get(f"/actions/{slug}/").text)
    for said in (
        "Four of us went.",
        "Handed in on 20 November 2026",
        "Place The embassy in London",
        "Taken by The second secretary",
    ):
        assert said in words


def test_what_was_withdrawn_a_year_ago_is_gone_with_its_reason(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    slug = make(
        app, state=ActionState.WITHDRAWN, closed_at=our_clock.now(), state_reason="The family asked us to."
    )
    for days, status in ((364, 200), (1, 410)):
        clock.shift(timedelta(days=days))
        answer = client.get(f"/actions/{slug}/")
        assert answer.status_code == status
        assert "We withdrew this on 22 November 2026" in words_of(answer.text)
        assert "The family asked us to." in answer.text
        assert 'id="sign-form"' not in answer.text


def test_what_was_won_names_the_action_that_follows(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        following = an_action(title="Free the others").card
    slug = make(app, outcome=Outcome.WON, outcome_text="They are free.", successor_id=following.id)
    page = client.get(f"/actions/{slug}/").text
    assert f'href="/actions/{following.slug}/"' in page
    assert 'id="sign-form"' not in page


@pytest.mark.parametrize(
    ("path", "heading", "sentence"),
    [
        ("kind/letter/in/kk/", "Letters to write in Kazakh", "No open letters in Kazakh."),
        ("kind/protest/", "Protests", "No protest is coming up at the moment."),
        ("in/ru/", "Actions in Russian", "No open actions in Russian."),
    ],
)
def test_a_filter_without_an_open_action_says_so_and_leads_back(
    app: Flask, client: FlaskClient, path: str, heading: str, sentence: str
) -> None:
    for _one in range(2):
        make(app)
    page = client.get(f"/actions/{path}").text
    assert f"<h1>{heading}</h1>" in page
    assert f"{sentence} See all 2 open actions" in words_of(page)


def test_filters_choose_by_kind_and_by_language(app: Flask, client: FlaskClient) -> None:
    petition, protest = make(app), make(app, kind=Kind.PROTEST)
    both = {f"/actions/{petition}/", f"/actions/{protest}/"}

    def listed(path: str) -> set[str]:
        page = client.get(path).text
        return {address for address in both if f'href="{address}"' in page}

    assert listed("/actions/in/en/") == listed("/actions/") == both
    assert listed("/actions/kind/petition/") == {f"/actions/{petition}/"}
    assert listed("/actions/kind/protest/in/en/") == {f"/actions/{protest}/"}
    assert listed("/actions/in/kk/") == set()
    assert client.get("/actions/in/xx/").status_code == 404
    assert client.get("/actions/kind/vote/").status_code == 404
