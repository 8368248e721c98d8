"""The address book: what it takes, and what it keeps from being changed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from campaign_actions.accounts.models import Role
from campaign_actions.actions import targets
from campaign_actions.actions.models import ActionText
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user
from tests.support.letters import a_letter, a_target

pytestmark = pytest.mark.usefixtures("database")


def saved(target_id: object, seen: int = 1, **typed: str) -> targets.Target:
    now = session.get_one(targets.Target, target_id)
    words = {"name": now.name, "address": now.address, "email": now.email} | typed
    with writing():
        targets.save(now.id, targets.Typed(**words), by=None, seen_version=seen)
    return session.get_one(targets.Target, target_id)


def test_an_address_is_kept_line_by_line_without_needless_blanks() -> None:
    kept = saved(a_target(), address="  Prison 4 \r\n\r\n 1   Harbour Street\r\n", email=" office@x.example ")
    assert (kept.address, kept.email, kept.version) == ("Prison 4\n1 Harbour Street", "office@x.example", 2)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", " "),
        ("name", "n" * 161),
        ("address", "line\n" * 9),
        ("address", "x" * 121),
        *(("email", text) for text in ("office", "a@b", "a@x.example,b@x.example", "a@x.example?cc=b")),
        *(("email", text) for text in ("Äa@x.example", "a@x.example\nBcc: b@y.example", "a b@x.example")),
    ],
)
def test_what_cannot_be_an_address_is_refused_at_its_field(field: str, typed: str) -> None:
    target = a_target()
    with pytest.raises(Refused) as refusal:
        saved(target, **{field: typed})
    assert refusal.value.field == field


def test_the_second_of_two_who_opened_the_same_target_is_refused() -> None:
    target = a_target()
    saved(target, address="First Street")
    with pytest.raises(Refused, match="Somebody else saved"):
        saved(target, seen=1, address="Second Street")
    assert saved(target, seen=2).address == "First Street"


def test_two_targets_cannot_have_one_name() -> None:
    a_target(name="the Mayor")
    with pytest.raises(Refused, match="has this name already"):
        a_target(name="the  Mayor")
    with pytest.raises(Refused, match="has this name already"):
        saved(a_target(), name="the Mayor")


def test_a_name_people_have_signed_under_stays_but_its_address_may_change() -> None:
    target = a_target()
    action = a_letter(to=(target,))
    assert saved(target, name="the Mayor").name == "the Mayor"
    with writing() as connection:
        frozen = update(ActionText).where(ActionText.action_id == action.card.id)
        connection.execute(frozen.values(frozen_on=clock.today()))
    with pytest.raises(Refused, match="People have signed"):
        saved(target, seen=2, name="the Governor")
    assert saved(target, seen=2, address="New Street").address == "New Street"


def test_an_organiser_does_not_change_where_letters_of_anothers_action_go() -> None:
    own, other, staff = a_user(), a_user(), a_user(Role.STAFF)
    target = a_target(email="office@x.example")
    a_letter(to=(target,), owner_id=own.id)
    name = session.get_one(targets.Target, target).name
    typed = targets.Typed(name=name, address="", email="mine@evil.example")
    with pytest.raises(Refused, match="only staff"), writing():
        targets.save(target, typed, by=other, seen_version=1)
    assert session.get_one(targets.Target, target).email == "office@x.example"
    for version, allowed in ((1, own), (2, staff)):
        with writing():
            targets.save(target, typed, by=allowed, seen_version=version)


def test_a_target_is_removed_only_while_no_action_names_it() -> None:
    used, unused = a_target(), a_target()
    action = a_letter(to=(used,))
    assert targets.uses() == {used: [action.card.id]} | {
        target: actions for target, actions in targets.uses().items() if target != used
    }
    with pytest.raises(Refused, match="An action names this target"), writing():
        targets.remove(used, by=None)
    with writing():
        targets.remove(unused, by=None)
    assert targets.find(unused) is None
    assert targets.find(used) is not None
