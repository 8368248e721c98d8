"""Stories of updates that are mailed: tried out, asked for, started, and the letter about a release."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import Outcome
from campaign_actions.signatures import tools
from campaign_actions.signatures.mailing_models import Mailing
from tests.support import made_mailings as made
from tests.support.browser import Watch
from tests.support.flow import text_of
from tests.support.people import follow, log_in, press, reads
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")


def log_in_instead(page: Page, email: str) -> None:
    page.context.clear_cookies()
    log_in(page, email)


def letters_to(story: Story, email: str) -> list[str]:
    """Subjects of the letters to an address, once the worker has done what is due."""
    story.work()
    return [str(letter["Subject"]) for letter in story.mailbox.letters() if letter["To"] == email]


def test_s47_an_update_is_looked_at_tried_out_and_not_sent_without_a_subject(
    story: Story, page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    organiser, owner_id = story.a_user(Role.ORGANISER, name="Aigul")
    staff, _id = story.a_user(Role.STAFF, name="Dina")
    action = story.an_action(owner_id=owner_id, slug="release")
    readers = story.inside(lambda: made.who_asked(tools.load(story.settings), action.card.id, 2))

    log_in(page, organiser)
    page.goto("/desk/actions/release/updates/new/")
    page.get_by_label("Title").fill("The hearing is moved")
    page.get_by_label("Text").fill("The court has *moved* it to the spring.")
    press(page, "Publish the update")
    follow(page, "Mail it to those who asked")
    reads(page, "2 people asked for news")
    expect(page.locator(".doc")).to_contain_text("The court has moved it to the spring.")
    assert not any(email in page.content() for email in readers)
    expect(page.get_by_label("Subject")).to_have_value("The hearing is moved")
    page.get_by_label("Subject").fill("Moved to the spring")
    press(page, "Send a test to me")
    reads(page, "The test is on its way to your own address, and to nobody else.")
    assert letters_to(story, organiser) == ["Test: Moved to the spring"]
    assert "This is a test. It went to you alone." in text_of(story.letter(organiser))
    page.get_by_label("Subject").fill(" ")
    press(page, "Ask staff to send it")
    assert page.title().startswith("Error: ")
    summary = page.get_by_role("alert").get_by_role("link")
    assert summary.all_inner_texts() == ["Write a subject."]
    assert page.get_by_role("button", name=re.compile("^Send it to")).count() == 0
    assert story.rows(Mailing) == 0
    page.get_by_label("Subject").fill("Moved to the spring")
    press(page, "Ask staff to send it")
    reads(page, "Staff now see that you ask for it.")
    assert letters_to(story, readers[0]) == []

    log_in_instead(page, staff)
    page.goto("/desk/")
    follow(page, "Decide about a mailing")
    press(page, "Send it to 2 people")
    reads(page, "The mailing has begun.")
    press(page, "Pause it")
    story.work()
    reads(page, "Somebody of the team has paused it.")
    assert letters_to(story, readers[0]) == []
    press(page, "Let it go on")
    for email in readers:
        assert letters_to(story, email) == ["Moved to the spring"]
    page.reload()
    reads(page, "2 of 2 letters sent.")
    page.goto("/desk/actions/release/log/")
    reads(page, "started a mailing of an update")


def test_s67_those_who_asked_get_one_letter_about_a_release(story: Story, page: Page) -> None:
    staff, owner_id = story.a_user(Role.STAFF)
    action = story.an_action(owner_id=owner_id, slug="release", title="Free Arman Tolegen", at_risk=True)
    (reader,) = story.inside(lambda: made.who_asked(tools.load(story.settings), action.card.id, 1))
    count = story.count(action)

    log_in(page, staff)
    page.goto("/desk/actions/release/outcome/")
    page.locator(f'input[name="outcome"][value="{Outcome.WON.value}"]').check()
    for field, words in {
        "On which day?": "2026-11-21",
        "What happened?": "Arman Tolegen walked out of the prison.",
        "Source": "His sister",
    }.items():
        page.get_by_label(field).fill(words)
    page.get_by_label("Also write an update with these words").check()
    press(page, "Record the outcome")
    reads(page, "What came of it: Free Arman Tolegen")
    reads(page, "1 person asked for news")
    assert letters_to(story, reader) == []
    press(page, "Send it to 1 person")
    assert letters_to(story, reader) == ["News about something you signed"]
    assert "Source: His sister" in text_of(story.letter(reader))
    assert len(letters_to(story, reader)) == 1
    page.goto("/actions/release/")
    reads(page, "Arman Tolegen walked out of the prison.")
    assert page.get_by_role("button", name="Sign the letter").count() == 0
    assert story.count(action) == count
    page.goto("/actions/release/updates/")
    reads(page, "What came of it: Free Arman Tolegen")
    assert (
        "What came of it: Free Arman Tolegen" in story.stranger().get("/actions/release/updates/feed/").text
    )
