"""What on the desk needs somebody now: a closing without a plan, a goal passed, a place not named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from campaign_actions.actions.events import EventView
from campaign_actions.actions.goals import goal_state
from campaign_actions.actions.models import ActionState, EventState, Kind
from campaign_actions.actions.queries import ActionCard
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _, ngettext, number

PLAN_DAYS = 21
PLACE_DAYS = 7


@dataclass(frozen=True)
class Need:
    """One thing to do: a number and its unit for the block beside it, a heading that links, a sentence."""

    count: int
    unit: str
    heading: str
    address: str
    words: str


def needs(
    actions: Sequence[ActionCard], counts: Mapping[UUID, int], events: Sequence[EventView]
) -> list[Need]:
    """What needs the user, the most pressing first; `counts` has every action's id."""
    found: list[Need] = []
    for card in actions:
        found += _of_action(card, counts[card.id])
    for event in events:
        found += _of_event(event)
    return found


def _of_action(card: ActionCard, count: int) -> Iterator[Need]:
    edit = url_for("desk.actions.edit", slug=card.slug)
    petition = card.kind is Kind.PETITION
    left = card.days_left
    if petition and card.is_open and left is not None and left <= PLAN_DAYS and not card.delivery_plan:
        words = ngettext(
            "%(title)s closes in %(count)s day and says nothing about who takes the letter.",
            "%(title)s closes in %(count)s days and says nothing about who takes the letter.",
            left,
            title=card.title,
            count=number(left),
        )
        unit = ngettext("day", "days", left)
        yield Need(left, unit, _("Plan the delivery"), f"{edit}#delivery_plan", words)
    state = goal_state(card.goals, count)
    if petition and card.is_open and state.goal is None and state.passed is not None:
        words = _("%(title)s has passed %(goal)s.", title=card.title, goal=number(state.passed.number))
        yield Need(count, _("signed"), _("Set the next goal"), f"{edit}#goals", words)
    if card.state is ActionState.CLOSED and card.outcome is None and card.closed_at is not None:
        ago = (clock.now() - card.closed_at).days
        address = url_for("desk.actions.edit", slug=card.slug, _anchor="stages")
        words = _("%(title)s is closed. Say that it was delivered, or record the outcome.", title=card.title)
        yield Need(ago, ngettext("day", "days", ago), _("Say what came of it"), address, words)


def _of_event(event: EventView) -> Iterator[Need]:
    days = max((event.starts_at - clock.now()).days, 0)
    if event.is_past or event.state is EventState.CANCELLED or days > PLACE_DAYS:
        return
    edit = url_for("desk.events.edit", slug=event.slug, _anchor="place")
    unit = ngettext("day", "days", days)
    if not event.place and event.kind.value != "online":
        yield Need(days, unit, _("Name the place"), edit, _("%(title)s has no place yet.", title=event.title))
    elif event.place_later and days <= 1:
        words = _("The place of %(title)s is still kept back.", title=event.title)
        yield Need(days, unit, _("Release the place"), edit, words)
