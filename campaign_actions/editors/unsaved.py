"""Keeping what somebody types before it is saved; nothing that is stored or published changes by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.accounts.models import User
from campaign_actions.editors.models import EditLock, SavedVersion, Sheet, UnsavedText
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

KEPT = timedelta(days=30)
MAX_LETTERS = 600_000
MAX_FIELDS = 200


def keep(sheet: Sheet, fields: Sequence[tuple[str, str]], *, seen_version: int, by: User) -> datetime:
    """Keep what `by` typed in place of what was kept of it before; the moment, UTC.

    `fields` are pairs of name and value. Raises Refused for what is too much to keep.
    """
    if len(fields) > MAX_FIELDS or sum(len(name) + len(value) for name, value in fields) > MAX_LETTERS:
        raise Refused(_("This text is too long to be kept as a draft. Save it."))
    now = clock.now()
    values = {
        "fields": [list(pair) for pair in fields],
        "seen_version": seen_version,
        "kept_at": now,
    }
    statement = insert(UnsavedText).values(
        user_id=by.id, kind=sheet.kind, thing_id=sheet.thing_id, locale=sheet.locale, **values
    )
    keys = [UnsavedText.user_id, UnsavedText.kind, UnsavedText.thing_id, UnsavedText.locale]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
    return now


def find(sheet: Sheet, by: User) -> UnsavedText | None:
    """What `by` typed into this editor and has not saved."""
    return session.get(UnsavedText, (by.id, sheet.kind, sheet.thing_id, sheet.locale))


def throw_away(sheet: Sheet, by: User) -> None:
    """Forget what `by` typed; also once it is saved."""
    session.execute(
        delete(UnsavedText).where(
            UnsavedText.user_id == by.id,
            UnsavedText.kind == sheet.kind,
            UnsavedText.thing_id == sheet.thing_id,
            UnsavedText.locale == sheet.locale,
        )
    )


def forget_old(connection: Connection) -> None:
    """Delete texts that nobody came back to for 30 days; a chore."""
    connection.execute(delete(UnsavedText).where(UnsavedText.kept_at <= clock.now() - KEPT))


def forget_thing(kind: str, thing_id: UUID) -> None:
    """Delete all that is kept here of a thing that is being removed: texts, versions, who edits it."""
    for table in (UnsavedText, SavedVersion, EditLock):
        session.execute(delete(table).where(table.kind == kind, table.thing_id == thing_id))
