"""Stories of signing: from the form to the letter, whatever is typed and wherever it is opened."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import BrowserContext, Page, expect

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail.models import Letter
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State
from tests.support.browser import Watch
from tests.support.factories import PASSWORD
from tests.support.filled_forms import errors_of
from tests.support.flow import text_of
from tests.support.keyboard import activate, check, select
from tests.support.made_exports import answers
from tests.support.people import checks_email, follow, is_thanked, overflow, press, reads, sign, write
from tests.support.story import Story, paths_of

pytestmark = pytest.mark.usefixtures("clock")

EMAIL = "marta@example.org"
# What the Tor Browser of every visitor sends, whoever and wherever they are.
TOR = {
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    "locale": "en-US",
    "timezone_id": "UTC",
    "java_script_enabled": False,
    "viewport": {"width": 320, "height": 600},
}


def open_form(page: Page, action: ActionPage) -> None:
    page.goto(f"/actions/{action.card.slug}/")


def test_s10_signing_leaves_one_letter_and_confirming_counts_one(story: Story, any_page: Page) -> None:
    action = story.an_action()
    open_form(any_page, action)
    sign(any_page, email=EMAIL, updates=True)
    checks_email(any_page, EMAIL)
    assert (story.rows(Letter), story.rows(Job), story.rows(UpdateAddress)) == (1, 1, 0)
    any_page.goto(story.link(EMAIL))
    assert (len(story.mailbox.letters()), story.count(action)) == (1, 0)
    press(any_page, "Confirm my signature")
    is_thanked(any_page)
    assert story.count(action) == 1
    assert (len(story.mailbox.letters()), story.rows(Letter), story.rows(UpdateAddress)) == (1, 0, 1)


def test_s11_another_address_gets_the_letter_and_the_old_row_goes(
    story: Story, page: Page, clock: time_machine.Traveller
) -> None:
    action = story.an_action()
    open_form(page, action)
    sign(page, email="marta@exmaple.example")
    checks_email(page, "marta@exmaple.example")
    story.work()
    activate(page, page.get_by_text("No message?"))
    press(page, "Change the address")
    expect(page.get_by_label("Full name")).to_have_value("Marta Lindqvist")
    write(page, "Email address", EMAIL)
    press(page, "Sign the letter")
    checks_email(page, EMAIL)
    page.goto(story.link(EMAIL))
    press(page, "Confirm my signature")
    assert len(story.mailbox.letters("marta@exmaple.example")) == 1
    assert story.states(action) == [State.WAITING, State.CONFIRMED]
    clock.shift(timedelta(days=8))
    story.work()
    assert story.states(action) == [State.CONFIRMED]


def test_s12_an_empty_form_says_what_is_missing_and_keeps_the_rest(
    story: Story, any_page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    action = story.an_action()
    open_form(any_page, action)
    select(any_page, any_page.get_by_label("Country"), "SE")
    check(any_page, any_page.locator('input[value="target"]'))
    press(any_page, "Sign the letter")
    assert any_page.title().startswith("Error: ")
    summary = any_page.get_by_role("alert")
    expect(summary).to_be_focused()
    wrong = {"Enter your full name": "name", "Enter your email address": "email"}
    assert summary.get_by_role("link").all_inner_texts() == list(wrong)
    for words, field in wrong.items():
        expect(any_page.locator(f"#{field}-err")).to_contain_text(words)
        activate(any_page, summary.get_by_role("link", name=words))
        expect(any_page.locator(f"#{field}")).to_be_focused()
    expect(any_page.get_by_label("Country")).to_have_value("SE")
    expect(any_page.locator('input[value="target"]')).to_be_checked()
    assert (story.rows(Signature), story.rows(Letter), story.rows(Job)) == (0, 0, 0)


NAMES = ("=cmd|' /C calc'!A0", "+1", "Әлия Қайратқызы", "O'Brien", "Sukarno")
NO_NAMES = {
    "Marta www.example.org": "Full name must not include a web address",
    "Marta\x07Lindqvist": "Full name includes a character we cannot store",
}


def test_s13_names_are_kept_as_typed_or_refused_with_the_reason(story: Story) -> None:
    action = story.an_action()
    for number, name in enumerate(NAMES):
        email = f"signer{number}@example.org"
        signer = story.supporter(action)
        signer.sign(name=name, email=email, level="target")
        signer.client.post(story.link(email))
    for name, reason in NO_NAMES.items():
        page = story.supporter(action).sign(name=name, email="other@example.org")
        assert (page.status_code, errors_of(page.text)) == (422, [reason])
        assert EMAIL not in page.text
        assert "other@example.org" in page.text
    assert story.count(action) == len(NAMES)
    listed = export(story, action)
    # A cell that a spreadsheet would run begins with an apostrophe in the file, and only there.
    assert names_in(listed) == sorted(f"'{name}" if name[0] in "=+" else name for name in NAMES)


def test_s14_without_script_at_320_pixels_in_tor_browser_everything_can_be_done(
    story: Story, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(**TOR).new_page()
    action = story.an_action()

    def fits(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert overflow(page) <= 0

    page.goto("/actions/")
    fits("Actions")
    follow(page, action.card.title)
    fits(action.card.title)
    sign(page, email=EMAIL)
    fits("Check your email")
    write(page, "6-digit code", story.code(EMAIL))
    press(page, "Confirm my signature")
    fits("Your signature is confirmed")
    assert story.count(action) == 1
    page.goto(story.my(EMAIL))
    fits("Your signature")
    follow(page, "Withdraw my signature")
    fits("Withdraw my signature")
    press(page, "Withdraw my signature")
    reads(page, "You withdrew this signature on 22 November 2026.")
    assert story.count(action) == 0
    assert page.context.cookies() == []


def test_s15_nobody_has_to_name_a_country(story: Story) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    assert "ostcode" not in supporter.client.get(supporter.address).text
    assert supporter.sign(country="").status_code == 200
    supporter.client.post(story.link(EMAIL))
    assert story.count(action) == 1


def test_s16_a_name_is_told_to_nobody_but_those_it_was_meant_for(
    story: Story, page_without_script: Page, caplog: pytest.LogCaptureFixture
) -> None:
    page = page_without_script
    caplog.set_level(logging.DEBUG)
    action = story.an_action()
    for name, email, level in (
        ("Teamonly Marta", EMAIL, "team"),
        ("Targetonly Jonas", "jonas@example.org", "target"),
        ("Openly Zhanar", "zhanar@example.org", "everyone"),
    ):
        open_form(page, action)
        sign(page, name=name, email=email, level=level)
        page.goto(story.link(email))
        press(page, "Confirm my signature")
        is_thanked(page)
    story.work()
    told = everything_public(story) + "".join(map(text_of, story.mailbox.letters())) + caplog.text
    assert "Openly Zhanar" in told
    assert [name for name in ("Teamonly", "Targetonly", EMAIL, "jonas@") if name in told] == []
    assert names_in(export(story, action)) == ["Openly Zhanar", "Targetonly Jonas"]


def everything_public(story: Story) -> str:
    """What all pages, feeds and figures say that can be reached from the front page."""
    reader, waiting, told = story.stranger(), {"/"}, {}
    while waiting - set(told):
        path = min(waiting - set(told))
        answer = reader.get(path)
        told[path] = answer.text if "image" not in str(answer.mimetype) else ""
        waiting |= {found for found in paths_of(told[path]) if not found.startswith("/static/")}
        waiting |= set(re.findall(r'data-live="([^"]+)"', told[path]))
    assert any(path.endswith("/count.json") for path in told)
    assert any("/feed/" in path for path in told)
    return "".join(told.values())


def export(story: Story, action: ActionPage) -> str:
    """The file of a deliver list, through the pages of staff."""
    staff = story.at_the_desk(Role.STAFF, may_export=True)
    asked = staff.post("/staff/exports/", answers(action.card.id) | {"password": PASSWORD})
    assert asked.status_code == 303, asked.text
    story.work()
    return staff.post(f"{asked.location}download", on=asked.location).text


def names_in(listed: str) -> list[str]:
    """The names of a list, by the alphabet."""
    return sorted(row["name"] for row in csv.DictReader(io.StringIO(listed.removeprefix("\ufeff"))))
