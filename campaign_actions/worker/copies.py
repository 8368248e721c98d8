"""Copies of sealed details for the people they are about: made where the list key is, else left waiting."""

from __future__ import annotations

import logging
from uuid import UUID

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import writing
from campaign_actions.opening import keys, people
from campaign_actions.opening.letters import Office
from campaign_actions.opening.records import CannotOpen
from campaign_actions.signatures import copies

log = logging.getLogger(__name__)


def make(ref: UUID, office: Office) -> None:
    """Make the copy `ref`, once; nothing for one that is made or that nobody waits for any more."""
    # In a transaction of its own: an open read would keep SQLite's log from emptying meanwhile.
    with writing() as connection:
        wanted = copies.asked(connection, ref)
    if wanted is None:
        return
    try:
        key = people.key_of(wanted, office.opener)
    except CannotOpen:
        log.warning("wish for a copy cannot be opened", extra={"copy": str(ref)})
        with writing() as connection:
            copies.drop(connection, ref)
        return
    try:
        locked = people.lock_copy(wanted, key, keys.of_purpose(office.settings.worker_keys, "list"))
    except CannotOpen:
        with writing() as connection:
            copies.wait_for_key(connection, ref)
        log.info("copy waits for the list key", extra={"copy": str(ref)})
        return
    with writing() as connection:
        copies.keep(connection, ref, locked)


def retry(settings: Settings) -> int:
    """Once the list key lies on this machine, make what waited for it; gives how many."""
    if not keys.of_purpose(settings.worker_keys, "list"):
        return 0
    with writing() as connection:
        return copies.try_again(connection)
