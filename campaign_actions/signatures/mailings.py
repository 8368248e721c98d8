"""Mailing an update to those who asked for news: asked for, started by staff, paused, stopped.

Each update is mailed once. Letters are made in `mailing_out`. Every step here is one guarded statement,
so that of two people at once the second is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionState, Update, UpdateState
from campaign_actions.errors import NotAllowed, Overtaken, Refused
from campaign_actions.infra import clock, digests, limits, markup
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, day, number
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Job, Lane
from campaign_actions.signatures.mailing_models import Mailing, MailingRow, MailingState, MailingTest, Pause
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State

JOB = "update"
TEST_JOB = "update test"
MAX_SUBJECT = 120
MOST, IN_DAYS = 3, 7
TESTS_A_DAY = 20
# News that nobody sent for so long is none any more.
OLD_AFTER = timedelta(days=14)
TESTS_KEPT = timedelta(hours=48)
UNFINISHED = (MailingState.ASKED, MailingState.RUNNING, MailingState.PAUSED)
_NEVER_BEGUN = and_(Mailing.state == MailingState.STOPPED, Mailing.started_at.is_(None))


def ask(connection: Connection, update_id: UUID, subject: str, *, by: User, seen_version: int) -> None:
    """Leave the wish to mail a published update; staff start it.

    `seen_version` is the version of the update that the page showed. Raises NotAllowed, Overtaken when
    somebody changed the update meanwhile, and Refused: without a subject, for nobody, a second time.
    """
    found = _published(connection, update_id, seen_version)
    _check(by, "update.write", found.action_id)
    values: dict[str, Any] = {
        **_values(connection, found, subject),
        "state": MailingState.ASKED,
        "asked_by": by.id,
        "asked_at": clock.now(),
    }
    _put(connection, found, values, values, only_if=_NEVER_BEGUN)
    _record("ask", update_id, by, people=recipients(connection, found.action_id))


def start(connection: Connection, update_id: UUID, subject: str, *, by: User, seen_version: int) -> None:
    """Begin to mail a published update, asked for or not. Raises as `ask`, and Refused over three a week."""
    found = _published(connection, update_id, seen_version)
    _check(by, "mailing.start", found.action_id)
    values = _values(connection, found, subject) | {"state": MailingState.RUNNING, "started_at": clock.now()}
    # The row of the action is locked, so that of several starts at once no more pass than may.
    connection.execute(select(Action.id).where(Action.id == found.action_id).with_for_update())
    free_on = next_free(connection, found.action_id)
    if free_on is not None:
        raise Refused(
            _(
                "%(most)s mailings went out in the last %(days)s days. The next one can start on %(day)s.",
                most=number(MOST),
                days=number(IN_DAYS),
                day=day(free_on),
            )
        )
    own = values | {"asked_by": by.id, "asked_at": clock.now()}
    _put(connection, found, own, values, only_if=or_(Mailing.state == MailingState.ASKED, _NEVER_BEGUN))
    _record("start", update_id, by, people=recipients(connection, found.action_id))


def pause(connection: Connection, update_id: UUID, *, by: User | None) -> None:
    """No further letter leaves until it goes on. `by` is None for the command line."""
    mailing = _mailing(connection, update_id)
    _check(by, "update.write", mailing.action_id)
    _move(connection, mailing.id, (MailingState.RUNNING,), state=MailingState.PAUSED, pause=Pause.PERSON)
    _record("pause", update_id, by)


def go_on(connection: Connection, update_id: UUID, *, by: User | None, seen_version: int | None) -> None:
    """Let the rest of the letters leave, with the words as they stand now.

    `seen_version` as in `ask`, or None for the version of the start. Raises as `ask`.
    """
    mailing = _mailing(connection, update_id)
    _check(by, "mailing.start", mailing.action_id)
    seen = mailing.update_version if seen_version is None else seen_version
    _published(connection, update_id, seen)
    values: dict[str, Any] = {"state": MailingState.RUNNING, "pause": None, "update_version": seen}
    _move(connection, mailing.id, (MailingState.PAUSED,), **values)
    letters = select(MailingRow.letter_id).where(MailingRow.mailing_id == mailing.id)
    outbox.call(connection, JOB, letters)
    _record("go_on", update_id, by)


def stop(connection: Connection, update_id: UUID, *, by: User | None) -> None:
    """End a mailing for good, or decline one that was asked for; that one may be asked for again."""
    mailing = _mailing(connection, update_id)
    _check(by, "update.write", mailing.action_id)
    _move(connection, mailing.id, UNFINISHED, state=MailingState.STOPPED, ended_at=clock.now(), pause=None)
    forget_rows(connection, mailing.id)
    _record("stop", update_id, by, done=mailing.sent)


def stop_old(connection: Connection) -> int:
    """End what was asked for or started over 14 days ago; gives how many. Forgets tests that never left."""
    connection.execute(delete(MailingTest).where(MailingTest.made_at < clock.now() - TESTS_KEPT))
    since = func.coalesce(Mailing.started_at, Mailing.asked_at)
    ended = connection.execute(
        update(Mailing)
        .where(Mailing.state.in_(UNFINISHED), since < clock.now() - OLD_AFTER)
        .values(state=MailingState.STOPPED, ended_at=clock.now(), pause=None)
        .returning(Mailing.id, Mailing.update_id, Mailing.sent)
    ).all()
    for mailing_id, update_id, sent in ended:
        forget_rows(connection, mailing_id)
        _record("stop", update_id, None, by_clock=True, done=sent)
    return len(ended)


def forget_rows(connection: Connection, mailing_id: UUID) -> None:
    """Delete what a mailing still had to do. A letter that is leaving just now may still arrive."""
    letters = select(MailingRow.letter_id).where(MailingRow.mailing_id == mailing_id)
    connection.execute(delete(Job).where(Job.name == JOB, Job.ref.in_(letters)))
    connection.execute(delete(MailingRow).where(MailingRow.mailing_id == mailing_id))


def try_out(connection: Connection, update_id: UUID, subject: str, *, by: User, locale: str) -> None:
    """Send the letter to `by` alone, framed in `locale`.

    Raises Refused without a subject, and over 20 a day.
    """
    found = connection.execute(select(Update.action_id).where(Update.id == update_id)).one()
    _check(by, "update.write", found.action_id)
    today = clock.today().isoformat()
    key = digests.plain(b"update test", by.id.bytes)[:16]
    line = _subject(subject)
    if not limits.hit(connection, key, today, TESTS_A_DAY):
        raise Refused(_("That is %(most)s tests today. Go on tomorrow.", most=number(TESTS_A_DAY)))
    test_id = uuid4()
    row = {"update_id": update_id, "user_id": by.id, "subject": line, "locale": locale}
    connection.execute(insert(MailingTest).values(row | {"id": test_id, "made_at": clock.now()}))
    outbox.leave(connection, TEST_JOB, test_id, Lane.SERVICE)


def of_update(update_id: UUID) -> Mailing | None:
    """The mailing of an update, in any state."""
    return session.scalars(select(Mailing).where(Mailing.update_id == update_id)).one_or_none()


def waiting(by: User) -> Sequence[Mailing]:
    """Mailings that `by` has to look at, oldest first: asked for, or standing still by themselves."""
    if not permissions.allows(by, "mailing.start"):
        return []
    still = and_(Mailing.state == MailingState.PAUSED, Mailing.pause != Pause.PERSON)
    wanted = or_(Mailing.state == MailingState.ASKED, still)
    return session.scalars(select(Mailing).where(wanted).order_by(Mailing.asked_at)).all()


def unfinished() -> Sequence[Mailing]:
    """Mailings that have not ended, oldest first."""
    wanted = select(Mailing).where(Mailing.state.in_(UNFINISHED)).order_by(Mailing.asked_at)
    return session.scalars(wanted).all()


def is_recipient(action_id: UUID) -> ColumnElement[bool]:
    """Addresses that a mailing of this action goes to, joined with their signatures."""
    its = and_(
        Signature.email_digest == UpdateAddress.email_digest, Signature.action_id == UpdateAddress.action_id
    )
    return and_(UpdateAddress.action_id == action_id, its, Signature.state == State.CONFIRMED)


def recipients(connection: Connection, action_id: UUID) -> int:
    """How many people asked for news of an action and have confirmed."""
    counted = select(func.count()).select_from(UpdateAddress, Signature).where(is_recipient(action_id))
    found: int = connection.execute(counted).scalar_one()
    return found


def next_free(connection: Connection, action_id: UUID) -> datetime | None:
    """When the next mailing of an action may start; None when it may now."""
    span = timedelta(days=IN_DAYS)
    lately = select(Mailing.started_at).where(
        Mailing.action_id == action_id, Mailing.started_at > clock.now() - span
    )
    newest = connection.execute(lately.order_by(Mailing.started_at.desc()).limit(MOST)).scalars()
    moments = [moment for moment in newest if moment is not None]
    return moments[-1] + span if len(moments) == MOST else None


def _values(connection: Connection, found: Any, subject: str) -> dict[str, Any]:
    line = _subject(subject)
    if not recipients(connection, found.action_id):
        raise Refused(_("Nobody has asked for news of this action yet."))
    return {"subject": line, "update_version": found.version, "pause": None, "ended_at": None}


def _put(
    connection: Connection,
    found: Any,
    new: dict[str, Any],
    instead: dict[str, Any],
    *,
    only_if: ColumnElement[bool],
) -> None:
    row = {"id": uuid4(), "action_id": found.action_id, "update_id": found.id}
    row |= {"recipients": 0, "sent": 0, "dropped": 0} | new
    statement = insert(Mailing).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=[Mailing.update_id], set_=instead, where=only_if
    )
    if connection.execute(statement.returning(Mailing.id)).first() is None:
        raise Refused(_("This update has been mailed already, or somebody was faster. Look again."))


def _published(connection: Connection, update_id: UUID, seen_version: int) -> Any:
    """The row of an update that may be mailed; locked, so that its words stay as they were seen."""
    columns = (Update.id, Update.action_id, Update.state, Update.version, Action.state.label("of_action"))
    joined = select(*columns).join(Action, Action.id == Update.action_id).where(Update.id == update_id)
    found = connection.execute(joined.with_for_update(of=Update)).one()
    if found.state is not UpdateState.PUBLISHED:
        raise Refused(_("Publish the update first: the letter says where to read it."))
    if found.of_action is ActionState.WITHDRAWN:
        raise Refused(_("This action is withdrawn, so nothing can be mailed about it."))
    if found.version != seen_version:
        raise Overtaken(_("The update was changed since this page was shown. Read it again, then go on."))
    return found


def _subject(typed: str) -> str:
    line = markup.collapse(typed)
    if not line:
        raise Refused(_("Write a subject."), field="subject")
    if len(line) > MAX_SUBJECT:
        raise Refused(
            _("Write at most %(count)s characters here.", count=number(MAX_SUBJECT)), field="subject"
        )
    return line


def _mailing(connection: Connection, update_id: UUID) -> Any:
    columns = (Mailing.id, Mailing.action_id, Mailing.update_version, Mailing.sent)
    found = connection.execute(select(*columns).where(Mailing.update_id == update_id)).first()
    if found is None:
        raise Refused(_("This update is not being mailed."))
    return found


def _move(connection: Connection, mailing_id: UUID, old: Sequence[MailingState], **values: Any) -> None:
    statement = update(Mailing).where(Mailing.id == mailing_id, Mailing.state.in_(old)).values(values)
    if connection.execute(statement.returning(Mailing.id)).first() is None:
        raise Refused(_("Somebody or the worker was faster. Look again."))


def _check(by: User | None, deed: str, action_id: UUID) -> None:
    owner_id = session.scalars(select(Action.owner_id).where(Action.id == action_id)).one()
    if by is not None and not permissions.allows(by, deed, owner_id):
        raise NotAllowed(_("Staff start mailings. Ask them for it on this page."))


def _record(deed: str, update_id: UUID, by: User | None, **details: Any) -> None:
    audit.record(f"mailing.{deed}", by=by, thing="update", thing_id=update_id, **details)
