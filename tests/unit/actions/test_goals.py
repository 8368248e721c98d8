"""Where a count stands between goals."""

import pytest
from hypothesis import given, strategies as st

from campaign_actions.actions.goals import GoalView, goal_state

GOALS = [GoalView(5000, "embassy"), GoalView(1000, "press")]


@pytest.mark.parametrize(
    ("count", "goal", "passed", "to_go", "percent"),
    [
        (0, 1000, None, 1000, 0),
        (999, 1000, None, 1, 99),
        (1000, 5000, 1000, 4000, 20),
        (4186, 5000, 1000, 814, 83),
        (5000, None, 5000, 0, 100),
        (9000, None, 5000, 0, 100),
    ],
)
def test_the_next_goal_is_the_first_that_is_not_reached(
    count: int, goal: int | None, passed: int | None, to_go: int, percent: int
) -> None:
    state = goal_state(GOALS, count)
    assert (state.goal.number if state.goal else None) == goal
    assert (state.passed.number if state.passed else None) == passed
    assert (state.to_go, state.percent) == (to_go, percent)


def test_without_goals_there_is_no_bar() -> None:
    state = goal_state([], 12)
    assert (state.goal, state.passed, state.to_go, state.percent) == (None, None, 0, 0)


@given(st.lists(st.integers(1, 10**8), max_size=8), st.integers(-5, 10**9))
def test_the_bar_never_leaves_its_ends(numbers: list[int], count: int) -> None:
    state = goal_state([GoalView(number, "") for number in numbers], count)
    assert 0 <= state.percent <= 100
    assert (state.goal is None) == (state.to_go == 0)
