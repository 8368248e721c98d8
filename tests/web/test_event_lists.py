"""Events by filter, by month and on the map, in pages and in calendar files."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import icalendar
import pytest
import time_machine
from flask.testing import FlaskClient

from campaign_actions.actions.models import EventKind, EventState
from campaign_actions.infra.database.engine import session
from campaign_actions.web.public.calendars import calendar_of_case
from tests.support.content import a_case, an_event, queries_made, soon, words_of
from tests.support.factories import an_action

pytestmark = [pytest.mark.usefixtures("database", "clock"), pytest.mark.engines("sqlite")]


def titles_in(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.content_type == "text/calendar; charset=utf-8"
    return sorted(str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(answer.data).events)


def links_of(page: str) -> dict[str, str]:
    """The filters of a page: what each says, by its address."""
    navs = re.findall(r'<nav class="filters".*?</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', "".join(navs))
    return {address: " ".join(words.split()) for address, words in found}


def some_events() -> None:
    an_event(title="London", city="London", country="GB")
    an_event(title="Leeds", city="Leeds", country="GB", kind=EventKind.FILM)
    an_event(title="Off", city="London", country="GB", state=EventState.CANCELLED)
    an_event(title="Gdańsk", city="Gdańsk", country="PL", kind=EventKind.LETTER_WRITING)
    an_event(title="Call", kind=EventKind.ONLINE)
    an_event(title="Both", city="Y", country="FR", online_url="https://meet.example/x")
    an_event(title="Over", city="Berlin", country="DE", starts_at=soon(-3))
    an_event(title="Hidden", city="Oslo", country="NO", state=EventState.DRAFT)


def test_filters_are_links_that_say_how_many_they_leave(client: FlaskClient) -> None:
    some_events()
    assert links_of(client.get("/events/").text) == {
        "/events/": "Everywhere 6",
        "/events/in/fr/": "France 1",
        "/events/in/pl/": "Poland 1",
        "/events/in/gb/": "United Kingdom 3",
        "/events/online/": "Online 2",
        "/events/past/2026/": "Past events",
        "/events/in/pl-gdansk/": "Gdańsk 1",
        "/events/in/gb-leeds/": "Leeds 1",
        "/events/in/gb-london/": "London 2",
        "/events/in/fr-y/": "Y 1",
        "/events/kind/film/": "Film 1",
        "/events/kind/letter-writing/": "Letter-writing 1",
        "/events/kind/vigil/": "Vigil 3",
    }


@pytest.mark.parametrize(
    ("place", "titles"),
    [
        ("in/gb", ["Leeds", "London", "Off"]),
        ("in/gb-london", ["London", "Off"]),
        ("in/fr-y", ["Both"]),
        ("online", ["Both", "Call"]),
        ("kind/letter-writing", ["Gdańsk"]),
        ("in/no", []),
    ],
)
def test_the_page_and_the_calendar_of_a_filter_hold_the_same(
    client: FlaskClient, place: str, titles: list[str]
) -> None:
    some_events()
    page = client.get(f"/events/{place}/").text
    assert sorted(re.findall(r'<h3><a href="/events/[^"]+">([^<]+)</a>', page)) == titles
    assert f'href="/events/{place}.ics"' in page
    assert titles_in(client, f"/events/{place}.ics") == titles
    assert page.count('aria-current="page"') >= (1 if titles else 0)


def test_what_is_over_stays_in_the_calendar_of_its_country(client: FlaskClient) -> None:
    some_events()
    assert titles_in(client, "/events/in/de.ics") == ["Over"]
    assert "No events planned here." in words_of(client.get("/events/in/de-berlin/").text)


@pytest.mark.parametrize("place", ["in/xx", "in/GB", "in/gb-oslo", "in/no-oslo", "kind/online", "kind/party"])
def test_a_filter_that_cannot_be_is_not_found(client: FlaskClient, place: str) -> None:
    some_events()
    assert client.get(f"/events/{place}/").status_code == 404
    assert client.get(f"/events/{place}.ics").status_code == 404


def test_an_empty_list_names_the_next_anniversary(client: FlaskClient) -> None:
    start = datetime(2025, 12, 16, 18, tzinfo=UTC)
    an_event(kind=EventKind.ANNIVERSARY, starts_at=start)
    words = words_of(client.get("/events/").text)
    assert "No events planned. The next anniversary is 16 December 2026." in words
    assert "Tell us of one" in words
    assert "The next anniversary is 16 December 2026." in words_of(client.get("/events/map/").text)


def test_a_month_is_a_table_with_its_neighbours(client: FlaskClient) -> None:
    an_event(title="Vigil", slug="vigil", city="London", country="GB")
    # Already the next day where it takes place, and on two days of its own.
    an_event(
        title="Vigil of two nights",
        zone="Asia/Almaty",
        starts_at=datetime(2026, 12, 16, 20, tzinfo=UTC),
        ends_at=datetime(2026, 12, 18, 12, tzinfo=UTC),
    )
    page = client.get("/events/2026/12/").text
    assert "<caption>2 events in December 2026, each in its own time</caption>" in page
    assert page.count('<th scope="col">') == 7
    days = re.findall(r'<time class="num" datetime="([\d-]+)">', page)
    assert days == ["2026-12-16", "2026-12-17", "2026-12-18"]
    assert "18:00, London time, London" in words_of(page)
    assert 'href="/events/2026/11/" rel="prev"' in page
    assert 'href="/events/2027/01/" rel="next"' in page


def test_an_empty_month_says_so_and_names_the_nearest(client: FlaskClient) -> None:
    an_event(starts_at=datetime(2026, 3, 1, tzinfo=UTC))
    an_event()
    page = client.get("/events/2026/10/").text
    assert "No events in October 2026. The nearest: March 2026 · December 2026" in words_of(page)
    assert '<meta name="robots" content="noindex">' in page
    assert "<table" not in page
    assert 'rel="prev"' not in client.get("/events/1990/01/").text
    for wrong in ("2026/13", "2026/00", "1989/12", "2101/01"):
        assert client.get(f"/events/{wrong}/").status_code == 404, wrong


def test_the_map_and_its_list_hold_every_coming_event_once(client: FlaskClient) -> None:
    some_events()
    page = client.get("/events/map/").text
    listed = re.findall(r'<h3><a href="/events/[^"]+">([^<]+)</a>', page)
    assert sorted(listed) == ["Both", "Call", "Gdańsk", "Leeds", "London", "Off"]
    for look, numbers in (("wide", [4, 1]), ("narrow", [5])):
        [dots] = re.findall(rf'<ul class="dots {look}">(.*?)</ul>', page, re.DOTALL)
        assert [int(number) for number in re.findall(r'aria-hidden="true">(\d+)<', dots)] == numbers
        for anchor in re.findall(r'href="#([^"]+)"', dots):
            assert f'id="{anchor}"' in page
    assert "4 events: London, Leeds and Y" in words_of(page)
    assert "style=" not in page
    nowhere = words_of(page.split('id="nowhere"')[1])
    assert "Call" in nowhere
    assert "London, United Kingdom" not in nowhere


def test_a_case_has_the_events_of_its_actions(client: FlaskClient) -> None:
    case_id = a_case()
    action = an_action(case_id=case_id)
    an_event(title="Its own", action_id=action.card.id)
    an_event(title="Its past", action_id=action.card.id, starts_at=soon(-400))
    an_event(title="Another")
    with client.application.test_request_context():
        answer = calendar_of_case(case_id, "Arman Tolegen", "arman-tolegen.ics")
    found = icalendar.Calendar.from_ical(answer.data)
    assert sorted(str(event["SUMMARY"]) for event in found.events) == ["Its own", "Its past"]
    assert str(found["X-WR-CALNAME"]).startswith("Events for Arman Tolegen – ")


def test_a_yearly_event_is_one_entry_that_repeats(client: FlaskClient) -> None:
    first = datetime(2022, 12, 16, 12, tzinfo=UTC)
    an_event(slug="names", title="Names", zone="Asia/Almaty", starts_at=first, yearly=True, last_year=2030)
    assert "Wednesday 16 December 2026, 18:00, Astana time" in words_of(client.get("/events/").text)
    assert "Every year until 2030" in words_of(client.get("/events/names/").text)
    assert "Names" in words_of(client.get("/events/2029/12/").text)
    assert "Names" in words_of(client.get("/events/past/2024/").text)
    for path in ("/events.ics", "/events/names.ics"):
        [event] = icalendar.Calendar.from_ical(client.get(path).data).events
        assert event.decoded("DTSTART").astimezone(UTC) == first
        assert event["RRULE"].to_ical() == b"FREQ=YEARLY;UNTIL=20301231T185959Z"


def test_the_link_to_take_part_is_nowhere_before_its_time(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    start, end = datetime(2026, 12, 16, 18, tzinfo=UTC), datetime(2026, 12, 16, 19, tzinfo=UTC)
    an_event(
        slug="call", kind=EventKind.ONLINE, starts_at=start, ends_at=end, online_url="https://meet.example/x"
    )
    paths = ["/", "/events/", "/events/online/", "/events/map/", "/events/2026/12/"]
    paths += ["/events/call/", "/events/call.ics", "/events.ics", "/events/online.ics"]
    for path in paths:
        assert b"meet.example" not in client.get(path).data, path
    assert "The link is shown here 15 minutes before." in words_of(client.get("/events/call/").text)
    clock.move_to(datetime(2026, 12, 16, 17, 46, tzinfo=UTC))
    assert 'href="https://meet.example/x"' in client.get("/events/call/").text
    assert [path for path in paths if b"meet.example" in client.get(path).data] == ["/events/call/"]
    clock.move_to(end)
    assert "meet.example" not in client.get("/events/call/").text


def test_a_place_that_shows_itself_is_news_to_calendars(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    at = datetime(2026, 12, 16, 9, tzinfo=UTC)
    an_event(slug="vigil", place="Park Gate", directions="Bus 24", place_later=True, place_from=at)
    paths = ["/events/", "/events/vigil/", "/events/map/", "/events/vigil.ics"]
    for path in paths:
        assert not re.search(b"Park Gate|Bus 24", client.get(path).data), path
    assert "16 December 2026, 09:00, London time" in words_of(client.get("/events/vigil/").text)
    [before] = icalendar.Calendar.from_ical(client.get("/events/vigil.ics").data).events
    clock.move_to(at)
    for path in paths:
        assert b"Park Gate" in client.get(path).data, path
    [after] = icalendar.Calendar.from_ical(client.get("/events/vigil.ics").data).events
    assert "Bus 24" in after["DESCRIPTION"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.decoded("DTSTAMP") == at


def test_a_past_event_says_how_many_came_and_how_it_was(client: FlaskClient) -> None:
    an_event(slug="march", starts_at=soon(-3), came=200, report_html="<p>It rained.</p>")
    words = words_of(client.get("/events/march/").text)
    assert "Past Vigil" in words
    assert "This event is over. 200 people came." in words
    assert "How it was It rained." in words
    assert "200 people came." in words_of(client.get("/events/past/2026/").text)


def test_a_text_in_another_language_says_so(client: FlaskClient) -> None:
    an_event(slug="vigil", locale="ru", title="Пикет", body_html="<p>Приходите.</p>")
    page = client.get("/events/vigil/").text
    assert re.search(r'<h1[^>]* lang="ru"', page)
    assert re.search(r'<div class="prose[^>]* lang="ru"', page)
    assert 'lang="ru">Пикет</a>' in client.get("/events/").text
    assert 'class="p-name" lang' not in client.get("/ru/events/vigil/").text


def test_every_list_of_twenty_costs_as_many_queries_as_one_of_one(client: FlaskClient) -> None:
    paths = ["/events/", "/events/in/gb-london/", "/events/map/", "/events/2026/12/", "/events/in/gb.ics"]

    def cost() -> list[int]:
        counts = []
        for path in paths:
            session.remove()
            with queries_made() as made:
                assert client.get(path).status_code == 200
            counts.append(len(made))
        return counts

    an_event(city="London", country="GB", action_id=an_action().card.id)
    cost()
    one = cost()
    for number in range(19):
        an_event(city="London", country="GB", action_id=an_action().card.id, yearly=number % 2 == 0)
    assert cost() == one
    assert max(one) <= 10
