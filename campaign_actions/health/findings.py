"""What is well with the site and what is not: a sentence each, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection

from campaign_actions.accounts import passkeys
from campaign_actions.config import Settings
from campaign_actions.health import machine, marks, proofs, providers, queue
from campaign_actions.health.machine import Room, Size
from campaign_actions.health.marks import Mark
from campaign_actions.health.proofs import Key
from campaign_actions.health.providers import Rate
from campaign_actions.health.queue import Queue
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.database import migrating
from campaign_actions.infra.i18n import _, ngettext, number

SILENT = timedelta(minutes=2)
WAITS_LONG, WAITS_TOO_LONG = timedelta(minutes=10), timedelta(hours=1)
FALL_SEEN, FALL_BAD = 10, 25
REFUSED_SEEN, REFUSED_BAD = 5, 20
FREE_SEEN, FREE_BAD = 10, 5
LOG_BYTES = 64 * 1024**2
BACKUP_DAYS, BACKUP_TOO_OLD_DAYS = 2, 8
AUDIT_DAYS = 3
TEST = "campaign-actions mail test"
Amount = TypeVar("Amount", int, timedelta)


class State(StrEnum):
    """How a thing stands."""

    FINE = "fine"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its state, whole sentences on it, and what to do unless it is fine.

    `name` is the same in every language.
    """

    name: str
    state: State
    heading: str
    words: str
    cure: str = ""


def look(connection: Connection, settings: Settings) -> list[Finding]:
    """Everything, the worker first."""
    zone, waiting = settings.zone, queue.now(connection)
    return [
        of_worker(marks.read(connection, marks.WORKER), zone),
        of_queue(waiting, zone),
        of_letters(queue.fates(connection)),
        of_providers(providers.rates(connection)),
        of_parked(waiting),
        of_disk(machine.room(settings.data)),
        of_database(machine.size(connection)),
        of_tables(migrating.revision(connection), migrating.newest()),
        of_backup(marks.read(connection, marks.BACKUP), settings),
        of_keys(proofs.known(connection, settings.web_keys)),
        of_audit(marks.read(connection, marks.AUDIT), zone),
        *of_passkeys(passkeys.owners(), installed=passkeys.is_installed()),
    ]


def bad(found: Sequence[Finding]) -> list[Finding]:
    """Those that cannot wait."""
    return [finding for finding in found if finding.state is State.BAD]


def of_worker(seen: Mark | None, zone: str) -> Finding:
    """Whether the worker runs."""
    heading, cure = (
        _("Worker"),
        _("Start it on the server: “%(command)s”.", command="campaign-actions worker"),
    )
    if seen is None:
        return Finding("worker", State.BAD, heading, _("The worker has not run yet."), cure)
    words = _("Last heard of on %(moment)s.", moment=i18n.moment(seen.at, zone))
    if clock.now() - seen.at > SILENT:
        return Finding("worker", State.BAD, heading, words, cure)
    return Finding("worker", State.FINE, heading, words)


def of_queue(now: Queue, zone: str) -> Finding:
    """Whether letters leave."""
    heading = _("Letters that wait")
    if now.oldest is None:
        return Finding("queue", State.FINE, heading, _("None."))
    words = ngettext(
        "%(count)s letter waits, the oldest since %(moment)s.",
        "%(count)s letters wait, the oldest since %(moment)s.",
        now.waiting,
        count=number(now.waiting),
        moment=i18n.moment(now.oldest, zone),
    )
    waited = clock.now() - now.oldest
    state = _by(waited, WAITS_LONG, WAITS_TOO_LONG)
    cure = _("Ask the mail server what it says: “%(command)s”.", command=f"{TEST} ADDRESS")
    return Finding("queue", state, heading, words, "" if state is State.FINE else cure)


