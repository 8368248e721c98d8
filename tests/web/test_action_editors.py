"""Actions, their translations, and events in the editors that all share: drafts, versions, addresses."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts import users
from campaign_actions.accounts.models import Role
from campaign_actions.actions import wording
from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.editors.models import EditLock, SavedVersion, UnsavedText
from campaign_actions.infra.database.engine import session, writing
from tests.support.editing import shared, tell
from tests.support.factories import an_action
from tests.support.filled_forms import errors_of, fields_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]
AIGUL = "aigul@example.org"
VIGIL = {
    "title": "Vigil",
    "starts": "2026-12-16 18:00",
    "zone": "Europe/London",
    "city": "London",
    "country": "GB",
}


@pytest.fixture
def aigul(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app, email=AIGUL, name="Aigul"))


def of(app: Flask, **values: object) -> ActionPage:
    with app.app_context():
        owner = users.by_email(AIGUL)
        assert owner is not None
        return an_action(owner_id=owner.id, **values)


def edit_of(action: ActionPage) -> str:
    return f"/desk/actions/{action.card.slug}/edit/"


def an_event(visitor: Visitor, **typed: str) -> str:
    answer = send(visitor, "/desk/events/new/", **(VIGIL | typed))
    assert answer.status_code == 303, errors_of(answer.text)
    return answer.location.split("?")[0]


def differences(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page)


def test_a_draft_of_an_action_keeps_its_rows_too(app: Flask, aigul: Visitor) -> None:
    edit = edit_of(of(app))
    tell(aigul, edit, "keep", **{"goals-0-number": "2500", "targets-0-name": "the Ombudsman"})
    shown = aigul.get(f"{edit}?text=unsaved").text
    fields = fields_of(shown, edit)
    assert (fields["goals-0-number"], fields["targets-0-name"]) == ("2,500", "the Ombudsman")
    assert resend(aigul, edit, shown).status_code == 303
    version = aigul.get(f"{shared(aigul, edit)}/versions/2/").text
    assert "Ombudsman" in differences(version)
    assert "· is asked" in differences(version)
    assert "2,500" in differences(version)


def test_the_language_of_the_desk_is_no_difference_between_versions(app: Flask, aigul: Visitor) -> None:
    edit = edit_of(of(app))
    send(aigul, edit, goals__0__number="2500")
    send(aigul, f"/ru{edit}")
    assert aigul.get(f"{shared(aigul, edit)}/versions/3/").status_code == 404
    send(aigul, f"/ru{edit}", delivery_plan="By hand.")
    page = aigul.get(f"{shared(aigul, edit)}/versions/3/").text
    assert "Delivery plan" in page
    assert "Goals" not in page.split("What has changed since")[0].split("What this save changed")[1]


def test_each_language_has_drafts_and_versions_of_its_own(app: Flask, aigul: Visitor) -> None:
    action = of(app)
    edit = f"/desk/actions/{action.card.slug}/texts/kk/"
    send(aigul, edit, title="Босатыңыз", ask="Сұраңыз.", letter="Құрметті прокурор!")
    tell(aigul, edit, "keep", title="Босатыңдар")
    assert "You have text that was not saved" not in aigul.get(edit_of(action)).text
    assert fields_of(aigul.get(f"{edit}?text=unsaved").text, edit)["title"] == "Босатыңдар"
    assert aigul.get(f"{shared(aigul, edit)}/versions/1/").status_code == 200
    assert aigul.get(f"{shared(aigul, edit)}/versions/2/").status_code == 404


def test_old_words_of_a_frozen_text_are_not_brought_back(app: Flask, aigul: Visitor) -> None:
    action = of(app)
    edit = edit_of(action)
    send(aigul, edit, letter="Dear sir, let them go.")
    with app.app_context(), writing() as connection:
        assert wording.freeze(connection, action.card.id, "en", 1, 2)
    refused = resend(aigul, edit, aigul.get(f"{edit}?text=1").text)
    assert refused.status_code == 422
    assert "so they are frozen" in errors_of(refused.text)[0]


def test_an_approved_change_of_words_is_a_version_too(app: Flask, aigul: Visitor) -> None:
    action = of(app)
    with app.app_context(), writing() as connection:
        wording.freeze(connection, action.card.id, "en", 1, 1)
    ask = f"/desk/actions/{action.card.slug}/texts/en/change/"
    send(aigul, ask, letter="Dear sir, let them go.", reason="A new prosecutor.")
    staff = logged_in(app, a_known_user(app, Role.STAFF, name="Marat"))
    found = re.search(r'href="([^"]+/changes/[^"]+)"', staff.get(edit_of(action)).text)
    assert found
    assert send(staff, found[1], do="approve").status_code == 303
    listed = staff.get(f"{shared(staff, edit_of(action))}/versions/").text
    assert "saved by Marat" in listed
    assert "as it stood before" in listed


def test_a_blocked_publishing_keeps_what_was_typed(app: Flask, aigul: Visitor) -> None:
    edit = edit_of(of(app, state=ActionState.DRAFT, goals=()))
    page = send(aigul, edit, delivery_plan="By hand.", do="publish")
    assert errors_of(page.text) == ["Set a first goal"]
    assert "Saved at 12:00" in page.text
    assert send(aigul, edit, goals__0__number="100", do="publish").status_code == 303
    assert fields_of(aigul.get(edit).text, edit)["delivery_plan"] == "By hand."


@pytest.mark.parametrize("part", ["", "updates/", "count.json", "opens.ics"])
def test_a_published_action_leaves_redirects_from_all_it_has(app: Flask, aigul: Visitor, part: str) -> None:
    edit = edit_of(of(app))
    old = edit.replace("/desk", "").replace("edit/", part)
    assert send(aigul, edit, address="let-them-go").location == "/desk/actions/let-them-go/edit/?saved=1"
    answer = Visitor(app).get(old)
    assert (answer.status_code, answer.location) == (301, f"/actions/let-them-go/{part}")


def test_the_address_of_a_draft_changes_without_a_trace(app: Flask, aigul: Visitor) -> None:
    edit = edit_of(of(app, state=ActionState.DRAFT))
    assert send(aigul, edit, address="let-them-go").status_code == 303
    assert Visitor(app).get(edit.replace("/desk", "").replace("edit/", "")).status_code == 404
    new = "/desk/actions/let-them-go/edit/"
    assert send(aigul, new, title="Another title").location.startswith(new)


@pytest.mark.parametrize("address", ["feed", "Let them go", "kind"])
def test_an_action_cannot_stand_where_a_list_stands(app: Flask, aigul: Visitor, address: str) -> None:
    page = send(aigul, edit_of(of(app)), address=address)
    assert page.status_code == 422
    assert 'href="#address"' in page.text


def test_who_has_the_page_of_an_old_address_open_still_saves(app: Flask, aigul: Visitor) -> None:
    edit = edit_of(of(app))
    page = aigul.get(edit).text
    send(aigul, edit, address="let-them-go")
    late = resend(aigul, edit, page, delivery_plan="By hand.")
    assert late.status_code == 409


def test_a_published_event_leaves_redirects_for_its_page_and_calendar(app: Flask, aigul: Visitor) -> None:
    edit = an_event(aigul, do="publish")
    assert send(aigul, edit, address="candles").location == "/desk/events/candles/edit/?saved=1"
    for old, new in (
        ("/events/vigil-london/", "/events/candles/"),
        ("/events/vigil-london.ics", "/events/candles.ics"),
    ):
        answer = Visitor(app).get(old)
        assert (answer.status_code, answer.location) == (301, new)
    assert Visitor(app).get("/events/candles.ics").status_code == 200
    assert send(aigul, "/desk/events/candles/edit/", address="map").status_code == 422


def test_a_kept_text_of_a_copy_still_has_its_place_checked(app: Flask, aigul: Visitor) -> None:
    slug = an_event(aigul, do="publish").split("/")[3]
    copy = f"/desk/events/new/?copy={slug}"
    tell(aigul, copy, "keep", starts="2027-01-16 18:00")
    shown = aigul.get("/desk/events/new/?text=unsaved").text
    assert "The place is checked" in shown
    refused = resend(aigul, copy, shown, do="publish")
    assert "Check the place" in errors_of(refused.text)[0]
    made = resend(aigul, copy, shown, place_checked="y", do="publish")
    assert made.status_code == 303


def test_an_event_has_versions_and_a_list_of_what_is_missing(app: Flask, aigul: Visitor) -> None:
    edit = an_event(aigul)
    assert "No place yet" in aigul.get(edit).text
    send(aigul, edit, place="Outside the embassy")
    assert "No place yet" not in aigul.get(edit).text
    assert "Outside the embassy" in differences(aigul.get(f"{shared(aigul, edit)}/versions/2/").text)


def test_a_new_update_is_kept_for_its_action_and_its_versions_for_itself(app: Flask, aigul: Visitor) -> None:
    one, other = (f"/desk/actions/{of(app).card.slug}/updates/new/" for _one in range(2))
    tell(aigul, one, "keep", title="The court has moved the hearing", body="To spring.")
    assert "You have text that was not saved" not in aigul.get(other).text
    shown = aigul.get(f"{one}?text=unsaved").text
    made = resend(aigul, one, shown)
    assert made.status_code == 303
    assert "You have text that was not saved" not in aigul.get(one).text
    edit = made.location.split("?")[0]
    send(aigul, edit, body="To autumn.")
    assert "autumn" in differences(aigul.get(f"{shared(aigul, edit)}/versions/2/").text)
    assert aigul.get(f"{shared(aigul, one)}/versions/").status_code == 404


def test_a_text_about_a_target_goes_with_the_target(app: Flask, aigul: Visitor) -> None:
    made = send(aigul, "/desk/targets/new/", name="the Mayor", address="1 Square")
    assert made.status_code == 303
    found = re.search(r'href="(/desk/targets/[0-9a-f-]{36}/)"', aigul.get("/desk/targets/").text)
    assert found
    edit = found[1]
    tell(aigul, edit, "keep", address="2 Square")
    page = aigul.get(f"{edit}?text=unsaved").text
    send(aigul, edit, email="mayor@example.org")
    assert resend(aigul, edit, page).status_code == 409
    assert send(aigul, f"{edit}remove/").status_code == 303
    with app.app_context():
        for table in (UnsavedText, SavedVersion, EditLock):
            assert session.scalars(select(table).where(table.kind == "target")).all() == []
