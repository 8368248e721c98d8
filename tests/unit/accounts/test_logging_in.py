"""Tries are slowed down and never shut out; sessions end by themselves."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.accounts import logging_in
from campaign_actions.accounts.models import LoginAttempt, LoginSession
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database")

HERE = "192.0.2.0/24"


def try_once(email: str, prefix: str = HERE) -> int:
    with writing() as connection:
        return logging_in.begin(connection, logging_in.attempt(email, prefix, "secret"))


def test_five_tries_in_fifteen_minutes_then_a_wait(clock: time_machine.Traveller) -> None:
    assert [try_once("a@example.org") for _try in range(6)] == [0, 0, 0, 0, 0, 15]


def test_the_wait_grows_to_four_minutes_and_no_further(clock: time_machine.Traveller) -> None:
    waits = []
    for _try in range(11):
        while wait := try_once("a@example.org"):
            waits.append(wait)
            clock.shift(timedelta(seconds=wait))
    assert waits == [15, 30, 60, 120, 240, 240]


def test_trying_while_one_has_to_wait_does_not_make_it_longer(clock: time_machine.Traveller) -> None:
    for _try in range(5):
        try_once("a@example.org")
    for _second in range(14):
        assert try_once("a@example.org") > 0
        clock.shift(timedelta(seconds=1))
    clock.shift(timedelta(seconds=1))
    assert try_once("a@example.org") == 0


def test_after_fifteen_minutes_all_is_forgotten(clock: time_machine.Traveller) -> None:
    for _try in range(5):
        try_once("a@example.org")
    clock.shift(timedelta(minutes=15))
    assert [try_once("a@example.org") for _try in range(5)] == [0] * 5


def test_another_account_on_another_network_goes_on(clock: time_machine.Traveller) -> None:
    for _try in range(6):
        try_once("a@example.org")
    assert try_once("b@example.org", "198.51.100.0/24") == 0


def test_one_account_is_one_in_any_case_and_from_anywhere(clock: time_machine.Traveller) -> None:
    for number in range(5):
        try_once("a@example.org", f"192.0.{number}.0/24")
    assert try_once(" A@Example.org ", "198.51.100.0/24") > 0


def test_twenty_tries_of_one_network_then_a_wait_for_all_of_it(clock: time_machine.Traveller) -> None:
    assert [try_once(f"{number}@example.org") for number in range(20)] == [0] * 20
    assert try_once("new@example.org") == 15
    assert try_once("new@example.org", "198.51.100.0/24") == 0


def test_success_forgets_the_tries_of_the_account(clock: time_machine.Traveller) -> None:
    for _try in range(5):
        try_once("a@example.org")
    with writing() as connection:
        logging_in.succeeded(connection, logging_in.attempt("a@example.org", HERE, "secret"))
    assert try_once("a@example.org") == 0


def test_neither_address_nor_network_is_stored(clock: time_machine.Traveller) -> None:
    try_once("a@example.org")
    kept = [bytes(key) for key in session.scalars(select(LoginAttempt.key))]
    assert len(kept) == 2
    assert all(len(key) == 16 and b"example" not in key for key in kept)


def test_parallel_tries_count_exactly(app: Flask) -> None:
    waits: list[int] = []

    def work() -> None:
        with app.app_context():
            waits.append(try_once("a@example.org"))

    threads = [threading.Thread(target=work) for _thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(wait == 0 for wait in waits) == 5


def test_the_database_keeps_a_digest_of_the_secret_only() -> None:
    user = a_user()
    with writing():
        token = logging_in.open_session(user)
    kept = session.scalars(select(LoginSession.token_digest)).one()
    assert len(token) >= 43
    assert token.encode() not in kept
    assert logging_in.find(token) is not None
    assert logging_in.find(token + "x") is None


def test_a_session_ends_after_twelve_hours(clock: time_machine.Traveller) -> None:
    user = a_user()
    with writing():
        token = logging_in.open_session(user)
    clock.shift(timedelta(hours=11, minutes=59))
    assert logging_in.find(token) is not None
    clock.shift(timedelta(minutes=1))
    assert logging_in.find(token) is None
    assert logging_in.sessions_of(user) == []


def test_renewing_kills_the_old_secret_and_is_fresh(clock: time_machine.Traveller) -> None:
    user = a_user()
    with writing():
        token = logging_in.open_session(user)
    clock.shift(timedelta(minutes=10))
    found = logging_in.find(token)
    assert found is not None
    assert not logging_in.is_fresh(found)
    with writing():
        again = logging_in.find(token)
        assert again is not None
        renewed = logging_in.renew(again)
    assert logging_in.find(token) is None
    after = logging_in.find(renewed)
    assert after is not None
    assert logging_in.is_fresh(after)


def test_one_may_end_ones_own_session_only() -> None:
    mine, other = a_user(), a_user()
    with writing():
        token = logging_in.open_session(mine)
    digest = session.scalars(select(LoginSession.token_digest)).one()
    with writing():
        assert not logging_in.end_one(other, digest)
        assert logging_in.end_one(mine, digest)
    assert logging_in.find(token) is None


def test_the_chore_forgets_old_tries_and_dead_sessions(clock: time_machine.Traveller) -> None:
    try_once("a@example.org")
    user = a_user()
    with writing():
        logging_in.open_session(user)
    clock.shift(timedelta(hours=12))
    with writing() as connection:
        logging_in.forget_old(connection)
    for table in (LoginAttempt, LoginSession):
        assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0
