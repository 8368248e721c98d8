"""States of a signature and the moves that are allowed, in one table."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """Stored as a small number in every signature."""

    WAITING = 0
    CONFIRMED = 1
    HELD = 2
    INVALID = 3
    WITHDRAWN = 4


# What a person may still confirm, or sign anew, while it is not proved. Held and invalid ones stay what
# they are then: nobody learns from a page what was thought of them.
UNPROVED = (State.WAITING, State.HELD, State.INVALID)

LEGAL_MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.WAITING, State.CONFIRMED),
        (State.WAITING, State.HELD),
        (State.HELD, State.CONFIRMED),
        (State.HELD, State.WAITING),
        (State.CONFIRMED, State.HELD),
        (State.CONFIRMED, State.INVALID),
        (State.HELD, State.INVALID),
        (State.WAITING, State.INVALID),
        (State.INVALID, State.CONFIRMED),
        (State.INVALID, State.WAITING),
        (State.INVALID, State.HELD),
        (State.WAITING, State.WITHDRAWN),
        (State.CONFIRMED, State.WITHDRAWN),
        (State.HELD, State.WITHDRAWN),
        (State.INVALID, State.WITHDRAWN),
    }
)


def is_legal(old: State, new: State, *, proved: bool) -> bool:
    """Whether a signature may go from `old` to `new`; `proved` when its owner pressed Confirm.

    A held or invalid one becomes confirmed only if proved, waiting only if not.
    """
    if (old, new) not in LEGAL_MOVES:
        return False
    if old in (State.HELD, State.INVALID) and new in (State.CONFIRMED, State.WAITING):
        return proved == (new is State.CONFIRMED)
    return True


def ledger_step(old: State, new: State) -> int:
    """What the move adds to the count: +1, 0 or -1."""
    return int(new is State.CONFIRMED) - int(old is State.CONFIRMED)
