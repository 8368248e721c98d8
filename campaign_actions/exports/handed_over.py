"""Which lists a name was in, told from what the lists were made of and what the signature was then.

No list keeps who was in it. A list holds every signature that was confirmed when it was made and
had one of its levels; a signature keeps the day of each change, and no hour. So a list of the very
day of a change, or of a signature that is not counted now, can only be told of as "may have been".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from campaign_actions.actions.models import Level
from campaign_actions.exports.models import Export, Purpose
from campaign_actions.exports.purposes import Chosen
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.mine import MineView

# What such a list is made for: somebody outside the team gets the names.
LEAVES_THE_TEAM = (Purpose.DELIVER, Purpose.LEGAL, Purpose.MOVE, Purpose.MAIL)


@dataclass(frozen=True)
class HandedOver:
    """A list that was fetched to be handed over, and whether the name was in it for certain."""

    made_on: date
    recipient: str
    certain: bool


def lists_with(view: MineView) -> list[HandedOver]:
    """The lists that held this name or may have held it, oldest first; none before confirming.

    Only lists that somebody downloaded: the others never left the server.
    """
    if not view.confirmed or view.proved_on is None:
        return []
    fetched = select(Export).where(
        Export.action_id == view.action_id, Export.purpose.in_(LEAVES_THE_TEAM), Export.downloads > 0
    )
    found = []
    for export in session.scalars(fetched.order_by(Export.ready_at, Export.id)):
        made_on = _made_on(export)
        certain = _was_in(view, Chosen.from_json(export.filters), made_on)
        if certain is not None:
            found.append(HandedOver(made_on, export.recipient, certain))
    return found


def levels_on(view: MineView, day: date) -> set[Level]:
    """The levels a confirmed signature may have had on a day: several on a day of changes."""
    on_the_day = {level for level, until in view.past_levels if until == day}
    later = [until for _level, until in view.past_levels if until > day]
    if not later:
        return on_the_day | {view.level}
    return on_the_day | {level for level, until in view.past_levels if until == min(later)}


def _was_in(view: MineView, chosen: Chosen, made_on: date) -> bool | None:
    """True for certain, False for perhaps, None for not."""
    if view.proved_on is None or view.proved_on > made_on or not _is_between(view.signed_on, chosen):
        return None
    levels = levels_on(view, made_on)
    inside: Sequence[Level] = [level for level in levels if level in chosen.levels]
    if not inside:
        return None
    sure = view.counts and view.proved_on < made_on and len(inside) == len(levels)
    return sure and not chosen.is_narrow


def _is_between(day: date, chosen: Chosen) -> bool:
    return (chosen.from_day is None or day >= chosen.from_day) and (
        chosen.to_day is None or day <= chosen.to_day
    )


def _made_on(export: Export) -> date:
    """The day of the snapshot the list was made of."""
    moment = (export.manifest or {}).get("moment")
    if moment:
        return datetime.fromisoformat(moment).astimezone(UTC).date()
    return (export.ready_at or export.asked_at).date()
