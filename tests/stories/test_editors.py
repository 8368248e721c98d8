"""Stories of writing at the desk: on a phone, with a tab that dies, in two at once, for a later hour."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import BrowserContext, Page, expect

from campaign_actions.accounts.models import Role
from tests.support.browser import Watch
from tests.support.people import follow, log_in, overflow, passes_the_gates, press, reads
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")

PHONE = {"width": 390, "height": 844}
NEW = "/desk/news/new/"


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


def test_an_article_goes_out_from_a_phone(story: Story, phone: Page, watch: Watch) -> None:
    watch.expect("status of 422")
    log_in(phone, story.a_user()[0])
    follow(phone, "News")
    follow(phone, "New article")
    phone.get_by_label("Title").fill("Police at the square")
    press(phone, "Publish the article")
    summary = phone.get_by_role("alert").get_by_role("link", name="Write the text of the article")
    summary.click()
    expect(phone.get_by_label("Text", exact=True)).to_be_focused()
    phone.get_by_label("Text", exact=True).fill("They came at noon.")
    assert overflow(phone) <= 0
    press(phone, "Publish the article")
    follow(phone, "The page readers see")
    reads(phone, "They came at noon.")


def test_an_action_goes_out_from_a_phone_once_nothing_is_missing(
    story: Story, phone: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    log_in(phone, story.a_user()[0])
    phone.goto("/desk/actions/new/")
    phone.get_by_label("Title").fill("Let Dina go home")
    press(phone, "Make a draft")
    phone.get_by_label("The ask").fill("She is in prison for a song.")
    press(phone, "Publish now")
    for missing, box, typed in (
        ("Name whom it is addressed to", "Target 1", "the Prosecutor General"),
        ("Write the letter", "Text of the letter", "Dear Prosecutor General,\n\nlet her go."),
        ("Set a first goal", "First goal", "100"),
        ("Add a closing day", "Closes", "2026-12-10 23:59"),
    ):
        phone.get_by_role("alert").get_by_role("link", name=missing).click()
        phone.get_by_label(box, exact=True).fill(typed)
    assert overflow(phone) <= 0
    press(phone, "Publish now")
    follow(phone, "The page supporters see")
    reads(phone, "She is in prison for a song.")


def test_a_case_is_told_from_a_phone(story: Story, phone: Page, watch: Watch) -> None:
    watch.expect("status of 422")
    log_in(phone, story.a_user()[0])
    follow(phone, "Cases")
    follow(phone, "New case")
    phone.get_by_label("Name", exact=True).fill("Dina Akhmetova")
    phone.get_by_label("How things stand").select_option("In prison")
    phone.get_by_label("Held since").fill("2025-01-14")
    press(phone, "Publish the case")
    for missing, box, typed in (
        ("Write who or what this is about", "Summary", "A teacher, jailed for a song."),
        ("Ask the family", "The family agreed on", "2026-11-01"),
    ):
        phone.get_by_role("alert").get_by_role("link", name=missing).click()
        expect(phone.get_by_label(box, exact=True)).to_be_focused()
        phone.get_by_label(box, exact=True).fill(typed)
    assert overflow(phone) <= 0
    press(phone, "Publish the case")
    for add, typed, button in (
        ("Add a line", {"Day": "2025-01", "What happened": "Taken from her home"}, "Save the line"),
        ("Add a fact", {"The fact": "Three years for “incitement”."}, "Save the fact"),
    ):
        follow(phone, add)
        for field, text in typed.items():
            phone.get_by_label(field, exact=True).fill(text)
        press(phone, button)
        phone.get_by_role("alert").get_by_role("link", name="Name the source").click()
        phone.get_by_label("Source", exact=True).fill("Her lawyer")
        assert overflow(phone) <= 0
        press(phone, button)
    follow(phone, "The page supporters see")
    for words in ("A teacher, jailed for a song.", "January 2025", "Taken from her home", "Three years for"):
        reads(phone, words)
    assert overflow(phone) <= 0


def test_what_was_typed_survives_a_tab_that_is_killed(
    story: Story, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    page = context.new_page()
    log_in(page, story.a_user()[0])
    page.goto(NEW)
    page.get_by_label("Title").fill("A letter from prison")
    page.get_by_label("Text", exact=True).fill("He writes.\n\nHe is well.")
    expect(page.locator("[data-status]")).to_have_text("Draft kept at 12:00")
    page.close()
    page = context.new_page()
    page.goto(NEW)
    reads(page, "You have text that was not saved, from 12:00.")
    follow(page, "Go on with it")
    expect(page.get_by_label("Text", exact=True)).to_have_value("He writes.\n\nHe is well.")
    press(page, "Save draft")
    page.get_by_label("Title").fill("Nonsense")
    page.goto("/desk/")  # what was typed a moment before leaving is sent by the browser
    page.go_back()
    page.reload()
    reads(page, "You have text that was not saved")
    press(page, "Throw it away")
    expect(page.get_by_label("Title")).to_have_value("A letter from prison")
    expect(page.get_by_text("You have text that was not saved")).to_have_count(0)


def test_two_in_one_editor_hear_of_each_other_and_nothing_is_overwritten(
    story: Story, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expect("status of 409")
    first, second = new_context().new_page(), new_context().new_page()
    log_in(first, story.a_user(Role.STAFF, name="Aigul")[0])
    log_in(second, story.a_user(Role.STAFF, name="Marat")[0])
    first.goto(NEW)
    first.get_by_label("Title").fill("The verdict")
    press(first, "Save draft")
    expect(first.locator("[data-other]")).to_be_hidden()
    second.goto(first.url)
    reads(second, "Aigul is editing (0 minutes).")
    second.get_by_label("Text", exact=True).fill("Seven years.")
    press(second, "Take over")
    expect(second.get_by_label("Text", exact=True)).to_have_value("Seven years.")
    first.get_by_label("Text", exact=True).fill("Five years.")
    reads(first, "Marat has taken over and is editing now.")
    press(first, "Save draft")
    reads(first, "Marat has taken over and is editing this now. Nothing was saved")
    press(second, "Save draft")
    press(first, "Take over")
    press(first, "Save draft")
    follow(first, "See how your text differs from what is stored")
    expect(first.locator("del")).to_contain_text("Seven")
    expect(first.locator("ins")).to_contain_text("Five")


def test_an_article_waits_for_an_hour_behind_the_change_of_clocks(
    story: Story,
    any_page: Page,
    clock: time_machine.Traveller,
    worker: Callable[[], None],
    watch: Watch,
) -> None:
    watch.expect("status of 422")
    page = any_page
    log_in(page, story.a_user()[0])
    page.goto(NEW)
    page.get_by_label("Title").fill("Vigil in London")
    page.get_by_label("Text", exact=True).fill("Bring a candle.")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Publish at").fill("2027-03-28 01:30")
    press(page, "Publish the article")
    reads(page, "clocks go forward and 01:30 does not exist in London time. Choose another hour.")
    page.get_by_label("Publish at").fill("2027-03-28 09:00")
    press(page, "Publish the article")
    reads(page, "Appears: Sunday 28 March 2027, 09:00, London time.")
    for moment, words in (
        (datetime(2027, 3, 28, 7, 59, tzinfo=UTC), "Page not found"),
        (datetime(2027, 3, 28, 8, 0, tzinfo=UTC), "Vigil in London"),
    ):
        clock.move_to(moment)
        story.inside(worker)
        watch.expect("status of 404")
        page.goto("/news/undated/vigil-in-london/")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))
    passes_the_gates(page)
