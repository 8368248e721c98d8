"""Decisions of staff about suspected signatures, carried out in batches until nothing is left."""

from __future__ import annotations

import time
from uuid import UUID

from campaign_actions.infra import crash
from campaign_actions.infra.database.engine import writing
from campaign_actions.opening.letters import Office
from campaign_actions.signatures import carrying_out

PAUSE_SECONDS = 0.02


def carry_out(ref: UUID, _office: Office) -> None:
    """Do all of decision `ref` that is left to do; bears repeats."""
    while _batch(ref):
        crash.here("review.batch")
        time.sleep(PAUSE_SECONDS)  # a request's write gets in between


def _batch(ref: UUID) -> bool:
    with writing() as connection:
        return carrying_out.carry_on(connection, ref)
