"""Exports end: files after 24 hours, and lists that the worker could not make."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select, update

from campaign_actions import audit
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _

OVERDUE = timedelta(hours=3)


def expire(connection: Connection) -> int:
    """Mark exports whose 24 hours are over as gone, and those nobody could make as failed; gives how many.

    The files of both are deleted after the commit, by `files.sweep`.
    """
    now = clock.now()
    over = (Export.state == ExportState.READY) & (Export.expires_at <= now)
    gone = connection.execute(update(Export).where(over).values(state=ExportState.GONE).returning(Export.id))
    ended = list(gone.scalars())
    for export_id in ended:
        audit.record("export.gone", thing="export", thing_id=export_id)
    failure = _("The list could not be made within three hours.")
    late = (Export.state == ExportState.PREPARING) & (Export.asked_at <= now - OVERDUE)
    values = {"state": ExportState.FAILED, "failure": failure}
    never_made = update(Export).where(late).values(values).returning(Export.id)
    failed = list(connection.execute(never_made).scalars())
    for export_id in failed:
        audit.record("export.failed", thing="export", thing_id=export_id, reason=failure)
    return len(ended) + len(failed)


def kept_files(connection: Connection) -> set[str]:
    """Names of files that may still be fetched."""
    wanted = select(Export.file_name).where(Export.state == ExportState.READY)
    return set(connection.execute(wanted).scalars())
