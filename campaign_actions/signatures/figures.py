"""Numbers of an action for its organisers: no names, and nothing that screening holds back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import counting, links
from campaign_actions.signatures.counting import ALL, PAPER
from campaign_actions.signatures.models import Counter, Signature
from campaign_actions.signatures.states import State

DAYS_SHOWN = 30
RATE_DAYS = 7
# Under so many signatures a share says nothing.
RATE_FROM = 5


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Numbers an organiser sees of one action; `by_day` is the last 30 days, oldest first.

    `leaving` of the waiting are deleted when today ends. `rate` is how many percent of those who
    signed in the last seven days have confirmed, None for too few to say. `on_paper` are checked lines.
    """

    confirmed: int
    today: int
    waiting: int
    leaving: int
    withdrawn: int
    rate: int | None
    on_paper: int
    by_day: list[tuple[date, int]]


def of_action(action_id: UUID) -> Figures:
    """Numbers for the desk. Counts waiting and withdrawn rows, so not for public pages."""
    return of_actions([action_id])[action_id]


def of_actions(action_ids: Iterable[UUID]) -> dict[UUID, Figures]:
    """As `of_action`, for several actions in the same three queries."""
    ids = list(action_ids)
    today = clock.today()
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    numbers = _counters(ids, [ALL, PAPER, *(f"d:{day.isoformat()}" for day in days)])
    states, rates = _states(ids, today), _rates(ids, today)
    return {
        action_id: Figures(
            confirmed=numbers.get((action_id, ALL), 0),
            today=numbers.get((action_id, f"d:{today.isoformat()}"), 0),
            waiting=states.get((action_id, State.WAITING), (0, 0))[0],
            leaving=states.get((action_id, State.WAITING), (0, 0))[1],
            withdrawn=states.get((action_id, State.WITHDRAWN), (0, 0))[0],
            on_paper=numbers.get((action_id, PAPER), 0),
            rate=rates.get(action_id),
            by_day=[(day, numbers.get((action_id, f"d:{day.isoformat()}"), 0)) for day in days],
        )
        for action_id in ids
    }


def every_day(action_id: UUID) -> list[tuple[str, int]]:
    """Each day on which somebody confirmed, as YYYY-MM-DD with its number, oldest first."""
    dims = select(Counter.dim, Counter.n).where(Counter.action_id == action_id, Counter.dim.like("d:%"))
    return [(dim.removeprefix("d:"), n) for dim, n in session.execute(dims.order_by(Counter.dim))]


def first_hours(action_id: UUID, opened_at: datetime) -> list[tuple[datetime, int]]:
    """The hours from opening on, 48 at most and none that lies ahead, each with its number."""
    start = opened_at.replace(minute=0, second=0, microsecond=0)
    hours = [start + timedelta(hours=number) for number in range(48)]
    hours = [hour for hour in hours if hour <= clock.now()]
    numbers = _counters([action_id], [counting.hour_dim(hour) for hour in hours])
    return [(hour, numbers.get((action_id, counting.hour_dim(hour)), 0)) for hour in hours]


def sources(action_id: UUID) -> list[tuple[str, int]]:
    """By which way the confirmed came, the most first."""
    counted = (
        select(Signature.source, func.count())
        .where(Signature.action_id == action_id, Signature.state == State.CONFIRMED)
        .group_by(Signature.source)
    )
    return sorted(
        ((source, n) for source, n in session.execute(counted)), key=lambda pair: (-pair[1], pair[0])
    )


def _counters(ids: list[UUID], dims: list[str]) -> dict[tuple[UUID, str], int]:
    rows = session.execute(
        select(Counter.action_id, Counter.dim, Counter.n).where(
            Counter.action_id.in_(ids), Counter.dim.in_(dims)
        )
    )
    return {(action_id, dim): n for action_id, dim, n in rows}


def _states(ids: list[UUID], today: date) -> dict[tuple[UUID, int], tuple[int, int]]:
    """Numbers of waiting and withdrawn ones, and how many of them had their last day."""
    last = today - timedelta(days=links.LINK_DAYS)
    leaving = func.sum(case((Signature.signed_on <= last, 1), else_=0))
    rows = session.execute(
        select(Signature.action_id, Signature.state, func.count(), leaving)
        .where(Signature.action_id.in_(ids), Signature.state.in_((State.WAITING, State.WITHDRAWN)))
        .group_by(Signature.action_id, Signature.state)
    )
    return {(action_id, state): (n, gone) for action_id, state, n, gone in rows}


def _rates(ids: list[UUID], today: date) -> dict[UUID, int]:
    since = today - timedelta(days=RATE_DAYS - 1)
    proved = func.sum(case((Signature.proved_on.is_not(None), 1), else_=0))
    seen = (State.WAITING, State.CONFIRMED, State.WITHDRAWN)
    rows = session.execute(
        select(Signature.action_id, func.count(), proved)
        .where(Signature.action_id.in_(ids), Signature.signed_on >= since, Signature.state.in_(seen))
        .group_by(Signature.action_id)
    )
    return {action_id: done * 100 // n for action_id, n, done in rows if n >= RATE_FROM}
