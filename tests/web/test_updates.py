"""Updates on an action: written at the desk, read on its page, at their own address and in a feed."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import ActionState, UpdateState
from campaign_actions.actions.queries import ActionPage
from tests.support.content import words_of
from tests.support.factories import an_action
from tests.support.filled_forms import resend, send
from tests.support.spoken import add_update
from tests.support.visiting import Visitor, logged_in, somebody

TEXT = "The court has *moved* the hearing to the spring."


@pytest.fixture
def owner(app: Flask, clock: time_machine.Traveller) -> User:
    return somebody(app)


@pytest.fixture
def action(app: Flask, owner: User) -> ActionPage:
    with app.app_context():
        return an_action(owner_id=owner.id, title="Free Dina Akhmetova")


@pytest.fixture
def desk(app: Flask, owner: User) -> Visitor:
    return logged_in(app, owner)


@pytest.fixture
def reader(app: Flask) -> Visitor:
    return Visitor(app)


def at_desk(action: ActionPage) -> str:
    return f"/desk/actions/{action.card.slug}/updates/"


def page_of(action: ActionPage) -> str:
    return f"/actions/{action.card.slug}/"


def test_it_is_written_published_changed_and_withdrawn(
    desk: Visitor, reader: Visitor, action: ActionPage
) -> None:
    new = f"{at_desk(action)}new/"
    assert "There is no update yet" in desk.get(at_desk(action)).text
    made = send(desk, new, title="The hearing is moved", body=TEXT, do="publish")
    assert made.status_code == 303
    edit = made.location.split("?")[0]
    here = f"{page_of(action)}updates/1/"
    for page in (page_of(action), f"{page_of(action)}updates/", here):
        assert "The hearing is moved" in reader.get(page).text
    assert "<em>moved</em>" in reader.get(here).text
    assert "The hearing is moved" in desk.get(at_desk(action)).text

    assert send(desk, edit, title="The hearing is off", do="save").status_code == 303
    assert "The hearing is off" in reader.get(here).text

    gone = send(desk, edit.replace("/edit/", "/withdraw/"), reason="The court denied it.")
    assert gone.status_code == 303
    answer = reader.get(here)
    assert answer.status_code == 410
    assert "The court denied it." in answer.text
    assert "The hearing" not in reader.get(page_of(action)).text
    assert reader.get(f"{page_of(action)}updates/2/").status_code == 404


def test_a_draft_is_nowhere_but_at_the_desk(
    app: Flask, desk: Visitor, reader: Visitor, action: ActionPage
) -> None:
    with app.app_context():
        add_update(action.card.id, UpdateState.DRAFT, title="Not for your eyes")
    for page in ("", "updates/", "updates/feed/"):
        answer = reader.get(page_of(action) + page)
        assert answer.status_code == 200
        assert "Not for your eyes" not in answer.text
    assert "Not for your eyes" in desk.get(at_desk(action)).text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(
    desk: Visitor, action: ActionPage
) -> None:
    answer = send(desk, f"{at_desk(action)}new/", title="", body=TEXT, do="publish")
    assert answer.status_code == 422
    assert "Give the update a title." in answer.text
    assert TEXT in answer.text
    assert '<a href="#title">' in answer.text


def test_the_second_of_two_who_edit_is_told_and_overwrites_nothing(
    app: Flask, desk: Visitor, reader: Visitor, action: ActionPage
) -> None:
    with app.app_context():
        update_id = add_update(action.card.id)
    staff = somebody(app, Role.STAFF)
    edit = f"{at_desk(action)}{update_id}/edit/"
    opened = desk.get(edit).text
    assert send(logged_in(app, staff), edit, title="Theirs", do="save").status_code == 303
    answer = resend(desk, edit, opened, title="Mine", do="save")
    assert answer.status_code == 409
    assert "Somebody else saved this update" in answer.text
    assert 'value="Mine"' in answer.text
    assert "Theirs" in reader.get(page_of(action)).text
    assert resend(desk, edit, answer.text, do="save").status_code == 303


def test_an_update_of_another_action_is_not_found_here(
    app: Flask, desk: Visitor, action: ActionPage, owner: User
) -> None:
    with app.app_context():
        other = an_action(owner_id=owner.id)
        update_id: UUID = add_update(other.card.id)
    assert desk.get(f"{at_desk(action)}{update_id}/edit/").status_code == 404
    assert desk.get(f"{at_desk(other)}{update_id}/edit/").status_code == 200


def test_an_admin_hears_who_writes_updates(app: Flask, action: ActionPage) -> None:
    admin = somebody(app, Role.ADMIN)
    answer = logged_in(app, admin).get(at_desk(action))
    assert answer.status_code == 403
    assert "Updates are written by organisers and staff" in words_of(answer.text)


def test_the_page_of_the_action_shows_the_newest_three_and_the_list_all(
    app: Flask, reader: Visitor, action: ActionPage
) -> None:
    with app.app_context():
        for number in range(1, 23):
            add_update(action.card.id, title=f"Update number {number:02}")
    shown = re.findall(r"Update number (\d\d)", reader.get(page_of(action)).text)
    assert shown == ["22", "21", "20"]
    first, second = (reader.get(f"{page_of(action)}updates/{end}") for end in ("", "page/2/"))
    assert len(re.findall(r"Update number", first.text)) == 20
    assert re.findall(r"Update number (\d\d)", second.text) == ["02", "01"]
    assert reader.get(f"{page_of(action)}updates/page/1/").location == f"{page_of(action)}updates/"
    assert reader.get(f"{page_of(action)}updates/page/3/").status_code == 404
    assert reader.get(f"{page_of(action)}updates/page/99999999999999999999/").status_code == 404


def test_the_feed_holds_the_text_and_keeps_its_ids(app: Flask, reader: Visitor, action: ActionPage) -> None:
    with app.app_context():
        update_id = add_update(action.card.id, title="Жаңалық", body=TEXT, locale="kk")
    answer = reader.get(f"{page_of(action)}updates/feed/")
    assert answer.mimetype == "application/atom+xml"
    assert f"urn:uuid:{update_id}" in answer.text
    assert "Жаңалық" in answer.text
    assert 'xml:lang="kk"' in answer.text
    assert f"{page_of(action)}updates/1/" in answer.text
    (item,) = reader.get(f"{page_of(action)}updates/feed.json").json["items"]
    assert (item["id"], item["title"], item["language"]) == (f"urn:uuid:{update_id}", "Жаңалық", "kk")


def test_the_list_for_search_engines_names_what_is_published_and_no_more(
    app: Flask, reader: Visitor, action: ActionPage
) -> None:
    with app.app_context():
        add_update(action.card.id)
        add_update(action.card.id, UpdateState.WITHDRAWN)
    listed = reader.get("/sitemap.xml").text
    assert f"{page_of(action)}updates/1/" in listed
    assert f"{page_of(action)}updates/2/" not in listed


def test_an_update_in_another_language_says_so(app: Flask, reader: Visitor, action: ActionPage) -> None:
    with app.app_context():
        add_update(action.card.id, title="Жаңалық", body="Сот отырысы көктемге ауыстырылды.", locale="kk")
    page = reader.get(f"{page_of(action)}updates/1/").text
    assert re.search(r'<div class="prose[^"]*" lang="kk">', page)
    assert "Kazakh" in words_of(page)


@pytest.mark.parametrize("state", [ActionState.DRAFT, ActionState.WITHDRAWN])
def test_updates_of_an_action_that_is_not_public_are_not_read(
    app: Flask, reader: Visitor, state: ActionState
) -> None:
    with app.app_context():
        slug = an_action(state=state, state_reason="The facts were wrong.").card.slug
    expected = {ActionState.DRAFT: 404, ActionState.WITHDRAWN: 410}[state]
    for page in ("updates/", "updates/1/", "updates/feed/", "comments/"):
        assert reader.get(f"/actions/{slug}/{page}").status_code == expected
