"""Stories of the desk: an appeal becomes an action, and what organisers do shows beside the article."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import time_machine
from playwright.sync_api import BrowserContext, Page, expect

from campaign_actions.imports import importing, listing
from campaign_actions.infra.database.engine import writing
from tests.support.browser import Watch
from tests.support.content import an_article, link
from tests.support.factories import an_action
from tests.support.people import follow, is_thanked, log_in, press, reads, sign
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")

APPEAL = "Free the striker Arman Tolegen"
LISTING = f"""{APPEAL}

: December 08, 2014
Appeals /

Arman Tolegen spoke for the strikers and was given seven years. His lawyer was [...]
"""
TYPED = {
    "Target 1": "the Prosecutor General",
    "Text of the letter": "Dear Prosecutor General,\n\n**set him free.**",
    "First goal": "1,000",
    "What happens there": "We hand it in at the embassy.",
    "Closes": "2026-12-10 23:59",
}


def take_in_the_appeal() -> str:
    pages = [("appeals.txt", listing.parse(LISTING, name="appeals.txt"))]
    with writing():
        run = importing.Import()
        run.take(importing.in_order(pages))
    return "/news/2014/12/free-the-striker-arman-tolegen/"


def test_s61_an_imported_appeal_becomes_an_action_in_a_few_steps(
    story: Story, any_page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    page, article = any_page, story.inside(take_in_the_appeal)
    log_in(page, story.a_user()[0])
    page.goto("/desk/news/")
    follow(page, "Make an action from")
    press(page, "Make an action")
    expect(page.get_by_label("Title")).to_have_value(APPEAL)
    for field, text in list(TYPED.items())[:2]:
        page.get_by_label(field, exact=True).fill(text)
    press(page, "Publish now")
    summary = page.get_by_role("alert").get_by_role("link")
    assert summary.all_inner_texts() == ["Set a first goal", "Add a closing day"]
    for field, text in TYPED.items():
        box = page.get_by_label(field, exact=True)
        if box.input_value() != text:
            assert field not in list(TYPED)[:2]
            box.fill(text)
    press(page, "Save and preview")
    preview = page.locator(".doc").inner_html(), page.locator(".sheet").inner_text()
    assert "set him free" in preview[0]
    page.goto(f"/desk/actions/{APPEAL.lower().replace(' ', '-')}/edit/")
    press(page, "Publish now")
    follow(page, "The page supporters see")
    assert page.locator(".doc").inner_html() == preview[0]
    public = page.locator(".sheet").inner_text().replace("Sign the letter", "")
    hidden_note = "Signing opens when this is published"
    assert squeezed(public) == squeezed(preview[1].replace(hidden_note, ""))
    follow(page, APPEAL)
    assert page.url.endswith(article)
    expect(page.get_by_role("complementary")).to_contain_text("1,000 to go to 1,000")
    page.goto("/actions/")
    reads(page, APPEAL)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_s62_signing_and_the_plans_of_organisers_show_beside_the_article(
    story: Story, page: Page, new_context: Callable[..., BrowserContext], clock: time_machine.Traveller
) -> None:
    email, owner = story.a_user()
    article = story.inside(lambda: an_article_with_an_action(owner))
    page.goto(article)
    beside = page.get_by_role("complementary")
    expect(beside).to_contain_text("New. Nobody has signed yet.")
    follow(page, "Sign the letter")
    sign(page)
    page.goto(story.link("marta@example.org"))
    press(page, "Confirm my signature")
    is_thanked(page)
    story.work()
    page.goto(article)
    expect(beside).to_contain_text("New. 1 person has signed so far.")

    organiser = new_context().new_page()
    log_in(organiser, email)
    organiser.goto("/desk/actions/")
    follow(organiser, "Release Arman Tolegen")
    follow(organiser, "Add an event")
    for field, text in {"Title": "Vigil", "Starts": "2026-12-16 18:00", "City": "Almaty"}.items():
        organiser.get_by_label(field).fill(text)
    organiser.get_by_label("Place", exact=True).fill("Republic Square")
    organiser.get_by_label("Time zone").select_option("Asia/Almaty")
    press(organiser, "Publish the event")
    page.reload()
    for words in ("Vigil", "16 December 2026, 18:00, Astana time", "Republic Square, Almaty"):
        expect(beside).to_contain_text(words)

    follow(organiser, "Cancel the event")
    organiser.get_by_label("Why is it cancelled?").fill("The square is closed.")
    press(organiser, "Cancel the event")
    page.reload()
    expect(beside).to_contain_text(re.compile("Cancelled.*The square is closed."))
    clock.move_to("2026-12-17T12:00+00:00")
    page.reload()
    expect(beside).not_to_contain_text("Vigil")
    story.work()


def an_article_with_an_action(owner: UUID) -> str:
    action = an_action(title="Release Arman Tolegen", owner_id=owner)
    article = an_article(title="He was sentenced today")
    link(action.card.id, article.id)
    return f"/news/2014/12/{article.slug}/"
