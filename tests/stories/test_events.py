"""Stories of protest events: where they stand, in whose time, and what becomes of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from campaign_actions.actions.models import Kind
from tests.support.browser import Watch
from tests.support.content import an_article, an_event, link, words_of
from tests.support.filled_forms import errors_of, send
from tests.support.keyboard import activate, check
from tests.support.people import follow, log_in, press, reads
from tests.support.story import Story
from tests.support.visiting import Visitor

pytestmark = pytest.mark.usefixtures("clock")

EDIT = "/desk/events/vigil-at-the-embassy-london/edit/"
PLAN = {
    "title": "Vigil at the embassy",
    "kind": "vigil",
    "starts": "2026-12-16 18:00",
    "zone": "Europe/London",
    "place": "Outside the embassy, 125 Pall Mall",
    "city": "London",
    "country": "GB",
    "do": "publish",
}


def test_s51_events_stand_in_their_own_time_beside_the_action_and_in_the_list(
    story: Story, page: Page
) -> None:
    action = story.an_action(title="Release Arman Tolegen")
    plans = {
        "Film in Berlin": ("2027-03-28T16:00+00:00", "Europe/Berlin"),
        "Picket in Almaty": ("2026-12-16T12:00+00:00", "Asia/Almaty"),
        "Vigil in London": ("2026-12-16T18:00+00:00", "Europe/London"),
        "Vigil of last spring": ("2026-03-28T18:00+00:00", "Europe/London"),
    }

    def plan() -> None:
        for title, (moment, zone) in plans.items():
            starts_at = datetime.fromisoformat(moment)
            slug = title.lower().replace(" ", "-")
            an_event(slug=slug, title=title, starts_at=starts_at, zone=zone, action_id=action.card.id)

    story.inside(plan)
    coming = ["Picket in Almaty", "Vigil in London", "Film in Berlin"]
    for address in (f"/actions/{action.card.slug}/", "/events/"):
        page.goto(address)
        expect(page.locator("main .event h3")).to_have_text(coming)
        times = page.locator("main .event time").all_inner_texts()
        for words, told in zip(times, ("17:00 Astana", "18:00 London", "18:00 Berlin"), strict=True):
            hour, city = told.split()
            assert hour in words
            assert city in words
    follow(page, "Past events")
    follow(page, "Vigil of last spring")
    reads(page, "This event is over.")
    files = {title: calendar(story.stranger(), title.lower().replace(" ", "-")) for title in plans}
    for title, (moment, _zone) in plans.items():
        assert files[title].decoded("DTSTART").astimezone(UTC) == datetime.fromisoformat(moment)
    assert str(files["Film in Berlin"].decoded("DTSTART").time()) == "18:00:00"


def test_s52_an_event_that_is_changed_or_called_off_says_so_everywhere(
    story: Story, clock: time_machine.Traveller
) -> None:
    organiser, reader = story.at_the_desk(), story.stranger()
    refused = plan(organiser, ends="2026-12-16 17:00")
    assert refused.status_code == 422
    assert errors_of(refused.text) == ["The event would end before it starts. Write a later end."]
    assert 'value="Vigil at the embassy"' in refused.text
    assert plan(organiser).status_code == 303
    first = calendar(reader)
    clock.shift(timedelta(minutes=10))
    assert send(organiser, EDIT, starts="2026-12-16 16:00").status_code == 422
    note = "Now 4pm, was 6pm"
    assert send(organiser, EDIT, starts="2026-12-16 16:00", note=note).status_code == 303
    second = calendar(reader)
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] == first["SEQUENCE"] + 1
    assert second.decoded("DTSTART").hour == 16
    assert note in words_of(reader.get("/events/").text)
    reason = "The street is closed."
    assert send(organiser, EDIT.replace("edit", "cancel"), reason=reason).status_code == 303
    third = calendar(reader)
    assert (third["UID"], third["STATUS"]) == (first["UID"], "CANCELLED")
    assert third["SEQUENCE"] > second["SEQUENCE"]
    for path in ("/events/", "/events/vigil-at-the-embassy-london/"):
        words = words_of(reader.get(path).text)
        assert "Cancelled" in words
        assert reason in words
    subscribed = icalendar.Calendar.from_ical(reader.get("/events.ics").text).events
    assert [event["STATUS"] for event in subscribed] == ["CANCELLED"]


def test_s53_a_place_kept_back_is_nowhere_until_it_is_released(story: Story) -> None:
    email, owner = story.a_user()
    organiser, reader = Visitor(story.app), story.stranger()
    organiser.log_in(email)
    action = story.an_action(owner_id=owner)

    def tie() -> str:
        article = an_article()
        link(action.card.id, article.id)
        return f"/news/2014/12/{article.slug}/"

    places = [
        story.inside(tie),
        f"/actions/{action.card.slug}/",
        f"/actions/{action.card.slug}/count.json",
        f"/actions/{action.card.slug}/thanks/",
        *("/", "/events/", "/events.ics", "/news/feed/", "/actions/", "/events/map/", "/events/2026/12/"),
        *("/events/in/gb-london/", "/events/in/gb.ics", "/events/kind/vigil/", "/events/kind/vigil.ics"),
        *(f"/events/vigil-at-the-embassy-london{end}" for end in ("/", ".ics")),
    ]
    kept_back = {"place_later": "y", "action": str(action.card.id), "directions": "Behind 125 Pall Mall"}
    assert plan(organiser, **kept_back).status_code == 303
    pages = {path: reader.get(path) for path in places}
    assert {answer.status_code for answer in pages.values()} == {200}
    assert [path for path, answer in pages.items() if "125 Pall Mall" in answer.text] == []
    assert "The place is shown here on the day" in pages["/events/"].text
    assert send(organiser, EDIT, place_later=None).status_code == 303
    told = [path for path in places if "125 Pall Mall" in reader.get(path).text.replace("\r\n ", "")]
    assert {"/events/", "/events.ics", f"/actions/{action.card.slug}/"} < set(told)


def test_s66_one_protest_in_three_cities_and_once_more_next_year(
    story: Story, page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    email, owner = story.a_user()
    action = story.an_action(title="Stand with the dockers", kind=Kind.PROTEST, owner_id=owner)
    cities = {
        "Picket in Almaty": ("2026-12-16T13:00+00:00", "Asia/Almaty", "KZ", "Almaty", "18:00, Astana time"),
        "March in Berlin": ("2026-12-16T17:00+00:00", "Europe/Berlin", "DE", "Berlin", "18:00, Berlin time"),
        "Vigil in London": ("2026-12-16T18:00+00:00", "Europe/London", "GB", "London", "18:00, London time"),
    }

    def plan_all() -> None:
        for title, (moment, zone, country, city, _words) in cities.items():
            where = {"country": country, "city": city, "place": "Outside the embassy"}
            starts_at = datetime.fromisoformat(moment)
            slug = title.lower().replace(" ", "-")
            who = {"owner_id": owner, "action_id": action.card.id}
            an_event(slug=slug, title=title, starts_at=starts_at, zone=zone, **where, **who)

    story.inside(plan_all)
    for address in (f"/actions/{action.card.slug}/", "/events/", "/events/map/", "/events/2026/12/"):
        page.goto(address)
        for title, (*_rest, hour) in cities.items():
            reads(page, title)
            reads(page, hour)
    assert page.locator("td:has(time[datetime='2026-12-16']) li").count() == len(cities)
    file = icalendar.Calendar.from_ical(story.stranger().get("/events.ics").text)
    starts = {str(event["SUMMARY"]): event.decoded("DTSTART").astimezone(UTC) for event in file.events}
    assert starts == {title: datetime.fromisoformat(told[0]) for title, told in cities.items()}
    page.goto("/events/map/")
    activate(page, page.locator(".dots.wide a", has_text="Almaty"))
    expect(page).to_have_url(re.compile("#at-1$"))

    log_in(page, email)
    page.goto("/desk/events/vigil-in-london/edit/")
    follow(page, "Copy to next year")
    for title in cities:
        reads(page, f"{title}: Thursday 16 December 2027, 18:00")
    press(page, "Make the drafts")
    reads(page, "Open each, check the place")
    expect(page.get_by_text("A copy: check the place.")).to_have_count(len(cities))
    page.goto("/desk/events/march-in-berlin-berlin-2027/edit/")
    press(page, "Publish the event")
    expect(page.get_by_role("alert")).to_contain_text("Check the place")
    check(page, page.get_by_label("The place is checked"))
    press(page, "Publish the event")
    reads(page, "Planned")
    page.goto("/events/2027/12/")
    reads(page, "18:00, Berlin time, Berlin")
    assert "Picket in Almaty" not in page.locator("main").inner_text()


def plan(organiser: Visitor, **changes: str) -> TestResponse:
    """The form of a new event, filled in and sent."""
    return send(organiser, "/desk/events/new/", **(PLAN | changes))


def calendar(reader: Visitor, slug: str = "vigil-at-the-embassy-london") -> icalendar.Event:
    """The event in its calendar file."""
    answer = reader.get(f"/events/{slug}.ics")
    assert answer.status_code == 200
    [event] = icalendar.Calendar.from_ical(answer.text).events
    assert event.name == "VEVENT"
    return event
