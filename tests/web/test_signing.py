"""Signing through the pages: every answer keeps what was typed and tells nothing about the address."""

import re
import shutil
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text, update

from campaign_actions.actions.models import Action, ActionState, ActionText, Kind
from campaign_actions.config import Settings
from campaign_actions.infra.database import locks
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.web import limits
from tests.conftest import Mailbox
from tests.support.factories import an_action
from tests.support.flow import code_in, token_in
from tests.support.rows import digests
from tests.support.signer import Signer, hidden

ERRORS = {
    "name": [
        ("", "Enter your full name"),
        ("x" * 121, "Full name must be 120 characters or fewer"),
        ("Buy at www.shop.example", "Full name must not include a web address"),
        ("Marta\0Lindqvist", "Full name includes a character we cannot store"),
    ],
    "email": [
        ("", "Enter your email address"),
        ("marta.at.example", "Enter an email address in the correct format, like name@example.com"),
    ],
    "country": [("Atlantis", "Choose a country from the list")],
    "level": [("", "Choose who may see your name"), ("boss", "Choose who may see your name")],
}
CASES = [(field, typed, words) for field, found in ERRORS.items() for typed, words in found]


@pytest.fixture
def signer(app: Flask, clock: time_machine.Traveller) -> Signer:
    with app.app_context():
        return Signer(app, an_action().card.slug)


def signatures(app: Flask) -> int:
    with app.app_context():
        return session.execute(select(func.count()).select_from(Signature)).scalar_one()


def change(app: Flask, model: Any, **values: Any) -> None:
    with app.app_context(), writing():
        session.execute(update(model).values(**values))


def test_a_good_form_leads_to_check_your_email(app: Flask, signer: Signer) -> None:
    answer = signer.sign()
    assert answer.status_code == 200
    assert "<h1>Check your email</h1>" in answer.text
    assert "<strong>marta@example.org</strong>" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert signatures(app) == 1


@pytest.mark.parametrize(("field", "typed", "words"), CASES)
def test_an_error_is_said_twice_and_what_was_typed_is_kept(
    app: Flask, signer: Signer, field: str, typed: str, words: str
) -> None:
    answer = signer.sign(**{field: typed})
    assert answer.status_code == 422
    assert answer.text.count(words) >= 2
    assert "<title>Error: " in answer.text
    assert re.search(rf'<a href="#{field}(-0)?">{re.escape(words)}', answer.text)
    kept = "marta@example.org" if field != "email" else "Marta Lindqvist"
    assert f'value="{kept}"' in answer.text
    assert signatures(app) == 0


def test_an_empty_form_names_both_fields(signer: Signer) -> None:
    answer = signer.post("sign", {})
    assert answer.status_code == 422
    for words in ("Enter your full name", "Enter your email address", "Choose who may see your name"):
        assert words in answer.text


def test_nothing_is_ticked_and_the_safest_level_is_set(signer: Signer) -> None:
    page = signer.client.get(signer.address).text
    assert re.findall(r'name="level" value="(\w+)" checked', page) == ["team"]
    assert not re.search(r'id="updates"[^>]*checked', page)
    assert " required" not in page


def test_a_slip_is_a_question_and_either_answer_is_taken(app: Flask, signer: Signer) -> None:
    asked = signer.sign(email="marta@gmial.com")
    assert asked.status_code == 200
    assert "Did you mean marta@gmail.com?" in asked.text
    assert signatures(app) == 0
    assert "<strong>marta@gmail.com</strong>" in signer.sign(email="marta@gmial.com", slip="use").text
    assert "<strong>marta@gmial.com</strong>" in signer.sign(email="marta@gmial.com", slip="keep").text


