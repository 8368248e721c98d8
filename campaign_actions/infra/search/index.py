"""Putting things into the search and taking them out, inside the transaction that shows or hides them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, table, text

from campaign_actions.infra.search import spelling
from campaign_actions.infra.search.models import Kind, SearchEntry

# Any number; it names the one lock under which entries are written on PostgreSQL.
LOCK = 5_167_201
COLUMNS = ("slug", "day", "title_key", "spoken", "spoken_key", "words")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One published thing in one language, as plain text or Markdown.

    `names` are what people look for besides the title: people, places, tags. `texts` is all the
    rest. `day` orders what fits alike: the day it is of, or begins on.
    """

    kind: Kind
    thing_id: UUID
    locale: str
    slug: str
    title: str
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    day: date | None = None

    @property
    def key(self) -> tuple[Kind, UUID, str]:
        """What there is one row of."""
        return self.kind, self.thing_id, self.locale


def lock(connection: Connection) -> None:
    """Let one transaction at a time write entries, so that none is made from what another just changed.

    To be called before the things are read. SQLite has one writer anyway.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


def put(connection: Connection, entries: Sequence[Entry]) -> None:
    """Store `entries` in place of all rows of the same things."""
    for kind in Kind:
        drop(connection, kind, {entry.thing_id for entry in entries if entry.kind is kind})
    if entries:
        connection.execute(insert(SearchEntry), [row_of(entry) for entry in entries])


def drop(connection: Connection, kind: Kind, thing_ids: Collection[UUID]) -> None:
    """Take things out, in every language; ids that are not there are fine."""
    if thing_ids:
        here = SearchEntry.kind == kind, SearchEntry.thing_id.in_(thing_ids)
        connection.execute(delete(SearchEntry).where(*here))


def is_whole(connection: Connection) -> bool:
    """Whether the table that SQLite looks words up in follows the entries; always on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return True
    followed = select(func.count()).select_from(table("search_text_docsize"))
    there = select(func.count()).select_from(SearchEntry)
    return connection.execute(followed).scalar_one() == connection.execute(there).scalar_one()


def look_up_anew(connection: Connection) -> None:
    """Make the table that SQLite looks words up in from the entries; nothing on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_text(search_text) VALUES ('rebuild')"))


def row_of(entry: Entry) -> dict[str, Any]:
    """The columns of an entry's row."""
    spoken = dict(spelling.pairs(" ".join((entry.title, *entry.names))))
    slug = entry.slug.replace("-", " ")
    words = spelling.folded("\n".join((entry.title, slug, *entry.names, *entry.texts)))
    return {
        "kind": entry.kind,
        "thing_id": entry.thing_id,
        "locale": entry.locale,
        "slug": entry.slug,
        "day": entry.day,
        "title_key": " ".join(spelling.folded(entry.title)),
        "spoken": " ".join(spoken),
        "spoken_key": " ".join(spoken.values()),
        "words": " ".join(sorted(set(words))),
    }
