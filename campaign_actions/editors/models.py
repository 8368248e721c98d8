"""Tables of what all editors of the desk share: unsaved texts, saved versions, and who is editing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model

# In place of a language, for a thing whose words stand in one language only.
WHOLE = "all"
# In place of an id, for a thing that has no row yet.
NEW = UUID(int=0)


@dataclass(frozen=True)
class Sheet:
    """What an editor shows: the words of one thing, of a kind such as "article", in one language."""

    kind: str
    thing_id: UUID = NEW
    locale: str = WHOLE


class UnsavedText(Model, kw_only=True):
    """What somebody typed and has not saved: the newest of each person, thing and language.

    `fields` are pairs of name and value as the form posts them. Kept 30 days at most.
    """

    __tablename__ = "unsaved_text"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    seen_version: Mapped[int]
    kept_at: Mapped[datetime] = mapped_column(index=True)


class SavedVersion(Model, kw_only=True):
    """The words of a thing as one save left them, by field; values are what JSON can hold.

    Numbers count from 1 for each thing and language. Without a name: as the words stood before the
    first save that was kept here.
    """

    __tablename__ = "saved_version"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    user_id: Mapped[UUID | None] = mapped_column(default=None)
    user_name: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[dict[str, Any]] = mapped_column(JSON)


class EditLock(Model, kw_only=True):
    """Who is editing a thing, since when, and last heard of when; soft, and over after two silent minutes.

    `taken_from` is whoever was editing when it was taken over.
    """

    __tablename__ = "edit_lock"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    taken_from: Mapped[UUID | None] = mapped_column(default=None)
