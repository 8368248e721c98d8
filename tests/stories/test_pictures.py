"""Stories of pictures: a photo from a phone stands in an article, and tells nothing but what it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support import photos
from tests.support.browser import Watch
from tests.support.people import follow, log_in, press
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")

PHONE = {"width": 390, "height": 844}
ALT = "Three workers hold a banner at the gate"


def test_an_organiser_adds_a_photo_on_a_phone_without_script(
    story: Story, new_context: Callable[..., BrowserContext], watch: Watch, tmp_path: Path
) -> None:
    watch.expect("status of 422")
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(photos.a_jpeg(location=True, size=(2400, 1800)))
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    log_in(page, story.a_user()[0])
    page.goto("/desk/news/new/")
    page.get_by_label("Title", exact=True).fill("The gate")
    page.get_by_label("Text", exact=True).fill("They stood there all day.")
    press(page, "Save draft")
    follow(page, "Add and describe pictures")
    page.get_by_label("The picture", exact=True).set_input_files(photo)
    press(page, "Add the picture")
    expect(page.get_by_role("status")).to_contain_text("We removed the location from this photo.")
    line = page.locator("code").inner_text()
    follow(page, "Back to the pictures")
    follow(page, "Back to the editor")
    page.get_by_label("Text", exact=True).fill(f"They stood there all day.\n{line}\nUntil night.")
    press(page, "Publish the article")
    expect(page.get_by_role("alert")).to_contain_text("A picture is not described")
    page.get_by_role("link", name="A picture is not described").press("Enter")
    page.get_by_label("What the picture shows").first.fill(ALT)
    press(page, "Save")
    follow(page, "Back to the pictures")
    follow(page, "Back to the editor")
    press(page, "Publish the article")
    follow(page, "The page readers see")
    shown = page.get_by_role("img", name=ALT)
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('figure img').naturalWidth === 800")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
