"""Copies of the sealed part: asked for by link, made by the worker, locked to that link, gone in a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, and_, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Job, Lane
from campaign_actions.infra.sealing import own_copies
from campaign_actions.signatures.models import OwnCopy, Signature
from campaign_actions.signatures.tools import Tools

JOB = "copy"
KIND = "copy"
KEPT = timedelta(hours=24)


class CopyState(StrEnum):
    """What became of a copy, for whoever holds the link."""

    NONE = "none"
    ASKED = "asked"
    KEPT_OFF = "kept off"
    READY = "ready"


@dataclass(frozen=True)
class CopyView:
    """A copy as its owner sees it; `name` and `email` as typed, and `until`, only when it is ready."""

    state: CopyState
    name: str = ""
    email: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """What the worker needs to make a copy: the row's key, the sealed record, and the key to lock it with."""

    id: UUID
    digest: bytes
    action_id: UUID
    sealed: bytes
    key_sealed: bytes


def ask(connection: Connection, digest: bytes, action_id: UUID, link_secret: bytes, tools: Tools) -> None:
    """Leave the wish and the worker's job; an older copy, opened by another link perhaps, goes."""
    copy_id = uuid4()
    key = own_copies.key_of(link_secret)
    values = {
        "id": copy_id,
        "asked_at": clock.now(),
        "key_sealed": tools.mail_sealer.seal(KIND, copy_id, digest, key),
        "kept_off": False,
        "locked": None,
        "ready_at": None,
    }
    statement = upsert(OwnCopy).values(email_digest=digest, action_id=action_id, **values)
    keys = [OwnCopy.email_digest, OwnCopy.action_id]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
    outbox.leave(connection, JOB, copy_id, Lane.LONG)


def look(connection: Connection, digest: bytes, action_id: UUID, link_secret: bytes) -> CopyView:
    """What stands there for this link; a copy that another link locked is as none."""
    row = connection.execute(select(*OwnCopy.__table__.c).where(_key_is(digest, action_id))).first()
    if row is None or (row.ready_at is not None and clock.now() >= row.ready_at + KEPT):
        return CopyView(CopyState.NONE)
    if row.locked is None:
        return CopyView(CopyState.KEPT_OFF if row.kept_off else CopyState.ASKED)
    key = own_copies.key_of(link_secret)
    opened = own_copies.unlock(key, row.locked, belongs_to=belongs_to(digest, action_id))
    if opened is None:
        return CopyView(CopyState.NONE)
    held: dict[str, str] = json.loads(opened)
    return CopyView(CopyState.READY, held["n"], held["e"], row.ready_at + KEPT)


def asked(connection: Connection, copy_id: UUID) -> Asked | None:
    """What to make for the job of `copy_id`; None when it was made, asked for again, or taken back."""
    found = connection.execute(
        select(OwnCopy.email_digest, OwnCopy.action_id, OwnCopy.key_sealed, Signature.sealed)
        .join(Signature, _is_its_signature())
        .where(OwnCopy.id == copy_id, OwnCopy.locked.is_(None))
    ).first()
    if found is None or found.sealed is None or found.key_sealed is None:
        return None
    return Asked(copy_id, found.email_digest, found.action_id, found.sealed, found.key_sealed)


def keep(connection: Connection, copy_id: UUID, locked: bytes) -> bool:
    """Keep a finished copy for 24 hours; False when nobody waits for it any more."""
    values = {"locked": locked, "key_sealed": None, "kept_off": False, "ready_at": clock.now()}
    return _change(connection, copy_id, values)


def wait_for_key(connection: Connection, copy_id: UUID) -> bool:
    """Say that the list key is not on this machine, so that people of the team must act."""
    return _change(connection, copy_id, {"kept_off": True})


def drop(connection: Connection, copy_id: UUID) -> None:
    """Delete a wish that nothing can be made of; its owner may ask again."""
    connection.execute(delete(OwnCopy).where(OwnCopy.id == copy_id))


def try_again(connection: Connection) -> int:
    """Leave the jobs of all that waited for the list key, now that it is there; gives how many."""
    has_job = exists().where(Job.ref == OwnCopy.id, Job.name == JOB)
    waiting = select(OwnCopy.id).where(OwnCopy.kept_off.is_(True), ~has_job)
    ids = list(connection.execute(waiting).scalars())
    for copy_id in ids:
        outbox.leave(connection, JOB, copy_id, Lane.LONG)
    return len(ids)


def forget(connection: Connection, digest: bytes, action_id: UUID) -> None:
    """Delete the copy of one signature, made or not."""
    connection.execute(delete(OwnCopy).where(_key_is(digest, action_id)))


def forget_old(connection: Connection) -> None:
    """Delete copies whose 24 hours are over."""
    connection.execute(delete(OwnCopy).where(OwnCopy.ready_at <= clock.now() - KEPT))


def waiting_for_key() -> tuple[int, datetime | None]:
    """How many people wait for the list key, and since when the first of them does."""
    statement = select(func.count(), func.min(OwnCopy.asked_at)).where(OwnCopy.kept_off.is_(True))
    number, oldest = session.execute(statement).one()
    return number, oldest


def belongs_to(digest: bytes, action_id: UUID) -> bytes:
    """What ties a copy to its signature."""
    return digest + action_id.bytes


def _change(connection: Connection, copy_id: UUID, values: dict[str, Any]) -> bool:
    waits = and_(OwnCopy.id == copy_id, OwnCopy.locked.is_(None))
    changed = update(OwnCopy).where(waits).values(values).returning(OwnCopy.id)
    return connection.execute(changed).first() is not None


def _key_is(digest: bytes, action_id: UUID) -> Any:
    return and_(OwnCopy.email_digest == digest, OwnCopy.action_id == action_id)


def _is_its_signature() -> Any:
    return and_(Signature.email_digest == OwnCopy.email_digest, Signature.action_id == OwnCopy.action_id)
