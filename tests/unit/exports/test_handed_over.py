"""Which lists a name was in: told for certain, as a perhaps, or not, and never beyond what is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.exports import handed_over
from campaign_actions.exports.models import Export, ExportState, Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures.copies import CopyState, CopyView
from campaign_actions.signatures.mine import MineView

pytestmark = [pytest.mark.usefixtures("database", "clock"), pytest.mark.engines("sqlite")]

MADE = date(2026, 11, 20)
BEFORE, AFTER = MADE - timedelta(days=1), MADE + timedelta(days=1)
TEAM, TARGET, EVERYONE = Level.TEAM, Level.TARGET, Level.EVERYONE


def a_view(action_id: UUID, **values: Any) -> MineView:
    """A signature at level target that was confirmed ten days before the list."""
    usual: dict[str, Any] = {
        "action_id": action_id,
        "confirmed": True,
        "withdrawn": False,
        "level": TARGET,
        "country": None,
        "updates": False,
        "signed_on": date(2026, 11, 10),
        "proved_on": date(2026, 11, 10),
        "withdrawn_on": None,
        "text_version": 1,
        "text_locale": "en",
        "consent_version": 1,
        "delete_on": date(2027, 6, 1),
        "public_name": None,
        "comment": None,
        "copy": CopyView(CopyState.NONE),
        "past_levels": (),
        "counts": True,
    }
    return MineView(**usual | values)


def a_list(action: ActionPage, maker: User, purpose: Purpose = Purpose.DELIVER, **values: Any) -> None:
    """A list that was made on MADE and fetched once."""
    days = {name: values.pop(name, None) for name in ("from_day", "to_day")}
    moment = datetime(MADE.year, MADE.month, MADE.day, 9, tzinfo=UTC)
    usual: dict[str, Any] = {
        "action_id": action.card.id,
        "asked_by": maker.id,
        "purpose": purpose,
        "reason": "We hand it in.",
        "recipient": "The embassy",
        "filters": Chosen(levels=CEILINGS[purpose].levels, **days).to_json(),
        "state": ExportState.GONE,
        "downloads": 1,
        "ready_at": moment,
        "manifest": {"moment": moment.isoformat()},
    }
    with writing():
        session.add(Export(**usual | values))


def certainty(view: MineView) -> bool | None:
    found = handed_over.lists_with(view)
    return found[0].certain if found else None


@pytest.mark.parametrize(
    ("values", "certain"),
    [
        ({}, True),
        ({"level": EVERYONE}, True),
        ({"level": TEAM}, None),
        # The level fell afterwards, before, or on the very day of the list.
        ({"level": TEAM, "past_levels": ((EVERYONE, AFTER),)}, True),
        ({"level": TEAM, "past_levels": ((EVERYONE, BEFORE),)}, None),
        ({"level": TEAM, "past_levels": ((EVERYONE, MADE),)}, False),
        ({"level": TARGET, "past_levels": ((EVERYONE, MADE),)}, True),
        ({"level": EVERYONE, "past_levels": ((TEAM, AFTER),)}, None),
        ({"level": TEAM, "past_levels": ((TARGET, BEFORE), (TEAM, AFTER))}, None),
        ({"level": TEAM, "past_levels": ((TEAM, BEFORE), (TARGET, AFTER))}, True),
        ({"proved_on": MADE}, False),
        ({"proved_on": AFTER}, None),
        ({"proved_on": None, "confirmed": False}, None),
        ({"counts": False}, False),
    ],
)
def test_a_name_was_in_it(
    action: ActionPage, maker: User, values: dict[str, Any], certain: bool | None
) -> None:
    a_list(action, maker)
    assert certainty(a_view(action.card.id, **values)) is certain


@pytest.mark.parametrize(
    ("export", "certain"),
    [
        ({"downloads": 0}, None),
        ({"from_day": date(2026, 11, 11)}, None),
        ({"to_day": date(2026, 11, 9)}, None),
        ({"from_day": date(2026, 11, 10), "to_day": date(2026, 11, 10)}, True),
    ],
)
def test_only_lists_that_left_with_that_day_of_signing_count(
    action: ActionPage, maker: User, export: dict[str, Any], certain: bool | None
) -> None:
    a_list(action, maker, **export)
    assert certainty(a_view(action.card.id)) is certain


def test_a_list_for_a_legal_demand_holds_every_level_and_is_told_of(action: ActionPage, maker: User) -> None:
    a_list(action, maker, Purpose.LEGAL, recipient="A court")
    found = handed_over.lists_with(a_view(action.card.id, level=TEAM))
    assert found == [handed_over.HandedOver(MADE, "A court", True)]
