"""Keeping the search in step: whatever changes a thing, its entry changes in the same transaction.

The tables are followed, not the rules: a rule that is added, or a column that somebody sets, cannot
forget the search. What leaves the session's tracking (statements on a bare connection) must change
nothing that strangers can see or find; `reconcile` compares.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from campaign_actions.actions.models import Action, ActionText, Event
from campaign_actions.articles.models import Article
from campaign_actions.cases.models import Case, CaseFact, CaseName, CaseText, TimelineEntry
from campaign_actions.findable import rebuilding
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.search.models import Kind

TOUCHED = "findable.touched"
# Each followed table: the kind of thing, and the column that names it.
FOLLOWED: dict[type, tuple[Kind, str]] = {
    Action: (Kind.ACTION, "id"),
    ActionText: (Kind.ACTION, "action_id"),
    Article: (Kind.ARTICLE, "id"),
    Case: (Kind.CASE, "id"),
    CaseText: (Kind.CASE, "case_id"),
    CaseName: (Kind.CASE, "case_id"),
    CaseFact: (Kind.CASE, "case_id"),
    TimelineEntry: (Kind.CASE, "case_id"),
    Event: (Kind.EVENT, "id"),
}


def prepare() -> None:
    """Follow the tables in every session of this process; once is enough, twice is once."""
    for name, listener in (
        ("after_flush", _note_rows),
        ("do_orm_execute", _note_statement),
        ("before_commit", _refresh),
        ("after_rollback", _forget),
    ):
        if not event.contains(session, name, listener):
            event.listen(session, name, listener)


def _note_rows(current: Session, _flush: UOWTransaction) -> None:
    for row in (*current.new, *current.dirty, *current.deleted):
        if type(row) in FOLLOWED:
            kind, column = FOLLOWED[type(row)]
            _note(current, kind, getattr(row, column))


def _note_statement(state: ORMExecuteState) -> None:
    """Note what an UPDATE or DELETE of a whole table is about to change."""
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    model = state.bind_mapper.class_
    if model not in FOLLOWED:
        return
    kind, column = FOLLOWED[model]
    statement: Any = state.statement
    chosen = select(getattr(model, column))
    if statement.whereclause is not None:
        chosen = chosen.where(statement.whereclause)
    for thing_id in state.session.connection().execute(chosen).scalars():
        _note(state.session, kind, thing_id)


def _refresh(current: Session) -> None:
    if current.in_nested_transaction():
        return
    current.flush()
    touched = current.info.pop(TOUCHED, None)
    if touched:
        rebuilding.refresh(current.connection(), touched)


def _forget(current: Session) -> None:
    current.info.pop(TOUCHED, None)


def _note(current: Session, kind: Kind, thing_id: UUID) -> None:
    current.info.setdefault(TOUCHED, {}).setdefault(kind, set()).add(thing_id)
