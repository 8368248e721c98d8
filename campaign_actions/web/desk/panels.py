"""An action's numbers as the desk draws them: marks, under a heading that says what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from campaign_actions.actions import launching
from campaign_actions.actions.goals import GoalState, goal_state
from campaign_actions.actions.launching import Step
from campaign_actions.actions.queries import ActionCard
from campaign_actions.infra.i18n import _, clock_time, day, number
from campaign_actions.signatures import figures as numbers
from campaign_actions.signatures.figures import Figures


@dataclass(frozen=True)
class Bar:
    """One mark of a chart: what it stands for, its number, and its height in percent of the highest."""

    at: date | datetime
    count: int
    percent: int


@dataclass(frozen=True)
class Panel:
    """An open petition with its numbers; `bars` are 30 days, `week` seven, the last one unfinished.

    `launch` is the check list of the first week, empty later.
    """

    card: ActionCard
    figures: Figures
    goal: GoalState
    bars: tuple[Bar, ...]
    heading: str
    week: int
    week_before: int
    launch: Sequence[Step]


@dataclass(frozen=True)
class Hours:
    """The first 48 hours of an action, as far as they are over."""

    bars: tuple[Bar, ...]
    heading: str


def panels(cards: Sequence[ActionCard]) -> list[Panel]:
    """The numbers of `cards`, ready to be drawn."""
    figures = numbers.of_actions(card.id for card in cards)
    launches = launching.steps(card.id for card in cards if launching.is_new(card))
    return [_panel(card, figures[card.id], launches.get(card.id, ())) for card in cards]


def hours(card: ActionCard) -> Hours | None:
    """The chart of the first 48 hours; None once the hours are forgotten, and before anybody could sign."""
    opened = launching.opened_at(card)
    found = numbers.first_hours(card.id, opened) if opened else []
    if not any(count for _hour, count in found):
        return None
    best, count = max(found, key=lambda pair: pair[1])
    words = _(
        "The first 48 hours: most at %(hour)s on %(day)s, %(count)s in that hour",
        hour=clock_time(best, card.zone),
        day=day(best),
        count=number(count),
    )
    return Hours(_bars(found), words)


def _panel(card: ActionCard, figures: Figures, launch: Sequence[Step]) -> Panel:
    return Panel(
        card=card,
        figures=figures,
        goal=goal_state(card.goals, figures.confirmed),
        bars=_bars(figures.by_day),
        heading=_heading(figures.by_day),
        week=sum(count for _day, count in figures.by_day[-7:]),
        week_before=sum(count for _day, count in figures.by_day[-14:-7]),
        launch=launch,
    )


def _bars(pairs: Sequence[tuple[date, int]] | Sequence[tuple[datetime, int]]) -> tuple[Bar, ...]:
    # A day on which more people withdrew than signed is drawn as none.
    highest = max(1, *(count for _at, count in pairs))
    return tuple(Bar(at, count, max(count, 0) * 100 // highest) for at, count in pairs)


def _heading(by_day: Sequence[tuple[date, int]]) -> str:
    when, count = max(by_day, key=lambda pair: pair[1])
    if count <= 0:
        return _("Nobody has signed in the last 30 days")
    if sum(same == count for _day, same in by_day) > 1:
        return _("Signatures of the last 30 days, at most %(count)s a day", count=number(count))
    return _("Most signed on %(day)s: %(count)s", day=day(when), count=number(count))
