"""Proving the invariants of signatures: one line a breach, nothing is changed."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, inspect, or_, select

from campaign_actions.actions.models import Action
from campaign_actions.findable import rebuilding
from campaign_actions.infra import clock, digests, facts
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail.models import Letter
from campaign_actions.infra.sealing.records import VERSION
from campaign_actions.signatures import (
    copies,
    counting,
    links,
    moving,
    paper_retention,
    reviewing,
    screening,
    unverified,
)
from campaign_actions.signatures.models import (
    AbuseSignal,
    Counter,
    LedgerRow,
    LegalHold,
    OwnCopy,
    Review,
    ReviewRow,
    Signature,
    Stage,
)
from campaign_actions.signatures.states import UNPROVED, State

PEPPER_CHECK = "pepper_check"
LETTER_KEPT_HOURS = 48
GRACE = timedelta(minutes=15)


def breaches(connection: Connection, pepper: bytes) -> list[str]:
    """Every breach as a line in plain words; empty when all holds.

    To be called in one snapshot. Source: the invariants V1 to V8 of the design; V5 needs a
    private key and is checked by `campaign-actions keys check`.
    """
    checks = (
        *(_counts, _counts_by_part, _key, _rows, _beside, _letters, _overstaying, _reviews, _reviewed_rows),
        paper_retention.breaches,
        rebuilding.breaches,
    )
    found = [line for check in checks for line in check(connection)]
    if facts.get(connection, PEPPER_CHECK) not in (None, digests.pepper_check(pepper)):
        found.append("V8 the pepper is not the one this database was made with")
    return found


def _counts(connection: Connection) -> Iterator[str]:
    expected: Tally[UUID] = Tally()
    shown: Tally[UUID] = Tally()
    for action_id, n in connection.execute(_confirmed(Signature.action_id)):
        expected[action_id] += n
    for action_id, dim, n in connection.execute(select(Counter.action_id, Counter.dim, Counter.n)):
        if dim == counting.ALL:
            shown[action_id] += n
        elif dim == "archived":
            expected[action_id] += n
    sums = select(LedgerRow.action_id, func.sum(LedgerRow.step)).group_by(LedgerRow.action_id)
    for action_id, n in connection.execute(sums):
        shown[action_id] += n
    for action_id in sorted({*expected, *shown}):
        if expected[action_id] != shown[action_id]:
            name = _name(connection, action_id)
            yield f"V1 {name}: counted {shown[action_id]}, rows and archive say {expected[action_id]}"


def _counts_by_part(connection: Connection) -> Iterator[str]:
    archived = set(connection.execute(select(Counter.action_id).where(Counter.dim == "archived")).scalars())
    for prefix, column, ledger_column in (
        ("c:", Signature.country, LedgerRow.country),
        ("d:", Signature.proved_on, LedgerRow.day),
    ):
        expected: Tally[tuple[UUID, str]] = Tally()
        shown: Tally[tuple[UUID, str]] = Tally()
        for action_id, part, n in connection.execute(_confirmed(Signature.action_id, column)):
            expected[action_id, _part(prefix, part)] += n
        counters = select(Counter.action_id, Counter.dim, Counter.n).where(Counter.dim.like(prefix + "%"))
        for action_id, dim, n in connection.execute(counters):
            shown[action_id, dim] += n
        ledger = select(LedgerRow.action_id, ledger_column, func.sum(LedgerRow.step))
        for action_id, part, n in connection.execute(ledger.group_by(LedgerRow.action_id, ledger_column)):
            shown[action_id, _part(prefix, part)] += n
        for action_id, dim in sorted({*expected, *shown}):
            # After retention only the sums hold, and those are checked above.
            if action_id not in archived and expected[action_id, dim] != shown[action_id, dim]:
                name = _name(connection, action_id)
                yield f"V2 {name}: {dim} counted {shown[action_id, dim]}, rows say {expected[action_id, dim]}"


def _key(connection: Connection) -> Iterator[str]:
    columns = inspect(connection).get_pk_constraint("signature")["constrained_columns"]
    if sorted(columns) != ["action_id", "email_digest"]:
        yield f"V3 the key of signatures is {columns}, not address digest and action"
    wrong = _number(connection, func.length(Signature.email_digest) != digests.SIZE)
    if wrong:
        yield f"V3 {wrong} signatures have a digest that is not 16 bytes"


def _rows(connection: Connection) -> Iterator[str]:
    unsealed = or_(Signature.sealed.is_(None), func.length(Signature.sealed) < 200)
    proved = Signature.proved_on.is_not(None)
    impossible = {
        "confirmed without day, wording, text version or record": and_(
            Signature.state == State.CONFIRMED,
            or_(~proved, Signature.consent_version < 1, Signature.text_version < 1, unsealed),
        ),
        "confirmed that still hold a preview or a moment": and_(
            proved, or_(Signature.preview.is_not(None), Signature.lettered_at.is_not(None))
        ),
        "waiting without record, or with a letter number beyond 1 to 5": and_(
            Signature.state == State.WAITING,
            or_(unsealed, Signature.letter_no < 1, Signature.letter_no > 5, proved),
        ),
        "withdrawn that still hold a record or a name": and_(
            Signature.state == State.WITHDRAWN,
            or_(Signature.sealed.is_not(None), Signature.public_name.is_not(None)),
        ),
        "with a public name below level everyone": and_(
            Signature.public_name.is_not(None), Signature.level != "everyone"
        ),
        "in no known state": or_(Signature.state < State.WAITING, Signature.state > State.WITHDRAWN),
    }
    yield from _each(connection, impossible)
    first = func.substr(Signature.sealed, 1, 1)
    foreign = _number(connection, and_(Signature.sealed.is_not(None), first != bytes([VERSION])))
    if foreign:
        yield f"V5 {foreign} signatures hold a record of an unknown version"


def _reviewed_rows(connection: Connection) -> Iterator[str]:
    impossible = {
        "held without a reason or a cluster": and_(
            Signature.state == State.HELD,
            or_(Signature.hold.is_(None), Signature.cluster.is_(None)),
            unverified.is_ours(),
        ),
        "imported that are counted, public, or were asked about no words": and_(
            Signature.hold == moving.IMPORTED,
            or_(
                Signature.state != State.HELD,
                Signature.proved_on.is_not(None),
                Signature.public_name.is_not(None),
                and_(
                    Signature.link_hash.is_not(None),
                    or_(Signature.letter_no != 1, Signature.consent_version < 1),
                ),
            ),
        ),
        "withdrawn that still say how they were reviewed": and_(
            Signature.state == State.WITHDRAWN,
            or_(
                *(column.is_not(None) for column in (Signature.hold, Signature.cluster, Signature.review_id))
            ),
        ),
        "moved by a decision that nobody made": and_(
            Signature.review_id.is_not(None), Signature.review_id.not_in(select(Review.id))
        ),
    }
    yield from _each(connection, impossible)


def _each(connection: Connection, impossible: dict[str, ColumnElement[bool]]) -> Iterator[str]:
    for words, condition in impossible.items():
        number = _number(connection, condition)
        if number:
            yield f"V4 {number} signatures {words}"


def _beside(connection: Connection) -> Iterator[str]:
    for table in moving.BESIDE:
        theirs = and_(Signature.email_digest == table.email_digest, Signature.action_id == table.action_id)
        holder = select(Signature.id).where(
            theirs, Signature.proved_on.is_not(None), Signature.state != State.WITHDRAWN
        )
        statement = select(func.count()).select_from(table).where(~holder.exists())
        number = connection.execute(statement).scalar_one()
        if number:
            yield f"V4 {number} rows of {table.__tablename__} without a confirmed signature"


def _letters(connection: Connection) -> Iterator[str]:
    now = clock.now()
    old = (
        select(func.count())
        .select_from(Letter)
        .where(Letter.created_at < now - timedelta(hours=LETTER_KEPT_HOURS) - GRACE)
    )
    overdue = connection.execute(old).scalar_one()
    if overdue:
        yield f"V6 {overdue} letters are older than {LETTER_KEPT_HOURS} hours"
    orphans = (
        select(func.count())
        .select_from(Letter)
        .where(~select(Job.id).where(Job.ref == Letter.id, Job.name == "letter").exists())
    )
    lost = connection.execute(orphans).scalar_one()
    if lost:
        yield f"V6 {lost} letters have no job that would send them"
    never = _number(
        connection,
        and_(
            Signature.state == State.WAITING,
            Signature.lettered_at.is_(None),
            Signature.proved_on.is_(None),
            Signature.page_hash.is_not(None),
        ),
    )
    if never:
        yield f"V6 {never} waiting signatures never had a letter"


def _overstaying(connection: Connection) -> Iterator[str]:
    today = clock.today()
    unconfirmed = _number(
        connection,
        and_(
            Signature.state.in_(UNPROVED),
            Signature.proved_on.is_(None),
            unverified.is_ours(),
            Signature.signed_on < today - timedelta(days=links.LINK_DAYS + 1),
        ),
    )
    if unconfirmed:
        yield f"V7 {unconfirmed} signatures nobody confirmed are older than {links.LINK_DAYS} days"
    held = select(LegalHold.action_id)
    kept = _number(connection, and_(Signature.delete_on < today, Signature.action_id.not_in(held)))
    if kept:
        yield f"V7 {kept} signatures are past their deletion day"
    copied = select(func.count()).select_from(OwnCopy)
    stale = connection.execute(copied.where(OwnCopy.ready_at < clock.now() - copies.KEPT - GRACE))
    old_copies = stale.scalar_one()
    if old_copies:
        yield f"V7 {old_copies} copies people asked for are older than 24 hours"
    before = clock.now() - timedelta(hours=screening.KEPT_HOURS + 2)
    signals = connection.execute(
        select(func.count()).select_from(AbuseSignal).where(AbuseSignal.hour < before)
    )
    old = signals.scalar_one()
    if old:
        yield f"V7 {old} abuse signals are older than {screening.KEPT_HOURS} hours"


def _reviews(connection: Connection) -> Iterator[str]:
    noted, moved_rows = func.count(ReviewRow.email_digest), func.count(ReviewRow.old_state)
    columns = (Review.id, Review.stage, Review.changed, Review.restored, noted, moved_rows)
    per_review = select(*columns).outerjoin(ReviewRow).group_by(*columns[:4])
    for review_id, stage, changed, restored, rows, moved in connection.execute(per_review):
        if moved > changed - restored:
            yield f"V4 review {review_id}: {moved} rows stand as moved, it says {changed - restored}"
        if stage in (Stage.DONE, Stage.UNDONE) and rows > moved:
            yield f"V4 review {review_id}: {rows - moved} rows are left of a decision that is carried out"
    before = clock.now() - timedelta(days=reviewing.UNDO_DAYS) - GRACE
    old = select(func.count()).select_from(ReviewRow).join(Review).where(Review.ended_at < before)
    if number := connection.execute(old).scalar_one():
        yield f"V7 {number} rows of decisions are older than {reviewing.UNDO_DAYS} days"


def _confirmed(*columns: Any) -> Any:
    return select(*columns, func.count()).where(Signature.state == State.CONFIRMED).group_by(*columns)


def _number(connection: Connection, condition: Any) -> int:
    number: int = connection.execute(
        select(func.count()).select_from(Signature).where(condition)
    ).scalar_one()
    return number


def _part(prefix: str, part: object) -> str:
    if part is None:
        return prefix + "--"
    return prefix + (part.isoformat() if hasattr(part, "isoformat") else str(part))


def _name(connection: Connection, action_id: UUID) -> str:
    slug = connection.execute(select(Action.slug).where(Action.id == action_id)).scalar_one_or_none()
    return slug or f"action {action_id}"
