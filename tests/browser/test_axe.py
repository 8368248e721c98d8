"""Every kind of page in a real browser: axe finds nothing, nothing is stored, asked elsewhere or cut off.

Axe runs with all its rules (WCAG 2.0 to 2.2, A and AA, best practice) on a phone and on a
desk, light and dark; at 320 pixels no page scrolls sideways.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from campaign_actions.infra import clock
from tests.support import made_pictures, made_review
from tests.support.browser import Watch
from tests.support.factories import PASSWORD
from tests.support.people import answers_all, checks_email, follow, is_thanked, log_in, overflow, press, sign
from tests.support.world import EXPORTER, MONTH, OWN, World

pytestmark = pytest.mark.timeout(300)

WIDTHS = (390, 1280)
NARROW = 320
HEIGHT = 844
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Each width and each scheme once; in `test_axe_walk` the pages take all four pairs in turn.
LOOKS = tuple(zip(WIDTHS, SCHEMES, strict=True))
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


def faults_of(page: Page) -> list[str]:
    """What is wrong with the open page, one line each; empty when nothing is."""
    found = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        found += [f"{where(page)} {width} {scheme} {fault}" for fault in found_by_axe(page)]
    found += [f"{where(page)} {fault}" for fault in found_too_wide(page)]
    page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    return found


def found_by_axe(page: Page) -> list[str]:
    """Every rule that the open page breaks as it looks now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(RUN)
    return [told(violation) for violation in violations]


def found_too_wide(page: Page) -> list[str]:
    """By how much the open page is too wide for the narrowest window, if it is; the window stays narrow."""
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    wider = overflow(page)
    return [f"is {wider} pixels wider than {NARROW}: {widest(page)}"] if wider > 0 else []


def where(page: Page) -> str:
    return f"{page.url.split('/', 3)[3] or 'home'} ({page.title()})"


def told(violation: dict[str, Any]) -> str:
    """One rule that is broken, and the places."""
    return f"{violation['id']}: " + "; ".join(node["html"][:200] for node in violation["nodes"])


def widest(page: Page) -> list[str]:
    """The elements that reach out of the window."""
    script = """() => [...document.querySelectorAll('body *')]
        .filter((part) => Math.max(part.getBoundingClientRect().right, part.scrollWidth) > innerWidth + 1)
        .map((part) => part.outerHTML.slice(0, 160))"""
    return list(page.evaluate(script))[:4]


def faults_at(page: Page, *paths: str) -> list[str]:
    found = []
    for path in paths:
        page.goto(path)
        found += faults_of(page)
    return found


def test_a_page_with_faults_is_found(world: World, page: Page) -> None:
    page.goto("/privacy/")
    page.evaluate(
        """() => {
            document.querySelector('main').innerHTML =
                '<h1>Wide</h1><button></button><p>' + 'x'.repeat(200) + '</p>';
            document.querySelector('main p').style.whiteSpace = 'nowrap';
            document.querySelector('h1').style.color = '#ddd';
        }"""
    )
    found = faults_of(page)
    assert sum("button-name: <button" in fault for fault in found) == len(LOOKS)
    assert sum("light color-contrast: <h1" in fault for fault in found) == 1
    assert sum(f"wider than {NARROW}" in fault and "<p style" in fault for fault in found) == 1


def test_pages_that_everybody_reads(world: World, page: Page, watch: Watch) -> None:
    watch.expect("status of 404")
    year, month = MONTH
    coming = f"/events/{clock.now() + timedelta(days=14):%Y/%m}/"
    lists = ("/", "/news/", "/category/appeals/", "/actions/", "/cases/", "/events/", "/events/past/2025/")
    dates = ("/events/map/", coming, "/events/2031/01/", "/events/in/gb/")
    things = (
        f"/news/{year}/{month:02}/{world.article}/",
        f"/actions/{world.action}/",
        f"/actions/{world.action}/qr/",
        f"/events/{world.event}/",
        f"/cases/{world.case}/",
        f"/cases/{world.case}/news/",
        *(f"/actions/{world.action}/{part}/" for part in ("updates", "updates/1", "comments")),
        f"/my/unsubscribe/{world.unsubscribe_token()}",
    )
    searches = ("/search/", "/search/?q=Arman", "/search/?q=Armen", "/tag/zhanaozen/")
    standing = ("/privacy/", "/how-we-count/", "/safety/", "/nothing/is/here/", "/news/page/99/")
    assert faults_at(page, *lists, *dates, *things, *searches, *standing) == []
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_pages_around_an_action(world: World, page: Page) -> None:
    writing = world.a_letter()
    around = [f"/actions/{world.action}/{part}/" for part in ("embed", "paper", "paper/lines", "versions")]
    others = (f"/embed/actions/{world.action}/", f"/actions/{writing}/", f"/actions/{world.scheduled()}/")
    assert faults_at(page, *around, *others, "/actions/kind/letter/in/kk/", "/feeds/") == []


