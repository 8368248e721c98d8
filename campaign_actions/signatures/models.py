"""Tables of signatures: sealed rows, the ledger of the count, and what screening may look at."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.actions.models import Level
from campaign_actions.infra.database.engine import Model
from campaign_actions.signatures.names import MAX_CHARACTERS

MAX_COMMENT = 500


class CommentState(StrEnum):
    """Whether others may read a comment."""

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


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
    asked for later. `locale` is the language of the page, `text_locale` that of the words read there.
    `hold` says why it is or was held, `cluster` with which others that look alike, `review_id` which
    decision of staff moved it last. `public_name` is clear by consent.
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
        Index(
            "ix_signature_cluster",
            "cluster",
            sqlite_where=text("cluster IS NOT NULL"),
            postgresql_where=text("cluster IS NOT NULL"),
        ),
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
    text_locale: Mapped[str] = mapped_column(String(8), default="en")
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
    cluster: Mapped[str | None] = mapped_column(String(8), default=None)
    review_id: Mapped[UUID | None] = mapped_column(default=None)
    public_name: Mapped[str | None] = mapped_column(String(MAX_CHARACTERS), default=None)


class UpdateAddress(Model, kw_only=True):
    """An address, sealed to the updates key, of somebody who asked for news and confirmed."""

    __tablename__ = "update_address"
    __table_args__ = (Index(None, "action_id"), {"sqlite_with_rowid": False})

    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


def with_its_signature() -> ForeignKeyConstraint:
    """What hangs on a signature goes with it, whoever deletes the row."""
    return ForeignKeyConstraint(
        ["email_digest", "action_id"],
        ["signature.email_digest", "signature.action_id"],
        ondelete="CASCADE",
    )


class Comment(Model, kw_only=True):
    """What a supporter wrote for others to read, clear by consent; a day and no finer time.

    It names nobody: the public name beside it is read from the signature each time. `version`
    rises with each new text, so that nobody shows words that nobody has read, and each decision.
    """

    __tablename__ = "comment"
    __table_args__ = (
        with_its_signature(),
        Index(None, "state", "offered_on"),
        Index(None, "action_id", "state", "offered_on"),
        Index(None, "id"),
        {"sqlite_with_rowid": False},
    )

    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(default_factory=uuid4)
    text: Mapped[str] = mapped_column(String(MAX_COMMENT))
    state: Mapped[CommentState] = mapped_column(default=CommentState.WAITING)
    reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    offered_on: Mapped[date]


class PastLevel(Model, kw_only=True):
    """A level that a confirmed name had until a day, so that its owner can be told which lists held it."""

    __tablename__ = "past_level"
    __table_args__ = (with_its_signature(), {"sqlite_with_rowid": False})

    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    until_on: Mapped[date] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column(primary_key=True)


class OwnCopy(Model, kw_only=True):
    """The sealed part of a signature as its owner asked for it: locked with a key from their link, for a day.

    `key_sealed` hands that key to the worker, sealed to the mail key, and goes when `locked` is
    there. `kept_off` says that the worker has no list key, so that people of the team must act.
    """

    __tablename__ = "own_copy"
    __table_args__ = (with_its_signature(), Index(None, "id"), {"sqlite_with_rowid": False})

    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(default_factory=uuid4)
    asked_at: Mapped[datetime]
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    kept_off: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    ready_at: Mapped[datetime | None] = mapped_column(default=None)


class LegalHold(Model, kw_only=True):
    """Why the signatures of an action outlive their deletion day; everybody may read it on the action.

    `since` is the day it was laid on. Lifting it deletes the row; the audit log keeps both.
    """

    __tablename__ = "legal_hold"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    since: Mapped[date]


class Forgotten(Model, kw_only=True):
    """How many signatures of an action were deleted on a day because their time had come; a number only."""

    __tablename__ = "forgotten"

    day: Mapped[date] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    n: Mapped[int]


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


class Listed(StrEnum):
    """What the lists of staff say: a mail domain is blocked, or a network allowed. Blocked comes first."""

    BLOCKED = "blocked"
    ALLOWED = "allowed"


class AbuseSignal(Model, kw_only=True):
    """What screening may look at for 72 hours: digests and classes, never an address."""

    __tablename__ = "abuse_signal"
    __table_args__ = (
        Index(None, "hour"),
        Index(None, "letter_id"),
        Index(None, "action_id", "email_digest"),
        Index(None, "action_id", "prefix_digest", "hour"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    letter_id: Mapped[UUID]
    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    action_id: Mapped[UUID]
    prefix_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    domain: Mapped[str] = mapped_column(String(64))
    agent_class: Mapped[str] = mapped_column(String(20))
    trap: Mapped[bool]
    listed: Mapped[Listed | None] = mapped_column(default=None)
    hour: Mapped[datetime]


class ScreeningRule(Model, kw_only=True):
    """A mail domain whose signatures are held, or a network that sends many and is none to suspect."""

    __tablename__ = "screening_rule"

    kind: Mapped[Listed] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(String(253), primary_key=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    added_on: Mapped[date]


class Decision(StrEnum):
    """What staff decide about suspected signatures."""

    RELEASE = "release"
    HOLD = "hold"
    INVALID = "invalid"


class Stage(StrEnum):
    """How far a decision is carried out. One over 500 signatures stays asked until a second person agrees."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    UNDOING = "undoing"
    UNDONE = "undone"


class Review(Model, kw_only=True):
    """One decision of staff about signatures of one action: which, why, by whom, and what came of it.

    `changed` counts rows moved so far, `step` what that added to the count; `restored` and
    `step_back` the same for undoing. `public_reason` and `undo_public` stand in the corrections log.
    """

    __tablename__ = "review"
    __table_args__ = (Index(None, "action_id", "asked_at"), Index(None, "asked_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    decision: Mapped[Decision]
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    label: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(500))
    public_reason: Mapped[str] = mapped_column(String(300), default="")
    expected: Mapped[int]
    stage: Mapped[Stage]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    changed: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    undo_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    undo_at: Mapped[datetime | None] = mapped_column(default=None)
    undo_reason: Mapped[str] = mapped_column(String(500), default="")
    undo_public: Mapped[str] = mapped_column(String(300), default="")
    restored: Mapped[int] = mapped_column(default=0)
    step_back: Mapped[int] = mapped_column(default=0)


class ReviewRow(Model, kw_only=True):
    """A signature that a decision is about, for 30 days; what it was before, once it is moved."""

    __tablename__ = "review_row"
    __table_args__ = (
        with_its_signature(),
        Index(None, "email_digest", "action_id"),
        Index(None, "review_id", "old_state", "email_digest"),
        {"sqlite_with_rowid": False},
    )

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    email_digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    action_id: Mapped[UUID]
    old_state: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    new_state: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    old_hold: Mapped[str | None] = mapped_column(String(40), default=None)
    old_cluster: Mapped[str | None] = mapped_column(String(8), default=None)
    old_review_id: Mapped[UUID | None] = mapped_column(default=None)
