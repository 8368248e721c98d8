"""Exports end: files after 24 hours, and lists that the worker could not make."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, select, update

from campaign_actions import audit
from campaign_actions.exports import collecting
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _

OVERDUE = timedelta(hours=3)
UNANSWERED = timedelta(days=7)


def expire(connection: Connection) -> int:
    """Mark exports as gone after 24 hours or the last download, those not made as failed; gives how many.

    The files of both are deleted after the commit, by `files.sweep`.
    """
    now = clock.now()
    used_up = (Export.expires_at <= now) | (Export.downloads >= collecting.MOST_DOWNLOADS)
    over = (Export.state == ExportState.READY) & used_up
    gone = connection.execute(update(Export).where(over).values(state=ExportState.GONE).returning(Export.id))
    ended = list(gone.scalars())
    for export_id in ended:
        audit.record("export.gone", thing="export", thing_id=export_id)
    since = func.coalesce(Export.approved_at, Export.asked_at)
    late = (Export.state == ExportState.PREPARING) & (since <= now - OVERDUE)
    unanswered = (Export.state == ExportState.WAITING) & (Export.asked_at <= now - UNANSWERED)
    return (
        len(ended)
        + _fail(connection, late, _("The list could not be made within three hours."))
        + _fail(connection, unanswered, _("Nobody else agreed to this list within seven days."))
    )


def _fail(connection: Connection, which: ColumnElement[bool], failure: str) -> int:
    values = {"state": ExportState.FAILED, "failure": failure}
    never_made = update(Export).where(which).values(values).returning(Export.id)
    failed = list(connection.execute(never_made).scalars())
    for export_id in failed:
        audit.record("export.failed", thing="export", thing_id=export_id, reason=failure)
    return len(failed)


def kept_files(connection: Connection) -> set[str]:
    """Names of files that may still be fetched."""
    wanted = select(Export.file_name).where(Export.state == ExportState.READY)
    return set(connection.execute(wanted).scalars())
