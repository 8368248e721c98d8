"""Lists of names: made by the worker, and deleted when their 24 hours are over."""

from __future__ import annotations

import logging
from functools import partial
from uuid import UUID

from sqlalchemy import select

from campaign_actions.actions import queries as actions
from campaign_actions.actions.models import Action
from campaign_actions.config import Settings
from campaign_actions.exports import collecting, expiring, files
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.infra import crash
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.i18n import _
from campaign_actions.opening import exports, keys
from campaign_actions.opening.letters import Office
from campaign_actions.opening.records import CannotOpen, Opener

log = logging.getLogger(__name__)


def make(ref: UUID, office: Office) -> None:
    """Make the file of export `ref`, once; nothing for one that is made, failed or gone already.

    Where no list key is, the rows leave sealed. A list that cannot be opened here fails at once; other
    errors are raised, and the job comes back.
    """
    wanted = _order(ref)
    if wanted is None:
        return
    folder = files.folder(office.settings)
    try:
        here = keys.of_purpose(office.settings.worker_keys, "list")
        made = exports.make(db.engine, wanted, Opener(here) if here else None, folder, partial(_tell, ref))
    except CannotOpen:
        log.warning("export cannot be opened", extra={"export": str(ref)})
        with writing() as connection:
            collecting.fail(connection, ref, _("The list key on this server does not open these records."))
        return
    with writing() as connection:
        kept = collecting.finish(connection, ref, made)
    crash.here("export.marked")
    if not kept:
        files.remove(folder, made.file_name)
    log.info("export finished", extra={"export": str(ref), "rows": made.rows, "kept": kept})


def expire(settings: Settings) -> int:
    """End exports after their 24 hours and delete what no export needs; gives how many ended."""
    with writing() as connection:
        ended = expiring.expire(connection)
        kept = expiring.kept_files(connection)
    files.sweep(files.folder(settings), kept)
    return ended


def _order(ref: UUID) -> exports.Order | None:
    statement = (
        select(Export, Action.slug)
        .join(Action, Action.id == Export.action_id)
        .where(Export.id == ref, Export.state == ExportState.PREPARING)
    )
    # In a transaction of its own: an open read would keep SQLite's log from emptying meanwhile.
    with writing():
        found = session.execute(statement).one_or_none()
        if found is None:
            return None
        card = actions.by_ids([found[0].action_id])[found[0].action_id]
        return exports.order(found[0], found[1], card.title)


def _tell(ref: UUID, rows: int) -> None:
    with writing() as connection:
        collecting.progress(connection, ref, rows)