def of_letters(fates: Mapping[str, int]) -> Finding:
    """Whether mail servers refuse what leaves."""
    heading = _("Letters of the last 7 days")
    sent, refused = fates.get("sent", 0), fates.get("refused", 0)
    if not sent and not refused:
        return Finding("letters", State.FINE, heading, _("None."))
    left = ngettext("%(count)s sent.", "%(count)s sent.", sent, count=number(sent))
    back = ngettext(
        "%(count)s was refused for good.", "%(count)s were refused for good.", refused, count=number(refused)
    )
    percent = refused * 100 // (sent + refused) if refused >= REFUSED_SEEN else 0
    state = _by(percent, REFUSED_SEEN, REFUSED_BAD)
    cure = _(
        "Ask your mail provider whether it still trusts this site; many refusals at once make it trust less."
    )
    return Finding("letters", state, heading, f"{left} {back}", "" if state is State.FINE else cure)


def of_providers(rates: Sequence[Rate]) -> Finding:
    """Whether letters land among the spam at some provider."""
    heading = _("Confirm rate by mail provider")
    known = [rate for rate in rates if rate.now is not None and rate.before is not None]
    if not known:
        return Finding("providers", State.FINE, heading, _("Too few have signed to compare."))
    worst = max(known, key=lambda rate: rate.fall)
    state = _by(worst.fall, FALL_SEEN, FALL_BAD)
    if state is State.FINE:
        return Finding("providers", state, heading, _("As in the four weeks before."))
    words = _(
        "%(provider)s: %(now)s%% confirm, %(before)s%% in the four weeks before.",
        provider=_("All others") if worst.provider == providers.OTHER else worst.provider,
        now=number(worst.now or 0),
        before=number(worst.before or 0),
    )
    cure = _(
        "Their letters may be among the spam. Send one to an account there, and check SPF, DKIM and DMARC "
        "of the sender's domain."
    )
    return Finding("providers", state, heading, words, cure)


def of_parked(now: Queue) -> Finding:
    """Whether some work was given up."""
    heading = _("Work given up")
    if not now.parked:
        return Finding("parked", State.FINE, heading, _("None."))
    words = ngettext(
        "%(count)s piece of work failed five times and is not tried again.",
        "%(count)s pieces of work failed five times and are not tried again.",
        now.parked,
        count=number(now.parked),
    )
    cure = _("Look for “job failed” and “letter not decided” in the log of the worker, and report the lines.")
    return Finding("parked", State.LOOK, heading, words, cure)


def of_disk(room: Room) -> Finding:
    """Whether there is room left."""
    percent = room.free * 100 // max(room.total, 1)
    state = _by(FREE_SEEN - percent, 1, FREE_SEEN - FREE_BAD + 1)
    words = _(
        "%(percent)s%% free: %(free)s of %(total)s.",
        percent=number(percent),
        free=size_words(room.free),
        total=size_words(room.total),
    )
    cure = _("Make room: when the disk is full nobody can sign.")
    return Finding("disk", state, _("Disk"), words, "" if state is State.FINE else cure)


def of_database(size: Size) -> Finding:
    """How large the database is, and whether what was deleted leaves the disk."""
    words = _("It has %(size)s.", size=size_words(size.database))
    if size.log <= LOG_BYTES:
        return Finding("database", State.FINE, _("Database"), words)
    log = _("The write-ahead log beside it has %(size)s.", size=size_words(size.log))
    cure = _("The worker empties the log each minute. Start worker and site again if it stays like this.")
    return Finding("database", State.LOOK, _("Database"), f"{words} {log}", cure)


def of_passkeys(owners: int, *, installed: bool) -> list[Finding]:
    """Whether those who log in with a passkey still can; nothing where nobody does or all is well."""
    if installed or not owners:
        return []
    words = ngettext(
        "%(count)s user has one, and the package that reads them is not installed.",
        "%(count)s users have one, and the package that reads them is not installed.",
        owners,
        count=number(owners),
    )
    cure = _("Install what requirements/passkeys.txt lists. Until then they need a code or a recovery code.")
    return [Finding("passkeys", State.BAD, _("Passkeys"), words, cure)]


