"""Admins see what is deleted when, and hold it up with a reason that everybody concerned can read."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from tests.support.factories import PASSWORD, a_supporter, a_user, an_action
from tests.support.flow import Flow, my_token_in
from tests.support.visiting import Visitor, logged_in

PLACE = "/staff/retention/"
WHY = "A court in Almaty asked us to keep the list."

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def flow(app: Flask, settings: Settings) -> Flow:
    with app.app_context():
        return Flow(app, settings)


@pytest.fixture
def signed(app: Flask, flow: Flow) -> tuple[ActionPage, str]:
    """An action with one signature, and the link with which its owner manages it."""
    with app.app_context():
        page = an_action(title="Release the strikers")
        return page, my_token_in(flow.confirmed(page, a_supporter(name="Marta Lindqvist")))


@pytest.fixture
def admin(app: Flask, clock: time_machine.Traveller) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.ADMIN))


def test_a_hold_is_told_on_the_action_and_on_peoples_own_page_until_it_is_lifted(
    app: Flask, admin: Visitor, signed: tuple[ActionPage, str]
) -> None:
    page, token = signed
    place = f"{PLACE}{page.card.id}/hold/"
    public = [f"/actions/{page.card.slug}/", f"/ru/actions/{page.card.slug}/", f"/my/{token}/"]
    stranger = Visitor(app)
    assert not any(WHY in stranger.get(path).text for path in public)
    assert admin.post(place, {"reason": WHY}).status_code == 303
    assert all(WHY in stranger.get(path).text for path in public)
    assert WHY in admin.get(PLACE).text
    assert admin.post(f"{PLACE}{page.card.id}/lift").status_code == 303
    assert not any(WHY in stranger.get(path).text for path in public)


def test_what_is_due_can_be_deleted_at_once_and_is_told_as_a_number(
    app: Flask, admin: Visitor, flow: Flow, signed: tuple[ActionPage, str], clock: time_machine.Traveller
) -> None:
    page, _token = signed
    assert "Nothing. The worker looks every minute." in admin.get(PLACE).text
    clock.shift(timedelta(days=366))
    with app.app_context():
        admin = logged_in(app, a_user(Role.ADMIN))
    assert "1 sealed record goes within a minute" in admin.get(PLACE).text
    assert admin.post(f"{PLACE}run").status_code == 303
    flow.work()
    text = admin.get(PLACE).text
    assert f"1 record of {page.card.title}" in text
    assert "Lindqvist" not in text


def test_after_ten_minutes_the_password_is_asked_for_and_the_reason_kept(
    admin: Visitor, signed: tuple[ActionPage, str], clock: time_machine.Traveller
) -> None:
    place = f"{PLACE}{signed[0].card.id}/hold/"
    clock.shift(timedelta(minutes=11))
    answer = admin.post(place, {"reason": WHY, "password": "not the password"})
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert WHY in answer.text
    assert admin.post(place, {"reason": WHY, "password": PASSWORD}).status_code == 303


def test_staff_are_told_whom_to_ask(app: Flask) -> None:
    with app.app_context():
        staff = logged_in(app, a_user(Role.STAFF))
    answer = staff.get(PLACE)
    assert answer.status_code == 403
    assert "decided by admins" in answer.text
