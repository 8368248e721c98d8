"""The second person of a list that one alone may not make: agrees, or does not. The database decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, update

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.exports import requesting
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane


def may_decide(user: User, export: Export) -> bool:
    """Whether this user may be the second person: an admin, or another who may make lists."""
    return export.asked_by != user.id and (
        permissions.allows(user, "export.approve") or permissions.allows(user, "export.make")
    )


def approve(connection: Connection, export_id: UUID, by: User) -> None:
    """Let the worker make the list. Raises NotAllowed for who may not decide, Refused when nothing waits."""
    values = {"state": ExportState.PREPARING, "approved_by": by.id, "approved_at": clock.now()}
    _decide(connection, export_id, by, values)
    outbox.leave(connection, requesting.JOB, export_id, Lane.LONG)
    audit.record("export.approve", by=by, thing="export", thing_id=export_id)


def decline(connection: Connection, export_id: UUID, by: User) -> None:
    """End the list before it is made. Raises as `approve`."""
    failure = _("%(name)s did not agree to this list.", name=by.name)
    _decide(connection, export_id, by, {"state": ExportState.FAILED, "failure": failure[:300]})
    audit.record("export.decline", by=by, thing="export", thing_id=export_id)


def _decide(connection: Connection, export_id: UUID, by: User, values: dict[str, Any]) -> None:
    if not (permissions.allows(by, "export.approve") or permissions.allows(by, "export.make")):
        raise NotAllowed(_("Only an admin, or somebody with the export right, can agree to a list."))
    waiting = (Export.id == export_id) & (Export.state == ExportState.WAITING) & (Export.asked_by != by.id)
    if connection.execute(update(Export).where(waiting).values(values).returning(Export.id)).first() is None:
        raise Refused(_("This list waits for nobody's answer, or you asked for it yourself."))
