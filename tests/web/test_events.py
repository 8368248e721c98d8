from datetime import datetime

import icalendar
import pytest
from flask.testing import FlaskClient

from campaign_actions.actions.models import ActionState, EventState
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import (
    an_article,
    an_event,
    headings_of,
    link,
    queries_made,
    soon,
    words_of,
)
from tests.support.factories import an_action

pytestmark = pytest.mark.usefixtures("database", "clock")


def calendar_of(client: FlaskClient, path: str) -> list[icalendar.Event]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_no_event_is_said_in_words(client: FlaskClient) -> None:
    page = client.get("/events/").text
    assert "No events planned." in words_of(page)
    assert "<table" not in page


def test_coming_events_stand_by_month_in_their_own_zones(client: FlaskClient) -> None:
    an_event(title="London", starts_at=datetime.fromisoformat("2026-12-16T18:00+00:00"))
    # Already the next month where it takes place.
    an_event(title="Astana", zone="Asia/Almaty", starts_at=datetime.fromisoformat("2026-12-31T20:00+00:00"))
    an_event(title="Over", starts_at=soon(-1))
    page = client.get("/events/").text
    found = [words for _level, words in headings_of(page)][:5]
    assert found == ["Events", "December 2026", "London", "January 2027", "Astana"]
    assert "Friday 1 January 2027, 01:00, Astana time" in words_of(page)
    assert "Over" not in words_of(page)


def test_a_month_stands_once_though_zones_disagree_when_it_begins(client: FlaskClient) -> None:
    for hour, zone in (("19", "Asia/Almaty"), ("20", "Europe/London"), ("21", "Asia/Almaty")):
        an_event(starts_at=datetime.fromisoformat(f"2026-11-30T{hour}:30+00:00"), zone=zone)
    page = client.get("/events/").text
    months = [words for level, words in headings_of(page) if level == 2]
    assert months[:2] == ["November 2026", "December 2026"]
    assert page.count('id="m2026-12"') == 1


def test_the_calendar_links_each_day_to_its_first_event(client: FlaskClient) -> None:
    first = an_event(slug="a-first")
    an_event(slug="b-second")
    page = client.get("/events/").text
    assert 'href="#m2026-12-16" aria-label="16, 2 events"' in page
    assert page.index('id="m2026-12-16"') < page.index(f"/events/{first.slug}/")
    assert page.count('id="m2026-12-16"') == 1


def test_a_cancelled_event_stays_and_says_why(client: FlaskClient) -> None:
    an_event(slug="film", state=EventState.CANCELLED, change_note="The hall has no heating.")
    for path in ("/events/", "/events/film/"):
        words = words_of(client.get(path).text)
        assert "Cancelled" in words
        assert "The hall has no heating." in words
    assert calendar_of(client, "/events/film.ics")[0]["STATUS"] == "CANCELLED"


def test_an_event_names_its_action_and_the_articles_of_it(client: FlaskClient) -> None:
    action = an_action(title="Release Arman Tolegen")
    link(action.card.id, an_article(title="Strike").id)
    an_event(slug="vigil", action_id=action.card.id)
    assert "For the action Release Arman Tolegen" in words_of(client.get("/events/").text)
    beside = words_of(client.get("/events/vigil/").text.split("<aside")[1])
    assert "Release Arman Tolegen" in beside
    assert "Strike" in beside


def test_the_event_page_says_all_that_is_known(client: FlaskClient) -> None:
    an_event(
        slug="vigil",
        ends_at=datetime.fromisoformat("2026-12-16T20:00+00:00"),
        place="Outside the embassy",
        city="London",
        country="GB",
        access="Step-free.",
        called_by="The campaign",
        safety="Police film here.",
        body_html="<p>Bring a candle.</p>",
    )
    words = words_of(client.get("/events/vigil/").text)
    for part in (
        "Wednesday 16 December 2026, 18:00 to 20:00, London time",
        "Outside the embassy, London, United Kingdom",
        "Step-free.",
        "Called by The campaign",
        "Read before you go: Police film here.",
        "Bring a candle.",
        "Planned",
    ):
        assert part in words
    assert client.get("/events/vigil/").headers["Cache-Control"].startswith("public")


