"""The audit log: who did what, when, why. Rows are only ever added; the database refuses the rest.

Entries are numbered without a gap and chained: each keeps a digest of itself and of the one before
it, so that whoever goes round the database's refusal, with a backup or as its owner, is found out by
`campaign-actions audit verify`. The chain is made when the transaction ends, one transaction after
the other; until then entries wait in the session.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Connection, Index, LargeBinary, Select, String, event, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model, UnsavedChanges, session

START = bytes(32)
ROWS_AT_A_TIME = 1_000
_PENDING = "audit.pending"
_ONLY = 1
_SIGNED = ("at", "user_id", "user_name", "deed", "thing", "thing_id", "details")


class Entry(Model, kw_only=True):
    """One deed of a user or of the system. `details` never holds a supporter's data.

    `number` counts all entries from 1; `link` is the SHA-256 of the entry and of the link before it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "thing", "thing_id", "number"),
        Index(None, "user_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    number: Mapped[int] = mapped_column(unique=True, default=0)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    user_id: Mapped[UUID | None] = mapped_column(default=None)
    user_name: Mapped[str] = mapped_column(String(120), default="")
    deed: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(40), default="")
    thing_id: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    link: Mapped[bytes] = mapped_column(LargeBinary(32), default=START)


class Head(Model, kw_only=True):
    """Where the chain ends: one row, whose lock makes transactions chain their entries in turn."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=_ONLY)
    number: Mapped[int] = mapped_column(default=0)
    link: Mapped[bytes] = mapped_column(LargeBinary(32), default=START)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which entries are wanted. Empty fields want all; moments are UTC, `until` is not in it.

    `areas` are first parts of deeds, as "export"; `things` are pairs of noun and id.
    """

    user_id: UUID | None = None
    areas: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    things: tuple[tuple[str, str], ...] = ()


def record(
    deed: str,
    *,
    by: Any | None = None,
    thing: str = "",
    thing_id: object = "",
    **details: Any,
) -> Entry:
    """Add an entry to the running transaction, which writes it when it commits.

    `by` is a user (or None for the system), `deed` a dotted word like "action.publish",
    `details` JSON-ready values without personal data of supporters. Raises UnsavedChanges
    outside of `writing()`, where nothing would be kept.
    """
    if not session.connection().get_execution_options().get("writing"):
        raise UnsavedChanges("an audit entry outside of writing()")
    entry = Entry(
        user_id=getattr(by, "id", None),
        user_name=getattr(by, "name", ""),
        deed=deed,
        thing=thing,
        thing_id=str(thing_id),
        details=json.loads(json.dumps(details)),
    )
    session().info.setdefault(_PENDING, []).append(entry)
    return entry


def newest(limit: int, *, before: int | None = None, wanted: Filter | None = None) -> Sequence[Entry]:
    """Up to `limit` entries, newest first, with a number under `before`."""
    statement = _chosen(wanted or Filter()).order_by(Entry.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Entry.number < before)
    return session.scalars(statement).all()


def all_of(wanted: Filter) -> Iterator[Entry]:
    """Every entry wanted, newest first, read a thousand at a time."""
    before: int | None = None
    while found := newest(ROWS_AT_A_TIME, before=before, wanted=wanted):
        yield from found
        before = found[-1].number
        for entry in found:
            session.expunge(entry)


def people() -> list[tuple[UUID, str]]:
    """Everybody with an entry: id, and the name they had last, by name."""
    rows = session.execute(
        select(Entry.user_id, Entry.user_name)
        .where(Entry.user_id.is_not(None))
        .group_by(Entry.user_id, Entry.user_name)
    )
    names = {user_id: name for user_id, name in rows if user_id is not None}
    return sorted(names.items(), key=lambda person: person[1].casefold())


def written(details: dict[str, Any]) -> str:
    """Details as one line of JSON, always the same for the same details."""
    return json.dumps(details, sort_keys=True, ensure_ascii=False)


def head(connection: Connection) -> tuple[int, bytes]:
    """Number and link of the newest entry; 0 and zeros of an empty log."""
    row = connection.execute(select(Head.number, Head.link)).first()
    return (row.number, row.link) if row else (0, START)


def breaches(connection: Connection, *, noted: bytes | None = None) -> Iterator[str]:
    """A line for each entry that was changed, taken out or slipped in, and for an end that was cut off.

    `noted` is a link that somebody wrote down earlier: the chain must still go through it, or it
    was made anew as a whole.
    """
    expected, before, met = 1, START, noted in (None, START)
    columns = (Entry.number, *(getattr(Entry, name) for name in _SIGNED), Entry.link)
    statement = select(*columns).order_by(Entry.number).execution_options(yield_per=ROWS_AT_A_TIME)
    for row in connection.execute(statement):
        number, *signed, link = row
        if number != expected:
            yield f"audit log: {_span(expected, number - 1)} missing"
        elif link != _link(before, number, signed):
            yield f"audit log: entry {number} is not as it was written"
        expected, before = number + 1, link
        met = met or link == noted
    last, link = head(connection)
    if last >= expected:
        yield f"audit log: {_span(expected, last)} missing at the end"
    elif (last, link) != (expected - 1, before):
        yield "audit log: it does not end where it was last written"
    if not met:
        yield "audit log: the mark you noted is not in it; what came before was written anew"


def _chosen(wanted: Filter) -> Select[Entry]:
    statement = select(Entry)
    if wanted.user_id is not None:
        statement = statement.where(Entry.user_id == wanted.user_id)
    if wanted.areas:
        named = (Entry.deed.startswith(area + ".", autoescape=True) for area in wanted.areas)
        statement = statement.where(or_(*named))
    if wanted.since is not None:
        statement = statement.where(Entry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Entry.at < wanted.until)
    if wanted.things:
        statement = statement.where(
            or_(*((Entry.thing == thing) & (Entry.thing_id == key) for thing, key in wanted.things))
        )
    return statement


@event.listens_for(session, "before_commit")
def _chain(current: Session) -> None:
    if current.in_nested_transaction() or not current.info.get(_PENDING):
        return
    connection = current.connection()
    number, link = _locked_head(connection)
    for entry in current.info.pop(_PENDING):
        number += 1
        link = _link(link, number, [getattr(entry, name) for name in _SIGNED])
        entry.number, entry.link = number, link
        current.add(entry)
    current.flush()
    connection.execute(update(Head).where(Head.id == _ONLY).values(number=number, link=link))


def _locked_head(connection: Connection) -> tuple[int, bytes]:
    """The head, which nobody else can take before this transaction has ended."""
    taken = update(Head).where(Head.id == _ONLY).values(number=Head.number).returning(Head.number, Head.link)
    row = connection.execute(taken).first()
    if row is None:
        connection.execute(insert(Head).values(id=_ONLY, number=0, link=START).on_conflict_do_nothing())
        row = connection.execute(taken).one()
    return row.number, row.link


@event.listens_for(session, "after_rollback")
def _forget(current: Session) -> None:
    current.info.pop(_PENDING, None)


def _link(before: bytes, number: int, signed: Sequence[Any]) -> bytes:
    at, user_id, *rest = signed
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    written = [number, moment, str(user_id or ""), *rest]
    return hashlib.sha256(before + json.dumps(written, sort_keys=True).encode()).digest()


def _span(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
