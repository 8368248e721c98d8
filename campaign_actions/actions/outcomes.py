"""Recording what came of an action: won, partly won, not won or unknown, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions import drafting
from campaign_actions.actions.models import Action, ActionState, Outcome
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number

MAX_TEXT = 2_000
MAX_SOURCE = 300


@dataclass(frozen=True, kw_only=True)
class Result:
    """What happened, on which day, in a few sentences, and who says so (words or an address)."""

    outcome: Outcome
    on: date
    text: str
    source: str


def record(action_id: UUID, result: Result, *, by: User | None, seen_version: int) -> Action:
    """Put `result` on the action, in place of an earlier one; a win ends signing.

    Raises Refused, naming the field, when something is missing, the day is to come or
    somebody saved in between.
    """
    text, source = result.text.strip(), " ".join(result.source.split())
    _check(result.on, text, source)
    action = drafting.claimed(action_id, seen_version, by=by, deed="action.publish")
    if action.state in (ActionState.DRAFT, ActionState.WITHDRAWN):
        raise Refused(_("Only a published action has an outcome."))
    action.outcome, action.outcome_on = result.outcome, result.on
    action.outcome_text, action.outcome_source = text, source
    action.changed_at = clock.now()
    session.flush()
    details = {"outcome": result.outcome.value, "on": result.on.isoformat(), "source": source}
    audit.record("action.outcome", by=by, thing="action", thing_id=action.id, **details)
    return action


def _check(on: date, text: str, source: str) -> None:
    # A day ahead of UTC may have begun where the news comes from.
    if (on - clock.today()).days > 1:
        raise Refused(_("This day is still to come. Write the day on which it happened."), field="on")
    if not text:
        raise Refused(_("Write in a few sentences what happened."), field="text")
    if not source:
        raise Refused(_("Name the source: who says so, or the address of a report."), field="source")
    for field, value, most in (("text", text, MAX_TEXT), ("source", source, MAX_SOURCE)):
        if len(value) > most:
            raise Refused(_("Write at most %(most)s characters here.", most=number(most)), field=field)
