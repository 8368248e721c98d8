"""Stories of review: abuse is taken out of a count and brought back; whoever signed sees no difference."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.signatures import screening
from campaign_actions.signatures.models import Listed
from campaign_actions.signatures.states import State
from tests.support.browser import Watch
from tests.support.filled_forms import fields_of
from tests.support.made_review import PUBLIC, REASON
from tests.support.people import follow, log_in, press, reads
from tests.support.signer import Signer
from tests.support.story import Story
from tests.support.visiting import OURS, Visitor

pytestmark = pytest.mark.usefixtures("clock")

PLACE = "/staff/review/"


def sign_and_confirm(story: Story, action: ActionPage, name: str, agent: str = "Firefox/140.0") -> str:
    """Somebody signs and presses the button in the letter; gives the path of their own page."""
    email = f"{name}@example.org"
    signer = Signer(story.app, action.card.slug)
    signer.sign(OURS | {"User-Agent": agent}, name=name.title(), email=email)
    story.supporter(action).client.post(story.link(email), headers=OURS)
    return story.my(email)


def a_burst(story: Story, action: ActionPage, size: int) -> list[str]:
    """A program signs for many, all of whom confirm; gives their own pages."""
    return [sign_and_confirm(story, action, f"bot{n}", "curl/8") for n in range(size)]


def test_a_held_cluster_is_invalidated_and_undone_and_the_count_is_right_at_every_step(
    story: Story, page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    action = story.an_action(title="Release the strikers")
    sign_and_confirm(story, action, "marta")
    # Everybody is of one network: with Marta the last two of the program's are over the rate.
    mine = a_burst(story, action, screening.MANY)
    seen = [story.stranger().get(path).text for path in mine]
    counted, size = screening.MANY - 2, screening.MANY
    assert story.count(action) == 1 + counted

    log_in(page, story.a_user(Role.STAFF, name="Dina")[0])
    page.goto(PLACE)
    reads(page, "Many at once, sent by a program")
    page.locator("main table").first.get_by_role("link").click()
    reads(page, f"2 held, {counted} counted, 0 invalid")
    reads(page, f"Count goes from {1 + counted} to 1.")
    page.get_by_label("Invalid.").check()
    press(page, "Decide")
    reads(page, "Say why in 10 to 500 characters")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_label("What everybody reads").fill(PUBLIC)
    press(page, "Decide")
    reads(page, f"0 of {size} signatures so far")
    assert story.count(action) == 1
    page.reload()
    reads(page, f"{size} changed of {size}")

    page.goto("/how-we-count/")
    reads(page, f"{size} signatures taken out as suspected abuse. The count went down by {counted}. {PUBLIC}")
    assert [story.stranger().get(path).text for path in mine] == seen

    page.goto(PLACE)
    page.locator("main table").last.get_by_role("link").click()
    page.get_by_label("Reason").fill("It was a class of students.")
    page.get_by_label("What everybody reads").fill("It was a class of students.")
    press(page, "Undo")
    assert story.count(action) == 1 + counted
    page.reload()
    reads(page, "Undone")
    assert story.states(action) == [State.CONFIRMED] * (1 + counted) + [State.HELD] * 2
    page.goto(f"/actions/{action.card.slug}/")
    reads(page, f"{size} signatures put back where they were.")

    page.goto(PLACE)
    page.locator("main table").first.get_by_role("link").click()
    page.get_by_label("Looks fine.").check()
    page.get_by_label("Reason").fill("It was a class of students.")
    press(page, "Decide")
    assert story.count(action) == 1 + size
    follow(page, "Audit")
    reads(page, "Dina decided about suspected signatures")


def test_s34_an_address_in_a_blocked_domain_sees_what_everybody_sees(story: Story) -> None:
    staff = story.at_the_desk(Role.STAFF)
    rule = {"kind": Listed.BLOCKED.value, "value": "bots.example", "note": "A farm of mailboxes"}
    assert staff.post(f"{PLACE}rules/", rule).status_code == 303
    action = story.an_action()
    pages = {}
    for email in ("marta@example.org", "olga@bots.example"):
        signer = Signer(story.app, action.card.slug)
        checked = signer.sign(email=email).text
        confirmed = signer.client.post(story.link(email), headers=OURS)
        own = story.stranger().get(story.my(email)).text
        said = (checked, confirmed.status_code, confirmed.location or "", own)
        pages[email] = [re.sub(r'value="[^"]*"|/(?:c|my)/[\w-]+', "", str(text)) for text in said]
    first, second = (
        [text.replace(email, "").replace(email[:1] + "…", "") for text in texts]
        for email, texts in pages.items()
    )
    assert [text.replace("bots.example", "example.org") for text in second] == first
    assert story.states(action) == [State.CONFIRMED, State.HELD]
    assert story.count(action) == 1
    listed = staff.get(PLACE).text
    label = re.search(r"/clusters/(\w+)/", listed)
    assert label
    cluster = staff.get(f"{PLACE}clusters/{label[1]}/").text
    assert "Mail domain on our list" in listed
    for page in (listed, cluster):
        for secret in ("olga", "Marta", "bots.example"):
            assert secret not in page


def test_s40_what_is_decided_twice_moves_the_count_once(story: Story) -> None:
    action = story.an_action()
    a_burst(story, action, screening.MANY + 1)
    counted = story.count(action)
    staff = story.at_the_desk(Role.STAFF)
    label = re.search(r"/clusters/(\w+)/", staff.get(PLACE).text)
    assert label
    path = f"{PLACE}clusters/{label[1]}/"
    after = {"invalid": 0, "release": counted + 2}
    for decision, count in after.items():
        typed = {"decision": decision, "reason": REASON, "public_reason": PUBLIC}
        fields = fields_of(staff.get(path).text, path) | typed
        # Twice at once: both are asked for before the worker gets to either.
        assert [post(staff, path, fields) for _time in range(2)] == [303, 303]
        assert story.count(action) == count
        assert post(staff, path, fields) == 422
        assert story.count(action) == count


def post(staff: Visitor, path: str, fields: dict[str, str]) -> int:
    return staff.client.post(path, data=fields, headers=OURS).status_code
