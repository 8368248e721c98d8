"""Asking for a list: the wish is held against its purpose, then written down before any file exists."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.exports import queries
from campaign_actions.exports.models import Export, Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.exports.queries import Tally
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane

JOB = "export"
MIN_REASON = 10
MAX_REASON = 500
MAX_RECIPIENT = 200


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A list somebody wants: of which action, what for, why, for whom, and which signatures."""

    action_id: UUID
    purpose: Purpose
    reason: str
    recipient: str
    chosen: Chosen


def check_right(user: User) -> None:
    """Raise NotAllowed, saying whom to ask, unless `user` may make lists."""
    if not permissions.allows(user, "export.make"):
        raise NotAllowed(
            _("Your account may not make lists of names. Ask an admin to give it the export right.")
        )


def faults(wish: Wish) -> list[Refused]:
    """What is wrong with a wish, each for the field it belongs to; empty when its purpose allows it."""
    first, last = wish.chosen.from_day, wish.chosen.to_day
    checks = (
        ("reason", len(wish.reason) < MIN_REASON, _("Give a reason of 10 characters or more.")),
        ("reason", len(wish.reason) > MAX_REASON, _("Give a reason of at most 500 characters.")),
        ("recipient", not wish.recipient, _("Say who receives the list.")),
        (
            "recipient",
            len(wish.recipient) > MAX_RECIPIENT,
            _("Say in at most 200 characters who receives the list."),
        ),
        ("levels", not wish.chosen.levels, _("Choose at least one level.")),
        (
            "levels",
            not set(wish.chosen.levels) <= set(CEILINGS[wish.purpose].levels),
            _("A list for a target never holds names that nobody outside the team may see."),
        ),
        (
            "from_day",
            wish.chosen.on_paper and bool(first or last),
            _("Lines on paper have no day of signing. Leave the days empty."),
        ),
        ("to_day", bool(first and last and first > last), _("The last day lies before the first day.")),
    )
    return [Refused(sentence, field=field) for field, wrong, sentence in checks if wrong]


def check_rows(tally: Tally) -> None:
    """Raise Refused for a list without rows."""
    if tally.rows == 0:
        raise Refused(_("Nobody is in this list. Choose other levels or days."), field="levels")


def ask(connection: Connection, wish: Wish, by: User) -> Export:
    """Write down the export, its audit entry and the worker's job, all in this transaction.

    Raises NotAllowed without the export right, Refused for a wish with `faults`
    and for a list without rows.
    """
    check_right(by)
    for fault in faults(wish):
        raise fault
    tally = queries.tally(connection, wish.action_id, wish.chosen)
    check_rows(tally)
    export = Export(
        action_id=wish.action_id,
        asked_by=by.id,
        purpose=wish.purpose,
        reason=wish.reason,
        recipient=wish.recipient,
        filters=wish.chosen.to_json(),
        columns=list(CEILINGS[wish.purpose].columns),
        rows_expected=tally.rows,
        asked_at=clock.now(),
    )
    session.add(export)
    session.flush()
    outbox.leave(connection, JOB, export.id, Lane.LONG)
    audit.record(
        "export.ask",
        by=by,
        thing="export",
        thing_id=export.id,
        action=str(wish.action_id),
        purpose=wish.purpose,
        reason=wish.reason,
        recipient=wish.recipient,
        filters=export.filters,
        columns=export.columns,
        rows=tally.rows,
    )
    return export