def of_tables(found: str | None, newest: str | None) -> Finding:
    """Whether the database has the tables of this version."""
    heading = _("Tables")
    if found == newest:
        return Finding("tables", State.FINE, heading, _("Those of this version."))
    cure = _("Stop site and worker, then “%(command)s”.", command="campaign-actions upgrade")
    return Finding("tables", State.BAD, heading, _("Not those of this version."), cure)


def of_backup(made: Mark | None, settings: Settings) -> Finding:
    """Whether there is a backup to go back to. On a site for trying out a missing one is never bad."""
    heading = _("Last backup")
    cure = _("Make one: “%(command)s”.", command="campaign-actions backup FOLDER")
    worst = State.BAD if settings.production else State.LOOK
    if made is None:
        return Finding("backup", worst, heading, _("None yet."), cure)
    words = _("Made on %(moment)s.", moment=i18n.moment(made.at, settings.zone))
    state = _by((clock.now() - made.at).days, BACKUP_DAYS, BACKUP_TOO_OLD_DAYS)
    state = worst if state is State.BAD else state
    return Finding("backup", state, heading, words, "" if state is State.FINE else cure)


def of_keys(keys: Sequence[Key]) -> Finding:
    """Whether what is sealed can be opened again."""
    heading = _("Keys")
    failing = ", ".join(key.name for key in keys if key.fails)
    stale = ", ".join(key.name for key in keys if key.is_stale)
    command = "campaign-actions keys check --key FILE"
    if not keys:
        cure = _("Put the folder keys/web back from your backup; nobody can sign meanwhile.")
        return Finding("keys", State.BAD, heading, _("They cannot be read."), cure)
    if failing:
        words = _("These do not open all that is sealed to them: %(keys)s.", keys=failing)
        cure = _("Take the right file from your backup and prove it: “%(command)s”.", command=command)
        return Finding("keys", State.BAD, heading, words, cure)
    if stale:
        words = _("Nobody has proved for 90 days that these open: %(keys)s.", keys=stale)
        cure = _(
            "Where the private key is kept elsewhere, bring it for a moment: “%(command)s”.", command=command
        )
        return Finding("keys", State.LOOK, heading, words, cure)
    return Finding("keys", State.FINE, heading, _("Each has opened what is sealed to it."))


def of_audit(verified: Mark | None, zone: str) -> Finding:
    """Whether the audit log is whole."""
    heading = _("Audit log")
    command = "campaign-actions audit verify"
    if verified is None:
        return Finding(
            "audit", State.LOOK, heading, _("Nobody has proved it yet."), _("The worker does it once a day.")
        )
    seen = _("Proved on %(moment)s.", moment=i18n.moment(verified.at, zone))
    if verified.ill:
        words = _("It is not as it was written.")
        cure = _("Keep a copy of the database as it is, and what “%(command)s” says.", command=command)
        return Finding("audit", State.BAD, heading, f"{words} {seen}", cure)
    words = ngettext(
        "%(count)s entry, nothing changed or missing.",
        "%(count)s entries, nothing changed or missing.",
        verified.well,
        count=number(verified.well),
    )
    if clock.now() - verified.at > timedelta(days=AUDIT_DAYS):
        return Finding(
            "audit", State.LOOK, heading, f"{words} {seen}", _("The worker should do it once a day.")
        )
    return Finding("audit", State.FINE, heading, f"{words} {seen}")


def size_words(count_bytes: int) -> str:
    """A size as people say it, in MB or from 10,000 of them on in GB."""
    if count_bytes < 10_000 * 1024**2:
        return _("%(count)s MB", count=number(-(-count_bytes // 1024**2)))
    return _("%(count)s GB", count=number(count_bytes // 1024**3))


def _by(found: Amount, look_from: Amount, bad_from: Amount) -> State:
    if found >= bad_from:
        return State.BAD
    return State.LOOK if found >= look_from else State.FINE
