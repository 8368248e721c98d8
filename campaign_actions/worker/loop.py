"""The worker: folds, letters, long jobs and chores side by side, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from campaign_actions.config import Settings
from campaign_actions.errors import Busy
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.mail.sending import Transport, transport_for
from campaign_actions.opening import keys, records
from campaign_actions.opening.letters import Office
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import counting, tools
from campaign_actions.worker import chores, letters, mailings
from campaign_actions.worker.registry import HANDLERS

log = logging.getLogger(__name__)
LETTER_LANES = (Lane.SERVICE, Lane.CONFIRM)
LONG_LEASE_SECONDS = 900
ALIVE_SECONDS = 20.0
MAILING_SECONDS = 2.0
CHORE_SECONDS = 60.0


@dataclass(frozen=True)
class _Duty:
    name: str
    every_seconds: float
    run: Callable[[], int]


def open_office(settings: Settings) -> Office:
    """What the worker needs, after proving that this machine can seal and open.

    Raises WeakSettings or opening.records.CannotOpen when a key is missing.
    """
    records.self_test()
    return Office(settings, tools.load(settings), Opener(keys.of_purpose(settings.worker_keys, "mail")))


def run(app: Flask, settings: Settings, stop: threading.Event) -> None:
    """Work until `stop` is set; a duty that fails is logged and tried again."""
    office = open_office(settings)
    threads = [
        threading.Thread(target=_keep_doing, args=(app, duty, stop), name=duty.name)
        for duty in _duties(office, transport_for(settings.mail_url), transport_for(settings.mail_url))
    ]
    for thread in threads:
        thread.start()
    log.info("worker started")
    for thread in threads:
        thread.join()
    log.info("worker stopped")


def run_once(app: Flask, settings: Settings) -> None:
    """Do everything that is due now, once: letters, mailings, long jobs, folds, chores."""
    office = open_office(settings)
    transport = transport_for(settings.mail_url)
    with app.app_context():
        chores.run_all(office)
        while letters.deliver_due(office, transport, lanes=LETTER_LANES):
            pass
        while mailings.carry_on(office, transport):
            pass
        while _run_long(office):
            pass
        while _fold():
            pass
    transport.close()


def _duties(office: Office, transport: Transport, bulk: Transport) -> list[_Duty]:
    return [
        _Duty("fold", 0.5, _fold),
        _Duty("letters", 0.5, lambda: letters.deliver_due(office, transport, lanes=LETTER_LANES)),
        _Duty("mailings", MAILING_SECONDS, lambda: mailings.carry_on(office, bulk)),
        _Duty("long", 1.0, lambda: _run_long(office)),
        _Duty("alive", ALIVE_SECONDS, _say_alive),
        _Duty("chores", CHORE_SECONDS, lambda: _do_chores(office)),
    ]


def _keep_doing(app: Flask, duty: _Duty, stop: threading.Event) -> None:
    while not stop.is_set():
        done = 0
        try:
            with app.app_context():
                done = duty.run()
        except Busy:
            log.warning("database busy", extra={"duty": duty.name})
        except Exception:
            log.exception("duty failed", extra={"duty": duty.name})
        # A pause even when there is more to do, so that a request's write gets in between.
        stop.wait(0.02 if done else duty.every_seconds)


def _fold() -> int:
    with writing() as connection:
        return counting.fold(connection)


def _say_alive() -> int:
    chores.say_alive()
    return 0


def _do_chores(office: Office) -> int:
    chores.run_all(office)
    return 0


def _run_long(office: Office) -> int:
    with writing() as connection:
        jobs = outbox.claim(connection, Lane.LONG, limit=1, lease_seconds=LONG_LEASE_SECONDS)
    for job in jobs:
        try:
            HANDLERS[job.name](job.ref, office)
        except Exception:
            log.exception("job failed", extra={"job": job.name, "ref": str(job.ref), "tries": job.tries})
            with writing() as connection:
                outbox.later(connection, job)
        else:
            with writing() as connection:
                outbox.done(connection, job)
    return len(jobs)
