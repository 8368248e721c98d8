"""Tables of users: people who log in, their sessions and failed attempts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, exists
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model


class Role(StrEnum):
    """What a user may do; the table of deeds is in `permissions`."""

    ORGANISER = "organiser"
    STAFF = "staff"
    ADMIN = "admin"


class Passkey(Model, kw_only=True):
    """A key that lives in a user's device and answers only to this site's address.

    `sign_count` is the number it gave last: one that does not rise tells of a copy. Many keys always give 0.
    """

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class SpentChallenge(Model, kw_only=True):
    """A question to a passkey that was answered, by digest: it takes no second answer; kept two hours."""

    __tablename__ = "spent_challenge"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class User(Model, kw_only=True):
    """Someone who logs in. The address is kept in lower case.

    `totp_secret` is what their app knows, locked; `totp_new` one that they have not confirmed yet.
    `totp_step` is the last half minute a code was taken of: none of it or before is taken again.
    """

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    may_export: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    totp_new: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    totp_step: Mapped[int] = mapped_column(default=0)
    totp_since: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)
    has_passkey: Mapped[bool] = column_property(
        exists().where(Passkey.user_id == id).correlate_except(Passkey)
    )

    @property
    def is_authenticated(self) -> bool:
        """True: templates ask this of whoever looks at a page, also of strangers."""
        return True

    @property
    def has_second_step(self) -> bool:
        """Whether logging in takes a code or a passkey besides the password."""
        return self.has_app or bool(self.has_passkey)

    @property
    def has_app(self) -> bool:
        """Whether codes of an app are taken."""
        return self.totp_since is not None


class LoginSession(Model, kw_only=True):
    """One browser logged in. The row keeps a digest of the secret in the cookie.

    `half` means that the password was right and the second step is still to come.
    """

    __tablename__ = "login_session"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    factor_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    half: Mapped[bool] = mapped_column(default=False)
    user: Mapped[User] = relationship(init=False, lazy="joined")


class RecoveryCode(Model, kw_only=True):
    """A code that stands in for the app once, as a keyed digest; the row goes when it is used."""

    __tablename__ = "recovery_code"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class Invitation(Model, kw_only=True):
    """Somebody who may become a user within 48 hours; the row goes when they do, or are too late."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[Role]
    may_export: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class NoticeKind(StrEnum):
    """What a user is told by mail: of their own account, and admins of lists of names."""

    SECOND_STEP_ON = "second_step_on"
    SECOND_STEP_OFF = "second_step_off"
    RECOVERY_USED = "recovery_used"
    PASSKEY_ADDED = "passkey_added"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, and no password
    LIST_ASKED = "list_asked"
    KEYS_CHANGED = "keys_changed"
    SURGE = "surge"


class Notice(Model, kw_only=True):
    """A letter to a user, waiting to leave; it leads to `place`, or where letters of its kind lead."""

    __tablename__ = "user_notice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[NoticeKind]
    place: Mapped[str] = mapped_column(String(80), default="", server_default="")
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class LoginAttempt(Model, kw_only=True):
    """A failed log-in, by keyed digests of the address and of the network prefix; kept 15 minutes."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
