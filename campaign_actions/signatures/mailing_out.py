"""Carrying mailings out: recipients written down once, then some letters at a time, resumable anywhere.

The worker takes one step a transaction and holds the row of the mailing meanwhile, so that two workers,
or a worker and somebody who stops it, come one after the other.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, bindparam, delete, func, insert, literal, select, update

from campaign_actions import audit
from campaign_actions.actions.models import Action, ActionState, Update, UpdateState
from campaign_actions.infra import clock, crash
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.signatures import mailings
from campaign_actions.signatures.mailing_models import Mailing, MailingRow, MailingState, Pause
from campaign_actions.signatures.models import Signature, UpdateAddress

BATCH = 100


def is_running(connection: Connection) -> bool:
    """Whether any mailing has something to do."""
    wanted = select(Mailing.id).where(Mailing.state == MailingState.RUNNING)
    return connection.execute(wanted.limit(1)).first() is not None


def step(connection: Connection) -> None:
    """The next step of every running mailing: write its recipients down, leave up to 100 letters, end.

    A mailing whose words changed since its start is paused, one whose update is gone is stopped.
    """
    running = select(Mailing.id).where(Mailing.state == MailingState.RUNNING).order_by(Mailing.started_at)
    for mailing_id in connection.execute(running).scalars().all():
        mailing = session.get(Mailing, mailing_id, with_for_update=True, populate_existing=True)
        if mailing is not None and mailing.state is MailingState.RUNNING and _is_wanted(mailing):
            _carry_on(connection, mailing)
            session.flush()


def pause_all(connection: Connection, why: Pause) -> None:
    """Pause whatever is running."""
    running = Mailing.state == MailingState.RUNNING
    statement = update(Mailing).where(running).values(state=MailingState.PAUSED, pause=why)
    for update_id in connection.execute(statement.returning(Mailing.update_id)).scalars():
        _record("pause", update_id, reason=why.value)


def pause_unopened(connection: Connection, letter_id: UUID) -> bool:
    """Pause a mailing of which no letter could be opened yet: the key is the wrong one. Whether it was."""
    its = select(MailingRow.mailing_id).where(MailingRow.letter_id == letter_id).scalar_subquery()
    here = (Mailing.id == its, Mailing.state == MailingState.RUNNING, Mailing.sent == 0)
    statement = update(Mailing).where(*here).values(state=MailingState.PAUSED, pause=Pause.NO_KEY)
    update_id = connection.execute(statement.returning(Mailing.update_id)).scalar_one_or_none()
    if update_id is not None:
        _record("pause", update_id, reason=Pause.NO_KEY.value)
    waiting = select(Mailing.id).where(Mailing.id == its, Mailing.pause == Pause.NO_KEY)
    return connection.execute(waiting).first() is not None


def finish(connection: Connection, letter_id: UUID, *, sent: bool) -> None:
    """Take a recipient off, whose letter has `sent` or will not leave; nothing the second time."""
    gone = delete(MailingRow).where(MailingRow.letter_id == letter_id).returning(MailingRow.mailing_id)
    mailing_id = connection.execute(gone).scalar_one_or_none()
    if mailing_id is not None:
        which = Mailing.sent if sent else Mailing.dropped
        connection.execute(update(Mailing).where(Mailing.id == mailing_id).values({which.key: which + 1}))


def _is_wanted(mailing: Mailing) -> bool:
    columns = (Update.state, Update.version, Action.state.label("of_action"))
    found = session.execute(
        select(*columns).join(Action, Action.id == Update.action_id).where(Update.id == mailing.update_id)
    ).one()
    if found.state is not UpdateState.PUBLISHED or found.of_action is ActionState.WITHDRAWN:
        _end(mailing, MailingState.STOPPED, "stop")
        return False
    if found.version != mailing.update_version:
        mailing.state, mailing.pause = MailingState.PAUSED, Pause.CHANGED
        session.flush()
        _record("pause", mailing.update_id, reason=Pause.CHANGED.value)
        return False
    return True


def _carry_on(connection: Connection, mailing: Mailing) -> None:
    if mailing.listed_at is None:
        mailing.recipients = _list(connection, mailing)
        mailing.listed_at = clock.now()
        session.flush()
        crash.here("mailing.listed")
    leaving = _left(connection, mailing, MailingRow.letter_id.is_not(None))
    taken = _take(connection, mailing, BATCH - leaving) if leaving < BATCH else 0
    if not leaving and not taken:
        _end(mailing, MailingState.DONE, "done")


def _list(connection: Connection, mailing: Mailing) -> int:
    its_id = literal(mailing.id, MailingRow.mailing_id.type)
    found = select(its_id, UpdateAddress.email_digest, UpdateAddress.action_id)
    found = found.select_from(UpdateAddress, Signature).where(mailings.is_recipient(mailing.action_id))
    connection.execute(insert(MailingRow).from_select(["mailing_id", "email_digest", "action_id"], found))
    return _left(connection, mailing)


def _left(connection: Connection, mailing: Mailing, *which: Any) -> int:
    here = (MailingRow.mailing_id == mailing.id, *which)
    number: int = connection.execute(select(func.count()).select_from(MailingRow).where(*here)).scalar_one()
    return number


def _take(connection: Connection, mailing: Mailing, most: int) -> int:
    """Leave letters for up to `most` recipients who have none; gives for how many."""
    free = (MailingRow.mailing_id == mailing.id, MailingRow.letter_id.is_(None))
    some = select(MailingRow.email_digest).where(*free).order_by(MailingRow.email_digest).limit(most)
    letters = {digest: uuid4() for digest in connection.execute(some).scalars()}
    if letters:
        one = update(MailingRow).where(*free, MailingRow.email_digest == bindparam("who"))
        given = [{"who": digest, "letter": letter_id} for digest, letter_id in letters.items()]
        connection.execute(one.values(letter_id=bindparam("letter")), given)
        for letter_id in letters.values():
            outbox.leave(connection, mailings.JOB, letter_id, Lane.BULK)
    return len(letters)


def _end(mailing: Mailing, state: MailingState, deed: str) -> None:
    mailing.state, mailing.ended_at = state, clock.now()
    session.flush()
    mailings.forget_rows(session.connection(), mailing.id)
    _record(deed, mailing.update_id, done=mailing.sent, left=mailing.recipients - mailing.sent)


def _record(deed: str, update_id: UUID, **details: Any) -> None:
    audit.record(f"mailing.{deed}", thing="update", thing_id=update_id, **details)
