"""Tables of imports: what came from where, so that a second run knows it again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model


class ImportedEntry(Model, kw_only=True):
    """An article and the entry of another site that it was made from.

    `origin` is that site's address without scheme, `identity` the entry's number or address there.
    """

    __tablename__ = "imported_entry"

    origin: Mapped[str] = mapped_column(String(200), primary_key=True)
    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)


class ImportedMedia(Model, kw_only=True):
    """A file of another site that is known by its address; `fetched_on` is None until it was fetched.

    `parent` is the identity of the entry it was uploaded for, empty for none.
    """

    __tablename__ = "imported_media"

    origin: Mapped[str] = mapped_column(String(200), primary_key=True)
    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(300), default="")
    alt: Mapped[str] = mapped_column(String(500), default="")
    parent: Mapped[str] = mapped_column(String(64), default="")
    fetched_on: Mapped[date | None] = mapped_column(default=None)
