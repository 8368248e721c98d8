"""Saved versions of words: each save leaves one, to be read, compared and brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from campaign_actions.accounts.models import User
from campaign_actions.editors.models import SavedVersion, Sheet
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session

PER_PAGE = 20


@dataclass(frozen=True)
class Found:
    """One page of versions, newest first, and how many there are on all `pages`."""

    items: Sequence[SavedVersion]
    total: int
    pages: int


@dataclass(frozen=True)
class Before:
    """The words as they stood, since when, before a save."""

    words: Mapping[str, Any]
    since: datetime


def keep(sheet: Sheet, words: Mapping[str, Any], *, by: User | None, before: Before | None = None) -> None:
    """Keep `words`, as JSON can hold them, as the newest version, unless they are the newest already.

    `before` is kept too, if nothing was kept so far. Needs the row of the thing claimed in this
    transaction: that gives each save a number of its own.
    """
    newest = session.scalars(_of(sheet).limit(1)).first()
    if newest is None and before is not None:
        newest = _add(sheet, 1, before.words, saved_at=before.since, by=None)
    if newest is None or newest.words != dict(words):
        number = newest.number + 1 if newest else 1
        _add(sheet, number, words, saved_at=clock.now(), by=by)


def listed(sheet: Sheet, page: int) -> Found:
    """Page `page`, from 1, of the versions, newest first, twenty a page."""
    total = session.scalar(select(func.count()).select_from(_of(sheet).subquery())) or 0
    items = session.scalars(_of(sheet).limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Found(items, total, max(1, -(-total // PER_PAGE)))


def find(sheet: Sheet, number: int) -> SavedVersion | None:
    """The version of this number."""
    return session.get(SavedVersion, (sheet.kind, sheet.thing_id, sheet.locale, number))


def _add(
    sheet: Sheet, number: int, words: Mapping[str, Any], *, saved_at: datetime, by: User | None
) -> SavedVersion:
    version = SavedVersion(
        kind=sheet.kind,
        thing_id=sheet.thing_id,
        locale=sheet.locale,
        number=number,
        saved_at=saved_at,
        user_id=by.id if by else None,
        user_name=by.name if by else "",
        words=dict(words),
    )
    session.add(version)
    session.flush()
    return version


def _of(sheet: Sheet) -> Select[SavedVersion]:
    return (
        select(SavedVersion)
        .where(
            SavedVersion.kind == sheet.kind,
            SavedVersion.thing_id == sheet.thing_id,
            SavedVersion.locale == sheet.locale,
        )
        .order_by(SavedVersion.number.desc())
    )
