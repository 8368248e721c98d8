"""Paper sheets as a browser prints them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from campaign_actions.actions.models import ActionText
from campaign_actions.infra.database.engine import writing
from tests.support.factories import an_action
from tests.support.people import overflow
from tests.support.story import Story

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

LONG_LETTER = f"<p>{'He spoke for the strikers and was given seven years for it. ' * 8}</p>" * 9


def test_the_paper_sheet_prints_on_a4_and_on_letter_paper(story: Story, page: Page) -> None:
    story.inside(lambda: an_action(slug="short"))
    story.inside(a_long_one)
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("/actions/long/paper/", "/actions/long/paper/lines/"):
        page.goto(path)
        assert overflow(page) <= 0
    for paper in ("A4", "Letter"):
        assert pages(page, "/actions/short/paper/", paper) == 1
        assert pages(page, "/actions/long/paper/", paper) == 2
        for slug in ("short", "long"):
            assert pages(page, f"/actions/{slug}/paper/lines/", paper) == 1


def pages(page: Page, path: str, paper: str) -> int:
    """On how many pages Chromium prints an address."""
    page.goto(path)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


def a_long_one() -> None:
    action = an_action(slug="long", title="W" * 60)
    with writing() as connection:
        mine = update(ActionText).where(ActionText.action_id == action.card.id)
        connection.execute(mine.values(letter_html=LONG_LETTER))
