"""Pictures of articles: taken in, described, put into the text, taken out again."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import delete, func, select, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.articles.models import Article, ArticleState, Picture, PictureText
from campaign_actions.errors import Refused
from campaign_actions.infra import picture_marks, storage
from campaign_actions.infra.database import versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, _, number
from campaign_actions.infra.images import Made
from campaign_actions.infra.markup import collapse

MAX_WORDS = 300
MAX_CREDIT = 200
MAX_PICTURES = 60
FOLDER = "pictures"
_NAME_BYTES = 10


@dataclass(frozen=True, kw_only=True)
class PictureWords:
    """What an organiser typed about a picture; descriptions and captions by language."""

    alts: Mapping[str, str] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
    decorative: bool = False
    leads: bool = False


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


def folder(data: Path) -> Path:
    """Where the files of pictures stand."""
    return data / FOLDER


def add(article: Article, made: Made, kept: Path, *, by: User | None) -> Picture:
    """Keep a picture with the article, its files in the folder `kept`; the same picture is there once.

    Raises Refused when the article has too many.
    """
    session.refresh(article, with_for_update=True)
    large, small = storage.put(kept, made.large.content), storage.put(kept, made.small.content)
    ours = Picture.article_id == article.id
    known = session.scalars(select(Picture).where(ours, Picture.large == large)).one_or_none()
    if known is not None:
        return known
    if session.scalar(select(func.count()).select_from(Picture).where(ours)) == MAX_PICTURES:
        raise Refused(_("An article has at most %(count)s pictures.", count=number(MAX_PICTURES)))
    picture = Picture(
        name=base64.b32encode(secrets.token_bytes(_NAME_BYTES)).decode().lower(),
        article_id=article.id,
        large=large,
        large_width=made.large.width,
        large_height=made.large.height,
        small=small,
        small_width=made.small.width,
        small_height=made.small.height,
    )
    session.add(picture)
    session.flush()
    audit.record("article.add_picture", by=by, thing="article", thing_id=article.id, picture=picture.name)
    return picture


def take_over(article: Article, made: Made, kept: Path, *, alt: str) -> Picture:
    """As `add`, for an import: with the description a picture had elsewhere, where it has none yet."""
    picture = add(article, made, kept, by=None)
    if collapse(alt) and not view_of(picture).is_described(article.locale):
        session.merge(
            PictureText(picture_id=picture.id, locale=article.locale, alt=collapse(alt)[:MAX_WORDS])
        )
        session.flush()
    return picture


def describe(picture: Picture, words: PictureWords, *, by: User | None, seen_version: int) -> None:
    """Keep what was typed about a picture; a description in the language of its article is asked for.

    Raises Refused, naming the field ("alt_ru", "caption_ru", "credit"), and Overtaken for a late save.
    """
    article = session.get_one(Article, picture.article_id)
    session.refresh(article, with_for_update=True)
    tidy = _checked(words, article.locale)
    late = _("Somebody else saved this picture while you were writing. Compare, and save again.")
    claimed = versions.claimed(Picture, picture.id, seen_version, otherwise=late)
    if tidy.leads and not claimed.leads:
        others = (Picture.article_id == article.id, Picture.leads)
        session.execute(update(Picture).where(*others).values(leads=False, version=Picture.version + 1))
    claimed.decorative, claimed.leads, claimed.credit = tidy.decorative, tidy.leads, tidy.credit
    session.execute(delete(PictureText).where(PictureText.picture_id == picture.id))
    for code in LANGUAGES:
        alt, caption = tidy.alts.get(code, ""), tidy.captions.get(code, "")
        if alt or caption:
            session.add(PictureText(picture_id=picture.id, locale=code, alt=alt, caption=caption))
    session.flush()
    audit.record(
        "article.describe_picture", by=by, thing="article", thing_id=article.id, picture=picture.name
    )


def remove(picture: Picture, *, by: User | None) -> None:
    """Take a picture out for good; the worker deletes its files. Its place in the text shows nothing."""
    gone = session.execute(delete(Picture).where(Picture.id == picture.id).returning(Picture.id)).first()
    if gone is not None:
        audit.record(
            "article.remove_picture",
            by=by,
            thing="article",
            thing_id=picture.article_id,
            picture=picture.name,
        )


def find(article: Article, name: str) -> Picture | None:
    """The picture of this name, if it is one of the article."""
    wanted = (Picture.article_id == article.id, Picture.name == name)
    return session.scalars(select(Picture).where(*wanted)).one_or_none()


def public_file(name: str, size: str) -> str | None:
    """The digest of a picture of a published article, `size` "large" or "small"; else None."""
    column = Picture.large if size == "large" else Picture.small
    wanted = (Picture.name == name, Article.state == ArticleState.PUBLISHED)
    return session.scalar(select(column).join(Article, Article.id == Picture.article_id).where(*wanted))


def of_article(article_id: UUID) -> list[PictureView]:
    """The pictures of an article, the leading one first, then in the order they came in."""
    ordered = (Picture.leads.desc(), Picture.added_at, Picture.name)
    found = session.scalars(select(Picture).where(Picture.article_id == article_id).order_by(*ordered)).all()
    return _views(found)


def view_of(picture: Picture) -> PictureView:
    """The picture as pages show it."""
    return _views([picture])[0]


def undescribed(article: Article) -> list[PictureView]:
    """Pictures that the text or the head of the article uses and whose description is missing."""
    used = set(picture_marks.names(article.body_html))
    return [
        view
        for view in of_article(article.id)
        if (view.leads or view.name in used) and not view.is_described(article.locale)
    ]


def digests() -> set[str]:
    """The digests of all files that a picture needs."""
    rows = session.execute(select(Picture.large, Picture.small)).all()
    return {digest for row in rows for digest in row}


def _views(found: Collection[Picture]) -> list[PictureView]:
    rows = session.scalars(
        select(PictureText).where(PictureText.picture_id.in_([picture.id for picture in found]))
    )
    texts: dict[UUID, dict[str, tuple[str, str]]] = {picture.id: {} for picture in found}
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


def _checked(words: PictureWords, locale: str) -> PictureWords:
    alts = {code: collapse(words.alts.get(code, "")) for code in LANGUAGES}
    captions = {code: collapse(words.captions.get(code, "")) for code in LANGUAGES}
    credit = collapse(words.credit)
    for name, texts in (("alt", alts), ("caption", captions)):
        for code, typed in texts.items():
            _at_most(typed, MAX_WORDS, f"{name}_{code}")
    _at_most(credit, MAX_CREDIT, "credit")
    if not words.decorative and not alts[locale]:
        raise Refused(_("Say what the picture shows, or tick that it is decorative."), field=f"alt_{locale}")
    return PictureWords(
        alts={} if words.decorative else alts,
        captions=captions,
        credit=credit,
        decorative=words.decorative,
        leads=words.leads,
    )


def _at_most(typed: str, most: int, named: str) -> None:
    if len(typed) > most:
        raise Refused(_("Write at most %(count)s characters here.", count=number(most)), field=named)
