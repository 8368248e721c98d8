"""Review of suspected abuse: clusters without people, decisions with their effect first."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.config import Settings
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import tools
from campaign_actions.signatures.models import AbuseSignal, CommentState
from campaign_actions.signatures.tools import Tools
from tests.support import made_review as made
from tests.support.factories import PASSWORD, a_user, an_action
from tests.support.filled_forms import fields_of
from tests.support.flow import Flow
from tests.support.spoken import add_comment
from tests.support.visiting import OURS, Visitor, logged_in

PLACE = "/staff/review/"
CLUSTER = "/staff/review/clusters/KQ7WXM/"
BULK = "/staff/review/bulk/"


@pytest.fixture
def keys(settings: Settings) -> Tools:
    return tools.load(settings)


@pytest.fixture
def flow(app: Flask, settings: Settings, clock: time_machine.Traveller) -> Flow:
    return Flow(app, settings)


@pytest.fixture
def action_id(app: Flask, flow: Flow) -> UUID:
    with app.app_context():
        return an_action(title="Release the strikers", slug="strikers", goals=(5, 20)).card.id


@pytest.fixture
def staff(app: Flask, flow: Flow) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.STAFF))


def decide(staff: Visitor, path: str, on: str = "", **typed: str) -> str:
    """Fill the form for `path` in on its page, and post it; gives the page that follows."""
    fields = fields_of(staff.get(on or path).text, path) | typed
    answer = staff.client.post(path, data=fields, headers=OURS)
    return staff.get(answer.location).text if answer.status_code == 303 else answer.text


def test_a_cluster_shows_what_is_alike_for_72_hours_and_then_a_size(
    app: Flask, staff: Visitor, flow: Flow, keys: Tools, action_id: UUID, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        digests = made.held(keys, action_id, 6, country="SE")
        made.signals(action_id, digests[:5])
        made.signals(action_id, digests[5:], domain="ab" * 16)
    listed, page = staff.get(PLACE).text, staff.get(CLUSTER).text
    assert "Many at once, sent by a program" in listed
    assert page.count("<td>python</td>") == 5
    for words in ("gmail.com (5)", "rare ones (1)", "Sweden (6)", "6 held, 0 counted, 0 invalid"):
        assert words in page
    assert "Lindqvist" not in page
    assert "ab" * 16 not in page
    clock.shift(timedelta(hours=74))
    with app.app_context():
        flow.work()
        assert session.query(AbuseSignal).count() == 0
    page = logged_in_again(app).get(CLUSTER).text
    assert "6 signatures" in page
    assert "a reason, a label and a size are left" in page
    for gone in ("gmail.com", "Sweden", "python", "Samples"):
        assert gone not in page


def logged_in_again(app: Flask) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.STAFF))


def test_staff_are_reminded_of_what_nobody_has_decided_for_14_days(
    app: Flask, staff: Visitor, keys: Tools, action_id: UUID
) -> None:
    with app.app_context():
        made.held(keys, action_id, 1, "AAAAAA", signed_on=clock.today() - timedelta(days=13))
    sentence = "1 cluster has waited for a decision for 14 days"
    assert sentence not in staff.get("/staff/exports/").text
    with app.app_context():
        made.held(keys, action_id, 1, "BBBBBB", signed_on=clock.today() - timedelta(days=14))
    for path in ("/staff/exports/", PLACE):
        assert sentence in staff.get(path).text


def test_a_decision_says_its_effect_first_and_has_it_everywhere(
    app: Flask, staff: Visitor, flow: Flow, keys: Tools, action_id: UUID
) -> None:
    name = {"level": "everyone", "public_name": "Bot Botson"}
    with app.app_context():
        made.confirmed(keys, action_id, 3, country="SE")
        bots = made.confirmed(keys, action_id, 12, cluster="KQ7WXM", country="KZ", **name)
        flow.work()
    public = Visitor(app)
    before = public.get("/actions/strikers/").text
    assert "We passed 5 on" in before
    assert "Corrected" not in before
    assert "Count goes from 15 to 3" in staff.get(CLUSTER).text
    page = decide(staff, CLUSTER, decision="invalid", reason=made.REASON, public_reason=made.PUBLIC)
    assert "0 of 12 signatures so far" in page
    with app.app_context():
        flow.work()
    path = re.search(r"/staff/review/decisions/[0-9a-f-]+/", staff.get(PLACE).text)
    assert path
    done = staff.get(path[0]).text
    assert "12 changed of 12" in done
    after = public.get("/actions/strikers/").text
    assert "12 signatures taken out as suspected abuse." in after
    assert "Bot Botson" not in after
    assert "<strong>2</strong> to go to 5" in after
    assert "We passed" not in after
    assert int(public.get("/actions/strikers/count.json").json["count"]) == 3
    log = public.get("/how-we-count/").text
    for words in ("22 November 2026", "The count went down by 12.", made.PUBLIC):
        assert words in log
    assert made.REASON not in log
    undo = f"{path[0]}undo"
    page = decide(staff, undo, on=path[0], reason=made.REASON, public_reason="It was a class of students.")
    with app.app_context():
        flow.work()
        assert made.count(action_id) == 15
        assert flow.breaches() == []
    assert "We passed 5 on" in public.get("/actions/strikers/").text
    assert "12 signatures put back where they were." in public.get("/how-we-count/").text
    assert len(bots) == 12


def test_comments_of_what_is_invalid_are_not_shown(
    app: Flask, staff: Visitor, flow: Flow, keys: Tools, action_id: UUID
) -> None:
    with app.app_context():
        add_comment(keys, action_id, "Buy my pills.", CommentState.SHOWN, cluster="KQ7WXM")
    assert "Buy my pills." in Visitor(app).get("/actions/strikers/comments/").text
    decide(staff, CLUSTER, decision="invalid", reason=made.REASON, public_reason=made.PUBLIC)
    with app.app_context():
        flow.work()
    assert "Buy my pills." not in Visitor(app).get("/actions/strikers/comments/").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose what becomes of them."),
        ({"decision": "hold"}, "Say why in 10 to 500 characters"),
        ({"decision": "invalid", "reason": made.REASON}, "Say in 10 to 300 characters what everybody reads."),
        (
            {"decision": "hold", "reason": made.REASON, "seen_hold": "9"},
            "It was 9 signatures when you looked, and 2 are it now",
        ),
    ],
)
def test_a_decision_needs_a_choice_its_reasons_and_a_match_that_stands(
    app: Flask, staff: Visitor, keys: Tools, action_id: UUID, typed: dict[str, str], sentence: str
) -> None:
    with app.app_context():
        made.confirmed(keys, action_id, 2, cluster="KQ7WXM")
    page = decide(staff, CLUSTER, **typed)
    assert sentence in page
    assert page.index('id="errors"') < page.index('name="reason"')
    if "reason" in typed:
        assert made.REASON in page


def test_all_that_match_are_counted_first_then_asked_for_again_with_the_password(
    app: Flask, staff: Visitor, keys: Tools, action_id: UUID, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        made.confirmed(keys, action_id, 2, country="SE")
        made.confirmed(keys, action_id, 3, country="KZ")
    asked = {"action": str(action_id), "decision": "hold", "reason": made.REASON}
    counted = staff.post(f"{BULK}count", asked | {"country": "KZ"}, on=BULK)
    assert "Count goes from 5 to 2" in counted.text
    fields = fields_of(counted.text, BULK)
    changed = staff.client.post(BULK, data=fields | {"country": "SE"}, headers=OURS)
    assert (changed.status_code, "Count goes from 5 to 3" in changed.text) == (422, True)
    assert "You have changed what is asked for." in changed.text
    clock.shift(timedelta(minutes=11))
    refused = staff.client.post(BULK, data=fields, headers=OURS)
    assert "the last time was more than ten minutes ago" in refused.text
    refused = staff.client.post(BULK, data=fields | {"password": "a wrong one"}, headers=OURS)
    assert "This is not your password." in refused.text
    clock.shift(2)
    started = staff.client.post(BULK, data=fields | {"password": PASSWORD}, headers=OURS)
    assert started.status_code == 303
    assert "0 of 3 signatures so far" in staff.get(started.location).text


def test_s38_without_a_condition_nothing_starts(
    app: Flask, staff: Visitor, keys: Tools, action_id: UUID
) -> None:
    with app.app_context():
        made.confirmed(keys, action_id, 2)
    asked = {"action": str(action_id), "decision": "invalid", "reason": made.REASON}
    for path in (f"{BULK}count", BULK):
        page = staff.post(path, asked | {"public_reason": made.PUBLIC, "password": PASSWORD}, on=BULK)
        assert page.status_code == 422
        assert "This would match every signature of the action." in page.text


def test_over_500_wait_for_somebody_else(app: Flask, staff: Visitor, keys: Tools, action_id: UUID) -> None:
    with app.app_context():
        made.confirmed(keys, action_id, 501, cluster="KQ7WXM")
    assert "need a second person of the team" in staff.get(CLUSTER).text
    page = decide(staff, CLUSTER, decision="hold", reason=made.REASON)
    assert "501 signatures wait." in page
    assert "Agree to it" not in page
    path = re.search(r"/staff/review/decisions/[0-9a-f-]+/", staff.get(PLACE).text)
    assert path
    own = staff.post(f"{path[0]}approve")
    assert (own.status_code, "You asked for this yourself." in own.text) == (422, True)
    with app.app_context():
        admin = logged_in(app, a_user(Role.ADMIN))
    assert "Agree to it" in admin.get(path[0]).text
    assert admin.post(f"{path[0]}stop").status_code == 403
    assert admin.post(f"{path[0]}approve").status_code == 303
    assert "0 of 501 signatures so far" in admin.get(path[0]).text
    assert staff.post(f"{path[0]}stop").status_code == 303
    assert "Stopped" in staff.get(path[0]).text


def test_an_organiser_reads_none_of_it(app: Flask, keys: Tools, action_id: UUID) -> None:
    with app.app_context():
        made.held(keys, action_id, 7)
        organiser = logged_in(app, a_user())
    for path in (PLACE, CLUSTER, BULK):
        assert organiser.get(path).status_code == 403


@pytest.mark.parametrize("path", ["clusters/NOSUCH/", "decisions/00000000-0000-0000-0000-000000000000/"])
def test_what_is_not_there_is_not_found(staff: Visitor, path: str) -> None:
    assert staff.get(PLACE + path).status_code == 404


def test_rules_are_added_told_apart_and_taken_away(staff: Visitor) -> None:
    rules = f"{PLACE}rules/"
    for typed, sentence in (
        ({"value": "bots.example"}, "Choose what it is for."),
        ({"kind": "blocked", "value": "bots"}, "Enter a mail domain like example.org."),
        ({"kind": "allowed", "value": "bots.example"}, "Enter a network like 192.0.2.0/24"),
        ({"kind": "allowed", "value": "10.0.0.0/8"}, "This network is too wide."),
    ):
        refused = staff.post(rules, typed, on=rules)
        assert (refused.status_code, sentence in refused.text) == (422, True)
        assert f'value="{typed["value"]}"' in refused.text
    asked = {"kind": "allowed", "value": "192.0.2.9", "note": "The union's office"}
    assert staff.post(rules, asked, on=rules).status_code == 303
    assert "192.0.2.0/24" in staff.get(rules).text
    staff.post(f"{rules}remove", {"kind": "allowed", "value": "192.0.2.0/24"}, on=rules)
    assert "Both lists are empty." in staff.get(rules).text
