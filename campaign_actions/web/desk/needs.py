"""What on the desk needs somebody now: a closing without a plan, a goal passed, a place not named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from campaign_actions.actions.events import EventView
from campaign_actions.actions.goals import goal_state
from campaign_actions.actions.models import ActionState, EventState, Kind, TextChange
from campaign_actions.actions.queries import ActionCard
from campaign_actions.cases.upkeep import DeskCase
from campaign_actions.health.findings import Finding
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.i18n import _, ngettext, number
from campaign_actions.signatures.mailing_models import Mailing

PLAN_DAYS = 21
PLACE_DAYS = 7
PASSED_DAYS = 7


@dataclass(frozen=True)
class Need:
    """One thing to do: a number and its unit for the block beside it, a heading that links, a sentence."""

    count: int
    unit: str
    heading: str
    address: str
    words: str


def needs(
    actions: Sequence[ActionCard],
    counts: Mapping[UUID, int],
    events: Sequence[EventView],
    wishes: Sequence[TextChange] = (),
) -> list[Need]:
    """What needs the user, the most pressing first; `counts` has every action's id.

    `wishes` are the changes of words that wait for staff.
    """
    found: list[Need] = [*_of_wishes(wishes, {card.id: card for card in actions})]
    for card in actions:
        found += _of_action(card, counts[card.id])
    for event in events:
        found += _of_event(event)
    return found


def comments_to_read(waiting: int) -> list[Need]:
    """Comments that wait until somebody has read them; nothing when there is none."""
    if not waiting:
        return []
    words = _("Supporters wrote for others to read. Show or hide what they wrote.")
    return [Need(waiting, _("to read"), _("Read the comments"), url_for("desk.comments.index"), words)]


def paper_to_check(waiting: int) -> list[Need]:
    """Paper sheets that somebody else entered; nothing when there is none."""
    if not waiting:
        return []
    words = _("Somebody else entered them. Count the lines on paper, then they are on the paper count.")
    unit = ngettext("sheet", "sheets", waiting)
    return [Need(waiting, unit, _("Check the paper sheets"), url_for("desk.paper.index"), words)]


def mailings_to_start(
    waiting: Sequence[Mailing], slugs: Mapping[UUID, str], people: Mapping[UUID, int]
) -> list[Need]:
    """Mailings that staff start or let go on; `slugs` and `people` who asked, by action."""
    found = []
    for one in waiting:
        address = url_for("desk.mailings.show", slug=slugs[one.action_id], update_id=one.update_id)
        count = people[one.action_id]
        if one.pause:
            heading, words = _("A mailing stands still"), _("%(subject)s: look why.", subject=one.subject)
        else:
            heading = _("Decide about a mailing")
            words = _("Somebody asks to mail an update: %(subject)s", subject=one.subject)
        found.append(Need(count, ngettext("person", "people", count), heading, address, words))
    return found


def cases_to_check(cases: Sequence[DeskCase]) -> list[Need]:
    """Published cases nobody has checked for 90 days, as one thing to do; nothing when there is none."""
    due = sum(case.is_due for case in cases)
    if not due:
        return []
    words = _("Nobody has checked them for 90 days. What they say may no longer be right.")
    return [
        Need(due, ngettext("case", "cases", due), _("Check the cases"), url_for("desk.cases.index"), words)
    ]


def site_unwell(found: Sequence[Finding]) -> list[Need]:
    """What of the site itself cannot wait, as one thing to do; nothing when all is well."""
    if not found:
        return []
    words = _("Something does not work as it should: %(things)s.", things=", ".join(f.heading for f in found))
    unit = ngettext("thing", "things", len(found))
    return [Need(len(found), unit, _("Look after the site"), url_for("staff.health.index"), words)]


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
    yield from _passed(card, f"{edit}#goals")
    state = goal_state(card.goals, count)
    if petition and card.is_open and state.goal is None and state.passed is not None:
        words = _("%(title)s has passed %(goal)s.", title=card.title, goal=number(state.passed.number))
        yield Need(count, _("signed"), _("Set the next goal"), f"{edit}#goals", words)
    if card.state is ActionState.CLOSED and card.outcome is None and card.closed_at is not None:
        ago = (clock.now() - card.closed_at).days
        address = url_for("desk.actions.edit", slug=card.slug, _anchor="stages")
        words = _("%(title)s is closed. Say that it was delivered, or record the outcome.", title=card.title)
        yield Need(ago, ngettext("day", "days", ago), _("Say what came of it"), address, words)


def _passed(card: ActionCard, address: str) -> Iterator[Need]:
    for goal in card.goals:
        ago = (clock.today() - goal.passed_on).days if goal.passed_on else PASSED_DAYS
        if goal.passed_on is not None and ago < PASSED_DAYS:
            words = _(
                "%(title)s passed %(goal)s on %(day)s.",
                title=card.title,
                goal=number(goal.number),
                day=i18n.day(goal.passed_on),
            )
            yield Need(goal.number, _("signed"), _("A goal is passed"), address, words)


def _of_wishes(wishes: Sequence[TextChange], cards: Mapping[UUID, ActionCard]) -> Iterator[Need]:
    for wish in wishes:
        card = cards[wish.action_id]
        ago = (clock.now() - wish.asked_at).days
        address = url_for("desk.texts.decide", slug=card.slug, change_id=wish.id)
        words = _("Somebody asks for other words in %(title)s.", title=card.title)
        yield Need(ago, ngettext("day", "days", ago), _("Decide about a change of words"), address, words)


def _of_event(event: EventView) -> Iterator[Need]:
    days = max((event.starts_at - clock.now()).days, 0)
    if event.is_past or event.state is EventState.CANCELLED or days > PLACE_DAYS:
        return
    edit = url_for("desk.events.edit", slug=event.slug, _anchor="place")
    unit = ngettext("day", "days", days)
    if not event.place and not event.is_online:
        yield Need(days, unit, _("Name the place"), edit, _("%(title)s has no place yet.", title=event.title))
    elif event.keeps_place and event.place_from is None and days <= 1:
        words = _("The place of %(title)s is still kept back.", title=event.title)
        yield Need(days, unit, _("Release the place"), edit, words)