def test_drafts_and_events_of_drafts_are_nowhere(client: FlaskClient) -> None:
    an_event(slug="draft", title="Hidden", state=EventState.DRAFT)
    hidden = an_action(state=ActionState.DRAFT)
    an_event(slug="of-a-draft", title="Hidden", action_id=hidden.card.id)
    for slug in ("draft", "of-a-draft"):
        assert client.get(f"/events/{slug}/").status_code == 404
        assert client.get(f"/events/{slug}.ics").status_code == 404
    assert "Hidden" not in client.get("/events/").text
    assert b"Hidden" not in client.get("/events.ics").data


def test_a_place_to_be_announced_is_nowhere_until_it_is_released(client: FlaskClient) -> None:
    action = an_action()
    link(action.card.id, an_article(title="Strike", dated_on=None).id)
    event = an_event(
        slug="picket", place="Behind the station", city="Warsaw", place_later=True, action_id=action.card.id
    )
    paths = ["/", "/events/", "/events/picket/", "/events/picket.ics", "/events.ics", "/news/undated/strike/"]
    for path in paths:
        assert b"Behind the station" not in client.get(path).data, path
    assert "The place is shown here on the day" in words_of(client.get("/events/picket/").text)
    with writing():
        event.place_later = False
    for path in ("/events/picket/", "/events/picket.ics"):
        assert b"Behind the station" in client.get(path).data


def test_past_events_have_a_page_of_their_year(client: FlaskClient) -> None:
    an_event(slug="old", title="Old vigil", starts_at=datetime.fromisoformat("2025-12-16T18:00+00:00"))
    page = client.get("/events/").text
    assert "Old vigil" not in words_of(page)
    assert 'href="/events/past/2025/"' in page
    assert "Old vigil" in words_of(client.get("/events/past/2025/").text)
    assert client.get("/events/past/2024/").status_code == 404
    assert "This event is over." in words_of(client.get("/events/old/").text)


def test_the_calendar_file_has_the_right_hour_across_a_clock_change(client: FlaskClient) -> None:
    for slug, day in (("winter", "2027-03-27T18:00+00:00"), ("summer", "2027-03-28T17:00+00:00")):
        an_event(slug=slug, starts_at=datetime.fromisoformat(day))
    for slug in ("winter", "summer"):
        start = calendar_of(client, f"/events/{slug}.ics")[0]["DTSTART"]
        assert (start.dt.hour, start.params["TZID"]) == (18, "Europe/London")


def test_the_calendar_keeps_its_uid_and_counts_changes(client: FlaskClient) -> None:
    event = an_event(slug="vigil", place="Square", city="London", country="GB")
    before = calendar_of(client, "/events/vigil.ics")[0]
    with writing():
        event.sequence += 1
        event.state = EventState.CHANGED
    after = calendar_of(client, "/events/vigil.ics")[0]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert before["LOCATION"] == "Square, London, United Kingdom"
    assert before["URL"] == "http://127.0.0.1:8000/events/vigil/"


def test_the_calendar_of_all_keeps_events_of_this_year_that_are_over(client: FlaskClient) -> None:
    an_event(title="Coming")
    an_event(title="Over", starts_at=soon(-30))
    an_event(title="Long over", starts_at=soon(-400))
    assert {str(event["SUMMARY"]) for event in calendar_of(client, "/events.ics")} == {"Coming", "Over"}
    assert calendar_of(client, "/events.ics")[0]["UID"]
    assert client.get("/events.ics").headers["Cache-Control"] == "public, max-age=300"


def test_a_list_of_twenty_costs_as_many_queries_as_a_list_of_one(client: FlaskClient) -> None:
    an_event(action_id=an_action().card.id)
    client.get("/events/")
    session.remove()
    with queries_made() as one:
        client.get("/events/")
    for _number in range(19):
        an_event(action_id=an_action().card.id)
    session.remove()
    with queries_made() as twenty:
        client.get("/events/")
    assert len(twenty) == len(one)
