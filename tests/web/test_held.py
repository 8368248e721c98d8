"""What we hold, taken along; the sealed part opened for one link alone; and unsubscribing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import tools, unsubscribing
from campaign_actions.signatures.models import Signature, UpdateAddress
from tests.conftest import Mailbox
from tests.support.content import words_of
from tests.support.factories import PASSWORD, an_action
from tests.support.flow import my_token_in, token_in
from tests.support.made_exports import answers
from tests.support.signer import Signer
from tests.support.visiting import OURS, logged_in, somebody


@pytest.fixture
def signer(app: Flask, clock: time_machine.Traveller) -> Signer:
    with app.app_context():
        return Signer(app, an_action(title="Release the strikers").card.slug)


@pytest.fixture
def mine(signer: Signer, worker: Callable[[], None], mailbox: Mailbox) -> str:
    """Address of the page of a confirmed signature that asked for news."""
    signer.sign(updates="1")
    worker()
    letter = mailbox.newest()
    signer.client.post(f"/c/{token_in(letter)}", headers=OURS)
    worker()
    return f"/my/{my_token_in(letter)}/"


def test_the_sealed_part_is_opened_by_the_worker_for_this_link(
    signer: Signer, mine: str, worker: Callable[[], None]
) -> None:
    page = signer.client.get(f"{mine}copy/")
    assert "Open the sealed part for me" in page.text
    assert "Marta" not in page.text
    assert signer.client.post(f"{mine}copy/", headers=OURS).status_code == 303
    assert "are being opened for you" in signer.client.get(f"{mine}copy/").text
    assert "name" not in signer.client.get(f"{mine}data.json").get_json()
    worker()
    page = signer.client.get(f"{mine}copy/")
    assert "Marta Lindqvist" in page.text
    assert "marta@example.org" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    held = signer.client.get(f"{mine}data.json").get_json()
    assert (held["name"], held["email"]) == ("Marta Lindqvist", "marta@example.org")
    assert (held["comment"], held["lists"], held["earlier_levels"]) == (None, [], [])


def test_without_the_list_key_the_page_says_thirty_days_and_staff_see_a_number(
    app: Flask, settings: Settings, signer: Signer, mine: str, worker: Callable[[], None]
) -> None:
    staff = somebody(app, Role.STAFF)
    staff_room = logged_in(app, staff)
    assert "waits for their own sealed details" not in staff_room.get("/staff/exports/").text
    (settings.worker_keys / "list-1.key").unlink()
    signer.client.post(f"{mine}copy/", headers=OURS)
    worker()
    assert "You have the answer within 30 days." in signer.client.get(f"{mine}copy/").text
    told = words_of(staff_room.get("/staff/exports/").text)
    assert "1 person waits for their own sealed details. The first asked on 22 November 2026" in told


def test_a_list_that_was_handed_over_is_named_before_withdrawing(
    app: Flask, signer: Signer, mine: str, worker: Callable[[], None], clock: time_machine.Traveller
) -> None:
    assert "Not in any list that was handed over." in words_of(signer.client.get(mine).text)
    signer.client.post(f"{mine}level/", data={"level": "target"}, headers=OURS)
    clock.shift(24 * 3600)
    staff = somebody(app, Role.STAFF, may_export=True)
    with app.app_context():
        action_id = str(session.execute(select(Signature.action_id)).scalar_one())
    room = logged_in(app, staff)
    wish = answers(action_id, levels=["target"], recipient="The <embassy>")
    asked = room.post("/staff/exports/", wish | {"password": PASSWORD})
    worker()
    room.post(f"{asked.location}download", on=asked.location)
    said = "Your name was in the list made on 23 November 2026 for: The <embassy>."
    for page in ("", "withdraw/", "copy/"):
        assert said in words_of(signer.client.get(mine + page).text)
    held = signer.client.get(f"{mine}data.json").get_json()
    assert held["lists"] == [{"made_on": "2026-11-23", "for": "The <embassy>", "certain": True}]
    assert held["earlier_levels"] == [{"level": "team", "until": "2026-11-22"}]


def address_and_wish(app: Flask) -> tuple[int, bool]:
    with app.app_context():
        kept = session.execute(select(UpdateAddress.sealed)).all()
        return len(kept), session.execute(select(Signature.wants_updates)).scalar_one()


@pytest.fixture
def leaving(app: Flask, settings: Settings, mine: str) -> str:
    """Address of the link in a letter about the case."""
    with app.app_context():
        row = session.execute(select(Signature.email_digest, Signature.action_id)).one()
        pepper = tools.load(settings).pepper
        return f"/my/unsubscribe/{unsubscribing.write(row.action_id, row.email_digest, pepper)}"


def test_one_click_needs_no_cookie_and_no_token_of_a_form_and_is_answered_by_a_page(
    app: Flask, signer: Signer, leaving: str
) -> None:
    body = {"List-Unsubscribe": "One-Click"}
    answer = app.test_client(use_cookies=False).post(leaving, data=body, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "No more messages" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert address_and_wish(app) == (0, False)
    again = app.test_client(use_cookies=False).post(leaving, data=body)
    assert again.data == answer.data


def test_the_page_is_the_same_whether_or_not_there_is_anything_to_stop(
    app: Flask, signer: Signer, leaving: str
) -> None:
    before = signer.client.get(leaving)
    assert "opening this page changes nothing" in before.text
    signer.client.post(leaving, headers=OURS)
    assert signer.client.get(leaving).data == before.data


def test_the_link_lives_on_when_the_secret_key_is_another(
    make_app: Callable[..., Flask], app: Flask, leaving: str
) -> None:
    other = make_app(secret_keys=("another-secret-key-for-tests-0123456789",))
    assert other.test_client().post(leaving).status_code == 200
    assert address_and_wish(app) == (0, False)


def test_the_link_can_do_nothing_else(signer: Signer, leaving: str) -> None:
    token = leaving.rpartition("/")[2]
    for path in (f"/my/{token}/", f"/my/{token}/data.json", f"/my/{token}/copy/", f"/c/{token}"):
        assert signer.client.get(path).status_code == 404
    for path in (f"/my/{token}/withdraw/", f"/my/{token}/delete/", f"/my/{token}/copy/"):
        assert signer.client.post(path, headers=OURS).status_code == 404


def test_a_forged_link_is_answered_like_any_link_that_shows_nothing(
    app: Flask, signer: Signer, leaving: str
) -> None:
    forged = leaving[:-1] + ("A" if leaving[-1] != "A" else "B")
    for answer in (signer.client.get(forged), signer.client.post(forged, headers=OURS)):
        assert answer.status_code == 404
        assert "This link does not work" in answer.text
    assert address_and_wish(app) == (1, True)
