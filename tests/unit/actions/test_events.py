"""Protest events: what is shown, what is refused, what calendars are told."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from campaign_actions.actions import events, scheduling
from campaign_actions.actions.event_fields import Typed
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import ActionState, EventKind, EventState
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user, an_action
from tests.support.overlapping import overlapping

pytestmark = pytest.mark.usefixtures("clock", "database")

VIGIL = Typed(
    kind=EventKind.VIGIL,
    title="Vigil at the embassy",
    starts="2026-12-16 18:00",
    ends="2026-12-16 20:00",
    zone="Europe/London",
    place="Outside the embassy",
    city="London",
    country="GB",
)


def schedule(typed: Typed = VIGIL, *, publish_now: bool = True) -> EventView:
    with writing():
        return events.view(scheduling.schedule(typed, by=None, publish_now=publish_now))


def change(event: EventView, typed: Typed, note: str = "") -> EventView:
    with writing():
        return events.view(scheduling.change(event.id, typed, by=None, seen_version=event.version, note=note))


def field_of(typed: Typed) -> str | None:
    with pytest.raises(Refused) as refusal:
        schedule(typed)
    session.rollback()
    assert events.coming() == []
    return refusal.value.field


def test_an_event_stands_at_its_hour_in_its_zone_under_title_and_city() -> None:
    event = schedule()
    assert event.slug == "vigil-at-the-embassy-london"
    assert event.starts_at == datetime(2026, 12, 16, 18, tzinfo=UTC)
    assert (event.zone, event.sequence, event.state) == ("Europe/London", 0, EventState.PLANNED)
    assert schedule().slug == "vigil-at-the-embassy-london-2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"zone": ""}, "zone"),
        ({"zone": "Mars/Phobos"}, "zone"),
        ({"starts": "at six"}, "starts"),
        ({"starts": "2027-03-28 01:30", "ends": ""}, "starts"),
        ({"ends": "2026-12-16 17:59"}, "ends"),
        ({"ends": "2026-12-16 18:00"}, "ends"),
        ({"country": "QQ"}, "country"),
        ({"place": "x" * 201}, "place"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes: dict[str, str], field: str) -> None:
    assert field_of(replace(VIGIL, **changes)) == field


@pytest.mark.engines("postgres")
def test_of_two_events_added_at_once_both_are_kept(app: Flask) -> None:
    slug = overlapping(
        app, lambda: scheduling.schedule(VIGIL, by=None), lambda: scheduling.schedule(VIGIL, by=None).slug
    )
    assert slug == "vigil-at-the-embassy-london-2"


@pytest.mark.engines("postgres")
def test_the_second_of_two_that_cancel_at_once_is_refused(app: Flask) -> None:
    event = schedule()
    with pytest.raises(Refused, match="Only a published event"):
        overlapping(
            app,
            lambda: scheduling.cancel(event.id, "No heating.", by=None),
            lambda: scheduling.cancel(event.id, "Other words.", by=None),
        )
    assert events.coming()[0].change_note == "No heating."


def test_a_draft_is_shown_nowhere_until_it_is_published() -> None:
    event = schedule(publish_now=False)
    assert events.coming() == []
    assert events.by_slug(event.slug) is None
    with writing():
        scheduling.publish(event.id, by=None)
    assert [found.id for found in events.coming()] == [event.id]


@pytest.mark.parametrize("state", [ActionState.DRAFT, ActionState.WITHDRAWN])
def test_the_event_of_a_hidden_action_is_hidden_too(state: ActionState) -> None:
    action_id = an_action(state=state).card.id
    event = schedule(replace(VIGIL, action_id=action_id))
    assert events.coming() == []
    assert events.of_actions([action_id]) == []
    assert events.by_slug(event.slug) is None
    assert [found.id for found in events.of_actions([action_id], also_of_drafts=True)] == [event.id]


def test_past_events_leave_the_coming_ones_when_they_end(clock: time_machine.Traveller) -> None:
    event = schedule()
    clock.move_to(datetime(2026, 12, 16, 19, 59, tzinfo=UTC))
    assert [found.id for found in events.coming()] == [event.id]
    clock.move_to(datetime(2026, 12, 16, 20, 0, tzinfo=UTC))
    assert events.coming() == []
    assert [found.id for found in events.past(2026)] == [event.id]
    assert events.past(2025) == []
    assert events.past_years() == [2026]


def test_a_new_hour_wants_a_note_and_raises_the_sequence() -> None:
    event = schedule()
    later = replace(VIGIL, starts="2026-12-16 17:00")
    with pytest.raises(Refused, match="Say what has changed") as refusal:
        change(event, later)
    assert refusal.value.field == "note"
    session.rollback()
    changed = change(event, later, "Now 5pm, was 6pm")
    assert (changed.state, changed.sequence) == (EventState.CHANGED, 1)
    assert changed.change_note == "Now 5pm, was 6pm"
    assert changed.slug == event.slug


def test_a_new_title_wants_no_note_and_still_reaches_calendars() -> None:
    changed = change(schedule(), replace(VIGIL, title="Vigil"))
    assert (changed.state, changed.sequence) == (EventState.PLANNED, 1)


def test_a_place_kept_back_is_shown_once_it_is_released() -> None:
    event = schedule(replace(VIGIL, place_later=True))
    assert event.shown_place == ""
    released = change(event, VIGIL)
    assert (released.shown_place, released.state) == ("Outside the embassy", EventState.PLANNED)


def test_a_draft_is_changed_without_telling_anybody() -> None:
    changed = change(schedule(publish_now=False), replace(VIGIL, starts="2026-12-16 17:00"))
    assert (changed.state, changed.sequence) == (EventState.DRAFT, 0)


def test_a_cancelled_event_stays_visible_with_its_reason() -> None:
    event = schedule()
    with pytest.raises(Refused, match="Say why"), writing():
        scheduling.cancel(event.id, " ", by=None)
    with writing():
        scheduling.cancel(event.id, "The hall has no heating.", by=None)
    found = events.coming()[0]
    assert (found.state, found.sequence) == (EventState.CANCELLED, 1)
    assert found.change_note == "The hall has no heating."
    with pytest.raises(Refused, match="cancelled"):
        change(found, VIGIL)
    session.rollback()
    with pytest.raises(Refused, match="Only a published event"), writing():
        scheduling.cancel(event.id, "Again.", by=None)


def test_a_save_on_an_old_version_overwrites_nothing() -> None:
    event = schedule()
    change(event, replace(VIGIL, access="Step-free."))
    with pytest.raises(Refused, match="Somebody else saved this event"):
        change(event, replace(VIGIL, access="Stairs."))
    session.rollback()
    assert events.coming()[0].access == "Step-free."


def test_an_organiser_changes_and_adds_to_only_what_is_theirs() -> None:
    others: UUID = an_action(owner_id=a_user().id).card.id
    me = a_user()
    with pytest.raises(NotAllowed), writing():
        scheduling.schedule(replace(VIGIL, action_id=others), by=me)
    event = schedule()
    with pytest.raises(NotAllowed), writing():
        scheduling.cancel(event.id, "No.", by=me)
    assert events.for_desk(me) == []
