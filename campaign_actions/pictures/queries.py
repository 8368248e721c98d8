"""Pictures as pages show them, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, select

from campaign_actions.infra.database.engine import session
from campaign_actions.pictures.models import Noun, Picture, PictureText, column_of


@dataclass(frozen=True)
class Owner:
    """The thing that pictures belong to; in its language `locale` they are described first of all."""

    noun: Noun
    id: UUID
    locale: str

    @property
    def owns(self) -> ColumnElement[bool]:
        """Whether a picture is one of its own."""
        return cast("ColumnElement[bool]", self.column == self.id)

    @property
    def column(self) -> Any:
        """The column that points to it."""
        return Picture.__table__.c[column_of(self.noun)]


@dataclass(frozen=True)
class PictureView:
    """A picture as pages show it; `texts` are pairs of description and caption by language."""

    name: str
    large: str
    large_size: tuple[int, int]
    small: str
    small_size: tuple[int, int]
    decorative: bool
    leads: bool
    credit: str
    version: int
    texts: Mapping[str, tuple[str, str]]

    def is_described(self, locale: str) -> bool:
        """Whether readers of that language may see it: it is described, or needs no description."""
        return self.decorative or bool(self.texts.get(locale, ("", ""))[0])

    def words(self, *wanted: str) -> tuple[str, str, str]:
        """Description, caption and their language: the first of the wanted ones that has a description."""
        for locale in wanted:
            alt, caption = self.texts.get(locale, ("", ""))
            if alt or (self.decorative and caption):
                return "" if self.decorative else alt, caption, locale
        return "", "", wanted[-1]


def of_owner(owner: Owner) -> list[PictureView]:
    """The pictures of a thing, the leading one first, then in the order they came in."""
    ordered = (Picture.leads.desc(), Picture.added_at, Picture.name)
    return _views(session.scalars(select(Picture).where(owner.owns).order_by(*ordered)).all())


def view_of(picture: Picture) -> PictureView:
    """The picture as pages show it."""
    return _views([picture])[0]


def find(owner: Owner, name: str) -> Picture | None:
    """The picture of this name, if it is one of the owner's."""
    return session.scalars(select(Picture).where(owner.owns, Picture.name == name)).one_or_none()


def by_name(name: str) -> Picture | None:
    """The picture of this name, whosever it is; the caller asks whether its reader may see it."""
    return session.scalars(select(Picture).where(Picture.name == name)).one_or_none()


def belongs_to(picture: Picture) -> tuple[Noun, UUID]:
    """What the picture belongs to."""
    pairs = [(noun, getattr(picture, column_of(noun))) for noun in Noun]
    return next((noun, owner_id) for noun, owner_id in pairs if owner_id is not None)


def digests() -> set[str]:
    """The digests of all files that a picture needs."""
    rows = session.execute(select(Picture.large, Picture.small)).all()
    return {digest for row in rows for digest in row}


def _views(found: Collection[Picture]) -> list[PictureView]:
    texts: dict[UUID, dict[str, tuple[str, str]]] = {picture.id: {} for picture in found}
    # Most things have no picture, and then there is nothing to ask for.
    rows = session.scalars(select(PictureText).where(PictureText.picture_id.in_(texts))) if found else ()
    for row in rows:
        texts[row.picture_id][row.locale] = (row.alt, row.caption)
    return [
        PictureView(
            picture.name,
            picture.large,
            (picture.large_width, picture.large_height),
            picture.small,
            (picture.small_width, picture.small_height),
            picture.decorative,
            picture.leads,
            picture.credit,
            picture.version,
            MappingProxyType(texts[picture.id]),
        )
        for picture in found
    ]
