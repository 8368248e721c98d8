"""Staff help a person with their own signature: by the exact address, with a reason, twenty a day."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from campaign_actions.accounts.models import Role, User
from campaign_actions.audit import Entry
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import on_request
from campaign_actions.signatures.on_request import Match
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, rows

WHY = "She wrote on 20 November and asked for it."


@pytest.fixture
def staff(flow: Flow) -> User:
    return a_user(Role.STAFF)


def look(flow: Flow, email: str, by: User, why: str = WHY) -> list[Match]:
    with writing() as connection:
        return on_request.look_up(connection, email, why, flow.tools, by=by)


def do(flow: Flow, deed: str, email: str, match: Match, by: User) -> bool:
    with writing() as connection:
        return on_request.do(connection, deed, email, match.action_id, WHY, flow.tools, by=by)


def said() -> list[str]:
    entries = session.scalars(select(Entry).order_by(Entry.number)).all()
    return [json.dumps([entry.deed, entry.thing_id, entry.details]) for entry in entries]


@pytest.mark.parametrize("spelling", ["marta@example.org", " MARTA@Example.ORG", "Marta+news@example.org"])
def test_every_spelling_of_the_address_finds_every_signature_and_no_other(
    flow: Flow, staff: User, spelling: str
) -> None:
    pages = [an_action(), an_action()]
    for page in pages:
        flow.confirmed(page, a_supporter(email="marta@example.org"))
    flow.confirmed(an_action(), a_supporter(email="olga@example.org"))
    found = look(flow, spelling, staff)
    assert {match.action_id for match in found} == {page.card.id for page in pages}
    assert {match.state for match in found} == {State.CONFIRMED}


def test_an_address_that_has_not_signed_finds_nothing(flow: Flow, staff: User) -> None:
    flow.confirmed(an_action(), a_supporter(email="marta@example.org"))
    assert look(flow, "mart@example.org", staff) == []


def test_withdrawing_and_deleting_do_what_the_person_could_do(flow: Flow, staff: User) -> None:
    page = an_action()
    flow.confirmed(page, a_supporter(email="marta@example.org"))
    flow.work()
    [match] = look(flow, "marta@example.org", staff)
    assert do(flow, "withdraw", "marta@example.org", match, staff)
    assert not do(flow, "withdraw", "marta@example.org", match, staff)
    flow.work()
    assert flow.count(page) == 0
    assert [one.state for one in look(flow, "marta@example.org", staff)] == [State.WITHDRAWN]
    assert do(flow, "delete", "marta@example.org", match, staff)
    assert rows() == 0


def test_a_deed_reaches_only_the_signature_of_the_address_typed(flow: Flow, staff: User) -> None:
    page = an_action()
    flow.confirmed(page, a_supporter(email="marta@example.org"))
    [match] = look(flow, "marta@example.org", staff)
    assert not do(flow, "delete", "olga@example.org", match, staff)
    assert rows() == 1


def test_the_links_go_to_the_address_and_to_nobody_else(flow: Flow, staff: User, mailbox: Mailbox) -> None:
    flow.confirmed(an_action(), a_supporter(email="marta@example.org"))
    with writing() as connection:
        on_request.send_link(connection, "marta@example.org", "en", WHY, flow.tools, by=staff)
    flow.work()
    letter = mailbox.newest()
    assert letter["To"] == "marta@example.org"
    assert "/my/" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr] # a letter without it fails here


def test_who_looked_and_why_is_written_down_and_the_address_is_not(flow: Flow, staff: User) -> None:
    page = an_action()
    flow.confirmed(page, a_supporter(email="marta@example.org"))
    [match] = look(flow, "marta@example.org", staff)
    do(flow, "withdraw", "marta@example.org", match, staff)
    lines = said()
    assert [json.loads(line)[0] for line in lines[-2:]] == ["request.look_up", "request.withdraw"]
    digest = session.execute(text("SELECT email_digest FROM signature")).scalar_one()
    assert all(WHY in line for line in lines[-2:])
    assert not any(word in "".join(lines) for word in ("marta", bytes(digest).hex()))


def test_the_twenty_first_look_of_a_day_is_refused_and_finds_nothing(flow: Flow, staff: User) -> None:
    for number in range(on_request.A_DAY):
        assert on_request.left_today(session.connection(), staff) == on_request.A_DAY - number
        look(flow, f"person{number}@example.org", staff)
    with pytest.raises(Refused, match="20 addresses today"):
        look(flow, "marta@example.org", staff)
    assert look(flow, "marta@example.org", a_user(Role.STAFF)) == []


@pytest.mark.parametrize("why", ["", "   short  ", "x" * 301])
def test_a_reason_is_asked_for(flow: Flow, staff: User, why: str) -> None:
    with pytest.raises(Refused, match="10 to 300"):
        look(flow, "marta@example.org", staff, why)
    assert on_request.left_today(session.connection(), staff) == on_request.A_DAY


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.ADMIN])
def test_nobody_but_staff_looks_people_up(flow: Flow, role: Role) -> None:
    with pytest.raises(NotAllowed):
        look(flow, "marta@example.org", a_user(role))
