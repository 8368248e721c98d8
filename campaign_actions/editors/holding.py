"""Who is editing a thing now: a soft lock that warns; the version check is what protects the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.accounts.models import User
from campaign_actions.editors.models import EditLock, Sheet
from campaign_actions.errors import Overtaken
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

SILENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Holder:
    """Somebody else who is editing: the name, since when, and whether they took it over from you."""

    name: str
    since: datetime
    took_over: bool

    @property
    def minutes(self) -> int:
        """Full minutes since they began."""
        return int((clock.now() - self.since).total_seconds() // 60)


def claim(sheet: Sheet, *, by: User) -> bool:
    """Note that `by` is editing, unless somebody else is; False then."""
    now = clock.now()
    free = or_(EditLock.user_id == by.id, EditLock.seen_at <= now - SILENCE)
    return _put(sheet, by, now, None, free) is not None


def take_over(sheet: Sheet, *, by: User) -> None:
    """Note that `by` is editing, whoever was; they are told by their next sign of life or save."""
    other = _lock(sheet)
    if other is None or other.user_id == by.id:
        claim(sheet, by=by)
    else:
        _put(sheet, by, clock.now(), other.user_id, None)


def other(sheet: Sheet, by: User) -> Holder | None:
    """Whoever else is editing the thing now."""
    lock = _lock(sheet)
    if lock is None or lock.user_id == by.id or lock.seen_at <= clock.now() - SILENCE:
        return None
    name = session.scalars(select(User.name).where(User.id == lock.user_id)).one()
    return Holder(name, lock.since, lock.taken_from == by.id)


def refuse_taken_over(sheet: Sheet, by: User) -> None:
    """Raise Overtaken when somebody has taken over from `by` and is still editing."""
    holder = other(sheet, by)
    if holder is not None and holder.took_over:
        raise Overtaken(
            _(
                "%(name)s has taken over and is editing this now. Nothing was saved, and your text is "
                "still on this page. To save it, take over again or wait two minutes.",
                name=holder.name,
            )
        )


def _lock(sheet: Sheet) -> EditLock | None:
    return session.get(EditLock, (sheet.kind, sheet.thing_id), populate_existing=True)


def _put(
    sheet: Sheet, by: User, now: datetime, taken_from: UUID | None, only_if: ColumnElement[bool] | None
) -> object:
    """One upsert, so that of two who open an editor at once one has it."""
    statement = insert(EditLock).values(
        kind=sheet.kind, thing_id=sheet.thing_id, user_id=by.id, since=now, seen_at=now, taken_from=taken_from
    )
    new = statement.excluded
    mine = EditLock.user_id == by.id
    # Who goes on keeps the moment they began, and from whom they took it.
    changes = {
        "user_id": new.user_id,
        "seen_at": new.seen_at,
        "since": case((mine, EditLock.since), else_=new.since),
        "taken_from": case((mine, EditLock.taken_from), else_=new.taken_from),
    }
    put = statement.on_conflict_do_update(
        index_elements=[EditLock.kind, EditLock.thing_id], set_=changes, where=only_if
    ).returning(EditLock.user_id)
    return session.execute(put).first()
