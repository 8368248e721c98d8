"""The first page of the desk: what needs you, how the open actions stand, drafts, next events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template

from campaign_actions.actions import events, queries, rewording, wording
from campaign_actions.actions.goals import GoalState, goal_state
from campaign_actions.actions.models import ActionState, Kind, TextChange
from campaign_actions.actions.queries import ActionCard
from campaign_actions.cases import upkeep
from campaign_actions.infra import clock, facts
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, day, number
from campaign_actions.signatures import comments, counting
from campaign_actions.signatures.counting import Figures
from campaign_actions.web.desk.needs import cases_to_check, comments_to_read, needs
from campaign_actions.web.desk.person import user

bp = Blueprint("dashboard", __name__)

PANELS_SHOWN = 4
EVENTS_SHOWN = 5
SILENT_AFTER_SECONDS = 120


@dataclass(frozen=True)
class Bar:
    """One day of the chart: its number, and its height in percent of the highest day."""

    day: date
    count: int
    percent: int


@dataclass(frozen=True)
class Panel:
    """An open petition with its numbers; `bars` are 30 days, `week` seven, the last one unfinished."""

    card: ActionCard
    figures: Figures
    goal: GoalState
    bars: tuple[Bar, ...]
    heading: str
    week: int
    week_before: int


@bp.get("/")
def show() -> str:
    """The dashboard of the user."""
    cards = queries.for_desk(user())
    counts = counting.of_cards(cards)
    open_ones = [card for card in cards if card.is_open and card.kind is Kind.PETITION]
    figures = counting.figures_of(card.id for card in open_ones[:PANELS_SHOWN])
    panels = [_panel(card, figures[card.id]) for card in open_ones[:PANELS_SHOWN]]
    shown = {panel.card.id for panel in panels}
    coming = [event for event in events.for_desk(user()) if not event.is_past]
    return render_template(
        "desk/dashboard.html",
        panels=panels,
        others=[card for card in cards if card.id not in shown and card.state is not ActionState.DRAFT],
        drafts=[card for card in cards if card.state is ActionState.DRAFT],
        counts=counts,
        needs=[
            *comments_to_read(comments.waiting(user())),
            *needs(cards, counts, coming, _wishes(cards)),
            *cases_to_check(upkeep.for_desk(user())),
        ],
        events=coming[:EVENTS_SHOWN],
        silent_minutes=silent_minutes(),
    )


def _wishes(cards: Sequence[ActionCard]) -> Sequence[TextChange]:
    return rewording.waiting(card.id for card in cards) if wording.may_reword(user()) else ()


def silent_minutes() -> int | None:
    """For how many minutes the worker has not run, -1 when never; None while it runs."""
    seen = facts.get(session.connection(), "worker_seen_at")
    if seen is None:
        return -1
    seconds = (clock.now() - datetime.fromisoformat(seen)).total_seconds()
    return int(seconds // 60) if seconds > SILENT_AFTER_SECONDS else None


def _panel(card: ActionCard, figures: Figures) -> Panel:
    return Panel(
        card=card,
        figures=figures,
        goal=goal_state(card.goals, figures.confirmed),
        bars=_bars(figures.by_day),
        heading=_heading(figures.by_day),
        week=sum(count for _day, count in figures.by_day[-7:]),
        week_before=sum(count for _day, count in figures.by_day[-14:-7]),
    )


def _bars(by_day: Sequence[tuple[date, int]]) -> tuple[Bar, ...]:
    # A day on which more people withdrew than signed is drawn as none.
    highest = max(1, *(count for _day, count in by_day))
    return tuple(Bar(when, count, max(count, 0) * 100 // highest) for when, count in by_day)


def _heading(by_day: Sequence[tuple[date, int]]) -> str:
    when, count = max(by_day, key=lambda pair: pair[1])
    if count <= 0:
        return _("Nobody has signed in the last 30 days")
    if sum(same == count for _day, same in by_day) > 1:
        return _("Signatures of the last 30 days, at most %(count)s a day", count=number(count))
    return _("Most signed on %(day)s: %(count)s", day=day(when), count=number(count))
