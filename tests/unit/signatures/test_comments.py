"""Comments: offered under a confirmed signature, read before they are shown, gone with the signature."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select, update

from campaign_actions import audit
from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import Action, ActionState, Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import comments, mine, tools
from campaign_actions.signatures.models import Comment, CommentState, Signature
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, my_token_in, token_in
from tests.support.spoken import add_comment

TEXT = "He taught my father to weld.\nLet him go home."


def confirmed(flow: Flow, mailbox: Mailbox, page: ActionPage, **values: Any) -> str:
    """The `/my/` token of somebody who has confirmed."""
    flow.sign(page, a_supporter(**values))
    flow.work()
    letter = mailbox.newest()
    flow.confirm(token_in(letter))
    return my_token_in(letter)


def offer(token: str, text: str = TEXT) -> None:
    with writing() as connection:
        assert mine.comment(connection, token, text)


def decide(*, show: bool, reason: str = "", version: int = 1) -> None:
    comment_id = session.execute(select(Comment.id)).scalar_one()
    session.rollback()
    by = a_user()
    with writing() as connection:
        comments.decide(connection, comment_id, show=show, reason=reason, by=by, seen_version=version)


def shown(page: ActionPage) -> list[tuple[str, str | None]]:
    return [(one.text, one.name) for one in comments.latest(page.card.id, 5)]


def how_many() -> int:
    return session.execute(select(func.count()).select_from(Comment)).scalar_one()


def test_a_comment_is_shown_once_it_was_read_and_without_a_name_below_everyone(
    flow: Flow, mailbox: Mailbox
) -> None:
    page = an_action()
    offer(confirmed(flow, mailbox, page, level=Level.TARGET))
    assert shown(page) == []
    decide(show=True)
    assert shown(page) == [(TEXT, None)]


def test_the_name_stands_beside_it_at_level_everyone_and_vanishes_when_the_level_falls(
    flow: Flow, mailbox: Mailbox
) -> None:
    page = an_action()
    token = confirmed(flow, mailbox, page, level=Level.EVERYONE)
    offer(token)
    decide(show=True)
    assert shown(page) == [(TEXT, "Marta Lindqvist")]
    with writing() as connection:
        assert mine.change_level(connection, token, Level.TEAM, None)
    assert shown(page) == [(TEXT, None)]


def test_other_words_wait_to_be_read_again_and_the_same_words_stay(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    token = confirmed(flow, mailbox, page)
    offer(token)
    decide(show=True)
    offer(token, f"  {TEXT}\r\n")
    assert shown(page) == [(TEXT, None)]
    offer(token, "Buy my shoes.")
    assert shown(page) == []
    with pytest.raises(Refused, match="changed since you read it"):
        decide(show=True, version=2)
    session.rollback()
    decide(show=False, reason="Not about this.", version=3)
    view = mine.look(token)
    assert view is not None
    assert view.comment is not None
    assert (view.comment.state, view.comment.reason) == (CommentState.HIDDEN, "Not about this.")


def test_who_read_it_before_it_was_hidden_does_not_show_it_again(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    offer(confirmed(flow, mailbox, page))
    decide(show=False, reason="It names a witness.")
    with pytest.raises(Refused, match="changed since you read it"):
        decide(show=True)
    session.rollback()
    assert shown(page) == []
    decide(show=True, version=2)
    assert len(shown(page)) == 1


def test_hiding_needs_a_reason_and_the_log_holds_no_words_of_the_comment(
    flow: Flow, mailbox: Mailbox
) -> None:
    page = an_action()
    offer(confirmed(flow, mailbox, page))
    with pytest.raises(Refused) as refused:
        decide(show=False, reason="  ")
    assert refused.value.field == "reason"
    session.rollback()
    decide(show=False, reason="Not about this.")
    entries = [entry for entry in audit.newest(10) if entry.thing == "comment"]
    assert [entry.deed for entry in entries] == ["comment.hide"]
    assert entries[0].details == {"action": str(page.card.id), "reason": "Not about this."}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n ", "Write your comment first"),
        ("x" * 501, "It has 501"),
        ("left\u202eright", "cannot store"),
        ("bell\x07", "cannot store"),
    ],
)
def test_what_cannot_be_shown_is_refused_at_the_field(
    flow: Flow, mailbox: Mailbox, text: str, said: str
) -> None:
    token = confirmed(flow, mailbox, an_action())
    with pytest.raises(Refused, match=said) as refused, writing() as connection:
        mine.comment(connection, token, text)
    assert refused.value.field == "text"
    offer(token, "x" * 500)


def test_who_has_not_confirmed_has_nothing_to_say_yet(flow: Flow, mailbox: Mailbox) -> None:
    flow.sign(an_action())
    flow.work()
    token = my_token_in(mailbox.newest())
    with pytest.raises(Refused, match="not confirmed yet"), writing() as connection:
        mine.comment(connection, token, TEXT)


@pytest.mark.parametrize("state", [State.HELD, State.INVALID])
def test_what_is_not_counted_is_not_shown_nor_asked_about(flow: Flow, mailbox: Mailbox, state: State) -> None:
    page = an_action()
    offer(confirmed(flow, mailbox, page))
    decide(show=True)
    staff = a_user(Role.STAFF)
    with writing() as connection:
        connection.execute(update(Comment).values(state=CommentState.WAITING))
        connection.execute(update(Signature).values(state=state.value))
    assert shown(page) == []
    assert (comments.to_read(staff), comments.waiting(staff)) == ([], 0)
    with writing() as connection:
        connection.execute(update(Signature).values(state=State.CONFIRMED.value))
    assert comments.waiting(staff) == 1


@pytest.mark.parametrize("way", ["withdraw", "delete", "deletion day", "action withdrawn"])
def test_a_comment_goes_with_its_signature(
    flow: Flow, mailbox: Mailbox, clock: time_machine.Traveller, way: str
) -> None:
    page = an_action()
    token = confirmed(flow, mailbox, page)
    offer(token)
    decide(show=True)
    if way in ("withdraw", "delete"):
        with writing() as connection:
            assert {"withdraw": mine.withdraw, "delete": mine.delete}[way](connection, token)
    elif way == "deletion day":
        clock.move_to(page.delete_on)
        flow.work()
    else:
        with writing():
            session.get_one(Action, page.card.id).state = ActionState.WITHDRAWN
        flow.work()
    session.rollback()
    assert how_many() == 0


def test_one_takes_ones_own_comment_back(flow: Flow, mailbox: Mailbox) -> None:
    token = confirmed(flow, mailbox, an_action())
    offer(token)
    with writing() as connection:
        assert mine.take_comment_back(connection, token)
    assert how_many() == 0


@pytest.mark.usefixtures("database")
def test_organisers_read_those_of_their_own_actions_oldest_first_and_staff_all(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    owner, other, staff = a_user(), a_user(), a_user(Role.STAFF)
    sealers = tools.load(settings)
    actions = [an_action(owner_id=user.id).card.id for user in (other, owner, owner)]
    ids: list[UUID] = []
    for action_id in actions:
        ids.append(add_comment(sealers, action_id))
        clock.shift(timedelta(days=1))
    assert [view.id for view in comments.to_read(owner)] == ids[1:]
    assert [view.id for view in comments.to_read(staff)] == ids
    assert (comments.waiting(owner), comments.waiting(staff)) == (2, 3)


def test_reconcile_sees_a_comment_whose_signature_was_taken_back(flow: Flow, mailbox: Mailbox) -> None:
    offer(confirmed(flow, mailbox, an_action()))
    with writing() as connection:
        connection.execute(update(Signature).values(state=State.WITHDRAWN.value, sealed=None))
    assert "V4 1 rows of comment without a confirmed signature" in flow.breaches()
    with writing() as connection:
        connection.execute(update(Signature).values(state=State.CONFIRMED.value, sealed=b"\1" * 300))