def test_pages_on_the_way_from_the_form_to_ones_own_signature(world: World, page: Page, watch: Watch) -> None:
    for status in (404, 422):
        watch.expect(f"status of {status}")
    page.goto(f"/actions/{world.action}/")
    press(page, "Sign the letter")
    found = faults_of(page)
    sign(page, email="marta@exampel.org")
    checks_email(page, "marta@exampel.org")
    page.get_by_text("No message?").click()
    found += faults_of(page)
    page.get_by_label("6-digit code").fill("1")
    press(page, "Confirm my signature")
    found += faults_of(page)
    link = world.signed()
    found += faults_at(page, f"/c/{link.confirm}", f"/c/{link.confirm}/change/")
    page.goto(f"/c/{link.confirm}")
    press(page, "Confirm my signature")
    is_thanked(page)
    found += faults_of(page)
    mine = f"/my/{link.my}/"
    pages = [mine + end for end in ("", "level/", "updates/", "correct/", "withdraw/", "delete/")]
    pages += [f"{mine}comment/", f"{mine}copy/"]
    found += faults_at(page, f"/c/{link.confirm}", "/c/cut-short", "/my/", *pages)
    assert found == []
    assert page.context.cookies() == []


def test_pages_of_the_desk(world: World, page: Page, watch: Watch) -> None:
    watch.expect("status of 422")
    assert faults_at(page, "/log-in/") == []
    world.a_comment()
    log_in(page, world.people[OWN].email)
    action = f"/desk/actions/{world.action}/"
    lists = ("/desk/", "/desk/actions/", "/desk/news/", "/desk/events/", "/account/")
    editors = (
        f"{action}edit/",
        f"{action}close/",
        f"{action}outcome/",
        *(f"{action}updates/{end}" for end in ("", "new/", f"{world.an_update()}/withdraw/")),
        f"{action}updates/{world.an_update()}/mail/",
        *("/desk/comments/", "/desk/comments/shown/"),
        f"/desk/news/{world.article}/edit/",
        *made_pictures.pages(world),
        f"/desk/events/{world.event}/edit/",
        f"/desk/events/{world.event}/copy/",
        f"/desk/events/{world.an_old_event()}/report/",
        "/desk/actions/new/",
        f"/desk/actions/new/?article={world.article}",
    )
    found = faults_at(page, *lists, *editors)
    page.goto("/desk/actions/new/")
    page.get_by_label("Title").fill("Free Dina Akhmetova")
    press(page, "Make a draft")
    press(page, "Publish now")
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults_of(page)
    follow(page, "Preview")
    assert found + faults_of(page) == []


def test_pages_of_staff(world: World, page: Page) -> None:
    export = world.an_export()
    review, cluster = made_review.a_review(world), made_review.suspected(world)
    log_in(page, world.people[EXPORTER].email)
    found = faults_at(page, "/staff/exports/", f"/staff/exports/{export}/", "/staff/audit/")
    found += faults_at(
        page,
        *("/staff/review/", f"/staff/review/clusters/{cluster}/", f"/staff/review/decisions/{review}/"),
        *("/staff/review/bulk/", "/staff/review/rules/"),
    )
    answers_all(page)
    page.get_by_label("Reason").fill("We hand the list in at the embassy.")
    page.get_by_label("Who receives it?").fill("The embassy in London")
    found += faults_of(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Make the list").click()
    assert found + faults_of(page) == []
