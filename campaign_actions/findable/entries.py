"""What of each kind strangers may find: read from the tables, with the words that lead to it."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from campaign_actions.actions.models import (
    Action,
    ActionState,
    ActionTarget,
    ActionText,
    Event,
    EventState,
    Target,
)
from campaign_actions.articles.models import (
    Article,
    ArticleState,
    Author,
    Category,
    Tag,
    article_category,
    article_tag,
)
from campaign_actions.cases.models import Case, CaseFact, CaseName, CaseText, TimelineEntry
from campaign_actions.infra import i18n
from campaign_actions.infra.search.index import Entry
from campaign_actions.infra.search.models import Kind

HIDDEN = (ActionState.DRAFT, ActionState.WITHDRAWN)
Names = dict[UUID, tuple[str, ...]]


def read(connection: Connection, kind: Kind, ids: Collection[UUID]) -> list[Entry]:
    """Entries of those of these things that are public; none for the others."""
    return READERS[kind](connection, ids) if ids else []


def all_ids(connection: Connection, kind: Kind) -> list[UUID]:
    """Ids of all things of a kind, public or not, in order."""
    column = TABLES[kind].id
    return list(connection.execute(select(column).order_by(column)).scalars())


def _actions(connection: Connection, ids: Collection[UUID]) -> list[Entry]:
    text = and_(ActionText.action_id == Action.id, ActionText.version == Action.text_version)
    rows = connection.execute(
        select(
            Action.id,
            Action.slug,
            Action.published_at,
            Action.outcome_text,
            ActionText.locale,
            ActionText.title,
            ActionText.ask,
            ActionText.letter,
        )
        .join(ActionText, text)
        .where(Action.id.in_(ids), Action.state.not_in(HIDDEN))
    ).all()
    targets = _names(
        connection, Target.name, ActionTarget.action_id, ActionTarget.target_id == Target.id, ids
    )
    return [
        Entry(
            kind=Kind.ACTION,
            thing_id=row.id,
            locale=row.locale,
            slug=row.slug,
            title=row.title,
            names=targets.get(row.id, ()),
            texts=(row.ask, row.letter, row.outcome_text),
            day=row.published_at.date() if row.published_at else None,
        )
        for row in rows
    ]


def _cases(connection: Connection, ids: Collection[UUID]) -> list[Entry]:
    columns = (CaseText.locale, CaseText.name, CaseText.summary, CaseText.body)
    rows = connection.execute(
        select(Case.id, Case.slug, Case.checked_on, *columns)
        .join(CaseText, CaseText.case_id == Case.id)
        .where(Case.id.in_(ids), Case.published)
    ).all()
    names = _names(connection, CaseName.name, CaseName.case_id, true(), ids)
    told: Names = {}
    entries = select(TimelineEntry.case_id, TimelineEntry.title, TimelineEntry.text)
    facts = select(CaseFact.case_id, CaseFact.text)
    for statement in (entries.where(TimelineEntry.case_id.in_(ids)), facts.where(CaseFact.case_id.in_(ids))):
        for case_id, *texts in connection.execute(statement):
            told[case_id] = (*told.get(case_id, ()), *texts)
    return [
        Entry(
            kind=Kind.CASE,
            thing_id=row.id,
            locale=row.locale,
            slug=row.slug,
            title=row.name,
            names=names.get(row.id, ()),
            texts=(row.summary, row.body, *told.get(row.id, ())),
            day=row.checked_on,
        )
        for row in rows
    ]


def _articles(connection: Connection, ids: Collection[UUID]) -> list[Entry]:
    rows = connection.execute(
        select(
            Article.id,
            Article.slug,
            Article.locale,
            Article.dated_on,
            Article.title,
            Article.summary,
            Article.excerpt,
            Article.body,
            Author.name,
        )
        .outerjoin(Author, Author.id == Article.author_id)
        .where(Article.id.in_(ids), Article.state == ArticleState.PUBLISHED)
    ).all()
    shelf, mark = article_category.c, article_tag.c
    shelves = _names(connection, Category.title, shelf.article_id, shelf.category_id == Category.id, ids)
    tags = _names(connection, Tag.title, mark.article_id, mark.tag_id == Tag.id, ids)
    return [
        Entry(
            kind=Kind.ARTICLE,
            thing_id=row.id,
            locale=row.locale,
            slug=row.slug,
            title=row.title,
            names=(row.name or "", *shelves.get(row.id, ()), *tags.get(row.id, ())),
            texts=(row.summary, row.excerpt, row.body),
            day=row.dated_on,
        )
        for row in rows
    ]


def _events(connection: Connection, ids: Collection[UUID]) -> list[Entry]:
    hidden = select(Action.id).where(Action.state.in_(HIDDEN))
    rows = connection.execute(
        select(
            Event.id,
            Event.slug,
            Event.title,
            Event.city,
            Event.country,
            Event.place,
            Event.place_later,
            Event.called_by,
            Event.body,
            Event.starts_at,
        ).where(
            Event.id.in_(ids),
            Event.state != EventState.DRAFT,
            or_(Event.action_id.is_(None), Event.action_id.not_in(hidden)),
        )
    ).all()
    return [
        Entry(
            kind=Kind.EVENT,
            thing_id=row.id,
            locale=i18n.DEFAULT_LANGUAGE,
            slug=row.slug,
            title=row.title,
            # A place that is kept back is in no row and no index.
            names=(row.city, *_country(row.country), *(() if row.place_later else (row.place,))),
            texts=(row.called_by, row.body),
            day=row.starts_at.date(),
        )
        for row in rows
    ]


def _names(
    connection: Connection, name: Any, thing: Any, joined: ColumnElement[bool], ids: Collection[UUID]
) -> Names:
    """The names joined to each of these things, in order."""
    found: Names = {}
    rows = connection.execute(select(thing, name).where(joined, thing.in_(ids)).order_by(thing, name))
    for thing_id, words in rows:
        found[thing_id] = (*found.get(thing_id, ()), words)
    return found


@lru_cache(maxsize=512)
def _country(code: str) -> tuple[str, ...]:
    """The name of a country in each language of the site."""
    names = []
    for language in i18n.LANGUAGES if code else ():
        with i18n.using_locale(language):
            names.append(i18n.country_name(code))
    return tuple(names)


TABLES: dict[Kind, Any] = {Kind.ACTION: Action, Kind.CASE: Case, Kind.ARTICLE: Article, Kind.EVENT: Event}
READERS = {Kind.ACTION: _actions, Kind.CASE: _cases, Kind.ARTICLE: _articles, Kind.EVENT: _events}
