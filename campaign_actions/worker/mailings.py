"""Mailings leave: a step of each, then some letters, opened here one by one, sent, and marked at once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from campaign_actions.infra import clock, crash
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.jobs.outbox import Claimed
from campaign_actions.infra.mail.sending import Answer, Transport
from campaign_actions.opening import keys, letters, updates
from campaign_actions.opening.letters import Dropped, Kept, Office, Outgoing
from campaign_actions.opening.records import CannotOpen, Opener
from campaign_actions.opening.updates import Batch
from campaign_actions.signatures import mailing_out
from campaign_actions.signatures.mailing_models import Pause
from campaign_actions.worker.letters import BATCH, TIME_TO_SEND, hand_over

log = logging.getLogger(__name__)
# Whoever has just signed comes before news.
CONFIRM_FIRST = timedelta(minutes=5)


@dataclass(frozen=True)
class _Decided:
    job: Claimed
    answer: Outgoing | Kept | Dropped | None
    unopened: bool = False


def carry_on(office: Office, transport: Transport) -> int:
    """One step of every mailing and one batch of letters; gives how many letters were claimed."""
    with writing() as connection:
        if not mailing_out.is_running(connection) or _others_wait(connection):
            return 0
        opener = _opener(office)
        if opener is None:
            mailing_out.pause_all(connection, Pause.NO_KEY)
            log.warning("mailing waits for the updates key")
            return 0
        mailing_out.step(connection)
    with writing() as connection:
        jobs = outbox.claim(connection, Lane.BULK, limit=BATCH)
        batch = Batch(opener)
        decided = [_decide(connection, job, office, batch) for job in jobs]
        if not any(isinstance(item.answer, Outgoing) for item in decided):
            decided = [item for item in decided if not _waits_for_key(connection, item)]
    crash.here("mailing.claimed")
    for item in decided:
        if clock.now() > item.job.lease_until - TIME_TO_SEND:
            # Another worker may soon have the rest, and they would leave twice.
            break
        if isinstance(item.answer, Outgoing):
            answer = hand_over(item.job.ref, item.answer, office, transport)
            crash.here("mailing.sent")
            _finish(item.job, answer)
        elif item.answer is None:
            _finish(item.job, None)
    return len(decided)


def _others_wait(connection: Connection) -> bool:
    oldest = outbox.oldest_waiting(connection, Lane.CONFIRM)
    return oldest is not None and oldest < clock.now() - CONFIRM_FIRST


def _opener(office: Office) -> Opener | None:
    """Made anew each time, so that a key can be brought for one mailing and taken away after it."""
    try:
        return Opener(keys.of_purpose(office.settings.worker_keys, "updates"))
    except CannotOpen:
        return None


def _decide(connection: Connection, job: Claimed, office: Office, batch: Batch) -> _Decided:
    try:
        with connection.begin_nested():
            answer = updates.decide(connection, job.ref, office, batch)
            if isinstance(answer, Dropped):
                _end(connection, job, answer.fate)
            elif isinstance(answer, Kept):
                outbox.put_off(connection, job, answer.until)
            return _Decided(job, answer)
    except CannotOpen:
        log.warning("letter of a mailing not opened", extra={"letter": str(job.ref), "tries": job.tries})
        return _Decided(job, None, unopened=True)
    except Exception:
        # One letter that cannot be decided must not keep the others back.
        log.exception("letter not decided", extra={"letter": str(job.ref), "tries": job.tries})
        return _Decided(job, None)


def _waits_for_key(connection: Connection, item: _Decided) -> bool:
    """Put a letter off until another key is there: nobody of its mailing could be written to yet."""
    if not item.unopened or not mailing_out.pause_unopened(connection, item.job.ref):
        return False
    outbox.put_off(connection, item.job, clock.now() + updates.LOOK_AGAIN)
    return True


def _finish(job: Claimed, answer: Answer | None) -> None:
    with writing() as connection:
        if answer in (Answer.SENT, Answer.REFUSED):
            _end(connection, job, str(answer))
        elif answer is None and job.tries >= outbox.MAX_TRIES:
            _end(connection, job, "unreadable")
        else:
            outbox.later(connection, job, refused=answer is Answer.LATER)
    crash.here("mailing.marked")


def _end(connection: Connection, job: Claimed, fate: str) -> None:
    if outbox.done(connection, job):
        mailing_out.finish(connection, job.ref, sent=fate == Answer.SENT)
        letters.count_fate(connection, fate)
