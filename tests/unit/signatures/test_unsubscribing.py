"""Unsubscribing by link: the address for updates goes, everything else stays, nothing else is possible."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import confirming, links, mine, unsubscribing
from campaign_actions.signatures.confirming import LinkKind
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow, my_token_in, token_in

PEPPER = b"p" * 32


def test_it_deletes_the_address_and_keeps_the_signature(flow: Flow, mailbox: Mailbox) -> None:
    page = an_action()
    flow.sign(page, a_supporter(updates=True))
    flow.work()
    letter = mailbox.newest()
    flow.confirm(token_in(letter))
    row = session.execute(select(Signature.email_digest, Signature.action_id)).one()
    token = unsubscribing.write(row.action_id, row.email_digest, flow.tools.pepper)
    which = unsubscribing.read(token, flow.tools.pepper)
    assert which is not None
    for _twice in range(2):
        with writing() as connection:
            unsubscribing.unsubscribe(connection, which)
        kept = session.execute(select(Signature.state, Signature.wants_updates)).one()
        assert tuple(kept) == (State.CONFIRMED, False)
        assert session.execute(select(func.count()).select_from(UpdateAddress)).scalar_one() == 0
    assert mine.look(token) is None
    assert confirming.look(token).kind is LinkKind.UNKNOWN
    assert unsubscribing.read(my_token_in(letter), flow.tools.pepper) is None


def test_a_token_that_was_changed_or_made_elsewhere_is_none() -> None:
    action_id, digest = uuid4(), b"d" * 16
    token = unsubscribing.write(action_id, digest, PEPPER)
    assert unsubscribing.read(token, PEPPER) == unsubscribing.Subscription(action_id, digest)
    for wrong in (token[:-1], token + "A", "x" + token[1:], token[:40] + "AAAA" + token[44:], "", "ä"):
        assert unsubscribing.read(wrong, PEPPER) is None
    assert unsubscribing.read(token, b"q" * 32) is None


@pytest.mark.parametrize("digest", [b"d" * 16, b"e" * 16])
def test_it_is_no_link_of_another_kind(digest: bytes) -> None:
    assert links.read(unsubscribing.write(uuid4(), digest, PEPPER)) is None
