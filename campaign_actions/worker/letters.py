"""Letters leave: judged and decided in one transaction, sent outside of any, marked at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from campaign_actions.accounts import invitations, notices
from campaign_actions.infra import clock, crash
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.jobs.outbox import Claimed
from campaign_actions.infra.mail import sending
from campaign_actions.infra.mail.sending import Answer, Sender, Transport
from campaign_actions.opening import letters, updates
from campaign_actions.opening.letters import Dropped, Kept, Office, Outgoing
from campaign_actions.signatures import counting, mailings

log = logging.getLogger(__name__)
BATCH = 40
NAMES = ("letter", counting.GOAL_JOB, notices.JOB, invitations.JOB, mailings.TEST_JOB)
TIME_TO_SEND = timedelta(seconds=20)


@dataclass(frozen=True)
class _Decided:
    job: Claimed
    answer: Outgoing | Kept | Dropped | None


def deliver_due(office: Office, transport: Transport, *, lanes: Sequence[Lane]) -> int:
    """Claim and deliver one batch of letters of `lanes`, in their order; gives how many were claimed."""
    decided: list[_Decided] = []
    with writing() as connection:
        for lane in lanes:
            jobs = outbox.claim(connection, lane, limit=BATCH - len(decided))
            decided += [_decide(connection, job, office) for job in jobs if job.name in NAMES]
    if not decided:
        # Mail servers hang up on whoever stays silent; the next letter shall not have to find that out.
        transport.close()
    crash.here("letter.claimed")
    for item in decided:
        if isinstance(item.answer, Dropped | Kept):
            continue
        if clock.now() > item.job.lease_until - TIME_TO_SEND:
            # Too slow a server: another worker may soon have the rest, and they would leave twice.
            break
        _finish(item, _send(item, office, transport))
    return len(decided)


def hand_over(letter_id: UUID, letter: Outgoing, office: Office, transport: Transport) -> Answer:
    """What the mail server says to a letter; refused is also what cannot be written as one."""
    sender = Sender(office.settings.site_name, office.settings.mail_from)
    try:
        message = sending.compose(
            letter_id, sender, letter.to, letter.rendered, unsubscribe_url=letter.unsubscribe_url
        )
    except ValueError:
        return Answer.REFUSED
    return transport.send(message, letter.to)


def _decide(connection: Connection, job: Claimed, office: Office) -> _Decided:
    try:
        with connection.begin_nested():
            again = job.tries > 1 or job.refusals > 0
            answer: Outgoing | Kept | Dropped
            if job.name == counting.GOAL_JOB:
                answer = letters.tell_of_goal(connection, job.ref, office)
            elif job.name == notices.JOB:
                answer = letters.tell_of_account(connection, job.ref, office)
            elif job.name == invitations.JOB:
                answer = letters.invite(connection, job.ref, office)
            elif job.name == mailings.TEST_JOB:
                answer = updates.try_out(connection, job.ref, office)
            else:
                answer = letters.decide(connection, job.ref, office, again=again)
            if isinstance(answer, Dropped):
                letters.wipe(connection, job.ref, answer.fate)
                outbox.done(connection, job)
            elif isinstance(answer, Kept):
                outbox.put_off(connection, job, answer.until)
            return _Decided(job, answer)
    except Exception:
        # One letter that cannot be decided must not keep the others back.
        log.exception("letter not decided", extra={"letter": str(job.ref), "tries": job.tries})
        return _Decided(job, None)


def _send(item: _Decided, office: Office, transport: Transport) -> Answer | None:
    if not isinstance(item.answer, Outgoing):
        return None
    answer = hand_over(item.job.ref, item.answer, office, transport)
    crash.here("letter.sent")
    return answer


def _finish(item: _Decided, answer: Answer | None) -> None:
    with writing() as connection:
        if item.answer is None or answer is Answer.LATER:
            outbox.later(connection, item.job, refused=answer is Answer.LATER)
            return
        letters.wipe(connection, item.job.ref, str(answer))
        outbox.done(connection, item.job)
    crash.here("letter.marked")
