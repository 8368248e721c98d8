"""What pages read about paper sheets: lists, one sheet, and lines that may be there twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Action, ActionState, ActionText, Kind
from campaign_actions.actions.paper import Code, letters_of, sheet_code
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.paper_models import PaperLine, PaperSheet, SheetState

A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """A sheet as the desk shows it; nobody's name but those of the team."""

    id: UUID
    action_id: UUID
    code: str
    number: int
    place: str
    lines: int
    typed: bool
    state: SheetState
    version: int
    entered_by: UUID
    entered_by_name: str
    entered_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class SheetPage:
    """At most 20 sheets; `pages` is at least 1."""

    items: tuple[SheetView, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class Twin:
    """A line whose name stands a second time: on line `other` of sheet `number`, or, without, on the page."""

    line: int
    number: int | None = None
    other: int | None = None


def action_of(code: Code, user: User) -> UUID | None:
    """The petition a code belongs to, if `user` works on it and its text has that version and language."""
    texts = select(ActionText.action_id).where(
        ActionText.version == code.version, func.lower(ActionText.locale) == code.locale
    )
    mine = select(Action.id).where(
        Action.kind == Kind.PETITION, Action.state != ActionState.DRAFT, Action.id.in_(texts), _of(user)
    )
    fitting = [action_id for action_id in session.scalars(mine) if letters_of(action_id) == code.letters]
    return fitting[0] if fitting else None


def sheets(user: User, state: SheetState, page_number: int) -> SheetPage:
    """Page `page_number` (from 1) of the sheets of the actions of `user`: oldest first while they wait."""
    which = and_(PaperSheet.state == state, _of(user))
    total = _count(which)
    pages = max(1, -(-total // A_PAGE))
    if not 1 <= page_number <= pages:
        return SheetPage((), total, pages)
    oldest_first = state is SheetState.WAITING
    order = PaperSheet.entered_at if oldest_first else PaperSheet.decided_at.desc()
    some = _views().where(which).order_by(order, PaperSheet.id).limit(A_PAGE)
    found = session.execute(some.offset((page_number - 1) * A_PAGE))
    return SheetPage(tuple(map(_view, found)), total, pages)


def by_id(sheet_id: UUID) -> SheetView | None:
    """The sheet with this id."""
    row = session.execute(_views().where(PaperSheet.id == sheet_id)).first()
    return _view(row) if row else None


def to_check(user: User) -> int:
    """How many sheets wait for `user`: those that somebody else entered."""
    return _count(and_(PaperSheet.state == SheetState.WAITING, PaperSheet.entered_by != user.id, _of(user)))


def twins(sheet_id: UUID) -> Sequence[Twin]:
    """Lines of a sheet whose name is on another line of the action, or on its page; in their order."""
    mine, other = aliased(PaperLine), aliased(PaperLine)
    same = and_(
        other.action_id == mine.action_id,
        other.name_digest == mine.name_digest,
        or_(other.sheet_id != mine.sheet_id, other.line != mine.line),
    )
    rows = session.execute(
        select(mine.line, PaperSheet.number, other.line)
        .join(other, same)
        .join(PaperSheet, PaperSheet.id == other.sheet_id)
        .where(mine.sheet_id == sheet_id)
        .order_by(mine.line, PaperSheet.number, other.line)
    )
    found = [Twin(*row) for row in rows]
    public = select(PaperLine.line).where(PaperLine.sheet_id == sheet_id, PaperLine.is_public.is_(True))
    found += [Twin(line) for line in session.scalars(public)]
    return sorted(found, key=lambda twin: (twin.line, twin.number or 0, twin.other or 0))


def _views() -> Any:
    entered, decided = aliased(User), aliased(User)
    return (
        select(PaperSheet, entered.name, decided.name)
        .join(Action, Action.id == PaperSheet.action_id)
        .join(entered, entered.id == PaperSheet.entered_by)
        .outerjoin(decided, decided.id == PaperSheet.decided_by)
        .execution_options(populate_existing=True)
    )


def _view(row: Any) -> SheetView:
    sheet, entered_by_name, decided_by_name = row
    return SheetView(
        id=sheet.id,
        action_id=sheet.action_id,
        code=sheet_code(sheet.action_id, sheet.text_version, sheet.text_locale),
        number=sheet.number,
        place=sheet.place,
        lines=sheet.lines,
        typed=sheet.typed,
        state=sheet.state,
        version=sheet.version,
        entered_by=sheet.entered_by,
        entered_by_name=entered_by_name,
        entered_at=sheet.entered_at,
        decided_by_name=decided_by_name,
        decided_at=sheet.decided_at,
        reason=sheet.reason,
    )


def _count(which: ColumnElement[bool]) -> int:
    joined = select(func.count()).select_from(PaperSheet).join(Action, Action.id == PaperSheet.action_id)
    return session.execute(joined.where(which)).scalar_one()


def _of(user: User) -> ColumnElement[bool]:
    return Action.owner_id == user.id if user.role is Role.ORGANISER else true()
