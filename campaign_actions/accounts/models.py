"""Tables of users: people who log in, their sessions and failed attempts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model


class Role(StrEnum):
    """What a user may do; the table of deeds is in `permissions`."""

    ORGANISER = "organiser"
    STAFF = "staff"
    ADMIN = "admin"


class User(Model, kw_only=True):
    """Someone who logs in. The address is kept in lower case."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    may_export: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_authenticated(self) -> bool:
        """True: templates ask this of whoever looks at a page, also of strangers."""
        return True


class LoginSession(Model, kw_only=True):
    """One browser logged in. The row keeps a digest of the secret in the cookie."""

    __tablename__ = "login_session"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    factor_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    user: Mapped[User] = relationship(init=False, lazy="joined")


class LoginAttempt(Model, kw_only=True):
    """A failed log-in, by keyed digests of the address and of the network prefix; kept 15 minutes."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
