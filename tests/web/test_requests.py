"""Staff answer a person's request; the address typed for it stays in the forms and leaves no trace."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.filled_forms import fields_of
from tests.support.flow import Flow
from tests.support.visiting import Visitor, logged_in

PLACE = "/staff/requests/"
ASKED = {"email": "marta@example.org", "reason": "She wants to leave the list."}


@pytest.fixture
def action(app: Flask, settings: Settings) -> ActionPage:
    with app.app_context():
        page = an_action(title="Release the strikers")
        Flow(app, settings).confirmed(page, a_supporter(name="Marta Lindqvist", email="marta@example.org"))
        return page


@pytest.fixture
def staff(app: Flask) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.STAFF))


def test_a_request_is_found_withdrawn_and_told_without_a_name(
    staff: Visitor, action: ActionPage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = staff.post(PLACE, ASKED)
    assert found.status_code == 200
    assert "Release the strikers" in found.text
    assert "Lindqvist" not in found.text
    deed = f"{PLACE}{action.card.id}/withdraw"
    sure = staff.post(deed, fields_of(found.text, deed))
    assert "The count goes down by one." in sure.text
    done = staff.post(deed, fields_of(sure.text, deed))
    assert "marta@" not in done.location
    assert "The signature is withdrawn, and" in staff.get(done.location).text
    again = staff.post(deed, fields_of(sure.text, deed))
    assert "There was nothing left to do." in staff.get(again.location).text
    assert "marta@" not in caplog.text


def test_an_address_that_is_unknown_says_so(staff: Visitor, action: ActionPage) -> None:
    answer = staff.post(PLACE, ASKED | {"email": "olga@example.org"})
    assert "Nothing under that address in a live action." in answer.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "marta"}, "Enter an email address in the correct format"),
        ({"email": ""}, "Enter your email address"),
        ({"reason": "short"}, "Say why in 10 to 300 characters"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_is_kept(
    staff: Visitor, action: ActionPage, typed: dict[str, str], words: str
) -> None:
    answer = staff.post(PLACE, ASKED | typed)
    assert answer.status_code == 422
    assert words in answer.text
    for text in (ASKED | typed).values():
        assert text in answer.text


def test_an_admin_is_told_whose_work_this_is(app: Flask) -> None:
    with app.app_context():
        admin = logged_in(app, a_user(Role.ADMIN))
    answer = admin.get(PLACE)
    assert answer.status_code == 403
    assert "Only staff answer requests." in answer.text
