"""The second step at log-in: each code once, also in two requests at once; recovery codes; what is stored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts import logging_in, second_step
from campaign_actions.accounts.models import LoginSession, RecoveryCode, User
from campaign_actions.audit import Entry
from campaign_actions.errors import Refused
from campaign_actions.infra import clock as our_clock
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database", "clock")

KEYS = ("one secret key of the site", "an older one")


def now() -> int:
    return int(our_clock.now().timestamp()) // second_step.HALF_MINUTE


def set_up(user: User, keys: tuple[str, ...] = KEYS) -> tuple[pyotp.TOTP, list[str]]:
    """The user's app, and their recovery codes."""
    with writing():
        second_step.begin(user, keys)
    secret = second_step.pending(user, keys)
    assert secret
    app = pyotp.TOTP(secret)
    with writing():
        codes = second_step.finish(user, app.generate_otp(now()), keys)
    return app, codes


def check(user: User, typed: str, keys: tuple[str, ...] = KEYS) -> bool:
    with writing():
        return second_step.check(user, typed, keys)


def test_it_counts_only_once_a_code_was_typed() -> None:
    user = a_user()
    with writing():
        second_step.begin(user, KEYS)
    assert not user.has_second_step
    with pytest.raises(Refused, match="does not fit"), writing():
        second_step.finish(user, "000000", KEYS)
    session.refresh(user)
    assert not user.has_second_step
    set_up(user)
    assert user.has_second_step


def test_the_secret_has_160_bits_and_the_database_does_not_tell_it() -> None:
    user = a_user()
    app, codes = set_up(user)
    assert len(app.secret) * 5 == 160
    stored = bytes(user.totp_secret or b"") + b"".join(session.scalars(select(RecoveryCode.digest)))
    assert app.secret.encode() not in stored
    assert not any(code.replace("-", "").encode() in stored for code in codes)
    assert not check(user, app.generate_otp(now() + 1), ("another secret key of some site",))


def test_a_code_is_taken_once_and_so_is_the_one_of_the_set_up(clock: time_machine.Traveller) -> None:
    user = a_user()
    app, _codes = set_up(user)
    assert not check(user, app.generate_otp(now()))
    clock.shift(timedelta(seconds=30))
    code = app.generate_otp(now())
    assert check(user, f" {code[:3]} {code[3:]} ")
    assert not check(user, code)


def test_the_code_before_and_after_fit_and_no_other(clock: time_machine.Traveller) -> None:
    user = a_user()
    app, _codes = set_up(user)
    clock.shift(timedelta(minutes=10))
    assert not check(user, app.generate_otp(now() - 2))
    assert not check(user, app.generate_otp(now() + 2))
    assert check(user, app.generate_otp(now() - 1))
    assert check(user, app.generate_otp(now() + 1))
    assert not check(user, app.generate_otp(now()))


def test_of_many_requests_with_one_code_one_gets_in(app: Flask, clock: time_machine.Traveller) -> None:
    user = a_user()
    totp, codes = set_up(user)
    user_id = user.id
    clock.shift(timedelta(seconds=60))
    session.remove()

    def one(typed: str) -> bool:
        with app.app_context():
            found = session.get_one(User, user_id)
            return check(found, typed)

    for typed in (totp.generate_otp(now()), codes[0]):
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(one, [typed] * 8)) == 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣", "x" * 10_000, "\u2028", "²²²²²²"])
def test_what_is_no_code_is_none(typed: str) -> None:
    user = a_user()
    set_up(user)
    assert not check(user, typed)


def test_digits_of_another_script_are_digits(clock: time_machine.Traveller) -> None:
    user = a_user()
    app, _codes = set_up(user)
    clock.shift(timedelta(seconds=30))
    arabic = app.generate_otp(now()).translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    assert check(user, arabic)


def test_a_recovery_code_works_once_in_any_spelling_and_is_told() -> None:
    user = a_user()
    _app, codes = set_up(user)
    assert len(set(codes)) == 10
    assert check(user, codes[3].upper().replace("-", " "))
    assert not check(user, codes[3])
    assert second_step.codes_left(user) == 9
    deeds = [entry.deed for entry in session.scalars(select(Entry).order_by(Entry.number))]
    assert deeds == ["user.second_step_on", "user.recovery_used"]


def test_new_recovery_codes_end_the_old_ones() -> None:
    user = a_user()
    _app, codes = set_up(user)
    with writing():
        new = second_step.renew_codes(user, KEYS)
    assert not check(user, codes[0])
    assert check(user, new[0])


def test_codes_of_one_are_nothing_to_another(clock: time_machine.Traveller) -> None:
    user, other = a_user(), a_user()
    app, codes = set_up(user)
    set_up(other)
    clock.shift(timedelta(seconds=30))
    assert not check(other, app.generate_otp(now()))
    assert not check(other, codes[0])


def test_a_change_of_the_secret_key_keeps_what_was_set_up(clock: time_machine.Traveller) -> None:
    user = a_user()
    app, codes = set_up(user, KEYS[1:])
    clock.shift(timedelta(seconds=30))
    assert check(user, app.generate_otp(now()))
    assert check(user, codes[0])


def test_taking_it_off_ends_every_session_and_forgets_all() -> None:
    user = a_user()
    set_up(user)
    with writing():
        logging_in.open_session(user)
        second_step.turn_off(user)
    assert not user.has_second_step
    assert (user.totp_secret, user.totp_new) == (None, None)
    assert session.scalars(select(RecoveryCode)).all() == []
    assert session.scalars(select(LoginSession)).all() == []


def test_half_a_session_is_over_after_ten_minutes(
    clock: time_machine.Traveller,
) -> None:
    user = a_user()
    with writing():
        half, whole = logging_in.open_session(user, half=True), logging_in.open_session(user)
    assert logging_in.find(half)
    clock.shift(timedelta(minutes=10))
    assert logging_in.find(half) is None
    assert logging_in.find(whole)
    assert len(logging_in.sessions_of(user)) == 1
