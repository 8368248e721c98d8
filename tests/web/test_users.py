"""Admins manage the team; invited people join; who forgot a password gets a letter and nobody learns more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts import second_step
from campaign_actions.accounts.models import Role, User
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.worker import loop
from tests.conftest import Mailbox
from tests.support.factories import PASSWORD
from tests.support.flow import text_of
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

PEOPLE, NEW = "/staff/users/", "another long password"


@pytest.fixture
def admin(app: Flask, clock: time_machine.Traveller) -> Visitor:
    return logged_in(app, a_known_user(app, Role.ADMIN, email="admin@example.org", name="Zarina"))


@pytest.fixture
def staff(app: Flask) -> User:
    return a_known_user(app, Role.STAFF, email="aigul@example.org", name="Aigul N.")


@pytest.fixture
def work(app: Flask, settings: Settings) -> Callable[[], None]:
    def once() -> None:
        with app.app_context():
            loop.run_once(app, settings)

    return once


def link_in(mailbox: Mailbox, part: str) -> str:
    text = text_of(mailbox.newest())
    return part + text.split(part)[1].split("\n")[0].strip()


def test_somebody_is_invited_joins_and_works(
    app: Flask, admin: Visitor, mailbox: Mailbox, work: Callable[[], None]
) -> None:
    answer = admin.post(PEOPLE, {"email": "olga@example.org", "role": "staff"})
    assert answer.status_code == 303
    assert "olga@example.org" in admin.get(PEOPLE).text
    work()
    link = link_in(mailbox, "/account/invitation/")
    olga = Visitor(app)
    weak = olga.post(link, {"name": "Olga I.", "password": "short"}, on=link)
    assert weak.status_code == 422
    assert "Olga I." in weak.text
    done = olga.post(link, {"name": "Olga I.", "password": NEW}, on=link)
    assert "Your account is made" in olga.get(done.location).text
    assert olga.get(link).status_code == 404
    assert olga.log_in("olga@example.org", NEW).status_code == 303
    assert olga.get("/staff/audit/").status_code == 200
    assert olga.get(PEOPLE).status_code == 403


def test_an_invitation_taken_back_opens_nothing(
    app: Flask, admin: Visitor, mailbox: Mailbox, work: Callable[[], None]
) -> None:
    admin.post(PEOPLE, {"email": "olga@example.org", "role": "staff"})
    work()
    back = admin.get(PEOPLE).text.split('action="/staff/users/invitations/')[1].split('"')[0]
    admin.post(f"{PEOPLE}invitations/{back}")
    assert Visitor(app).get(link_in(mailbox, "/account/invitation/")).status_code == 404


def test_a_role_changed_ends_the_sessions_at_once(app: Flask, admin: Visitor, staff: User) -> None:
    visitor = logged_in(app, staff)
    place = f"{PEOPLE}{staff.id}/"
    assert admin.post(f"{place}role", {"role": "organiser"}).status_code == 303
    assert visitor.get("/desk/").status_code == 303
    assert logged_in(app, staff).get("/staff/").status_code == 403
    assert "changed a user&#39;s role" in admin.get("/staff/audit/").text


def test_somebody_is_shut_out_and_let_in_again(app: Flask, admin: Visitor, staff: User) -> None:
    visitor = logged_in(app, staff)
    admin.post(f"{PEOPLE}{staff.id}/off", {"role": "staff"})
    assert visitor.get("/desk/").status_code == 303
    assert Visitor(app).log_in(staff.email).status_code == 422
    admin.post(f"{PEOPLE}{staff.id}/on", {"role": "staff"})
    assert Visitor(app).log_in(staff.email).status_code == 303


def test_an_admin_cannot_change_their_own_role_or_right(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        key = session.query(User.id).filter_by(email="admin@example.org").scalar()
    answer = admin.post(f"{PEOPLE}{key}/role", {"role": "admin", "may_export": "y"})
    assert answer.status_code == 422
    assert "Another admin has to change your own account." in answer.text


def test_after_ten_minutes_a_proof_is_asked_for(
    admin: Visitor, staff: User, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=11))
    place = f"{PEOPLE}{staff.id}/"
    assert admin.post(f"{place}role", {"role": "organiser", "password": "no"}).status_code == 422
    assert admin.post(PEOPLE, {"email": "olga@example.org", "role": "staff"}).status_code == 422
    assert admin.post(f"{place}role", {"role": "organiser", "password": PASSWORD}).status_code == 303


def test_a_forgotten_password_is_answered_the_same_for_everybody(app: Flask, staff: User) -> None:
    visitor = Visitor(app)
    answers = []
    for email in (staff.email, "stranger@example.org"):
        answer = visitor.post("/account/forgotten/", {"email": email}, on="/account/forgotten/")
        answers.append((answer.status_code, answer.data, sorted(answer.headers.to_wsgi_list())))
    assert answers[0] == answers[1]
    assert "@" not in answers[0][1].decode().split("<main")[1].split("</main>")[0]


def test_a_new_password_does_not_go_round_the_second_step(
    app: Flask, settings: Settings, staff: User, mailbox: Mailbox, work: Callable[[], None]
) -> None:
    with app.app_context():
        user = session.get_one(User, staff.id)
        with writing():
            second_step.begin(user, settings.secret_keys)
        secret = second_step.pending(user, settings.secret_keys) or ""
        with writing():
            second_step.finish(user, pyotp.TOTP(secret).now(), settings.secret_keys)
    visitor = Visitor(app)
    visitor.post("/account/forgotten/", {"email": staff.email}, on="/account/forgotten/")
    work()
    link = link_in(mailbox, "/account/new-password/")
    assert visitor.post(link, {"password": NEW}, on=link).status_code == 303
    assert visitor.get(link).status_code == 404
    answer = visitor.log_in(staff.email, NEW)
    assert "Your code" in answer.text
    assert visitor.get("/desk/").status_code == 303
