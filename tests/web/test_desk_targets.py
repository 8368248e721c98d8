"""The address book on the desk."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.actions import targets
from campaign_actions.actions.models import ActionState
from campaign_actions.infra.database.engine import session
from tests.support.content import words_of
from tests.support.factories import a_user
from tests.support.filled_forms import errors_of, fields_of, resend, send
from tests.support.letters import a_letter, a_target
from tests.support.visiting import Visitor, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]


@pytest.fixture
def organiser(app: Flask) -> Visitor:
    """Somebody at the desk."""
    with app.app_context():
        user = a_user()
        session.refresh(user)
        session.expunge(user)
    return logged_in(app, user)


@pytest.fixture
def target(app: Flask) -> UUID:
    """Somebody in the address book."""
    with app.app_context():
        return a_target()


def test_a_target_is_added_changed_and_removed(app: Flask, organiser: Visitor) -> None:
    path = "/desk/targets/new/"
    assert send(organiser, path, name="the Mayor", address="1 Square\nCity").status_code == 303
    with app.app_context():
        made = targets.listed()[0].id
    assert "the Mayor 1 Square, City" in words_of(organiser.get("/desk/targets/").text)
    edit = f"/desk/targets/{made}/"
    assert send(organiser, edit, email="mayor@city.example").status_code == 303
    assert "mayor@city.example" in organiser.get("/desk/targets/").text
    assert send(organiser, f"{edit}remove/").status_code == 303
    assert organiser.get(edit).status_code == 404


def test_an_error_keeps_what_was_typed(organiser: Visitor, target: UUID) -> None:
    edit = f"/desk/targets/{target}/"
    answer = send(organiser, edit, address="9 New Street", email="nowhere")
    assert answer.status_code == 422
    assert errors_of(answer.text) == ["Write one email address, like office@example.org."]
    assert fields_of(answer.text, edit)["address"] == "9 New Street"


def test_a_target_somebody_saved_meanwhile_is_not_overwritten_before_one_looks(
    organiser: Visitor, target: UUID
) -> None:
    edit = f"/desk/targets/{target}/"
    opened = organiser.get(edit).text
    send(organiser, edit, address="First Street")
    late = resend(organiser, edit, opened, address="Second Street")
    assert late.status_code == 409
    assert "Somebody else saved this target" in errors_of(late.text)[0]
    assert "First Street" in organiser.get("/desk/targets/").text
    assert resend(organiser, edit, late.text).status_code == 303
    assert "Second Street" in organiser.get("/desk/targets/").text


def test_a_target_in_use_names_its_actions_and_offers_no_removal(
    app: Flask, organiser: Visitor, target: UUID
) -> None:
    with app.app_context():
        a_letter(to=(target,), title="Ask for a doctor")
    page = organiser.get(f"/desk/targets/{target}/").text
    assert "Named in this action: Ask for a doctor" in words_of(page)
    assert "Remove this target" not in page
    remove = organiser.get(f"/desk/targets/{target}/remove/").text
    assert "An action names this target, so it stays." in words_of(remove)
    answer = organiser.post(f"/desk/targets/{target}/remove/")
    assert answer.status_code == 422
    assert organiser.get(f"/desk/targets/{target}/").status_code == 200


def test_the_book_tells_nobody_of_other_peoples_drafts(app: Flask, organiser: Visitor, target: UUID) -> None:
    with app.app_context():
        a_letter(to=(target,), title="Not yet told", state=ActionState.DRAFT)
        a_letter(to=(target,), title="Told to all")
        staff = a_user(Role.STAFF)
        session.refresh(staff)
        session.expunge(staff)
    for path in ("/desk/targets/", f"/desk/targets/{target}/"):
        for who, sees_draft in ((organiser, False), (logged_in(app, staff), True)):
            page = who.get(path).text
            assert ("Told to all" in page, "Not yet told" in page) == (True, sees_draft), path
