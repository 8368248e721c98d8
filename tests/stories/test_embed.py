"""A card of ours on somebody else's site: dressed in a sandbox, silent, and leading to our own form."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import Watch
from tests.support.story import Story


def test_a_card_in_a_sandboxed_frame_has_its_styles_and_leads_to_the_form(
    story: Story, page: Page, watch: Watch, site: str
) -> None:
    # The test looks into the frame with scripts of its own, which the sandbox reports.
    watch.expect("Blocked script execution")
    action = story.an_action(title="Release Arman Tolegen", goals=(1000,))
    page.goto(f"/actions/{action.card.slug}/embed/")
    code = page.get_by_label("Code").nth(1).input_value()
    assert code.startswith("<iframe ")
    # Another site, as far as the browser knows: a document of its own with nothing but the code.
    page.route("**/elsewhere/", lambda route: route.fulfill(body=f"<!doctype html><title>E</title>{code}"))
    page.goto("/elsewhere/")
    card = page.frame_locator("iframe")
    expect(card.get_by_role("heading", name="Release Arman Tolegen")).to_be_visible()
    expect(card.get_by_role("progressbar")).to_have_attribute("max", "1000")
    button = card.get_by_role("link", name="Sign the letter")
    expect(button).to_have_css("text-decoration-line", "none")
    expect(button).to_have_css("min-height", "44px")
    tall = card.locator("main").evaluate("main => [main.scrollHeight, innerHeight]")
    assert tall[0] <= tall[1]
    with page.expect_popup() as opened:
        button.click()
    form = opened.value
    form.wait_for_load_state()
    assert form.url == f"{site}/actions/{action.card.slug}/via/embed/#sign"
    expect(form.get_by_label("Full name")).to_be_visible()
    assert page.context.cookies() == []
