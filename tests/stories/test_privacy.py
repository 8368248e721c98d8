"""Stories of one's own signature: seen, changed, corrected, taken back, deleted, always without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures.models import Comment, OwnCopy, PastLevel, Signature
from campaign_actions.signatures.states import State
from tests.support.browser import Watch
from tests.support.keyboard import check
from tests.support.people import checks_email, follow, is_thanked, press, reads, sign, write
from tests.support.story import Story

EMAIL = "marta@example.org"
# What may stay of a withdrawn signature: whose it was only as a digest, its state and days.
KEPT = {
    *(
        "email_digest",
        "action_id",
        "id",
        "state",
        "level",
        "locale",
        "text_version",
        "text_locale",
        "consent_version",
    ),
    *("source", "signed_on", "proved_on", "withdrawn_on", "delete_on", "letter_no", "link_hash", "my_hash"),
    *("my_until", "old_links", "code_tries", "wants_updates"),
}


@pytest.mark.usefixtures("clock")
def test_s59_ones_own_signature_can_be_changed_taken_back_and_deleted(
    story: Story,
    page_without_script: Page,
    settings: Settings,
    clock: time_machine.Traveller,
    watch: Watch,
) -> None:
    watch.expect("status of 422")
    page = page_without_script
    action = story.an_action()
    page.goto(f"/actions/{action.card.slug}/")
    sign(page, name="Marta Lindqvst", email=EMAIL, country="SE", updates=True)
    page.goto(story.link(EMAIL))
    press(page, "Confirm my signature")
    is_thanked(page)
    page.goto(story.my(EMAIL))
    for words in ("Nobody outside our team", "Sweden", "22 November 2026", "This page cannot show them."):
        reads(page, words)
    raises_the_level(story, page, action)
    corrects_the_name(story, page, settings)
    comments(story, page, action)
    takes_the_details_along(story, page)
    withdraws(story, page, action)
    signs_again(story, page, action, clock)
    deletes_everything(story, page, action)


def raises_the_level(story: Story, page: Page, action: ActionPage) -> None:
    follow(page, "Change who may see your name")
    check(page, page.locator('input[value="everyone"]'))
    press(page, "Keep this choice")
    reads(page, "Enter your full name")
    write(page, "Full name", "Marta Lindqvst")
    press(page, "Keep this choice")
    reads(page, "Your public name")
    assert "Marta Lindqvst" in story.stranger().get(f"/actions/{action.card.slug}/").text


def corrects_the_name(story: Story, page: Page, settings: Settings) -> None:
    follow(page, "Correct your name and email")
    write(page, "Full name", "Marta Lindqvist")
    write(page, "Email address", "other@example.org")
    press(page, "Correct my details")
    expect(page.get_by_role("alert")).to_be_visible()
    write(page, "Email address", "MARTA@example.org")
    press(page, "Correct my details")
    reads(page, "Marta Lindqvist")
    row = only_row(story)
    opener = Opener(keys.of_purpose(settings.worker_keys, "list"))
    opened = opener.open("signature", row["action_id"], row["email_digest"], row["sealed"]).decode()
    assert re.search(r'"n": ?"Marta Lindqvist"', opened)


def comments(story: Story, page: Page, action: ActionPage) -> None:
    follow(page, "Add a comment")
    write(page, "Your comment", "x" * 501)
    press(page, "Offer the comment")
    expect(page.get_by_role("alert")).to_contain_text("Comment must be 500 characters or fewer. It has 501.")
    write(page, "Your comment", "He taught my father to weld.\nLet him go home.")
    press(page, "Offer the comment")
    reads(page, "Waits until somebody has read it")
    here = f"/actions/{action.card.slug}/comments/"
    assert "taught my father" not in story.stranger().get(here).text
    staff = story.at_the_desk(Role.STAFF)
    read = staff.get("/desk/comments/").text
    path = re.search(r'action="(/desk/comments/[0-9a-f-]{36})"', read)
    assert path
    assert staff.post(path[1], {"do": "show", "seen": "1"}).status_code == 303
    shown = story.stranger().get(here).text
    assert "taught my father" in shown
    assert "Marta Lindqvist" in shown
    page.reload()
    reads(page, "Shown to everyone")


def takes_the_details_along(story: Story, page: Page) -> None:
    follow(page, "Download what you hold about me")
    press(page, "Open the sealed part for me")
    reads(page, "are being opened for you")
    story.work()
    follow(page, "Look again")
    reads(page, "MARTA@example.org")
    reads(page, "Only your link opens this copy.")
    follow(page, "Back to your signature")


def withdraws(story: Story, page: Page, action: ActionPage) -> None:
    assert story.count(action) == 1
    follow(page, "Withdraw my signature")
    press(page, "Withdraw my signature")
    reads(page, "You withdrew this signature on 22 November 2026.")
    assert story.count(action) == 0
    row = only_row(story)
    assert row["state"] == State.WITHDRAWN
    assert {name for name, value in row.items() if value is not None} <= KEPT
    assert (story.rows(Comment), story.rows(OwnCopy), story.rows(PastLevel)) == (0, 0, 0)
    for place in ("", "comments/"):
        told = story.stranger().get(f"/actions/{action.card.slug}/{place}").text
        assert "Marta" not in told
        assert "taught my father" not in told


def signs_again(story: Story, page: Page, action: ActionPage, clock: time_machine.Traveller) -> None:
    clock.shift(120)
    follow(page, "Sign again")
    sign(page, email=EMAIL)
    checks_email(page, EMAIL)
    assert story.states(action) == [State.WAITING]
    assert story.count(action) == 0


def deletes_everything(story: Story, page: Page, action: ActionPage) -> None:
    page.goto(story.my(EMAIL))
    reads(page, "Not confirmed yet")
    follow(page, "Delete everything")
    press(page, "Delete everything about this signature")
    expect(page.get_by_role("heading", level=1)).to_have_text("The signature is deleted")
    assert story.rows(Signature) == 0
    assert page.context.cookies() == []


def only_row(story: Story) -> dict[str, Any]:
    """The columns of the only signature there is."""

    def read() -> dict[str, Any]:
        return dict(session.execute(select(*Signature.__table__.c)).mappings().one())

    return story.inside(read)
