"""Finding: one call for both engines, with the same results in the same order.

SQLite answers from an FTS5 table, PostgreSQL from a GIN index over `tsvector`. The order is ours
and not the engine's: an exact title or slug, all words in the title, the reader's language, then
what is coming, then the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from campaign_actions.infra.search.models import Kind, SearchEntry
from campaign_actions.infra.search.spelling import MIN_BEGINNING, Asked

PAGE_SIZE = 20
# Letter by letter the expression that the index is made of, so that PostgreSQL uses it.
_VECTOR = "array_to_tsvector(string_to_array(search_entry.{}, ' '))"


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many things in all, and the ids of this page, best first."""

    total: int = 0
    ids: tuple[UUID, ...] = ()


Found = Mapping[Kind, Group]


def find(connection: Connection, asked: Asked, *, locale: str, today: date, page: int = 1) -> Found:
    """Things in which every word of `asked` stands, the last one perhaps as a beginning; 20 a kind and page.

    A thing in several languages is one. Kinds without any are left out. Without words nothing is found.
    """
    if not asked.words:
        return {}
    here = _holds(connection, "words", asked.words)
    exact = SearchEntry.title_key == asked.key
    if asked.slug:
        exact = or_(exact, SearchEntry.slug == asked.slug)
    best_first = (exact, _holds(connection, "title_key", asked.words), SearchEntry.locale == locale)
    return _groups(connection, here, best_first, today, page, PAGE_SIZE)


def latest(connection: Connection, *, today: date, limit: int) -> Found:
    """The newest things of each kind, at most `limit`; events that are coming first."""
    return _groups(connection, true(), (), today, 1, limit)


def knows(connection: Connection, words: tuple[str, ...]) -> bool:
    """Whether there is anything in which all these folded words stand."""
    return bool(words) and bool(
        connection.execute(select(SearchEntry.id).where(_holds(connection, "words", words)).limit(1)).first()
    )


def _groups(
    connection: Connection,
    here: ColumnElement[bool],
    best_first: tuple[ColumnElement[bool], ...],
    today: date,
    page: int,
    size: int,
) -> Found:
    ranks = [func.max(case((fits, 1), else_=0)).label(f"rank{n}") for n, fits in enumerate(best_first)]
    things = (
        select(
            SearchEntry.kind,
            SearchEntry.thing_id,
            func.max(SearchEntry.day).label("day"),
            func.min(SearchEntry.slug).label("slug"),
            *ranks,
        )
        .where(here)
        .group_by(SearchEntry.kind, SearchEntry.thing_id)
        .subquery()
    )
    order: list[Any] = [things.c[rank.name].desc() for rank in ranks]
    coming = case((things.c.day > today, things.c.day))
    order += [coming.asc().nulls_last(), things.c.day.desc().nulls_last(), things.c.slug, things.c.thing_id]
    place = func.row_number().over(partition_by=things.c.kind, order_by=order).label("place")
    ranked = select(things.c.kind, things.c.thing_id, place).subquery()
    shown = select(ranked.c.kind, ranked.c.thing_id).where(
        ranked.c.place > (page - 1) * size, ranked.c.place <= page * size
    )
    ids: dict[Kind, tuple[UUID, ...]] = {}
    for kind, thing_id in connection.execute(shown.order_by(ranked.c.place)):
        ids[kind] = (*ids.get(kind, ()), thing_id)
    totals = connection.execute(select(things.c.kind, func.count()).group_by(things.c.kind)).all()
    return {Kind(kind): Group(total, ids.get(kind, ())) for kind, total in sorted(totals, key=_shown_order)}


def _shown_order(row: Any) -> int:
    return list(Kind).index(row[0])


def _holds(connection: Connection, place: str, words: tuple[str, ...]) -> ColumnElement[bool]:
    """That all `words` stand in a column; made of letters and digits, they can hold no operator."""
    if connection.dialect.name == "sqlite":
        quoted = [f'"{word}"' for word in words]
        beginning = " *" if len(words[-1]) >= MIN_BEGINNING else ""
        asked = f"{place} : ({' AND '.join(quoted)}{beginning})"
        rows: Select[Any] = select(column("rowid")).select_from(table("search_text"))
        return SearchEntry.id.in_(rows.where(literal_column("search_text").op("MATCH")(asked)))
    quoted = [f"'{word}'" for word in words]
    beginning = ":*" if len(words[-1]) >= MIN_BEGINNING else ""
    asked = " & ".join(quoted) + beginning
    return and_(literal_column(_VECTOR.format(place)).op("@@")(cast(asked, TSQUERY)))
