"""Logging in with a passkey of the browser's own authenticator, and being logged out by another session."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from campaign_actions.accounts.models import Role
from campaign_actions.config import Settings
from tests.support.browser import Watch
from tests.support.factories import PASSWORD
from tests.support.people import answers_all, log_in, press, write
from tests.support.story import Story

STEP = "/account/second-step/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Browsers have passkeys at an address with a name."""
    return replace(settings, site_url=settings.site_url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def site(site: str) -> str:
    """Where the browser finds it."""
    return site.replace("127.0.0.1", "localhost")


def with_a_device(page: Page) -> Callable[[bool], None]:
    """Give the browser of `page` a device with keys; what is given back says whether its holder is known."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def known(is_known: bool) -> None:
        told = {"authenticatorId": made["authenticatorId"], "isUserVerified": is_known}
        cdp.send("WebAuthn.setUserVerified", told)

    return known


def half_in(page: Page, email: str) -> None:
    """Log in up to the second step."""
    page.goto("/log-in/")
    write(page, "Email address", email)
    write(page, "Password", PASSWORD)
    press(page, "Log in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your passkey or code")


def test_a_passkey_is_added_lets_in_and_proves_who_it_is(page: Page, story: Story, watch: Watch) -> None:
    watch.expect("status of 422")
    email, _id = story.a_user(Role.ADMIN)
    with_a_device(page)
    log_in(page, email)
    page.goto(STEP)
    press(page, "Add a passkey")
    expect(page.get_by_role("alert")).to_contain_text("Enter a name for it")
    write(page, "A name for it", "my phone")
    press(page, "Add a passkey")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    press(page, "Log out")
    half_in(page, email)
    press(page, "Use a passkey")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.goto(STEP)
    expect(page.locator("strong", has_text="my phone")).to_be_visible()
    write(page, "A name for it", "my phone once more")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device has a passkey of this site already.")).to_be_visible()
    press(page, "Log out")
    half_in(page, email)
    write(page, "Code", codes[0])
    press(page, "Log in with the code")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_a_device_that_does_not_know_its_holder_does_not_let_in(page: Page, story: Story) -> None:
    email, _id = story.a_user(Role.STAFF)
    known = with_a_device(page)
    log_in(page, email)
    page.goto(STEP)
    write(page, "A name for it", "my phone")
    press(page, "Add a passkey")
    press(page, "Log out")
    half_in(page, email)
    known(False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Nothing came of it. Try again, or use a code.")).to_be_visible()
    known(True)
    press(page, "Use a passkey")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_without_script_the_page_says_so_and_a_code_lets_in(
    new_context: Callable[..., BrowserContext], page: Page, story: Story, watch: Watch
) -> None:
    email, _id = story.a_user(Role.STAFF)
    with_a_device(page)
    log_in(page, email)
    page.goto(STEP)
    write(page, "A name for it", "my phone")
    press(page, "Add a passkey")
    code = page.locator(".codes code").first.inner_text()
    plain = new_context(java_script_enabled=False).new_page()
    half_in(plain, email)
    expect(plain.get_by_role("button", name="Use a passkey")).to_be_hidden()
    write(plain, "Code", code)
    press(plain, "Log in with the code")
    plain.goto(STEP)
    expect(plain.get_by_text("This browser can make none, or its JavaScript is off.")).to_be_visible()
    assert watch.faults() == []


def test_a_session_ended_elsewhere_is_over_with_its_next_click(
    new_context: Callable[..., BrowserContext], page: Page, story: Story
) -> None:
    email, _id = story.a_user(Role.STAFF)
    lost = new_context().new_page()
    log_in(lost, email)
    log_in(page, email)
    page.goto("/account/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^End the session")).click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    lost.reload()
    expect(lost.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_list_is_made_with_a_passkey_in_place_of_the_password(page: Page, story: Story) -> None:
    email, _id = story.a_user(Role.STAFF, may_export=True)
    supporter = story.supporter(story.an_action())
    supporter.sign(name="Marta", email="marta@example.org", level="everyone")
    supporter.client.post(story.link("marta@example.org"))
    story.work()
    with_a_device(page)
    log_in(page, email)
    page.goto(STEP)
    write(page, "A name for it", "my phone")
    press(page, "Add a passkey")
    answers_all(page, purpose="deliver")
    write(page, "Reason", "We hand the list in.")
    write(page, "Who receives it?", "The embassy in London")
    expect(page.get_by_label("Recovery code")).to_be_visible()
    press(page, "Use a passkey")
    expect(page.get_by_text("0 of 1. You can leave this page.")).to_be_visible()
