"""Asking for a list: the wish is held against its purpose, then written down before any file exists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from campaign_actions import audit
from campaign_actions.accounts import notices, permissions, users
from campaign_actions.accounts.models import NoticeKind, User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.exports import queries
from campaign_actions.exports.models import Export, ExportState, Purpose
from campaign_actions.exports.purposes import CEILINGS, COLUMN_WORDS, Chosen
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
# A field, whether something is wrong there, and the sentence that says so.
_Check = tuple[str, bool, str]


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
    checks = (*_of_the_reason(wish), *_of_the_purpose(wish), *_of_the_days(wish.chosen))
    return [Refused(sentence, field=field) for field, wrong, sentence in checks if wrong]


def _of_the_reason(wish: Wish) -> Iterable[_Check]:
    short, long = len(wish.reason) < MIN_REASON, len(wish.reason) > MAX_REASON
    yield "reason", short, _("Give a reason of 10 characters or more.")
    yield "reason", long, _("Give a reason of at most 500 characters.")
    yield "recipient", not wish.recipient, _("Say who receives the list.")
    vague = len(wish.recipient) > MAX_RECIPIENT
    yield "recipient", vague, _("Say in at most 200 characters who receives the list.")


def _of_the_purpose(wish: Wish) -> Iterable[_Check]:
    ceiling, chosen = CEILINGS[wish.purpose], wish.chosen
    mixed = chosen.on_paper is not ceiling.on_paper
    yield "purpose", mixed, _("Paper is a list of its own.")
    yield "levels", not chosen.levels, _("Choose at least one level.")
    hidden = not set(chosen.levels) <= set(ceiling.levels)
    yield "levels", hidden, _("A list for a target never holds names that nobody outside the team may see.")
    nameless = chosen.withheld and not ceiling.may_withhold
    yield "withheld", nameless, _("Only a list for a target can have rows without a name.")
    unasked = ceiling.asked_for_mail and not chosen.wants_updates
    yield "updates", unasked, _("A list for writing to people holds only those who asked for it.")
    yield "columns", not chosen.columns, _("Choose at least one column.")
    above = not set(chosen.columns) <= set(ceiling.columns)
    yield "columns", above, _("A list for this purpose never holds one of these columns.")


def _of_the_days(chosen: Chosen) -> Iterable[_Check]:
    first, last = chosen.from_day, chosen.to_day
    dated = chosen.on_paper and (bool(first or last) or chosen.is_narrow)
    yield "from_day", dated, _("Lines on paper have no day of signing. Leave the days empty.")
    backwards = bool(first and last and first > last)
    yield "to_day", backwards, _("The last day lies before the first day.")


def check_rows(tally: Tally) -> None:
    """Raise Refused for a list without rows."""
    if tally.rows == 0:
        raise Refused(_("Nobody is in this list. Choose other levels or days."), field="levels")


def ask(connection: Connection, wish: Wish, by: User) -> Export:
    """Write down the export, its audit entry and the worker's job, and tell all admins, in this transaction.

    A purpose that needs a second person waits for `approving` before there is a job. Raises NotAllowed
    without the export right, Refused for a wish with `faults` and for a list without rows.
    """
    check_right(by)
    for fault in faults(wish):
        raise fault
    tally = queries.tally(connection, wish.action_id, wish.chosen)
    check_rows(tally)
    waits = CEILINGS[wish.purpose].needs_second
    export = Export(
        action_id=wish.action_id,
        asked_by=by.id,
        purpose=wish.purpose,
        reason=wish.reason,
        recipient=wish.recipient,
        filters=wish.chosen.to_json(),
        columns=in_order(wish.chosen.columns),
        state=ExportState.WAITING if waits else ExportState.PREPARING,
        rows_expected=tally.rows,
        asked_at=clock.now(),
    )
    session.add(export)
    session.flush()
    if not waits:
        outbox.leave(connection, JOB, export.id, Lane.LONG)
    _tell_admins()
    _record(wish, export, by)
    return export


def _record(wish: Wish, export: Export, by: User) -> None:
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
        rows=export.rows_expected,
    )


def in_order(columns: Iterable[str]) -> list[str]:
    """The columns as they stand in a file, whatever the order they were chosen in."""
    wanted = set(columns)
    return [column for column in COLUMN_WORDS if column in wanted]


def _tell_admins() -> None:
    for admin in users.admins():
        notices.leave(admin, NoticeKind.LIST_ASKED)
