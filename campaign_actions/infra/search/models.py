"""The table of what strangers can find: one row a thing and language, its words folded to one spelling."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model


class Kind(StrEnum):
    """What sort of thing was found, in the order in which results are shown."""

    ACTION = "action"
    CASE = "case"
    ARTICLE = "article"
    EVENT = "event"


class SearchEntry(Model, kw_only=True):
    """One published thing in one language; all keys and words are folded by `spelling`.

    `title_key` is the title, word by word; `words` every word once. `spoken` holds the words of
    the title and of names as people write them, `spoken_key` the same words folded, in step.
    On SQLite the table `search_text` (FTS5) follows this one by triggers; on PostgreSQL `words`
    has a GIN index. Both are made by the migration.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "thing_id", "locale"), Index(None, "kind", "day"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[Kind]
    thing_id: Mapped[UUID]
    locale: Mapped[str] = mapped_column(String(8))
    slug: Mapped[str] = mapped_column(String(80))
    day: Mapped[date | None] = mapped_column(default=None)
    title_key: Mapped[str] = mapped_column(Text)
    spoken: Mapped[str] = mapped_column(Text)
    spoken_key: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
