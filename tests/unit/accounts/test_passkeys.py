"""Passkeys: only a key of the user's own, for this site, for this question, once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select

from campaign_actions.accounts import passkeys, second_step
from campaign_actions.accounts.models import Notice, NoticeKind, Passkey, SpentChallenge, User
from campaign_actions.accounts.passkeys import Place
from campaign_actions.audit import Entry
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.authenticator import PRESENT, Authenticator, text_of
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database", "clock")

KEYS = ("one secret key of the site", "an older one")
HERE = Place("site.example", "https://site.example", "The site")
OTHER = "https://site-example.org"


def added(user: User, key: Authenticator, name: str = "my phone", answer: str = "") -> None:
    asked = passkeys.question_to_add(user, HERE, KEYS)
    with writing() as connection:
        passkeys.add(connection, user, HERE, answer or key.make(asked), name, KEYS)


def an_owner(*counts: int) -> tuple[User, Authenticator]:
    """Somebody with a key that counts so, the first number being told when it is made."""
    user, key = a_user(), Authenticator(counts=list(counts))
    added(user, key)
    return user, key


def question(user: User, keys: tuple[str, ...] = KEYS) -> str:
    return passkeys.question_to_prove(user, HERE, keys)


def proves(user: User, answer: str, place: Place = HERE) -> bool:
    proof = passkeys.read(user, place, answer, KEYS)
    if proof is None:
        return False
    with writing() as connection:
        return passkeys.take(connection, user, proof)


def deeds() -> list[str]:
    return [entry.deed for entry in session.scalars(select(Entry).order_by(Entry.number))]


def test_a_key_is_added_told_and_proves_who_it_is() -> None:
    user, key = an_owner()
    assert (user.has_passkey, user.has_app, user.has_second_step) == (True, False, True)
    assert proves(user, key.sign(question(user)))
    (stored,) = passkeys.of_user(user)
    assert (stored.name, stored.used_at is not None) == ("my phone", True)
    assert deeds() == ["user.passkey_on"]
    assert session.scalars(select(Notice.kind)).all() == [NoticeKind.PASSKEY_ADDED]


def test_of_two_keys_the_one_that_answered_is_noted() -> None:
    user, key = an_owner(1, 5)
    added(user, Authenticator(), "my computer")
    assert proves(user, key.sign(question(user)))
    noted = {one.name: (one.sign_count, one.used_at is not None) for one in passkeys.of_user(user)}
    assert noted == {"my phone": (5, True), "my computer": (0, False)}


def test_an_answer_counts_once_also_in_many_requests(app: Flask) -> None:
    user, key = an_owner()
    answer, user_id = key.sign(question(user)), user.id
    session.remove()

    def one(_number: int) -> bool:
        with app.app_context():
            return proves(session.get_one(User, user_id), answer)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 1
    assert not proves(session.get_one(User, user_id), answer)


def test_a_question_for_a_key_is_answered_once() -> None:
    user, other = a_user(), a_user()
    asked = passkeys.question_to_add(user, HERE, KEYS)
    added(user, Authenticator(), answer=Authenticator().make(asked))
    with pytest.raises(Refused, match="No passkey was made"):
        added(user, Authenticator(), answer=Authenticator().make(asked))
    with pytest.raises(Refused, match="No passkey was made"):
        added(other, Authenticator(), answer=Authenticator().make(asked))


@pytest.mark.parametrize(
    "false",
    [
        {"origin": OTHER},
        {"host": "site-example.org"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
    ids=str,
)
def test_a_key_that_answers_another_site_or_does_not_look_who_holds_it_is_refused(
    false: dict[str, object],
) -> None:
    user, key = an_owner()
    for name, value in false.items():
        setattr(key, name, value)
    assert not proves(user, key.sign(question(user)))
    with pytest.raises(Refused, match="No passkey was made"):
        added(user, key)


def test_a_false_signature_and_the_key_of_another_are_refused() -> None:
    user, key = an_owner()
    thief = Authenticator(credential_id=key.credential_id)
    assert not proves(user, thief.sign(question(user)))
    other, others_key = an_owner()
    assert not proves(user, others_key.sign(question(user)))
    assert not proves(user, key.sign(question(other)))
    assert not proves(other, key.sign(question(other)))
    assert proves(user, key.sign(question(user)))


def test_an_answer_to_another_question_is_none() -> None:
    user, key = an_owner()
    assert not proves(user, key.sign(passkeys.question_to_add(user, HERE, KEYS)))
    assert not proves(user, key.sign(question(user), type="webauthn.create"))
    assert not proves(user, key.sign(question(user, ("somebody's own key",))))
    assert not proves(user, key.sign(json.dumps({"challenge": text_of(b"drawn by the browser itself")})))
    assert proves(user, key.sign(question(user, KEYS[1:])))


def test_an_answer_after_an_hour_is_too_late(clock: time_machine.Traveller) -> None:
    user, key = an_owner()
    asked = question(user)
    clock.shift(timedelta(minutes=59))
    assert proves(user, key.sign(asked))
    asked = question(user)
    clock.shift(timedelta(minutes=61))
    assert not proves(user, key.sign(asked))


def test_a_count_that_does_not_rise_is_refused_and_noted() -> None:
    user, key = an_owner(3, 4, 9, 9, 8, 0, 10)
    assert [proves(user, key.sign(question(user))) for _one in range(6)] == [
        *(True, True, False, False, False, True)
    ]
    assert deeds().count("user.passkey_doubted") == 3
    assert passkeys.of_user(user)[0].sign_count == 10


@pytest.mark.parametrize(
    "answer",
    [
        *("", "{", "[]", "null", "1", '{"id": 1}', '{"response": 1}', '{"response": {"clientDataJSON": 1}}'),
        *('{"response": {"clientDataJSON": "bm9uc2Vuc2U"}}', "[" * 19_000, "x" * 1_000_000, "\0", "\ud800"),
    ],
    ids=lambda answer: answer[:30].encode("utf-8", "replace").decode() or "empty",
)
def test_what_is_no_answer_is_none(answer: str) -> None:
    user, _key = an_owner()
    assert passkeys.read(user, HERE, answer, KEYS) is None
    with pytest.raises(Refused, match="No passkey was made"), writing() as connection:
        passkeys.add(connection, user, HERE, answer, "a name", KEYS)


def test_broken_bytes_inside_a_right_answer_are_refused() -> None:
    user, key = an_owner()
    right = json.loads(key.sign(question(user)))
    for part in ("signature", "authenticatorData"):
        for bad in ("", "AA", "!", 7, None, "A" * 10_000):
            wrong = {**right, "response": {**right["response"], part: bad}}
            assert not proves(user, json.dumps(wrong)), (part, bad)
    assert proves(user, json.dumps(right))


def test_a_key_has_a_name_and_a_device_has_one_key() -> None:
    user, key = an_owner()
    for name in ("", "   ", "x" * 61):
        with pytest.raises(Refused, match="Enter a name for it") as refused:
            added(user, Authenticator(), name)
        assert refused.value.field == "name"
    with pytest.raises(Refused, match="has a passkey of this site already"):
        added(user, key)
    asked = json.loads(passkeys.question_to_add(user, HERE, KEYS))
    assert [one["id"] for one in asked["excludeCredentials"]] == [text_of(key.credential_id)]


def test_ten_keys_are_enough() -> None:
    user = a_user()
    for number in range(passkeys.MOST):
        added(user, Authenticator(), f"key {number}")
    with pytest.raises(Refused, match="ten passkeys already"):
        added(user, Authenticator())
    assert {one.name for one in passkeys.of_user(user)} == {f"key {number}" for number in range(10)}


def test_the_last_second_step_is_not_removed_by_accident() -> None:
    user, _key = an_owner()
    (only,) = passkeys.of_user(user)
    with pytest.raises(Refused, match="only second step"), writing() as connection:
        passkeys.remove(connection, user, only.id)
    added(user, Authenticator(), "my computer")
    with writing() as connection:
        assert passkeys.remove(connection, user, only.id)
        assert not passkeys.remove(connection, user, only.id)
    assert [one.name for one in passkeys.of_user(user)] == ["my computer"]
    assert deeds().count("user.passkey_off") == 1


def test_anothers_key_cannot_be_removed() -> None:
    user, _key = an_owner()
    other, _key = an_owner()
    added(other, Authenticator())
    (mine,) = passkeys.of_user(user)
    with writing() as connection:
        assert not passkeys.remove(connection, other, mine.id)
    assert len(passkeys.of_user(user)) == 1


def test_of_two_keys_removed_at_once_one_stays(app: Flask) -> None:
    user, _key = an_owner()
    added(user, Authenticator())
    user_id, ids = user.id, [one.id for one in passkeys.of_user(user)]
    session.remove()

    def one(passkey_id: object) -> bool:
        with app.app_context():
            try:
                with writing() as connection:
                    return passkeys.remove(connection, session.get_one(User, user_id), passkey_id)
            except Refused:
                return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, ids)) == [False, True]


def test_the_second_step_taken_off_forgets_the_keys() -> None:
    user, _key = an_owner()
    with writing():
        second_step.turn_off(user)
    assert (user.has_passkey, user.has_second_step) == (False, False)
    assert passkeys.of_user(user) == []


def test_the_app_goes_only_where_a_key_stays() -> None:
    user = a_user()
    with pytest.raises(Refused, match="only second step"), writing():
        second_step.forget_app(user)
    added(user, Authenticator())
    with writing():
        second_step.forget_app(user)
    assert user.has_second_step


def test_keys_go_with_their_user_and_questions_after_two_hours(clock: time_machine.Traveller) -> None:
    user, key = an_owner()
    assert passkeys.owners() == 1
    clock.shift(timedelta(hours=2))
    assert proves(user, key.sign(question(user)))
    with writing() as connection:
        passkeys.forget_old(connection)
    assert session.execute(select(func.count()).select_from(SpentChallenge)).scalar_one() == 1
    with writing():
        session.execute(delete(Notice))
        session.execute(delete(User).where(User.id == user.id))
    assert session.scalars(select(Passkey)).all() == []


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://site.example", "https://site.example"),
        ("https://Site.Example:443/", "https://site.example"),
        ("https://site.example:8443", "https://site.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://localhost:80", "http://localhost"),
        ("http://site.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::7]:8443", None),
        ("", None),
    ],
)
def test_keys_work_where_browsers_have_them(address: str, origin: str | None) -> None:
    found = passkeys.place(address, "The site")
    assert (found.origin if found else None) == origin
