"""Signing and confirming by link and code, below the level of pages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from campaign_actions.actions.models import Action, ActionState, Level
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import confirming, moving, queries
from campaign_actions.signatures.confirming import LinkKind
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.names import check_name
from campaign_actions.signatures.signing import WordsChanged, sign
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, a_visit, an_action, shown_by
from tests.support.flow import Flow, code_in, my_token_in, rows, state_of, text_of, token_in


def test_a_confirmed_signature_counts_once_however_often_the_button_is_pressed(flow: Flow) -> None:
    page = an_action()
    token = token_in(flow.signed(page))
    assert flow.count(page) == 0
    assert confirming.look(token).name == "Marta Lindqvist"
    assert flow.confirm(token).kind is LinkKind.DONE
    for _ in range(3):
        assert flow.confirm(token).kind is LinkKind.DONE
    flow.work()
    assert flow.count(page) == 1
    assert confirming.look(token).name == ""


def test_looking_at_a_link_changes_nothing(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    for _ in range(50):
        assert confirming.look(token_in(mailbox.newest())).kind is LinkKind.FRESH
    assert state_of(page) is State.WAITING


def test_the_code_confirms_with_spaces_and_foreign_digits(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    key = flow.sign(page)
    flow.work()
    code = code_in(mailbox.newest())
    arabic = code.translate({ord("0") + n: 0x0660 + n for n in range(10)})
    view = flow.enter(key, arabic)
    assert view is not None
    assert view.kind is LinkKind.DONE
    assert flow.enter(key, code) is not None
    flow.work()
    assert flow.count(page) == 1


def test_after_five_wrong_codes_only_the_link_works(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    key = flow.sign(page)
    flow.work()
    code = code_in(mailbox.newest())
    wrong = "000000" if code != "000 000" else "111111"
    for _ in range(5):
        assert flow.enter(key, wrong) is None
    assert flow.enter(key, code) is None
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE


def test_the_same_details_again_leave_no_new_letter_and_no_dead_link(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    keys_given = {flow.sign(page) for _ in range(5)}
    flow.work()
    clock.shift(timedelta(seconds=61))
    keys_given.add(flow.sign(page))
    flow.work()
    assert len(keys_given) == 1
    assert len(mailbox.letters()) == 1
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE


def test_a_corrected_name_replaces_the_old_and_its_link(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    old = token_in(flow.signed(page))
    clock.shift(timedelta(seconds=61))
    flow.sign(page, a_supporter(name="Marta Lindqvist-Berg"))
    flow.work()
    assert rows() == 1
    assert len(mailbox.letters()) == 2
    assert confirming.look(old).kind is LinkKind.REPLACED
    assert confirming.look(token_in(mailbox.newest())).name == "Marta Lindqvist-Berg"


def test_within_a_minute_neither_the_details_nor_the_link_change(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    flow.sign(page, again=True)
    flow.sign(page, a_supporter(name="Somebody Else"))
    flow.work()
    assert len(mailbox.letters()) == 1
    assert confirming.look(token_in(mailbox.newest())).name == "Marta Lindqvist"


def test_send_again_makes_a_new_letter_and_the_page_stays_the_same(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    first = flow.sign(page)
    flow.work()
    clock.shift(timedelta(seconds=61))
    assert flow.sign(page, again=True) == first
    flow.work()
    assert len(mailbox.letters()) == 2
    assert flow.enter(first, code_in(mailbox.newest())) is not None


def test_no_address_gets_more_than_three_repeats_a_day_and_none_dies_without_successor(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    first, second = an_action(), an_action()
    for page in (first, second):
        for _ in range(6):
            flow.sign(page, again=True)
            flow.work()
            clock.shift(timedelta(seconds=61))
    assert len(mailbox.letters()) == 2 + 3
    newest = {page.card.id: None for page in (first, second)}
    alive = [confirming.look(token_in(letter)) for letter in mailbox.letters()]
    fresh = {view.action_id for view in alive if view.kind is LinkKind.FRESH}
    assert fresh == set(newest)


def test_one_signature_brings_five_letters_and_the_last_link_lives(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    for _day in range(4):
        for _time in range(3):
            flow.sign(page, again=True)
            flow.work()
            clock.shift(timedelta(seconds=61))
        clock.shift(timedelta(hours=25))
    letters = mailbox.letters()
    assert len(letters) == 5
    assert confirming.look(token_in(letters[-1])).kind is LinkKind.FRESH


def test_rows_of_one_person_on_two_actions_cannot_be_joined(flow: Flow) -> None:
    for _action in range(2):
        flow.sign(an_action())
    digests = session.scalars(select(Signature.email_digest)).all()
    assert len(set(digests)) == 2, "each action has a salt of its own"


def test_five_spellings_of_one_address_are_one_signature(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    spellings = (
        "anna.berg@gmail.com",
        "AnnaBerg@gmail.com",
        "annaberg+kz@gmail.com",
        "a.n.n.a.berg@googlemail.com",
    )
    for spelling in (*spellings, "ANNABERG@GMAIL.COM"):
        flow.sign(page, a_supporter(email=spelling))
        clock.shift(timedelta(seconds=61))
        flow.work()
        for letter in mailbox.letters():
            flow.confirm(token_in(letter)) if "/c/" in text_of(letter) else None
    flow.work()
    assert rows() == 1
    assert flow.count(page) == 1


def test_signing_again_when_confirmed_changes_nothing_and_tells_the_mailbox(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    flow.confirmed(page)
    clock.shift(timedelta(seconds=61))
    flow.sign(page, a_supporter(name="Another Person", level=Level.EVERYONE))
    flow.work()
    assert "already have a signature" in text_of(mailbox.newest())
    assert "Another" not in text_of(mailbox.newest())
    assert flow.count(page) == 1
    assert queries.public_lines(page.card.id) == []


def test_a_filled_trap_is_held_without_letter_and_does_not_silence_the_owner(
    flow: Flow, mailbox: Mailbox
) -> None:
    page = an_action()
    flow.sign(page, trap=True)
    flow.work()
    assert mailbox.letters() == []
    assert state_of(page) is State.HELD
    flow.sign(page)
    flow.work()
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE
    flow.work()
    assert flow.count(page) == 1


def test_a_held_signature_is_proved_by_the_same_page_but_not_counted(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    digest = session.execute(select(Signature.email_digest)).scalar_one()
    with writing() as connection:
        moving.move(connection, digest, page.card.id, State.HELD, hold="test")
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE
    flow.work()
    assert flow.count(page) == 0
    with writing() as connection:
        moving.move(connection, digest, page.card.id, State.CONFIRMED, hold=None)
    flow.work()
    assert flow.count(page) == 1


def test_only_level_everyone_is_public_and_only_after_confirming(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    for level in Level:
        flow.sign(
            page, a_supporter(email=f"{level.value}@example.org", name=f"Name {level.value}", level=level)
        )
    assert queries.public_lines(page.card.id) == []
    flow.work()
    for letter in mailbox.letters():
        flow.confirm(token_in(letter))
    session.rollback()
    assert [line.name for line in queries.public_lines(page.card.id)] == ["Name everyone"]


def test_name_and_address_open_only_with_the_list_key(flow: Flow, settings: Settings) -> None:
    page = an_action()
    flow.sign(page, a_supporter(name="Әлия Қайратқызы"))
    row = session.execute(select(Signature.email_digest, Signature.sealed)).one()
    opener = Opener(keys.of_purpose(settings.worker_keys, "list"))
    opened = json.loads(opener.open("signature", page.card.id, row.email_digest, row.sealed))
    assert opened == {"n": "Әлия Қайратқызы", "e": "marta@example.org"}


def test_updates_start_only_with_the_confirmation(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page, a_supporter(updates=True))
    flow.work()
    assert session.execute(select(func.count()).select_from(UpdateAddress)).scalar_one() == 0
    flow.confirm(token_in(mailbox.newest()))
    session.rollback()
    assert session.execute(select(func.count()).select_from(UpdateAddress)).scalar_one() == 1


def test_a_closed_action_takes_no_signature_and_stores_nothing(flow: Flow) -> None:
    page = an_action(state=ActionState.CLOSED)
    with pytest.raises(Refused):
        flow.sign(page)
    session.rollback()
    assert rows() == 0


def test_words_changed_since_the_form_was_read_store_nothing(flow: Flow) -> None:
    page = an_action()
    shown = shown_by(page)
    stale = replace(shown, text_revision=99)
    with pytest.raises(WordsChanged), writing() as connection:
        sign(connection, page, a_supporter(), stale, a_visit(), flow.tools)
    session.rollback()
    assert rows() == 0


def test_who_signed_before_the_close_has_seven_days_to_confirm(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    with writing():
        action = session.get(Action, page.card.id)
        assert action is not None
        action.state = ActionState.CLOSED
    clock.shift(timedelta(days=7))
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE


def test_after_seven_days_the_details_are_gone_and_the_link_says_so(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page = an_action()
    flow.sign(page)
    flow.work()
    clock.shift(timedelta(days=8))
    assert confirming.look(token_in(mailbox.newest())).kind is LinkKind.EXPIRED
    flow.work()
    session.rollback()
    assert rows() == 0
    assert confirming.look(token_in(mailbox.newest())).kind is LinkKind.EXPIRED


def test_a_changed_or_cut_link_is_not_recognised(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    token = token_in(flow.signed(page))
    for at in (0, 20, 45, 57):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert flow.confirm(changed).kind is LinkKind.UNKNOWN
    assert flow.confirm(token[:-3]).kind is LinkKind.UNKNOWN
    assert flow.confirm(my_token_in(mailbox.newest())).kind is LinkKind.UNKNOWN
    assert state_of(page) is State.WAITING


def test_the_longest_name_there_may_be_is_shown_to_everyone(flow: Flow, mailbox: Mailbox) -> None:
    name = check_name("q\u0323\u0307" * 120)
    page = an_action()
    flow.sign(page, a_supporter(name=name, level=Level.EVERYONE))
    flow.work()
    assert flow.confirm(token_in(mailbox.newest())).kind is LinkKind.DONE
    assert [line.name for line in queries.public_lines(page.card.id)] == [name]
