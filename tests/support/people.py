"""People at a real browser, told in verbs: they read, fill forms in by their labels and press buttons.

Who has no mouse (`tests.support.keyboard`) does all of it with the keyboard.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Download, Page, expect

from tests.support.factories import PASSWORD
from tests.support.keyboard import activate, check, fill, select

NARROW = 320


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill the log-in form in; the desk or staff room opens."""
    page.goto("/log-in/")
    write(page, "Email address", email)
    write(page, "Password", password)
    press(page, "Log in")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def press(page: Page, words: str) -> None:
    """Press the button with exactly these words; the page it leads to is there when this returns."""
    with page.expect_navigation():
        activate(page, page.get_by_role("button", name=words, exact=True).first)
    passes_the_gates(page)


def follow(page: Page, words: str) -> None:
    """Follow the first link whose words begin like this; its page is there when this returns."""
    with page.expect_navigation():
        activate(page, page.get_by_role("link", name=re.compile(f"^{re.escape(words)}")).first)
    passes_the_gates(page)


def passes_the_gates(page: Page) -> None:
    """What holds of every page: it fits a window of 320 pixels, and keeps nothing but a log-in."""
    usual = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 640})
    assert overflow(page) <= 0, f"{page.url} is wider than {NARROW} pixels"
    if usual:
        page.set_viewport_size(usual)
    assert {cookie.get("name") for cookie in page.context.cookies()} <= {"session"}, page.url


def write(page: Page, label: str, words: str) -> None:
    """Type into the field with this label, in place of what it holds."""
    fill(page, page.get_by_label(label), words)


def take(page: Page, words: str) -> Download:
    """The file that the button with these words gives; the page stays."""
    with page.expect_download() as download:
        activate(page, page.get_by_role("button", name=words, exact=True).first)
    return download.value


def sign(page: Page, **typed: Any) -> None:
    """Fill the sign form of the open page in and press its button."""
    fill_sign_form(page, **typed)
    press(page, "Sign the letter")


def fill_sign_form(
    page: Page,
    name: str = "Marta Lindqvist",
    email: str = "marta@example.org",
    country: str = "",
    level: str = "",
    updates: bool = False,
) -> None:
    """Fill the sign form in; a level or country that is not given stays as it is."""
    write(page, "Full name", name)
    write(page, "Email address", email)
    if country:
        select(page, page.get_by_label("Country"), country)
    if level:
        check(page, page.locator(f'input[name="level"][value="{level}"]'))
    if updates:
        check(page, page.get_by_label("Email me when something changes"))


def answers_all(page: Page, *, purpose: str = "", title: str = "", kind: str = "") -> None:
    """Go through the questions of a list, with what they offer unless told else, up to the check."""
    page.goto("/staff/exports/new/")
    for wanted in (purpose, "action", "", "", kind):
        if wanted == "action":
            check(page, page.get_by_label(title) if title else page.locator("[name=action]").first)
        elif wanted:
            check(page, page.locator(f"[value={wanted}]"))
        press(page, "Next")


def checks_email(page: Page, email: str) -> None:
    """The page after signing, which names the address."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    expect(page.get_by_text(f"We sent a message to {email}.")).to_be_visible()


def is_thanked(page: Page) -> None:
    """The page after confirming."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Your signature is confirmed")


def reads(page: Page, words: str | re.Pattern[str]) -> None:
    """The page says this somewhere in its main part, where one can see it."""
    expect(page.locator("main")).to_contain_text(words)


def reload_until(page: Page, true: Callable[[], bool]) -> None:
    """Look at the page again until `true()` holds; the site folds counts every half second."""
    for _look in range(120):
        if true():
            return
        page.wait_for_timeout(100)
        page.reload()
    raise AssertionError(f"{page.url} never showed it")


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
