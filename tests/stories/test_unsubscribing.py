"""The story of the link in a letter about the case: looking changes nothing, one press stops the letters."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import tools, unsubscribing
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State
from tests.support.story import Story

EMAIL = "marta@example.org"


@pytest.mark.usefixtures("clock")
def test_s49_one_press_stops_the_letters_and_looking_does_not(story: Story) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign(email=EMAIL, updates="1")
    supporter.client.post(story.link(EMAIL))
    assert story.count(action) == 1
    leaving = link(story)
    for method in ("GET", "HEAD") * 10:
        assert supporter.client.open(leaving, method=method).status_code == 200
    assert (story.rows(UpdateAddress), wanted(story)) == (1, True)
    one_click = {"List-Unsubscribe": "One-Click"}
    answer = story.app.test_client(use_cookies=False).post(leaving, data=one_click)
    assert answer.status_code == 200
    assert "Your signature stays as it is." in answer.text
    assert (story.rows(UpdateAddress), wanted(story)) == (0, False)
    assert (story.states(action), story.count(action)) == ([State.CONFIRMED], 1)


def link(story: Story) -> str:
    """The link that a letter about the case will carry."""

    def make() -> str:
        row = session.execute(select(Signature.email_digest, Signature.action_id)).one()
        pepper = tools.load(story.settings).pepper
        return f"/my/unsubscribe/{unsubscribing.write(row.action_id, row.email_digest, pepper)}"

    return story.inside(make)


def wanted(story: Story) -> bool:
    """Whether the signature asks for news."""
    return story.inside(lambda: session.execute(select(Signature.wants_updates)).scalar_one())