def test_new_known_confirmed_and_held_addresses_get_the_same_answer(
    app: Flask, signer: Signer, worker: Callable[[], None], mailbox: Mailbox
) -> None:
    def answer() -> tuple[bytes, list[tuple[str, str]]]:
        got = signer.sign()
        return got.data, sorted(got.headers)

    new = answer()
    assert answer() == new
    worker()
    signer.client.post(f"/c/{token_in(mailbox.newest())}", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer() == new
    for state in (State.HELD, State.INVALID, State.WITHDRAWN):
        change(app, Signature, state=state.value)
        assert answer() == new


def test_a_filled_trap_gets_the_same_page(signer: Signer) -> None:
    honest = signer.sign(email="one@example.org").text
    trapped = signer.sign(email="two@example.org", website="https://spam.example").text
    assert "Check your email" in honest
    assert "Check your email" in trapped


def test_a_page_left_open_for_a_day_still_signs(
    app: Flask, signer: Signer, clock: time_machine.Traveller
) -> None:
    fields = signer.fields()
    clock.shift(timedelta(hours=25))
    assert "Check your email" in signer.post("sign", fields).text
    assert signatures(app) == 1


@pytest.mark.parametrize("stamp", ["", "forged", None])
def test_an_old_or_forged_stamp_gives_the_form_back_filled_in(
    app: Flask, signer: Signer, clock: time_machine.Traveller, stamp: str | None
) -> None:
    fields = signer.fields() if stamp is None else signer.fields(stamp=stamp)
    clock.shift(timedelta(days=8))
    answer = signer.post("sign", fields)
    assert answer.status_code == 422
    assert "Check your details and sign again." in answer.text
    assert 'value="Marta Lindqvist"' in answer.text
    assert signatures(app) == 0
    again = signer.post("sign", {**fields, **hidden(answer)})
    assert "Check your email" in again.text


@pytest.mark.parametrize(
    ("model", "values", "words"),
    [
        (ActionText, {"revision": 2}, "The text of the letter was changed"),
        (ActionText, {"title": "Free them all"}, "The title or the people it is addressed to have changed."),
        (Action, {"at_risk": True}, "The day on which we delete your details is now 21 January 2027."),
    ],
)
def test_words_that_changed_meanwhile_are_shown_before_they_are_signed(
    app: Flask, signer: Signer, model: Any, values: dict[str, Any], words: str
) -> None:
    fields = signer.fields()
    change(app, model, **values)
    answer = signer.post("sign", fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="marta@example.org"' in answer.text
    assert signatures(app) == 0
    assert "Check your email" in signer.post("sign", {**fields, **hidden(answer)}).text


@pytest.mark.parametrize("values", [{"state": ActionState.CLOSED}, {"kind": Kind.PROTEST}])
def test_an_action_that_takes_no_signatures_shows_why(
    app: Flask, signer: Signer, values: dict[str, Any]
) -> None:
    fields = signer.fields()
    change(app, Action, **values)
    answer = signer.post("sign", fields)
    assert answer.status_code == 422
    assert "sign-form" not in answer.text
    assert signatures(app) == 0


def test_a_draft_cannot_be_signed(app: Flask, signer: Signer) -> None:
    fields = signer.fields()
    change(app, Action, state=ActionState.DRAFT)
    assert signer.post("sign", fields).status_code == 404


def test_extra_fields_change_nothing(app: Flask, signer: Signer) -> None:
    signer.sign(state="1", delete_on="2099-01-01", proved_on="2026-11-22", text_version="7")
    with app.app_context():
        row = session.scalars(select(Signature)).one()
        assert (row.state, row.proved_on, row.text_version) == (State.WAITING, None, 1)


def test_changing_the_address_gives_the_form_back(app: Flask, signer: Signer) -> None:
    page = signer.sign()
    answer = signer.post("sign", {**hidden(page), "edit": "1"})
    assert answer.status_code == 200
    assert 'value="Marta Lindqvist"' in answer.text
    assert 'id="sign-form"' in answer.text


def test_send_again_leaves_another_letter(
    signer: Signer, worker: Callable[[], None], mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = signer.sign()
    worker()
    clock.shift(timedelta(minutes=2))
    assert signer.post("sign", {**hidden(page), "again": "1"}).status_code == 200
    worker()
    assert len(mailbox.letters("marta@example.org")) == 2


def test_the_code_confirms_and_leads_to_thanks(
    signer: Signer, worker: Callable[[], None], mailbox: Mailbox
) -> None:
    page = signer.sign()
    worker()
    code = code_in(mailbox.newest())
    answer = signer.post("code", {**hidden(page), "code": code})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{signer.address}thanks/"


@pytest.mark.parametrize("code", ["000000", "", "letters", "1" * 5000])
def test_every_wrong_code_gets_one_answer(
    signer: Signer, worker: Callable[[], None], mailbox: Mailbox, code: str
) -> None:
    page = signer.sign()
    worker()
    answer = signer.post("code", {**hidden(page), "code": code})
    assert answer.status_code == 422
    assert "That code does not work. Use the newest message, or the link in it." in answer.text
    assert hidden(answer) == hidden(page)
    assert "<title>Error: Check your email" in answer.text


def test_a_code_without_its_page_does_not_work(signer: Signer) -> None:
    answer = signer.post("code", {"code": "123456", "key": "x"})
    assert answer.status_code == 422
    assert "That code does not work" in answer.text


def test_addresses_that_are_posted_to_lead_to_the_action(signer: Signer) -> None:
    for where in ("sign", "code"):
        answer = signer.client.get(signer.address + where)
        assert answer.status_code == 303
        assert answer.headers["Location"] == signer.address


def test_a_flood_from_one_network_is_told_to_wait_with_its_form(
    signer: Signer,
) -> None:
    for _ in range(limits.POSTS_A_MINUTE):
        assert signer.post("code", {"code": "1"}).status_code == 422
    answer = signer.sign(headers={"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "203.0.113.5"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Wait a minute and try again" in answer.text
    assert 'value="Marta Lindqvist"' in answer.text
    assert signer.post("code", {"code": "1"}).status_code == 429
    signer.client.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    assert signer.sign().status_code == 200


def test_a_busy_database_keeps_what_was_typed(app: Flask, signer: Signer, engine_name: str) -> None:
    fields = signer.fields()
    with app.app_context():
        engine = db.engine
    with locks.writer_lock(engine), engine.begin() as connection:
        if engine_name == "postgres":
            connection.execute(text("LOCK TABLE signature"))
        answer = signer.post("sign", fields)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Sending twice is safe" in answer.text
    assert 'value="Marta Lindqvist"' in answer.text


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("purpose", ["list", "mail", "updates"])
def test_a_key_that_seals_nothing_keeps_what_was_typed_and_stores_nothing(
    app: Flask, settings: Settings, signer: Signer, purpose: str
) -> None:
    # A well-formed file, so that only the sealing library finds out: nothing can be sealed to this point.
    (file,) = settings.web_keys.glob(f"{purpose}-*.pub")
    headline = file.read_text().splitlines()[0]
    file.write_text(f"{headline}\n{b64encode(bytes(32)).decode()}\n")
    typed = {
        "name": "Anna Berg",
        "email": "anna@example.org",
        "country": "PL",
        "level": "target",
        "updates": "1",
    }
    before = digests(app)
    answer = signer.sign(**typed)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Sending twice is safe" in answer.text
    for kept in ('value="Anna Berg"', 'value="anna@example.org"', "<option value=PL selected>"):
        assert kept in answer.text
    ticked = "".join(re.findall(r"<input[^>]* checked[^>]*>", answer.text))
    assert 'value="target"' in ticked
    assert 'name="updates"' in ticked
    assert digests(app) == before


@pytest.mark.parametrize(
    "name", ["Әлия Қайратқызы", "O'Brien", "Sukarno", "李雷", "<b>Marta</b>", "{{ 7*7 }} %(x)s"]
)
def test_a_name_comes_back_as_it_was_typed(app: Flask, signer: Signer, name: str) -> None:
    from markupsafe import escape

    answer = signer.sign(name=name, email="")
    assert f'value="{escape(name)}"' in answer.text
    assert "<b>Marta" not in answer.text


def test_without_its_keys_the_site_keeps_what_was_typed_and_stores_nothing(
    app: Flask, settings: Settings, signer: Signer
) -> None:
    form = signer.fields(name="Anna Berg")
    shutil.rmtree(settings.web_keys)
    answer = signer.post("sign", form)
    assert answer.status_code == 503
    assert 'value="Anna Berg"' in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert signatures(app) == 0
