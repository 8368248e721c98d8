"""What events say of place, link and report, and what their copies leave behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from campaign_actions.actions import events, scheduling
from campaign_actions.actions.event_fields import Typed
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import Event, EventKind, EventState
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user

pytestmark = [pytest.mark.usefixtures("clock", "database"), pytest.mark.engines("sqlite")]

VIGIL = Typed(
    kind=EventKind.VIGIL,
    title="Vigil at the embassy",
    starts="2026-12-16 18:00",
    ends="2026-12-16 20:00",
    zone="Europe/London",
    place="Park Gate",
    city="London",
    country="GB",
)
CALL = replace(VIGIL, kind=EventKind.ONLINE, online_url="https://meet.example/families", place="")


def schedule(typed: Typed = VIGIL, *, publish_now: bool = True) -> Event:
    with writing():
        return scheduling.schedule(typed, by=None, publish_now=publish_now)


def now(event: Event) -> EventView:
    found = events.by_slug(event.slug)
    assert found is not None
    return found


def refused(typed: Typed) -> str | None:
    with pytest.raises(Refused) as refusal, writing():
        scheduling.schedule(typed, by=None)
    session.rollback()
    return refusal.value.field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"online_url": "meet.example"}, "online_url"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"online_url": "https://meet.example/", "ends": ""}, "ends"),
        ({"spot": "xx-nowhere"}, "spot"),
        ({"yearly": True, "last_year": "soon"}, "last_year"),
        ({"yearly": True, "last_year": "2025"}, "last_year"),
        ({"yearly": True, "ends": "2027-12-01 12:00"}, "ends"),
        ({"place_later": True, "place_from": "2026-12-16 18:01"}, "place_from"),
        ({"place_later": True, "title": "Vigil at park gate"}, "title"),
        ({"place_later": True, "body": "Meet at **Park Gate**."}, "body"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes: dict[str, object], field: str) -> None:
    assert refused(replace(VIGIL, **changes)) == field  # type: ignore[arg-type]  # given by name


def test_a_note_may_not_tell_the_place_that_is_kept_back() -> None:
    event = schedule(replace(VIGIL, place_later=True))
    later = replace(VIGIL, place_later=True, starts="2026-12-16 17:00")
    with pytest.raises(Refused) as refusal, writing():
        scheduling.change(event.id, later, by=None, seen_version=event.version, note="17:00 at Park Gate")
    assert refusal.value.field == "note"
    session.rollback()
    with pytest.raises(Refused) as refusal, writing():
        scheduling.cancel(event.id, "The police stand at Park Gate.", by=None)
    assert refusal.value.field == "reason"


def test_a_place_and_the_way_there_show_themselves_at_their_hour(clock: time_machine.Traveller) -> None:
    told = replace(VIGIL, place_later=True, place_from="2026-12-16 09:00", directions="Bus 24")
    event = schedule(told)
    assert (now(event).shown_place, now(event).shown_directions) == ("", "")
    clock.move_to(datetime(2026, 12, 16, 9, 0, tzinfo=UTC))
    assert (now(event).shown_place, now(event).shown_directions) == ("Park Gate", "Bus 24")
    moved = replace(told, place="Station Gate")
    with pytest.raises(Refused, match="Say what has changed"), writing():
        scheduling.change(event.id, moved, by=None, seen_version=event.version)


@pytest.mark.parametrize(
    ("at", "shown"), [("17:44:59", False), ("17:45:00", True), ("19:59:59", True), ("20:00:00", False)]
)
def test_the_link_is_shown_from_a_quarter_of_an_hour_before_until_the_end(
    clock: time_machine.Traveller, at: str, shown: bool
) -> None:
    event = schedule(CALL)
    clock.move_to(datetime.fromisoformat(f"2026-12-16T{at}+00:00"))
    assert bool(now(event).shown_online_url) is shown
    if shown:
        with writing():
            scheduling.cancel(event.id, "Nobody can.", by=None)
        assert now(event).shown_online_url == ""


def test_a_report_is_told_once_it_is_over(clock: time_machine.Traveller) -> None:
    event = schedule()

    def report(came: str) -> None:
        with writing():
            scheduling.report(event.id, came=came, told="**Loud**.", by=None, seen_version=event.version)

    with pytest.raises(Refused, match="once it is over"):
        report("200")
    session.rollback()
    clock.move_to(datetime(2026, 12, 17, tzinfo=UTC))
    for wrong in ("many", "-3", "1.5", "10000000000"):
        with pytest.raises(Refused) as refusal:
            report(wrong)
        assert refusal.value.field == "came"
        session.rollback()
    report("1 200")
    assert now(event).came == 1200
    assert "<strong>Loud</strong>" in now(event).report_html


def test_a_yearly_event_stands_in_lists_with_its_next_time(clock: time_machine.Traveller) -> None:
    event = schedule(replace(VIGIL, yearly=True, last_year="2028"))
    clock.move_to(datetime(2027, 1, 2, tzinfo=UTC))
    assert [one.starts_at.year for one in events.coming()] == [2027]
    assert [one.starts_at.year for one in events.past(2026)] == [2026]
    assert [one.local_start.year for one in events.in_month(2028, 12)] == [2028]
    assert events.in_month(2029, 12) == []
    assert events.past_years() == [2026]
    assert events.next_anniversary() == date(2027, 12, 16)
    with writing():
        scheduling.cancel(event.id, "The square is closed.", by=None)
    assert [(one.state, one.starts_at.year) for one in events.coming()] == [(EventState.CANCELLED, 2027)]
    assert [one.state for one in events.past(2026)] == [EventState.PLANNED]
    clock.move_to(datetime(2028, 1, 2, tzinfo=UTC))
    assert events.coming() == []
    assert events.past_years() == [2027, 2026]
    assert now(event).is_cancelled


def test_an_anniversary_that_was_held_once_is_remembered() -> None:
    assert events.next_anniversary() is None
    schedule(replace(VIGIL, kind=EventKind.ANNIVERSARY, starts="2025-03-01 12:00", ends=""))
    assert events.next_anniversary() == date(2027, 3, 1)


def test_a_copy_is_a_draft_of_next_year_whose_place_waits_to_be_checked() -> None:
    old = schedule(replace(CALL, place="Park Gate", directions="Bus 24", body="Quiet."))
    with writing():
        scheduling.cancel(old.id, "Ice.", by=None)
        [made] = scheduling.copies_for_next_year([old.id], by=None)
    copy = events.view(made)
    assert copy.slug == "vigil-at-the-embassy-london-2027"
    assert copy.starts_at == datetime(2027, 12, 16, 18, tzinfo=UTC)
    assert copy.ends_at == datetime(2027, 12, 16, 20, tzinfo=UTC)
    assert (copy.state, copy.sequence, copy.place_checked) == (EventState.DRAFT, 0, False)
    assert (copy.change_note, copy.online_url, copy.came) == ("", "", None)
    assert (copy.place, copy.directions) == ("Park Gate", "Bus 24")
    with pytest.raises(Refused) as refusal, writing():
        scheduling.publish(made.id, by=None)
    assert refusal.value.field == "place_checked"
    session.rollback()
    checked = replace(VIGIL, starts="2027-12-16 18:00", ends="", place_checked=True)
    with writing():
        scheduling.change(made.id, checked, by=None, seen_version=1)
        scheduling.publish(made.id, by=None)
    assert now(made).state is EventState.PLANNED


@pytest.mark.parametrize(
    ("moment", "zone", "later"),
    [
        ("2026-12-16T13:00", "Asia/Almaty", "2027-12-16T13:00"),
        ("2023-12-16T12:00", "Asia/Almaty", "2026-12-16T13:00"),
        ("2026-03-28T18:00", "Europe/London", "2027-03-28T17:00"),
        ("2024-02-29T12:00", "UTC", "2027-02-28T12:00"),
    ],
)
def test_next_year_has_the_same_local_hour_and_lies_ahead(moment: str, zone: str, later: str) -> None:
    found = scheduling.next_year_of(datetime.fromisoformat(f"{moment}+00:00"), zone)
    assert found == datetime.fromisoformat(f"{later}+00:00")


def test_nobody_copies_or_reports_what_is_anothers() -> None:
    event = schedule()
    me = a_user()
    with pytest.raises(NotAllowed), writing():
        scheduling.copies_for_next_year([event.id], by=me)
    session.rollback()
    with pytest.raises(NotAllowed), writing():
        scheduling.report(event.id, came="", told="", by=me, seen_version=event.version)


def test_no_event_takes_an_address_of_a_list() -> None:
    for name in ("Map", "Online", "Past"):
        assert schedule(replace(VIGIL, title=name, city="")).slug == f"{name.lower()}-event"
