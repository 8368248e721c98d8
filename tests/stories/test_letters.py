"""Stories of letters that people write themselves, from the desk to the printer."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from playwright.sync_api import Page, expect

from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.models import Counter
from tests.support.browser import Watch
from tests.support.content import an_article
from tests.support.keyboard import check, fill
from tests.support.letters import a_letter, a_target
from tests.support.people import follow, log_in, overflow, press, reads, write
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")

CALL = "Write to the prison hospital"
OWN_WORDS = "Dear Director,\n\nI am a nurse. Let a doctor see him."
TYPED = {
    "Target 1": "the Director of the hospital",
    "Subject": "A doctor for Arman Tolegen",
    "Points to make": "- Ask for **one** thing.\n- <script>alert(1)</script>",
    "Do not say": "- Nothing about his family.",
    "Text of the letter": "Dear Director,\n\nlet a doctor see Arman Tolegen.",
    "Write by": "2026-12-15 23:59",
}


def the_letter() -> ActionPage:
    hospital = a_target(name="the Director", address="Prison 4\nAktobe", email="office@prison.example")
    ombudsman = a_target(name="the Ombudsman", address="1 Square\nAstana", email="ombudsman@example.org")
    return a_letter(slug="a-doctor", title="Ask for a doctor", to=(hospital, ombudsman))


def numbers() -> dict[str, int]:
    return {counter.dim: counter.n for counter in session.query(Counter)}


def mail_of(page: Page) -> tuple[str, str, str]:
    """Addresses, subject and body behind the link into the mail program."""
    address = page.get_by_text("Open in my mail program", exact=True).get_attribute("href")
    assert address
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    return parts.path, query["subject"][0], query["body"][0]


def test_s50_a_letter_is_written_mailed_and_printed_and_the_server_keeps_none_of_it(
    story: Story, any_page: Page, clock: time_machine.Traveller
) -> None:
    page = any_page
    story.inside(the_letter)
    page.goto("/actions/")
    follow(page, "Ask for a doctor")
    for words in ("Points to make", "Ask for one thing.", "Do not say", "Write by 22 December 2026"):
        reads(page, words)
    with_script = page.evaluate_handle if page.locator("a.btn[href^='mailto:']").count() else None
    fill(page, page.get_by_role("textbox", name="Your letter"), OWN_WORDS)
    page.get_by_label("The Ombudsman").uncheck()
    write(page, "Your name", "Marta Canary")
    write(page, "Your town", "Uppsala")
    if not with_script:
        press(page, "Open in my mail program")
    body = f"{OWN_WORDS}\n\nMarta Canary\nUppsala".replace("\n", "\r\n")
    assert mail_of(page) == ("office@prison.example", "A doctor for Arman Tolegen", body)
    if not with_script:
        expect(page.get_by_label("The whole letter")).to_have_value(body.replace("\r\n", "\n"))
        page.go_back()
    assert overflow(page) <= 0

    press(page, "Print it")
    sheet = page.get_by_role("article")
    expect(sheet).to_have_count(1)
    for words in ("The Director", "Prison 4", "Aktobe", "22 November 2026", "I am a nurse.", "Marta Canary"):
        expect(sheet).to_contain_text(words)
    assert story.inside(numbers) == {}
    press(page, "I have sent it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for writing")
    reads(page, "New. 1 person told us" if page.get_by_text("New. 1").count() else "1 person told us")
    assert story.inside(numbers) == {"sent": 1}
    assert b"Canary" not in written_by(story)

    clock.move_to("2026-12-23T00:00+00:00")
    page.goto("/actions/a-doctor/")
    reads(page, "Closed on 22 December 2026.")
    reads(page, "We offer no mail link any more")
    assert page.locator("a[href^='mailto:office']").count() == page.locator("textarea").count() == 0


def written_by(story: Story) -> bytes:
    """Every file of the site's data folder, the database of SQLite among them."""
    files = [path for path in Path(story.settings.data).rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def test_s50_a_letter_too_long_for_a_link_is_cut_and_can_be_copied_whole(story: Story, page: Page) -> None:
    story.inside(the_letter)
    page.goto("/actions/a-doctor/")
    page.evaluate(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve() }"
    )
    whole = "Уважаемый директор, прошу вас. " * 40
    expect(page.get_by_text("Your mail program gets only the beginning")).to_be_hidden()
    fill(page, page.get_by_role("textbox", name="Your letter"), whole)
    write(page, "Your name", "Марта")
    expect(page.get_by_text("Your mail program gets only the beginning")).to_be_visible()
    address = page.get_by_text("Open in my mail program", exact=True).get_attribute("href") or ""
    assert len(address.split("&body=")[1]) <= 1_800
    assert mail_of(page)[2].endswith(
        "[Cut here. Copy the whole letter from the page and put it in this place.]"
    )
    page.get_by_role("button", name="Copy the letter").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == f"{whole.rstrip()}\n\nМарта"
    for name in ("The Director", "The Ombudsman"):
        page.get_by_label(name).uncheck()
    expect(page.get_by_text("Open in my mail program", exact=True)).not_to_have_attribute(
        "href", re.compile(".")
    )


def test_s65_a_call_to_write_becomes_a_letter_and_then_a_second_action(
    story: Story, any_page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    page = any_page
    story.inside(lambda: an_article(title=CALL))
    log_in(page, story.a_user()[0])
    page.goto("/desk/news/")
    follow(page, "Make an action from")
    check(page, page.locator("[name=kind][value=letter]"))
    press(page, "Make an action")
    expect(page.get_by_label("Title")).to_have_value(CALL)
    press(page, "Publish now")
    assert (
        page.get_by_role("alert").get_by_role("link").all_inner_texts()
        == [
            "Name whom it is addressed to",
            "Write the subject",
            "Write the letter",
            "Add the day to write by",
        ]
        or page.get_by_role("alert").get_by_role("link").count() == 5
    )
    for field, text in TYPED.items():
        page.get_by_label(field, exact=True).fill(text)
    press(page, "Publish now")
    missing = "Give at least one target a postal or email address, in the address book"
    assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == [missing]
    follow(page, "Addresses of targets")
    follow(page, "the Director of the hospital")
    write(page, "Postal address", "Prison 4\n1 Harbour Street")
    write(page, "Email address", "office@prison.example")
    press(page, "Save target")
    follow(page, CALL)
    press(page, "Save and preview")
    reads(page, "Writing opens when this is published")
    preview = page.locator(".sheet").first.inner_html()
    page.go_back()
    press(page, "Publish now")
    follow(page, "The page supporters see")
    assert page.locator(".sheet").first.inner_html() == preview
    reads(page, "<script>alert(1)</script>")
    reads(page, "Write by 15 December 2026.")
    expect(page.get_by_label("The Director of the hospital. By email or post.")).to_be_checked()

    page.goto("/desk/news/")
    follow(page, "Make another action")
    reads(page, "This article already has an action:")
    reads(page, CALL)
    press(page, "Make another action")
    expect(page.get_by_label("Title")).to_have_value(CALL)
    page.goto("/news/2014/12/write-to-the-prison-hospital/")
    expect(page.get_by_role("complementary").get_by_role("link", name="Write a letter")).to_have_count(1)
