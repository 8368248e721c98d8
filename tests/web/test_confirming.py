"""The link in the letter: opening changes nothing, its button confirms, each failure has its page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from campaign_actions.actions.models import Action, ActionState
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import an_action
from tests.support.flow import my_token_in, token_in
from tests.support.signer import Signer
from tests.support.visiting import OURS


@pytest.fixture
def signer(app: Flask, clock: time_machine.Traveller) -> Signer:
    with app.app_context():
        return Signer(app, an_action().card.slug)


@pytest.fixture
def token(signer: Signer, worker: Callable[[], None], mailbox: Mailbox) -> str:
    signer.sign(level="everyone", updates="1")
    worker()
    return token_in(mailbox.newest())


def state(app: Flask) -> State | None:
    with app.app_context():
        found = session.execute(select(Signature.state)).scalar_one_or_none()
        return None if found is None else State(found)


def test_the_page_shows_what_is_confirmed(signer: Signer, token: str) -> None:
    page = signer.client.get(f"/c/{token}")
    assert page.status_code == 200
    assert "Marta Lindqvist, m…@example.org" in page.text
    assert "Everyone" in page.text
    assert "we delete the signature on" in page.text
    assert "noindex" in page.text
    assert token not in page.text.split("</title>")[0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_the_link_fifty_times_changes_nothing(
    app: Flask, signer: Signer, token: str, method: str
) -> None:
    for _ in range(50):
        signer.client.open(f"/c/{token}", method=method)
        signer.client.open(f"/c/{token}/change/", method=method)
    assert state(app) is State.WAITING


def test_the_button_confirms_and_twice_is_once(
    app: Flask, signer: Signer, token: str, worker: Callable[[], None]
) -> None:
    for _ in range(3):
        answer = signer.client.post(f"/c/{token}", headers=OURS)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{signer.address}thanks/"
    assert state(app) is State.CONFIRMED
    worker()
    assert signer.client.get(f"{signer.address}count.json").get_json()["count"] == 1
    again = signer.client.get(f"/c/{token}")
    assert again.status_code == 200
    assert "You have already confirmed" in again.text
    assert "Marta" not in again.text


def test_who_did_not_sign_deletes_it(app: Flask, signer: Signer, token: str) -> None:
    answer = signer.client.post(f"/c/{token}/refuse", headers=OURS)
    assert answer.headers["Location"] == "/c/deleted/"
    assert "The signature is deleted" in signer.client.get("/c/deleted/").text
    assert state(app) is None
    assert signer.client.post(f"/c/{token}/refuse", headers=OURS).status_code == 404


def test_a_confirmed_signature_is_not_refused_away(app: Flask, signer: Signer, token: str) -> None:
    signer.client.post(f"/c/{token}", headers=OURS)
    assert "already confirmed" in signer.client.post(f"/c/{token}/refuse", headers=OURS).text
    assert state(app) is State.CONFIRMED


def test_the_level_can_be_changed_before_confirming(app: Flask, signer: Signer, token: str) -> None:
    form = signer.client.get(f"/c/{token}/change/")
    assert 'value="everyone" checked' in form.text
    answer = signer.client.post(f"/c/{token}/change/", data={"level": "team"}, headers=OURS)
    assert answer.status_code == 303
    page = signer.client.get(f"/c/{token}").text
    assert "Nobody outside our team" in page
    signer.client.post(f"/c/{token}", headers=OURS)
    with app.app_context():
        row = session.scalars(select(Signature)).one()
        assert (row.level, row.public_name, row.wants_updates) == ("team", None, False)


def test_a_level_that_is_not_offered_is_refused(signer: Signer, token: str) -> None:
    answer = signer.client.post(f"/c/{token}/change/", data={"level": "boss"}, headers=OURS)
    assert answer.status_code == 422
    assert "Choose who may see your name" in answer.text


def test_a_name_is_public_only_after_the_button(
    signer: Signer, token: str, worker: Callable[[], None]
) -> None:
    assert "Marta" not in signer.client.get(signer.address).text
    signer.client.post(f"/c/{token}", headers=OURS)
    worker()
    assert "Marta Lindqvist" in signer.client.get(signer.address).text


def test_after_seven_days_the_link_has_expired(
    signer: Signer, token: str, clock: time_machine.Traveller, worker: Callable[[], None]
) -> None:
    clock.shift(timedelta(days=8))
    for _ in range(2):
        answer = signer.client.get(f"/c/{token}")
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert f'href="{signer.address}#sign"' in answer.text
        worker()


def test_a_newer_letter_replaces_the_older_link(
    signer: Signer, token: str, clock: time_machine.Traveller, worker: Callable[[], None], mailbox: Mailbox
) -> None:
    clock.shift(timedelta(minutes=2))
    signer.sign(level="target")
    worker()
    answer = signer.client.get(f"/c/{token}")
    assert answer.status_code == 410
    assert "We sent you a newer message" in answer.text
    assert signer.client.get(f"/c/{token_in(mailbox.newest())}").status_code == 200


def test_a_withdrawn_signature_is_not_brought_back(
    app: Flask, signer: Signer, token: str, mailbox: Mailbox
) -> None:
    signer.client.post(f"/my/{my_token_in(mailbox.newest())}/withdraw/", headers=OURS)
    answer = signer.client.post(f"/c/{token}", headers=OURS)
    assert answer.status_code == 410
    assert "You withdrew this signature on 22 November 2026." in answer.text
    assert state(app) is State.WITHDRAWN


def test_a_withdrawn_action_says_that_it_could_not_add_the_name(
    app: Flask, signer: Signer, token: str
) -> None:
    with app.app_context(), writing():
        session.execute(update(Action).values(state=ActionState.WITHDRAWN))
    answer = signer.client.get(f"/c/{token}")
    assert answer.status_code == 410
    assert "We have deleted your details." in answer.text


@pytest.mark.parametrize("cut", [1, 5, 20, 57])
def test_a_link_cut_short_is_not_recognised(signer: Signer, token: str, cut: int) -> None:
    answer = signer.client.get(f"/c/{token[:-cut]}")
    assert answer.status_code == 404
    assert "We do not recognise this link" in answer.text


def test_a_link_to_ones_own_signature_cannot_confirm(
    app: Flask, signer: Signer, token: str, mailbox: Mailbox
) -> None:
    other = my_token_in(mailbox.newest())
    assert other != token
    assert signer.client.post(f"/c/{other}", headers=OURS).status_code == 404
    assert state(app) is State.WAITING
