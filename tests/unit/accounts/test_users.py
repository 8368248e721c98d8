"""Users: added once, changed with all sessions ended, written to the audit log."""

import pytest
from sqlalchemy import select

from campaign_actions.accounts import logging_in, users
from campaign_actions.accounts.models import Role, User
from campaign_actions.accounts.permissions import DEEDS, allows
from campaign_actions.audit import Entry
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database")

GOOD = "four words on paper"


def add(email: str = "Aigul@Example.org", **values: object) -> User:
    defaults: dict[str, object] = {"name": "Aigul N.", "role": Role.STAFF, "fast": True}
    with writing():
        return users.add(email, GOOD, **(defaults | values))  # type: ignore[arg-type] # plain words to test with


def deeds() -> list[str]:
    return list(session.scalars(select(Entry.deed).order_by(Entry.at)))


def test_an_address_is_kept_in_lower_case_and_found_in_any() -> None:
    add()
    found = users.by_email("AIGUL@example.org")
    assert found is not None
    assert found.email == "aigul@example.org"
    assert deeds() == ["user.add"]


def test_an_address_is_given_once() -> None:
    add()
    with pytest.raises(Refused, match="already"):
        add("aigul@example.ORG")
    assert len(users.listed()) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"email": "no address"}, "address"),
        ({"name": "  "}, "name"),
        ({"role": Role.ORGANISER, "may_export": True}, "staff and admins"),
    ],
)
def test_what_cannot_be_is_refused_in_words(values: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        add(**values)  # type: ignore[arg-type] # plain words to test with
    assert users.listed() == []


def open_session(user: User) -> str:
    with writing():
        return logging_in.open_session(user)


def test_a_new_password_role_or_state_ends_all_sessions() -> None:
    user, _other = a_user(Role.STAFF), a_user(Role.ADMIN)
    for change in (
        lambda: users.set_password(user, GOOD, fast=True),
        lambda: users.set_role(user, Role.ADMIN, may_export=True),
        lambda: users.set_active(user, False),
    ):
        with writing():
            user.active = True
        token = open_session(user)
        with writing():
            change()
        assert logging_in.find(token) is None
    assert deeds()[-1] == "user.disable"


def test_a_session_of_a_user_who_may_not_log_in_is_dead() -> None:
    user = a_user()
    token = open_session(user)
    with writing():
        user.active = False
    assert logging_in.find(token) is None
    assert logging_in.user_by_email(user.email) is None


def test_nobody_changes_their_own_role_or_shuts_themselves_out() -> None:
    admin = a_user(Role.ADMIN)
    with writing():
        with pytest.raises(Refused, match="Another admin"):
            users.set_role(admin, Role.ADMIN, may_export=True, by=admin)
        with pytest.raises(Refused, match="Another admin"):
            users.set_active(admin, False, by=admin)


def test_the_table_of_deeds() -> None:
    organiser, staff, admin = (a_user(role) for role in Role)
    for user in (organiser, staff, admin):
        assert allows(user, "action.write", owner_id=user.id)
        assert not allows(user, "export.make")
    assert not allows(organiser, "action.write", owner_id=staff.id)
    assert not allows(organiser, "action.write")
    assert allows(staff, "action.write", owner_id=organiser.id)
    assert [allows(user, "user.manage") for user in (organiser, staff, admin)] == [False, False, True]
    assert [allows(user, "audit.read") for user in (organiser, staff, admin)] == [False, True, True]
    assert not any(allows(None, deed) for deed in DEEDS)


def test_the_export_right_is_a_tick_on_staff_and_admins_only() -> None:
    assert allows(a_user(Role.STAFF, may_export=True), "export.make")
    assert not allows(a_user(Role.ORGANISER, may_export=True), "export.make")
    assert not allows(a_user(Role.STAFF, may_export=True, active=False), "export.make")


def test_an_unknown_deed_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        allows(a_user(), "action.explode")
