"""Tables of pictures, and what a picture may belong to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Model


class Noun(StrEnum):
    """What a picture may belong to; the beginning of its column's name."""

    ARTICLE = "article"
    CASE = "case"
    ACTION = "action"
    EVENT = "event"


def column_of(noun: Noun) -> str:
    """The name of the column that points to what a picture belongs to."""
    return f"{noun.value}_id"


_LEADS = text("leads")


class Picture(Model, kw_only=True):
    """A picture of one thing, made anew by us in two sizes, which are kept under their digests.

    `name` stands in its address and in the text, and tells nothing. At most one of a thing leads it.
    `decorative` pictures say nothing that the text does not say, and need no description.
    """

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint(
            " + ".join(f"(CASE WHEN {column_of(noun)} IS NULL THEN 0 ELSE 1 END)" for noun in Noun) + " = 1",
            name="one_owner",
        ),
        *(UniqueConstraint(column_of(noun), "large") for noun in Noun),
        *(
            Index(
                f"ix_picture_leads_{noun.value}",
                column_of(noun),
                unique=True,
                sqlite_where=_LEADS,
                postgresql_where=_LEADS,
            )
            for noun in Noun
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    name: Mapped[str] = mapped_column(String(16), unique=True)
    article_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), default=None
    )
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), default=None)
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), default=None)
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), default=None)
    large: Mapped[str] = mapped_column(String(64))
    large_width: Mapped[int]
    large_height: Mapped[int]
    small: Mapped[str] = mapped_column(String(64))
    small_width: Mapped[int]
    small_height: Mapped[int]
    decorative: Mapped[bool] = mapped_column(default=False)
    leads: Mapped[bool] = mapped_column(default=False)
    credit: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class PictureText(Model, kw_only=True):
    """What a picture shows, for people who do not see it, and the line beneath it, in one language."""

    __tablename__ = "picture_text"

    picture_id: Mapped[UUID] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    alt: Mapped[str] = mapped_column(String(300), default="")
    caption: Mapped[str] = mapped_column(String(300), default="")
