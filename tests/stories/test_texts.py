"""Stories of words: one action in three languages, and a text that is changed after somebody signed it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, ngettext, number, path_prefix, using_locale
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from tests.support.browser import Watch
from tests.support.content import words_of
from tests.support.factories import PASSWORD
from tests.support.filled_forms import send
from tests.support.flow import text_of
from tests.support.keyboard import fill
from tests.support.people import answers_all, follow, log_in, press, reads, write
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")

ENGLISH = "Release Arman Tolegen"
TEXTS = {
    "ru": ("Освободите Армана Толегена", "Он говорил за бастующих.", "Уважаемый прокурор, освободите его."),
    "kk": ("Арман Төлегенді босатыңыз", "Ол ереуілшілер үшін сөйледі.", "Құрметті прокурор, оны босатыңыз."),
}
TITLES = {"en": ENGLISH, **{code: words[0] for code, words in TEXTS.items()}}


def said(code: str, sentence: str, **gaps: object) -> str:
    """A sentence of the interface in one language."""
    with using_locale(code):
        return _(sentence, **gaps)


def test_s69_three_people_sign_one_action_in_three_languages_and_one_count_stands_on_all(
    story: Story, page: Page, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expect("status of 422")
    email, owner = story.a_user()
    action = story.an_action(title=ENGLISH, owner_id=owner)
    address = f"/actions/{action.card.slug}/"
    log_in(page, email)
    translate(page, action, "ru", "Save and show")
    reader = new_context(java_script_enabled=False).new_page()
    reader.goto(f"/kk{address}")
    reads(reader, said("kk", "This page is not in Kazakh yet."))
    expect(reader.get_by_role("heading", level=1)).to_have_attribute("lang", "en")
    translate(page, action, "kk", "Save draft")
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text(re.compile("Release Arman.Tolegen"))
    press(page, "Save and show")
    for code, title in TITLES.items():
        sign_in(story, reader, address, code, title)
    story.work()
    for code in TITLES:
        with using_locale(code):
            three = ngettext(
                "%(count)s person has signed", "%(count)s people have signed", 3, count=number(3)
            )
            new = ngettext(
                "New. %(count)s person has signed so far.",
                "New. %(count)s people have signed so far.",
                3,
                count=number(3),
            )
        shown = reader.goto(f"{path_prefix(code)}{address}")
        assert shown is not None
        assert new in reader.locator(".count").inner_text() or three in reader.locator(".count").inner_text()
    assert story.count(action) == 3
    assert languages_signed(story) == {(code, code) for code in TITLES}


def translate(page: Page, action: ActionPage, code: str, button: str) -> None:
    """The organiser opens the tab of a language and types its words."""
    name = {"ru": "Русский", "kk": "Қазақша"}[code]
    page.goto(f"/desk/actions/{action.card.slug}/edit/")
    tab = page.get_by_role("navigation", name="View").get_by_role("link", name=re.compile(f"^{name}"))
    expect(tab).to_contain_text("not started")
    with page.expect_navigation():
        tab.click()
    title, ask, letter = TEXTS[code]
    write(page, "Title", title)
    write(page, "The ask", ask)
    write(page, "Text of the letter", letter)
    press(page, button)
    expect(page.get_by_role("status")).to_contain_text("Saved at")


def sign_in(story: Story, page: Page, address: str, code: str, title: str) -> None:
    """Somebody reads, signs, gets the letter and confirms, all in one language."""
    email = f"{code}@example.org"
    page.goto(f"{path_prefix(code)}{address}")
    expect(page.locator("html")).to_have_attribute("lang", code)
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text().replace("\N{NO-BREAK SPACE}", " ") == title
    assert heading.get_attribute("lang") is None
    send_form = said(code, "Sign the letter")
    press(page, send_form)
    assert page.title().startswith(said(code, "Error:"))
    reads(page, said(code, "Enter your full name"))
    fill(page, page.locator("#name"), "Әлия Қайратқызы")
    fill(page, page.locator("#email"), email)
    press(page, send_form)
    expect(page.get_by_role("heading", level=1)).to_have_text(said(code, "Check your email"))
    letter = story.letter(email)
    text = text_of(letter)
    assert title in text
    assert said(code, "Your signature counts once you confirm. Open this page and press the button:") in text
    link = re.search(r"https?://[^/]+(/\S*c/\S+)", text)
    assert link is not None
    assert link[1].startswith(f"{path_prefix(code)}/c/")
    page.goto(link[1])
    expect(page.locator("html")).to_have_attribute("lang", code)
    reads(page, title)
    press(page, said(code, "Confirm my signature"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said(code, "Your signature is confirmed"))


def languages_signed(story: Story) -> set[tuple[str, str]]:
    """Language of the page and of the words, of each signature."""

    def read() -> set[tuple[str, str]]:
        found = session.execute(select(Signature.locale, Signature.text_locale))
        return {(page, words) for page, words in found}

    return story.inside(read)


def test_s69_words_in_another_language_than_the_page_are_signed_as_what_they_are(story: Story) -> None:
    action = story.an_action(title=ENGLISH)
    supporter = story.supporter(action)
    supporter.address = f"/kk{supporter.address}"
    supporter.sign()
    assert languages_signed(story) == {("kk", "en")}
    form = supporter.fields(email="late@example.org")
    desk = story.at_the_desk(Role.STAFF)
    title, ask, letter = TEXTS["kk"]
    path = f"/desk/actions/{action.card.slug}/texts/kk/"
    assert send(desk, path, title=title, ask=ask, letter=letter, do="show").status_code == 303
    refused = supporter.post("sign", form)
    assert refused.status_code == 422
    assert title in refused.text
    assert "late@example.org" in refused.text
    assert len(story.states(action)) == 1


def test_s57_a_signed_text_is_changed_by_a_second_version_and_both_are_shown(
    story: Story,
    page: Page,
    new_context: Callable[..., BrowserContext],
    watch: Watch,
    clock: time_machine.Traveller,
) -> None:
    watch.expect("status of 422")
    email, owner = story.a_user()
    action = story.an_action(title=ENGLISH, owner_id=owner)
    address = f"/actions/{action.card.slug}/"
    sign_and_confirm(story, action, "first@example.org")

    log_in(page, email)
    page.goto(f"/desk{address}edit/")
    follow(page, "Ask for a change")
    write(page, "Text of the letter", "Dear Prosecutor General,\n\nset Arman Tolegen free.")
    press(page, "Ask staff")
    reads(page, "Say why the words have to change.")
    write(page, "Why do the words", "He has got another lawyer.")
    press(page, "Ask staff")
    reads(page, "waits for staff since 22 November 2026.")

    staff = new_context().new_page()
    log_in(staff, story.a_user(Role.STAFF, may_export=True)[0])
    staff.goto("/desk/")
    follow(staff, "Decide about a change of words")
    reads(staff, "He has got another lawyer.")
    press(staff, "Approve the change")
    reads(staff, "approved on 22 November 2026, as version 2.")

    reader = new_context(java_script_enabled=False).new_page()
    reader.goto(address)
    reads(reader, "set Arman Tolegen free.")
    follow(reader, "Both versions")
    for words in ("Version 1", "Version 2", "set them free.", "set Arman Tolegen free."):
        reads(reader, words)
    clock.shift(1)
    sign_and_confirm(story, action, "second@example.org")
    assert exported(story, staff) == [("1", "en"), ("2", "en")]


def sign_and_confirm(story: Story, action: ActionPage, email: str) -> None:
    """Somebody signs at level target and presses the button of the letter."""
    supporter = story.supporter(action)
    supporter.sign(email=email, level="target")
    assert supporter.client.post(story.link(email)).status_code == 303
    story.work()


def exported(story: Story, page: Page) -> list[tuple[str, str]]:
    """Version and language of each row of a list that staff make."""
    answers_all(page)
    write(page, "Reason", "We hand the list in.")
    write(page, "Who receives it?", "The embassy in London")
    write(page, "Your password", PASSWORD)
    press(page, "Make the list of 2 names")
    story.work()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    content = download.value.path().read_text("utf-8")
    rows = csv.DictReader(io.StringIO(content))
    return sorted((row["text_version"], row["text_language"]) for row in rows)


def test_s42_each_goal_is_told_once_and_the_bar_never_passes_its_end(story: Story) -> None:
    email, owner = story.a_user()
    action = story.an_action(goals=(3, 7), owner_id=owner)
    address = f"/actions/{action.card.slug}/"

    def page() -> str:
        return story.stranger().get(address).text

    def sign(first: int, last: int) -> None:
        for one in range(first, last):
            sign_and_confirm(story, action, f"s{one}@example.org")

    sign(0, 2)
    assert "1 to go to 3" in words_of(page())
    sign(2, 3)
    assert "We passed 3 on 22 November 2026 . Next: 7." in words_of(page())
    assert '<progress value="3" max="7"' in page()
    for one in range(3, 8):
        story.supporter(action).sign(email=f"s{one}@example.org")
    links = [story.link(f"s{one}@example.org") for one in range(3, 8)]
    for link in links:
        story.stranger().client.post(link)
    assert story.count(action) == 8
    assert "We passed 7 on 22 November 2026" in words_of(page())
    assert "<progress" not in page()
    story.work()
    told = [letter for letter in story.mailbox.letters(email) if "has passed" in text_of(letter)]
    assert len(told) == 2
    assert story.states(action) == [State.CONFIRMED] * 8


def test_s46_countries_add_up_while_people_sign_and_withdraw(story: Story) -> None:
    action = story.an_action(goals=())
    people = [(f"p{one}@example.org", "KZ" if one < 10 else "SE" if one < 12 else "") for one in range(13)]
    for email, country in people:
        supporter = story.supporter(action)
        supporter.sign(email=email, country=country)
        supporter.client.post(story.link(email))
    table = f"Kazakhstan {10} Other or not given {3} All {13}"
    story.work()
    assert table in words_of(story.stranger().get(f"/actions/{action.card.slug}/").text)
    my = story.my(people[0][0])
    assert story.stranger().post(f"{my}withdraw/").status_code == 303
    story.work()
    page = words_of(story.stranger().get(f"/actions/{action.card.slug}/").text)
    assert "Countries" not in page
    assert story.count(action) == 12
