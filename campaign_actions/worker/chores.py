"""What the worker does by the clock: forget, expire, open, close, empty the log, say it is alive."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from campaign_actions.accounts import invitations, logging_in, passkeys
from campaign_actions.actions import closing
from campaign_actions.articles import publishing as articles
from campaign_actions.config import Settings
from campaign_actions.editors import unsaved
from campaign_actions.health import marks
from campaign_actions.infra import clock, limits, storage
from campaign_actions.infra.database import locks
from campaign_actions.infra.database.engine import db, snapshot, writing
from campaign_actions.opening import letters
from campaign_actions.opening.letters import Office
from campaign_actions.pictures import keeping, queries as pictures
from campaign_actions.signatures import (
    copies as own_copies,
    counting,
    mailings,
    retention,
    reviewing,
    screening,
    surges,
)
from campaign_actions.worker import copies, exports, health

log = logging.getLogger(__name__)
COUNTERS_KEPT = timedelta(days=3)
PAUSE_SECONDS = 0.02


def say_alive() -> None:
    """Note the moment, so that desk and staff can tell when no worker runs."""
    with writing() as connection:
        marks.note(connection, marks.WORKER)


def run_all(office: Office) -> None:
    """Every chore once; one that fails is logged and does not stop the rest."""
    for chore in (_forget_unconfirmed, _wipe, _open_due, _close_due, _show_due):
        _try(chore.__name__, lambda chore=chore: _until_done(chore))  # type: ignore[misc]  # bound per turn
    _try("forget due", forget_due)
    _try("expire exports", lambda: exports.expire(office.settings))
    _try("retry copies", lambda: copies.retry(office.settings))
    _try("sweep pictures", lambda: sweep_pictures(office.settings))
    _try("surges", look_for_surges)
    _try("health", lambda: health.look_after(office.settings))
    _try("checkpoint", lambda: locks.checkpoint(db.engine))


def forget_due() -> int:
    """Delete every signature whose day has come; gives how many. An action that fails stops no other."""
    with writing() as connection:
        due = retention.actions_due(connection)
    return sum(_forget_due_of(action_id) for action_id in due)


def look_for_surges() -> int:
    """Every five minutes tell staff of what looks like an attack; gives of how many surges."""
    with snapshot() as connection:
        looked = marks.read(connection, marks.SURGES)
        if looked is not None and clock.now() - looked.at < surges.EVERY:
            return 0
        found = surges.look(connection)
    with writing() as connection:
        told = surges.tell(connection, found)
        marks.note(connection, marks.SURGES)
    return told


def sweep_pictures(settings: Settings) -> int:
    """Delete the files of pictures that were taken out, a quarter of an hour later; gives how many."""
    with writing():
        kept = pictures.digests()
    return storage.sweep(keeping.folder(settings.data), kept)


def _forget_due_of(action_id: UUID) -> int:
    try:
        return _until_done(partial(retention.forget_due, action_id=action_id))
    except Exception:
        log.exception("action not forgotten", extra={"action": str(action_id)})
        return 0


def forget_at_once(_ref: UUID, _office: Office) -> None:
    """The job of an admin who does not want to wait for the minute."""
    forget_due()


def _try(name: str, chore: Callable[[], object]) -> None:
    try:
        chore()
    except Exception:
        log.exception("chore failed", extra={"chore": name})


def _until_done(batch: Callable[[Connection], int]) -> int:
    """Run batches until one is not full; gives how many rows they did."""
    done = 0
    while True:
        with writing() as connection:
            rows = batch(connection)
        done += rows
        if rows < retention.BATCH:
            return done
        time.sleep(PAUSE_SECONDS)  # a request's write gets in between


def _forget_unconfirmed(connection: Connection) -> int:
    return retention.forget_unconfirmed(connection)


def _wipe(connection: Connection) -> int:
    screening.forget(connection)
    reviewing.forget(connection)
    limits.forget_before(connection, (clock.today() - COUNTERS_KEPT).isoformat())
    logging_in.forget_old(connection)
    invitations.forget_old(connection)
    passkeys.forget_old(connection)
    own_copies.forget_old(connection)
    unsaved.forget_old(connection)
    counting.forget_hours(connection)
    mailings.stop_old(connection)
    return letters.wipe_old(connection)


def _close_due(connection: Connection) -> int:
    closing.close_due(connection, clock.now())
    return 0


def _open_due(connection: Connection) -> int:
    closing.open_due(connection, clock.now())
    return 0


def _show_due(_connection: Connection) -> int:
    articles.show_due(clock.now())
    return 0
