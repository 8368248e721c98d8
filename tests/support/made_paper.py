"""Paper sheets for walks over all addresses."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from campaign_actions.accounts.models import Role
from campaign_actions.actions import paper as codes, queries
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import counting, paper
from campaign_actions.signatures.paper import LineTyped, SheetTyped
from campaign_actions.signatures.paper_models import PaperSheet, SheetState
from campaign_actions.signatures.paper_queries import A_PAGE
from campaign_actions.signatures.tools import load
from tests.support.factories import a_user
from tests.support.world import World

_numbers = count(1_000)


def code(world: World) -> str:
    """The code on the sheets of the action of the walk."""
    return codes.sheet_code(UUID(world.action_id), 1, "en")


def a_sheet(world: World) -> str:
    """The id of a sheet of one line that a colleague has entered."""
    found = codes.read_code(code(world))
    assert found
    with world.app.app_context():
        action = queries.by_slug(world.action)
        assert action
        line = LineTyped(1, world.said("Olga K."), "Aktau")
        sheet = SheetTyped(code=found, number=next(_numbers), place="The square", lines=(line,))
        by = a_user(Role.STAFF)
        with writing() as connection:
            return str(paper.enter(connection, action, sheet, load(world.settings), by=by))


def two_pages(world: World) -> None:
    """Sheets enough for a second page of those that wait, and of those that are checked."""
    with world.app.app_context():
        action = queries.by_slug(world.action)
        assert action
        one, other = a_user(Role.STAFF), a_user(Role.STAFF)
        facts = {"action_id": action.card.id, "text_version": 1, "text_locale": "en", "lines": 7}
        facts |= {"delete_on": action.delete_on, "entered_at": clock.now(), "entered_by": one.id}
        checked = {"state": SheetState.CHECKED, "decided_by": other.id, "decided_at": clock.now()}
        with writing() as connection:
            for more in ({}, checked):
                for _sheet in range(A_PAGE + 1):
                    session.add(PaperSheet(number=next(_numbers), **facts, **more))
            counting.add(connection, action.card.id, counting.PAPER, 7 * (A_PAGE + 1))
