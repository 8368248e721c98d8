"""Keeping pictures: taken in with what they belong to, described, taken out again."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, func, select, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.errors import Refused
from campaign_actions.infra import storage
from campaign_actions.infra.database import versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, _, number
from campaign_actions.infra.images import Made
from campaign_actions.infra.markup import collapse
from campaign_actions.pictures import queries
from campaign_actions.pictures.models import Noun, Picture, PictureText, column_of
from campaign_actions.pictures.queries import Owner

MAX_WORDS = 300
MAX_CREDIT = 200
# An article has places for pictures in its text; elsewhere all of them stand above or beneath it.
MOST_IN_AN_ARTICLE, MOST = 60, 12
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


def folder(data: Path) -> Path:
    """Where the files of pictures stand."""
    return data / FOLDER


def add(owner: Owner, made: Made, kept: Path, *, by: User | None) -> Picture:
    """Keep a picture with its owner, its files in the folder `kept`; the same picture is there once.

    Raises Refused when the owner has too many.
    """
    large, small = storage.put(kept, made.large.content), storage.put(kept, made.small.content)
    _wait_for(owner)
    known = session.scalars(select(Picture).where(owner.owns, Picture.large == large)).one_or_none()
    if known is not None:
        return known
    most = MOST_IN_AN_ARTICLE if owner.noun is Noun.ARTICLE else MOST
    if session.scalar(select(func.count()).select_from(Picture).where(owner.owns)) == most:
        raise Refused(_("At most %(count)s pictures can stand here.", count=number(most)))
    picture = Picture(
        name=base64.b32encode(secrets.token_bytes(_NAME_BYTES)).decode().lower(),
        large=large,
        large_width=made.large.width,
        large_height=made.large.height,
        small=small,
        small_width=made.small.width,
        small_height=made.small.height,
    )
    setattr(picture, column_of(owner.noun), owner.id)
    session.add(picture)
    session.flush()
    _record("add", owner, picture, by)
    return picture


def take_over(owner: Owner, made: Made, kept: Path, *, alt: str) -> Picture:
    """As `add`, for an import: with the description a picture had elsewhere, where it has none yet."""
    picture = add(owner, made, kept, by=None)
    if collapse(alt) and not queries.view_of(picture).is_described(owner.locale):
        session.merge(PictureText(picture_id=picture.id, locale=owner.locale, alt=collapse(alt)[:MAX_WORDS]))
        session.flush()
    return picture


def describe(
    owner: Owner, picture: Picture, words: PictureWords, *, by: User | None, seen_version: int
) -> None:
    """Keep what was typed about a picture; a description in the language of its owner is asked for.

    Raises Refused, naming the field ("alt_ru", "caption_ru", "credit"), and Overtaken for a late save.
    """
    _wait_for(owner)
    tidy = _checked(words, owner.locale)
    late = _("Somebody else saved this picture while you were writing. Compare, and save again.")
    claimed = versions.claimed(Picture, picture.id, seen_version, otherwise=late)
    if tidy.leads and not claimed.leads:
        others = (owner.owns, Picture.leads)
        session.execute(update(Picture).where(*others).values(leads=False, version=Picture.version + 1))
    claimed.decorative, claimed.leads, claimed.credit = tidy.decorative, tidy.leads, tidy.credit
    session.execute(delete(PictureText).where(PictureText.picture_id == picture.id))
    for code in LANGUAGES:
        alt, caption = tidy.alts.get(code, ""), tidy.captions.get(code, "")
        if alt or caption:
            session.add(PictureText(picture_id=picture.id, locale=code, alt=alt, caption=caption))
    session.flush()
    _record("describe", owner, picture, by)


def remove(owner: Owner, picture: Picture, *, by: User | None) -> None:
    """Take a picture out for good; the worker deletes its files. Its place in the text shows nothing."""
    gone = session.execute(delete(Picture).where(Picture.id == picture.id).returning(Picture.id)).first()
    if gone is not None:
        _record("remove", owner, picture, by)


def _wait_for(owner: Owner) -> None:
    """Let one at a time change what the owner has; signing, which only points to it, goes on."""
    (key,) = owner.column.foreign_keys
    table = key.column.table
    session.execute(select(table.c.id).where(table.c.id == owner.id).with_for_update(key_share=True))


def _record(what: str, owner: Owner, picture: Picture, by: User | None) -> None:
    noun = owner.noun.value
    audit.record(f"{noun}.{what}_picture", by=by, thing=noun, thing_id=owner.id, picture=picture.name)


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
