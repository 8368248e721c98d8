"""Proving that a private key opens what is sealed to it; the outcome is left for the health page."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select, true

from campaign_actions.config import Settings
from campaign_actions.health import marks
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.records import Sealer
from campaign_actions.opening import keys
from campaign_actions.opening.keys import Private
from campaign_actions.opening.records import CannotOpen, Opener
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.paper_models import PaperLine

SAMPLE = 50


SealedTo = tuple[str, Any, Any, Any]
_SEALED_TO: Mapping[str, Sequence[SealedTo]] = MappingProxyType(
    {
        "list": (
            ("signature", Signature.action_id, Signature.email_digest, Signature.sealed),
            ("paper", PaperLine.action_id, PaperLine.digest, PaperLine.sealed),
        ),
        "updates": (
            ("updates", UpdateAddress.action_id, UpdateAddress.email_digest, UpdateAddress.sealed),
            ("updates", Signature.action_id, Signature.email_digest, Signature.updates_sealed),
        ),
    }
)


@dataclass(frozen=True)
class Record:
    """One sealed record and where it belongs."""

    kind: str
    scope: UUID
    digest: bytes
    sealed: bytes


@dataclass(frozen=True)
class Outcome:
    """How many records a key opened, and how many it did not."""

    opened: int = 0
    shut: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        """Both together."""
        return Outcome(self.opened + other.opened, self.shut + other.shut)


def sealed_to(purpose: str) -> Sequence[SealedTo]:
    """What is sealed for `purpose` and stays: its kind, and the columns of scope, digest and record."""
    return _SEALED_TO.get(purpose, ())


def here(settings: Settings) -> dict[str, Private]:
    """Private keys on this machine whose public half the site seals to, by the name of their file."""
    names = public_keys.named(settings.web_keys)
    paths = {name: settings.worker_keys / f"{name}.key" for name in names}
    return {name: keys.read(path) for name, path in paths.items() if path.is_file()}


def name_of(folder: Path, private: Private) -> str | None:
    """The name of the public key in `folder` that `private` belongs to; None for a stranger's."""
    public = bytes(private.public_key)
    return next((name for name, key in public_keys.named(folder).items() if key == public), None)


def try_out(private: Private, public: bytes, records: Iterable[Record]) -> Outcome:
    """Open `records`, after one that is sealed to `public` now, and throw the result away."""
    opener, opened, shut = Opener([private]), 0, 0
    for record in records:
        if opens(opener, record):
            opened += 1
        else:
            shut += 1
    fits = opens(opener, _fresh(public))
    return Outcome(opened, shut if fits else shut + 1)


def sample(connection: Connection, purpose: str) -> list[Record]:
    """Up to fifty records of each kind sealed for `purpose`, others each time; never letters, which leave."""
    start, found = os.urandom(16), list[Record]()
    for columns in sealed_to(purpose):
        digest = columns[2]
        above = list(_records(connection, columns, digest >= start, SAMPLE))
        # Past the last one it goes on with the first.
        found += above
        found += _records(connection, columns, digest < start, SAMPLE - len(above))
    return found


def everything(connection: Connection, purpose: str) -> Iterator[Record]:
    """Every record sealed for `purpose` that stays."""
    for columns in sealed_to(purpose):
        yield from _records(connection, columns, true(), None)


def note(connection: Connection, public: bytes, outcome: Outcome) -> None:
    """Leave the outcome for the health page."""
    marks.note(connection, marks.of_key(public), well=outcome.opened, ill=outcome.shut)


def _records(
    connection: Connection, sealed_to: SealedTo, which: ColumnElement[bool], limit: int | None
) -> Iterator[Record]:
    kind, scope, digest, sealed = sealed_to
    found = (
        select(scope, digest, sealed)
        .where(sealed.is_not(None), which)
        .order_by(digest)
        .limit(limit)
        .execution_options(yield_per=1000)
    )
    for row in connection.execute(found):
        yield Record(kind, *row)


def _fresh(public: bytes) -> Record:
    scope, digest = UUID(bytes=os.urandom(16)), os.urandom(16)
    return Record("check", scope, digest, Sealer([public]).seal("check", scope, digest, b"check"))


def opens(opener: Opener, record: Record) -> bool:
    """Whether the record opens; what is inside is thrown away."""
    try:
        opener.open(record.kind, record.scope, record.digest, record.sealed)
    except CannotOpen:
        return False
    return True
