"""Updates of an action: written, numbered when published, taken back, never overwritten unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.actions import updates
from campaign_actions.actions.models import ActionState, Update, UpdateState
from campaign_actions.actions.updates import Words
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user, an_action
from tests.support.spoken import add_update

pytestmark = pytest.mark.usefixtures("database", "clock")


def titles(action_id: UUID) -> list[tuple[int | None, str]]:
    return [(view.number, view.title) for view in updates.latest(action_id, 10)]


def test_numbers_are_given_when_updates_are_published_and_stay(clock: time_machine.Traveller) -> None:
    action_id = an_action().card.id
    draft = add_update(action_id, UpdateState.DRAFT, title="Written first")
    first = add_update(action_id, title="Published first")
    with writing():
        updates.publish(draft, by=None)
        updates.withdraw(first, "It was wrong.", by=None)
    add_update(action_id, title="Third")
    other = an_action().card.id
    add_update(other, title="Elsewhere")
    assert titles(action_id) == [(3, "Third"), (2, "Written first")]
    assert titles(other) == [(1, "Elsewhere")]
    gone = updates.by_number(action_id, 1)
    assert gone is not None
    assert (gone.state, gone.withdrawn_reason) == (UpdateState.WITHDRAWN, "It was wrong.")
    clock.shift(timedelta(days=2))
    with writing():
        updates.publish(first, by=None)
    again = updates.by_number(action_id, 1)
    assert again is not None
    assert (again.number, again.dated_on, again.withdrawn_reason) == (1, gone.dated_on, "")


def test_the_day_is_that_of_the_actions_zone(clock: time_machine.Traveller) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-22T20:00+00:00"))
    action_id = an_action(zone="Asia/Almaty").card.id
    add_update(action_id)
    assert str(updates.latest(action_id, 1)[0].dated_on) == "2026-11-23"


def test_what_somebody_else_saved_meanwhile_is_not_overwritten() -> None:
    update_id = add_update(an_action().card.id)
    with writing():
        updates.save(update_id, Words(title="Theirs", body="Theirs."), by=None, seen_version=2)
    with pytest.raises(Refused, match="Somebody else saved this update"), writing():
        updates.save(update_id, Words(title="Mine", body="Mine."), by=None, seen_version=2)
    session.rollback()
    assert session.execute(select(Update.title)).scalar_one() == "Theirs"


def test_html_of_the_text_is_cleaned_and_shown_as_text() -> None:
    action_id = an_action().card.id
    add_update(action_id, body="<script>alert(1)</script> **Free** [x](javascript:alert(1))")
    html = updates.latest(action_id, 1)[0].body_html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<strong>Free</strong>" in html


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(title=" ", body="Text."), "title"),
        (Words(title="x" * 121, body="Text."), "title"),
        (Words(title="T", body="x" * 20_001), "body"),
        (Words(title="T", body="Text.", locale="xx"), "locale"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_at_their_field(words: Words, field: str) -> None:
    action_id = an_action().card.id
    with pytest.raises(Refused) as refused, writing():
        updates.write(action_id, words, by=None)
    assert refused.value.field == field


@pytest.mark.parametrize("state", [ActionState.DRAFT, ActionState.WITHDRAWN])
def test_nothing_is_published_on_an_action_that_is_not_public(state: ActionState) -> None:
    update_id = add_update(an_action(state=state).card.id, UpdateState.DRAFT)
    with pytest.raises(Refused), writing():
        updates.publish(update_id, by=None)


def test_an_update_without_a_text_is_not_published_nor_emptied() -> None:
    action_id = an_action().card.id
    with pytest.raises(Refused, match="Write the text"):
        add_update(action_id, body="")
    session.rollback()
    update_id = add_update(action_id)
    with pytest.raises(Refused, match="Write the text"), writing():
        updates.save(update_id, Words(title="T", body=" \n"), by=None, seen_version=2)


def test_publishing_twice_is_once_and_every_deed_is_written_down() -> None:
    user, action_id = a_user(), an_action().card.id
    with writing():
        made = updates.write(action_id, Words(title="T", body="Text."), by=user)
        updates.publish(made.id, by=user)
        updates.publish(made.id, by=user)
        updates.withdraw(made.id, "", by=user)
    assert titles(action_id) == []
    deeds = [entry.deed for entry in audit.newest(10) if entry.thing == "update"]
    assert sorted(deeds) == ["update.publish", "update.withdraw", "update.write"]
