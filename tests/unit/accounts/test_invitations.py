"""Invitations, forgotten passwords, and the last admin: each link once, each rule also for two at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.accounts import invitations, logging_in, resetting, users
from campaign_actions.accounts.models import Invitation, Role, User
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra import tokens
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import tools
from campaign_actions.worker import loop
from tests.conftest import Mailbox
from tests.support.factories import a_user
from tests.support.flow import text_of

pytestmark = pytest.mark.usefixtures("database", "clock")

GOOD = "four words on paper"
KEYS = ("a secret key of the site, long enough",)


def invite(email: str = "aigul@example.org", role: Role = Role.STAFF, **values: bool) -> Invitation:
    admin = a_user(Role.ADMIN)
    with writing():
        return invitations.invite(email, role, may_export=values.get("may_export", False), by=admin)


def accept(key: UUID, name: str = "Aigul N.", password: str = GOOD) -> User:
    with writing():
        return invitations.accept(key, name, password, fast=True)


def test_an_invitation_makes_one_account_with_its_role_and_right() -> None:
    key = invite("Aigul@Example.org", may_export=True).id
    user = accept(key)
    assert (user.email, user.role, user.may_export) == ("aigul@example.org", Role.STAFF, True)
    with pytest.raises(Refused, match="was used"):
        accept(key)


def test_a_weak_password_leaves_the_invitation_as_it_was() -> None:
    key = invite().id
    with pytest.raises(Refused, match="12 characters"):
        accept(key, password="short")
    assert accept(key).name == "Aigul N."


def test_a_link_works_for_48_hours_and_for_nothing_else(clock: time_machine.Traveller) -> None:
    made = invite()
    token = invitations.token(made.id, KEYS)
    assert invitations.find(token, KEYS) is made
    assert invitations.find(token, ("another key of another site, long too",)) is None
    assert invitations.find(tokens.sign("new password", str(made.id), KEYS), KEYS) is None
    clock.shift(timedelta(hours=48, seconds=1))
    assert invitations.find(token, KEYS) is None
    with writing() as connection:
        invitations.forget_old(connection)
    assert session.scalars(select(Invitation)).all() == []


def test_a_second_invitation_ends_the_first() -> None:
    first = invite()
    key = first.id
    invite()
    assert session.scalars(select(Invitation.id)).all() != [key]
    assert session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_nobody_is_invited_twice_to_be_a_user_or_to_what_cannot_be() -> None:
    user = a_user(email="aigul@example.org")
    with pytest.raises(Refused, match="already"):
        invite(user.email)
    with pytest.raises(Refused, match="staff and admins"):
        invite("olga@example.org", Role.ORGANISER, may_export=True)


def test_of_two_who_accept_at_once_one_gets_the_account(app: Flask) -> None:
    key = invite().id
    session.remove()

    def one(number: int) -> bool:
        with app.app_context():
            try:
                with writing():
                    invitations.accept(key, f"Person {number}", GOOD, fast=True)
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 1


@pytest.mark.parametrize(
    "name", ["Аigul N.", "AIGUL  n.", "Aigul\u202eN.", "Aigul\u200fN.", "A\u0000", "Ａｉｇｕｌ Ｎ．"]
)
def test_a_name_that_looks_like_anothers_or_hides_something_is_refused(name: str) -> None:
    a_user(name="Aigul N.")
    with pytest.raises(Refused, match=r"looks the same|nobody can see"):
        accept(invite("other@example.org").id, name=name)


def test_the_letter_holds_a_link_that_the_database_does_not(
    app: Flask, settings: Settings, mailbox: Mailbox
) -> None:
    made = invite()
    loop.run_once(app, settings)
    letter = mailbox.newest()
    assert letter["To"] == "aigul@example.org"
    token = text_of(letter).split("/account/invitation/")[1].split("/")[0]
    assert invitations.find(token, settings.secret_keys) is not None
    assert token not in str(session.execute(select(Invitation)).all()) + str(vars(made))


def test_a_new_password_is_asked_for_by_letter_and_set_once(
    app: Flask, settings: Settings, mailbox: Mailbox
) -> None:
    user = a_user(email="aigul@example.org")
    with writing() as connection:
        logging_in.open_session(user)
        resetting.ask(connection, "AIGUL@example.org", "ru", tools.load(settings).mail_sealer)
    loop.run_once(app, settings)
    token = text_of(mailbox.newest()).split("/account/new-password/")[1].split("/")[0]
    found = resetting.find(token, settings.secret_keys)
    assert found is user
    with writing():
        users.set_password(user, GOOD, by=user, fast=True)
    assert resetting.find(token, settings.secret_keys) is None
    assert logging_in.sessions_of(user) == []


def test_nobody_else_gets_a_letter_for_a_new_password(
    app: Flask, settings: Settings, mailbox: Mailbox
) -> None:
    a_user(email="shut@example.org", active=False)
    with writing() as connection:
        for email in ("stranger@example.org", "shut@example.org"):
            resetting.ask(connection, email, "en", tools.load(settings).mail_sealer)
    loop.run_once(app, settings)
    assert mailbox.letters() == []


def test_a_link_for_a_new_password_dies_after_an_hour(clock: time_machine.Traveller) -> None:
    token = resetting.token(a_user(), KEYS)
    assert resetting.find(token, KEYS) is not None
    clock.shift(timedelta(hours=1, seconds=1))
    assert resetting.find(token, KEYS) is None


def test_the_last_admin_stays() -> None:
    admin = a_user(Role.ADMIN)
    a_user(Role.ADMIN, active=False)
    with pytest.raises(Refused, match="last admin"), writing():
        users.set_role(admin, Role.STAFF, may_export=False)
    with pytest.raises(Refused, match="last admin"), writing():
        users.set_active(admin, False)
    session.refresh(admin)
    assert (admin.role, admin.active) == (Role.ADMIN, True)


def test_two_admins_who_demote_each_other_at_once_leave_one(app: Flask) -> None:
    ids = [a_user(Role.ADMIN).id for _one in range(2)]
    session.remove()

    def demote(by: int) -> bool:
        with app.app_context():
            me, other = session.get_one(User, ids[by]), session.get_one(User, ids[1 - by])
            try:
                with writing():
                    users.set_role(other, Role.STAFF, may_export=False, by=me)
            except Refused:
                return False
            return True

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(demote, range(2))) == 1
        with writing():
            for key in ids:
                session.get_one(User, key).role = Role.ADMIN
        session.remove()
