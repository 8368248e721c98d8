"""Which function does which job. A handler bears repeats: it may run again after a kill."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from campaign_actions.opening.letters import Office
from campaign_actions.signatures import holds
from campaign_actions.worker import chores, copies, exports, reviews

Handler = Callable[[UUID, Office], None]

HANDLERS: dict[str, Handler] = {
    "copy": copies.make,
    "export": exports.make,
    holds.JOB: chores.forget_at_once,
    "review": reviews.carry_out,
}
