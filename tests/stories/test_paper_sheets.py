"""The story of a paper sheet: one person enters it, a second one checks it, the page counts it apart."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.accounts.models import Role
from campaign_actions.actions import paper
from tests.support.browser import Watch
from tests.support.people import follow, log_in, press, reads
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")


def log_in_instead(page: Page, email: str) -> None:
    page.context.clear_cookies()
    log_in(page, email)


def count_lines(page: Page, lines: str) -> None:
    page.get_by_label("How many lines do you count").fill(lines)
    press(page, "Confirm this sheet")


def test_a_second_person_puts_a_paper_sheet_on_the_page(story: Story, page: Page, watch: Watch) -> None:
    watch.expect("status of 422")
    organiser, owner_id = story.a_user(Role.ORGANISER, name="Aigul")
    colleague, _id = story.a_user(Role.STAFF, name="Dina")
    action = story.an_action(owner_id=owner_id, title="Release the strikers", slug="release")
    code = paper.sheet_code(action.card.id, 1, "en")

    log_in(page, organiser)
    page.goto("/desk/paper/new/lines/")
    page.get_by_label("Sheet code").fill(code.lower())
    page.get_by_label("Sheet number").fill("3")
    page.get_by_label("Line 1: name", exact=True).fill("Olga K.")
    page.get_by_label("Town or country, line 2", exact=True).fill("Aktau")
    press(page, "Enter this sheet")
    assert page.title().startswith("Error: ")
    reads(page, "Enter the name as it stands on the sheet")
    expect(page.get_by_label("Line 1: name", exact=True)).to_have_value("Olga K.")
    press(page, "Add 12 more")
    expect(page.get_by_label("Town or country, line 2", exact=True)).to_have_value("Aktau")
    page.get_by_label("Line 2: name", exact=True).fill("olga k.")
    page.get_by_label("Line 24: name", exact=True).fill("Marat")
    press(page, "Enter this sheet")
    reads(page, "is entered and waits for somebody else to check it")
    follow(page, "Sheet 3")
    reads(page, "You entered this sheet, so somebody else of the team checks it.")
    assert page.get_by_role("button", name="Confirm this sheet").count() == 0
    assert "Olga" not in page.content()

    log_in_instead(page, colleague)
    page.goto("/desk/")
    follow(page, "Check the paper sheets")
    follow(page, "Sheet 3")
    reads(page, "Line 1: the same name as in line 2.")
    assert "Olga" not in page.content()
    count_lines(page, "4")
    reads(page, "Another number was entered.")
    expect(page.get_by_label("How many lines do you count")).to_have_value("4")
    page.get_by_label("What is wrong").fill("Lines 1 and 2 are one person")
    press(page, "Send it back")

    log_in_instead(page, organiser)
    page.goto("/desk/paper/returned/")
    follow(page, "Sheet 3")
    follow(page, "Enter it again")
    reads(page, "It was sent back: Lines 1 and 2 are one person")
    page.get_by_label("Line 1: name", exact=True).fill("Olga K.")
    page.get_by_label("Line 2: name", exact=True).fill("Marat")
    press(page, "Enter this sheet")

    log_in_instead(page, colleague)
    page.goto("/desk/paper/")
    follow(page, "Sheet 3")
    count_lines(page, "2")
    reads(page, "The sheet is checked. Its lines are on the paper count.")
    page.goto("/actions/release/")
    reads(page, "Nobody has signed yet.")
    reads(page, "2 more on paper, checked by two people")
    page.goto("/desk/paper/checked/")
    follow(page, "Sheet 3")
    follow(page, "Remove this sheet")
    page.get_by_label("Why is it removed?").fill("The sheet was a copy")
    press(page, "Remove this sheet")
    page.goto("/actions/release/")
    assert "on paper, checked" not in page.content()
