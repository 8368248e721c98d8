"""Tables of signatures: sealed rows, the ledger of the count, and what screening may look at."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.actions.models import Level
from campaign_actions.infra.database.engine import Model
from campaign_actions.signatures.names import MAX_CHARACTERS


class ActionSalt(Model, kw_only=True):
    """Salt of an action's digests and the number of its pepper; goes with the last signature."""

    __tablename__ = "action_salt"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    pepper_number: Mapped[int] = mapped_column(default=1)


class Signature(Model, kw_only=True):
    """One person's name under one version of one action. Name and address are in `sealed`.

    Days only, no moment, once proved; the id is random; on SQLite the table has no row
    number. `link_hash`, `page_hash`, `code_hash` belong to the newest letter; `my_hash` is a link
    asked for later.
    `hold` says why screening holds it. `public_name` is clear by consent.
    """

    __tablename__ = "signature"
    __table_args__ = (
        Index("ix_signature_action_day", "action_id", "signed_on", "email_digest"),
        Index("ix_signature_id", "id"),
        Index(
            "ix_signature_public",
            "action_id",
            "proved_on",
            sqlite_where=text("public_name IS NOT NULL AND state = 1"),
            postgresql_where=text("public_name IS NOT NULL AND state = 1"),
        ),
        Index("ix_signature_delete", "delete_on"),
        {"sqlite_with_rowid": False},
    )

    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(default_factory=uuid4)
    state: Mapped[int] = mapped_column(SmallInteger, default=0)
    level: Mapped[Level]
    country: Mapped[str | None] = mapped_column(String(2), default=None)
    locale: Mapped[str] = mapped_column(String(8))
    text_version: Mapped[int]
    consent_version: Mapped[int]
    source: Mapped[str] = mapped_column(String(20), default="site")
    signed_on: Mapped[date]
    proved_on: Mapped[date | None] = mapped_column(default=None)
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)
    delete_on: Mapped[date]
    letter_no: Mapped[int] = mapped_column(SmallInteger, default=1)
    lettered_at: Mapped[datetime | None] = mapped_column(default=None)
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    page_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    code_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    my_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    my_until: Mapped[datetime | None] = mapped_column(default=None)
    preview: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    wants_updates: Mapped[bool] = mapped_column(default=False)
    updates_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    hold: Mapped[str | None] = mapped_column(String(40), default=None)
    public_name: Mapped[str | None] = mapped_column(String(MAX_CHARACTERS), default=None)


class UpdateAddress(Model, kw_only=True):
    """An address, sealed to the updates key, of somebody who asked for news and confirmed."""

    __tablename__ = "update_address"
    __table_args__ = ({"sqlite_with_rowid": False},)

    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerRow(Model, kw_only=True):
    """One step of a count, +1 or -1, waiting to be folded into `counter`."""

    __tablename__ = "count_ledger"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(index=True)
    country: Mapped[str] = mapped_column(String(2))
    day: Mapped[date]
    step: Mapped[int] = mapped_column(SmallInteger)


class Counter(Model, kw_only=True):
    """A folded number: dimension 'all', 'archived', 'c:KZ', 'c:--' or 'd:2026-11-22'.

    'sent' is apart from signatures: people who told us that they sent a letter.
    """

    __tablename__ = "counter"

    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    dim: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int]


class AbuseSignal(Model, kw_only=True):
    """What screening may look at for 72 hours: digests and classes, never an address."""

    __tablename__ = "abuse_signal"
    __table_args__ = (Index(None, "hour"), Index(None, "letter_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    letter_id: Mapped[UUID]
    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    action_id: Mapped[UUID]
    prefix_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    domain: Mapped[str] = mapped_column(String(64))
    agent_class: Mapped[str] = mapped_column(String(20))
    trap: Mapped[bool]
    hour: Mapped[datetime]
