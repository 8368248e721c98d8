"""Protest events on the desk."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import events
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import ActionState, EventState
from campaign_actions.infra.database.engine import session
from tests.support.factories import an_action
from tests.support.filled_forms import errors_of, fields_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")

VIGIL = {
    "title": "Vigil at the embassy",
    "kind": "vigil",
    "starts": "2026-12-16 18:00",
    "ends": "2026-12-16 20:00",
    "zone": "Europe/London",
    "place": "Outside the embassy",
    "city": "London",
    "country": "GB",
}


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app)


@pytest.fixture
def organiser(app: Flask, user: User) -> Visitor:
    return logged_in(app, user)


def schedule(visitor: Visitor, **changes: str) -> str:
    answer = send(visitor, "/desk/events/new/", **(VIGIL | changes))
    assert answer.status_code == 303, errors_of(answer.text)
    return answer.location.split("?")[0]


def event_at(app: Flask, edit: str) -> EventView:
    with app.app_context():
        found = events.find(edit.split("/")[3])
        assert found is not None
        return events.view(found)


def test_a_published_event_stands_in_the_list_with_its_zone(app: Flask, organiser: Visitor) -> None:
    schedule(organiser, do="publish")
    page = Visitor(app).get("/events/").text
    assert "Vigil at the embassy" in page
    assert "Wednesday 16 December 2026, 18:00 to 20:00, London time" in page


def test_a_saved_event_is_a_draft_and_published_with_its_own_button(app: Flask, organiser: Visitor) -> None:
    edit = schedule(organiser, do="save")
    assert "Vigil at the embassy" not in Visitor(app).get("/events/").text
    assert send(organiser, edit, do="publish").status_code == 303
    assert "Vigil at the embassy" in Visitor(app).get("/events/").text


def test_an_event_comes_with_the_action_it_was_added_from(app: Flask, organiser: Visitor, user: User) -> None:
    with app.app_context():
        page = an_action(owner_id=user.id, state=ActionState.DRAFT)
    answer = send(
        organiser,
        "/desk/events/new/",
        opened=f"/desk/events/new/?action={page.card.slug}",
        do="publish",
        **VIGIL,
    )
    assert event_at(app, answer.location).action_id == page.card.id
    editor = organiser.get(answer.location).text
    assert "the event shows as soon as the action is published" in editor
    assert f'/events/{event_at(app, answer.location).slug}/"' not in editor
    assert "Vigil at the embassy" not in Visitor(app).get("/events/").text
    assert "Vigil at the embassy" in organiser.get(f"/desk/actions/{page.card.slug}/edit/").text
    assert "Vigil at the embassy" in organiser.get(f"/desk/actions/{page.card.slug}/preview/").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Write the title of the event."),
        ("starts", "", "Write the day and the hour like 2026-12-10 23:59."),
        ("ends", "2026-12-16 17:00", "The event would end before it starts. Write a later end."),
        ("starts", "2027-03-28 01:30", "does not exist in London time"),
        ("place", "a\0b", "This includes a character we cannot store. Type it again."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    organiser: Visitor, field: str, value: str, words: str
) -> None:
    page = send(organiser, "/desk/events/new/", **(VIGIL | {field: value}))
    assert page.status_code == 422
    assert words in errors_of(page.text)[0]
    assert f'id="{field}-err"' in page.text
    assert "Vigil at the embassy" in page.text or field == "title"


def test_a_new_hour_is_tagged_and_explained(app: Flask, organiser: Visitor) -> None:
    edit = schedule(organiser, do="publish")
    refused = send(organiser, edit, starts="2026-12-16 17:00")
    assert "Say what has changed" in errors_of(refused.text)[0]
    assert send(organiser, edit, starts="2026-12-16 17:00", note="Now 5pm, was 6pm").status_code == 303
    page = Visitor(app).get("/events/").text
    assert "Changed" in page
    assert "Now 5pm, was 6pm" in page


def test_a_cancelled_event_stays_in_the_list_with_its_reason(app: Flask, organiser: Visitor) -> None:
    edit = schedule(organiser, do="publish")
    cancel = edit.replace("/edit/", "/cancel/")
    assert errors_of(send(organiser, cancel).text) == ["Say why it is cancelled. The sentence is shown."]
    assert send(organiser, cancel, reason="The hall has no heating.").status_code == 303
    page = Visitor(app).get("/events/").text
    assert "Cancelled" in page
    assert "The hall has no heating." in page
    assert event_at(app, edit).state is EventState.CANCELLED
    assert "Save and show" not in organiser.get(edit).text


def test_a_place_kept_back_is_on_no_public_page(app: Flask, organiser: Visitor) -> None:
    edit = schedule(organiser, do="publish", place_later="y")
    slug = edit.split("/")[3]
    for path in ("/events/", f"/events/{slug}/", f"/events/{slug}.ics", "/events.ics"):
        answer = Visitor(app).get(path)
        assert answer.status_code == 200, path
        assert "Outside the embassy" not in answer.text
    assert "Outside the embassy" in organiser.get(edit).text
    assert send(organiser, edit, place_later=None).status_code == 303
    assert "Outside the embassy" in Visitor(app).get(f"/events/{slug}/").text


def test_a_second_save_on_an_old_version_overwrites_nothing(app: Flask, organiser: Visitor) -> None:
    edit = schedule(organiser)
    old_page = organiser.get(edit).text
    send(organiser, edit, access="Step-free.")
    refused = resend(organiser, edit, old_page, access="Stairs.")
    assert refused.status_code == 409
    assert event_at(app, edit).access == "Step-free."
    assert resend(organiser, edit, refused.text).status_code == 303
    assert event_at(app, edit).access == "Stairs."


def test_a_mistake_in_a_late_save_does_not_hide_that_somebody_else_saved(
    app: Flask, organiser: Visitor
) -> None:
    edit = schedule(organiser)
    old_page = organiser.get(edit).text
    send(organiser, edit, access="Step-free.")
    refused = resend(organiser, edit, old_page, access="Stairs.", ends="2026-12-16 17:00")
    assert refused.status_code == 422
    assert resend(organiser, edit, refused.text, ends="").status_code == 409
    assert event_at(app, edit).access == "Step-free."


def test_others_events_and_actions_are_not_there(app: Flask, organiser: Visitor, user: User) -> None:
    other = a_known_user(app)
    with app.app_context():
        page = an_action(owner_id=other.id)
    edit = schedule(logged_in(app, other), do="publish")
    for path in (edit, edit.replace("/edit/", "/cancel/"), f"/desk/events/new/?action={page.card.slug}"):
        assert organiser.get(path).status_code == 404
    with app.app_context():
        mine = an_action(owner_id=user.id)
    staff = logged_in(app, a_known_user(app, Role.STAFF))
    theirs = schedule(staff, title="Vigil by staff", action=str(mine.card.id))
    editor = organiser.get(f"/desk/actions/{mine.card.slug}/edit/").text
    assert "Vigil by staff" in editor
    assert theirs not in editor
    assert theirs in staff.get(f"/desk/actions/{mine.card.slug}/edit/").text
    forged = send(organiser, "/desk/events/new/", action=str(page.card.id), **VIGIL)
    assert forged.status_code == 422
    assert "Vigil at the embassy" not in organiser.get("/desk/events/").text


def test_the_editor_keeps_all_that_was_typed(app: Flask, organiser: Visitor) -> None:
    typed = {
        "locale": "ru",
        "yearly": "y",
        "last_year": "2031",
        "spot": "gb-leeds",
        "place_later": "y",
        "place_from": "2026-12-16 09:00",
        "online_url": "https://meet.example/x",
        "directions": "Bus 24",
        "bring": "A candle",
    }
    edit = schedule(organiser, **typed)
    shown = fields_of(organiser.get(edit).text, edit)
    assert {name: shown[name] for name in typed} == typed
    assert event_at(app, edit).series.last_year == 2031
    refused = send(organiser, edit, last_year="never", online_url="meet")
    assert refused.status_code == 422
    assert 'value="never"' in refused.text
    assert 'value="Bus 24"' in refused.text


def test_the_last_event_is_copied_without_its_dates(app: Flask, organiser: Visitor) -> None:
    schedule(organiser, do="publish", directions="Bus 24", online_url="https://meet.example/x")
    page = organiser.get("/desk/events/").text
    assert "Copy the last one: Vigil at the embassy" in page
    copy = "/desk/events/new/?copy=vigil-at-the-embassy-london"
    shown = fields_of(organiser.get(copy).text, copy)
    assert (shown["directions"], shown["starts"], shown["online_url"]) == ("Bus 24", "", "")
    refused = send(organiser, copy, starts="2027-03-01 18:00", do="publish")
    assert errors_of(refused.text) == [
        "This is a copy. Check the place and tick “The place is checked”, then publish."
    ]
    done = send(organiser, copy, starts="2027-03-01 18:00", place_checked="y", do="publish")
    assert event_at(app, done.location).state is EventState.PLANNED


def test_copies_for_next_year_leave_out_what_is_not_ticked(app: Flask, organiser: Visitor) -> None:
    copy = schedule(organiser, do="publish").replace("/edit/", "/copy/")
    assert errors_of(send(organiser, copy, which=None).text) == ["Choose at least one event."]
    assert send(organiser, copy).status_code == 303
    made = event_at(app, "/desk/events/vigil-at-the-embassy-london-2027/edit/")
    assert (made.local_start.year, made.state) == (2027, EventState.DRAFT)
    assert "A copy: check the place." in organiser.get("/desk/events/?copied=1").text


def test_a_report_is_written_when_it_is_over(
    app: Flask, organiser: Visitor, clock: time_machine.Traveller
) -> None:
    edit = schedule(organiser, do="publish")
    report = edit.replace("/edit/", "/report/")
    assert "once it is over" in organiser.get(report).text
    clock.move_to(datetime(2026, 12, 17, tzinfo=UTC))
    organiser.log_in(user_email(app))
    assert "Say how it was" in organiser.get(edit).text
    wrong = send(organiser, report, came="lots", report="It **rained**.")
    assert errors_of(wrong.text) == ["Write a whole number in digits, or leave this empty."]
    assert "It **rained**." in wrong.text
    old_page = organiser.get(report).text
    assert send(organiser, report, came="200", report="It **rained**.").status_code == 303
    assert resend(organiser, report, old_page, came="1").status_code == 409
    page = Visitor(app).get("/events/vigil-at-the-embassy-london/").text
    assert "200 people came." in page
    assert "<strong>rained</strong>" in page


def user_email(app: Flask) -> str:
    with app.app_context():
        return str(session.scalars(select(User.email)).one())
