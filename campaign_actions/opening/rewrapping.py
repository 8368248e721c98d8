"""Giving stored records to the keys of today: only their wraps are made anew, the records stay as they are.

Whoever has a private key that opens the records can give them to a second key, or take them from one that
is out of use. What lies in old backups keeps its old wraps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nacl.public import PublicKey, SealedBox
from sqlalchemy import Connection, and_, literal, or_, select, update

from campaign_actions.infra.sealing import records as sealing
from campaign_actions.opening import records
from campaign_actions.opening.keys import Private
from campaign_actions.opening.proving import Outcome, SealedTo
from campaign_actions.opening.records import CannotOpen

BATCH = 500

# Digest and scope of the last row that was looked at.
Place = tuple[bytes, UUID]


@dataclass(frozen=True)
class Step:
    """How many records of a batch were given to the keys of today, and where the next batch begins."""

    done: Outcome
    place: Place | None


class Rewrapper:
    """Makes the wraps of records anew, for `recipients`, with one of the private keys that open them."""

    def __init__(self, private_keys: Sequence[Private], recipients: Sequence[bytes]) -> None:
        """`recipients`: public keys of 32 bytes."""
        self._from = [SealedBox(key) for key in private_keys]
        self._to = [SealedBox(PublicKey(key)) for key in recipients]
        # Records that shared a data key go on sharing its wraps: openers look them up by these bytes.
        self._known: dict[bytes, bytes] = {}

    def rewrapped(self, record: bytes) -> bytes:
        """The same record for the recipients only. Raises CannotOpen when none of the keys opens it."""
        wraps, rest = records.split(record)
        found = self._known.get(wraps)
        if found is None:
            found = self._known[wraps] = sealing.wrap(self._to, records.unwrap(self._from, wraps))
        return sealing.head(len(self._to)) + found + rest


def batch(connection: Connection, rewrapper: Rewrapper, sealed_to: SealedTo, after: Place | None) -> Step:
    """Rewrap up to five hundred records that stand behind the place `after`, in the running transaction.

    May run while people sign, be broken off and begun again: a row that was changed meanwhile is left as
    it is, and was sealed to the keys of today anyway.
    """
    rows = _after(connection, sealed_to, after)
    outcome = _put(connection, sealed_to, rows, rewrapper)
    return Step(outcome, (rows[-1][0], rows[-1][1]) if len(rows) == BATCH else None)


def _after(connection: Connection, sealed_to: SealedTo, last: Place | None) -> Sequence[Any]:
    _kind, scope, digest, sealed = sealed_to
    found = select(digest, scope, sealed).where(sealed.is_not(None)).order_by(digest, scope).limit(BATCH)
    if last is not None:
        at, there = literal(last[0], digest.type), literal(last[1], scope.type)
        found = found.where(or_(digest > at, and_(digest == at, scope > there)))
    return connection.execute(found).all()


def _put(connection: Connection, sealed_to: SealedTo, rows: Sequence[Any], rewrapper: Rewrapper) -> Outcome:
    _kind, scope, digest, sealed = sealed_to
    opened = shut = 0
    for row_digest, row_scope, record in rows:
        try:
            made = rewrapper.rewrapped(record)
        except CannotOpen:
            shut += 1
            continue
        as_read = (digest == row_digest, scope == row_scope, sealed == record)
        connection.execute(update(sealed.table).where(*as_read).values({sealed.name: made}))
        opened += 1
    return Outcome(opened, shut)
