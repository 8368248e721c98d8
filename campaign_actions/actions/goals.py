"""Where a count stands between the goals of an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class GoalView:
    """A number of signatures, what happens there, which may be empty, and the day it was passed."""

    number: int
    meaning: str
    passed_on: date | None = None


@dataclass(frozen=True)
class GoalState:
    """The next goal, the last one passed, how many are missing, and the bar in percent (0 to 100)."""

    goal: GoalView | None
    passed: GoalView | None
    to_go: int
    percent: int


def goal_state(goals: Sequence[GoalView], count: int) -> GoalState:
    """Where `count` confirmed signatures stand among `goals`, in any order.

    A goal is passed when it is reached. Without a next goal `to_go` is 0; the bar is
    then full if one was passed, else empty.
    """
    ordered = sorted(goals, key=lambda goal: goal.number)
    passed = [goal for goal in ordered if goal.number <= count]
    coming = [goal for goal in ordered if goal.number > count]
    last = passed[-1] if passed else None
    if not coming:
        return GoalState(None, last, 0, 100 if last else 0)
    goal = coming[0]
    return GoalState(goal, last, goal.number - count, max(count, 0) * 100 // goal.number)
