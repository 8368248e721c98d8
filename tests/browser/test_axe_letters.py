"""Letters, paper sheets and the address book have no accessibility finding, errors included."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.test_axe import faults_at, faults_of
from tests.support.browser import Watch
from tests.support.people import log_in, press
from tests.support.world import OWN, World

pytestmark = pytest.mark.engines("sqlite")


def test_pages_of_letters_and_paper(world: World, page: Page, watch: Watch) -> None:
    watch.expect("status of 422")
    letter = f"/actions/{world.a_letter(at_risk=True)}/"
    sheets = (f"/actions/{world.action}/paper/", f"/actions/{world.action}/paper/lines/")
    found = faults_at(page, letter, f"{letter}thanks/", *sheets)
    page.goto(letter)
    press(page, "Print it")
    found += faults_of(page)
    page.goto(letter)
    page.get_by_role("textbox", name="Your letter").fill("")
    press(page, "Print it")
    found += faults_of(page)
    assert found == []
    assert page.context.cookies() == []


def test_pages_of_the_address_book(world: World, page: Page, watch: Watch) -> None:
    watch.expect("status of 422")
    target = f"/desk/targets/{world.a_target()}/"
    editor = f"/desk/actions/{world.a_letter()}/edit/"
    log_in(page, world.people[OWN].email)
    found = faults_at(page, "/desk/targets/", target, f"{target}remove/", editor)
    page.goto("/desk/targets/new/")
    press(page, "Save target")
    assert found + faults_of(page) == []
