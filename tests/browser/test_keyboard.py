"""Signing without a mouse: one sees where one is, in the order of reading, and gets to the end."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.actions.queries import ActionPage
from tests.support.browser import Watch
from tests.support.keyboard import FOCUS, MOST_STOPS, THINNEST, tab_to
from tests.support.people import checks_email, is_thanked, reads
from tests.support.story import Story

EMAIL = "marta@example.org"
FIELDS = ["name", "email", "country", "level", "updates", "Sign the letter"]


@pytest.fixture
def action(story: Story) -> ActionPage:
    return story.an_action()


def stops_of_the_form(page: Page) -> list[dict[str, Any]]:
    """Every place in the sign form where the Tab key stops, from the top of the page on."""
    stops = []
    for _press in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["form"]:
            stops.append(stop)
        elif stops:
            return stops
    raise AssertionError("the Tab key never leaves the form")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("look", ["light", "dark", "forced colours"])
def test_the_focus_is_seen_at_every_stop_of_the_sign_form(
    page: Page, action: ActionPage, width: int, look: str
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    if look == "forced colours":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    page.goto(f"/actions/{action.card.slug}/")
    stops = stops_of_the_form(page)
    assert [stop["name"] for stop in stops if stop["tag"] != "A"] == FIELDS
    unseen = [stop for stop in stops if stop["width"] < THINNEST or not stop["inside"] or stop["covered"]]
    assert unseen == []
    tops = [stop["top"] for stop in stops]
    assert tops == sorted(tops)


def test_the_first_stop_of_a_page_skips_to_what_it_is_about(page: Page, action: ActionPage) -> None:
    page.goto(f"/actions/{action.card.slug}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_whole_way_can_be_gone_with_the_keyboard(
    story: Story, action: ActionPage, any_page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    page = any_page
    page.goto(f"/actions/{action.card.slug}/")
    tab_to(page, page.get_by_role("button", name="Sign the letter").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Enter your full name").first)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Full name")).to_be_focused()
    page.keyboard.type("Marta Lindqvist")
    page.keyboard.press("Tab")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type("Swe")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    checks_email(page, EMAIL)
    tab_to(page, page.get_by_role("textbox", name="6-digit code"))
    page.keyboard.type(story.code(EMAIL))
    page.keyboard.press("Enter")
    is_thanked(page)
    page.goto(story.my(EMAIL))
    for words in ("Sweden", "Yes"):
        reads(page, words)
    for part in ("main a", "main button"):
        tab_to(page, page.locator(part, has_text="Withdraw my signature"))
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    reads(page, "You withdrew this signature on")
