"""Translating an action on the desk, and asking for other words in place of frozen ones."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign_actions.accounts import users
from campaign_actions.accounts.models import Role
from campaign_actions.actions import queries, wording
from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.database.engine import writing
from tests.support.content import words_of
from tests.support.factories import a_user, an_action
from tests.support.filled_forms import errors_of, resend, send
from tests.support.visiting import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

KAZAKH = {"title": "Босатыңыз", "ask": "Прокурордан сұраңыз.", "letter": "Құрметті прокурор!"}


@pytest.fixture
def organiser(app: Flask) -> Visitor:
    return somebody(app, "aigul@example.org")


def somebody(app: Flask, email: str, role: Role = Role.ORGANISER) -> Visitor:
    with app.app_context():
        a_user(role, email=email)
    visitor = Visitor(app)
    visitor.log_in(email)
    return visitor


def of(app: Flask, organiser: Visitor, **values: object) -> ActionPage:
    """An action of the organiser, made on the desk and then set as wished."""
    with app.app_context():
        owner = users.by_email("aigul@example.org")
        assert owner is not None
        return an_action(owner_id=owner.id, **values)


def freeze(app: Flask, action: ActionPage) -> None:
    with app.app_context(), writing() as connection:
        assert wording.freeze(connection, action.card.id, "en", 1, 1)


def shown_in(app: Flask, action: ActionPage, locale: str) -> str:
    with app.app_context():
        page = queries.by_id(action.card.id, locale)
        assert page is not None
        return page.card.title


def test_a_draft_is_kept_and_previewed_and_shown_only_when_that_is_pressed(
    app: Flask, organiser: Visitor
) -> None:
    action = of(app, organiser)
    path = f"/desk/actions/{action.card.slug}/texts/kk/"
    assert "Қазақша not started" in words_of(organiser.get(path).text)
    saved = send(organiser, path, title=KAZAKH["title"], do="preview")
    assert saved.location == f"{path}preview/"
    preview = organiser.get(saved.location).text
    assert KAZAKH["title"] in preview
    assert '<html lang="kk">' in preview
    assert shown_in(app, action, "kk") == action.card.title
    refused = send(organiser, path, do="show")
    assert refused.status_code == 422
    assert errors_of(refused.text) == ["Write the ask in this language first."]
    assert send(organiser, path, do="show", **KAZAKH).status_code == 303
    assert shown_in(app, action, "kk") == KAZAKH["title"]
    assert "Қазақша up to date" in words_of(organiser.get(f"/desk/actions/{action.card.slug}/edit/").text)
    assert send(organiser, path, do="save").status_code == 303
    assert shown_in(app, action, "kk") == action.card.title


def test_of_two_translators_the_second_sees_it_and_keeps_the_text(app: Flask, organiser: Visitor) -> None:
    action = of(app, organiser)
    path = f"/desk/actions/{action.card.slug}/texts/kk/"
    early = organiser.get(path).text
    assert send(organiser, path, do="show", **KAZAKH).status_code == 303
    answer = resend(organiser, path, early, do="show", **(KAZAKH | {"title": "Екінші"}))
    assert answer.status_code == 409
    assert "Somebody else saved this action while you were writing." in errors_of(answer.text)[0]
    assert 'value="Екінші"' in answer.text
    assert shown_in(app, action, "kk") == KAZAKH["title"]
    assert resend(organiser, path, answer.text, do="show").status_code == 303
    assert shown_in(app, action, "kk") == "Екінші"


def test_the_own_language_is_in_the_editor_and_others_are_not_found(app: Flask, organiser: Visitor) -> None:
    action = of(app, organiser)
    base = f"/desk/actions/{action.card.slug}"
    assert organiser.get(f"{base}/texts/en/").location == f"{base}/edit/"
    assert organiser.get(f"{base}/texts/de/").status_code == 404
    assert organiser.get(f"{base}/texts/kk/change/").status_code == 404
    assert somebody(app, "boris@example.org").get(f"{base}/texts/kk/").status_code == 404


def test_a_declined_change_leaves_the_words_and_tells_why(app: Flask, organiser: Visitor) -> None:
    action = of(app, organiser)
    freeze(app, action)
    base = f"/desk/actions/{action.card.slug}"
    same = send(organiser, f"{base}/texts/en/change/", reason="A name is wrong.")
    assert (same.status_code, errors_of(same.text)) == (
        422,
        ["These are the words as they stand. Change something first."],
    )
    asked = send(organiser, f"{base}/texts/en/change/", title="Free them", reason="A name is wrong.")
    assert asked.status_code == 303
    page = organiser.get(f"{base}/edit/").text
    wish = page.split(f"{base}/changes/")[1].split("/")[0]
    assert "Approve the change" not in organiser.get(f"{base}/changes/{wish}/").text
    staff = somebody(app, "staff@example.org", Role.STAFF)
    assert "Decide about a change of words" in staff.get("/desk/").text
    silent = send(staff, f"{base}/changes/{wish}/", do="decline")
    assert errors_of(silent.text) == ["Say why the words stay as they are."]
    assert send(staff, f"{base}/changes/{wish}/", do="decline", reason="It is right.").status_code == 303
    assert "It is right." in organiser.get(f"{base}/edit/").text
    assert "Decide about a change of words" not in staff.get("/desk/").text
    assert shown_in(app, action, "en") == action.card.title


def test_an_action_is_given_a_moment_to_open_and_opened_earlier(app: Flask, organiser: Visitor) -> None:
    action = of(app, organiser, state=ActionState.DRAFT, published_at=None, zone="Asia/Almaty")
    edit = f"/desk/actions/{action.card.slug}/edit/"
    late = send(organiser, edit, opens="2027-12-01 09:00")
    assert errors_of(late.text) == ["It would close before it opens. Choose an earlier moment."]
    assert send(organiser, edit, opens="2026-12-01 09:00", do="publish").status_code == 303
    address = f"/actions/{action.card.slug}/"
    assert "Signing opens on 1 December 2026 at 09:00, Astana time" in organiser.get(address).text
    emptied = send(organiser, edit, opens="")
    assert errors_of(emptied.text) == ["Write when it opens. To open it at once, use “Open now”."]
    assert send(organiser, edit, opens="2026-12-02 09:00").status_code == 303
    assert "Signing opens on 2 December 2026" in organiser.get(address).text
    assert send(organiser, f"/desk/actions/{action.card.slug}/open/").status_code == 303
    assert ">Sign the letter</button>" in organiser.get(address).text
