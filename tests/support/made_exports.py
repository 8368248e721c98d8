"""Lists as staff ask for them: the answers to all questions, and lists that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from campaign_actions.accounts import users
from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import Level
from campaign_actions.exports import requesting
from campaign_actions.exports.models import Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.database.engine import writing
from tests.support.factories import a_user

if TYPE_CHECKING:
    from tests.support.world import World

STEPS = ("purpose", "action", "signatures", "columns", "format")
NEW = "/staff/exports/new/"
# One and the same, so that two lists of theirs differ in nothing.
ASKER = "asker@example.org"


def answers(action_id: object, purpose: str = Purpose.DELIVER, **changed: Any) -> dict[str, Any]:
    """Answers to every question of a list, as the check page has them, with reason and receiver."""
    ceiling = CEILINGS[Purpose(purpose)] if purpose in list(Purpose) else CEILINGS[Purpose.DELIVER]
    return {
        "done": list(STEPS),
        "purpose": str(purpose),
        "action": str(action_id),
        "levels": [level.value for level in ceiling.levels],
        "updates": "1" if ceiling.asked_for_mail else "",
        "columns": list(ceiling.usual),
        "format": "csv",
        "reason": "Delivery agreed with the family",
        "recipient": "Embassy in London, by hand",
        **changed,
    }


def check_page(action_id: object, step: str = "check", **changed: Any) -> str:
    """The address of a question with every answer given."""
    typed = answers(action_id, **changed)
    pairs = {name: value for name, value in typed.items() if name not in ("reason", "recipient")}
    place = NEW if step == "purpose" else f"{NEW}{step}/"
    return f"{place}?{urlencode(pairs, doseq=True)}"


def chosen(purpose: Purpose = Purpose.DELIVER, **wishes: Any) -> Chosen:
    """The usual list of a purpose."""
    ceiling = CEILINGS[purpose]
    usual: dict[str, Any] = {"levels": ceiling.levels, "columns": ceiling.usual}
    usual |= {"wants_updates": ceiling.asked_for_mail, "on_paper": ceiling.on_paper}
    return Chosen(**(usual | wishes))


def waiting(world: World) -> str:
    """Id of a list that somebody else asked for and that waits for a second person."""
    with world.app.app_context():
        asker = users.by_email(ASKER) or a_user(Role.STAFF, may_export=True, email=ASKER)
        wish = Wish(
            action_id=UUID(world.action_id),
            purpose=Purpose.MOVE,
            reason=world.said("We move to another program.", 500),
            recipient=world.said("Our own new site", 200),
            chosen=chosen(Purpose.MOVE, levels=(Level.EVERYONE, Level.TARGET, Level.TEAM)),
        )
        with writing() as connection:
            return str(requesting.ask(connection, wish, by=asker).id)


def questions(world: World) -> Iterator[str]:
    """Every question, empty and answered, for every purpose, and with answers that do not fit."""
    yield NEW
    for purpose in Purpose:
        for step in (*STEPS, "check"):
            yield check_page(world.action_id, step, purpose=purpose)
    yield check_page(world.action_id, "signatures", levels=[], from_day="yesterday")
    yield check_page(world.action_id, "columns", columns=["email"])
    yield check_page(world.action_id, withheld="1")
