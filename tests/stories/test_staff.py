"""Stories of staff: who gets a list of names, what is written down, and whose forms reach what."""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from campaign_actions.accounts.models import Role
from tests.support.browser import Watch
from tests.support.factories import PASSWORD
from tests.support.filled_forms import fields_of
from tests.support.people import answers_all, follow, log_in, press, reads, take
from tests.support.rows import digests
from tests.support.story import Story
from tests.support.visiting import OURS, Visitor

pytestmark = pytest.mark.usefixtures("clock")

REASON = "We hand the list in at the embassy."


def test_s54_only_the_export_right_gives_a_file_and_all_of_it_is_written_down(
    story: Story, page: Page, watch: Watch, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    watch.expect("status of 403")
    watch.expect("status of 422")
    action = story.an_action(title="Release Arman Tolegen")
    supporter = story.supporter(action)
    for name, level in (("Marta", "everyone"), ("Jonas", "team")):
        supporter.sign(name=name, email=f"{name}@example.org", level=level)
        supporter.client.post(story.link(f"{name}@example.org"))
    story.work()

    log_in(page, story.a_user(Role.ORGANISER)[0])
    refused = page.goto("/staff/exports/new/")
    assert refused is not None
    assert refused.status == 403
    reads(page, "This page is for staff and admins. Ask one of them for what you need.")

    log_in_instead(page, story.a_user(Role.STAFF)[0])
    page.goto("/staff/exports/")
    reads(page, "Ask an admin to give it the export right.")
    refused = page.goto("/staff/exports/new/")
    assert refused is not None
    assert refused.status == 403
    reads(page, "export right")

    log_in_instead(page, story.a_user(Role.STAFF, name="Dina", may_export=True)[0])
    answers_all(page)
    reads(page, "1 of 2 confirmed signatures")
    press(page, "Make the list of 1 name")
    assert page.title().startswith("Error: ")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_label("Who receives it?").fill("The embassy in London")
    press(page, "Make the list of 1 name")
    reads(page, "This is not your password.")
    clock.shift(1)
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Make the list of 1 name")
    reads(page, "0 of 1. You can leave this page.")
    clock.shift(1)
    story.work()
    page.reload()
    for _time in range(2):
        clock.shift(1)
        download = take(page, "Download")
    file = tmp_path / "list.csv"
    download.save_as(file)
    content = file.read_bytes()
    assert b"Marta" in content
    assert b"Jonas" not in content
    what_the_audit_log_says(page, hashlib.sha256(content).hexdigest())


def log_in_instead(page: Page, email: str) -> None:
    """Log out and in again as somebody else."""
    page.goto("/account/")
    press(page, "Log out")
    log_in(page, email)


def what_the_audit_log_says(page: Page, sha256: str) -> None:
    """Newest first: two downloads, the file made, the list asked for with everything it was asked with."""
    follow(page, "Audit")
    lines = page.locator("main li").all_inner_texts()[:4]
    assert [line.splitlines()[0] for line in lines] == [
        "Dina downloaded a list of names",
        "Dina downloaded a list of names",
        "The site itself made a list of names",
        "Dina asked for a list of names",
    ]
    assert all("22 November 2026" in line for line in lines)
    assert all(f"SHA-256: {sha256}" in line for line in lines[:3])
    for detail in ("what for: deliver", f"reason: {REASON}", "for whom: The embassy in London", "names: 1"):
        assert detail in lines[3]
    assert "levels everyone, target" in lines[3]
    expect(page.locator("main")).not_to_contain_text("Marta")


def test_s56_ones_own_forms_do_not_reach_what_is_anothers(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    aigul, boris = own_things(story, "Aigul"), own_things(story, "Boris")
    visitor = boris.pop("visitor")
    assert isinstance(visitor, Visitor)
    reader = aigul.pop("visitor")
    assert isinstance(reader, Visitor)
    before = digests(story.app)
    caplog.set_level(logging.WARNING)
    posts = 0
    for kind, theirs in aigul.items():
        for end in DEEDS[kind.split()[0]]:
            mine, address = f"{boris[kind]}{end}/", f"{theirs}{end}/"
            fields = fields_of(visitor.get(mine).text, mine) | {"reason": "x"}
            # An editor also carries the id of its thing: that of the other's.
            fields |= {
                name: value
                for name, value in fields_of(reader.get(address).text, address).items()
                if name == "thing"
            }
            answer = visitor.client.post(address, data=fields, headers=OURS)
            assert (end, answer.status_code) == (end, 404)
            posts += 1
    noted = [record for record in caplog.records if record.message == "reached for another's"]
    assert len(noted) == posts
    refused_inside_a_form(visitor, reader, str(boris["action"]))
    assert digests(story.app) == before


DEEDS = {
    "action": ("edit", "pause", "close", "withdraw", "outcome"),
    "event": ("edit", "cancel"),
    "article": ("edit", "withdraw"),
}


def own_things(story: Story, name: str) -> dict[str, Visitor | str]:
    """Somebody at the desk, with an open action, an event and an article of their own."""
    email, owner = story.a_user(name=name)
    visitor = Visitor(story.app)
    visitor.log_in(email)
    action = story.an_action(owner_id=owner, title=f"Action of {name}")
    event = {"title": f"Vigil of {name}", "starts": "2026-12-16 18:00", "do": "publish"}
    article = {"title": f"Report of {name}", "body": "They struck.", "do": "publish"}
    made = {
        "event": send_new(visitor, "/desk/events/new/", event),
        "article": send_new(visitor, "/desk/news/new/", article),
    }
    return {"visitor": visitor, "action": f"/desk/actions/{action.card.slug}/", **made}


def send_new(visitor: Visitor, path: str, typed: dict[str, str]) -> str:
    fields = fields_of(visitor.get(path).text, path) | typed
    answer = visitor.client.post(path, data=fields, headers=OURS)
    assert answer.status_code == 303, answer.text
    return answer.location.split("edit/")[0]


def refused_inside_a_form(visitor: Visitor, other: Visitor, mine: str) -> None:
    """The id of another's action in a field of one's own form is no choice."""
    path = "/desk/events/new/"
    [foreign] = [
        value for value, words in choices_of(other.get(path).text, "action") if words == "Action of Aigul"
    ]
    fields = fields_of(visitor.get(path).text, path)
    typed = fields | {"title": "Vigil", "starts": "2026-12-16 18:00", "action": foreign}
    assert visitor.client.post(path, data=typed, headers=OURS).status_code == 422
    edit = f"{mine}edit/"
    fields = fields_of(visitor.get(edit).text, edit)
    successor = visitor.client.post(edit, data=fields | {"successor": foreign}, headers=OURS)
    assert successor.status_code == 422


def choices_of(page: str, name: str) -> list[tuple[str, str]]:
    """Value and words of each option of a list."""
    box = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
    assert box
    return re.findall(r'<option[^>]* value="([^"]+)">([^<]+)', box[0])
