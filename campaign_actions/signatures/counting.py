"""Counts: ledger rows are folded into counters; pages show the folded number."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.actions.models import Action, Goal, Kind
from campaign_actions.actions.queries import ActionCard
from campaign_actions.infra import clock, crash
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.signatures.models import Counter, LedgerRow

FOLD_ROWS = 1000
ALL = "all"
GOAL_JOB = "goal"
# How many people told us that they sent a letter; never part of a count of signatures.
SENT = "sent"
# Lines on paper that two people have checked: a second number, never part of the count.
PAPER = "paper"
SHOWN_COUNTRIES_FROM = 10
# An action is counted by the hour at first, so that its organiser sees what works.
FIRST_HOURS = timedelta(hours=48)
HOURS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Breakdown:
    """Countries from ten signatures up, largest first, and all others; together they are `total`."""

    total: int
    rows: tuple[tuple[str, int], ...]
    others: int


NOBODY = Breakdown(0, (), 0)


def fold(connection: Connection) -> int:
    """Move up to 1,000 ledger rows into the counters; gives how many. Several may fold at once.

    A goal that is reached by this gets its day, and a letter to the organiser is left.
    """
    some = select(LedgerRow.id).limit(FOLD_ROWS).with_for_update(skip_locked=True)
    taken = delete(LedgerRow).where(LedgerRow.id.in_(some.scalar_subquery()))
    taken_rows = connection.execute(
        taken.returning(LedgerRow.action_id, LedgerRow.country, LedgerRow.day, LedgerRow.step)
    ).all()
    crash.here("fold.deleted")
    sums: Tally[tuple[UUID, str]] = Tally()
    for row in taken_rows:
        for dim in (ALL, f"c:{row.country}", f"d:{row.day.isoformat()}"):
            sums[row.action_id, dim] += row.step
    # One order for everybody, so that two folds cannot wait for each other in a circle.
    for action_id, dim in sorted(sums):
        step = sums[action_id, dim]
        count = add(connection, action_id, dim, step)
        if dim == ALL:
            _pass_goals(connection, action_id, count - step, count)
    _note_hours(connection, {action_id: step for (action_id, dim), step in sums.items() if dim == ALL})
    crash.here("fold.added")
    return len(taken_rows)


def add(connection: Connection, action_id: UUID, dim: str, step: int) -> int:
    """Raise one counter by `step`; gives its new value."""
    statement = insert(Counter).values(action_id=action_id, dim=dim, n=step)
    keys = [Counter.action_id, Counter.dim]
    raised = statement.on_conflict_do_update(index_elements=keys, set_={"n": Counter.n + step})
    number: int = connection.execute(raised.returning(Counter.n)).scalar_one()
    return number


def shown(ids: Iterable[UUID]) -> dict[UUID, int]:
    """The folded count of each action; an action nobody has signed counts 0."""
    wanted = list(ids)
    counts = dict.fromkeys(wanted, 0)
    if wanted:
        rows = session.execute(
            select(Counter.action_id, Counter.n).where(Counter.action_id.in_(wanted), Counter.dim == ALL)
        )
        counts.update((action_id, n) for action_id, n in rows)
    return counts


def of_cards(cards: Iterable[ActionCard]) -> dict[UUID, int]:
    """The number each action is shown with, 0 where there is none yet.

    Signatures; for a letter people write themselves, how many told us that they sent it.
    """
    wanted = {card.id: SENT if card.kind is Kind.LETTER else ALL for card in cards}
    numbers = dict.fromkeys(wanted, 0)
    if wanted:
        rows = session.execute(
            select(Counter.action_id, Counter.dim, Counter.n).where(
                Counter.action_id.in_(list(wanted)), Counter.dim.in_((ALL, SENT))
            )
        )
        numbers.update((action_id, n) for action_id, dim, n in rows if wanted[action_id] == dim)
    return numbers


def with_paper(card: ActionCard) -> tuple[int, int]:
    """The number an action is shown with, as `of_cards` has it, and how many checked lines on paper."""
    dims = (SENT if card.kind is Kind.LETTER else ALL, PAPER)
    rows = session.execute(
        select(Counter.dim, Counter.n).where(Counter.action_id == card.id, Counter.dim.in_(dims))
    )
    numbers: dict[str, int] = {row.dim: row.n for row in rows}
    return numbers.get(dims[0], 0), numbers.get(PAPER, 0)


def exact(connection: Connection, action_id: UUID) -> int:
    """The count with what is not folded yet, in one snapshot."""
    folded = select(Counter.n).where(Counter.action_id == action_id, Counter.dim == ALL).scalar_subquery()
    waiting = select(func.sum(LedgerRow.step)).where(LedgerRow.action_id == action_id).scalar_subquery()
    number: int = connection.execute(
        select(func.coalesce(folded, 0) + func.coalesce(waiting, 0))
    ).scalar_one()
    return number


def countries(action_id: UUID) -> Breakdown:
    """Signatures by country, as one statement reads them; those who did not say are among the others."""
    named = select(Counter.dim, Counter.n).where(
        Counter.action_id == action_id, or_(Counter.dim == ALL, Counter.dim.like("c:%"))
    )
    numbers: dict[str, int] = {row.dim: row.n for row in session.execute(named)}
    total = numbers.pop(ALL, 0)
    numbers.pop("c:--", None)
    shown_ones = [(dim.removeprefix("c:"), n) for dim, n in numbers.items() if n >= SHOWN_COUNTRIES_FROM]
    rows = tuple(sorted(shown_ones, key=lambda pair: (-pair[1], pair[0])))
    return Breakdown(total, rows, total - sum(n for _code, n in rows))


def hour_dim(moment: datetime) -> str:
    """The counter of the hour, UTC, that `moment` is in."""
    return f"h:{moment.astimezone(UTC):%Y-%m-%dT%H}"


def forget_hours(connection: Connection) -> int:
    """Delete counters of hours once they are a month old; days stay."""
    old = and_(Counter.dim.like("h:%"), Counter.dim < hour_dim(clock.now() - HOURS_KEPT))
    return len(connection.execute(delete(Counter).where(old).returning(Counter.dim)).all())


def _note_hours(connection: Connection, steps: Mapping[UUID, int]) -> None:
    """Add to the hours of actions that have just opened; no other action is counted by the hour."""
    now = clock.now()
    opened = case((Action.opens_at.is_not(None), Action.opens_at), else_=Action.published_at)
    new = select(Action.id).where(Action.id.in_(list(steps)), opened > now - FIRST_HOURS)
    for action_id in sorted(connection.execute(new).scalars()) if steps else ():
        add(connection, action_id, hour_dim(now), steps[action_id])


def _pass_goals(connection: Connection, action_id: UUID, before: int, count: int) -> None:
    if count <= before:
        return
    # A goal set below the count was passed on a day nobody knows, so only those between are marked.
    reached = (Goal.action_id == action_id, Goal.number > before, Goal.number <= count)
    zone = connection.execute(select(Action.zone).where(Action.id == action_id)).scalar_one_or_none()
    passed = connection.execute(
        update(Goal)
        .where(*reached, Goal.passed_on.is_(None))
        .values(passed_on=clock.now().astimezone(ZoneInfo(zone or "UTC")).date())
        .returning(Goal.id, Goal.number)
    )
    for goal in passed.all():
        outbox.leave(connection, GOAL_JOB, goal.id, Lane.SERVICE)
        audit.record("action.goal_passed", thing="action", thing_id=action_id, goal=goal.number, count=count)
