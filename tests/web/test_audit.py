"""The audit log on the staff pages and, for their own actions, on the desk of organisers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from campaign_actions import audit
from campaign_actions.accounts.models import Role
from campaign_actions.formats import csv_lines
from campaign_actions.infra.database.engine import writing
from campaign_actions.web.audit_lines import THINGS
from tests.support.factories import a_user, an_action
from tests.support.source import ROOT
from tests.support.visiting import Visitor, logged_in

LOG = "/staff/audit/"


@pytest.fixture
def staff(app: Flask) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.STAFF, name="Peter H."))


@pytest.mark.parametrize(
    "query",
    [
        *("before=x", "before=-1", "before=9999999999", "before=\u0663", "who=x", "what=x"),
        *("since=x", "until=2026-13-01", "until=9999-12-31", "since=0001-01-01"),
    ],
)
def test_what_no_form_of_ours_asks_for_is_not_found(staff: Visitor, query: str) -> None:
    assert staff.get(f"{LOG}?{query}").status_code == 404


def test_a_log_is_narrowed_by_who_what_and_day(app: Flask, staff: Visitor) -> None:
    with app.app_context():
        aigul = a_user(name="Aigul N.")
        with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False), writing():
            audit.record("action.open", by=aigul)
        with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False), writing():
            audit.record("event.cancel", by=aigul)
            audit.record("event.report")
        who = str(aigul.id)
    asked = {
        f"?who={who}": {"opened an action", "cancelled an event"},
        "?what=event": {"cancelled an event", "told how an event went"},
        f"?who={who}&what=event": {"cancelled an event"},
        "?until=2026-11-20": {"opened an action"},
        "?since=2026-11-21&until=2026-11-21": {"cancelled an event", "told how an event went"},
        "?what=case": set(),
    }
    words = {"opened an action", "cancelled an event", "told how an event went"}
    shown = {query: {found for found in words if found in staff.get(LOG + query).text} for query in asked}
    assert shown == asked
    assert "Nothing was written down that is like this." in staff.get(f"{LOG}?what=case").text


def test_the_table_holds_the_whole_log_and_runs_no_formula(app: Flask, staff: Visitor) -> None:
    with app.app_context(), writing():
        for number in range(1_200):
            audit.record("action.close", thing="action", thing_id=number, reason="=1+1")
    answer = staff.get(f"{LOG}audit.csv?what=action")
    rows = list(csv_lines.read(answer.get_data(as_text=True).splitlines(keepends=True)))
    assert rows[0] == ["number", "moment_utc", "who", "deed", "thing", "thing_id", "details", "link"]
    assert [row[5] for row in rows[1:]] == [str(number) for number in reversed(range(1_200))]
    assert rows[1][6] == '{"reason": "=1+1"}'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_organiser_reads_what_was_done_with_their_own_action_and_no_more(app: Flask) -> None:
    with app.app_context():
        owner = a_user(name="Aigul N.")
        page, other = an_action(slug="release-the-strikers", owner_id=owner.id), an_action(slug="other")
        visitor = logged_in(app, owner)
        with writing():
            audit.record("action.close", by=owner, thing="action", thing_id=page.card.id, reason="It is over")
            audit.record("action.pause", by=owner, thing="action", thing_id=other.card.id)
            audit.record("review.invalidate", thing="action", thing_id=page.card.id, reason="Suspected")
    text = visitor.get("/desk/actions/release-the-strikers/log/").text
    assert "Aigul N. closed an action" in text
    assert "It is over" in text
    assert "paused an action" not in text
    assert "Suspected" not in text
    assert visitor.get("/desk/actions/other/log/").status_code == 404


def test_the_audit_log_says_yes_and_no_in_words(app: Flask, staff: Visitor) -> None:
    with app.app_context(), writing():
        audit.record("event.schedule", thing="event", published=False)
        audit.record("event.change", thing="event", moved=True)
    page = staff.get("/staff/audit/").text
    assert "published: no" in page
    assert "moved: yes" in page


def test_the_audit_log_is_read_in_pages_without_gap_or_double(app: Flask, staff: Visitor) -> None:
    with app.app_context(), writing():
        for number in range(120):
            audit.record(f"test.deed{number:03}")
    seen: list[str] = []
    path: str | None = "/staff/audit/"
    while path:
        page = staff.get(path).text
        seen += [
            word for word in page.replace("<", " ").replace(">", " ").split() if word.startswith("test.deed")
        ]
        older = page.split('href="/staff/audit/?before=')
        path = "/staff/audit/?before=" + older[1].split('"')[0] if len(older) > 1 else None
    assert sorted(seen) == [f"test.deed{number:03}" for number in range(120)]


def test_what_an_entry_is_about_is_said_in_the_readers_language(staff: Visitor) -> None:
    assert re.search("· пользователь [0-9a-f]{8}", staff.get(f"/ru{LOG}").text)
    assert re.search("· пайдаланушы [0-9a-f]{8}", staff.get(f"/kk{LOG}").text)


def test_everything_that_is_written_down_has_a_name() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "campaign_actions").rglob("*.py")]
    written = {thing for text in texts for thing in re.findall(r'audit\.record\([^)]*thing="(\w+)"', text)}
    assert len(written) > 10
    # The whole site and its retention have no number that would stand behind the name.
    assert written - THINGS.keys() == {"retention", "site"}
