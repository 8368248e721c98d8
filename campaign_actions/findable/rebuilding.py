"""Making the search from what is published: for some things, for all, and to compare the two."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from campaign_actions.actions.models import Event
from campaign_actions.findable import entries
from campaign_actions.infra.search import index
from campaign_actions.infra.search.models import Kind, SearchEntry

BATCH = 200


def refresh(connection: Connection, touched: Mapping[Kind, Collection[UUID]]) -> None:
    """Make the entries of these things anew; events of an action show and hide with it."""
    index.lock(connection)
    wanted = {kind: set(ids) for kind, ids in touched.items()}
    actions = wanted.get(Kind.ACTION)
    if actions:
        theirs = connection.execute(select(Event.id).where(Event.action_id.in_(actions))).scalars()
        wanted.setdefault(Kind.EVENT, set()).update(theirs)
    for kind, ids in wanted.items():
        index.drop(connection, kind, ids)
        index.put(connection, entries.read(connection, kind, ids))


def batches(connection: Connection) -> Iterator[tuple[Kind, list[UUID]]]:
    """All things there are or are in the search, in batches for `refresh`, each for one transaction."""
    everything = []
    for kind in Kind:
        kept = connection.execute(select(SearchEntry.thing_id).where(SearchEntry.kind == kind).distinct())
        ids = sorted({*entries.all_ids(connection, kind), *kept.scalars()})
        everything += [(kind, some) for some in _in_batches(ids)]
    yield from everything


def breaches(connection: Connection) -> Iterator[str]:
    """A line for each thing that is published and not found, found and not published, or found by old words.

    Source: invariant V8 of the design.
    """
    if not index.is_whole(connection):
        yield "V8 the words of the search do not follow its entries: campaign-actions reindex"
    for kind in Kind:
        kept = _kept(connection, kind)
        for ids in _in_batches(entries.all_ids(connection, kind)):
            for entry in entries.read(connection, kind, ids):
                found, wanted = kept.pop(entry.key, None), index.row_of(entry)
                if found is None:
                    yield f"V8 {kind} {entry.slug} ({entry.locale}) is published and not in the search"
                elif any(found[column] != wanted[column] for column in index.COLUMNS):
                    yield f"V8 {kind} {entry.slug} ({entry.locale}) is in the search with old words"
        for row in kept.values():
            yield f"V8 {kind} {row['slug']} ({row['locale']}) is in the search and not published"


def _in_batches(ids: list[UUID]) -> list[list[UUID]]:
    return [ids[place : place + BATCH] for place in range(0, len(ids), BATCH)]


def _kept(connection: Connection, kind: Kind) -> dict[tuple[Kind, UUID, str], dict[str, Any]]:
    columns = [getattr(SearchEntry, name) for name in ("thing_id", "locale", *index.COLUMNS)]
    rows = connection.execute(select(*columns).where(SearchEntry.kind == kind)).mappings()
    return {(kind, row["thing_id"], row["locale"]): dict(row) for row in rows}
