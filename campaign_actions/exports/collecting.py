"""What becomes of a list: made or failed by the worker, fetched, thrown away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.errors import Refused
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.exports.requesting import check_right
from campaign_actions.formats import manifest
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _

KEPT = timedelta(hours=24)
MOST_DOWNLOADS = 3


@dataclass(frozen=True)
class Made:
    """A finished file: its name in the folder of exports, its people, and its manifest's bytes."""

    file_name: str
    rows: int
    sha256: str
    manifest: bytes
    sealed: bool = False


def finish(connection: Connection, export_id: UUID, made: Made) -> bool:
    """Mark an export ready for 24 hours; False, and nothing changed, when it no longer waits for a file."""
    now = clock.now()
    values = {
        "state": ExportState.READY,
        "rows": made.rows,
        "rows_done": made.rows,
        "left_sealed": made.sealed,
        "sha256": made.sha256,
        "manifest": json.loads(made.manifest),
        "file_name": made.file_name,
        "ready_at": now,
        "expires_at": now + KEPT,
    }
    if not _leave_preparing(connection, export_id, values):
        return False
    told = {"rows": made.rows, "sha256": made.sha256} | ({"sealed": True} if made.sealed else {})
    audit.record("export.made", thing="export", thing_id=export_id, **told)
    return True


def fail(connection: Connection, export_id: UUID, reason: str) -> bool:
    """Mark an export failed for `reason`, a sentence without personal data; False when it no longer waits."""
    if not _leave_preparing(connection, export_id, {"state": ExportState.FAILED, "failure": reason}):
        return False
    audit.record("export.failed", thing="export", thing_id=export_id, reason=reason)
    return True


def progress(connection: Connection, export_id: UUID, rows: int) -> None:
    """Note how many rows of a list are written, for the page that waits for it."""
    waiting = (Export.id == export_id) & (Export.state == ExportState.PREPARING)
    connection.execute(update(Export).where(waiting).values(rows_done=rows))


def collect(connection: Connection, export: Export, by: User) -> int:
    """Write a download down, before the file leaves; gives its number. The third is the last.

    Raises NotAllowed without the export right, Refused when there is no file any more.
    """
    check_right(by)
    there = (
        (Export.id == export.id)
        & (Export.state == ExportState.READY)
        & (Export.expires_at > clock.now())
        & (Export.downloads < MOST_DOWNLOADS)
    )
    taken = update(Export).where(there).values(downloads=Export.downloads + 1).returning(Export.downloads)
    number = connection.execute(taken).scalar_one_or_none()
    if number is None:
        raise Refused(_("This list is no longer available. Make it again with the same answers."))
    audit.record(
        "export.download",
        by=by,
        thing="export",
        thing_id=export.id,
        rows=export.rows,
        sha256=export.sha256,
        download=number,
    )
    return number


def throw_away(export: Export, by: User) -> str:
    """End an export before its time; the name of the file to delete after the commit.

    Raises NotAllowed without the export right, Refused when there is no file any more.
    """
    check_right(by)
    if export.state is not ExportState.READY:
        raise Refused(_("There is no file to delete."))
    export.state = ExportState.GONE
    audit.record("export.delete", by=by, thing="export", thing_id=export.id)
    return export.file_name


def is_there(export: Export, now: datetime | None = None) -> bool:
    """Whether the file may be fetched now; false after 24 hours or three downloads, before it is deleted."""
    now = now or clock.now()
    ready = export.state is ExportState.READY and export.downloads < MOST_DOWNLOADS
    return ready and export.expires_at is not None and now < export.expires_at


def manifest_bytes(export: Export) -> bytes | None:
    """The manifest of a finished export, byte for byte as it was made; None before that."""
    if export.manifest is None:
        return None
    return manifest.read(json.dumps(export.manifest).encode()).to_bytes()


def _leave_preparing(connection: Connection, export_id: UUID, values: dict[str, Any]) -> bool:
    waiting = (Export.id == export_id) & (Export.state == ExportState.PREPARING)
    left = update(Export).where(waiting).values(values).returning(Export.id)
    return connection.execute(left).first() is not None
