"""The only guarded changes of a signature's state, each with its ledger row in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, case, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaign_actions.infra import crash
from campaign_actions.signatures.mailing_models import MailingRow
from campaign_actions.signatures.models import (
    Comment,
    LedgerRow,
    OwnCopy,
    PastLevel,
    Signature,
    UpdateAddress,
)
from campaign_actions.signatures.states import UNPROVED, State, is_legal, ledger_step

NOBODY = "--"
# Why a signature is held that another tool collected.
IMPORTED = "imported"
# Tables whose rows say something about the person of a signature and go with it.
BESIDE = (UpdateAddress, MailingRow, Comment, PastLevel, OwnCopy)
READS_AT_MOST = 3


@dataclass(frozen=True)
class Moved:
    """What a move found: the state before and after, and the row's country and day of proof."""

    old: State
    new: State
    country: str | None
    proved_on: date | None


class IllegalMove(ValueError):
    """The table of states does not know this move."""


def key_is(digest: bytes, action_id: UUID) -> ColumnElement[bool]:
    """The row of one address on one action."""
    return and_(Signature.email_digest == digest, Signature.action_id == action_id)


def is_imported() -> ColumnElement[bool]:
    """Rows of another tool that nobody has proved."""
    return and_(Signature.state == State.HELD, Signature.hold == IMPORTED)


def _is_unproved() -> ColumnElement[bool]:
    return and_(Signature.state.in_(UNPROVED), Signature.proved_on.is_(None))


def add_to_ledger(connection: Connection, action_id: UUID, country: str | None, day: date, step: int) -> None:
    """One step of the count, to be folded within seconds; nothing when `step` is 0."""
    if step:
        row = {"id": uuid4(), "action_id": action_id, "country": country or NOBODY, "day": day, "step": step}
        connection.execute(insert(LedgerRow), row)


def prove(
    connection: Connection,
    digest: bytes,
    action_id: UUID,
    *,
    unless_changed: ColumnElement[bool],
    today: date,
    public_name: str | None,
) -> State | None:
    """The person's own confirming: waiting becomes confirmed (+1), held or invalid stays so but is proved.

    Only what is held because another tool collected it becomes confirmed as well: proof was all it lacked.
    `unless_changed` ties it to the letter the person holds. None when somebody was faster
    or the letter was replaced; nothing changes then.
    """
    lacks_proof = or_(Signature.state == State.WAITING, is_imported())
    statement = (
        update(Signature)
        .where(key_is(digest, action_id), unless_changed, _is_unproved())
        .values(
            state=case((lacks_proof, State.CONFIRMED.value), else_=Signature.state),
            hold=case((is_imported(), None), else_=Signature.hold),
            proved_on=today,
            preview=None,
            lettered_at=None,
            public_name=case((Signature.level == "everyone", public_name), else_=None),
        )
        .returning(Signature.state, Signature.country)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    crash.here("confirm.moved")
    state = State(row.state)
    add_to_ledger(connection, action_id, row.country, today, ledger_step(State.WAITING, state))
    crash.here("confirm.ledger")
    return state


def move(connection: Connection, digest: bytes, action_id: UUID, new: State, **also: Any) -> Moved | None:
    """Bring a signature to `new` if the table of states allows it from where it stands.

    `also` are further columns set in the same statement. None when there is no row or it
    is there already. Raises IllegalMove; reads again when somebody moves the row meanwhile.
    """
    for _ in range(READS_AT_MOST):
        row = connection.execute(
            select(Signature.id, Signature.state, Signature.country, Signature.proved_on).where(
                key_is(digest, action_id)
            )
        ).first()
        if row is None or row.state == new:
            return None
        old = State(row.state)
        if not is_legal(old, new, proved=row.proved_on is not None):
            raise IllegalMove(f"{old.name} to {new.name}")
        changed = (
            update(Signature)
            .where(key_is(digest, action_id), Signature.id == row.id, Signature.state == old.value)
            .values(state=new.value, **also)
            .returning(Signature.id)
        )
        if connection.execute(changed).first():
            step = ledger_step(old, new)
            add_to_ledger(connection, action_id, row.country, row.proved_on or date.min, step)
            return Moved(old, new, row.country, row.proved_on)
    return None


def move_rows(
    connection: Connection,
    action_id: UUID,
    digests: Sequence[bytes],
    old: State,
    new: State,
    *,
    proved: bool,
    only: Sequence[ColumnElement[bool]] = (),
    **also: Any,
) -> list[bytes]:
    """Bring those of `digests` that stand at `old`, and are `proved` or not, to `new`; gives whom it moved.

    One statement for all, at most a few thousand; `only` are further conditions, `also` further
    columns. Raises IllegalMove when the table of states does not know the move.
    """
    if not is_legal(old, new, proved=proved):
        raise IllegalMove(f"{old.name} to {new.name}")
    has_proof = Signature.proved_on.is_not(None) if proved else Signature.proved_on.is_(None)
    here = and_(Signature.action_id == action_id, Signature.email_digest.in_(digests))
    changed = (
        update(Signature)
        .where(here, Signature.state == old.value, has_proof, *only)
        .values(state=new.value, **also)
        .returning(Signature.email_digest, Signature.country, Signature.proved_on)
    )
    moved = connection.execute(changed).all()
    step = ledger_step(old, new)
    if step and moved:
        steps = [
            {"id": uuid4(), "action_id": action_id, "country": country or NOBODY, "day": day, "step": step}
            for _digest, country, day in moved
        ]
        connection.execute(insert(LedgerRow), steps)
    return [digest for digest, _country, _day in moved]


def remove(connection: Connection, digest: bytes, action_id: UUID) -> Moved | None:
    """Delete a signature and all that hangs on it; -1 if it was counted."""
    gone = delete(Signature).where(key_is(digest, action_id))
    row = connection.execute(gone.returning(Signature.state, Signature.country, Signature.proved_on)).first()
    if row is None:
        return None
    forget_beside(connection, digest, action_id)
    old = State(row.state)
    if old is State.CONFIRMED:
        add_to_ledger(connection, action_id, row.country, row.proved_on, -1)
    return Moved(old, State.WITHDRAWN, row.country, row.proved_on)


def keep_updates(connection: Connection, digest: bytes, action_id: UUID, sealed: bytes) -> None:
    """Keep the sealed address of somebody who asked for news, in place of an older one."""
    statement = upsert(UpdateAddress).values(email_digest=digest, action_id=action_id, sealed=sealed)
    keys = [UpdateAddress.email_digest, UpdateAddress.action_id]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"sealed": sealed}))


def forget_updates(connection: Connection, digest: bytes, action_id: UUID) -> None:
    """Delete the address kept for updates, if there is one."""
    connection.execute(
        delete(UpdateAddress).where(
            UpdateAddress.email_digest == digest, UpdateAddress.action_id == action_id
        )
    )


def forget_beside(connection: Connection, digest: bytes, action_id: UUID) -> None:
    """Delete what hangs on a signature: address for updates, letters to come, comment and so on."""
    for table in BESIDE:
        beside = and_(table.email_digest == digest, table.action_id == action_id)
        connection.execute(delete(table).where(beside))
