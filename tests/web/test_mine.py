"""One's own signature: ask, see, change, correct, take with you, withdraw, delete."""

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.web import limits
from tests.conftest import Mailbox
from tests.support.factories import an_action
from tests.support.flow import my_token_in, token_in
from tests.support.signer import Signer
from tests.support.visiting import OURS


@pytest.fixture
def signer(app: Flask, clock: time_machine.Traveller) -> Signer:
    with app.app_context():
        return Signer(app, an_action(title="Release the strikers").card.slug)


@pytest.fixture
def mine(signer: Signer, worker: Callable[[], None], mailbox: Mailbox) -> str:
    """Address of the page of a confirmed signature."""
    signer.sign()
    worker()
    letter = mailbox.newest()
    signer.client.post(f"/c/{token_in(letter)}", headers=OURS)
    worker()
    return f"/my/{my_token_in(letter)}/"


def row(app: Flask) -> Signature | None:
    with app.app_context():
        return session.scalars(select(Signature)).one_or_none()


def count(signer: Signer) -> int:
    return int(signer.client.get(f"{signer.address}count.json").get_json()["count"])


def test_asking_gets_the_same_answer_for_every_address(signer: Signer, mine: str) -> None:
    known = signer.client.post("/my/", data={"email": "marta@example.org"}, headers=OURS)
    unknown = signer.client.post("/my/", data={"email": "nobody@example.org"}, headers=OURS)
    assert known.status_code == unknown.status_code == 200
    assert known.data == unknown.data
    assert "If we hold anything under that address, we have sent a link." in known.text


def test_the_link_that_was_asked_for_works_for_a_day(
    signer: Signer, mine: str, worker: Callable[[], None], mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=10))
    assert signer.client.get(mine).status_code == 404
    signer.client.post("/my/", data={"email": "MARTA@example.org"}, headers=OURS)
    worker()
    address = f"/my/{my_token_in(mailbox.newest())}/"
    assert signer.client.get(address).status_code == 200
    clock.shift(timedelta(hours=25))
    assert "This link does not work" in signer.client.get(address).text


def test_an_address_that_is_none_is_refused_in_words(signer: Signer) -> None:
    answer = signer.client.post("/my/", data={"email": "marta"}, headers=OURS)
    assert answer.status_code == 422
    assert "in the correct format" in answer.text


def test_a_flood_of_questions_is_told_to_wait(signer: Signer) -> None:
    for _ in range(limits.POSTS_A_MINUTE):
        signer.post("code", {"code": "1"})
    answer = signer.client.post("/my/", data={"email": "marta@example.org"}, headers=OURS)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert 'value="marta@example.org"' in answer.text


def test_the_page_shows_what_we_hold_and_not_the_sealed_part(signer: Signer, mine: str) -> None:
    page = signer.client.get(mine)
    assert page.status_code == 200
    for words in ("Release the strikers", "Nobody outside our team", "Sweden", "22 November 2026", "sealed"):
        assert words in page.text
    assert "Marta" not in page.text
    assert "marta@" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_the_clear_part_can_be_taken_along(signer: Signer, mine: str) -> None:
    answer = signer.client.get(f"{mine}data.json")
    held = answer.get_json()
    assert held["confirmed"] is True
    assert held["level"] == "team"
    assert held["deleted_on"] == "2027-06-22"
    assert held["consent"].startswith("By pressing the button I sign")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_raising_the_level_to_everyone_asks_for_the_name(app: Flask, signer: Signer, mine: str) -> None:
    without = signer.client.post(f"{mine}level/", data={"level": "everyone", "name": ""}, headers=OURS)
    assert without.status_code == 422
    assert "Enter your full name" in without.text
    signed = {"level": "everyone", "name": "Marta Lindqvist"}
    assert signer.client.post(f"{mine}level/", data=signed, headers=OURS).status_code == 303
    assert "Marta Lindqvist" in signer.client.get(signer.address).text
    signer.client.post(f"{mine}level/", data={"level": "target", "name": ""}, headers=OURS)
    assert "Marta Lindqvist" not in signer.client.get(signer.address).text


def test_updates_start_with_the_same_address_only_and_stop_with_one_press(
    app: Flask, signer: Signer, mine: str
) -> None:
    def start(email: str) -> int:
        data = {"wanted": "1", "email": email}
        return signer.client.post(f"{mine}updates/", data=data, headers=OURS).status_code

    assert start("") == 422
    assert start("other@example.org") == 422
    assert start("marta@example.org") == 303
    kept = row(app)
    assert kept
    assert kept.wants_updates
    assert signer.client.post(f"{mine}updates/", data={"wanted": ""}, headers=OURS).status_code == 303
    kept = row(app)
    assert kept
    assert not kept.wants_updates


def test_details_are_corrected_under_the_same_address_only(app: Flask, signer: Signer, mine: str) -> None:
    before = row(app)
    other = {"name": "Marta L", "email": "other@example.org"}
    refused = signer.client.post(f"{mine}correct/", data=other, headers=OURS)
    assert refused.status_code == 422
    assert "Enter the address this signature was made with" in refused.text
    same = {"name": "Marta L", "email": "marta@example.org"}
    assert signer.client.post(f"{mine}correct/", data=same, headers=OURS).status_code == 303
    after = row(app)
    assert before
    assert after
    assert after.sealed != before.sealed


def test_withdrawing_takes_the_name_out_of_the_count(
    app: Flask, signer: Signer, mine: str, worker: Callable[[], None]
) -> None:
    assert count(signer) == 1
    assert signer.client.get(f"{mine}withdraw/").status_code == 200
    assert signer.client.post(f"{mine}withdraw/", headers=OURS).status_code == 303
    worker()
    assert count(signer) == 0
    kept = row(app)
    assert kept
    assert (kept.state, kept.sealed) == (State.WITHDRAWN, None)
    page = signer.client.get(mine)
    assert "You withdrew this signature on" in page.text
    assert signer.client.get(f"{mine}level/").headers["Location"] == mine


def test_deleting_leaves_nothing(app: Flask, signer: Signer, mine: str, worker: Callable[[], None]) -> None:
    answer = signer.client.post(f"{mine}delete/", headers=OURS)
    assert answer.headers["Location"] == "/c/deleted/"
    worker()
    assert count(signer) == 0
    assert row(app) is None
    assert signer.client.get(mine).status_code == 404


@pytest.mark.parametrize("page", ["", "level/", "updates/", "correct/", "withdraw/", "delete/", "data.json"])
def test_looking_changes_nothing(app: Flask, signer: Signer, mine: str, page: str) -> None:
    before = row(app)
    for _ in range(5):
        assert signer.client.get(mine + page).status_code == 200
    after = row(app)
    assert before
    assert after
    assert (after.state, after.sealed, after.level) == (before.state, before.sealed, before.level)


@pytest.mark.parametrize("page", ["", "level/", "updates/", "correct/", "withdraw/", "delete/", "data.json"])
def test_a_link_of_nobody_shows_nothing(signer: Signer, page: str) -> None:
    answer = signer.client.get(f"/my/no-such-token/{page}")
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_asking_for_the_link_on_a_busy_site_keeps_the_address(app: Flask, settings: Settings) -> None:
    shutil.rmtree(settings.web_keys)
    answer = app.test_client().post("/my/", data={"email": "marta@example.org"}, headers=OURS)
    assert answer.status_code == 503
    assert 'value="marta@example.org"' in answer.text
    assert "Retry-After" in answer.headers
