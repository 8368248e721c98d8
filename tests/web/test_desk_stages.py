"""What happens to an action after publishing, from the desk, and the dashboard."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import User
from campaign_actions.actions import queries, scheduling
from campaign_actions.actions.event_fields import Typed
from campaign_actions.actions.models import ActionState, EventKind, Outcome
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra import clock as our_clock, facts
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures.models import Counter
from tests.support.factories import a_user, an_action
from tests.support.filled_forms import errors_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app)


@pytest.fixture
def organiser(app: Flask, user: User) -> Visitor:
    return logged_in(app, user)


def my_action(app: Flask, user: User, **values: Any) -> ActionPage:
    with app.app_context():
        return an_action(owner_id=user.id, **values)


def now(app: Flask, page: ActionPage) -> ActionPage:
    with app.app_context():
        found = queries.by_id(page.card.id)
        assert found is not None
        return found


@pytest.mark.parametrize(
    ("state", "deed", "reason", "after"),
    [
        (ActionState.OPEN, "pause", "We check some signatures.", ActionState.PAUSED),
        (ActionState.PAUSED, "reopen", None, ActionState.OPEN),
        (ActionState.OPEN, "close", None, ActionState.CLOSED),
        (ActionState.CLOSED, "deliver", "At the embassy, to the second secretary.", ActionState.DELIVERED),
        (ActionState.OPEN, "withdraw", "The family asks us to.", ActionState.WITHDRAWN),
    ],
)
def test_each_deed_has_a_page_that_says_what_follows_and_a_button(
    app: Flask, organiser: Visitor, user: User, state: ActionState, deed: str, reason: str | None, after: Any
) -> None:
    page = my_action(app, user, state=state)
    address = f"/desk/actions/{page.card.slug}/{deed}/"
    assert f'href="{address}"' in organiser.get(f"/desk/actions/{page.card.slug}/edit/").text
    assert organiser.get(address).status_code == 200
    assert now(app, page).card.state is state
    if reason:
        refused = send(organiser, address)
        assert refused.status_code == 422
        assert len(errors_of(refused.text)) == 1
    assert send(organiser, address, reason=reason).status_code == 303
    assert now(app, page).card.state is after
    assert now(app, page).state_reason == (reason or "")


def test_a_button_pressed_twice_is_told_that_it_is_done(app: Flask, organiser: Visitor, user: User) -> None:
    page = my_action(app, user)
    address = f"/desk/actions/{page.card.slug}/close/"
    before = organiser.get(address).text
    assert resend(organiser, address, before).status_code == 303
    again = resend(organiser, address, before)
    assert again.status_code == 422
    assert errors_of(again.text) == ["This action is not open."]
    assert "<form" in before
    assert f'action="{address}"' not in organiser.get(address).text


def test_a_win_is_recorded_and_the_form_is_gone(app: Flask, organiser: Visitor, user: User) -> None:
    page = my_action(app, user)
    address = f"/desk/actions/{page.card.slug}/outcome/"
    typed = {
        "outcome": "won",
        "on": "2026-11-21",
        "text": "Arman Tolegen is free.",
        "source": "His lawyer",
    }
    assert send(organiser, address, **typed).status_code == 303
    public = Visitor(app).get(f"/actions/{page.card.slug}/").text
    assert "Arman Tolegen is free." in public
    assert 'name="email"' not in public


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("outcome", None, "Choose what came of it."),
        ("on", "soon", "Write the day like 2026-12-16."),
        ("on", "2026-12-16", "This day is still to come. Write the day on which it happened."),
        ("text", "", "Write in a few sentences what happened."),
        ("source", " ", "Name the source: who says so, or the address of a report."),
    ],
)
def test_an_outcome_wants_day_words_and_source(
    app: Flask, organiser: Visitor, user: User, field: str, value: str | None, words: str
) -> None:
    page = my_action(app, user)
    address = f"/desk/actions/{page.card.slug}/outcome/"
    typed = {"outcome": "won", "on": "2026-11-21", "text": "Free.", "source": "His lawyer", field: value}
    answer = send(organiser, address, **typed)
    assert answer.status_code == 422
    assert errors_of(answer.text) == [words]
    assert now(app, page).card.outcome is None


def test_a_mistake_in_a_late_outcome_does_not_hide_that_somebody_else_saved(
    app: Flask, organiser: Visitor, user: User
) -> None:
    page = my_action(app, user)
    address = f"/desk/actions/{page.card.slug}/outcome/"
    old_page = organiser.get(address).text
    typed = {"outcome": "won", "on": "2026-11-21", "text": "Free.", "source": "His lawyer"}
    assert send(organiser, address, **typed).status_code == 303
    refused = resend(organiser, address, old_page, **(typed | {"outcome": "not_won", "source": ""}))
    assert refused.status_code == 422
    assert resend(organiser, address, refused.text, source="A friend").status_code == 409
    assert now(app, page).card.outcome is Outcome.WON


def test_a_draft_has_no_outcome_page(app: Flask, organiser: Visitor, user: User) -> None:
    page = my_action(app, user, state=ActionState.DRAFT)
    assert organiser.get(f"/desk/actions/{page.card.slug}/outcome/").status_code == 404


def test_the_dashboard_shows_the_numbers_of_the_counters(app: Flask, organiser: Visitor, user: User) -> None:
    page = my_action(app, user, goals=(5000,))
    with app.app_context(), writing():
        today = our_clock.today()
        rows = {"all": 4186, f"d:{today}": 33, f"d:{today - timedelta(days=13)}": 188}
        session.add_all(Counter(action_id=page.card.id, dim=dim, n=n) for dim, n in rows.items())
    text = organiser.get("/desk/").text
    assert "4,186" in text
    assert "814 to go" in text
    assert "Most signed on 9 November 2026: 188" in text
    assert text.count('<i class="p') == 30
    assert '<i class="p100">' in text
    assert '<i class="p17 now">' in text


def test_the_dashboard_names_what_needs_somebody(app: Flask, organiser: Visitor, user: User) -> None:
    soon = our_clock.now() + timedelta(days=10)
    my_action(app, user, title="Free Arman", closes_at=soon)
    my_action(app, user, title="Free Dina", state=ActionState.CLOSED, closed_at=our_clock.now())
    with app.app_context(), writing():
        typed = Typed(kind=EventKind.VIGIL, title="Vigil", starts="2026-11-25 18:00", zone="UTC")
        scheduling.schedule(typed, by=user, publish_now=True)
    text = organiser.get("/desk/").text
    for words in (
        "Plan the delivery",
        "Free Arman closes in 10 days",
        "Say what came of it",
        "Vigil has no place",
    ):
        assert words in text


def test_an_event_that_has_begun_needs_its_place_now(app: Flask, organiser: Visitor, user: User) -> None:
    typed = Typed(
        kind=EventKind.VIGIL, title="Vigil", starts="2026-11-22 11:00", ends="2026-11-22 14:00", zone="UTC"
    )
    with app.app_context(), writing():
        scheduling.schedule(typed, by=user)
    page = organiser.get("/desk/").text
    assert "Vigil has no place yet." in page
    assert '<b class="num">0</b>' in page


def test_a_silent_worker_is_told_on_the_dashboard(
    app: Flask, organiser: Visitor, clock: time_machine.Traveller
) -> None:
    assert "The worker has not run yet." in organiser.get("/desk/").text
    with app.app_context(), writing() as connection:
        facts.put(connection, "worker_seen_at", our_clock.now().isoformat())
    assert "The worker has not run" not in organiser.get("/desk/").text
    clock.shift(125)
    assert "The worker has not run for 2 minutes." in organiser.get("/desk/").text


def test_the_dashboard_shows_an_organiser_nothing_of_others(app: Flask, organiser: Visitor) -> None:
    with app.app_context():
        an_action(title="Somebody else's action", owner_id=a_user().id)
    assert "Somebody else" not in organiser.get("/desk/").text


def test_the_desk_is_closed_to_strangers(app: Flask) -> None:
    for path in ("/desk/", "/desk/actions/", "/desk/news/new/", "/desk/events/"):
        answer = Visitor(app).get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/log-in/")
